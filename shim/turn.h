/* turn.h - rows of keys to columns, for attention: words of 32 bits, of which
 * each is a float or two BF16. */
#ifndef SNT_TURN_H
#define SNT_TURN_H

#include <stddef.h>

#include "vectors.h"

#if SNT_LANES == 16
/* 16 rows of 16 words, turned: each step exchanges what lies 1, 2, 4 and 8
 * rows and columns apart. */
static inline void turn(__m512i r[16])
{
    __m512i t[16];

    for (int i = 0; i < 16; i += 2) {
        t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
        t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
    }
    for (int i = 0; i < 16; i += 4)
        for (int k = 0; k < 2; k++) {
            r[i + 2 * k] = _mm512_unpacklo_epi64(t[i + k], t[i + k + 2]);
            r[i + 2 * k + 1] = _mm512_unpackhi_epi64(t[i + k], t[i + k + 2]);
        }
    for (int i = 0; i < 16; i += 8)
        for (int k = 0; k < 4; k++) {
            t[i + k] = _mm512_shuffle_i32x4(r[i + k], r[i + k + 4], 0x88);
            t[i + k + 4] = _mm512_shuffle_i32x4(r[i + k], r[i + k + 4], 0xDD);
        }
    for (int k = 0; k < 8; k++) {
        r[k] = _mm512_shuffle_i32x4(t[k], t[k + 8], 0x88);
        r[k + 8] = _mm512_shuffle_i32x4(t[k], t[k + 8], 0xDD);
    }
}

/* n rows of words words, a stride of bytes apart, to out[words, columns], with
 * zeros from column n on. Both are whole registers. */
static inline void snt_turn(
    const void *rows, size_t stride, size_t n, size_t words, size_t columns,
    uint32_t *out)
{
    for (size_t w = 0; w < words; w += 16)
        for (size_t j = 0; j < columns; j += 16) {
            const char *from = (const char *)rows + j * stride + 4 * w;
            __m512i r[16];

            for (size_t i = 0; i < 16; i++, from += stride)
                r[i] = j + i < n ? _mm512_loadu_si512(from)
                                 : _mm512_setzero_si512();
            turn(r);
            for (size_t i = 0; i < 16; i++)
                _mm512_storeu_si512(out + (w + i) * columns + j, r[i]);
        }
}
#else
static inline void snt_turn(
    const void *rows, size_t stride, size_t n, size_t words, size_t columns,
    uint32_t *out)
{
    const char *from = rows;

    memset(out, 0, words * columns * sizeof(*out));
    for (size_t j = 0; j < n; j++, from += stride)
        for (size_t w = 0; w < words; w++)
            memcpy(out + w * columns + j, from + 4 * w, 4);
}
#endif

#endif
