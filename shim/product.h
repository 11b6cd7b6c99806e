/*
 * product.h - y = x w^T + bias, the weight packed for registers. product.c has
 * it for float, product_low.c for BF16 and for bytes.
 *
 * Whatever the type, a row of x is read in words of 32 bits: a float, two BF16
 * or four bytes. The packed weight is panels of columns, and in each, word by
 * word, those of all its columns side by side.
 */
#ifndef SNT_PRODUCT_H
#define SNT_PRODUCT_H

#include "engine.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct snt_weight {
    size_t words;         /* in a row of x */
    size_t out;           /* columns of y */
    size_t first, last;   /* those that are computed: whole panels from first
                             on, up to last, which ends a panel or is out */
    const void *packed;   /* [columns, words], columns: out rounded up */
    const float *bias;    /* [columns] */
    const float *scales;  /* bytes: [columns] what a unit of weight is worth */
    const int32_t *zeros; /* bytes: [columns] added to a sum: less what the
                             zero of x's bytes contributes */
} snt_weight;

/** y[rows, out] of type, from x[rows, words]; bytes: by x_scales, a row each.
 * GELU follows when asked for. What a row gives does not depend on the
 * others. */
typedef void snt_product(
    const snt_weight *w, size_t rows, const void *x, const float *x_scales,
    int gelu, snt_dtype type, void *y);

typedef struct snt_products {
    size_t wide;        /* columns of a panel */
    snt_product *f32;   /* gives F32 only */
    snt_product *bf16;  /* or NULL, where the CPU has no instruction for it; */
    snt_product *bytes; /* unsigned x, signed weights; or NULL */
} snt_products;

/** weight [out, words] as it is packed, which takes out rounded up to whole
 * panels times words of memory. */
void snt_product_pack(
    const void *weight, size_t out, size_t words, size_t wide, void *packed);

/* Of each instruction set. */
extern snt_product snt_product_f32_baseline, snt_product_f32_avx2,
    snt_product_f32_avx512, snt_product_f32_avx512_bf16,
    snt_product_bf16_avx512_bf16, snt_product_bytes_avx512_bf16;

#ifdef __cplusplus
}
#endif

#endif
