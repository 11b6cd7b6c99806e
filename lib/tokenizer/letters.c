/* letters.c - see letters.h. */
#include "letters.h"

#include <stdlib.h>

#include "normalize.h"
#include "pieces.h"
#include "unicode.h"
#include "utf8.h"

/* A word that grows letter by letter. One that has too many is unknown: of it
 * only where it begins and ends is kept. */
typedef struct growing {
    char *bytes;           /* [4 * max_characters + 16] */
    sentiment_span *spans; /* [4 * max_characters] */
    size_t len;
    size_t n;   /* letters */
    size_t end; /* of a word that has too many */
} growing;

static void end_word(const snt_wordpiece *wp, growing *g, snt_sink *sink)
{
    size_t start = 0;
    snt_pieces pieces;

    if (g->n > wp->max_characters) {
        snt_sink_add(sink, wp->unknown, g->spans[0].start, g->end);
        pieces.n = 0;
    } else {
        snt_pieces_cut(wp, g->bytes, g->len, &pieces, &sink->steps);
    }
    for (size_t i = 0; i < pieces.n; i++) {
        size_t end = pieces.ends[i];

        snt_sink_add(
            sink, pieces.ids[i], g->spans[start].start, g->spans[end - 1].end);
        start = end;
    }
    g->len = g->n = 0;
}

static void grow(const snt_wordpiece *wp, growing *g, const snt_letter *letter)
{
    size_t n;

    if (++g->n > wp->max_characters) {
        g->end = letter->span.end;
        return;
    }
    n = snt_utf8_encode(letter->c, g->bytes + g->len);
    for (size_t b = 0; b < n; b++)
        g->spans[g->len + b] = letter->span;
    g->len += n;
}

/* Splits normalised letters into words; the last one may go on. */
static void encode_letters(
    const snt_wordpiece *wp, const snt_letters *letters, growing *g,
    snt_sink *sink)
{
    for (size_t i = 0; i < letters->n && !sink->full; i++) {
        unsigned bits = snt_unicode(letters->all[i].c);
        bool space = (bits & 3) == SNT_SPACE;

        if (g->n && (space || (bits & SNT_PUNCTUATION)))
            end_word(wp, g, sink);
        if (space)
            continue;
        grow(wp, g, &letters->all[i]);
        if (bits & SNT_PUNCTUATION)
            end_word(wp, g, sink);
    }
}

enum { SLICE = 1024 }; /* bytes that are normalised at once, and a few more */

/* Where what begins at from can be cut: at ASCII's next blank, or between two
 * characters that normalising keeps apart. */
static size_t slice_end(
    const snt_wordpiece *wp, sentiment_text text, size_t from, size_t to)
{
    size_t i = from, most = to - from < SLICE ? to : from + SLICE, n;

    while (i < most && !snt_is_blank(text.bytes[i]))
        i++;
    if (i < most)
        return i;
    while (i < to && ((unsigned char)text.bytes[i] & 0xC0) == 0x80)
        i++;
    while (i < to && !snt_is_blank(text.bytes[i]) &&
           !snt_normalize_apart(wp, snt_utf8_decode(text.bytes + i, &n)))
        i += n;
    return i;
}

static bool encode_slice(
    const snt_wordpiece *wp, sentiment_text text, size_t from, size_t to,
    growing *g, snt_sink *sink)
{
    snt_letters letters;
    bool done = snt_normalize(wp, text, from, to, &letters);

    sink->steps += to - from;
    if (done)
        encode_letters(wp, &letters, g, sink);
    free(letters.all);
    return done;
}

/* Encodes up to ASCII's next blank, or until sink is full; *end is then where
 * it stopped. */
static bool encode_slices(
    const snt_wordpiece *wp, sentiment_text text, size_t from, size_t to,
    size_t *end, growing *g, snt_sink *sink)
{
    while (!sink->full && from < to && !snt_is_blank(text.bytes[from])) {
        *end = slice_end(wp, text, from, to);
        if (!encode_slice(wp, text, from, *end, g, sink))
            return false;
        from = *end;
    }
    if (g->n)
        end_word(wp, g, sink);
    return true;
}

bool snt_letters_encode(
    const snt_wordpiece *wp, sentiment_text text, size_t from, size_t to,
    size_t *end, snt_sink *sink)
{
    enum { USUAL = 4 * 100 };
    char bytes[USUAL + 16];
    sentiment_span spans[USUAL];
    size_t most = 4 * wp->max_characters;
    growing g = {bytes, spans, 0, 0, 0};
    bool done;

    if (most <= USUAL)
        return encode_slices(wp, text, from, to, end, &g, sink);
    g.bytes = malloc(most + 16);
    g.spans = malloc(most * sizeof(*g.spans));
    done =
        g.bytes && g.spans && encode_slices(wp, text, from, to, end, &g, sink);
    free(g.spans);
    free(g.bytes);
    return done;
}
