/* herald.c - the pipeline's one thread: deadlines and callbacks; see flight.h.
 */
#include <stdlib.h>

#include "clock.h"
#include "flight.h"

/* A waiter that gave up may be called back while its flight is computed. */
static void call_back(const snt_waiter *w)
{
    const snt_flight *f = w->flight;
    const sentiment_model *model = sentiment_classifier_model(f->gen->clf);
    sentiment_answer answer = {
        .result = {.status = w->gave_up, .label = -1},
        .scores = f->pipe->no_scores,
        .message = sentiment_status_name(w->gave_up),
        .model = model,
        .joined = w->joined};

    if (w->gave_up == SENTIMENT_OK) {
        answer.result = f->task.result;
        answer.scores = f->scores;
        answer.message = f->task.message;
        answer.cached = f->cached;
        answer.encode_us = f->task.encode_us;
        answer.queue_us = f->task.queue_us;
        answer.compute_us = f->task.compute_us;
    }
    if (answer.result.status == SENTIMENT_OK)
        answer.label =
            sentiment_model_label(model, (size_t)answer.result.label);
    w->done(w->arg, &answer);
}

static void count(sentiment_pipeline_stats *stats, const snt_waiter *w)
{
    if (w->gave_up == SENTIMENT_EDEADLINE)
        stats->expired++;
    else if (w->gave_up == SENTIMENT_ECANCELLED)
        stats->cancelled++;
    else if (w->flight->task.result.status != SENTIMENT_OK)
        stats->failed++;
}

size_t snt_herald_deliver(sentiment_pipeline *pipe)
{
    snt_waiter *all = pipe->first, *w;
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
        snt_flight_release(w->flight);
        snt_group_release(w->group);
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
    uint64_t now = snt_clock_now_ms(NULL);
    snt_deadline *first;

    while ((first = snt_deadlines_first(&pipe->deadlines)) &&
           first->due_ms <= now)
        snt_flight_give_up((snt_waiter *)(void *)first, SENTIMENT_EDEADLINE);
}

void snt_herald_wait(sentiment_pipeline *pipe)
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

void *snt_herald_run(void *arg)
{
    sentiment_pipeline *pipe = arg;

    pthread_mutex_lock(&pipe->lock);
    while (!pipe->closing || pipe->stats.in_hand || pipe->computing) {
        let_deadlines_pass(pipe);
        if (pipe->first && !pipe->opts.polled)
            snt_herald_deliver(pipe);
        else
            snt_herald_wait(pipe);
    }
    pthread_mutex_unlock(&pipe->lock);
    return NULL;
}
