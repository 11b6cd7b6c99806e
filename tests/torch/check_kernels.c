/*
 * check_kernels.c - the kernels of every instruction set that this CPU runs
 * against plain loops in double. No libtorch here.
 */
#include <check.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shim/features.h"
#include "shim/kernels.h"
#include "shim/team.h"

enum { LONGEST = 70, HEADS = 3, WIDEST = 80, HIDDEN = HEADS * WIDEST };

static unsigned seed;

static float any(void)
{
    seed = seed * 1664525u + 1013904223u;
    return (float)(int)(seed >> 8 & 0xFFFF) / 32768.0f - 1;
}

static uint16_t to_bf16(float x)
{
    uint32_t bits;

    memcpy(&bits, &x, sizeof(bits));
    return (uint16_t)((bits + 0x7FFFu + (bits >> 16 & 1u)) >> 16);
}

static float from_bf16(uint16_t x)
{
    uint32_t bits = (uint32_t)x << 16;
    float out;

    memcpy(&out, &bits, sizeof(out));
    return out;
}

static const size_t lengths[] = {1, 2, 3, 4, 5, 15, 16, 17, 31, 32, 33, 64, 70};
static const size_t dims[] = {1, 8, 12, 16, 31, 32, 64, 80};

enum {
    N_LENGTHS = sizeof(lengths) / sizeof(*lengths),
    N_DIMS = sizeof(dims) / sizeof(*dims)
};

/* One head and query in double. */
static void attend_slowly(
    const float *q, const float *k, const float *v, size_t n, size_t stride,
    size_t dim, double *out)
{
    double s[LONGEST], top = -1e300, sum = 0;

    for (size_t j = 0; j < n; j++) {
        s[j] = 0;
        for (size_t c = 0; c < dim; c++)
            s[j] += (double)q[c] * (double)k[j * stride + c];
        top = fmax(top, s[j]);
    }
    for (size_t j = 0; j < n; j++)
        sum += s[j] = exp(s[j] - top);
    for (size_t c = 0; c < dim; c++) {
        out[c] = 0;
        for (size_t j = 0; j < n; j++)
            out[c] += s[j] / sum * (double)v[j * stride + c];
    }
}

/* Head by head: what whole holds, and nothing of the other heads. */
static void attend_in_parts(
    const snt_kernels *kernels, snt_attention a, const void *whole)
{
    static unsigned char out[LONGEST * HIDDEN * 4], untouched[WIDEST * 4];
    size_t bytes = a.dim * (a.type == SNT_F32 ? 4 : 2);

    memset(untouched, 42, sizeof(untouched));
    a.out = out;
    for (a.first = 0; a.first < HEADS; a.first++) {
        memset(out, 42, sizeof(out));
        a.last = a.first + 1;
        kernels->attend(&a);
        for (size_t i = 0; i < a.n_queries * HEADS; i++)
            ck_assert_mem_eq(
                out + i * bytes,
                i % HEADS == a.first ? (const unsigned char *)whole + i * bytes
                                     : untouched,
                bytes);
    }
}

