/*
 * pipeline.c - see pipeline.h: groups, open and close, the change to another
 * classifier. How a text comes in is in submit.c, what flies and who waits for
 * it in flight.c, deadlines and callbacks in herald.c.
 */
#include "sentiment/pipeline.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "cache.h"
#include "clock.h"
#include "error.h"
#include "flight.h"
#include "options.h"
#include "thread.h"

/* ---- after a fork ---- */

bool snt_pipeline_is_ours(const sentiment_pipeline *pipe)
{
    return pipe->owner == getpid();
}

sentiment_status snt_pipeline_usable(
    const sentiment_pipeline *pipe, sentiment_error *err)
{
    if (snt_pipeline_is_ours(pipe))
        return SENTIMENT_OK;
    return snt_fail(
        err, SENTIMENT_ESTATE,
        "the pipeline was opened before fork: open one in the child");
}

/* A million years, in which no clock of ours ends. */
#define FOR_EVER_MS (UINT64_C(1) << 55)

/* ---- groups ---- */

sentiment_status sentiment_group_open(
    sentiment_group **group, sentiment_pipeline *pipe, sentiment_error *err)
{
    assert(group && pipe);
    sentiment_status status = snt_pipeline_usable(pipe, err);

    *group = NULL;
    if (status != SENTIMENT_OK)
        return status;
    *group = calloc(1, sizeof(**group));
    if (!*group)
        return snt_fail_memory(err);
    (*group)->pipe = pipe;
    (*group)->holders = 1;
    return SENTIMENT_OK;
}

void sentiment_group_close(sentiment_group *group)
{
    pthread_mutex_t *lock;

    if (!group || !snt_pipeline_is_ours(group->pipe))
        return;
    lock = &group->pipe->lock;
    pthread_mutex_lock(lock);
    snt_group_release(group);
    pthread_mutex_unlock(lock);
}

void sentiment_group_cancel(sentiment_group *group)
{
    assert(group);
    if (!snt_pipeline_is_ours(group->pipe))
        return;
    pthread_mutex_lock(&group->pipe->lock);
    while (group->waiters)
        snt_flight_give_up(group->waiters, SENTIMENT_ECANCELLED);
    pthread_mutex_unlock(&group->pipe->lock);
}

/* ---- polling ---- */

size_t sentiment_pipeline_poll(sentiment_pipeline *pipe)
{
    assert(pipe);
    uint64_t wakes;
    size_t n;

    if (pipe->event < 0 || !snt_pipeline_is_ours(pipe))
        return 0;
    if (read(pipe->event, &wakes, sizeof(wakes)) < 0 && errno != EAGAIN)
        return 0;
    pthread_mutex_lock(&pipe->lock);
    n = pipe->first ? snt_herald_deliver(pipe) : 0;
    pthread_mutex_unlock(&pipe->lock);
    return n;
}

int sentiment_pipeline_fd(const sentiment_pipeline *pipe)
{
    assert(pipe);
    return pipe->event;
}

/* ---- open, close, questions ---- */

