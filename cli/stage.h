/*
 * stage.h - records in, outcomes out: same order, bounded memory.
 *
 * Reads ahead as far as the classifier's window, so that batches form across
 * lines; gives out what is done whenever the input would have to be waited
 * for, so that a slow input gets each answer at once.
 */
#ifndef SNT_STAGE_H
#define SNT_STAGE_H

#include "input.h"
#include "sentiment/pipeline.h"

/** What became of a record. Valid during the call that gets it. */
typedef struct snt_outcome {
    const snt_record *record;
    const char *error; /* why it has no label, or NULL */
    const char *label; /* NULL: an error, or a blank text */
    sentiment_result result;
    const float *scores; /* [labels], or NULL without a label */
} snt_outcome;

/** Takes outcomes; put and pause return false to end the run. */
typedef struct snt_sink {
    bool (*put)(void *arg, const snt_outcome *outcome);
    bool (*pause)(void *arg); /* before waiting for input: flush; or NULL */
    void *arg;
} snt_sink;

/** Runs until the input ends, the sink has enough or the stop flag is up. The
 * classifier's failure for one text is an outcome; of the machinery itself, a
 * status. */
sentiment_status snt_stage_run(
    snt_input *in, sentiment_classifier *clf, const snt_sink *sink,
    sentiment_error *err);

#endif
