/*
 * worker.c - see worker.h.
 *
 * Each worker is one thread with one session: more threads inside a forward
 * pass are slower as soon as anything else runs on the machine, see
 * docs/performance.md. Where they are asked for they are workers that have
 * nothing to do, so that there are never more threads than workers.
 */
#include "worker.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "copies.h"
#include "error.h"
#include "thread.h"

enum { MAX_TEXTS = SNT_BATCH_TEXTS, STEPS = SENTIMENT_BATCH_STEPS };

/* A thread, and a batch's arrays; they grow. */
typedef struct worker {
    snt_crew *crew;
    pthread_t thread;
    snt_session *session;
    snt_help help;
    bool warms;   /* prepares what batches will need, when nothing waits */
    size_t cap;   /* tokens */
    int32_t *ids; /* [cap] */
    int32_t *positions; /* [cap] */
    float *logits;      /* [MAX_TEXTS, labels] */
    int32_t starts[MAX_TEXTS + 1];
    snt_piece *pieces[MAX_TEXTS];
} worker;

struct snt_crew {
    snt_crew_options opts;
    snt_queue *queue;
    snt_copies copies;
    worker *workers; /* [opts.workers] */
    unsigned started;

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    unsigned ready;
    sentiment_error failure; /* status SENTIMENT_OK: none */
    sentiment_classifier_stats counts;
};

static bool reserve(worker *w, size_t tokens)
{
    int32_t *ids, *positions;

    if (tokens <= w->cap)
        return true;
    ids = realloc(w->ids, tokens * sizeof(*ids));
    if (ids)
        w->ids = ids;
    positions = realloc(w->positions, tokens * sizeof(*positions));
    if (positions)
        w->positions = positions;
    if (!ids || !positions)
        return false;
    w->cap = tokens;
    return true;
}

static sentiment_status compute(
    const snt_crew *crew, worker *w, size_t n, sentiment_error *err)
{
    snt_batch batch = {
        .n = n, .starts = w->starts, .threads = 1 + w->help.came};
    size_t at = 0;

    for (size_t i = 0; i < n; i++)
        batch.tokens += w->pieces[i]->tokens;
    if (!reserve(w, batch.tokens))
        return snt_fail_memory(err);
    for (size_t i = 0; i < n; i++) {
        const snt_piece *piece = w->pieces[i];

        memcpy(w->ids + at, piece->ids, piece->tokens * sizeof(int32_t));
        memcpy(
            w->positions + at, piece->positions,
            piece->tokens * sizeof(int32_t));
        w->starts[i] = (int32_t)at;
        at += piece->tokens;
    }
    w->starts[n] = (int32_t)at;
    batch.ids = w->ids;
    batch.positions = w->positions;
    return crew->opts.engine->forward(w->session, &batch, w->logits, err);
}

/* Finishes the pieces nobody waits for any more; how many remain. */
static size_t drop_cancelled(worker *w, size_t n)
{
    static const sentiment_error cancelled = {SENTIMENT_ESTATE, "cancelled"};
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (atomic_load(&w->pieces[i]->task->cancelled))
            snt_task_finish(w->pieces[i], NULL, &cancelled);
        else
            w->pieces[kept++] = w->pieces[i];
    return kept;
}

/* The first of the powers of two from unit on that holds n, or the last. */
static unsigned step_of(size_t n, size_t unit)
{
    unsigned i = 0;

    while (n > unit << i && i < STEPS - 1)
        i++;
    return i;
}

static void begin_batch(worker *w, size_t n)
{
    uint64_t now = snt_clock_now_us();

    for (size_t i = 0; i < n; i++)
        w->pieces[i]->taken_us = now;
}

static void count(snt_crew *crew, const worker *w, size_t n)
{
    uint64_t now = snt_clock_now_us();
    size_t tokens = 0;

    for (size_t i = 0; i < n; i++)
        tokens += w->pieces[i]->tokens;
    pthread_mutex_lock(&crew->lock);
    crew->counts.batches++;
    crew->counts.texts += n;
    crew->counts.tokens += tokens;
    crew->counts.helped += w->help.came > 0;
    crew->counts.compute_us += now - w->pieces[0]->taken_us;
    crew->counts.by_texts[step_of(n, 1)]++;
    crew->counts.by_tokens[step_of(tokens, SENTIMENT_TOKENS_STEP)]++;
    pthread_mutex_unlock(&crew->lock);
}

/* Until that pass is over or there is something of its own to do. */
static void help(const snt_crew *crew, snt_session *whom)
{
    while (crew->opts.engine->help(whom) && !snt_queue_waiting(crew->queue))
        ;
}

static void work(snt_crew *crew, worker *w)
{
    size_t labels = (size_t)crew->opts.network->n_labels, n;
    size_t most = crew->opts.one_text ? 1 : MAX_TEXTS;
    sentiment_error err;

    for (;;) {
        while (w->warms && !snt_queue_waiting(crew->queue))
            w->warms = crew->opts.engine->warm(w->session);
        n = snt_queue_take(
            crew->queue, w->pieces, most, crew->opts.batch_tokens, &w->help);
        if (!n && !w->help.whom)
            return;
        if (!n) {
            help(crew, w->help.whom);
            continue;
        }
        begin_batch(w, n);
        n = drop_cancelled(w, n);
        if (n && compute(crew, w, n, &err) == SENTIMENT_OK) {
            count(crew, w, n);
            for (size_t i = 0; i < n; i++)
                snt_task_finish(w->pieces[i], w->logits + i * labels, NULL);
        } else {
            for (size_t i = 0; i < n; i++)
                snt_task_finish(w->pieces[i], NULL, &err);
        }
    }
}

