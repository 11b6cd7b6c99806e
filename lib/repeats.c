/* repeats.c - see repeats.h: a table of places, by a hash of the bytes. The
 * hash begins with where the table lies, which whoever makes texts that collide
 * does not know. */
#include "repeats.h"

#include <stdlib.h>
#include <string.h>

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 29;
}

static uint64_t hash_of(sentiment_text text, uint64_t seed)
{
    uint64_t hash = mix(seed, text.len), word;
    size_t i = 0;

    for (; i + sizeof(word) <= text.len; i += sizeof(word)) {
        memcpy(&word, text.bytes + i, sizeof(word));
        hash = mix(hash, word);
    }
    word = 0;
    if (i < text.len)
        memcpy(&word, text.bytes + i, text.len - i);
    return mix(mix(hash, word), 0);
}

static bool same(sentiment_text a, sentiment_text b)
{
    return a.len == b.len && (!a.len || !memcmp(a.bytes, b.bytes, a.len));
}

/* The place of texts[i]'s equal before it, or i, which is then in the table of
 * places plus 1 under mask. */
static uint32_t look_up(
    uint32_t *table, size_t mask, const sentiment_text *texts, uint32_t i)
{
    size_t at = hash_of(texts[i], (uintptr_t)table) & mask;

    for (; table[at]; at = (at + 1) & mask)
        if (same(texts[table[at] - 1], texts[i]))
            return table[at] - 1;
    table[at] = i + 1;
    return i;
}

bool snt_repeats_find(const sentiment_text *texts, size_t n, uint32_t *first)
{
    size_t room = 2;
    uint32_t *table;

    while (room < 2 * n)
        room *= 2;
    table = n > 1 ? calloc(room, sizeof(*table)) : NULL;
    for (uint32_t i = 0; i < n; i++)
        first[i] = table ? look_up(table, room - 1, texts, i) : i;
    free(table);
    return table || n < 2;
}
