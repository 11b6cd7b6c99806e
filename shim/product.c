/*
 * product.c - y = x w^T + bias in float. See kernels.h; compiled once for each
 * instruction set, see vectors.h.
 *
 * A tile of y, TALL rows of COLS registers, stays in registers while it sums
 * up CHUNK products, and is then added to what earlier chunks gave. That keeps
 * a chunk of the weight in the innermost cache for all rows, and makes the sum
 * of 1536 products far more exact than one chain of additions: a network's
 * logits are off by half as much.
 *
 * What a row gives does not depend on how many others there are.
 */
#include "kernels.h"

#include "vectors.h"

enum {
    COLS = 3,
    WIDE = COLS * LANES,
    TALL = LANES == 16 ? 8 : 4, /* 16 or 32 registers: tile, weight, an x */
    CHUNK = 128
};

static size_t panels(size_t out)
{
    return (out + WIDE - 1) / WIDE;
}

size_t SNT_FOR_ISA(snt_product_pack)(
    const float *weight, const float *bias, size_t in, size_t out,
    float *packed)
{
    size_t n = panels(out) * WIDE;

    if (!packed)
        return (in + 1) * n;
    memset(packed, 0, (in + 1) * n * sizeof(*packed));
    memcpy(packed, bias, out * sizeof(*bias));
    packed += n;
    for (size_t j = 0; j < out; j++) {
        float *to = packed + j / WIDE * WIDE * in + j % WIDE;

        for (size_t k = 0; k < in; k++)
            to[k * WIDE] = weight[j * in + k];
    }
    return (in + 1) * n;
}

/* c[rows, WIDE] += a[rows, depth] w[depth, WIDE]; it begins with the bias when
 * there is one. rows is known where it is inlined. */
static inline __attribute__((always_inline)) void tile(
    size_t rows, const float *a, size_t a_stride, const float *w, size_t depth,
    float *c, size_t c_stride, const float *bias)
{
    vec sum[TALL][COLS];

    for (size_t r = 0; r < rows; r++)
        for (size_t j = 0; j < COLS; j++)
            sum[r][j] = (vec){0};
    for (size_t k = 0; k < depth; k++, w += WIDE) {
        vec right[COLS];

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

static void tiles(
    size_t rows, const float *a, size_t a_stride, const float *w, size_t depth,
    float *c, size_t c_stride, const float *bias)
{
    for (; rows >= TALL; rows -= TALL) {
        tile(TALL, a, a_stride, w, depth, c, c_stride, bias);
        a += TALL * a_stride;
        c += TALL * c_stride;
    }
    if (rows & 4 & (TALL - 1)) {
        tile(4, a, a_stride, w, depth, c, c_stride, bias);
        a += 4 * a_stride;
        c += 4 * c_stride;
    }
    if (rows & 2) {
        tile(2, a, a_stride, w, depth, c, c_stride, bias);
        a += 2 * a_stride;
        c += 2 * c_stride;
    }
    if (rows & 1)
        tile(1, a, a_stride, w, depth, c, c_stride, bias);
}

/* One panel: all rows of WIDE columns of y. */
static void panel(
    size_t in, size_t rows, const float *x, const float *w, const float *bias,
    int with_gelu, float *y, size_t y_stride)
{
    for (size_t k = 0; k < in; k += CHUNK)
        tiles(
            rows, x + k, in, w + k * WIDE, in - k < CHUNK ? in - k : CHUNK, y,
            y_stride, k ? NULL : bias);
    for (size_t r = 0; with_gelu && r < rows; r++)
        snt_gelu_row(y + r * y_stride, WIDE);
}

/* The last columns, when they are fewer than a panel has. */
static void rest(
    size_t in, size_t rows, const float *x, const float *w, const float *bias,
    int with_gelu, float *y, size_t y_stride, size_t columns)
{
    float whole[TALL * WIDE];

    for (size_t r = 0; r < rows; r += TALL) {
        size_t some = rows - r < TALL ? rows - r : TALL;

        panel(in, some, x + r * in, w, bias, with_gelu, whole, WIDE);
        for (size_t i = 0; i < some; i++)
            memcpy(
                y + (r + i) * y_stride, whole + i * WIDE, columns * sizeof(*y));
    }
}

void SNT_FOR_ISA(snt_product)(
    const float *packed, size_t in, size_t out, int with_gelu, size_t rows,
    const float *x, float *y)
{
    const float *w = packed + panels(out) * WIDE;

    for (size_t j = 0; j < out; j += WIDE)
        if (out - j >= WIDE)
            panel(in, rows, x, w + j * in, packed + j, with_gelu, y + j, out);
        else
            rest(
                in, rows, x, w + j * in, packed + j, with_gelu, y + j, out,
                out - j);
}
