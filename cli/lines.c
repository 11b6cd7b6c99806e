/* lines.c - see lines.h. */
#include "lines.h"

#include <string.h>

sentiment_text snt_line_cut(sentiment_text *rest)
{
    const char *newline =
        rest->len ? memchr(rest->bytes, '\n', rest->len) : NULL;
    sentiment_text line = *rest;

    line.len = newline ? (size_t)(newline - line.bytes) : line.len;
    rest->bytes += line.len + (newline != NULL);
    rest->len -= line.len + (newline != NULL);
    while (line.len && memchr(" \t\r", line.bytes[line.len - 1], 3))
        line.len--;
    return line;
}
