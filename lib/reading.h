/* reading.h - what a classifier needs of a checkpoint beside its weights, read
 * on a thread of its own while the engine is loaded, which takes longer. */
#ifndef SNT_READING_H
#define SNT_READING_H

#include <pthread.h>
#include <stdbool.h>

#include "model/model.h"
#include "verdict.h"

typedef struct snt_reading {
    sentiment_model *model; /* begun, not finished */
    const char *dir;        /* borrowed until the end */
    bool wants_verdict;
    pthread_t thread;
    bool running;

    sentiment_error failure; /* of the tokenizer; status OK: none */
    snt_verdict verdict;     /* the caller's to free */
    bool has_verdict;
    sentiment_error no_verdict; /* why one that is there is ignored, or OK */
} snt_reading;

/** Begins with what r names. Where no thread can be had it is done at once. */
void snt_reading_begin(snt_reading *r);

/** Waits. Then the model is finished, unless a status says why not. */
sentiment_status snt_reading_end(snt_reading *r, sentiment_error *err);

#endif
