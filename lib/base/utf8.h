/* utf8.h - UTF-8 as Unicode defines it: no surrogates, no overlong forms. */
#ifndef SNT_UTF8_H
#define SNT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The offset of the first byte that begins no valid character, or len when
 * all of it is valid. */
size_t snt_utf8_valid(const char *bytes, size_t len);

/** The character at p, which begins valid UTF-8; *n is its length, 1 to 4. */
static inline uint32_t snt_utf8_decode(const char *p, size_t *n)
{
    const unsigned char *s = (const unsigned char *)p;

    if (s[0] < 0x80) {
        *n = 1;
        return s[0];
    }
    if (s[0] < 0xE0) {
        *n = 2;
        return (uint32_t)(s[0] & 0x1F) << 6 | (s[1] & 0x3F);
    }
    if (s[0] < 0xF0) {
        *n = 3;
        return (uint32_t)(s[0] & 0x0F) << 12 | (uint32_t)(s[1] & 0x3F) << 6 |
               (s[2] & 0x3F);
    }
    *n = 4;
    return (uint32_t)(s[0] & 0x07) << 18 | (uint32_t)(s[1] & 0x3F) << 12 |
           (uint32_t)(s[2] & 0x3F) << 6 | (s[3] & 0x3F);
}

/** Writes character c (a Unicode scalar value) to out[4]; its length. */
size_t snt_utf8_encode(uint32_t c, char *out);

#endif
