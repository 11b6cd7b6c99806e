/* tile.h - the part of y that a product keeps in registers: up to TALL rows of
 * COLS registers, which with COLS of the weight and one of x are all of 16, or
 * most of 32. */
#ifndef SNT_TILE_H
#define SNT_TILE_H

#include <stddef.h>

#include "vectors.h"

enum {
    COLS = 3,
    WIDE = COLS * LANES,
    TALL = LANES == 16 ? 8 : 4,
    LINE = 64 /* bytes of the cache */
};

/* Of the next tile: all of like height, since low ones wait for their sums. */
static inline size_t height(size_t rows)
{
    size_t tiles = (rows + TALL - 1) / TALL;

    return tiles ? (rows + tiles - 1) / tiles : 0;
}

/* Asks for the lines of a packed weight that come next, one after the other: a
 * model's weights are read once a batch and lie far away. */
typedef struct ahead {
    const char *at, *end;
} ahead;

static inline void ask(ahead *next, size_t step)
{
    __builtin_prefetch(next->at);
    next->at += step;
}

#endif
