/* tune_texts.c - see tune_texts.h. The numbers come from build/embed/. */
#include "tune_texts.h"

#include <stdlib.h>
#include <string.h>

static const unsigned char bytes[] = {
#include <texts.txt.inc>
};

/* The end of the line at p, its newline. */
static const char *end_of(const char *p)
{
    return memchr(p, '\n', (size_t)((const char *)bytes + sizeof(bytes) - p));
}

sentiment_text *snt_tune_texts(size_t *n)
{
    const char *p = (const char *)bytes, *last = p + sizeof(bytes);
    sentiment_text *texts;
    size_t lines = 0;

    for (const char *at = p; at < last; at = end_of(at) + 1)
        lines++;
    texts = calloc(lines, sizeof(*texts));
    for (*n = 0; texts && *n < lines; p = end_of(p) + 1, (*n)++)
        texts[*n] = (sentiment_text){p, (size_t)(end_of(p) - p)};
    return texts;
}
