/*
 * bench_engine.c - our side of the measurements: one figure a run.
 *
 *     bench_engine classify MODEL TEXTS SECONDS [PRECISION [WORKERS]]
 *     bench_engine single   MODEL TEXTS SECONDS [PRECISION]
 *
 * TEXTS holds one text a line. classify gives all of them to the library at
 * once, single one at a time. After a warm-up, passes over the texts are timed
 * for so many seconds; the median pass is printed, as JSON.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "file.h"
#include "sentiment.h"

enum { MAX_PASSES = 10000 };

typedef struct bench {
    sentiment_classifier *clf;
    sentiment_text *texts; /* [n] */
    size_t n;
    sentiment_result *results;
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

    if (sentiment_classify(b->clf, b->texts, b->n, b->results, NULL, &err) !=
        SENTIMENT_OK)
        fail(err.message);
}

static void single(bench *b)
{
    for (size_t i = 0; i < b->n; i++)
        if (sentiment_classify(b->clf, &b->texts[i], 1, b->results, NULL, NULL))
            fail("a text cannot be classified");
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

static double median_pass(bench *b, void (*pass)(bench *), double seconds)
{
    static double took[MAX_PASSES];
    double began;
    size_t n = 0;

    pass(b);
    began = now();
    while (n < MAX_PASSES && (n < 3 || now() - began < seconds)) {
        double start = now();

        pass(b);
        took[n++] = now() - start;
    }
    qsort(took, n, sizeof(*took), by_size);
    return took[n / 2];
}

int main(int argc, char **argv)
{
    bench b = {.n = 0};
    void (*pass)(bench *) = classify;
    double seconds;

    if (argc < 5)
        fail("MODE MODEL TEXTS SECONDS [PRECISION [WORKERS]]");
    read_texts(&b, argv[3]);
    open_classifier(
        &b, argv[2], argc > 5 ? argv[5] : NULL, argc > 6 ? argv[6] : NULL);
    if (!strcmp(argv[1], "single"))
        pass = single;
    seconds = median_pass(&b, pass, atof(argv[4]));
    printf("{\"texts_per_s\": %.1f}\n", (double)b.n / seconds);
    sentiment_classifier_close(b.clf);
    free(b.results);
    free(b.texts);
    return 0;
}
