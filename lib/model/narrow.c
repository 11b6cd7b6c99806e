/* narrow.c - see narrow.h. Arithmetic on the bits of IEEE 754 numbers, by way
 * of float32, which holds all values of the other two. */
#include "narrow.h"

#include <string.h>

enum {
    F32_EXPONENT = 0x7F800000, /* all its bits: infinity, or no number */
    F16_EXPONENT = 0x7C00,
    F16_LEAST = 0x38800000, /* 2^-14, the least normal F16, as F32 */
    F16_GONE = 0x33000000,  /* 2^-25: what is less rounds to 0 */
    F16_OVER = 0x477FF000,  /* 65520: from here on it rounds to infinity */
    REBIAS = 112            /* 127 - 15: between their exponents */
};

static uint32_t widen_f16(uint16_t half)
{
    uint32_t sign = (uint32_t)(half & 0x8000) << 16;
    uint32_t exponent = (half >> 10) & 0x1F, mantissa = half & 0x3FF;

    if (exponent == 0x1F)
        return sign | F32_EXPONENT | mantissa << 13;
    if (exponent)
        return sign | (exponent + REBIAS) << 23 | mantissa << 13;
    if (!mantissa)
        return sign;
    exponent = REBIAS + 1; /* a subnormal: shifted until it is normal */
    while (!(mantissa & 0x400)) {
        mantissa <<= 1;
        exponent--;
    }
    return sign | exponent << 23 | (mantissa & 0x3FF) << 13;
}

static uint16_t narrow_bf16(uint32_t bits)
{
    if ((bits & 0x7FFFFFFF) > F32_EXPONENT)
        return (uint16_t)(bits >> 16 | 0x40); /* stays no number */
    return (uint16_t)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

/* A magnitude below 2^-14 in units of 2^-24. */
static uint16_t narrow_subnormal(uint32_t magnitude)
{
    uint32_t shift, mantissa, half, rest;

    if (magnitude < F16_GONE)
        return 0;
    shift = 126 - (magnitude >> 23);
    mantissa = (magnitude & 0x7FFFFF) | 0x800000;
    half = 1u << (shift - 1);
    rest = mantissa & ((1u << shift) - 1);
    mantissa >>= shift;
    return (
        uint16_t)(mantissa + (rest > half || (rest == half && mantissa & 1)));
}

static uint16_t narrow_f16(uint32_t bits)
{
    uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
    uint32_t magnitude = bits & 0x7FFFFFFF;

    if (magnitude > F32_EXPONENT)
        return sign | 0x7E00;
    if (magnitude >= F16_OVER)
        return sign | F16_EXPONENT;
    if (magnitude < F16_LEAST)
        return sign | narrow_subnormal(magnitude);
    magnitude -= (uint32_t)REBIAS << 23;
    magnitude += 0xFFF + (magnitude >> 13 & 1);
    return (uint16_t)(sign | magnitude >> 13);
}

/* The bits as F32. */
static uint32_t load(const unsigned char *in, snt_dtype from)
{
    uint32_t bits;
    uint16_t half;

    if (from == SNT_F32) {
        memcpy(&bits, in, sizeof(bits));
        return bits;
    }
    memcpy(&half, in, sizeof(half));
    return from == SNT_F16 ? widen_f16(half) : (uint32_t)half << 16;
}

/* False when it is not finite. */
static bool store(unsigned char *out, snt_dtype to, uint32_t bits)
{
    uint16_t half;

    if (to == SNT_F32) {
        memcpy(out, &bits, sizeof(bits));
        return (bits & F32_EXPONENT) != F32_EXPONENT;
    }
    half = to == SNT_F16 ? narrow_f16(bits) : narrow_bf16(bits);
    memcpy(out, &half, sizeof(half));
    if (to == SNT_F16)
        return (half & F16_EXPONENT) != F16_EXPONENT;
    return (half & 0x7F80) != 0x7F80;
}

size_t snt_narrow(
    const void *in, snt_dtype from, void *out, snt_dtype to, size_t n)
{
    const unsigned char *p = in;
    unsigned char *q = out;
    size_t step = snt_dtype_bytes((int)from), put = snt_dtype_bytes((int)to);

    for (size_t i = 0; i < n; i++, p += step, q += put)
        if (!store(q, to, load(p, from)))
            return i;
    return n;
}

float snt_widen(const void *in, snt_dtype from)
{
    uint32_t bits = load(in, from);
    float value;

    memcpy(&value, &bits, sizeof(value));
    return value;
}
