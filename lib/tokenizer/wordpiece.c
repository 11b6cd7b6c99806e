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

static bool too_long(const snt_wordpiece *wp, const word *w)
{
    size_t n = 0;

    if (w->len <= wp->max_characters)
        return false;
    for (size_t i = 0; i < w->len && n <= wp->max_characters; i++)
        n += !is_inside(w, i);
    return n > wp->max_characters;
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

static void encode_word(const snt_wordpiece *wp, const word *w, snt_sink *sink)
{
    int32_t ids[MAX_PIECES];
    size_t ends[MAX_PIECES], n = 0, start = 0;

    if (!w->len)
        return;
    sink->steps += 1 + w->len / 16;
    if (too_long(wp, w)) {
        emit(w, wp->unknown, 0, w->len, sink);
        return;
    }
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

/* Splits normalised letters into words; bytes and spans have room for all. */
static void encode_letters(
    const snt_wordpiece *wp, const snt_letters *letters, char *bytes,
    sentiment_span *spans, snt_sink *sink)
{
    word w = {bytes, 0, 0, spans};

    for (size_t i = 0; i < letters->n && !sink->full; i++) {
        const snt_letter *letter = &letters->all[i];
        unsigned bits = snt_unicode(letter->c);
        bool space = (bits & 3) == SNT_SPACE;
        size_t n;

        if (space || (bits & SNT_PUNCTUATION)) {
            encode_word(wp, &w, sink);
            w.len = 0;
        }
        if (space)
            continue;
        n = snt_utf8_encode(letter->c, bytes + w.len);
        for (size_t b = 0; b < n; b++)
            spans[w.len + b] = letter->span;
        w.len += n;
        if (bits & SNT_PUNCTUATION) {
            encode_word(wp, &w, sink);
            w.len = 0;
        }
    }
    encode_word(wp, &w, sink);
}

static bool encode_any(
    const snt_wordpiece *wp, sentiment_text text, size_t from, size_t to,
    snt_sink *sink)
{
    snt_letters letters;
    char *bytes = NULL;
    sentiment_span *spans = NULL;
    bool done = snt_normalize(wp, text, from, to, &letters);

    sink->steps += to - from;
    if (done && letters.n) {
        bytes = malloc(4 * letters.n + 16);
        spans = malloc(4 * letters.n * sizeof(*spans));
        done = bytes && spans;
        if (done)
            encode_letters(wp, &letters, bytes, spans, sink);
    }
    free(spans);
    free(bytes);
    free(letters.all);
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
        } else {
            while (end < to && kind_of(bytes[end]) != BLANK)
                end++;
            if (!encode_any(wp, text, from, end, sink))
                return false;
        }
        from = end;
    }
    return true;
}
