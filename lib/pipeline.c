/*
 * pipeline.c - see pipeline.h: submit, groups, open and close. What flies and
 * who waits for it is in flight.c, deadlines and callbacks in herald.c.
 */
#include "sentiment/pipeline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "clock.h"
#include "error.h"
#include "flight.h"
#include "options.h"
#include "thread.h"

/* ---- submit ---- */

/* Reserves a place, before the work of encoding is spent. */
static sentiment_status admit(sentiment_pipeline *pipe, sentiment_error *err)
{
    sentiment_status status = SENTIMENT_OK;

    pthread_mutex_lock(&pipe->lock);
    if (pipe->draining) {
        status = snt_fail(err, SENTIMENT_ESTATE, "the pipeline is draining");
    } else if (pipe->stats.in_hand >= pipe->opts.max_texts) {
        pipe->stats.refused++;
        status = snt_fail(
            err, SENTIMENT_EBUSY, "%u texts in hand already",
            (unsigned)pipe->opts.max_texts);
    } else {
        pipe->stats.in_hand++;
    }
    pthread_mutex_unlock(&pipe->lock);
    return status;
}

static void withdraw(sentiment_pipeline *pipe)
{
    pthread_mutex_lock(&pipe->lock);
    if (!--pipe->stats.in_hand) {
        pthread_cond_broadcast(&pipe->empty);
        pthread_cond_broadcast(&pipe->changed);
    }
    pthread_mutex_unlock(&pipe->lock);
}

static size_t tokens_of(const snt_flight *f)
{
    size_t n = 0;

    for (uint32_t i = 0; i < f->task.n_pieces; i++)
        n += f->task.pieces[i].tokens;
    return n;
}

/* One call of submit. */
typedef struct submission {
    sentiment_pipeline *pipe;
    sentiment_text text;
    sentiment_group *group;
    uint64_t due_ms;
    snt_waiter *w;
    sentiment_digest digest;
    sentiment_error *err;
} submission;

/* Makes the waiter wait for f; the lock is held. */
static sentiment_status board(submission *s, snt_flight *f)
{
    if (!snt_flight_board(f, s->w, s->due_ms))
        return snt_fail_memory(s->err);
    s->pipe->stats.submitted++;
    return SENTIMENT_OK;
}

/* The cache's answer, as a flight that has landed. */
static sentiment_status serve(
    submission *s, const sentiment_result *result, const float *scores)
{
    sentiment_pipeline *pipe = s->pipe;
    snt_flight *f;
    sentiment_status status;

    pthread_mutex_lock(&pipe->lock);
    f = snt_flight_new(pipe, s->group, &s->digest);
    s->due_ms = 0;
    status = f ? board(s, f) : snt_fail_memory(s->err);
    if (status == SENTIMENT_OK) {
        f->cached = true;
        f->task.result = *result;
        memcpy(f->scores, scores, pipe->n_labels * sizeof(*scores));
        pipe->stats.hits++;
        snt_flight_answer(f);
    }
    if (f)
        snt_flight_release(f);
    pthread_mutex_unlock(&pipe->lock);
    return status;
}

/* 1: it was there, and *status says how that went. */
static int try_cache(submission *s, sentiment_status *status)
{
    enum { FEW = 16 };
    float few[FEW], *scores = few;
    sentiment_result result;
    int found;

    if (!s->pipe->opts.cache)
        return 0;
    if (s->pipe->n_labels > FEW)
        scores = malloc(s->pipe->n_labels * sizeof(*scores));
    found = scores && sentiment_cache_get(
                          s->pipe->opts.cache, &s->digest, &result, scores);
    if (found)
        *status = serve(s, &result, scores);
    if (scores != few)
        free(scores);
    return found;
}

/* Joins the flight of the same text, or begins one, which *f then is. */
static sentiment_status join_or_begin(submission *s, snt_flight **f)
{
    sentiment_pipeline *pipe = s->pipe;
    snt_flight *found;
    sentiment_status status = SENTIMENT_OK;

    pthread_mutex_lock(&pipe->lock);
    found = snt_flight_find(pipe, &s->digest);
    if (found) {
        s->w->joined = true;
        status = board(s, found);
        pipe->stats.joined += status == SENTIMENT_OK;
    } else {
        *f = snt_flight_new(pipe, s->group, &s->digest);
        if (*f) {
            (*f)->encoding = true;
            snt_flight_list(*f);
        } else {
            status = snt_fail_memory(s->err);
        }
    }
    pthread_mutex_unlock(&pipe->lock);
    return status;
}

static bool too_much(const sentiment_pipeline *pipe, const snt_flight *f)
{
    return pipe->stats.tokens_in_hand &&
           pipe->stats.tokens_in_hand + f->tokens > pipe->opts.max_tokens;
}

/* The flight goes no further: those who joined it meanwhile are told. */
static void call_off(snt_flight *f, const sentiment_error *why)
{
    snt_task_fail(&f->task, why->status, why->message);
    snt_flight_answer(f);
}

