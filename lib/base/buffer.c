/* buffer.c - see buffer.h. */
#include "buffer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(snt_buffer *buf, size_t more)
{
    size_t cap = buf->cap ? buf->cap : 256;
    char *bytes;

    if (buf->failed || more > SIZE_MAX / 2 - buf->len) {
        buf->failed = true;
        return false;
    }
    if (buf->len + more <= buf->cap)
        return true;
    while (cap < buf->len + more)
        cap *= 2;
    bytes = realloc(buf->bytes, cap);
    if (!bytes) {
        buf->failed = true;
        return false;
    }
    buf->bytes = bytes;
    buf->cap = cap;
    return true;
}

void snt_buffer_add(snt_buffer *buf, const void *bytes, size_t len)
{
    if (!len || !reserve(buf, len))
        return;
    memcpy(buf->bytes + buf->len, bytes, len);
    buf->len += len;
}

void snt_buffer_add_string(snt_buffer *buf, const char *string)
{
    snt_buffer_add(buf, string, strlen(string));
}

void snt_buffer_add_char(snt_buffer *buf, char c)
{
    snt_buffer_add(buf, &c, 1);
}

void snt_buffer_clear(snt_buffer *buf)
{
    buf->len = 0;
    buf->failed = false;
}

void snt_buffer_free(snt_buffer *buf)
{
    free(buf->bytes);
    *buf = (snt_buffer){0};
}
