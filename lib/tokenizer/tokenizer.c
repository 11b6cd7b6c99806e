/* tokenizer.c - see the public tokenizer.h: special tokens and truncation
 * around what bpe.c and wordpiece.c do. */
#include "tokenizer.h"

#include <assert.h>
#include <stdlib.h>

#include "error.h"
#include "internal.h"
#include "memo.h"
#include "unicode.h"
#include "utf8.h"

sentiment_status sentiment_tokenizer_open(
    sentiment_tokenizer **tok, const char *path, sentiment_error *err)
{
    assert(tok && path);
    sentiment_tokenizer *made = calloc(1, sizeof(*made));
    sentiment_status status;

    *tok = NULL;
    if (!made)
        return snt_fail_memory(err);
    made->bpe.owner = made->wp.owner = snt_memo_owner();
    status = snt_tokenizer_load(made, path, err);
    if (status == SENTIMENT_OK)
        *tok = made;
    else
        sentiment_tokenizer_close(made);
    return status;
}

void sentiment_tokenizer_close(sentiment_tokenizer *tok)
{
    if (!tok)
        return;
    snt_bpe_free(&tok->bpe);
    snt_words_free(&tok->wp.words);
    snt_added_free(&tok->added);
    free(tok);
}

/* Bytes [from, to) hold no added token. */
static bool encode_plain(
    const sentiment_tokenizer *tok, sentiment_text text, size_t from, size_t to,
    snt_sink *sink)
{
    if (tok->is_bpe)
        return snt_bpe_encode(&tok->bpe, text, from, to, sink);
    return snt_wordpiece_encode(&tok->wp, text, from, to, sink);
}

/* The white space that a match begins and ends with, in characters. */
static void count_spaces(
    sentiment_text text, sentiment_span match, size_t *leading,
    size_t *trailing)
{
    bool begun = false;
    size_t n;

    *leading = *trailing = 0;
    for (size_t i = match.start; i < match.end; i += n) {
        bool space = snt_unicode_space_at(text.bytes + i, &n);

        begun = begun || !space;
        *leading += space && !begun;
        *trailing = space ? *trailing + 1 : 0;
    }
}

static void emit_added(
    const sentiment_tokenizer *tok, sentiment_text text,
    const snt_added_token *token, sentiment_span match, snt_sink *sink)
{
    size_t leading, trailing;

    if (tok->is_bpe && tok->bpe.trim_offsets) {
        count_spaces(text, match, &leading, &trailing);
        snt_bpe_trim(
            &tok->bpe, text, sink->n == 0, leading, trailing, &match.start,
            &match.end);
    }
    snt_sink_add(sink, token->id, match.start, match.end);
}

/* Cuts bytes [from, to) at the added tokens of this pass; what lies between
 * goes through the next pass, and in the end to the model. */
static bool encode_pass(
    const sentiment_tokenizer *tok, sentiment_text text, size_t from, size_t to,
    uint32_t flags, int pass, snt_sink *sink)
{
    bool as_text = (flags & SENTIMENT_ENCODE_SPECIAL_AS_TEXT) != 0;

    if (pass == 2)
        return encode_plain(tok, text, from, to, sink);
    while (from < to && !sink->full) {
        sentiment_span match = {to, to};
        const snt_added_token *token = snt_added_find(
            &tok->added, text, from, to, pass == 1, as_text, &match);

        sink->steps += match.end - from;
        if (match.start > from &&
            !encode_pass(tok, text, from, match.start, flags, pass + 1, sink))
            return false;
        if (token)
            emit_added(tok, text, token, match, sink);
        from = match.end;
    }
    return true;
}

/* How many tokens the text has, on a sink that passes over all of them. */
static bool count(
    const sentiment_tokenizer *tok, sentiment_text text, uint32_t flags,
    snt_sink *sink, size_t *n)
{
    *sink = (snt_sink){.skip = SIZE_MAX};
    if (!encode_pass(tok, text, 0, text.len, flags, 0, sink))
        return false;
    *n = SIZE_MAX - sink->skip;
    return true;
}

