/* bench.c - see bench.h. */
#include "bench.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "buffer.h"
#include "error.h"
#include "stop.h"
#include "thread.h"

/* One caller; what it counts is its own until it is joined. */
typedef struct caller {
    sentiment_classifier *clf;
    const snt_bench_texts *texts;
    uint32_t batch;
    size_t next;           /* text to begin with */
    double counts_from_ms; /* calls that begin before it are the warm-up */
    double until_ms;
    double ended_ms;
    uint64_t n_texts, n_tokens;
    snt_buffer took; /* double, milliseconds, one a call */
    double flop;
    const sentiment_model_info *model;
    sentiment_error err; /* status OK when all went well */
    pthread_t thread;
} caller;

static double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

double snt_bench_flop(const sentiment_model_info *model, double tokens)
{
    double h = model->hidden, i = model->intermediate, layers = model->layers;
    /* Query, key, value, output; the two of the feed-forward part. */
    double token = 2 * (4 * h * h + 2 * h * i);
    double attention = 2 * 2 * tokens * tokens * h;
    double last = tokens * 2 * 2 * h * h + 2 * (2 * h * h + 2 * h * i) +
                  2 * 2 * tokens * h;

    return (layers - 1) * (tokens * token + attention) + last;
}

static sentiment_status call(
    caller *c, sentiment_text *batch, sentiment_result *results)
{
    for (uint32_t i = 0; i < c->batch; i++)
        batch[i] = c->texts->texts[c->next++ % c->texts->n];
    if (sentiment_classify(c->clf, batch, c->batch, results, NULL, &c->err) !=
        SENTIMENT_OK)
        return c->err.status;
    for (uint32_t i = 0; i < c->batch; i++)
        if (results[i].status != SENTIMENT_OK)
            return snt_fail(
                &c->err, (sentiment_status)results[i].status,
                "a text cannot be classified: %s: %.40s",
                sentiment_status_name((sentiment_status)results[i].status),
                batch[i].bytes);
    return SENTIMENT_OK;
}

static void count(caller *c, const sentiment_result *results, double took)
{
    for (uint32_t i = 0; i < c->batch; i++) {
        c->n_tokens += results[i].tokens;
        c->flop += snt_bench_flop(c->model, results[i].tokens);
    }
    c->n_texts += c->batch;
    snt_buffer_add(&c->took, &took, sizeof(took));
}

static void *run_caller(void *arg)
{
    caller *c = arg;
    sentiment_text *batch = calloc(c->batch, sizeof(*batch));
    sentiment_result *results = calloc(c->batch, sizeof(*results));
    double begins = now_ms();

    if (!batch || !results)
        snt_fail_memory(&c->err);
    while (c->err.status == SENTIMENT_OK && begins < c->until_ms &&
           !snt_stop_signal()) {
        if (call(c, batch, results) != SENTIMENT_OK)
            break;
        c->ended_ms = now_ms();
        if (begins >= c->counts_from_ms)
            count(c, results, c->ended_ms - begins);
        begins = c->ended_ms;
    }
    free(batch);
    free(results);
    return NULL;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

double snt_bench_percentile(const double *sorted, size_t n, double share)
{
    size_t rank = (size_t)(share * (double)n);

    if (!n)
        return 0;
    rank += (double)rank < share * (double)n; /* up to a whole one */
    return sorted[rank ? (rank < n ? rank : n) - 1 : 0];
}

/* The figures of all callers together. */
static void sum_up(snt_bench_cell *cell, caller *callers, size_t n)
{
    snt_buffer all = {0};
    double ended = callers[0].counts_from_ms, flop = 0, seconds, *took;

    for (size_t i = 0; i < n; i++) {
        cell->texts += callers[i].n_texts;
        cell->tokens += callers[i].n_tokens;
        flop += callers[i].flop;
        ended = callers[i].ended_ms > ended ? callers[i].ended_ms : ended;
        snt_buffer_add(&all, callers[i].took.bytes, callers[i].took.len);
    }
    took = (double *)(void *)all.bytes;
    cell->calls = all.len / sizeof(*took);
    seconds = (ended - callers[0].counts_from_ms) / 1e3;
    if (cell->calls && seconds > 0) {
        qsort(took, cell->calls, sizeof(*took), by_size);
        cell->texts_per_s = (double)cell->texts / seconds;
        cell->tokens_per_s = (double)cell->tokens / seconds;
        cell->gflop_per_s = flop / seconds / 1e9;
        cell->p50_ms = snt_bench_percentile(took, cell->calls, .5);
        cell->p90_ms = snt_bench_percentile(took, cell->calls, .9);
        cell->p99_ms = snt_bench_percentile(took, cell->calls, .99);
    }
    snt_buffer_free(&all);
}

/* Starts the callers, each at another text, and waits for them. */
static sentiment_status drive(caller *callers, size_t n, sentiment_error *err)
{
    sentiment_status status = SENTIMENT_OK;
    size_t started = 0;

    while (started < n && status == SENTIMENT_OK) {
        status = snt_thread_start(
            &callers[started].thread, run_caller, &callers[started], err);
        started += status == SENTIMENT_OK;
    }
    for (size_t i = 0; i < started; i++) {
        pthread_join(callers[i].thread, NULL);
        if (status == SENTIMENT_OK && callers[i].err.status != SENTIMENT_OK) {
            *err = callers[i].err;
            status = err->status;
        }
    }
    return status;
}

sentiment_status snt_bench_run(
    snt_bench_cell *cell, sentiment_classifier *clf,
    const snt_bench_texts *texts, uint32_t ms, sentiment_error *err)
{
    sentiment_model_info model = {.size = sizeof(model)};
    size_t n =
        cell->threads > cell->workers ? 1 : cell->workers / cell->threads;
    caller *callers = calloc(n, sizeof(*callers));
    double from = now_ms() + ms / 5.0;
    sentiment_status status;

    if (!callers)
        return snt_fail_memory(err);
    sentiment_model_describe(sentiment_classifier_model(clf), &model, NULL);
    for (size_t i = 0; i < n; i++)
        callers[i] = (caller){
            .clf = clf,
            .texts = texts,
            .batch = cell->batch,
            .next = i * texts->n / n,
            .counts_from_ms = from,
            .until_ms = from + ms,
            .model = &model};
    status = drive(callers, n, err);
    if (status == SENTIMENT_OK)
        sum_up(cell, callers, n);
    for (size_t i = 0; i < n; i++)
        snt_buffer_free(&callers[i].took);
    free(callers);
    return status;
}

const snt_bench_cell *snt_bench_fastest(
    const snt_bench_cell *cells, size_t n, const char *precision)
{
    const snt_bench_cell *best = NULL;

    for (size_t i = 0; i < n; i++)
        if ((!precision || !strcmp(cells[i].precision, precision)) &&
            cells[i].calls &&
            (!best || cells[i].texts_per_s > best->texts_per_s))
            best = &cells[i];
    return best;
}

const snt_bench_cell *snt_bench_soonest(const snt_bench_cell *cells, size_t n)
{
    const snt_bench_cell *best = NULL;

    for (size_t i = 0; i < n; i++)
        if (cells[i].batch == 1 && cells[i].calls &&
            (!best || cells[i].p99_ms < best->p99_ms))
            best = &cells[i];
    return best;
}
