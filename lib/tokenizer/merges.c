/* merges.c - see merges.h. The merge loop is the reference library's: a queue
 * of pairs by (rank, place), each checked again when its turn comes. Short
 * words scan for the best pair instead, which gives the same and is faster. */
#include "merges.h"

#include <stdlib.h>

#include "words.h"

enum { FEW = 32 };

static const uint64_t free_slot = UINT64_MAX;

bool snt_merges_init(snt_merges *merges, size_t n)
{
    size_t slots = 16;

    while (slots < 2 * n)
        slots *= 2;
    merges->pairs = malloc(slots * sizeof(*merges->pairs));
    merges->products = malloc((n + 1) * sizeof(*merges->products));
    merges->byte_ranks = malloc(65536 * sizeof(*merges->byte_ranks));
    if (!merges->pairs || !merges->products || !merges->byte_ranks)
        return false;
    merges->pair_mask = slots - 1;
    for (size_t i = 0; i < slots; i++)
        merges->pairs[i] = free_slot;
    return true;
}

void snt_merges_free(snt_merges *merges)
{
    free(merges->byte_ranks);
    free(merges->products);
    free(merges->pairs);
}

static uint64_t key_of(int32_t left, int32_t right)
{
    return (uint64_t)left << SNT_ID_BITS | (uint64_t)right;
}

/* The slot of a pair, or the free one where it would go. */
static uint64_t *slot(const snt_merges *merges, uint64_t key)
{
    size_t i = snt_words_hash((snt_key){key, 0}) & merges->pair_mask;

    while (merges->pairs[i] >> SNT_ID_BITS != key &&
           merges->pairs[i] != free_slot)
        i = (i + 1) & merges->pair_mask;
    return &merges->pairs[i];
}

void snt_merges_add(
    snt_merges *merges, int32_t left, int32_t right, uint32_t rank, int32_t id)
{
    uint64_t key = key_of(left, right);

    *slot(merges, key) = key << SNT_ID_BITS | rank;
    merges->products[rank] = id;
}

/* The rank of a pair's merge, or SNT_NO_RANK. */
static uint32_t rank_of(const snt_merges *merges, int32_t left, int32_t right)
{
    uint64_t pair = *slot(merges, key_of(left, right));

    return pair == free_slot
               ? SNT_NO_RANK
               : (uint32_t)pair & ((UINT32_C(1) << SNT_ID_BITS) - 1);
}

void snt_merges_index(snt_merges *merges)
{
    for (size_t i = 0; i < 65536; i++)
        merges->byte_ranks[i] = rank_of(
            merges, merges->byte_ids[i >> 8], merges->byte_ids[i & 255]);
}

/* A word of few bytes, and its symbols: finds the best pair by looking at
 * all; how many remain. */
static size_t merge_few(
    const snt_merges *merges, const char *word, snt_symbol *s, size_t n)
{
    const unsigned char *bytes = (const unsigned char *)word;
    uint32_t ranks[FEW];

    for (size_t i = 0; i + 1 < n; i++)
        ranks[i] = merges->byte_ranks[bytes[i] << 8 | bytes[i + 1]];
    while (n > 1) {
        size_t best = 0;

        for (size_t i = 1; i + 1 < n; i++)
            if (ranks[i] < ranks[best])
                best = i;
        if (ranks[best] == SNT_NO_RANK)
            break;
        s[best].id = merges->products[ranks[best]];
        s[best].end = s[best + 1].end;
        n--;
        for (size_t i = best + 1; i < n; i++) {
            s[i] = s[i + 1];
            ranks[i - 1] = ranks[i];
        }
        if (best)
            ranks[best - 1] = rank_of(merges, s[best - 1].id, s[best].id);
        if (best + 1 < n)
            ranks[best] = rank_of(merges, s[best].id, s[best + 1].id);
    }
    return n;
}

/* A word of many: a binary heap of candidates, and symbols in a linked list
 * by index. */
typedef struct candidate {
    uint32_t rank;
    uint32_t at; /* of the left snt_symbol */
} candidate;

typedef struct merger {
    const snt_merges *merges;
    snt_symbol *s;
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
    return rank_of(m->merges, m->s[left].id, m->s[right].id);
}

static void consider(merger *m, size_t left)
{
    uint32_t rank = rank_at(m, left);

    if (rank != SNT_NO_RANK)
        push(m, (candidate){rank, (uint32_t)left});
}

static void merge_all(merger *m, size_t *steps)
{
    const int32_t *products = m->merges->products;

    while (m->size) {
        candidate c = pop(m);
        size_t left = c.at, right = m->next[left];
        uint32_t rank = rank_at(m, left);

        ++*steps;
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
    const snt_merges *merges, snt_symbol *s, size_t n, size_t *steps)
{
    merger m = {.merges = merges, .s = s, .n = n};
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
        merge_all(&m, steps);
        for (size_t i = 0; i < n; i = m.next[i])
            s[kept++] = s[i];
    }
    free(m.next);
    free(m.prev);
    free(m.heap);
    return kept;
}

/* The symbols of a word's bytes. */
static void split(
    const snt_merges *merges, const char *word, size_t len, snt_symbol *s)
{
    for (size_t i = 0; i < len; i++)
        s[i] = (snt_symbol){
            merges->byte_ids[(unsigned char)word[i]], (uint32_t)i,
            (uint32_t)(i + 1)};
}

size_t snt_merges_apply(
    const snt_merges *merges, const char *word, size_t len, snt_symbol *s,
    size_t *steps)
{
    split(merges, word, len, s);
    *steps += len;
    return len > FEW ? merge_many(merges, s, len, steps)
                     : merge_few(merges, word, s, len);
}
