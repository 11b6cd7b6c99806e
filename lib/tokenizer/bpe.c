/* bpe.c - see bpe.h. */
#include "bpe.h"

#include <stdlib.h>

#include "block.h"
#include "memo.h"
#include "pretokenize.h"

enum { INLINE_SYMBOLS = 512 };

void snt_bpe_free(snt_bpe *bpe)
{
    snt_merges_free(&bpe->merges);
    snt_words_free(&bpe->words);
}

bool snt_bpe_learn(snt_bpe *bpe, const char *bytes, size_t len, int32_t id)
{
    snt_symbol symbols[INLINE_SYMBOLS];
    size_t n, steps = 0;

    if (!len || len > INLINE_SYMBOLS)
        return true;
    n = snt_merges_apply(&bpe->merges, bytes, len, symbols, &steps);
    if (!n)
        return false;
    if (n != 1 || symbols[0].id != id)
        return true;
    return snt_words_add(&bpe->words, bytes, len, 0, id);
}

/* ---- offsets ---- */

static bool is_inside(sentiment_text text, size_t i)
{
    return i < text.len && ((unsigned char)text.bytes[i] & 0xC0) == 0x80;
}

static size_t forward(sentiment_text text, size_t i, size_t end)
{
    if (i < end)
        for (i++; i < end && is_inside(text, i); i++)
            ;
    return i;
}

static size_t backward(sentiment_text text, size_t i, size_t start)
{
    if (i > start)
        for (i--; i > start && is_inside(text, i); i--)
            ;
    return i;
}

static size_t characters_before(sentiment_text text, size_t end, size_t most)
{
    size_t n = 0;

    while (end && n < most) {
        end = backward(text, end, 0);
        n++;
    }
    return n;
}

void snt_bpe_trim(
    const snt_bpe *bpe, sentiment_text text, bool first, size_t leading,
    size_t trailing, size_t *start, size_t *end)
{
    if (leading &&
        !((first || *start == 0) && bpe->trim_prefix_space && leading == 1))
        while (leading--)
            *start = forward(text, *start, *end);
    if (trailing && characters_before(text, *end, trailing) == trailing)
        while (trailing--)
            *end = backward(text, *end, *start);
}

/* A piece of text as the split sees it: with a space before it, or not. */
typedef struct piece {
    const char *bytes;
    size_t len;
    size_t shift; /* 1: bytes[0] is not the text's */
    size_t from;  /* where the rest lies in the text */
} piece;

/* Bytes [start, end) of the piece as a span of the text: whole characters. */
static sentiment_span span_of(
    const snt_bpe *bpe, sentiment_text text, const piece *p, bool first,
    size_t start, size_t end)
{
    const char *word = p->bytes + start;
    size_t len = end - start, leading = 0, trailing = 0;
    sentiment_span span;

    span.start = p->from + (start > p->shift ? start - p->shift : 0);
    span.end = p->from + (end > p->shift ? end - p->shift : 1);
    while (is_inside(text, span.start))
        span.start--;
    while (is_inside(text, span.end))
        span.end++;
    if (!bpe->trim_offsets)
        return span;
    while (leading < len && word[leading] == ' ')
        leading++;
    while (trailing < len && word[len - 1 - trailing] == ' ')
        trailing++;
    snt_bpe_trim(bpe, text, first, leading, trailing, &span.start, &span.end);
    return span;
}

static void emit(
    const snt_bpe *bpe, sentiment_text text, const piece *p, int32_t id,
    size_t start, size_t end, snt_sink *sink)
{
    sentiment_span span = {0, 0};

    if (sink->offsets)
        span = span_of(bpe, text, p, sink->n == 0, start, end);
    snt_sink_add(sink, id, span.start, span.end);
}

/* ---- words ---- */

/* What goes into the encoding of a piece. */
typedef struct encoder {
    const snt_bpe *bpe;
    sentiment_text text;
    piece p;
    snt_memo *memo; /* or NULL */
    snt_sink *sink;
} encoder;

static void emit_symbols(
    const encoder *e, size_t start, const snt_symbol *s, size_t n)
{
    for (size_t i = 0; i < n && !e->sink->full; i++)
        emit(
            e->bpe, e->text, &e->p, s[i].id, start + s[i].start,
            start + s[i].end, e->sink);
}

