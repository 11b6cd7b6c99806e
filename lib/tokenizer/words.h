/*
 * words.h - byte strings to ids: an immutable hash table that answers for most
 * words of a text with one probe.
 *
 * A key of at most 15 bytes is two registers: its bytes, zero-padded, and in
 * the last byte its length and kind. Longer ones are compared where they lie.
 */
#ifndef SNT_WORDS_H
#define SNT_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { SNT_SHORT_WORD = 15, SNT_NO_ID = -1 };

typedef struct snt_key {
    uint64_t low, high; /* 0, 0: none (no key is empty) */
} snt_key;

enum { SNT_BUCKET = 3 };

/* One cache line. */
typedef struct snt_bucket {
    snt_key keys[SNT_BUCKET]; /* [n], then none */
    int32_t ids[SNT_BUCKET];
    int32_t more; /* it was full: go on in the next one */
} snt_bucket;

typedef struct snt_long_word {
    const char *bytes; /* owned by the table; NULL: free */
    uint32_t len;
    uint32_t kind;
    int32_t id;
} snt_long_word;

typedef struct snt_words {
    snt_bucket *shorts;   /* [short_mask + 1] */
    snt_long_word *longs; /* [long_mask + 1] */
    size_t short_mask;
    size_t long_mask;
    size_t longest; /* bytes of the longest key */
} snt_words;

/** Makes an empty table for at most n keys; false: out of memory. */
bool snt_words_init(snt_words *words, size_t n);
void snt_words_free(snt_words *words);

/** Adds a key (1 byte or more) of a kind (0 to 7); the last of equals stays. */
bool snt_words_add(
    snt_words *words, const char *bytes, size_t len, unsigned kind, int32_t id);

/** For keys of more than SNT_SHORT_WORD bytes. */
int32_t snt_words_find_long(
    const snt_words *words, const char *bytes, size_t len, unsigned kind);

/** The key of the first len bytes, 1 to 15, of bytes[16]. */
static inline snt_key snt_words_key(
    const char *bytes, size_t len, unsigned kind)
{
    static const uint8_t ones[32] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                     0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                     0xFF, 0xFF, 0xFF, 0xFF};
    snt_key key, mask;

    memcpy(&key, bytes, sizeof(key));
    memcpy(&mask, ones + 16 - len, sizeof(mask));
    key.low &= mask.low;
    key.high = (key.high & mask.high) | (uint64_t)(len | kind << 4) << 56;
    return key;
}

static inline bool snt_words_same(snt_key a, snt_key b)
{
    return ((a.low ^ b.low) | (a.high ^ b.high)) == 0;
}

static inline uint64_t snt_words_hash(snt_key key)
{
    uint64_t h = (key.low ^ (key.high << 23 | key.high >> 41)) *
                 UINT64_C(0x9E3779B97F4A7C15);

    return h ^ h >> 32;
}

static inline int32_t snt_words_probe(const snt_words *words, snt_key key)
{
    size_t i = snt_words_hash(key) & words->short_mask;

    for (;; i = (i + 1) & words->short_mask) {
        const snt_bucket *bucket = &words->shorts[i];
        unsigned other = !snt_words_same(bucket->keys[0], key);

        other += other & !snt_words_same(bucket->keys[1], key);
        if (snt_words_same(bucket->keys[other], key))
            return bucket->ids[other];
        if (!bucket->more)
            return SNT_NO_ID;
    }
}

/** The id of a key of 1 byte or more, or SNT_NO_ID. At bytes 16 can be read,
 * or len if those are more. */
static inline int32_t snt_words_find(
    const snt_words *words, const char *bytes, size_t len, unsigned kind)
{
    if (len > SNT_SHORT_WORD)
        return snt_words_find_long(words, bytes, len, kind);
    return snt_words_probe(words, snt_words_key(bytes, len, kind));
}

#endif
