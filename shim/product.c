/*
 * product.c - see product.h: in float. Compiled once for each instruction set,
 * see vectors.h.
 *
 * A tile of y, TALL rows of COLS registers, stays in registers while it sums
 * up CHUNK products, and is then added to what earlier chunks gave. That keeps
 * a chunk of the weight in the innermost cache for all rows, and makes the sum
 * of 1536 products far more exact than one chain of additions: a network's
 * logits are off by half as much.
 */
#include "product.h"

#include "tile.h"

enum { CHUNK = 128 };

/* c[rows, WIDE] += a[rows, depth] w[depth, WIDE]; it begins with the bias when
 * there is one. rows is known where it is inlined. */
static inline __attribute__((always_inline)) void tile(
    size_t rows, const float *a, size_t a_stride, const float *w, size_t depth,
    float *c, size_t c_stride, const float *bias, ahead *next)
{
    size_t further = pace(next);
    vec sum[TALL][COLS];

    for (size_t r = 0; r < rows; r++)
        for (size_t j = 0; j < COLS; j++)
            sum[r][j] = (vec){0};
    for (size_t k = 0; k < depth; k++, w += WIDE) {
        vec right[COLS];

        ask(next, further);
        for (size_t j = 0; j < COLS; j++)
            right[j] = load(w + j * LANES);
        for (size_t r = 0; r < rows; r++)
            for (size_t j = 0; j < COLS; j++)
                sum[r][j] += right[j] * a[r * a_stride + k];
    }
    for (size_t r = 0; r < rows; r++)
        for (size_t j = 0; j < COLS; j++) {
            float *to = c + r * c_stride + j * LANES;

            store(to, sum[r][j] + load(bias ? bias + j * LANES : to));
        }
}

#define TILE(n)                                                                \
    case n:                                                                    \
        tile(                                                                  \
            n < TALL ? n : TALL, a, a_stride, w, depth, c, c_stride, bias,     \
            &next);                                                            \
        break

static void tiles(
    size_t rows, const float *a, size_t a_stride, const float *w, size_t depth,
    float *c, size_t c_stride, const float *bias)
{
    ahead next = behind(w, depth * WIDE * sizeof(*w), rows);

    for (size_t n; rows; rows -= n, a += n * a_stride, c += n * c_stride) {
        n = height(rows);
        switch (n) {
            EVERY_HEIGHT(TILE);
        }
    }
}

/* One panel: all rows of WIDE columns of y. */
static void panel(
    const snt_weight *w, size_t first, size_t rows, const float *x, int gelu,
    float *y, size_t y_stride)
{
    const float *right = (const float *)w->packed + first * w->words;

    for (size_t k = 0; k < w->words; k += CHUNK)
        tiles(
            rows, x + k, w->words, right + k * WIDE,
            w->words - k < CHUNK ? w->words - k : CHUNK, y, y_stride,
            k ? NULL : w->bias + first);
    for (size_t r = 0; gelu && r < rows; r++)
        snt_gelu_row(y + r * y_stride, WIDE);
}

/* The last panel, when y has fewer columns than it. */
static void rest(
    const snt_weight *w, size_t first, size_t rows, const float *x, int gelu,
    float *y)
{
    float whole[TALL * WIDE];

    for (size_t r = 0, n; r < rows; r += n) {
        n = height(rows - r);
        panel(w, first, n, x + r * w->words, gelu, whole, WIDE);
        for (size_t i = 0; i < n; i++)
            memcpy(
                y + (r + i) * w->out + first, whole + i * WIDE,
                (w->out - first) * sizeof(*y));
    }
}

void SNT_FOR_ISA(snt_product_f32)(
    const snt_weight *w, size_t rows, const void *x, const float *x_scales,
    int gelu, snt_dtype type, void *y)
{
    (void)x_scales, (void)type;
    for (size_t j = w->first; j < w->last; j += WIDE)
        if (w->out - j >= WIDE)
            panel(w, j, rows, x, gelu, (float *)y + j, w->out);
        else
            rest(w, j, rows, x, gelu, y);
}
