/*
 * kernels.c - see kernels.h. Compiled once for each instruction set: see
 * vectors.h.
 *
 * Sums are plain loops that "omp simd" gives leave to reorder (no OpenMP is
 * linked). Only attention spells its registers out, because a compiler does
 * not keep a tile of sums in registers by itself.
 */
#include "kernels.h"

#include <math.h>
#include <string.h>

#include "tile.h"

/* What only a CPU with instructions for BF16 has. */
#ifdef SNT_LOW
#define LOW(name) SNT_FOR_ISA(name)
#define ATTEND_LOW(a) snt_attend_low(a)
#else
#define LOW(name) NULL
#define ATTEND_LOW(a) 0
#endif

enum { ROWS = 4 }; /* queries at a time */

static size_t whole(size_t n)
{
    return (n + 2 * LANES - 1) / (2 * LANES) * (2 * LANES);
}

static float from_bits(uint32_t bits)
{
    float x;

    memcpy(&x, &bits, sizeof(x));
    return x;
}

static uint16_t to_bf16(float x)
{
    uint32_t bits;

    memcpy(&bits, &x, sizeof(bits));
    return (uint16_t)((bits + 0x7FFFu + (bits >> 16 & 1u)) >> 16);
}

/* A half's exponent and fraction, moved into a float's place, are its value
 * times 2^-112; exact for subnormals too. What comes out over its largest
 * number, 65504, is infinite or no number: it gets a float's last exponent. */
static float from_f16(uint16_t half)
{
    float magnitude = from_bits((uint32_t)(half & 0x7FFFu) << 13) * 0x1p112f;
    uint32_t bits;

    memcpy(&bits, &magnitude, sizeof(bits));
    bits |= magnitude > 65504 ? 0x7F800000u : 0;
    return from_bits(bits | (uint32_t)(half & 0x8000u) << 16);
}

static uint16_t u16_at(const unsigned char *p)
{
    uint16_t value;

    memcpy(&value, p, sizeof(value));
    return value;
}

static void widen(const void *values, snt_dtype type, size_t n, float *out)
{
    const unsigned char *p = values;

    if (type == SNT_F32)
        memcpy(out, values, n * sizeof(float));
    else if (type == SNT_BF16)
        for (size_t i = 0; i < n; i++)
            out[i] = from_bits((uint32_t)u16_at(p + 2 * i) << 16);
    else
        for (size_t i = 0; i < n; i++)
            out[i] = from_f16(u16_at(p + 2 * i));
}

static void narrow_row(const float *x, size_t n, uint16_t *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = to_bf16(x[i]);
}

static void norm_row(const snt_norm *norm, float *x)
{
    size_t n = norm->width;
    float sum = 0, squares = 0, mean, scale;

#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    mean = sum / (float)n;
#pragma omp simd reduction(+ : squares)
    for (size_t i = 0; i < n; i++)
        squares += (x[i] - mean) * (x[i] - mean);
    scale = 1 / sqrtf(squares / (float)n + norm->eps);
    for (size_t i = 0; i < n; i++)
        x[i] = (x[i] - mean) * scale * norm->gain[i] + norm->bias[i];
}

static void embed(
    const snt_norm *norm, size_t rows, const snt_tensor *words,
    const float *places, const int32_t *ids, const int32_t *positions, float *x,
    uint16_t *narrow)
{
    size_t width = norm->width;
    size_t bytes = width * snt_dtype_size(words->dtype);
    const unsigned char *table = words->data;

    for (size_t row = 0; row < rows; row++, x += width) {
        const float *place = places + (size_t)positions[row] * width;

        widen(table + (size_t)ids[row] * bytes, words->dtype, width, x);
        for (size_t i = 0; i < width; i++)
            x[i] += place[i];
        norm_row(norm, x);
        if (narrow)
            narrow_row(x, width, narrow + row * width);
    }
}

static const void *at(const void *base, snt_dtype type, size_t i)
{
    return (const unsigned char *)base + i * snt_dtype_size(type);
}

/* x[n] += row of delta. */
static void add_row(float *x, const snt_rows *delta, size_t row, size_t n)
{
    if (delta->type == SNT_F32) {
        const float *d = at(delta->values, SNT_F32, row * n);

        for (size_t i = 0; i < n; i++)
            x[i] += d[i];
    } else if (!delta->scales) {
        const uint16_t *d = at(delta->values, SNT_BF16, row * n);

        for (size_t i = 0; i < n; i++)
            x[i] += from_bits((uint32_t)d[i] << 16);
    } else {
        const uint16_t *d = at(delta->values, SNT_BF16, row * n);
        float scale = delta->scales[row];

        for (size_t i = 0; i < n; i++)
            x[i] += from_bits((uint32_t)d[i] << 16) * scale + delta->bias[i];
    }
}

static void add_norm(
    const snt_norm *norm, size_t rows, float *x, const snt_rows *delta,
    uint16_t *narrow)
{
    size_t width = norm->width;

    for (size_t row = 0; row < rows; row++, x += width) {
        add_row(x, delta, row, width);
        norm_row(norm, x);
        if (narrow)
            narrow_row(x, width, narrow + row * width);
    }
}

