/*
 * unicode.h - what the tokenizers need to know of a character.
 *
 * The tables are made by make_unicode.py, which says why no library serves.
 */
#ifndef SNT_UNICODE_H
#define SNT_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Classes of the byte-level split: the low two bits. */
enum { SNT_OTHER = 0, SNT_LETTER = 1, SNT_NUMBER = 2, SNT_SPACE = 3 };

/** The other bits are BERT's. */
enum {
    SNT_REMOVED = 1 << 2,     /* by clean_text */
    SNT_PUNCTUATION = 1 << 3, /* a word of its own */
    SNT_MARK = 1 << 4,        /* removed by strip_accents */
    SNT_MAPPED = 1 << 5,      /* decomposes or has a lower case; not Hangul */
    SNT_CHINESE = 1 << 6,     /* a word of its own */
    SNT_CLASSED = 1 << 7      /* has a combining class */
};

typedef struct snt_unicode_mapping {
    uint32_t from;
    uint16_t at; /* in the pool */
    uint16_t n;
} snt_unicode_mapping;

typedef struct snt_unicode_class {
    uint32_t character;
    uint8_t order;
} snt_unicode_class;

extern const uint16_t snt_unicode_block[];
extern const uint8_t snt_unicode_bits[];
extern const snt_unicode_mapping snt_unicode_decomposed[];
extern const uint32_t snt_unicode_decomposed_pool[];
extern const unsigned snt_unicode_n_decomposed;
extern const snt_unicode_mapping snt_unicode_lowered[];
extern const uint32_t snt_unicode_lowered_pool[];
extern const unsigned snt_unicode_n_lowered;
extern const snt_unicode_class snt_unicode_combining[];
extern const unsigned snt_unicode_n_combining;

static inline unsigned snt_unicode(uint32_t c)
{
    return snt_unicode_bits[snt_unicode_block[c >> 7] * 128u + (c & 127)];
}

/** Whether the character at bytes is white space; *n: how many bytes it has. */
bool snt_unicode_space_at(const char *bytes, size_t *n);

enum { SNT_LONGEST_MAPPING = 4 };

/** Full canonical decomposition into out[4]; how many. */
size_t snt_unicode_decompose(uint32_t c, uint32_t *out);

/** Lower case into out[4]; how many. */
size_t snt_unicode_lower(uint32_t c, uint32_t *out);

/** The canonical combining class, 0 for a starter. */
unsigned snt_unicode_order(uint32_t c);

#endif