static void init_locks(sentiment_pipeline *pipe)
{
    pthread_condattr_t monotonic;

    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&pipe->lock, NULL);
    pthread_cond_init(&pipe->changed, &monotonic);
    pthread_cond_init(&pipe->empty, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

static void dispose(sentiment_pipeline *pipe)
{
    if (pipe->event >= 0)
        close(pipe->event);
    free(pipe->no_scores);
    snt_deadlines_free(&pipe->deadlines);
    pthread_cond_destroy(&pipe->empty);
    pthread_cond_destroy(&pipe->changed);
    pthread_mutex_destroy(&pipe->lock);
    free(pipe);
}

static sentiment_status start(sentiment_pipeline *pipe, sentiment_error *err)
{
    if (pipe->opts.polled) {
        pipe->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        if (pipe->event < 0)
            return snt_fail(err, SENTIMENT_EIO, "eventfd: %s", strerror(errno));
    }
    return snt_thread_start(&pipe->herald, snt_herald_run, pipe, err);
}

static void set_up(
    sentiment_pipeline *pipe, sentiment_classifier *clf,
    const sentiment_pipeline_options *opts)
{
    pipe->owner = getpid();
    pipe->current = snt_generation_begin(&pipe->generations[0], clf);
    pipe->opts = *opts;
    if (!opts->max_texts)
        pipe->opts.max_texts = 65536;
    if (!opts->max_tokens)
        pipe->opts.max_tokens = UINT64_C(4) << 20;
    pipe->n_labels = sentiment_classifier_n_labels(clf);
    pipe->no_scores = calloc(pipe->n_labels, sizeof(float));
    pipe->event = -1;
    pipe->common.pipe = pipe;
    pipe->common.holders = 1;
    init_locks(pipe);
}

/* What can be checked before anything is made. */
static sentiment_status check(
    const sentiment_classifier *clf, const sentiment_pipeline_options *opts,
    sentiment_error *err)
{
    sentiment_status status = snt_classifier_usable(clf, err);
    size_t n = sentiment_classifier_n_labels(clf);

    if (status != SENTIMENT_OK || !opts->cache ||
        snt_cache_n_labels(opts->cache) == n)
        return status;
    return snt_fail(
        err, SENTIMENT_EINVAL, "the cache is for %zu labels, the model has %zu",
        snt_cache_n_labels(opts->cache), n);
}

sentiment_status sentiment_pipeline_open(
    sentiment_pipeline **pipe, sentiment_classifier *clf,
    const sentiment_pipeline_options *opts, sentiment_error *err)
{
    assert(pipe && clf);
    sentiment_pipeline_options known;
    sentiment_pipeline *made;
    sentiment_status status = snt_options_read(
        &known, sizeof(known), opts, "sentiment_pipeline_options", err);

    *pipe = NULL;
    if (status == SENTIMENT_OK)
        status = check(clf, &known, err);
    if (status != SENTIMENT_OK)
        return status;
    made = calloc(1, sizeof(*made));
    if (!made)
        return snt_fail_memory(err);
    set_up(made, clf, &known);
    status = made->no_scores ? start(made, err) : snt_fail_memory(err);
    if (status == SENTIMENT_OK)
        *pipe = made;
    else
        dispose(made);
    return status;
}

/* A polled pipeline's callbacks run here when nobody polls any more. */
static void finish_polled(sentiment_pipeline *pipe)
{
    while (pipe->stats.in_hand)
        if (pipe->first)
            snt_herald_deliver(pipe);
        else
            snt_herald_wait(pipe);
    pthread_cond_broadcast(&pipe->changed);
}

void sentiment_pipeline_close(sentiment_pipeline *pipe)
{
    if (!pipe || !snt_pipeline_is_ours(pipe))
        return;
    pthread_mutex_lock(&pipe->lock);
    pipe->draining = pipe->closing = true;
    pthread_cond_broadcast(&pipe->changed);
    if (pipe->opts.polled)
        finish_polled(pipe);
    pthread_mutex_unlock(&pipe->lock);
    pthread_join(pipe->herald, NULL);
    dispose(pipe);
}

sentiment_status sentiment_pipeline_drain(
    sentiment_pipeline *pipe, uint64_t timeout_ms, sentiment_error *err)
{
    assert(pipe);
    uint64_t now = snt_clock_now_ms(NULL);
    uint64_t due = timeout_ms < FOR_EVER_MS ? now + timeout_ms : FOR_EVER_MS;
    struct timespec until = {
        (time_t)(due / 1000), (long)(due % 1000) * 1000000};
    sentiment_status status = snt_pipeline_usable(pipe, err);
    uint64_t left;
    int waited = 0;

    if (status != SENTIMENT_OK)
        return status;
    pthread_mutex_lock(&pipe->lock);
    pipe->draining = true;
    while (pipe->stats.in_hand && waited != ETIMEDOUT)
        waited = pthread_cond_timedwait(&pipe->empty, &pipe->lock, &until);
    left = pipe->stats.in_hand;
    pthread_mutex_unlock(&pipe->lock);
    if (!left)
        return SENTIMENT_OK;
    return snt_fail(
        err, SENTIMENT_EDEADLINE, "%llu texts still in hand after %llu ms",
        (unsigned long long)left, (unsigned long long)timeout_ms);
}

sentiment_classifier *sentiment_pipeline_classifier(
    const sentiment_pipeline *pipe)
{
    assert(pipe);
    return atomic_load(&pipe->current)->clf;
}

/* ---- another classifier ---- */

static sentiment_status begin_swap(
    sentiment_pipeline *pipe, sentiment_classifier *clf, sentiment_error *err)
{
    snt_generation *old = pipe->current, *next = pipe->generations;

    if (pipe->draining)
        return snt_fail(err, SENTIMENT_ESTATE, "the pipeline is draining");
    if (pipe->former)
        return snt_fail(err, SENTIMENT_ESTATE, "another swap has not finished");
    if (next == old)
        next++;
    pipe->former = old;
    pipe->current = snt_generation_begin(next, clf);
    return SENTIMENT_OK;
}

sentiment_status sentiment_pipeline_swap(
    sentiment_pipeline *pipe, sentiment_classifier *clf, sentiment_error *err)
{
    assert(pipe && clf);
    size_t n_labels = sentiment_classifier_n_labels(clf);
    sentiment_status status = snt_pipeline_usable(pipe, err);

    if (status == SENTIMENT_OK)
        status = snt_classifier_usable(clf, err);
    if (status != SENTIMENT_OK)
        return status;
    if (n_labels != pipe->n_labels)
        return snt_fail(
            err, SENTIMENT_EINVAL,
            "the new model has %zu labels, the pipeline's has %zu", n_labels,
            pipe->n_labels);
    pthread_mutex_lock(&pipe->lock);
    status = begin_swap(pipe, clf, err);
    if (status == SENTIMENT_OK) {
        while (pipe->former->users)
            pthread_cond_wait(&pipe->changed, &pipe->lock);
        pipe->former = NULL;
    }
    pthread_mutex_unlock(&pipe->lock);
    return status;
}

sentiment_status sentiment_pipeline_count(
    sentiment_pipeline *pipe, sentiment_pipeline_stats *stats,
    sentiment_error *err)
{
    assert(pipe && stats);
    sentiment_pipeline_stats all;
    sentiment_status status = snt_pipeline_usable(pipe, err);

    if (status != SENTIMENT_OK)
        return status;
    pthread_mutex_lock(&pipe->lock);
    all = pipe->stats;
    pthread_mutex_unlock(&pipe->lock);
    return snt_options_write(
        stats, &all, sizeof(all), "sentiment_pipeline_stats", err);
}