static sentiment_status prepare(snt_crew *crew, worker *w, sentiment_error *err)
{
    size_t labels = (size_t)crew->opts.network->n_labels;
    snt_engine_model *model;

    if (snt_copies_open(
            &crew->copies, (unsigned)(w - crew->workers), crew->opts.engine,
            crew->opts.network, &crew->opts.device, &model,
            err) != SENTIMENT_OK)
        return err->status;
    w->logits = malloc(MAX_TEXTS * labels * sizeof(*w->logits));
    if (!w->logits || !reserve(w, crew->opts.batch_tokens))
        return snt_fail_memory(err);
    if (crew->opts.engine->begin(&w->session, model, err) != SENTIMENT_OK)
        return err->status;
    w->help.self = w->session;
    if (crew->opts.device.threads > 1)
        w->help.most = crew->opts.device.threads - 1;
    return SENTIMENT_OK;
}

static void report(snt_crew *crew, const sentiment_error *failure)
{
    pthread_mutex_lock(&crew->lock);
    crew->ready++;
    /* Who found no model says less than who could not open it. */
    if (failure &&
        (!crew->failure.status || crew->failure.status == SENTIMENT_ESTATE))
        crew->failure = *failure;
    pthread_cond_signal(&crew->changed);
    pthread_mutex_unlock(&crew->lock);
}

static void *run(void *arg)
{
    worker *w = arg;
    sentiment_error err;
    sentiment_status status = prepare(w->crew, w, &err);

    report(w->crew, status == SENTIMENT_OK ? NULL : &err);
    if (status == SENTIMENT_OK)
        work(w->crew, w);
    return NULL;
}

static sentiment_status start(snt_crew *crew, sentiment_error *err)
{
    while (crew->started < crew->opts.workers) {
        worker *w = &crew->workers[crew->started];

        w->crew = crew;
        w->warms = !crew->started; /* one: the others are there for a text */
        if (snt_thread_start(&w->thread, run, w, err) != SENTIMENT_OK)
            return SENTIMENT_ENOMEM;
        crew->started++;
    }
    pthread_mutex_lock(&crew->lock);
    while (crew->ready < crew->started)
        pthread_cond_wait(&crew->changed, &crew->lock);
    pthread_mutex_unlock(&crew->lock);
    return snt_fail_as(err, &crew->failure);
}

/* A text alone may be larger than what a batch aims at. */
static void tell_sizes(snt_crew_options *opts)
{
    snt_engine_options *device = &opts->device;

    device->most_tokens = opts->most_tokens;
    device->most_texts = 1;
    if (opts->one_text)
        return;
    device->most_texts =
        opts->batch_tokens < MAX_TEXTS ? opts->batch_tokens : MAX_TEXTS;
    if (device->most_tokens < opts->batch_tokens)
        device->most_tokens = opts->batch_tokens;
}

sentiment_status snt_crew_open(
    snt_crew **crew, snt_queue *queue, const snt_crew_options *opts,
    sentiment_error *err)
{
    snt_crew *made = calloc(1, sizeof(*made));
    sentiment_status status;

    *crew = NULL;
    if (!made)
        return snt_fail_memory(err);
    made->opts = *opts;
    tell_sizes(&made->opts);
    made->queue = queue;
    pthread_mutex_init(&made->lock, NULL);
    pthread_cond_init(&made->changed, NULL);
    made->workers = calloc(opts->workers, sizeof(*made->workers));
    status = made->workers ? snt_copies_plan(
                                 &made->copies, opts->nodes, opts->workers, err)
                           : snt_fail_memory(err);
    if (status == SENTIMENT_OK)
        status = start(made, err);
    if (status == SENTIMENT_OK)
        *crew = made;
    else
        snt_crew_close(made);
    return status;
}

size_t snt_crew_copies(const snt_crew *crew)
{
    return crew->copies.n;
}

void snt_crew_count(snt_crew *crew, sentiment_classifier_stats *counts)
{
    pthread_mutex_lock(&crew->lock);
    *counts = crew->counts;
    pthread_mutex_unlock(&crew->lock);
}

static void dismiss(const snt_crew *crew, worker *w)
{
    if (w->session)
        crew->opts.engine->end(w->session);
    free(w->logits);
    free(w->positions);
    free(w->ids);
}

void snt_crew_close(snt_crew *crew)
{
    if (!crew)
        return;
    snt_queue_close(crew->queue);
    for (unsigned i = 0; i < crew->started; i++)
        pthread_join(crew->workers[i].thread, NULL);
    for (unsigned i = 0; i < crew->started; i++)
        dismiss(crew, &crew->workers[i]);
    snt_copies_close(&crew->copies, crew->opts.engine);
    free(crew->workers);
    pthread_cond_destroy(&crew->changed);
    pthread_mutex_destroy(&crew->lock);
    free(crew);
}