static void try_attention(
    const snt_kernels *kernels, snt_dtype type, size_t n, size_t dim)
{
    static float qkv[LONGEST * 3 * HIDDEN], out[LONGEST * HIDDEN];
    static uint16_t narrow[LONGEST * 3 * HIDDEN], low[LONGEST * HIDDEN];
    size_t width = HEADS * dim, stride = 3 * width;
    size_t floats = snt_attention_scratch(dim, n);
    float *scratch = malloc((floats + 1) * sizeof(*scratch));
    const char *base =
        type == SNT_F32 ? (const char *)qkv : (const char *)narrow;
    size_t bytes = type == SNT_F32 ? 4 : 2;
    snt_attention a = {
        type,
        HEADS,
        0,
        HEADS,
        dim,
        base,
        base + width * bytes,
        base + 2 * width * bytes,
        type == SNT_F32 ? (void *)out : (void *)low,
        stride,
        stride,
        n,
        n,
        scratch};
    double want[WIDEST], tolerance = type == SNT_F32 ? 3e-6 : 1e-2;

    for (size_t i = 0; i < n * stride; i++) {
        narrow[i] = to_bf16(any());
        qkv[i] = from_bf16(narrow[i]);
    }
    scratch[floats] = 42; /* nothing is written behind what was asked for */
    kernels->attend(&a);
    ck_assert_float_eq(scratch[floats], 42);
    attend_in_parts(kernels, a, type == SNT_F32 ? (void *)out : (void *)low);
    for (size_t i = 0; i < n; i++)
        for (size_t h = 0; h < HEADS; h++) {
            const float *q = qkv + i * stride + h * dim;

            attend_slowly(
                q, qkv + width + h * dim, qkv + 2 * width + h * dim, n, stride,
                dim, want);
            for (size_t c = 0; c < dim; c++) {
                size_t at = i * width + h * dim + c;
                double got =
                    (double)(type == SNT_F32 ? out[at] : from_bf16(low[at]));

                if (fabs(got - want[c]) > tolerance * fmax(1, fabs(want[c])))
                    ck_abort_msg(
                        "%s, %zu texts of %zu: [%zu, %zu, %zu] is %.8g, not "
                        "%.8g",
                        kernels->name, n, dim, i, h, c, got, want[c]);
            }
        }
    free(scratch);
}

START_TEST(attends_as_plain_loops_do)
{
    for (const snt_kernels *const *k = snt_kernels_all(); *k; k++)
        for (size_t d = 0; d < N_DIMS; d++) {
            try_attention(*k, SNT_F32, lengths[_i], dims[d]);
            try_attention(*k, SNT_BF16, lengths[_i], dims[d]);
        }
}
END_TEST

START_TEST(normalises_as_plain_loops_do)
{
    static float x[4 * 100], delta[4 * 100], gain[100], bias[100];
    size_t width = (size_t)_i;
    const snt_norm norm = {gain, bias, width, 1e-5f};
    const snt_rows rows = {delta, SNT_F32, NULL, NULL, 0};
    uint16_t narrow[4 * 100];

    for (const snt_kernels *const *k = snt_kernels_all(); *k; k++) {
        double want[4 * 100];

        for (size_t i = 0; i < width; i++) {
            gain[i] = any();
            bias[i] = any();
        }
        for (size_t i = 0; i < 4 * width; i++) {
            x[i] = 5 * any();
            delta[i] = any();
        }
        for (size_t row = 0; row < 4; row++) {
            double mean = 0, squares = 0, *w = want + row * width;

            for (size_t i = 0; i < width; i++) {
                w[i] = (double)(x[row * width + i] + delta[row * width + i]);
                mean += w[i] / (double)width;
            }
            for (size_t i = 0; i < width; i++)
                squares += (w[i] - mean) * (w[i] - mean) / (double)width;
            for (size_t i = 0; i < width; i++)
                w[i] = (w[i] - mean) / sqrt(squares + 1e-5) * (double)gain[i] +
                       (double)bias[i];
        }
        (*k)->add_norm(&norm, 4, x, &rows, narrow);
        for (size_t i = 0; i < 4 * width; i++) {
            ck_assert_double_eq_tol((double)x[i], want[i], 2e-5);
            ck_assert_uint_eq(narrow[i], to_bf16(x[i]));
        }
    }
}
END_TEST

