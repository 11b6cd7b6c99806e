/*
 * pipeline.c - see pipeline.h.
 *
 * A flight is one text being computed; a waiter is one submit that waits for
 * it. The pipeline's thread, the herald, lets deadlines pass and runs the
 * callbacks of waiters whose answer is there. One lock guards all of it; it is
 * held neither while a text is encoded or computed nor while calling back.
 */
#include "sentiment/pipeline.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "classifier.h"
#include "deadlines.h"
#include "error.h"
#include "options.h"

typedef struct waiter waiter;

typedef struct flight {
    snt_task task; /* first: the classifier gives it back */
    sentiment_pipeline *pipe;
    sentiment_group *group; /* whose lane it is in */
    waiter *waiters;        /* without an answer */
    size_t holders;         /* waiters not called back, and the classifier */
    size_t tokens;          /* that the classifier holds */
    float scores[];         /* [labels] */
} flight;

struct waiter {
    snt_deadline deadline; /* first: the heap gives it back */
    flight *flight;
    sentiment_group *group;
    sentiment_done_fn done;
    void *arg;
    sentiment_status gave_up; /* EDEADLINE, ECANCELLED, or OK */
    waiter *next_of_flight;
    waiter *next_of_group, *prev_of_group;
    waiter *next_answered;
};

struct sentiment_group {
    sentiment_pipeline *pipe;
    snt_lane lane;
    waiter *waiters; /* without an answer */
    size_t holders;  /* its owner, flights in its lane, waiters */
};

struct sentiment_pipeline {
    sentiment_classifier *clf;
    sentiment_pipeline_options opts;
    size_t n_labels;
    float *no_scores; /* [labels], zero */
    int event;        /* eventfd of a polled pipeline, or -1 */
    pthread_t herald;

    pthread_mutex_t lock;   /* guards what follows, flights, waiters, groups */
    pthread_cond_t changed; /* an answer, an earlier deadline, the end */
    pthread_cond_t empty;   /* nothing is in hand */
    snt_deadlines deadlines;
    waiter *first; /* with an answer, the oldest first */
    waiter *last;
    sentiment_group common;
    sentiment_pipeline_stats stats;
    size_t computing; /* flights that the classifier holds, also those that
                         nobody waits for any more */
    bool draining;
    bool closing;
};

static uint64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* ---- groups: holders are counted under the lock ---- */

static void release_group(sentiment_group *group)
{
    if (!--group->holders && group != &group->pipe->common)
        free(group);
}

static void join_group(waiter *w)
{
    sentiment_group *group = w->group;

    group->holders++;
    w->prev_of_group = NULL;
    w->next_of_group = group->waiters;
    if (group->waiters)
        group->waiters->prev_of_group = w;
    group->waiters = w;
}

static void leave_group(waiter *w)
{
    if (w->prev_of_group)
        w->prev_of_group->next_of_group = w->next_of_group;
    else
        w->group->waiters = w->next_of_group;
    if (w->next_of_group)
        w->next_of_group->prev_of_group = w->prev_of_group;
}

/* ---- flights ---- */

static void release_flight(flight *f)
{
    if (--f->holders)
        return;
    release_group(f->group);
    snt_task_release(&f->task);
    free(f);
}

static void wake_poller(const sentiment_pipeline *pipe)
{
    const uint64_t one = 1;

    if (pipe->event >= 0 && write(pipe->event, &one, sizeof(one)) < 0)
        return; /* full: it is readable already */
}

/* Puts w, which has left its flight's list, among those to be called back. */
static void answer(sentiment_pipeline *pipe, waiter *w)
{
    snt_deadlines_remove(&pipe->deadlines, &w->deadline);
    leave_group(w);
    w->next_answered = NULL;
    if (pipe->last)
        pipe->last->next_answered = w;
    else
        pipe->first = w;
    pipe->last = w;
    pthread_cond_broadcast(&pipe->changed);
    wake_poller(pipe);
}