/* Truncation on the left: a first pass says how many tokens to leave out. */
static bool encode_tail(
    const sentiment_tokenizer *tok, sentiment_text text, uint32_t flags,
    snt_sink *sink)
{
    snt_sink all;
    size_t n;

    if (!count(tok, text, flags, &all, &n))
        return false;
    sink->skip = n > sink->cap ? n - sink->cap : 0;
    if (!encode_pass(tok, text, 0, text.len, flags, 0, sink))
        return false;
    sink->full = n > sink->cap;
    return true;
}

static void put_special(
    const int32_t *ids, size_t n, sentiment_tokens *out, size_t at)
{
    for (size_t i = 0; i < n; i++) {
        out->ids[at + i] = ids[i];
        if (out->offsets)
            out->offsets[at + i] = (sentiment_span){0, 0};
    }
}

sentiment_status sentiment_tokenizer_encode(
    const sentiment_tokenizer *tok, sentiment_text text, uint32_t flags,
    sentiment_tokens *out, sentiment_error *err)
{
    assert(tok && out && (text.bytes || !text.len));
    bool wrapped = !(flags & SENTIMENT_ENCODE_NO_SPECIAL);
    size_t before = wrapped ? tok->n_before : 0;
    size_t special = before + (wrapped ? tok->n_after : 0);
    size_t valid = snt_utf8_valid(text.bytes, text.len);
    snt_sink sink;
    bool done;

    if (valid < text.len)
        return snt_fail(err, SENTIMENT_ETEXT, "not UTF-8 at byte %zu", valid);
    if (text.len > INT32_MAX)
        return snt_fail(
            err, SENTIMENT_ETOOLONG, "%zu bytes, at most 2 GiB are read",
            text.len);
    if (out->cap < special)
        return snt_fail(
            err, SENTIMENT_EINVAL,
            "room for %zu tokens, the special ones alone are %zu", out->cap,
            special);
    sink = (snt_sink){
        .ids = out->ids + before,
        .offsets = out->offsets ? out->offsets + before : NULL,
        .cap = out->cap - special};
    done = flags & SENTIMENT_ENCODE_KEEP_TAIL
               ? encode_tail(tok, text, flags, &sink)
               : encode_pass(tok, text, 0, text.len, flags, 0, &sink);
    if (!done)
        return snt_fail_memory(err);
    if (wrapped) {
        put_special(tok->before, before, out, 0);
        put_special(tok->after, tok->n_after, out, before + sink.n);
    }
    out->n = sink.n + special;
    out->truncated = sink.full;
    return SENTIMENT_OK;
}

size_t snt_tokenizer_steps(
    const sentiment_tokenizer *tok, sentiment_text text, size_t cap)
{
    snt_sink sink = {.skip = cap};

    return encode_pass(tok, text, 0, text.len, 0, 0, &sink) ? sink.steps : 0;
}

/* A byte gives at most one token, or two with a space put before it; a
 * character decomposes into no more letters than it has bytes. */
size_t sentiment_tokenizer_bound(const sentiment_tokenizer *tok, size_t len)
{
    assert(tok);
    return 2 * len + tok->n_before + tok->n_after + 1;
}

size_t sentiment_tokenizer_limit(const sentiment_tokenizer *tok)
{
    assert(tok);
    return tok->limit;
}

size_t sentiment_tokenizer_n_ids(const sentiment_tokenizer *tok)
{
    assert(tok);
    return tok->n_ids;
}

const char *sentiment_tokenizer_kind(const sentiment_tokenizer *tok)
{
    assert(tok);
    return tok->is_bpe ? "BPE" : "WordPiece";
}

size_t snt_tokenizer_n_special(const sentiment_tokenizer *tok)
{
    return tok->n_before + tok->n_after;
}

void snt_tokenizer_wrap(
    const sentiment_tokenizer *tok, const int32_t *ids, size_t n, int32_t *out)
{
    memcpy(out, tok->before, tok->n_before * sizeof(*out));
    memcpy(out + tok->n_before, ids, n * sizeof(*out));
    memcpy(out + tok->n_before + n, tok->after, tok->n_after * sizeof(*out));
}
