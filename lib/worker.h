/* worker.h - the threads that compute, and the engine they compute with. */
#ifndef SNT_WORKER_H
#define SNT_WORKER_H

#include "queue.h"
#include "shim/engine.h"

enum { SNT_BATCH_TEXTS = 1024 }; /* in one batch, at most */

typedef struct snt_crew snt_crew;

typedef struct snt_crew_options {
    const snt_engine_ops *engine;
    const snt_network *network; /* borrowed until the crew is closed */
    snt_engine_options device;
    unsigned workers;
    size_t batch_tokens;
    size_t most_tokens; /* of a text */
    const char *nodes;  /* see copies.h; NULL: one copy of the weights */
    bool one_text;      /* a batch is one text, whatever waits */
} snt_crew_options;

/** Opens the network and starts the workers on queue; all of it happens on
 * threads of the crew's own, with every signal blocked. */
sentiment_status snt_crew_open(
    snt_crew **crew, snt_queue *queue, const snt_crew_options *opts,
    sentiment_error *err);

/** Of the packed weights: one a NUMA node. */
size_t snt_crew_copies(const snt_crew *crew);

void snt_crew_count(snt_crew *crew, sentiment_classifier_stats *counts);

/** Closes the queue, waits until it is empty, ends the workers. */
void snt_crew_close(snt_crew *crew);

#endif