START_TEST(quantises_each_row_by_its_own_scale)
{
    static float x[3 * 5000], ease[5000];
    static uint8_t bytes[3 * 5000];
    static const int zeros[] = {128, 24};
    const snt_rows rows = {x, SNT_F32, NULL, NULL, 0};
    size_t width = (size_t)_i;
    float scales[3];

    for (const snt_kernels *const *k = snt_kernels_all(); *k; k++)
        for (int z = 0; z < 4; z++) {
            int zero = zeros[z % 2], lowest = 255, highest = 0;
            const float *eased = z / 2 ? ease : NULL;

            for (size_t i = 0; i < width; i++)
                ease[i] = 1.5f + any();
            for (size_t i = 0; i < 3 * width; i++)
                x[i] = any() * (i < width ? 1 : i < 2 * width ? 100 : 0);
            (*k)->quantise(&rows, 3, width, eased, zero, bytes, scales);
            for (size_t i = 0; i < 3 * width; i++) {
                float scale = scales[i / width];
                float want = eased ? x[i] * ease[i % width] : x[i];

                ck_assert_float_le(
                    fabsf(scale * (float)(bytes[i] - zero) - want),
                    scale * 0.5002f);
                if (i < width) {
                    lowest = bytes[i] < lowest ? bytes[i] : lowest;
                    highest = bytes[i] > highest ? bytes[i] : highest;
                }
            }
            ck_assert(lowest == 0 || highest == 255);
            ck_assert_float_eq(scales[2], 0);
            ck_assert_int_eq(bytes[2 * width], zero);
        }
}
END_TEST

/* What a product of bytes gives: x by a scale a row, a bias, maybe GELU. */
typedef struct scaled {
    uint16_t x[2 * 4200];
    float scales[2], bias[4200];
    double want[2 * 4200];
} scaled;

static void make_scaled(scaled *s, size_t width, int gelu)
{
    s->scales[0] = 0.5f;
    s->scales[1] = 3;
    for (size_t i = 0; i < 2 * width; i++) {
        size_t column = i % width;

        s->bias[column] = (float)column / (float)width - 0.5f;
        s->x[i] = to_bf16(any());
        s->want[i] =
            (double)(from_bf16(s->x[i]) * s->scales[i / width] + s->bias[column]);
        if (gelu)
            s->want[i] = s->want[i] / 2 * erfc(-s->want[i] / sqrt(2));
    }
}

START_TEST(rescales_what_a_product_of_bytes_gives)
{
    static scaled s;
    size_t width = (size_t)_i;

    for (const snt_kernels *const *k = snt_kernels_all(); *k; k++) {
        make_scaled(&s, width, 0);
        (*k)->rescale(s.x, 2, width, s.scales, s.bias);
        for (size_t i = 0; i < 2 * width; i++)
            ck_assert_double_eq_tol(
                (double)from_bf16(s.x[i]), s.want[i],
                1e-6 + fabs(s.want[i]) / 200);
    }
}
END_TEST

START_TEST(applies_gelu_on_the_way_to_bytes)
{
    static scaled s;
    static uint8_t bytes[2 * 4200];
    size_t width = (size_t)_i;

    for (const snt_kernels *const *k = snt_kernels_all(); *k; k++)
        for (int gelu = 0; gelu < 2; gelu++) {
            const snt_rows rows = {s.x, SNT_BF16, s.scales, s.bias, gelu};

            make_scaled(&s, width, gelu);
            (*k)->quantise(&rows, 2, width, NULL, 24, bytes, s.scales);
            for (size_t i = 0; i < 2 * width; i++) {
                double scale = (double)s.scales[i / width];

                ck_assert_double_le(
                    fabs(scale * (double)(bytes[i] - 24) - s.want[i]),
                    scale * 0.501 + 1e-6);
            }
        }
}
END_TEST

START_TEST(adds_what_a_product_of_bytes_gives)
{
    static scaled s;
    static float x[2 * 100], y[2 * 100], delta[2 * 100], gain[100], shift[100];
    size_t width = (size_t)_i;
    const snt_norm norm = {gain, shift, width, 1e-5f};
    const snt_rows raw = {s.x, SNT_BF16, s.scales, s.bias, 0};
    const snt_rows plain = {delta, SNT_F32, NULL, NULL, 0};

    for (const snt_kernels *const *k = snt_kernels_all(); *k; k++) {
        make_scaled(&s, width, 0);
        for (size_t i = 0; i < 2 * width; i++) {
            gain[i % width] = 1;
            x[i] = y[i] = any();
            delta[i] = (float)s.want[i];
        }
        (*k)->add_norm(&norm, 2, x, &raw, NULL);
        (*k)->add_norm(&norm, 2, y, &plain, NULL);
        for (size_t i = 0; i < 2 * width; i++)
            ck_assert_float_eq_tol(x[i], y[i], 1e-4f);
    }
}
END_TEST

