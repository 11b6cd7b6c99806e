/* classifier.h - what the pipeline asks of a classifier: to compute a task of
 * its own without waiting for it. */
#ifndef SNT_CLASSIFIER_H
#define SNT_CLASSIFIER_H

#include "queue.h"
#include "sentiment/classifier.h"

/** ESTATE in a forked child, which has none of the workers. */
sentiment_status snt_classifier_usable(
    const sentiment_classifier *clf, sentiment_error *err);

/** How clf reads texts: for snt_task_prepare. */
const snt_task_policy *snt_classifier_policy(const sentiment_classifier *clf);

/** Queues a prepared task; its done is called on a worker's thread. */
void snt_classifier_compute(
    sentiment_classifier *clf, snt_lane *lane, snt_task *task);

#endif
