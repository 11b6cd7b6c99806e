/*
 * attend.c - attention of one text in float, where a head's dimensions are
 * whole registers; see vectors.h. Queries and values are read where they lie,
 * keys turned, so that scores of neighbouring keys are one register.
 */
#include "kernels.h"

#include "turn.h"
#include "vectors.h"

enum { QUERIES = 4, WIDTH = 2 }; /* at a time: of WIDTH registers each */

typedef struct head {
    const snt_attention *a;
    size_t at;      /* its first dimension */
    size_t columns; /* keys up to whole registers */
    uint32_t *keys; /* [dim, columns] floats */
    float *scores;  /* [QUERIES, columns] */
    vec behind; /* added to the last register's: far below 0 after the end */
} head;

/* sum[QUERIES, width] of left[QUERIES, n] and right[n, stride]; width is known
 * where it is inlined. */
static inline __attribute__((always_inline)) void multiply(
    size_t width, const float *const left[QUERIES], const float *right,
    size_t n, size_t stride, vec sum[QUERIES][WIDTH])
{
    for (size_t q = 0; q < QUERIES; q++)
        for (size_t j = 0; j < width; j++)
            sum[q][j] = (vec){0};
    for (size_t k = 0; k < n; k++, right += stride)
        for (size_t j = 0; j < width; j++) {
            vec r = load(right + j * LANES);

            for (size_t q = 0; q < QUERIES; q++)
                sum[q][j] += r * left[q][k];
        }
}

/* out[QUERIES, columns], rows out_stride apart, of the first some rows: left
 * times right, times by. */
static inline __attribute__((always_inline)) void product(
    const float *const left[QUERIES], const float *right, size_t n,
    size_t stride, size_t columns, const float by[QUERIES], size_t some,
    float *out, size_t out_stride)
{
    for (size_t c = 0, width; c < columns; c += width * LANES) {
        vec sum[QUERIES][WIDTH];

        width = columns - c < WIDTH * LANES ? 1 : WIDTH;
        if (width == WIDTH)
            multiply(WIDTH, left, right + c, n, stride, sum);
        else
            multiply(1, left, right + c, n, stride, sum);
        for (size_t q = 0; q < some; q++)
            for (size_t j = 0; j < width; j++)
                store(out + q * out_stride + c + j * LANES, sum[q][j] * by[q]);
    }
}

/* scores[columns] to shares of a sum that is not 1 yet: what they have to be
 * multiplied by. */
static float soften(const head *h, float *scores)
{
    size_t last = h->columns - LANES;
    vec top = load(scores + last) + h->behind, sum = {0};

    store(scores + last, top);
    for (size_t j = 0; j < last; j += LANES)
        top = larger(load(scores + j), top);
    top = (vec){0} + largest_of(top);
    for (size_t j = 0; j < h->columns; j += LANES) {
        vec share = exponential(load(scores + j) - top);

        sum += share;
        store(scores + j, share);
    }
    return 1 / sum_of(sum);
}

/* Queries from first on, up to QUERIES of them. */
static void answer(const head *h, size_t first)
{
    static const float one[QUERIES] = {1, 1, 1, 1};
    const snt_attention *a = h->a;
    size_t left = a->n_queries - first, some = left < QUERIES ? left : QUERIES;
    size_t width = a->heads * a->dim;
    const float *q[QUERIES], *shares[QUERIES];
    float by[QUERIES];

    for (size_t i = 0; i < QUERIES; i++) {
        q[i] = (const float *)a->q +
               (first + (i < some ? i : 0)) * a->q_stride + h->at;
        shares[i] = h->scores + i * h->columns;
    }
    product(
        q, (const float *)(const void *)h->keys, a->dim, h->columns, h->columns,
        one, QUERIES, h->scores, h->columns);
    for (size_t i = 0; i < QUERIES; i++)
        by[i] = soften(h, h->scores + i * h->columns);
    product(
        shares, (const float *)a->v + h->at, a->n_keys, a->kv_stride, a->dim,
        by, some, (float *)a->out + first * width + h->at, width);
}

int SNT_FOR_ISA(snt_attend_f32)(const snt_attention *a)
{
    head h = {.a = a, .columns = (a->n_keys + LANES - 1) / LANES * LANES};

    if (a->type != SNT_F32 || a->dim % LANES)
        return 0;
    h.keys = (uint32_t *)(void *)a->scratch;
    h.scores = a->scratch + a->dim * h.columns;
    for (size_t i = 0; i < LANES; i++)
        h.behind[i] = h.columns - LANES + i < a->n_keys ? 0 : -1e30f;
    for (h.at = a->first * a->dim; h.at < a->last * a->dim; h.at += a->dim) {
        snt_turn(
            (const float *)a->k + h.at, a->kv_stride * sizeof(float), a->n_keys,
            a->dim, h.columns, h.keys);
        for (size_t first = 0; first < a->n_queries; first += QUERIES)
            answer(&h, first);
    }
    return 1;
}
