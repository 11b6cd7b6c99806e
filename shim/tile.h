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

/* The cases of a switch over heights: each is known to the code of its own. */
#define EVERY_HEIGHT(TILE)                                                     \
    TILE(1);                                                                   \
    TILE(2);                                                                   \
    TILE(3);                                                                   \
    TILE(4);                                                                   \
    TILE(5);                                                                   \
    TILE(6);                                                                   \
    TILE(7);                                                                   \
    TILE(8)

/* Of a packed weight, the lines that come next. The tiles before them ask for
 * them, step by step: a model's weights are read once a batch and lie far
 * away. Three tiles, which ask for a line a step, get all of a panel. */
typedef struct ahead {
    const char *at, *end;
    size_t apart; /* of the two lines of a step; 0: they are one */
} ahead;

static inline ahead behind(const void *weight, size_t bytes, size_t rows)
{
    const char *at = (const char *)weight + bytes;

    return (ahead){at, at + bytes, rows > 2 * TALL ? 0 : LINE};
}

/* How much further each step goes: to the end, and no more. */
static inline size_t pace(const ahead *next)
{
    return next->at < next->end ? LINE + next->apart : 0;
}

static inline void ask(ahead *next, size_t further)
{
    __builtin_prefetch(next->at);
    __builtin_prefetch(next->at + next->apart);
    next->at += further;
}

#endif