/* Against double, where nothing cancels. */
static double gelu(double x)
{
    return x / 2 * erfc(-x / sqrt(2));
}

/* In float 0.5 x (1 + erf(x / sqrt 2)) is off by up to 1e-6, and a network of
 * six layers by more than its parity allows. */
START_TEST(gelu_is_exact_within_a_float)
{
    enum { N = 1 << 16 };
    static float x[N];

    for (const snt_kernels *const *k = snt_kernels_all(); *k; k++) {
        double most = 0;

        for (int i = 0; i < N; i++)
            x[i] = (float)(i - N / 2) / 2048; /* [-16, 16) */
        (*k)->gelu(x, N);
        for (int i = 0; i < N; i++) {
            double want = gelu((double)(i - N / 2) / 2048);
            double off = fabs((double)x[i] - want);

            /* Half a float's step and what the polynomials leave. */
            if (off > 6.1e-8 * fabs(want) + 5e-8)
                ck_abort_msg(
                    "%s: gelu(%g) is %.9g, not %.9g", (*k)->name,
                    (double)(i - N / 2) / 2048, (double)x[i], want);
            most = fmax(most, fabs(want) < 1 ? off : 0);
        }
        printf("%s: gelu off by %.1e at most below 1\n", (*k)->name, most);
    }
}
END_TEST

START_TEST(gelu_touches_what_it_is_given_only)
{
    static float x[80];
    size_t n = (size_t)_i;

    for (const snt_kernels *const *k = snt_kernels_all(); *k; k++) {
        for (size_t i = 0; i < 80; i++)
            x[i] = 3;
        (*k)->gelu(x, n);
        for (size_t i = 0; i < 80; i++)
            ck_assert_float_eq_tol(x[i], i < n ? 2.99595f : 3, 1e-5f);
        x[0] = NAN;
        x[1] = INFINITY;
        (*k)->gelu(x, 2);
        ck_assert(isnan(x[0]));
        ck_assert(x[1] > 1e30f);
    }
}
END_TEST

enum { PRODUCT_ROWS = 21, PRODUCT_IN = 300, PRODUCT_OUT = 150 };

/* A product's operands in the type that is multiplied, and in double. */
typedef struct operands {
    size_t rows, in, out;
    double x[PRODUCT_ROWS * PRODUCT_IN], weight[PRODUCT_OUT * PRODUCT_IN];
    uint32_t x_bits[PRODUCT_ROWS * PRODUCT_IN]; /* each of them as wide as it */
    uint32_t weight_bits[PRODUCT_OUT * PRODUCT_IN];
    uint32_t packed[(PRODUCT_OUT + 48) * PRODUCT_IN + 1];
    float bias[PRODUCT_OUT + 48], scales[PRODUCT_OUT + 48];
    float x_scales[PRODUCT_ROWS];
    int32_t zeros[PRODUCT_OUT + 48];
} operands;

enum { ZERO = 24 };

static void put_value(void *bits, size_t i, snt_dtype type, double *value)
{
    float x = any();
    uint16_t narrow = to_bf16(x);

    if (type == SNT_F32)
        memcpy((float *)bits + i, &x, sizeof(x));
    else
        memcpy((uint16_t *)bits + i, &narrow, sizeof(narrow));
    *value = (double)(type == SNT_F32 ? x : from_bf16(narrow));
}

static void fill_floats(operands *o, snt_dtype type)
{
    for (size_t i = 0; i < o->rows * o->in; i++)
        put_value(o->x_bits, i, type, &o->x[i]);
    for (size_t i = 0; i < o->out * o->in; i++)
        put_value(o->weight_bits, i, type, &o->weight[i]);
}

