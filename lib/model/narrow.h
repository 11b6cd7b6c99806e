/* narrow.h - numbers from one type of weights to another. */
#ifndef SNT_NARROW_H
#define SNT_NARROW_H

#include "weights.h"

/**
 * Converts n values of type from at in to type to at out; neither need be
 * aligned. What has no exact counterpart is rounded to the nearest, ties to the
 * even one, as torch does. The number of values before the first that is not
 * finite in its new type; n when all are.
 */
size_t snt_narrow(
    const void *in, snt_dtype from, void *out, snt_dtype to, size_t n);

/** One value as float32. */
float snt_widen(const void *in, snt_dtype from);

#endif
