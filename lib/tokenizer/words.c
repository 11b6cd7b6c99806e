/* words.c - see words.h. Keys are read as little-endian registers. */
#include "words.h"

#include <stdlib.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "words.h reads keys as little-endian"
#endif

/* A power of two, at least 16. */
static size_t slots_for(size_t n)
{
    size_t slots = 16;

    while (slots < n)
        slots *= 2;
    return slots;
}

bool snt_words_init(snt_words *words, size_t n)
{
    size_t buckets = slots_for(n / 5 * 3), slots = slots_for(n / 2 * 5);
    size_t bytes = buckets * sizeof(*words->shorts);

    *words = (snt_words){.short_mask = buckets - 1, .long_mask = slots - 1};
    words->shorts = aligned_alloc(64, bytes);
    words->longs = calloc(slots, sizeof(*words->longs));
    if (!words->shorts || !words->longs) {
        snt_words_free(words);
        return false;
    }
    memset(words->shorts, 0, bytes);
    return true;
}

void snt_words_free(snt_words *words)
{
    for (size_t i = 0; words->longs && i <= words->long_mask; i++) {
        union {
            const char *read_only;
            char *owned;
        } bytes = {words->longs[i].bytes};

        free(bytes.owned);
    }
    free(words->shorts);
    free(words->longs);
    *words = (snt_words){.shorts = NULL};
}

static uint64_t hash_long(const char *bytes, size_t len, unsigned kind)
{
    uint64_t h = len | (uint64_t)kind << 32, part;

    for (; len >= 8; bytes += 8, len -= 8) {
        memcpy(&part, bytes, 8);
        h = snt_words_hash((snt_key){h ^ part, h});
    }
    part = 0;
    memcpy(&part, bytes, len);
    return snt_words_hash((snt_key){h ^ part, h});
}

/* The slot of a long key: its own, or the free one where it would go. */
static snt_long_word *long_slot(
    const snt_words *words, const char *bytes, size_t len, unsigned kind)
{
    size_t i = hash_long(bytes, len, kind) & words->long_mask;
    snt_long_word *slot;

    for (;; i = (i + 1) & words->long_mask) {
        slot = &words->longs[i];
        if (!slot->bytes || (slot->len == len && slot->kind == kind &&
                             !memcmp(slot->bytes, bytes, len)))
            return slot;
    }
}

int32_t snt_words_find_long(
    const snt_words *words, const char *bytes, size_t len, unsigned kind)
{
    const snt_long_word *slot;

    if (len > words->longest)
        return SNT_NO_ID;
    slot = long_slot(words, bytes, len, kind);
    return slot->bytes ? slot->id : SNT_NO_ID;
}

static bool add_long(
    snt_words *words, const char *bytes, size_t len, unsigned kind, int32_t id)
{
    snt_long_word *slot = long_slot(words, bytes, len, kind);

    if (!slot->bytes) {
        char *copy = malloc(len);

        if (!copy)
            return false;
        memcpy(copy, bytes, len);
        slot->bytes = copy;
        slot->len = (uint32_t)len;
        slot->kind = kind;
    }
    slot->id = id;
    return true;
}

static void add_short(snt_words *words, snt_key key, int32_t id)
{
    size_t i = snt_words_hash(key) & words->short_mask;

    for (;; i = (i + 1) & words->short_mask) {
        snt_bucket *bucket = &words->shorts[i];

        for (size_t k = 0; k < SNT_BUCKET; k++)
            if (!bucket->keys[k].high || snt_words_same(bucket->keys[k], key)) {
                bucket->keys[k] = key;
                bucket->ids[k] = id;
                return;
            }
        bucket->more = 1;
    }
}

bool snt_words_add(
    snt_words *words, const char *bytes, size_t len, unsigned kind, int32_t id)
{
    char padded[16] = {0};

    if (len > words->longest)
        words->longest = len;
    if (len > SNT_SHORT_WORD)
        return add_long(words, bytes, len, kind, id);
    memcpy(padded, bytes, len);
    add_short(words, snt_words_key(padded, len, kind), id);
    return true;
}
