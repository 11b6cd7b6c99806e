/* tile.h - the part of y that a product keeps in registers: up to TALL rows of
 * COLS registers, which with COLS of the weight and one of x are all of 16, or
 * most of 32. */
#ifndef SNT_TILE_H
#define SNT_TILE_H

#include <stddef.h>

#include "vectors.h"

enum { COLS = 3, WIDE = COLS * LANES, TALL = LANES == 16 ? 8 : 4 };

/* Of the next tile. */
static inline size_t height(size_t rows)
{
    return rows >= TALL ? TALL : rows >= 4 ? 4 : rows >= 2 ? 2 : 1;
}

#endif
