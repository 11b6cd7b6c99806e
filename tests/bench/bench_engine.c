/*
 * bench_engine.c - our side of the measurements: one figure a run.
 *
 *     bench_engine BATCH MODEL TEXTS SECONDS [PRECISION [WORKERS]]
 *
 * TEXTS holds one text a line. BATCH of them are given to the library at once,
 * all with "classify". After a warm-up, passes over the texts are timed
 * for so many seconds; the median pass is printed, as JSON.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "sentiment.h"
#include "tests/bench/resident.h"

enum { MAX_PASSES = 10000 };

typedef struct bench {
    sentiment_classifier *clf;
    sentiment_text *texts; /* [n] */
    size_t n;
    sentiment_result *results;
    size_t batch;
} bench;

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void fail(const char *what)
{
    fprintf(stderr, "bench_engine: %s\n", what);
    exit(1);
}

static void read_texts(bench *b, const char *path)
{
    static snt_file file;
    sentiment_error err;
    const char *p, *end;

    if (snt_file_open(&file, path, &err) != SENTIMENT_OK)
        fail(err.message);
    p = (const char *)file.bytes;
    end = p + file.len;
    b->texts = calloc(file.len + 1, sizeof(*b->texts));
    while (p < end) {
        const char *line = memchr(p, '\n', (size_t)(end - p));
        size_t len = (size_t)((line ? line : end) - p);

        b->texts[b->n++] = (sentiment_text){p, len};
        p += len + 1;
    }
    b->results = calloc(b->n, sizeof(*b->results));
}

static void classify(bench *b)
{
    sentiment_error err;

    for (size_t i = 0; i < b->n; i += b->batch) {
        size_t n = b->n - i < b->batch ? b->n - i : b->batch;

        if (sentiment_classify(
                b->clf, b->texts + i, n, b->results, NULL, &err) !=
            SENTIMENT_OK)
            fail(err.message);
    }
}

static void open_classifier(
    bench *b, const char *model, const char *precision, const char *workers)
{
    sentiment_classifier_options opts = {
        .size = sizeof(opts),
        .precision = precision,
        .workers = workers ? (uint32_t)atoi(workers) : 1,
        .engine_path = getenv("ENGINE")};
    sentiment_error err;

    if (sentiment_classifier_open(&b->clf, model, &opts, &err) != SENTIMENT_OK)
        fail(err.message);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static double median_pass(bench *b, double seconds)
{
    static double took[MAX_PASSES];
    double began;
    size_t n = 0;

    classify(b);
    began = now();
    while (n < MAX_PASSES && (n < 3 || now() - began < seconds)) {
        double start = now();

        classify(b);
        took[n++] = now() - start;
    }
    qsort(took, n, sizeof(*took), by_size);
    return took[n / 2];
}

int main(int argc, char **argv)
{
    bench b = {.n = 0};
    double seconds;

    if (argc < 5)
        fail("BATCH MODEL TEXTS SECONDS [PRECISION [WORKERS]]");
    read_texts(&b, argv[3]);
    open_classifier(
        &b, argv[2], argc > 5 ? argv[5] : NULL, argc > 6 ? argv[6] : NULL);
    b.batch = strtoul(argv[1], NULL, 10);
    if (!b.batch)
        b.batch = b.n;
    seconds = median_pass(&b, atof(argv[4]));
    printf(
        "{\"texts_per_s\": %.1f, \"rss_mb\": %.0f}\n", (double)b.n / seconds,
        snt_resident());
    sentiment_classifier_close(b.clf);
    free(b.results);
    free(b.texts);
    return 0;
}
