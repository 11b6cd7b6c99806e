/* bpe.c - see bpe.h. The merge loop is the reference library's: a queue of
 * pairs by (rank, place), each checked again when its turn comes. Short words
 * scan for the best pair instead, which gives the same and is faster. */
#include "bpe.h"

#include <stdlib.h>

#include "memo.h"
#include "pretokenize.h"
#include "utf8.h"

enum { FEW = 32, INLINE_SYMBOLS = 512 };

static const uint64_t free_slot = UINT64_MAX;

bool snt_bpe_init(snt_bpe *bpe, size_t n_merges)
{
    size_t slots = 16;

    while (slots < 2 * n_merges)
        slots *= 2;
    bpe->pairs = malloc(slots * sizeof(*bpe->pairs));
    bpe->products = malloc((n_merges + 1) * sizeof(*bpe->products));
    bpe->byte_ranks = malloc(65536 * sizeof(*bpe->byte_ranks));
    if (!bpe->pairs || !bpe->products || !bpe->byte_ranks)
        return false;
    bpe->pair_mask = slots - 1;
    bpe->owner = snt_memo_owner();
    for (size_t i = 0; i < slots; i++)
        bpe->pairs[i] = free_slot;
    return true;
}

void snt_bpe_free(snt_bpe *bpe)
{
    free(bpe->byte_ranks);
    free(bpe->products);
    free(bpe->pairs);
    snt_words_free(&bpe->words);
}

static uint64_t key_of(int32_t left, int32_t right)
{
    return (uint64_t)left << SNT_ID_BITS | (uint64_t)right;
}

/* The slot of a pair, or the free one where it would go. */
static uint64_t *slot(const snt_bpe *bpe, uint64_t key)
{
    size_t i = snt_words_hash(key, 0) & bpe->pair_mask;

    while (bpe->pairs[i] >> SNT_ID_BITS != key && bpe->pairs[i] != free_slot)
        i = (i + 1) & bpe->pair_mask;
    return &bpe->pairs[i];
}

void snt_bpe_add(
    snt_bpe *bpe, int32_t left, int32_t right, uint32_t rank, int32_t id)
{
    uint64_t key = key_of(left, right);

    *slot(bpe, key) = key << SNT_ID_BITS | rank;
    bpe->products[rank] = id;
}

/* The rank of a pair's merge, or SNT_NO_RANK. */
static uint32_t rank_of(const snt_bpe *bpe, int32_t left, int32_t right)
{
    uint64_t pair = *slot(bpe, key_of(left, right));

    return pair == free_slot
               ? SNT_NO_RANK
               : (uint32_t)pair & ((UINT32_C(1) << SNT_ID_BITS) - 1);
}

void snt_bpe_index(snt_bpe *bpe)
{
    for (size_t i = 0; i < 65536; i++)
        bpe->byte_ranks[i] =
            rank_of(bpe, bpe->byte_ids[i >> 8], bpe->byte_ids[i & 255]);
}

typedef struct symbol {
    int32_t id; /* -1: merged into an earlier one */
    uint32_t start;
    uint32_t end;
} symbol;

/* A word of few bytes, and its symbols: finds the best pair by looking at
 * all; how many remain. */
static size_t merge_few(
    const snt_bpe *bpe, const char *word, symbol *s, size_t n)
{
    const unsigned char *bytes = (const unsigned char *)word;
    uint32_t ranks[FEW];

    for (size_t i = 0; i + 1 < n; i++)
        ranks[i] = bpe->byte_ranks[bytes[i] << 8 | bytes[i + 1]];
    while (n > 1) {
        size_t best = 0;

        for (size_t i = 1; i + 1 < n; i++)
            if (ranks[i] < ranks[best])
                best = i;
        if (ranks[best] == SNT_NO_RANK)
            break;
        s[best].id = bpe->products[ranks[best]];
        s[best].end = s[best + 1].end;
        n--;
        for (size_t i = best + 1; i < n; i++) {
            s[i] = s[i + 1];
            ranks[i - 1] = ranks[i];
        }
        if (best)
            ranks[best - 1] = rank_of(bpe, s[best - 1].id, s[best].id);
        if (best + 1 < n)
            ranks[best] = rank_of(bpe, s[best].id, s[best + 1].id);
    }
    return n;
}

