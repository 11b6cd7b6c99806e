/* pieces.c - see pieces.h. */
#include "pieces.h"

static bool is_inside(const char *word, size_t i)
{
    return ((unsigned char)word[i] & 0xC0) == 0x80;
}

/* The longest entry that the word goes on with at start; its end, or 0. */
static size_t longest(
    const snt_wordpiece *wp, const char *word, size_t len, size_t start,
    int32_t *id, size_t *steps)
{
    unsigned kind = start ? SNT_CONTINUES : SNT_BEGINS;
    size_t end =
        len - start > wp->words.longest ? start + wp->words.longest : len;

    for (; end > start; end--) {
        if (end < len && is_inside(word, end))
            continue;
        ++*steps;
        *id = snt_words_find(&wp->words, word + start, end - start, kind);
        if (*id != SNT_NO_ID)
            return end;
    }
    return 0;
}

void snt_pieces_cut(
    const snt_wordpiece *wp, const char *word, size_t len, snt_pieces *pieces,
    size_t *steps)
{
    size_t start = 0;

    *steps += 1 + len / 16;
    for (pieces->n = 0; start < len; pieces->n++) {
        size_t end =
            longest(wp, word, len, start, &pieces->ids[pieces->n], steps);

        if (!end) {
            pieces->n = 1;
            pieces->ids[0] = wp->unknown;
            pieces->ends[0] = len;
            return;
        }
        pieces->ends[pieces->n] = start = end;
    }
}