/* The largest of s[n], n a multiple of LANES. */
static float largest(const float *s, size_t n)
{
    vec top = load(s);

    for (size_t j = LANES; j < n; j += LANES)
        top = larger(load(s + j), top);
    return largest_of(top);
}

/* s[n] becomes its softmax; s has room for whole(n). */
static void softmax(float *s, size_t n)
{
    size_t padded = whole(n);
    float top, sum = 0;

    for (size_t j = n; j < padded; j++)
        s[j] = -1e30f;
    top = largest(s, padded);
    for (size_t j = 0; j < padded; j += LANES)
        store(s + j, exponential(load(s + j) - top));
#pragma omp simd reduction(+ : sum)
    for (size_t j = 0; j < n; j++)
        sum += s[j];
    sum = 1 / sum;
    for (size_t j = 0; j < n; j++)
        s[j] *= sum;
}

/* out[ROWS, width] = a[ROWS, depth] b[depth, width]: two registers' columns
 * of four rows at a time. width is a multiple of 2 * LANES. */
static void multiply(
    const float *a, size_t a_stride, const float *b, size_t depth, size_t width,
    float *out)
{
    for (size_t j = 0; j < width; j += 2 * LANES) {
        vec sum[ROWS][2] = {{{0}}};

        for (size_t c = 0; c < depth; c++) {
            vec left = load(b + c * width + j);
            vec right = load(b + c * width + j + LANES);

            for (int r = 0; r < ROWS; r++) {
                sum[r][0] += left * a[(size_t)r * a_stride + c];
                sum[r][1] += right * a[(size_t)r * a_stride + c];
            }
        }
        for (int r = 0; r < ROWS; r++) {
            store(out + (size_t)r * width + j, sum[r][0]);
            store(out + (size_t)r * width + j + LANES, sum[r][1]);
        }
    }
}

/* Keys turned [dim, whole(n)], values [n, whole(dim)], both zero-padded. */
static void pack(
    const snt_attention *a, size_t head, float *keys, float *values)
{
    size_t n = a->n_keys, columns = whole(n), width = whole(a->dim);
    float *row = values + n * width; /* [dim] */

    memset(values, 0, n * width * sizeof(float));
    memset(keys, 0, a->dim * columns * sizeof(float));
    for (size_t j = 0; j < n; j++) {
        size_t from = j * a->kv_stride + head * a->dim;

        widen(at(a->v, a->type, from), a->type, a->dim, values + j * width);
        widen(at(a->k, a->type, from), a->type, a->dim, row);
        for (size_t c = 0; c < a->dim; c++)
            keys[c * columns + j] = row[c];
    }
}

static void emit(
    const snt_attention *a, size_t query, size_t head, const float *row)
{
    size_t to = (query * a->heads + head) * a->dim;

    if (a->type == SNT_F32)
        memcpy((float *)a->out + to, row, a->dim * sizeof(float));
    else
        narrow_row(row, a->dim, (uint16_t *)a->out + to);
}

static void attend_any(const snt_attention *a)
{
    size_t n = a->n_keys, columns = whole(n), width = whole(a->dim);
    float *keys = a->scratch;
    float *values = keys + a->dim * columns;
    float *q = values + (n + 1) * width; /* [ROWS, dim] */
    float *s = q + ROWS * width;         /* [ROWS, columns] */
    float *out = s + ROWS * columns;     /* [ROWS, width] */

    memset(q, 0, ROWS * width * sizeof(float));
    for (size_t head = a->first; head < a->last; head++) {
        pack(a, head, keys, values);
        for (size_t i = 0; i < a->n_queries; i += ROWS) {
            size_t rows = a->n_queries - i < ROWS ? a->n_queries - i : ROWS;

            for (size_t r = 0; r < rows; r++)
                widen(
                    at(a->q, a->type, (i + r) * a->q_stride + head * a->dim),
                    a->type, a->dim, q + r * a->dim);
            multiply(q, a->dim, keys, a->dim, columns, s);
            for (size_t r = 0; r < ROWS; r++)
                softmax(s + r * columns, n);
            multiply(s, columns, values, n, width, out);
            for (size_t r = 0; r < rows; r++)
                emit(a, i + r, head, out + r * width);
        }
    }
}

static void attend(const snt_attention *a)
{
    if (!ATTEND_LOW(a) && !SNT_FOR_ISA(snt_attend_f32)(a))
        attend_any(a);
}

static void gelu_all(float *x, size_t n)
{
    size_t most = n / LANES * LANES;
    float rest[LANES] = {0};

    snt_gelu_row(x, most);
    memcpy(rest, x + most, (n - most) * sizeof(*x));
    snt_gelu_row(rest, LANES);
    memcpy(x + most, rest, (n - most) * sizeof(*x));
}

enum { STRIP = 4096 }; /* values of a row that are widened at a time */