static void fill_bytes(operands *o)
{
    for (size_t i = 0; i < o->rows * o->in; i++) {
        float scale = o->x_scales[i / o->in] = 0.01f * (float)(1 + i / o->in);
        int byte = (int)(127.5f + 127.5f * any());

        ((uint8_t *)o->x_bits)[i] = (uint8_t)byte;
        o->x[i] = (double)(scale * (float)(byte - ZERO));
    }
    memset(o->zeros, 0, sizeof(o->zeros));
    for (size_t i = 0; i < o->out * o->in; i++) {
        size_t j = i / o->in;
        int byte = (int)(127 * any());

        o->scales[j] = 0.001f * (float)(1 + j);
        ((int8_t *)o->weight_bits)[i] = (int8_t)byte;
        o->weight[i] = (double)(o->scales[j] * (float)byte);
        o->zeros[j] -= ZERO * byte;
    }
}

/* And how large the terms are, all together. */
static double wanted(const operands *o, size_t row, size_t column, double *size)
{
    double sum = (double)o->bias[column];

    *size = fabs(sum);
    for (size_t k = 0; k < o->in; k++) {
        double term = o->x[row * o->in + k] * o->weight[column * o->in + k];

        sum += term;
        *size += fabs(term);
    }
    return sum;
}

/* Panel by panel, the last one first. */
static void multiply_in_parts(
    const snt_kernels *kernels, const operands *o, const snt_weight *w,
    snt_product *product, int gelu_follows, snt_dtype type, void *y)
{
    size_t wide = kernels->products.wide;
    snt_weight part = *w;

    for (size_t i = (w->out + wide - 1) / wide; i-- > 0;) {
        part.first = i * wide;
        part.last = part.first + wide < w->out ? part.first + wide : w->out;
        product(&part, o->rows, o->x_bits, o->x_scales, gelu_follows, type, y);
    }
}

static void compare_product(
    const snt_kernels *kernels, const operands *o, const snt_weight *w,
    snt_product *product, int gelu_follows, snt_dtype type)
{
    static float y[PRODUCT_ROWS * PRODUCT_OUT + 1];
    static float parts[PRODUCT_ROWS * PRODUCT_OUT + 1];
    uint16_t *narrow = (uint16_t *)y;
    size_t n = o->rows * o->out;

    for (size_t i = 0; i < sizeof(y) / sizeof(*y); i++)
        y[i] = parts[i] = 42;
    product(w, o->rows, o->x_bits, o->x_scales, gelu_follows, type, y);
    multiply_in_parts(kernels, o, w, product, gelu_follows, type, parts);
    ck_assert_mem_eq(y, parts, sizeof(y));
    /* Nothing is written behind. */
    if (type == SNT_F32)
        ck_assert_float_eq(y[n], 42);
    else
        ck_assert_uint_eq(narrow[n], n % 2 ? 0x4228 : 0);
    for (size_t i = 0; i < n; i++) {
        double size, want = wanted(o, i / o->out, i % o->out, &size);
        double got = (double)(type == SNT_F32 ? y[i] : from_bf16(narrow[i]));
        double near = 1e-6 + 1e-6 * size;

        if (gelu_follows) {
            if (product != kernels->products.f32)
                near += 1e-4 + 2e-6 * fabs(want);
            want = gelu(want);
        }
        near += type == SNT_F32 ? 0 : fabs(want) / 256;
        if (fabs(got - want) > near)
            ck_abort_msg(
                "%s: %zu rows, %zu to %zu: [%zu] is %.8g, not %.8g",
                kernels->name, o->rows, o->in, o->out, i, got, want);
    }
}

