/* wordpiece.c - see wordpiece.h. */
#include "wordpiece.h"

#include <stdlib.h>

#include "ascii.h"
#include "normalize.h"
#include "unicode.h"
#include "utf8.h"

/* Loading keeps max_characters, and so the pieces of a word, below. */
enum { MAX_PIECES = 1024 };

/* A normalised word. Byte i lies at from + i of the text, or at spans[i]. */
typedef struct word {
    const char *bytes; /* [len + 16] can be read */
    size_t len;
    size_t from;
    const sentiment_span *spans; /* [len], or NULL */
} word;

static void emit(
    const word *w, int32_t id, size_t start, size_t end, snt_sink *sink)
{
    if (w->spans)
        snt_sink_add(sink, id, w->spans[start].start, w->spans[end - 1].end);
    else
        snt_sink_add(sink, id, w->from + start, w->from + end);
}

static bool is_inside(const word *w, size_t i)
{
    return ((unsigned char)w->bytes[i] & 0xC0) == 0x80;
}

/* The longest entry that w goes on with at start; its end, or 0. */
static size_t longest(
    const snt_wordpiece *wp, const word *w, size_t start, int32_t *id,
    snt_sink *sink)
{
    unsigned kind = start ? SNT_CONTINUES : SNT_BEGINS;
    size_t end =
        w->len - start > wp->words.longest ? start + wp->words.longest : w->len;

    for (; end > start; end--) {
        if (end < w->len && is_inside(w, end))
            continue;
        sink->steps++;
        *id =
            snt_words_find(&wp->words, w->bytes + start, end - start, 16, kind);
        if (*id != SNT_NO_ID)
            return end;
    }
    return 0;
}

/* A word of at most max_characters. */
static void encode_word(const snt_wordpiece *wp, const word *w, snt_sink *sink)
{
    int32_t ids[MAX_PIECES];
    size_t ends[MAX_PIECES], n = 0, start = 0;

    sink->steps += 1 + w->len / 16;
    while (start < w->len) {
        size_t end = longest(wp, w, start, &ids[n], sink);

        if (!end) {
            emit(w, wp->unknown, 0, w->len, sink);
            return;
        }
        ends[n++] = start = end;
    }
    for (size_t i = 0; i < n; i++)
        emit(w, ids[i], i ? ends[i - 1] : 0, ends[i], sink);
}

/* ---- ASCII ---- */

enum { BLANK = 1, LETTER, PUNCTUATION }; /* 0: what ASCII's short cut leaves */

static const unsigned char kinds[128] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,
    3, 3, 3, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 2,
    2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
    2, 2, 2, 3, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
    2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 0};

static unsigned kind_of(char c)
{
    return (unsigned char)c < 128 ? kinds[(unsigned char)c] : 0;
}

/* The same bytes with their capital letters made small. */
static uint64_t lower(uint64_t bytes)
{
    uint64_t capital =
        snt_ascii_between(bytes & SNT_EACH_BYTE * 0x7F, 'A', 'Z') & ~bytes &
        SNT_EACH_BYTE * 0x80;

    return bytes | capital >> 2;
}

/* A word that is no entry, of letters and digits. */
static void encode_pieces(
    const snt_wordpiece *wp, const char *bytes, size_t from, size_t to,
    snt_sink *sink)
{
    char copy[MAX_PIECES + 16];
    word w = {copy, to - from, from, NULL};
    uint64_t part;

    if (w.len > wp->max_characters) {
        emit(&w, wp->unknown, 0, w.len, sink);
        return;
    }
    memcpy(copy, bytes + from, w.len);
    for (size_t i = 0; wp->lowercase && i < w.len; i += 8) {
        memcpy(&part, copy + i, 8);
        part = lower(part);
        memcpy(copy + i, &part, 8);
    }
    encode_word(wp, &w, sink);
}

/* Bytes [from, to) are one word: letters and digits, or a punctuation. */
static void encode_ascii(
    const snt_wordpiece *wp, sentiment_text text, size_t from, size_t to,
    snt_sink *sink)
{
    size_t len = to - from;
    uint64_t low, high;
    int32_t id = SNT_NO_ID;

    sink->steps++;
    if (len <= SNT_SHORT_WORD && len <= wp->max_characters) {
        snt_words_load(text.bytes + from, text.len - from, &low, &high);
        if (wp->lowercase) {
            low = lower(low);
            high = lower(high);
        }
        snt_words_key(len, SNT_BEGINS, &low, &high);
        id = snt_words_probe(&wp->words, low, high);
    }
    if (id != SNT_NO_ID)
        snt_sink_add(sink, id, from, to);
    else
        encode_pieces(wp, text.bytes, from, to, sink);
}

/* ---- everything else ---- */

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
    const word w = {g->bytes, g->len, 0, g->spans};

    if (g->n > wp->max_characters)
        snt_sink_add(sink, wp->unknown, g->spans[0].start, g->end);
    else
        encode_word(wp, &w, sink);
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

    while (i < most && kind_of(text.bytes[i]) != BLANK)
        i++;
    if (i < most)
        return i;
    while (i < to && ((unsigned char)text.bytes[i] & 0xC0) == 0x80)
        i++;
    while (i < to && kind_of(text.bytes[i]) != BLANK &&
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
    while (!sink->full && from < to && kind_of(text.bytes[from]) != BLANK) {
        *end = slice_end(wp, text, from, to);
        if (!encode_slice(wp, text, from, *end, g, sink))
            return false;
        from = *end;
    }
    if (g->n)
        end_word(wp, g, sink);
    return true;
}

static bool encode_any(
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

/* The end of the word of ASCII that begins at from, or from when it holds, or
 * goes on with, what only encode_any knows. */
static size_t ascii_word(const char *bytes, size_t from, size_t to)
{
    size_t end = snt_ascii_run(bytes, from, to, snt_ascii_alnum);

    if (end == from && kind_of(bytes[from]) == PUNCTUATION)
        end++;
    return end == to || kind_of(bytes[end]) ? end : from;
}

bool snt_wordpiece_encode(
    const snt_wordpiece *wp, sentiment_text text, size_t from, size_t to,
    snt_sink *sink)
{
    const char *bytes = text.bytes;

    while (from < to && !sink->full) {
        size_t end = ascii_word(bytes, from, to);

        if (end > from) {
            encode_ascii(wp, text, from, end, sink);
        } else if (kind_of(bytes[from]) == BLANK) {
            end++;
        } else if (!encode_any(wp, text, from, to, &end, sink)) {
            return false;
        }
        from = end;
    }
    return true;
}
