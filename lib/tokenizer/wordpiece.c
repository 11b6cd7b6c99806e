/* wordpiece.c - see wordpiece.h. */
#include "wordpiece.h"

#include <stdlib.h>

#include "normalize.h"
#include "unicode.h"
#include "utf8.h"

enum { MAX_PIECES = 1024 }; /* of a word; loading keeps max_characters below */

/* A normalised word. Byte i lies at from + i of the text, or at spans[i]. */
typedef struct word {
    const char *bytes;
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
        *id = snt_words_find(&wp->words, w->bytes + start, end - start, kind);
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

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* 0: nothing that ASCII's short cut knows; else the character in lower case. */
#define PUNCTUATION 1
static const unsigned char lowered[128] = {
    0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,
    0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,
    0,   0,   0,   1,   1,   1,   1,   1,   1,   1,   1,   1,   1,   1,   1,
    1,   1,   1,   '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 1,   1,
    1,   1,   1,   1,   1,   'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j',
    'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y',
    'z', 1,   1,   1,   1,   1,   1,   'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h',
    'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w',
    'x', 'y', 'z', 1,   1,   1,   1,   0};

static unsigned plain(char c)
{
    return (unsigned char)c < 128 ? lowered[(unsigned char)c] : 0;
}

/* The end of the stretch of plain ASCII without blanks that begins at i. */
static size_t plain_end(const char *bytes, size_t i, size_t to)
{
    while (i < to && plain(bytes[i]))
        i++;
    return i;
}

static char lower_of(char c)
{
    return plain(c) > PUNCTUATION ? (char)plain(c) : c;
}

/* Bytes [from, to) are one word: letters and digits, or a punctuation. */
static void encode_plain_word(
    const snt_wordpiece *wp, const char *bytes, size_t from, size_t to,
    snt_sink *sink)
{
    char lower[256];
    word w = {bytes + from, to - from, from, NULL};

    if (wp->lowercase && w.len <= sizeof(lower)) {
        for (size_t i = 0; i < w.len; i++)
            lower[i] = lower_of(bytes[from + i]);
        w.bytes = lower;
    }
    encode_word(wp, &w, sink);
}

static void encode_plain(
    const snt_wordpiece *wp, const char *bytes, size_t from, size_t to,
    snt_sink *sink)
{
    while (from < to && !sink->full) {
        size_t end = from;

        while (end < to && plain(bytes[end]) > PUNCTUATION)
            end++;
        if (end == from)
            end++;
        encode_plain_word(wp, bytes, from, end, sink);
        from = end;
    }
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
        bytes = malloc(4 * letters.n);
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

bool snt_wordpiece_encode(
    const snt_wordpiece *wp, sentiment_text text, size_t from, size_t to,
    snt_sink *sink)
{
    const char *bytes = text.bytes;

    while (from < to && !sink->full) {
        size_t end = plain_end(bytes, from, to);

        if (end == to || is_blank(bytes[end])) {
            encode_plain(wp, bytes, from, end, sink);
        } else {
            while (end < to && !is_blank(bytes[end]))
                end++;
            if (!encode_any(wp, text, from, end, sink))
                return false;
        }
        from = end;
        while (from < to && is_blank(bytes[from]))
            from++;
    }
    return true;
}
