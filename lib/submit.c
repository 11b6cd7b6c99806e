/*
 * submit.c - how a text comes into a pipeline, see pipeline.h: cache, single
 * flight, encoding, admission, and on to the classifier.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "error.h"
#include "flight.h"
#include "options.h"

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
    snt_generation *gen; /* held until submit returns */
    sentiment_text text;
    sentiment_group *group;
    bool raw; /* neither out of the cache, nor for others */
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
    f = snt_flight_new(s->gen, s->group, &s->digest);
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

/* Calls back at once with what the cache had: no flight, no other thread. */
static void answer_now(
    const submission *s, const sentiment_result *result, const float *scores,
    sentiment_done_fn done, void *arg)
{
    const sentiment_model *model = sentiment_classifier_model(s->gen->clf);
    const sentiment_answer answer = {
        .result = *result,
        .scores = scores,
        .label = sentiment_model_label(model, (size_t)result->label),
        .message = "",
        .model = model,
        .cached = 1};

    pthread_mutex_lock(&s->pipe->lock);
    s->pipe->stats.submitted++;
    s->pipe->stats.hits++;
    pthread_mutex_unlock(&s->pipe->lock);
    done(arg, &answer);
}

/* What the cache holds of a text, with room for its scores. */
typedef struct memory {
    float few[16];
    float *scores; /* [labels] */
    sentiment_result result;
} memory;

static bool remember(const submission *s, memory *m)
{
    enum { FEW = sizeof(m->few) / sizeof(*m->few) };
    size_t n = s->pipe->n_labels;

    m->scores = n <= FEW ? m->few : malloc(n * sizeof(*m->scores));
    return m->scores &&
           sentiment_cache_get(
               s->pipe->opts.cache, &s->digest, &m->result, m->scores);
}

static void forget(memory *m)
{
    if (m->scores != m->few)
        free(m->scores);
}

/* Joins the flight of the same text, or begins one, which *f then is. */
static sentiment_status join_or_begin(submission *s, snt_flight **f)
{
    sentiment_pipeline *pipe = s->pipe;
    snt_flight *found;
    sentiment_status status = SENTIMENT_OK;

    pthread_mutex_lock(&pipe->lock);
    found = s->raw ? NULL : snt_flight_find(pipe, &s->digest);
    if (found) {
        s->w->joined = true;
        status = board(s, found);
        pipe->stats.joined += status == SENTIMENT_OK;
    } else {
        *f = snt_flight_new(s->gen, s->group, &s->digest);
        if (*f) {
            (*f)->encoding = true;
            (*f)->task.raw = s->raw;
            if (!s->raw)
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
        snt_fail_as(s->err, &why);
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

/* Encodes, and hands the text to the classifier or to those who compute it. */
static sentiment_status launch(submission *s)
{
    sentiment_pipeline *pipe = s->pipe;
    sentiment_classifier *clf = s->gen->clf;
    snt_flight *f = NULL;
    sentiment_status status = join_or_begin(s, &f);
    uint64_t began;

    if (!f)
        return status;
    began = snt_clock_now_us();
    snt_task_prepare(&f->task, snt_classifier_policy(clf), s->text);
    f->task.encode_us = (uint32_t)(snt_clock_now_us() - began);
    if (enter(s, f, &status))
        snt_classifier_compute(clf, snt_flight_lane(f), &f->task);
    pthread_mutex_lock(&pipe->lock);
    snt_flight_release(f);
    pthread_mutex_unlock(&pipe->lock);
    return status;
}

/* Reserves a place, before the work of encoding is spent. */
static sentiment_status admit(sentiment_pipeline *pipe, sentiment_error *err)
{
    sentiment_status status = SENTIMENT_OK;

    pthread_mutex_lock(&pipe->lock);
    if (pipe->stats.in_hand >= pipe->opts.max_texts) {
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

/* For a text that the cache may know: found says whether it does. */
static sentiment_status take_in(
    submission *s, memory *found, sentiment_done_fn done, void *arg)
{
    sentiment_status status = admit(s->pipe, s->err);

    if (status != SENTIMENT_OK)
        return status;
    s->w = new_waiter(s->group, done, arg);
    if (!s->w)
        status = snt_fail_memory(s->err);
    else if (found)
        status = serve(s, &found->result, found->scores);
    else
        status = launch(s);
    if (status == SENTIMENT_OK)
        return status;
    free(s->w);
    withdraw(s->pipe);
    return status;
}

static sentiment_status look_up(
    submission *s, bool at_once, sentiment_done_fn done, void *arg)
{
    sentiment_status status =
        sentiment_cache_key(&s->gen->identity, s->text, &s->digest, s->err);
    memory m = {.scores = m.few};

    if (status != SENTIMENT_OK)
        return status;
    if (s->raw || !s->pipe->opts.cache || !remember(s, &m))
        status = take_in(s, NULL, done, arg);
    else if (at_once)
        answer_now(s, &m.result, m.scores, done, arg);
    else
        status = take_in(s, &m, done, arg);
    forget(&m);
    return status;
}

/* Holds the classifier of this moment. */
static sentiment_status arrive(submission *s)
{
    sentiment_pipeline *pipe = s->pipe;
    bool draining;

    pthread_mutex_lock(&pipe->lock);
    draining = pipe->draining;
    s->gen = pipe->current;
    s->gen->users += !draining;
    pthread_mutex_unlock(&pipe->lock);
    if (!draining)
        return SENTIMENT_OK;
    return snt_fail(s->err, SENTIMENT_ESTATE, "the pipeline is draining");
}

sentiment_status sentiment_pipeline_submit(
    sentiment_pipeline *pipe, sentiment_text text,
    const sentiment_submit_options *opts, sentiment_done_fn done, void *arg,
    sentiment_error *err)
{
    assert(pipe && done && (text.bytes || !text.len));
    sentiment_submit_options known;
    submission s = {.pipe = pipe, .text = text, .err = err};
    sentiment_status status = snt_options_read(
        &known, sizeof(known), opts, "sentiment_submit_options", err);

    if (status == SENTIMENT_OK)
        status = snt_pipeline_usable(pipe, err);
    if (status == SENTIMENT_OK)
        status = arrive(&s);
    if (status != SENTIMENT_OK)
        return status;
    s.raw = known.raw;
    s.group = known.group ? known.group : &pipe->common;
    if (known.deadline_ms)
        s.due_ms = snt_clock_now_ms(NULL) + known.deadline_ms;
    status = look_up(&s, known.at_once, done, arg);
    pthread_mutex_lock(&pipe->lock);
    snt_generation_release(pipe, s.gen);
    pthread_mutex_unlock(&pipe->lock);
    return status;
}
