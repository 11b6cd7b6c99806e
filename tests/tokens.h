/* tokens.h - a tokenizer of the vectors, and room for what it gives. */
#ifndef SNT_TOKENS_H
#define SNT_TOKENS_H

#include <stdlib.h>

#include "sentiment/tokenizer.h"
#include "suites.h"

#define VECTORS "tests/vectors/tokenizer/"
#define COUNT(array) ((int)(sizeof(array) / sizeof(*(array))))

static inline sentiment_tokenizer *open_tokenizer(const char *path)
{
    sentiment_tokenizer *tok;
    sentiment_error err;

    ck_assert_sentiment_ok(sentiment_tokenizer_open(&tok, path, &err), err);
    return tok;
}

/* ids and offsets for at most cap tokens; free() the two arrays. */
static inline sentiment_tokens room_for(size_t cap)
{
    sentiment_tokens out = {.cap = cap};

    out.ids = calloc(cap + 1, sizeof(*out.ids));
    out.offsets = calloc(cap + 1, sizeof(*out.offsets));
    ck_assert(out.ids && out.offsets);
    return out;
}

static inline void free_tokens(sentiment_tokens *out)
{
    free(out->ids);
    free(out->offsets);
}

static inline uint32_t crc32_of(uint32_t crc, const void *bytes, size_t len)
{
    const unsigned char *byte = bytes;

    crc = ~crc;
    while (len--) {
        crc ^= *byte++;
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
    }
    return ~crc;
}

#endif