static void answer_all(flight *f)
{
    while (f->waiters) {
        waiter *w = f->waiters;

        f->waiters = w->next_of_flight;
        answer(f->pipe, w);
    }
}

/* A waiter that waits no longer; the last one takes its flight along. */
static void give_up(waiter *w, sentiment_status status)
{
    flight *f = w->flight;
    waiter **link = &f->waiters;

    while (*link != w)
        link = &(*link)->next_of_flight;
    *link = w->next_of_flight;
    w->gave_up = status;
    if (!f->waiters)
        atomic_store(&f->task.cancelled, true);
    answer(f->pipe, w);
}

/* On a worker's thread. */
static void computed(snt_task *task)
{
    flight *f = (flight *)(void *)task;
    sentiment_pipeline *pipe = f->pipe;

    pthread_mutex_lock(&pipe->lock);
    pipe->stats.tokens_in_hand -= f->tokens;
    if (!--pipe->computing)
        pthread_cond_broadcast(&pipe->changed);
    if (task->result.status == SENTIMENT_OK)
        pipe->stats.computed++;
    answer_all(f);
    release_flight(f);
    pthread_mutex_unlock(&pipe->lock);
}

/* ---- callbacks ---- */

/* A waiter that gave up may be called back while its flight is computed. */
static void call_back(const waiter *w)
{
    const flight *f = w->flight;
    const sentiment_model *model = sentiment_classifier_model(f->pipe->clf);
    sentiment_answer answer = {
        .result = {.status = w->gave_up, .label = -1},
        .scores = f->pipe->no_scores,
        .message = sentiment_status_name(w->gave_up),
        .model = model};

    if (w->gave_up == SENTIMENT_OK) {
        answer.result = f->task.result;
        answer.scores = f->scores;
        answer.message = f->task.message;
    }
    if (answer.result.status == SENTIMENT_OK)
        answer.label =
            sentiment_model_label(model, (size_t)answer.result.label);
    w->done(w->arg, &answer);
}

static void count(sentiment_pipeline_stats *stats, const waiter *w)
{
    if (w->gave_up == SENTIMENT_EDEADLINE)
        stats->expired++;
    else if (w->gave_up == SENTIMENT_ECANCELLED)
        stats->cancelled++;
    else if (w->flight->task.result.status != SENTIMENT_OK)
        stats->failed++;
}

/* Calls back all who have an answer. Called and left with the lock held. */
static size_t deliver(sentiment_pipeline *pipe)
{
    waiter *all = pipe->first, *w;
    size_t n = 0;

    pipe->first = pipe->last = NULL;
    pthread_mutex_unlock(&pipe->lock);
    for (w = all; w; w = w->next_answered)
        call_back(w);
    pthread_mutex_lock(&pipe->lock);
    while (all) {
        w = all;
        all = w->next_answered;
        count(&pipe->stats, w);
        release_flight(w->flight);
        release_group(w->group);
        free(w);
        n++;
    }
    pipe->stats.in_hand -= n;
    if (!pipe->stats.in_hand)
        pthread_cond_broadcast(&pipe->empty);
    return n;
}

static void let_deadlines_pass(sentiment_pipeline *pipe)
{
    uint64_t now = now_ms();
    snt_deadline *first;

    while ((first = snt_deadlines_first(&pipe->deadlines)) &&
           first->due_ms <= now)
        give_up((waiter *)(void *)first, SENTIMENT_EDEADLINE);
}

static void wait_for_change(sentiment_pipeline *pipe)
{
    const snt_deadline *first = snt_deadlines_first(&pipe->deadlines);
    struct timespec until;

    if (!first) {
        pthread_cond_wait(&pipe->changed, &pipe->lock);
        return;
    }
    until.tv_sec = (time_t)(first->due_ms / 1000);
    until.tv_nsec = (long)(first->due_ms % 1000) * 1000000;
    pthread_cond_timedwait(&pipe->changed, &pipe->lock, &until);
}

