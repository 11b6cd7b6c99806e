/*
 * vectors.h - registers of floats, for the files that are compiled once for
 * each instruction set: with SNT_ISA the end of its names ("avx512"),
 * SNT_ISA_NAME what people call it and SNT_LANES the floats of a register.
 */
#ifndef SNT_VECTORS_H
#define SNT_VECTORS_H

#include <stdint.h>
#include <string.h>

#if SNT_LANES > 4
#include <immintrin.h>
#endif

#define SNT_JOINED(a, b) a##_##b
#define SNT_JOIN(a, b) SNT_JOINED(a, b)
#define SNT_FOR_ISA(name) SNT_JOIN(name, SNT_ISA)

enum { LANES = SNT_LANES };

typedef float vec __attribute__((vector_size(4 * SNT_LANES)));
typedef int32_t ivec __attribute__((vector_size(4 * SNT_LANES)));

static inline vec load(const float *p)
{
    vec v;

    memcpy(&v, p, sizeof(v));
    return v;
}

static inline void store(float *p, vec v)
{
    memcpy(p, &v, sizeof(v));
}

/* Where a compiler makes less of a comparison than the instruction for it.
 * When one of the two is no number they give the second. */
#if SNT_LANES == 16
#define largest_of(a) _mm512_reduce_max_ps((__m512)(a))
#define sum_of(a) _mm512_reduce_add_ps((__m512)(a))
#define larger(a, b) ((vec)_mm512_max_ps((__m512)(a), (__m512)(b)))
#define smaller(a, b) ((vec)_mm512_min_ps((__m512)(a), (__m512)(b)))
#elif SNT_LANES == 8
#define larger(a, b) ((vec)_mm256_max_ps((__m256)(a), (__m256)(b)))
#define smaller(a, b) ((vec)_mm256_min_ps((__m256)(a), (__m256)(b)))
#else
#define larger(a, b) choose((a) > (b), a, b)
#define smaller(a, b) choose((a) < (b), a, b)
#endif

static inline vec choose(ivec mask, vec yes, vec no)
{
    return (vec)(((ivec)yes & mask) | ((ivec)no & ~mask));
}

#if SNT_LANES < 16
static inline float largest_of(vec v)
{
    float most = v[0];

    for (int i = 1; i < LANES; i++)
        most = v[i] > most ? v[i] : most;
    return most;
}

static inline float sum_of(vec v)
{
    float sum = 0;

    for (int i = 0; i < LANES; i++)
        sum += v[i];
    return sum;
}
#endif

/* 2^n e^r, |r| up to ln 2 / 2: a minimax polynomial, relative error 3e-9
 * before rounding. */
static inline vec power(ivec n, vec r)
{
    vec p = r * 1.38145e-3f + 8.36875e-3f;

    p = p * r + 4.166839e-2f;
    p = p * r + 1.666652e-1f;
    p = p * r + 4.9999993e-1f;
    p = p * r + 1;
    p = p * r + 1;
    return (vec)((ivec)p + (n << 23));
}

/* exp of x <= 0. ln 2 in two parts, so that n times the first is exact. */
static inline vec exponential(vec x)
{
    ivec exponent;
    vec n, r;

    x = larger((vec){0} - 87.0f, x);
    exponent = __builtin_convertvector(x * 1.44269504f - 0.5f, ivec);
    n = __builtin_convertvector(exponent, vec);
    r = x - n * 0.693359375f;
    return power(exponent, r + n * 2.12194440e-4f);
}

/* Exact GELU as max(x, 0) - |x| Q(|x|), Q the upper tail of the normal
 * distribution, whose logarithm to base 2 is smooth: a polynomial fitted up to
 * 6.5, where |x| Q no longer counts. Nearer to the true value than 0.5 x (1 +
 * erf(x / sqrt 2)) in float, where the sum cancels. */
static inline vec gelu(vec x)
{
    vec a = larger(-x, x), p, n;
    ivec exponent;

    a = smaller((vec){0} + 6.5f, a); /* NaN stays */
    p = a * 3.32695322e-7f - 6.8623176e-6f;
    p = p * a + 5.84273148e-5f;
    p = p * a - 2.30552338e-4f;
    p = p * a - 8.52067096e-5f;
    p = p * a + 7.03882566e-3f;
    p = p * a - 5.2498512e-2f;
    p = p * a - 4.59203124e-1f;
    p = p * a - 1.15110612f;
    p = p * a - 1;
    exponent = __builtin_convertvector(p - 0.5f, ivec);
    n = __builtin_convertvector(exponent, vec);
    return larger(x, (vec){0}) - a * power(exponent, (p - n) * 0.693147181f);
}

/* x[n], n a multiple of LANES. */
static inline void snt_gelu_row(float *x, size_t n)
{
    for (size_t i = 0; i < n; i += LANES)
        store(x + i, gelu(load(x + i)));
}

#endif