static void try_product(
    const snt_kernels *kernels, size_t rows, size_t in, size_t out, int bits,
    snt_product *product)
{
    static operands o;
    size_t words = in * (size_t)bits / 32, wide = kernels->products.wide;
    const snt_weight w = {
        words,
        out,
        0,
        out,
        o.packed,
        o.bias,
        bits == 8 ? o.scales : NULL,
        bits == 8 ? o.zeros : NULL};

    if (!product || in * (size_t)bits % 32)
        return;
    o.rows = rows;
    o.in = in;
    o.out = out;
    for (size_t i = 0; i < out; i++)
        o.bias[i] = any();
    if (bits == 8)
        fill_bytes(&o);
    else
        fill_floats(&o, bits == 32 ? SNT_F32 : SNT_BF16);
    o.packed[(out + wide - 1) / wide * wide * words] = 42;
    snt_product_pack(o.weight_bits, out, words, wide, o.packed);
    ck_assert_uint_eq(o.packed[(out + wide - 1) / wide * wide * words], 42);
    for (int gelu_follows = 0; gelu_follows < 2; gelu_follows++) {
        compare_product(kernels, &o, &w, product, gelu_follows, SNT_F32);
        if (bits < 32)
            compare_product(kernels, &o, &w, product, gelu_follows, SNT_BF16);
    }
}

START_TEST(multiplies_as_plain_loops_do)
{
    static const size_t ins[] = {1, 4, 8, 127, 128, 129, 300};
    static const size_t outs[] = {1, 3, 12, 47, 48, 49, 150};

    for (const snt_kernels *const *k = snt_kernels_all(); *k; k++)
        for (size_t i = 0; i < sizeof(ins) / sizeof(*ins); i++)
            for (size_t o = 0; o < sizeof(outs) / sizeof(*outs); o++) {
                const snt_products *all = &(*k)->products;
                size_t rows = (size_t)_i;

                try_product(*k, rows, ins[i], outs[o], 32, all->f32);
                try_product(*k, rows, ins[i], outs[o], 16, all->bf16);
                try_product(*k, rows, ins[i], outs[o], 8, all->bytes);
            }
}
END_TEST

START_TEST(makes_bytes_of_weights)
{
    static float x[5000], by[5000];
    static int8_t bytes[5000];
    size_t n = (size_t)_i;

    for (const snt_kernels *const *k = snt_kernels_all(); *k; k++)
        for (int eased = 0; eased < 2; eased++) {
            int most = 0;
            float scale;

            for (size_t i = 0; i < n; i++) {
                x[i] = any();
                by[i] = 1.5f + any();
            }
            scale = (*k)->to_weights(x, eased ? by : NULL, n, bytes);
            for (size_t i = 0; i < n; i++) {
                float want = eased ? x[i] * by[i] : x[i];

                ck_assert_float_le(
                    fabsf(scale * (float)bytes[i] - want), scale * 0.5002f);
                most = abs(bytes[i]) > most ? abs(bytes[i]) : most;
            }
            ck_assert_int_eq(most, 127);
            memset(x, 0, sizeof(x));
            ck_assert_float_gt((*k)->to_weights(x, NULL, n, bytes), 0);
            ck_assert_int_eq(bytes[n - 1], 0);
        }
}
END_TEST

START_TEST(finds_how_far_columns_reach)
{
    static const float x[] = {1, -5, 0, -2, 3, 0, 0.5f, -1, -0.25f};
    float most[] = {0, 4, 0.125f};

    for (const snt_kernels *const *k = snt_kernels_all(); *k; k++) {
        (*k)->reach(x, 3, 3, most);
        ck_assert_float_eq(most[0], 2);
        ck_assert_float_eq(most[1], 5);
        ck_assert_float_eq(most[2], 0.25f);
    }
}
END_TEST

