/*
 * metrics.h - how good labels are, as models/train/evaluate.py measures it.
 */
#ifndef SNT_METRICS_H
#define SNT_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "sentiment/base.h"

/** Equal-width bins of the top probability, for the calibration error. */
enum { SNT_METRICS_BINS = 15 };

typedef struct snt_metrics {
    size_t n_labels;
    uint64_t n;                     /* rows */
    uint64_t *confusion;            /* [labels (truth), labels (predicted)] */
    double right[SNT_METRICS_BINS]; /* rows of the bin that are right */
    double top[SNT_METRICS_BINS];   /* sum of their top probabilities */
} snt_metrics;

/** A label's own figures; 0 where they would divide by nothing. */
typedef struct snt_metrics_class {
    double precision, recall, f1;
    uint64_t support; /* rows that truly have it */
} snt_metrics_class;

sentiment_status snt_metrics_open(
    snt_metrics *m, size_t n_labels, sentiment_error *err);
void snt_metrics_close(snt_metrics *m);

/** Counts one row; score is the predicted label's probability. */
void snt_metrics_add(
    snt_metrics *m, size_t truth, size_t predicted, double score);

double snt_metrics_accuracy(const snt_metrics *m);

/** The mean of all labels' F1, those without a row too. */
double snt_metrics_macro_f1(const snt_metrics *m);

/** Expected calibration error: the bins' |right - probability|, weighted by
 * their rows. */
double snt_metrics_ece(const snt_metrics *m);

snt_metrics_class snt_metrics_of(const snt_metrics *m, size_t label);

#endif
