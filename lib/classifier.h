/* classifier.h - what the pipeline asks of a classifier: to compute a task of
 * its own without waiting for it; and what a tuning asks. */
#ifndef SNT_CLASSIFIER_H
#define SNT_CLASSIFIER_H

#include "queue.h"
#include "sentiment/classifier.h"
#include "shim/engine.h"

/** ESTATE in a forked child, which has none of the workers. */
sentiment_status snt_classifier_usable(
    const sentiment_classifier *clf, sentiment_error *err);

/** How clf reads texts: for snt_task_prepare. */
const snt_task_policy *snt_classifier_policy(const sentiment_classifier *clf);

/** Queues a prepared task; its done is called on a worker's thread. */
void snt_classifier_compute(
    sentiment_classifier *clf, snt_lane *lane, snt_task *task);

/** Of the values between layers: see ranges and observed in shim/engine.h. */
typedef struct snt_classifier_ranges {
    const float *known; /* borrowed during the call */
    float *observed;    /* filled when the classifier is closed */
} snt_classifier_ranges;

/** sentiment_classifier_open with these in place of what the checkpoint's
 * verdict says, NULL: the verdict's; and with the NUMA nodes that a folder
 * tells of, see nodes.h, NULL: all are one. */
sentiment_status snt_classifier_open_with(
    sentiment_classifier **clf, const char *dir,
    const sentiment_classifier_options *opts,
    const snt_classifier_ranges *ranges, const char *nodes,
    sentiment_error *err);

/** What its device runs besides fp32: see precision.h. */
void snt_classifier_ladder(
    const sentiment_classifier *clf, snt_precision *ladder);

#endif
