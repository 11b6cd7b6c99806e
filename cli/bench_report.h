/* bench_report.h - what `bench` measured, as a table or as JSON. */
#ifndef SNT_BENCH_REPORT_H
#define SNT_BENCH_REPORT_H

#include "bench.h"
#include "buffer.h"

/** What was measured, and where. */
typedef struct snt_bench_report {
    const char *model;     /* folder */
    const char *engine;    /* "libtorch 2.14.1" */
    const char *cpu;       /* "AVX512" */
    const char *device;    /* "cpu" */
    unsigned cpus;         /* that this process may use */
    size_t texts;          /* different ones */
    snt_bench_cell *cells; /* [n] */
    size_t n;
} snt_bench_report;

/** The table comes in parts, so that a row is seen once it is measured. */
void snt_bench_head(const snt_bench_report *r, snt_buffer *buf);
void snt_bench_row(const snt_bench_cell *cell, snt_buffer *buf);
void snt_bench_advice(const snt_bench_report *r, snt_buffer *buf);

/** All of it as one object, with a newline. */
void snt_bench_json(const snt_bench_report *r, snt_buffer *buf);

#endif
