/*
 * copies.h - the engine's model: opened once, or once for each NUMA node.
 *
 * Workers are spread over the nodes that have CPUs for this process, in
 * proportion to these, and stay on the CPUs of theirs. Each node has a copy of
 * the packed weights, which the first of its workers opens, so that its memory
 * is what that worker touches first. With one node there is one copy, and
 * workers run where they please.
 */
#ifndef SNT_COPIES_H
#define SNT_COPIES_H

#include <pthread.h>
#include <stdbool.h>

#include "nodes.h"
#include "shim/engine.h"

typedef struct snt_copy {
    pthread_mutex_t lock; /* guards what follows */
    bool opened;
    snt_engine_model *model;
    snt_node node; /* n 0: any CPU */
} snt_copy;

typedef struct snt_copies {
    size_t n;
    snt_copy *copies; /* [n] */
    unsigned *places; /* [workers] the copy of each */
} snt_copies;

/** For so many workers on the nodes that dir tells of, see nodes.h; dir NULL:
 * one copy. */
sentiment_status snt_copies_plan(
    snt_copies *all, const char *dir, unsigned workers, sentiment_error *err);

/** Puts the calling thread, that of so manieth worker, on its node and gives
 * it its copy, which it opens when nobody has; what another one failed to open
 * is ESTATE. */
sentiment_status snt_copies_open(
    const snt_copies *all, unsigned worker, const snt_engine_ops *engine,
    const snt_network *network, const snt_engine_options *opts,
    snt_engine_model **model, sentiment_error *err);

/** Closes what was opened; a zeroed struct is fine. */
void snt_copies_close(snt_copies *all, const snt_engine_ops *engine);

#endif