/* n of x's values from first on, which lie in the row of that scale from column
 * i on. strip has room for whole(n). */
static void fetch(
    const snt_rows *x, size_t first, size_t i, float scale, const float *ease,
    size_t n, float *strip)
{
    widen(at(x->values, x->type, first), x->type, n, strip);
    for (size_t k = 0; x->scales && k < n; k++)
        strip[k] = strip[k] * scale + x->bias[i + k];
    for (size_t k = n; k < whole(n); k++)
        strip[k] = 0;
    if (x->scales && x->gelu)
        snt_gelu_row(strip, whole(n));
    for (size_t k = 0; ease && k < n; k++)
        strip[k] *= ease[i + k];
}

/* The largest of x and of -x, neither below 0; strip is 0 up to whole(n). */
static void extremes(const float *strip, size_t n, float *above, float *below)
{
    vec high = {0}, low = {0};

    for (size_t k = 0; k < n; k += LANES) {
        high = larger(load(strip + k), high);
        low = smaller(load(strip + k), low);
    }
    for (int i = 0; i < LANES; i++) {
        *above = high[i] > *above ? high[i] : *above;
        *below = -low[i] > *below ? -low[i] : *below;
    }
}

static void to_bytes(
    const float *strip, size_t n, float inverse, int zero, uint8_t *bytes)
{
    float middle = (float)zero + 0.5f;

    for (size_t k = 0; k < n; k++)
        bytes[k] = (uint8_t)(int)(strip[k] * inverse + middle);
}

static void quantise(
    const snt_rows *x, size_t rows, size_t width, const float *ease, int zero,
    uint8_t *bytes, float *scales)
{
    float strip[STRIP];

    for (size_t row = 0; row < rows; row++) {
        float given = x->scales ? x->scales[row] : 1;
        float above = 0, below = 0, scale, inverse;

        for (size_t i = 0; i < width; i += STRIP) {
            size_t n = width - i < STRIP ? width - i : STRIP;

            fetch(x, row * width + i, i, given, ease, n, strip);
            extremes(strip, n, &above, &below);
        }
        above /= (float)(255 - zero);
        below /= (float)zero;
        scales[row] = scale = above > below ? above : below;
        inverse = scale > 0 ? 1 / scale : 0;
        for (size_t i = 0; i < width; i += STRIP) {
            size_t n = width - i < STRIP ? width - i : STRIP;

            if (width > STRIP)
                fetch(x, row * width + i, i, given, ease, n, strip);
            to_bytes(strip, n, inverse, zero, bytes + row * width + i);
        }
    }
}

static void rescale(
    uint16_t *x, size_t rows, size_t width, const float *scales,
    const float *bias)
{
    for (size_t row = 0; row < rows; row++, x += width)
        for (size_t i = 0; i < width; i++)
            x[i] = to_bf16(
                from_bits((uint32_t)x[i] << 16) * scales[row] + bias[i]);
}

static void reach(const float *x, size_t rows, size_t width, float *most)
{
    for (size_t row = 0; row < rows; row++, x += width)
        for (size_t i = 0; i < width; i++) {
            float size = fabsf(x[i]);

            most[i] = size > most[i] ? size : most[i];
        }
}

/* n of x * by from i on, with zeros up to whole(n). */
static void eased(
    const float *x, const float *by, size_t i, size_t n, float *strip)
{
    for (size_t k = 0; k < n; k++)
        strip[k] = by ? x[i + k] * by[i + k] : x[i + k];
    for (size_t k = n; k < whole(n); k++)
        strip[k] = 0;
}

static float to_weights(
    const float *x, const float *by, size_t n, int8_t *bytes)
{
    float strip[STRIP], above = 0, below = 0, scale;

    for (size_t i = 0; i < n; i += STRIP) {
        size_t some = n - i < STRIP ? n - i : STRIP;

        eased(x, by, i, some, strip);
        extremes(strip, some, &above, &below);
    }
    scale = (above > below ? above : below) / 127;
    scale = scale > 1e-30f ? scale : 1e-30f;
    for (size_t i = 0; i < n; i += STRIP) {
        size_t some = n - i < STRIP ? n - i : STRIP;

        if (n > STRIP)
            eased(x, by, i, some, strip);
        for (size_t k = 0; k < some; k++)
            bytes[i + k] = (int8_t)(int)rintf(strip[k] / scale);
    }
    return scale;
}

extern const snt_kernels SNT_FOR_ISA(snt_kernels);
const snt_kernels SNT_FOR_ISA(snt_kernels) = {
    .name = SNT_ISA_NAME,
    .embed = embed,
    .add_norm = add_norm,
    .attend = attend,
    .quantise = quantise,
    .rescale = rescale,
    .widen = widen,
    .reach = reach,
    .to_weights = to_weights,
    .gelu = gelu_all,
    .lanes = LANES,
    .products = {
        WIDE, SNT_FOR_ISA(snt_product_f32), LOW(snt_product_bf16),
        LOW(snt_product_bytes)}};
