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

typedef struct snt_short_word {
    uint64_t low, high; /* 0, 0: a free slot (no key is empty) */
    int32_t id;
} snt_short_word;

typedef struct snt_long_word {
    const char *bytes; /* owned by the table; NULL: free */
    uint32_t len;
    uint32_t kind;
    int32_t id;
} snt_long_word;

typedef struct snt_words {
    snt_short_word *shorts; /* [short_mask + 1] */
    snt_long_word *longs;   /* [long_mask + 1] */
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

static inline uint64_t snt_words_hash(uint64_t low, uint64_t high)
{
    uint64_t h =
        (low ^ (high << 23 | high >> 41)) * UINT64_C(0x9E3779B97F4A7C15);

    return h ^ h >> 32;
}

/* The first 16 bytes at bytes, or the room of them with zeros behind. */
static inline void snt_words_load(
    const char *bytes, size_t room, uint64_t *low, uint64_t *high)
{
    char few[16] = {0};

    if (room < 16)
        bytes = memcpy(few, bytes, room);
    memcpy(low, bytes, 8);
    memcpy(high, bytes + 8, 8);
}

/* The first len bytes, at most 15, of low and high as a key. */
static inline void snt_words_key(
    size_t len, unsigned kind, uint64_t *low, uint64_t *high)
{
    if (len < 8) {
        *low &= (UINT64_C(1) << 8 * len) - 1;
        *high = 0;
    } else {
        *high &= (UINT64_C(1) << 8 * (len - 8)) - 1;
    }
    *high |= (uint64_t)(len | kind << 4) << 56;
}

static inline int32_t snt_words_probe(
    const snt_words *words, uint64_t low, uint64_t high)
{
    size_t i = snt_words_hash(low, high) & words->short_mask;

    while (words->shorts[i].high) {
        if (words->shorts[i].low == low && words->shorts[i].high == high)
            return words->shorts[i].id;
        i = (i + 1) & words->short_mask;
    }
    return SNT_NO_ID;
}

/** The id of a key of 1 byte or more, or SNT_NO_ID. So many as room >= len
 * bytes can be read at bytes: 16 are the fastest. */
static inline int32_t snt_words_find(
    const snt_words *words, const char *bytes, size_t len, size_t room,
    unsigned kind)
{
    uint64_t low, high;

    if (len > SNT_SHORT_WORD)
        return snt_words_find_long(words, bytes, len, kind);
    snt_words_load(bytes, room, &low, &high);
    snt_words_key(len, kind, &low, &high);
    return snt_words_probe(words, low, high);
}

#endif
