/*
 * attend_low.c - attention of one text in BF16, for CPUs whose instructions
 * multiply pairs of it (AVX-512 BF16): scores of keys turned to [pairs, keys],
 * probabilities rounded to BF16 as flash attention does, sums in float.
 */
#include <immintrin.h>

#include "kernels.h"

#include "turn.h"
#include "vectors.h"

enum { QUERIES = 4 }; /* at a time */

typedef struct head {
    size_t n;         /* keys */
    size_t columns;   /* n up to whole registers */
    size_t words;     /* pairs of a query */
    uint32_t *keys;   /* [words, columns] pairs of dimensions */
    uint32_t *values; /* [columns / 2, 2 * words] pairs of keys */
    float *scores;    /* [QUERIES, columns] */
    uint16_t *shares; /* [QUERIES, columns] BF16, of a sum that is not 1 yet */
} head;

/* Of two rows of 32 values, the first 16 columns as pairs and the last. */
static void pack_values(const head *h, const uint16_t *v, size_t stride)
{
    static const uint16_t pairs[32] = {
        0, 32, 1, 33, 2,  34, 3,  35, 4,  36, 5,  37, 6,  38, 7,  39,
        8, 40, 9, 41, 10, 42, 11, 43, 12, 44, 13, 45, 14, 46, 15, 47};
    const __m512i low = _mm512_loadu_si512(pairs);
    const __m512i high = _mm512_add_epi16(low, _mm512_set1_epi16(16));
    uint32_t *to = h->values;

    for (size_t j = 0; j < h->columns; j += 2)
        for (size_t w = 0; w < h->words; w += 16, to += 32) {
            const uint16_t *from = v + j * stride + 2 * w;
            __m512i a =
                j < h->n ? _mm512_loadu_si512(from) : _mm512_setzero_si512();
            __m512i b = j + 1 < h->n ? _mm512_loadu_si512(from + stride)
                                     : _mm512_setzero_si512();

            _mm512_storeu_si512(to, _mm512_permutex2var_epi16(a, low, b));
            _mm512_storeu_si512(to + 16, _mm512_permutex2var_epi16(a, high, b));
        }
}

static inline __m512i pair_at(const uint16_t *p)
{
    int32_t pair;

    memcpy(&pair, p, sizeof(pair));
    return _mm512_set1_epi32(pair);
}

/* sum[QUERIES, 16] of left[QUERIES, 2 n] BF16 and right[n, columns] pairs. */
static inline void multiply(
    const uint16_t *const left[QUERIES], const uint32_t *right, size_t n,
    size_t columns, __m512 sum[QUERIES])
{
    for (int q = 0; q < QUERIES; q++)
        sum[q] = _mm512_setzero_ps();
    for (size_t w = 0; w < n; w++) {
        __m512bh r = (__m512bh)_mm512_loadu_si512(right + w * columns);

        for (int q = 0; q < QUERIES; q++)
            sum[q] =
                _mm512_dpbf16_ps(sum[q], (__m512bh)pair_at(left[q] + 2 * w), r);
    }
}

/* scores[columns] to shares; what these have to be multiplied by. */
static float soften(const head *h, float *scores, uint16_t *shares)
{
    size_t last = h->columns - 16;
    __mmask16 there = (__mmask16)(0xFFFF >> (h->columns - h->n));
    __m512 sum = _mm512_setzero_ps(), top;

    top = _mm512_mask_loadu_ps(_mm512_set1_ps(-1e30f), there, scores + last);
    _mm512_storeu_ps(scores + last, top);
    for (size_t j = 0; j < last; j += 16)
        top = _mm512_max_ps(top, _mm512_loadu_ps(scores + j));
    top = _mm512_set1_ps(_mm512_reduce_max_ps(top));
    for (size_t j = 0; j < h->columns; j += 16) {
        __m512 share = (__m512)exponential(load(scores + j) - (vec)top);

        sum = _mm512_add_ps(sum, share);
        _mm256_storeu_si256(
            (__m256i *)(void *)(shares + j),
            (__m256i)_mm512_cvtneps_pbh(share));
    }
    return 1 / _mm512_reduce_add_ps(sum);
}

/* Queries from first on, up to QUERIES of them. */
static void answer(
    const snt_attention *a, const head *h, size_t head_at, size_t first)
{
    size_t left = a->n_queries - first, width = 2 * h->words;
    size_t some = left < QUERIES ? left : QUERIES;
    const uint16_t *q[QUERIES], *shares[QUERIES];
    float by[QUERIES];
    __m512 sum[QUERIES];

    for (size_t i = 0; i < QUERIES; i++) {
        size_t row = first + (i < some ? i : 0);

        q[i] = (const uint16_t *)a->q + row * a->q_stride + head_at;
        shares[i] = h->shares + i * h->columns;
    }
    for (size_t j = 0; j < h->columns; j += 16) {
        multiply(q, h->keys + j, h->words, h->columns, sum);
        for (size_t i = 0; i < some; i++)
            _mm512_storeu_ps(h->scores + i * h->columns + j, sum[i]);
    }
    for (size_t i = 0; i < some; i++)
        by[i] =
            soften(h, h->scores + i * h->columns, h->shares + i * h->columns);
    for (size_t c = 0; c < width; c += 16) {
        multiply(shares, h->values + c, (h->n + 1) / 2, width, sum);
        for (size_t i = 0; i < some; i++)
            _mm256_storeu_si256(
                (__m256i
                     *)(void
                            *)((uint16_t *)a->out + (first + i) * a->heads * width + head_at + c),
                (__m256i)_mm512_cvtneps_pbh(
                    _mm512_mul_ps(sum[i], _mm512_set1_ps(by[i]))));
    }
}

int snt_attend_low(const snt_attention *a)
{
    head h = {.n = a->n_keys, .columns = (a->n_keys + 15) / 16 * 16};

    if (a->type != SNT_BF16 || a->dim % 32)
        return 0;
    h.words = a->dim / 2;
    h.keys = (uint32_t *)(void *)a->scratch;
    h.values = h.keys + h.words * h.columns;
    h.scores = (float *)(void *)(h.values + h.words * h.columns);
    h.shares = (uint16_t *)(void *)(h.scores + QUERIES * h.columns);
    for (size_t at = a->first * a->dim; at < a->last * a->dim; at += a->dim) {
        snt_turn(
            (const uint16_t *)a->k + at, a->kv_stride * sizeof(uint16_t), h.n,
            h.words, h.columns, h.keys);
        pack_values(&h, (const uint16_t *)a->v + at, a->kv_stride);
        for (size_t first = 0; first < a->n_queries; first += QUERIES)
            answer(a, &h, at, first);
    }
    return 1;
}
