/* unicode.c - see unicode.h. */
#include "unicode.h"

#include <string.h>

#include "utf8.h"

/* Hangul syllables decompose by arithmetic (Unicode, chapter 3.12). */
enum {
    SYLLABLES = 0xAC00,
    N_SYLLABLES = 11172,
    LEADING = 0x1100,
    VOWELS = 0x1161,
    TRAILING = 0x11A7,
    N_TRAILING = 28,
    PER_LEADING = 21 * 28
};

bool snt_unicode_space_at(const char *bytes, size_t *n)
{
    return (snt_unicode(snt_utf8_decode(bytes, n)) & 3) == SNT_SPACE;
}

static const snt_unicode_mapping *find(
    const snt_unicode_mapping *table, size_t n, uint32_t c)
{
    size_t low = 0, high = n;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (table[middle].from < c)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && table[low].from == c ? &table[low] : NULL;
}

static size_t map(
    const snt_unicode_mapping *table, size_t n, const uint32_t *pool,
    uint32_t c, uint32_t *out)
{
    const snt_unicode_mapping *found = NULL;

    if (snt_unicode(c) & SNT_MAPPED)
        found = find(table, n, c);
    if (!found) {
        out[0] = c;
        return 1;
    }
    memcpy(out, pool + found->at, found->n * sizeof(*out));
    return found->n;
}

size_t snt_unicode_decompose(uint32_t c, uint32_t *out)
{
    uint32_t s = c - SYLLABLES;

    if (s >= N_SYLLABLES)
        return map(
            snt_unicode_decomposed, snt_unicode_n_decomposed,
            snt_unicode_decomposed_pool, c, out);
    out[0] = LEADING + s / PER_LEADING;
    out[1] = VOWELS + s % PER_LEADING / N_TRAILING;
    out[2] = TRAILING + s % N_TRAILING;
    return s % N_TRAILING ? 3 : 2;
}

size_t snt_unicode_lower(uint32_t c, uint32_t *out)
{
    return map(
        snt_unicode_lowered, snt_unicode_n_lowered, snt_unicode_lowered_pool, c,
        out);
}

unsigned snt_unicode_order(uint32_t c)
{
    size_t low = 0, high = snt_unicode_n_combining;

    if (!(snt_unicode(c) & SNT_CLASSED))
        return 0;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;

        if (snt_unicode_combining[middle].character <= c)
            low = middle;
        else
            high = middle;
    }
    return snt_unicode_combining[low].order;
}