static void *herald(void *arg)
{
    sentiment_pipeline *pipe = arg;

    pthread_mutex_lock(&pipe->lock);
    while (!pipe->closing || pipe->stats.in_hand || pipe->computing) {
        let_deadlines_pass(pipe);
        if (pipe->first && !pipe->opts.polled)
            deliver(pipe);
        else
            wait_for_change(pipe);
    }
    pthread_mutex_unlock(&pipe->lock);
    return NULL;
}

size_t sentiment_pipeline_poll(sentiment_pipeline *pipe)
{
    uint64_t count_of_wakes;
    size_t n;

    if (pipe->event < 0)
        return 0;
    if (read(pipe->event, &count_of_wakes, sizeof(count_of_wakes)) < 0 &&
        errno != EAGAIN)
        return 0;
    pthread_mutex_lock(&pipe->lock);
    n = pipe->first ? deliver(pipe) : 0;
    pthread_mutex_unlock(&pipe->lock);
    return n;
}

sentiment_classifier *sentiment_pipeline_classifier(
    const sentiment_pipeline *pipe)
{
    return pipe->clf;
}

int sentiment_pipeline_fd(const sentiment_pipeline *pipe)
{
    return pipe->event;
}

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

static size_t tokens_of(const flight *f)
{
    size_t n = 0;

    for (uint32_t i = 0; i < f->task.n_pieces; i++)
        n += f->task.pieces[i].tokens;
    return n;
}

/* Enters an encoded text into the books. The caller hands it to the
 * classifier afterwards, with the lock released. */
static sentiment_status enter(
    sentiment_pipeline *pipe, flight *f, waiter *w, uint64_t deadline_ms,
    sentiment_error *err)
{
    sentiment_status status = SENTIMENT_OK;
    bool text_ok = f->task.pieces != NULL;

    pthread_mutex_lock(&pipe->lock);
    f->tokens = tokens_of(f);
    w->deadline.due_ms = deadline_ms;
    if (pipe->stats.tokens_in_hand &&
        pipe->stats.tokens_in_hand + f->tokens > pipe->opts.max_tokens) {
        pipe->stats.refused++;
        status = snt_fail(
            err, SENTIMENT_EBUSY, "%llu tokens in hand already",
            (unsigned long long)pipe->stats.tokens_in_hand);
    } else if (
        deadline_ms && text_ok &&
        !snt_deadlines_add(&pipe->deadlines, &w->deadline)) {
        status = snt_fail_memory(err);
    } else {
        pipe->stats.submitted++;
        pipe->stats.tokens_in_hand += f->tokens;
        f->group->holders++;
        f->holders = text_ok ? 2 : 1;
        pipe->computing += text_ok;
        w->flight = f;
        f->waiters = w;
        join_group(w);
        if (!text_ok)
            answer_all(f);
        else if (w->deadline.at == 1)
            pthread_cond_broadcast(&pipe->changed);
    }
    pthread_mutex_unlock(&pipe->lock);
    return status;
}

static flight *new_flight(sentiment_pipeline *pipe, sentiment_group *group)
{
    flight *f = calloc(1, sizeof(*f) + pipe->n_labels * sizeof(float));

    if (!f)
        return NULL;
    f->pipe = pipe;
    f->group = group;
    f->task.done = computed;
    f->task.scores = f->scores;
    return f;
}

static waiter *new_waiter(
    sentiment_group *group, sentiment_done_fn done, void *arg)
{
    waiter *w = calloc(1, sizeof(*w));

    if (!w)
        return NULL;
    w->group = group;
    w->done = done;
    w->arg = arg;
    return w;
}

