/*
 * kernels.h - the few loops that libtorch has no good operation for: embedding
 * with layer norm, residual with layer norm, attention of one short text, the
 * way to bytes and back, GELU, and products.
 *
 * kernels.c, attend.c and product.c are written once and compiled once for each
 * instruction set; snt_kernels_best picks at run time. The baseline build
 * is the scalar reference that the tests compare the others with.
 */
#ifndef SNT_KERNELS_H
#define SNT_KERNELS_H

#include "engine.h"
#include "product.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A layer norm over rows of width floats. */
typedef struct snt_norm {
    const float *gain; /* [width] */
    const float *bias; /* [width] */
    size_t width;
    float eps;
} snt_norm;

/** The queries, keys and values of one text, rows of heads * dim values that
 * lie stride values apart; all of one type, F32 or BF16. */
typedef struct snt_attention {
    snt_dtype type;
    size_t heads;
    size_t first, last; /* heads that are computed: [first, last) */
    size_t dim;         /* values a head */
    const void *q;      /* [n_queries], already scaled by 1 / sqrt(dim) */
    const void *k;      /* [n_keys] */
    const void *v;      /* [n_keys] */
    void *out;          /* [n_queries], heads * dim values apart */
    size_t q_stride;    /* values */
    size_t kv_stride;   /* values */
    size_t n_queries;
    size_t n_keys;
    float *scratch; /* [snt_attention_scratch(dim, n_keys)] */
} snt_attention;

/** Rows as they are, or as they come out of a product of bytes: by a scale a
 * row, without the bias and what follows it. */
typedef struct snt_rows {
    const void *values; /* [rows, width] */
    snt_dtype type;
    const float *scales; /* [rows], or NULL: they are as they should be */
    const float *bias;   /* [width], when there are scales */
    int gelu;            /* exact GELU after it, when there are scales */
} snt_rows;

typedef struct snt_kernels {
    const char *name; /* "AVX512 BF16", "AVX512", "AVX2", "baseline" */

    /** x[rows, width] = norm(words[ids] + places[positions]); narrow, when not
     * NULL, gets the same in BF16. */
    void (*embed)(
        const snt_norm *norm, size_t rows, const snt_tensor *words,
        const float *places, const int32_t *ids, const int32_t *positions,
        float *x, uint16_t *narrow);

    /** x = norm(x + delta), in place; narrow as above. */
    void (*add_norm)(
        const snt_norm *norm, size_t rows, float *x, const snt_rows *delta,
        uint16_t *narrow);

    /** out = softmax(q k^T) v, head by head. */
    void (*attend)(const snt_attention *a);

    /** bytes[rows, width] = x * ease / scales[row] + zero, rounded: each row by
     * the smallest scale that leaves all its values in a byte. ease [width] may
     * be NULL: 1. scales may be x's own. */
    void (*quantise)(
        const snt_rows *x, size_t rows, size_t width, const float *ease,
        int zero, uint8_t *bytes, float *scales);

    /** x[rows, width] of BF16 = x * scales[row] + bias, in place. */
    void (*rescale)(
        uint16_t *x, size_t rows, size_t width, const float *scales,
        const float *bias);

    /** float out[n] from n values of any type, which may be unaligned. */
    void (*widen)(const void *values, snt_dtype type, size_t n, float *out);

    /** Raises most[width] to the largest magnitudes of x[rows, width]. */
    void (*reach)(const float *x, size_t rows, size_t width, float *most);

    /** x[n] * by, by [n] or NULL, to signed bytes; what a unit of them is
     * worth, above 0. */
    float (*to_weights)(
        const float *x, const float *by, size_t n, int8_t *bytes);

    /** Exact GELU of x[n], in place: off by less than 3e-7 anywhere. */
    void (*gelu)(float *x, size_t n);

    int lanes; /* floats of a register: 4 in the baseline */
    snt_products products;
} snt_kernels;

/** attend where the CPU multiplies pairs of BF16, and of whole registers of
 * floats; 0 when it is not for a. */
typedef int snt_attend(const snt_attention *a);
snt_attend snt_attend_low, snt_attend_f32_baseline, snt_attend_f32_avx2,
    snt_attend_f32_avx512, snt_attend_f32_avx512_bf16;

/** Floats of scratch that attend needs. */
size_t snt_attention_scratch(size_t dim, size_t n_keys);

/** The fastest that this CPU runs. */
const snt_kernels *snt_kernels_best(void);

/** All that this CPU runs, the baseline first; NULL ends the list. */
const snt_kernels *const *snt_kernels_all(void);

#ifdef __cplusplus
}
#endif

#endif
