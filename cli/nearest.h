/* nearest.h - which name was meant. */
#ifndef SNT_NEAREST_H
#define SNT_NEAREST_H

#include <stddef.h>

/** Zero it to begin; offer every name; best is the nearest or NULL. */
typedef struct snt_nearest {
    const char *best; /* not terminated: best_len bytes */
    size_t best_len;
    size_t distance;
} snt_nearest;

/** Offers one name for what was typed. A name is near when at most a third of
 * its letters, and at least one, were mistyped. */
void snt_nearest_offer(
    snt_nearest *nearest, const char *typed, const char *name, size_t len);

#endif