/* What follows encoding; 1 when the classifier shall compute it. */
static int enter(submission *s, snt_flight *f, sentiment_status *status)
{
    sentiment_pipeline *pipe = s->pipe;
    sentiment_error why;
    int compute = 0;

    pthread_mutex_lock(&pipe->lock);
    f->encoding = false;
    f->tokens = tokens_of(f);
    if (too_much(pipe, f)) {
        pipe->stats.refused++;
        *status = snt_fail(
            &why, SENTIMENT_EBUSY, "%llu tokens in hand already",
            (unsigned long long)pipe->stats.tokens_in_hand);
        snt_flight_unlist(f);
        call_off(f, &why);
        snt_fail(s->err, why.status, "%s", why.message);
    } else if ((*status = board(s, f)) != SENTIMENT_OK) {
        snt_flight_unlist(f);
        call_off(f, &(sentiment_error){*status, "out of memory"});
    } else if (!f->task.pieces) { /* the text is at fault: that is the answer */
        snt_flight_unlist(f);
        snt_flight_answer(f);
    } else {
        compute = 1;
        f->holders++;
        pipe->computing++;
        pipe->stats.tokens_in_hand += f->tokens;
    }
    pthread_mutex_unlock(&pipe->lock);
    return compute;
}

static sentiment_status launch(submission *s)
{
    sentiment_pipeline *pipe = s->pipe;
    snt_flight *f = NULL;
    sentiment_status status =
        sentiment_cache_key(&pipe->identity, s->text, &s->digest, s->err);

    if (status != SENTIMENT_OK || try_cache(s, &status))
        return status;
    status = join_or_begin(s, &f);
    if (!f)
        return status;
    snt_task_prepare(&f->task, snt_classifier_policy(pipe->clf), s->text);
    if (enter(s, f, &status))
        snt_classifier_compute(pipe->clf, &f->group->lane, &f->task);
    pthread_mutex_lock(&pipe->lock);
    snt_flight_release(f);
    pthread_mutex_unlock(&pipe->lock);
    return status;
}

static snt_waiter *new_waiter(
    sentiment_group *group, sentiment_done_fn done, void *arg)
{
    snt_waiter *w = calloc(1, sizeof(*w));

    if (!w)
        return NULL;
    w->group = group;
    w->done = done;
    w->arg = arg;
    return w;
}

sentiment_status sentiment_pipeline_submit(
    sentiment_pipeline *pipe, sentiment_text text,
    const sentiment_submit_options *opts, sentiment_done_fn done, void *arg,
    sentiment_error *err)
{
    sentiment_submit_options known;
    submission s = {.pipe = pipe, .text = text, .err = err};
    sentiment_status status = snt_options_read(
        &known, sizeof(known), opts, "sentiment_submit_options", err);

    if (status == SENTIMENT_OK)
        status = snt_classifier_usable(pipe->clf, err);
    if (status == SENTIMENT_OK)
        status = admit(pipe, err);
    if (status != SENTIMENT_OK)
        return status;
    s.group = known.group ? known.group : &pipe->common;
    if (known.deadline_ms)
        s.due_ms = snt_clock_now_ms(NULL) + known.deadline_ms;
    s.w = new_waiter(s.group, done, arg);
    status = s.w ? launch(&s) : snt_fail_memory(err);
    if (status == SENTIMENT_OK)
        return status;
    free(s.w);
    withdraw(pipe);
    return status;
}

/* ---- groups ---- */

sentiment_status sentiment_group_open(
    sentiment_group **group, sentiment_pipeline *pipe, sentiment_error *err)
{
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

    if (!group)
        return;
    lock = &group->pipe->lock;
    pthread_mutex_lock(lock);
    snt_group_release(group);
    pthread_mutex_unlock(lock);
}

void sentiment_group_cancel(sentiment_group *group)
{
    pthread_mutex_lock(&group->pipe->lock);
    while (group->waiters)
        snt_flight_give_up(group->waiters, SENTIMENT_ECANCELLED);
    pthread_mutex_unlock(&group->pipe->lock);
}

/* ---- polling ---- */

size_t sentiment_pipeline_poll(sentiment_pipeline *pipe)
{
    uint64_t wakes;
    size_t n;

    if (pipe->event < 0)
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
    pipe->clf = clf;
    sentiment_classifier_identity(clf, &pipe->identity);
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

sentiment_status sentiment_pipeline_open(
    sentiment_pipeline **pipe, sentiment_classifier *clf,
    const sentiment_pipeline_options *opts, sentiment_error *err)
{
    sentiment_pipeline_options known;
    sentiment_pipeline *made;
    sentiment_status status = snt_options_read(
        &known, sizeof(known), opts, "sentiment_pipeline_options", err);

    *pipe = NULL;
    if (status == SENTIMENT_OK)
        status = snt_classifier_usable(clf, err);
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
    if (!pipe || snt_classifier_usable(pipe->clf, NULL) != SENTIMENT_OK)
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
    uint64_t due = snt_clock_now_ms(NULL) + timeout_ms;
    struct timespec until = {
        (time_t)(due / 1000), (long)(due % 1000) * 1000000};
    uint64_t left;
    int waited = 0;

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
    return pipe->clf;
}

sentiment_status sentiment_pipeline_count(
    sentiment_pipeline *pipe, sentiment_pipeline_stats *stats,
    sentiment_error *err)
{
    sentiment_pipeline_stats all;

    pthread_mutex_lock(&pipe->lock);
    all = pipe->stats;
    pthread_mutex_unlock(&pipe->lock);
    return snt_options_write(
        stats, &all, sizeof(all), "sentiment_pipeline_stats", err);
}