/* A word of many: a binary heap of candidates, and symbols in a linked list
 * by index. */
typedef struct candidate {
    uint32_t rank;
    uint32_t at; /* of the left symbol */
} candidate;

typedef struct merger {
    const snt_bpe *bpe;
    symbol *s;
    uint32_t *next, *prev; /* [n]; n ends */
    candidate *heap;       /* [3 n] */
    size_t n, size;
} merger;

static bool before(candidate a, candidate b)
{
    return a.rank < b.rank || (a.rank == b.rank && a.at < b.at);
}

static void push(merger *m, candidate c)
{
    size_t i = m->size++;

    while (i && before(c, m->heap[(i - 1) / 2])) {
        m->heap[i] = m->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    m->heap[i] = c;
}

static candidate pop(merger *m)
{
    candidate top = m->heap[0], last = m->heap[--m->size];
    size_t i = 0, child;

    while ((child = 2 * i + 1) < m->size) {
        if (child + 1 < m->size && before(m->heap[child + 1], m->heap[child]))
            child++;
        if (!before(m->heap[child], last))
            break;
        m->heap[i] = m->heap[child];
        i = child;
    }
    m->heap[i] = last;
    return top;
}

static uint32_t rank_at(const merger *m, size_t left)
{
    size_t right = m->next[left];

    if (m->s[left].id < 0 || right >= m->n)
        return SNT_NO_RANK;
    return rank_of(m->bpe, m->s[left].id, m->s[right].id);
}

static void consider(merger *m, size_t left)
{
    uint32_t rank = rank_at(m, left);

    if (rank != SNT_NO_RANK)
        push(m, (candidate){rank, (uint32_t)left});
}

static void merge_all(merger *m, snt_sink *sink)
{
    const int32_t *products = m->bpe->products;

    while (m->size) {
        candidate c = pop(m);
        size_t left = c.at, right = m->next[left];
        uint32_t rank = rank_at(m, left);

        sink->steps++;
        if (rank == SNT_NO_RANK || products[rank] != products[c.rank])
            continue;
        m->s[left].id = products[rank];
        m->s[left].end = m->s[right].end;
        m->s[right].id = -1;
        m->next[left] = m->next[right];
        if (m->next[left] < m->n)
            m->prev[m->next[left]] = (uint32_t)left;
        if (left)
            consider(m, m->prev[left]);
        consider(m, left);
    }
}

/* Returns how many remain, at the front of s; 0: out of memory. */
static size_t merge_many(
    const snt_bpe *bpe, symbol *s, size_t n, snt_sink *sink)
{
    merger m = {.bpe = bpe, .s = s, .n = n};
    size_t kept = 0;

    m.next = malloc(n * sizeof(*m.next));
    m.prev = malloc(n * sizeof(*m.prev));
    m.heap = malloc(3 * n * sizeof(*m.heap));
    if (m.next && m.prev && m.heap) {
        for (size_t i = 0; i < n; i++) {
            m.next[i] = (uint32_t)(i + 1);
            m.prev[i] = (uint32_t)(i ? i - 1 : 0);
        }
        for (size_t i = 0; i + 1 < n; i++)
            consider(&m, i);
        merge_all(&m, sink);
        for (size_t i = 0; i < n; i = m.next[i])
            s[kept++] = s[i];
    }
    free(m.next);
    free(m.prev);
    free(m.heap);
    return kept;
}

/* The symbols of a word's bytes. */
static void split(const snt_bpe *bpe, const char *word, size_t len, symbol *s)
{
    for (size_t i = 0; i < len; i++)
        s[i] = (symbol){
            bpe->byte_ids[(unsigned char)word[i]], (uint32_t)i,
            (uint32_t)(i + 1)};
}

bool snt_bpe_learn(snt_bpe *bpe, const char *bytes, size_t len, int32_t id)
{
    symbol few[INLINE_SYMBOLS];
    snt_sink sink = {.steps = 0};
    size_t n;

    if (!len || len > INLINE_SYMBOLS)
        return true;
    split(bpe, bytes, len, few);
    n = len > FEW ? merge_many(bpe, few, len, &sink)
                  : merge_few(bpe, bytes, few, len);
    if (!n)
        return false;
    if (n != 1 || few[0].id != id)
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

static bool merge_word(
    const snt_bpe *bpe, sentiment_text text, const piece *p, size_t start,
    size_t len, snt_memo_word *memo, snt_sink *sink)
{
    symbol inline_symbols[INLINE_SYMBOLS], *s = inline_symbols;
    size_t n;

    if (len > INLINE_SYMBOLS) {
        s = malloc(len * sizeof(*s));
        if (!s)
            return false;
    }
    split(bpe, p->bytes + start, len, s);
    n = len > FEW ? merge_many(bpe, s, len, sink)
                  : merge_few(bpe, p->bytes + start, s, len);
    sink->steps += len;
    for (size_t i = 0; i < n && !sink->full; i++)
        emit(bpe, text, p, s[i].id, start + s[i].start, start + s[i].end, sink);
    if (memo && n <= SNT_MEMO_TOKENS) {
        for (size_t i = 0; i < n; i++) {
            memo->ids[i] = s[i].id;
            memo->ends[i] = (uint8_t)s[i].end;
        }
        memo->n = (uint8_t)n;
    }
    if (s != inline_symbols)
        free(s);
    return n > 0;
}

/* A word of at most SNT_SHORT_WORD bytes that is no entry. */
static bool remember_word(
    const snt_bpe *bpe, sentiment_text text, const piece *p, size_t start,
    size_t len, snt_memo *memo, snt_sink *sink)
{
    uint64_t low, high;
    snt_memo_word *word;
    size_t end = start;

    snt_words_load(p->bytes + start, p->len - start, &low, &high);
    snt_words_key(len, 0, &low, &high);
    word = snt_memo_at(memo, low, high);
    if (word->low != low || word->high != high || !word->n) {
        word->low = low;
        word->high = high;
        word->n = 0;
        return merge_word(bpe, text, p, start, len, word, sink);
    }
    for (size_t i = 0; i < word->n && !sink->full; i++) {
        size_t from = end;

        end = start + word->ends[i];
        emit(bpe, text, p, word->ids[i], from, end, sink);
    }
    return true;
}

static bool encode_piece(
    const snt_bpe *bpe, sentiment_text text, const piece *p, snt_sink *sink)
{
    snt_memo *memo = snt_memo_get(bpe->owner);
    size_t at = 0, next;

    for (; at < p->len && !sink->full; at = next) {
        size_t len;
        int32_t id;

        next = snt_pretokenize_word(p->bytes, at, p->len);
        len = next - at;
        sink->steps++;
        id = snt_words_find(&bpe->words, p->bytes + at, len, p->len - at, 0);
        if (id != SNT_NO_ID) {
            emit(bpe, text, p, id, at, next, sink);
            continue;
        }
        if (memo && len <= SNT_SHORT_WORD
                ? !remember_word(bpe, text, p, at, len, memo, sink)
                : !merge_word(bpe, text, p, at, len, NULL, sink))
            return false;
    }
    return true;
}

bool snt_bpe_encode(
    const snt_bpe *bpe, sentiment_text text, size_t from, size_t to,
    snt_sink *sink)
{
    piece p = {text.bytes + from, to - from, 0, from};
    char *copy;
    bool done;

    if (from == to)
        return true;
    if (!bpe->prefix_space || text.bytes[from] == ' ')
        return encode_piece(bpe, text, &p, sink);
    copy = malloc(p.len + 1);
    if (!copy)
        return false;
    copy[0] = ' ';
    memcpy(copy + 1, p.bytes, p.len);
    p.bytes = copy;
    p.len++;
    p.shift = 1;
    done = encode_piece(bpe, text, &p, sink);
    free(copy);
    return done;
}
