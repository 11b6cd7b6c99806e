/* repeats.h - texts that a call holds more than once. */
#ifndef SNT_REPEATS_H
#define SNT_REPEATS_H

#include <stdbool.h>

#include "sentiment/base.h"

/** first[i] becomes the place of the first text that is equal to texts[i], byte
 * by byte; i itself when there is none before it. n below 2^31. False: there is
 * no memory, and first is as if no text were repeated. */
bool snt_repeats_find(const sentiment_text *texts, size_t n, uint32_t *first);

#endif