static sentiment_status launch(
    sentiment_pipeline *pipe, sentiment_text text, flight *f, waiter *w,
    uint64_t deadline_ms, sentiment_error *err)
{
    sentiment_status status;
    bool text_ok;

    if (!f || !w)
        return snt_fail_memory(err);
    snt_task_prepare(&f->task, snt_classifier_policy(pipe->clf), text);
    text_ok = f->task.pieces != NULL;
    status = enter(pipe, f, w, deadline_ms, err);
    if (status == SENTIMENT_OK && text_ok)
        snt_classifier_compute(pipe->clf, &f->group->lane, &f->task);
    return status;
}

sentiment_status sentiment_pipeline_submit(
    sentiment_pipeline *pipe, sentiment_text text,
    const sentiment_submit_options *opts, sentiment_done_fn done, void *arg,
    sentiment_error *err)
{
    sentiment_submit_options known;
    sentiment_group *group;
    flight *f;
    waiter *w;
    sentiment_status status = snt_options_read(
        &known, sizeof(known), opts, "sentiment_submit_options", err);

    if (status == SENTIMENT_OK)
        status = snt_classifier_usable(pipe->clf, err);
    if (status == SENTIMENT_OK)
        status = admit(pipe, err);
    if (status != SENTIMENT_OK)
        return status;
    group = known.group ? known.group : &pipe->common;
    f = new_flight(pipe, group);
    w = new_waiter(group, done, arg);
    status = launch(
        pipe, text, f, w, known.deadline_ms ? now_ms() + known.deadline_ms : 0,
        err);
    if (status == SENTIMENT_OK)
        return status;
    if (f)
        snt_task_release(&f->task);
    free(f);
    free(w);
    withdraw(pipe);
    return status;
}

/* ---- groups, public ---- */

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
    release_group(group);
    pthread_mutex_unlock(lock);
}

void sentiment_group_cancel(sentiment_group *group)
{
    pthread_mutex_lock(&group->pipe->lock);
    while (group->waiters)
        give_up(group->waiters, SENTIMENT_ECANCELLED);
    pthread_mutex_unlock(&group->pipe->lock);
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
    sigset_t all, before;
    int failed;

    if (pipe->opts.polled) {
        pipe->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        if (pipe->event < 0)
            return snt_fail(err, SENTIMENT_EIO, "eventfd: %s", strerror(errno));
    }
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    failed = pthread_create(&pipe->herald, NULL, herald, pipe);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed)
        return snt_fail(
            err, SENTIMENT_ENOMEM, "a thread cannot be started: %s",
            strerror(failed));
    return SENTIMENT_OK;
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
    made->clf = clf;
    made->opts = known;
    if (!known.max_texts)
        made->opts.max_texts = 65536;
    if (!known.max_tokens)
        made->opts.max_tokens = UINT64_C(4) << 20;
    made->n_labels = sentiment_classifier_n_labels(clf);
    made->event = -1;
    made->common.pipe = made;
    made->common.holders = 1;
    init_locks(made);
    made->no_scores = calloc(made->n_labels, sizeof(float));
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
    pthread_mutex_lock(&pipe->lock);
    while (pipe->stats.in_hand)
        if (pipe->first)
            deliver(pipe);
        else
            wait_for_change(pipe);
    pthread_mutex_unlock(&pipe->lock);
}

void sentiment_pipeline_close(sentiment_pipeline *pipe)
{
    if (!pipe || snt_classifier_usable(pipe->clf, NULL) != SENTIMENT_OK)
        return;
    pthread_mutex_lock(&pipe->lock);
    pipe->draining = pipe->closing = true;
    pthread_cond_broadcast(&pipe->changed);
    pthread_mutex_unlock(&pipe->lock);
    if (pipe->opts.polled)
        finish_polled(pipe);
    pthread_mutex_lock(&pipe->lock);
    pthread_cond_broadcast(&pipe->changed);
    pthread_mutex_unlock(&pipe->lock);
    pthread_join(pipe->herald, NULL);
    dispose(pipe);
}

sentiment_status sentiment_pipeline_drain(
    sentiment_pipeline *pipe, uint64_t timeout_ms, sentiment_error *err)
{
    uint64_t due = now_ms() + timeout_ms;
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
