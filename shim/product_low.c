/*
 * product_low.c - see product.h: of BF16, and of bytes. For CPUs with AVX-512,
 * VNNI and BF16, whose instructions multiply words and add the products of
 * their parts: vdpbf16ps and vpdpbusd.
 *
 * A tile is summed up over the whole row of x: the sums of bytes are exact, and
 * those of BF16 more so than what they are rounded to.
 */
#include <immintrin.h>

#include "product.h"

#include "tile.h"

/* Sums as they lie in registers: int32, or the bits of floats. */
typedef struct sums {
    int32_t of[TALL][WIDE];
} sums;

static inline __attribute__((always_inline)) ivec step(
    int bytes, ivec sum, __m512i x, __m512i w)
{
    return bytes
               ? (ivec)_mm512_dpbusd_epi32((__m512i)sum, x, w)
               : (ivec)_mm512_dpbf16_ps((__m512)sum, (__m512bh)x, (__m512bh)w);
}

/* bytes and rows are known where it is inlined. */
static inline __attribute__((always_inline)) void tile(
    int bytes, size_t rows, const uint32_t *x, const uint32_t *w, size_t words,
    sums *out, ahead *next)
{
    size_t further = pace(next);
    ivec sum[TALL][COLS];

    for (size_t r = 0; r < rows; r++)
        for (size_t j = 0; j < COLS; j++)
            sum[r][j] = (ivec){0};
    for (size_t k = 0; k < words; k++, w += WIDE) {
        __m512i right[COLS];

        ask(next, further);
        for (size_t j = 0; j < COLS; j++)
            right[j] = _mm512_loadu_si512(w + j * LANES);
        for (size_t r = 0; r < rows; r++) {
            __m512i left = _mm512_set1_epi32((int)x[r * words + k]);

            for (size_t j = 0; j < COLS; j++)
                sum[r][j] = step(bytes, sum[r][j], left, right[j]);
        }
    }
    for (size_t r = 0; r < rows; r++)
        for (size_t j = 0; j < COLS; j++)
            memcpy(out->of[r] + j * LANES, &sum[r][j], sizeof(ivec));
}

#define TILE(n)                                                                \
    case n:                                                                    \
        tile(bytes, n, x, w, words, out, next);                                \
        break

static inline __attribute__((always_inline)) void any_tile(
    int bytes, size_t rows, const uint32_t *x, const uint32_t *w, size_t words,
    sums *out, ahead *next)
{
    switch (rows) {
        EVERY_HEIGHT(TILE);
    }
}

/* GELU as x Phi(x), Phi less a half as an odd polynomial up to 4.2, where it is
 * a half: off by 8e-5 and 2e-6 |x| at most, far less than bytes and BF16
 * are. */
static inline vec rough_gelu(vec x)
{
    vec a = smaller((vec){0} + 4.2f, larger((vec){0} - 4.2f, x));
    vec t = a * a, p;

    p = t * -9.01753172e-10f + 7.94133896e-8f;
    p = p * t - 3.03793149e-6f;
    p = p * t + 6.68906941e-5f;
    p = p * t - 9.50657472e-4f;
    p = p * t + 9.29822959e-3f;
    p = p * t - 6.55281991e-2f;
    p = p * t + 3.98465872e-1f;
    return x * (p * a + 0.5f);
}

/* LANES values of a row of y, from column on; those that mask leaves out lie
 * behind its end. */
static inline void put(
    vec v, __mmask16 mask, snt_dtype type, char *row, size_t column)
{
    if (type == SNT_F32)
        _mm512_mask_storeu_ps((float *)(void *)row + column, mask, (__m512)v);
    else
        _mm256_mask_storeu_epi16(
            (uint16_t *)(void *)row + column, mask,
            (__m256i)_mm512_cvtneps_pbh((__m512)v));
}

/* A tile's sums to values, LANES columns at a time. All but w, out, scales and
 * y are known where it is inlined. */
static inline __attribute__((always_inline)) void put_tile(
    int bytes, int gelu_follows, snt_dtype type, const snt_weight *w,
    size_t first, size_t rows, const sums *out, const float *scales, char *y)
{
    size_t stride = w->out * snt_dtype_size(type);

    for (size_t j = first; j < first + WIDE && j < w->out; j += LANES) {
        size_t left = w->out - j;
        __mmask16 mask = (__mmask16)(left < LANES ? (1u << left) - 1 : 0xFFFF);
        vec bias = load(w->bias + j),
            worth = bytes ? load(w->scales + j) : bias;
        ivec zeros = {0};

        if (bytes)
            memcpy(&zeros, w->zeros + j, sizeof(zeros));
        for (size_t r = 0; r < rows; r++) {
            ivec sum;
            vec v;

            memcpy(&sum, out->of[r] + (j - first), sizeof(sum));
            v = bytes ? __builtin_convertvector(sum + zeros, vec) *
                            (worth * scales[r])
                      : (vec)sum;
            v += bias;
            put(gelu_follows ? rough_gelu(v) : v, mask, type, y + r * stride,
                j);
        }
    }
}

static inline __attribute__((always_inline)) void product(
    int bytes, int gelu_follows, snt_dtype type, const snt_weight *w,
    size_t rows, const uint32_t *x, const float *scales, char *y)
{
    size_t stride = w->out * snt_dtype_size(type);

    for (size_t first = w->first; first < w->last; first += WIDE) {
        const uint32_t *right = (const uint32_t *)w->packed + first * w->words;
        ahead next = behind(right, WIDE * w->words * sizeof(*right), rows);

        for (size_t r = 0, n; r < rows; r += n) {
            sums out;

            n = height(rows - r);
            any_tile(bytes, n, x + r * w->words, right, w->words, &out, &next);
            put_tile(
                bytes, gelu_follows, type, w, first, n, &out,
                bytes ? scales + r : NULL, y + r * stride);
        }
    }
}

static inline __attribute__((always_inline)) void any_product(
    int bytes, int gelu_follows, snt_dtype type, const snt_weight *w,
    size_t rows, const uint32_t *x, const float *scales, char *y)
{
    if (type == SNT_F32 && gelu_follows)
        product(bytes, 1, SNT_F32, w, rows, x, scales, y);
    else if (type == SNT_F32)
        product(bytes, 0, SNT_F32, w, rows, x, scales, y);
    else if (gelu_follows)
        product(bytes, 1, SNT_BF16, w, rows, x, scales, y);
    else
        product(bytes, 0, SNT_BF16, w, rows, x, scales, y);
}

void SNT_FOR_ISA(snt_product_bf16)(
    const snt_weight *w, size_t rows, const void *x, const float *x_scales,
    int gelu_follows, snt_dtype type, void *y)
{
    any_product(0, gelu_follows, type, w, rows, x, x_scales, y);
}

void SNT_FOR_ISA(snt_product_bytes)(
    const snt_weight *w, size_t rows, const void *x, const float *x_scales,
    int gelu_follows, snt_dtype type, void *y)
{
    any_product(1, gelu_follows, type, w, rows, x, x_scales, y);
}
