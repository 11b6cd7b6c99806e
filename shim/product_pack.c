/* product_pack.c - see product.h: the same on any CPU. */
#include "product.h"

#include <string.h>

void snt_product_pack(
    const void *weight, size_t out, size_t words, size_t wide, void *packed)
{
    const uint32_t *from = weight;

    memset(packed, 0, (out + wide - 1) / wide * wide * words * sizeof(*from));
    for (size_t j = 0; j < out; j++) {
        uint32_t *to = (uint32_t *)packed + j / wide * wide * words + j % wide;

        for (size_t k = 0; k < words; k++)
            to[k * wide] = from[j * words + k];
    }
}
