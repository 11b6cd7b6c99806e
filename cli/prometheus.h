/*
 * prometheus.h - the Prometheus text format, 0.0.4, and its histograms.
 *
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
#ifndef SNT_PROMETHEUS_H
#define SNT_PROMETHEUS_H

#include <stdatomic.h>
#include <stdint.h>

#include "buffer.h"

#define SNT_PROMETHEUS_TYPE "text/plain; version=0.0.4; charset=utf-8"

/** Bounds of a histogram of times: 25 µs to 30 s, and all above. */
enum { SNT_TIME_BUCKETS = 19 };

/** Zero it to begin; any thread may observe. */
typedef struct snt_histogram {
    atomic_ullong counts[SNT_TIME_BUCKETS]; /* not cumulative */
    atomic_ullong sum_us;
} snt_histogram;

void snt_histogram_observe(snt_histogram *histogram, uint64_t us);

/** Begins a family: type is "counter", "gauge" or "histogram". */
void snt_prometheus_family(
    snt_buffer *buf, const char *name, const char *type, const char *help);

/** One label of several: its value is escaped. name NULL ends the list. */
typedef struct snt_prometheus_label {
    const char *name;
    const char *value;
} snt_prometheus_label;

/** A sample; labels may be NULL. */
void snt_prometheus_uint(
    snt_buffer *buf, const char *name, const snt_prometheus_label *labels,
    uint64_t value);
void snt_prometheus_double(
    snt_buffer *buf, const char *name, const snt_prometheus_label *labels,
    double value);

/** A family of one sample without labels. */
void snt_prometheus_counter(
    snt_buffer *buf, const char *name, const char *help, uint64_t value);
void snt_prometheus_gauge(
    snt_buffer *buf, const char *name, const char *help, uint64_t value);

/** The samples of one histogram of seconds. */
void snt_prometheus_histogram(
    snt_buffer *buf, const char *name, const snt_prometheus_label *labels,
    const snt_histogram *histogram);

/** The samples of any histogram, from counts [n] that are not cumulative and
 * the bounds [n - 1] of all but the last. */
void snt_prometheus_buckets(
    snt_buffer *buf, const char *name, const snt_prometheus_label *labels,
    const uint64_t *counts, const double *bounds, size_t n, double sum);

#endif