START_TEST(widens_every_half)
{
    static unsigned char halves[2 * 65536 + 1];
    static float out[65536], want[65536];

    /* At an odd address: a file decides where a tensor lies. */
    for (uint32_t i = 0; i < 65536; i++) {
        uint16_t half = (uint16_t)i;
        int exponent = (int)(i >> 10 & 31);
        double fraction = (double)(i & 1023) / 1024;
        double value = exponent ? ldexp(1 + fraction, exponent - 15)
                                : ldexp(fraction, -14);

        if (exponent == 31)
            value = fraction > 0 ? (double)NAN : HUGE_VAL;
        memcpy(halves + 1 + 2 * i, &half, 2);
        want[i] = (float)(i >> 15 ? -value : value);
    }
    for (const snt_kernels *const *k = snt_kernels_all(); *k; k++) {
        (*k)->widen(halves + 1, SNT_F16, 65536, out);
        for (size_t i = 0; i < 65536; i++)
            if (isnan(want[i]))
                ck_assert_float_nan(out[i]);
            else
                ck_assert_float_eq(out[i], want[i]);
    }
}
END_TEST

static const struct {
    snt_cpu cpu;
    uint32_t fast;
} cpus[] = {
    {{0}, 0},
    {{.is_amd = 1, .avx512_bf16 = 1, .avx512_vnni = 1},
     SNT_BF16_COMPUTE | SNT_INT8},
    {{.avx512_bf16 = 1, .avx512_vnni = 1}, SNT_INT8},
    {{.avx512_vnni = 1}, SNT_INT8},
    {{.avx512_bf16 = 1, .avx512_vnni = 1, .amx_bf16 = 1, .amx_int8 = 1},
     SNT_BF16_COMPUTE | SNT_INT8},
    {{.is_amd = 1}, 0},
};

START_TEST(knows_what_a_cpu_is_fast_at)
{
    ck_assert_uint_eq(snt_cpu_fast(&cpus[_i].cpu), cpus[_i].fast);
}
END_TEST

enum { HELPERS = 3, MOST_PARTS = 17 };

/* Helpers that come and go, until the owner has enough. */
typedef struct helped {
    snt_team *team;
    atomic_int enough;
    atomic_uint begun; /* parts */
    unsigned done[MOST_PARTS];
} helped;

static void *help(void *arg)
{
    helped *h = arg;

    while (!atomic_load(&h->enough))
        snt_team_help(h->team);
    return NULL;
}

static void open_helped(helped *h, pthread_t threads[HELPERS])
{
    *h = (helped){.team = snt_team_open()};
    ck_assert_ptr_nonnull(h->team);
    for (int i = 0; i < HELPERS; i++)
        pthread_create(&threads[i], NULL, help, h);
}

static void close_helped(helped *h, const pthread_t threads[HELPERS])
{
    atomic_store(&h->enough, 1);
    for (int i = 0; i < HELPERS; i++)
        pthread_join(threads[i], NULL);
    snt_team_close(h->team);
}

/* Not atomic: that only one does it, and that the owner sees it, is the
 * team's to see to. */
static void do_part(void *arg, size_t i)
{
    ((helped *)arg)->done[i]++;
}

START_TEST(does_every_part_once_whoever_helps)
{
    pthread_t threads[HELPERS];
    helped h;

    open_helped(&h, threads);
    for (unsigned run = 0; run < 3000; run++) {
        size_t parts = 1 + run % MOST_PARTS;

        if (run % 10 == 0)
            snt_team_begin(h.team);
        memset(h.done, 0, sizeof(h.done));
        snt_team_run(h.team, parts, do_part, &h);
        for (size_t i = 0; i < MOST_PARTS; i++)
            ck_assert_uint_eq(h.done[i], i < parts);
        if (run % 10 == 9)
            snt_team_end(h.team);
    }
    close_helped(&h, threads);
}
END_TEST

static void meet(void *arg, size_t i)
{
    helped *h = arg;

    (void)i;
    atomic_fetch_add(&h->begun, 1);
    while (atomic_load(&h->begun) < 1 + HELPERS)
        sched_yield();
}

/* Each part waits for the others, so all threads have to take one. */
START_TEST(takes_as_many_threads_as_come)
{
    pthread_t threads[HELPERS];
    helped h;

    open_helped(&h, threads);
    snt_team_begin(h.team);
    snt_team_run(h.team, 1 + HELPERS, meet, &h);
    snt_team_end(h.team);
    close_helped(&h, threads);
}
END_TEST

