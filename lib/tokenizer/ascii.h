/* ascii.h - runs of ASCII letters and digits, eight bytes at a time. */
#ifndef SNT_ASCII_H
#define SNT_ASCII_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define SNT_EACH_BYTE (UINT64_MAX / 255) /* 0x01 in each byte */

/* The high bit of each byte of word that lies between two ASCII characters;
 * the high bits of word must be clear. */
static inline uint64_t snt_ascii_between(uint64_t word, char low, char high)
{
    uint64_t reaches = word + SNT_EACH_BYTE * (uint64_t)(128 - low);
    uint64_t exceeds = word + SNT_EACH_BYTE * (uint64_t)(127 - high);

    return reaches & ~exceeds;
}

/** The high bit of each byte of word that is an ASCII letter. */
static inline uint64_t snt_ascii_letters(uint64_t word)
{
    uint64_t lower = (word | SNT_EACH_BYTE * 0x20) & SNT_EACH_BYTE * 0x7F;

    return snt_ascii_between(lower, 'a', 'z') & ~word & SNT_EACH_BYTE * 0x80;
}

/** The high bit of each byte of word that is an ASCII letter or digit. */
static inline uint64_t snt_ascii_alnum(uint64_t word)
{
    uint64_t digits =
        snt_ascii_between(word & SNT_EACH_BYTE * 0x7F, '0', '9') & ~word;

    return snt_ascii_letters(word) | (digits & SNT_EACH_BYTE * 0x80);
}

/** The end of the run at i of bytes that mask finds, in text[len]. */
static inline size_t snt_ascii_run(
    const char *text, size_t i, size_t len, uint64_t (*mask)(uint64_t))
{
    uint64_t word, others;

    for (; i + 8 <= len; i += 8) {
        memcpy(&word, text + i, 8);
        others = ~mask(word) & SNT_EACH_BYTE * 0x80;
        if (others)
            return i + (size_t)__builtin_ctzll(others) / 8;
    }
    if (i == len)
        return i;
    word = 0;
    memcpy(&word, text + i, len - i);
    others = ~mask(word) & SNT_EACH_BYTE * 0x80;
    return i + (size_t)__builtin_ctzll(others) / 8;
}

#endif
