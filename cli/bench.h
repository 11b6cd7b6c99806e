/*
 * bench.h - how fast a classifier answers under steady load.
 *
 * One figure for one setting: as many callers as there are workers, or fewer
 * where several of these are to compute together, each of which hands over a
 * batch of texts, waits for the answers and begins again.
 */
#ifndef SNT_BENCH_H
#define SNT_BENCH_H

#include "bench_texts.h"
#include "sentiment/classifier.h"

/** A setting, and what was measured with it. */
typedef struct snt_bench_cell {
    char precision[16]; /* the one in use */
    uint32_t workers;
    uint32_t threads; /* that compute one text together: workers a caller */
    uint32_t batch;   /* texts a call */
    uint64_t calls;
    uint64_t texts;
    uint64_t tokens;
    double texts_per_s;
    double tokens_per_s;
    double gflop_per_s; /* arithmetic that the answers need */
    double
        of_gemm; /* of what the framework's product alone does; 0: not known */
    double p50_ms, p90_ms, p99_ms; /* of a call */
} snt_bench_cell;

/**
 * Warms up for a fifth of so many milliseconds, then measures; the cell's
 * workers, threads and batch are given, the rest is filled in. Ends early at a
 * stop.
 */
sentiment_status snt_bench_run(
    snt_bench_cell *cell, sentiment_classifier *clf,
    const snt_bench_texts *texts, uint32_t ms, sentiment_error *err);

/** The value that a share of n values, sorted, does not exceed (nearest rank);
 * 0 when there is none. */
double snt_bench_percentile(const double *sorted, size_t n, double share);

/**
 * Multiplications and additions that one text of so many tokens needs: linear
 * layers and attention; of the last layer's output only the first token.
 */
double snt_bench_flop(const sentiment_model_info *model, double tokens);

/** The cell that is best for: throughput, in any precision or in this one
 * only; the tail of a text that comes alone. NULL when there is none. */
const snt_bench_cell *snt_bench_fastest(
    const snt_bench_cell *cells, size_t n, const char *precision);
const snt_bench_cell *snt_bench_soonest(const snt_bench_cell *cells, size_t n);

#endif