START_TEST(needs_no_help)
{
    helped h = {.team = snt_team_open()};

    ck_assert_ptr_nonnull(h.team);
    ck_assert_int_eq(snt_team_help(h.team), 0);
    snt_team_begin(h.team);
    ck_assert_int_eq(snt_team_help(h.team), 1);
    snt_team_run(h.team, MOST_PARTS, do_part, &h);
    for (size_t i = 0; i < MOST_PARTS; i++)
        ck_assert_uint_eq(h.done[i], 1);
    snt_team_end(h.team);
    ck_assert_int_eq(snt_team_help(h.team), 0);
    snt_team_close(h.team);
}
END_TEST

/* Both in real time on one CPU, where a thread runs until it lets another. */
static void *own_beside_a_helper(void *arg)
{
    const struct sched_param one = {.sched_priority = 1};
    helped *h = arg;
    pthread_t helper;
    cpu_set_t here;

    CPU_ZERO(&here);
    CPU_SET((size_t)sched_getcpu(), &here);
    ck_assert_int_eq(sched_setaffinity(0, sizeof(here), &here), 0);
    if (pthread_setschedparam(pthread_self(), SCHED_FIFO, &one)) {
        printf("skipped: no leave to run in real time\n");
        return NULL;
    }
    snt_team_begin(h->team);
    pthread_create(&helper, NULL, help, h);
    sched_yield();
    atomic_store(&h->enough, 1);
    snt_team_end(h->team);
    pthread_join(helper, NULL);
    return NULL;
}

START_TEST(a_helper_leaves_the_owner_its_cpu)
{
    helped h = {.team = snt_team_open()};
    pthread_t owner;

    ck_assert_ptr_nonnull(h.team);
    pthread_create(&owner, NULL, own_beside_a_helper, &h);
    pthread_join(owner, NULL);
    snt_team_close(h.team);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("kernels");
    TCase *tests = tcase_create("kernels"), *team = tcase_create("team");
    SRunner *runner;
    int failed;

    tcase_add_loop_test(tests, attends_as_plain_loops_do, 0, N_LENGTHS);
    tcase_add_loop_test(tests, normalises_as_plain_loops_do, 2, 100);
    tcase_add_loop_test(tests, quantises_each_row_by_its_own_scale, 1, 70);
    tcase_add_loop_test(tests, quantises_each_row_by_its_own_scale, 4090, 4100);
    tcase_add_loop_test(tests, rescales_what_a_product_of_bytes_gives, 1, 70);
    tcase_add_loop_test(tests, applies_gelu_on_the_way_to_bytes, 1, 70);
    tcase_add_loop_test(tests, applies_gelu_on_the_way_to_bytes, 4090, 4100);
    tcase_add_loop_test(tests, adds_what_a_product_of_bytes_gives, 3, 100);
    tcase_add_test(tests, gelu_is_exact_within_a_float);
    tcase_add_loop_test(tests, gelu_touches_what_it_is_given_only, 0, 70);
    tcase_add_loop_test(
        tests, multiplies_as_plain_loops_do, 1, PRODUCT_ROWS + 1);
    tcase_add_loop_test(tests, makes_bytes_of_weights, 1, 70);
    tcase_add_loop_test(tests, makes_bytes_of_weights, 4090, 4100);
    tcase_add_test(tests, finds_how_far_columns_reach);
    tcase_add_test(tests, widens_every_half);
    tcase_add_loop_test(
        tests, knows_what_a_cpu_is_fast_at, 0,
        (int)(sizeof(cpus) / sizeof(*cpus)));
    suite_add_tcase(suite, tests);
    tcase_set_timeout(team, 60);
    tcase_add_test(team, does_every_part_once_whoever_helps);
    tcase_add_test(team, takes_as_many_threads_as_come);
    tcase_add_test(team, needs_no_help);
    tcase_add_test(team, a_helper_leaves_the_owner_its_cpu);
    suite_add_tcase(suite, team);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
