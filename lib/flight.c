/* flight.c - see flight.h. */
#include "flight.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- groups ---- */

void snt_group_release(sentiment_group *group)
{
    if (!--group->holders && group != &group->pipe->common)
        free(group);
}

static void join_group(snt_waiter *w)
{
    sentiment_group *group = w->group;

    group->holders++;
    w->prev_of_group = NULL;
    w->next_of_group = group->waiters;
    if (group->waiters)
        group->waiters->prev_of_group = w;
    group->waiters = w;
}

static void leave_group(snt_waiter *w)
{
    if (w->prev_of_group)
        w->prev_of_group->next_of_group = w->next_of_group;
    else
        w->group->waiters = w->next_of_group;
    if (w->next_of_group)
        w->next_of_group->prev_of_group = w->prev_of_group;
}

/* ---- generations ---- */

snt_generation *snt_generation_begin(
    snt_generation *gen, sentiment_classifier *clf)
{
    gen->clf = clf;
    sentiment_classifier_identity(clf, &gen->identity);
    return gen;
}

void snt_generation_release(sentiment_pipeline *pipe, snt_generation *gen)
{
    if (!--gen->users && gen == pipe->former)
        pthread_cond_broadcast(&pipe->changed);
}

/* ---- flights ---- */

snt_flight *snt_flight_new(
    snt_generation *gen, sentiment_group *group, const sentiment_digest *digest)
{
    sentiment_pipeline *pipe = group->pipe;
    snt_flight *f = calloc(1, sizeof(*f) + pipe->n_labels * sizeof(float));

    if (!f)
        return NULL;
    f->pipe = pipe;
    f->gen = gen;
    gen->users++;
    f->group = group;
    group->holders++;
    f->holders = 1;
    f->digest = *digest;
    f->task.done = snt_flight_computed;
    f->task.scores = f->scores;
    return f;
}

void snt_flight_release(snt_flight *f)
{
    if (--f->holders)
        return;
    snt_generation_release(f->pipe, f->gen);
    snt_group_release(f->group);
    snt_task_release(&f->task);
    free(f);
}

snt_lane *snt_flight_lane(const snt_flight *f)
{
    return &f->group->lanes[f->gen - f->pipe->generations];
}

static snt_flight **slot(
    sentiment_pipeline *pipe, const sentiment_digest *digest)
{
    size_t i = (size_t)digest->bytes[0] << 8 | digest->bytes[1];

    return &pipe->flights[i % SNT_FLIGHT_SLOTS];
}

void snt_flight_list(snt_flight *f)
{
    snt_flight **first = slot(f->pipe, &f->digest);

    f->next_of_slot = *first;
    *first = f;
    f->listed = true;
}

void snt_flight_unlist(snt_flight *f)
{
    snt_flight **link = slot(f->pipe, &f->digest);

    if (!f->listed)
        return;
    while (*link != f)
        link = &(*link)->next_of_slot;
    *link = f->next_of_slot;
    f->listed = false;
}

snt_flight *snt_flight_find(
    sentiment_pipeline *pipe, const sentiment_digest *digest)
{
    snt_flight *f = *slot(pipe, digest);

    while (f && memcmp(&f->digest, digest, sizeof(*digest)))
        f = f->next_of_slot;
    return f;
}

/* ---- waiters ---- */

static void join_flight(snt_flight *f, snt_waiter *w)
{
    w->flight = f;
    w->prev_of_flight = NULL;
    w->next_of_flight = f->waiters;
    if (f->waiters)
        f->waiters->prev_of_flight = w;
    f->waiters = w;
}

static void leave_flight(snt_waiter *w)
{
    if (w->prev_of_flight)
        w->prev_of_flight->next_of_flight = w->next_of_flight;
    else
        w->flight->waiters = w->next_of_flight;
    if (w->next_of_flight)
        w->next_of_flight->prev_of_flight = w->prev_of_flight;
}

bool snt_flight_board(snt_flight *f, snt_waiter *w, uint64_t due_ms)
{
    sentiment_pipeline *pipe = f->pipe;

    w->deadline.due_ms = due_ms;
    if (due_ms && !snt_deadlines_add(&pipe->deadlines, &w->deadline))
        return false;
    if (w->deadline.at == 1)
        pthread_cond_broadcast(&pipe->changed);
    join_flight(f, w);
    f->holders++;
    atomic_store(&f->task.cancelled, false);
    join_group(w);
    return true;
}

static void wake_poller(const sentiment_pipeline *pipe)
{
    const uint64_t one = 1;

    if (pipe->event >= 0 && write(pipe->event, &one, sizeof(one)) < 0)
        return; /* full: it is readable already */
}

/* Puts w among those to be called back. */
static void answer(sentiment_pipeline *pipe, snt_waiter *w)
{
    leave_flight(w);
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

void snt_flight_answer(snt_flight *f)
{
    while (f->waiters)
        answer(f->pipe, f->waiters);
}

void snt_flight_give_up(snt_waiter *w, sentiment_status status)
{
    snt_flight *f = w->flight;

    w->gave_up = status;
    answer(f->pipe, w);
    if (!f->waiters && !f->encoding) {
        atomic_store(&f->task.cancelled, true);
        snt_flight_unlist(f);
    }
}

/* The cache has the answer before the flight is gone: whoever comes in between
 * finds one of them. */
void snt_flight_computed(snt_task *task)
{
    snt_flight *f = (snt_flight *)(void *)task;
    sentiment_pipeline *pipe = f->pipe;
    bool good = task->result.status == SENTIMENT_OK;

    if (good && pipe->opts.cache && !task->raw)
        sentiment_cache_put(
            pipe->opts.cache, &f->digest, &task->result, f->scores);
    pthread_mutex_lock(&pipe->lock);
    pipe->stats.tokens_in_hand -= f->tokens;
    pipe->stats.computed += good;
    if (!--pipe->computing)
        pthread_cond_broadcast(&pipe->changed);
    snt_flight_unlist(f);
    snt_flight_answer(f);
    snt_flight_release(f);
    pthread_mutex_unlock(&pipe->lock);
}