/* A word of any length that starts at start of the piece. */
static bool merge_word(
    const encoder *e, size_t start, size_t len, snt_memo_word *word)
{
    snt_symbol few[INLINE_SYMBOLS], *s = few;
    size_t n;

    if (len > INLINE_SYMBOLS) {
        s = malloc(len * sizeof(*s));
        if (!s)
            return false;
    }
    n = snt_merges_apply(
        &e->bpe->merges, e->p.bytes + start, len, s, &e->sink->steps);
    emit_symbols(e, start, s, n);
    for (size_t i = 0; word && i < n && n <= SNT_MEMO_TOKENS; i++) {
        word->ids[i] = s[i].id;
        word->ends[i] = (uint8_t)s[i].end;
        word->n = (uint8_t)n;
    }
    if (s != few)
        free(s);
    return n > 0;
}

/* A word of at most SNT_SHORT_WORD bytes that is not remembered, yet. */
static bool encode_short(
    const encoder *e, size_t start, size_t len, snt_key key)
{
    snt_memo_word word = {.key = key};
    int32_t id = snt_words_probe(&e->bpe->words, key);

    if (id != SNT_NO_ID) {
        word.ids[0] = id;
        word.ends[0] = (uint8_t)len;
        word.n = 1;
        emit(e->bpe, e->text, &e->p, id, start, start + len, e->sink);
    } else if (!merge_word(e, start, len, &word)) {
        return false;
    }
    if (e->memo && word.n)
        snt_memo_put(e->memo, &word);
    return true;
}

static bool encode_long(const encoder *e, size_t start, size_t len)
{
    int32_t id =
        snt_words_find_long(&e->bpe->words, e->p.bytes + start, len, 0);

    if (id == SNT_NO_ID)
        return merge_word(e, start, len, NULL);
    emit(e->bpe, e->text, &e->p, id, start, start + len, e->sink);
    return true;
}

static void emit_word(const encoder *e, size_t start, const snt_memo_word *word)
{
    size_t from = start;

    for (size_t i = 0; i < word->n; i++) {
        size_t end = start + word->ends[i];

        emit(e->bpe, e->text, &e->p, word->ids[i], from, end, e->sink);
        from = end;
    }
}

/* The words of a block that lies at `at` of the piece and can be read at bytes:
 * each begins where the one before it ends. */
static bool encode_words(
    const encoder *e, size_t at, const char *bytes, uint64_t ends)
{
    const bool roomy = snt_sink_roomy(e->sink, SNT_BLOCK);
    size_t start = 0;

    for (; ends; ends &= ends - 1) {
        size_t end = (size_t)__builtin_ctzll(ends), len = end - start;
        const snt_memo_word *word = NULL;
        snt_key key;

        if (len <= SNT_SHORT_WORD) {
            key = snt_words_key(bytes + start, len, 0);
            word = e->memo ? snt_memo_find(e->memo, key) : NULL;
            if (word && roomy)
                snt_memo_take(word, e->sink);
            else if (word)
                emit_word(e, at + start, word);
            else if (!encode_short(e, at + start, len, key))
                return false;
        } else if (!encode_long(e, at + start, len)) {
            return false;
        }
        start = end;
    }
    return true;
}

static bool encode_piece(const encoder *e)
{
    const piece *p = &e->p;
    char tail[SNT_BLOCK_ROOM];

    for (size_t at = 0; at < p->len && !e->sink->full;) {
        const char *bytes = snt_block_at(p->bytes, at, p->len, tail);
        uint64_t ends = snt_pretokenize_block(bytes, p->len - at);
        size_t end;

        e->sink->steps += SNT_BLOCK / 8;
        if (ends) {
            if (!encode_words(e, at, bytes, ends))
                return false;
            at += 63 - (size_t)__builtin_clzll(ends);
            continue;
        }
        end = snt_pretokenize(p->bytes, at, p->len);
        if (end - at <= SNT_SHORT_WORD
                ? !encode_words(e, at, bytes, UINT64_C(1) << (end - at))
                : !encode_long(e, at, end - at))
            return false;
        at = end;
    }
    return true;
}

bool snt_bpe_encode(
    const snt_bpe *bpe, sentiment_text text, size_t from, size_t to,
    snt_sink *sink)
{
    encoder e = {
        bpe, text, {text.bytes + from, to - from, 0, from}, NULL, sink};
    piece *p = &e.p;
    char *copy;
    bool done;

    if (from == to)
        return true;
    e.memo = snt_memo_get(bpe->owner);
    if (!bpe->prefix_space || text.bytes[from] == ' ')
        return encode_piece(&e);
    copy = malloc(p->len + 1);
    if (!copy)
        return false;
    copy[0] = ' ';
    memcpy(copy + 1, p->bytes, p->len);
    p->bytes = copy;
    p->len++;
    p->shift = 1;
    done = encode_piece(&e);
    free(copy);
    return done;
}
