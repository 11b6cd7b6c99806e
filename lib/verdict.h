/* verdict.h - the file beside a checkpoint that holds its verdict. */
#ifndef SNT_VERDICT_H
#define SNT_VERDICT_H

#include <stdbool.h>

#include "sentiment/tune.h"
#include "shim/engine.h"

/** All that the file holds. Zero it to begin. */
typedef struct snt_verdict {
    sentiment_verdict told;
    float *ranges; /* [n_layers, 2, hidden], see engine.h; NULL: unknown */
} snt_verdict;

/** Reads the verdict beside the checkpoint in dir, whose weights network
 * holds. EIO: there is none. EFORMAT: it is damaged or not on these weights. */
sentiment_status snt_verdict_read(
    snt_verdict *verdict, const char *dir, const snt_network *network,
    sentiment_error *err);

/** EIO when it could not be written, as far as that can be known before. */
sentiment_status snt_verdict_writable(const char *dir, sentiment_error *err);

sentiment_status snt_verdict_write(
    const snt_verdict *verdict, const char *dir, const snt_network *network,
    sentiment_error *err);

void snt_verdict_free(snt_verdict *verdict);

/** Floats of ranges. */
size_t snt_verdict_ranges(const snt_network *network);

#endif
