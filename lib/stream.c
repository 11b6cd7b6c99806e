/*
 * stream.c - results in the order of the texts; see pipeline.h.
 *
 * A ring of window slots. A slot is taken by push, filled by the callback in
 * whatever order texts are done, and given by pull when it is the oldest.
 */
#include "sentiment/pipeline.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "error.h"
#include "flight.h"
#include "worker.h"

enum { TEXTS_A_WORKER = 256 }; /* of the default window, on a CPU */

typedef struct slot {
    sentiment_stream *stream;
    void *tag;
    sentiment_result result;
    float *scores; /* [labels] */
    bool done;
    char message[120];
} slot;

struct sentiment_stream {
    sentiment_pipeline *pipe;
    sentiment_group *group;
    size_t window;
    slot *slots;   /* [window] */
    float *scores; /* [window + 1, labels]; the last row is the pulled item's */
    size_t n_labels;
    char message[120]; /* the pulled item's */

    pthread_mutex_t lock; /* guards what follows, and slots' results */
    pthread_cond_t progress;
    size_t first; /* the oldest slot */
    size_t pending;
    size_t open; /* slots whose callback is to come */
};

static void done(void *arg, const sentiment_answer *answer)
{
    slot *s = arg;
    sentiment_stream *stream = s->stream;

    pthread_mutex_lock(&stream->lock);
    s->result = answer->result;
    memcpy(s->scores, answer->scores, stream->n_labels * sizeof(float));
    snprintf(s->message, sizeof(s->message), "%.119s", answer->message);
    s->done = true;
    stream->open--;
    if (!stream->open || s == &stream->slots[stream->first])
        pthread_cond_signal(&stream->progress);
    pthread_mutex_unlock(&stream->lock);
}

static sentiment_status allocate(sentiment_stream *stream, sentiment_error *err)
{
    size_t labels = stream->n_labels;

    stream->slots = calloc(stream->window, sizeof(*stream->slots));
    stream->scores = calloc((stream->window + 1) * labels, sizeof(float));
    if (!stream->slots || !stream->scores)
        return snt_fail_memory(err);
    for (size_t i = 0; i < stream->window; i++) {
        stream->slots[i].stream = stream;
        stream->slots[i].scores = stream->scores + i * labels;
    }
    return sentiment_group_open(&stream->group, stream->pipe, err);
}

static void dispose(sentiment_stream *stream)
{
    sentiment_group_close(stream->group);
    pthread_cond_destroy(&stream->progress);
    pthread_mutex_destroy(&stream->lock);
    free(stream->scores);
    free(stream->slots);
    free(stream);
}

/* With the lock held no swap ends, after which the classifier may be closed. */
static size_t default_window(sentiment_pipeline *pipe)
{
    sentiment_classifier_info info = {.size = sizeof(info)};

    pthread_mutex_lock(&pipe->lock);
    sentiment_classifier_describe(
        sentiment_pipeline_classifier(pipe), &info, NULL);
    pthread_mutex_unlock(&pipe->lock);
    return (size_t)info.workers *
           (snt_engine_is_cpu(info.device) ? TEXTS_A_WORKER : SNT_BATCH_TEXTS);
}

sentiment_status sentiment_stream_open(
    sentiment_stream **stream, sentiment_pipeline *pipe, size_t window,
    sentiment_error *err)
{
    assert(stream && pipe);
    sentiment_stream *made;
    sentiment_status status = snt_pipeline_usable(pipe, err);

    *stream = NULL;
    if (status != SENTIMENT_OK)
        return status;
    if (sentiment_pipeline_fd(pipe) >= 0)
        return snt_fail(
            err, SENTIMENT_EINVAL,
            "a stream needs a pipeline that calls back "
            "on its own thread, not a polled one");
    made = calloc(1, sizeof(*made));
    if (!made)
        return snt_fail_memory(err);
    made->pipe = pipe;
    made->window = window ? window : default_window(pipe);
    made->n_labels = pipe->n_labels;
    pthread_mutex_init(&made->lock, NULL);
    pthread_cond_init(&made->progress, NULL);
    status = allocate(made, err);
    if (status == SENTIMENT_OK)
        *stream = made;
    else
        dispose(made);
    return status;
}

void sentiment_stream_close(sentiment_stream *stream)
{
    if (!stream || !snt_pipeline_is_ours(stream->pipe))
        return;
    sentiment_group_cancel(stream->group);
    pthread_mutex_lock(&stream->lock);
    while (stream->open)
        pthread_cond_wait(&stream->progress, &stream->lock);
    pthread_mutex_unlock(&stream->lock);
    dispose(stream);
}

sentiment_status sentiment_stream_push(
    sentiment_stream *stream, sentiment_text text, void *tag,
    sentiment_error *err)
{
    assert(stream && (text.bytes || !text.len));
    sentiment_submit_options opts = {
        .size = sizeof(opts), .group = stream->group};
    sentiment_status status = snt_pipeline_usable(stream->pipe, err);
    slot *s = NULL;

    if (status != SENTIMENT_OK)
        return status;
    pthread_mutex_lock(&stream->lock);
    if (stream->pending < stream->window) {
        s = &stream->slots[(stream->first + stream->pending) % stream->window];
        s->tag = tag;
        s->done = false;
        stream->open++;
    }
    pthread_mutex_unlock(&stream->lock);
    if (!s)
        return snt_fail(
            err, SENTIMENT_EBUSY, "%zu texts in the window already",
            stream->window);
    status = sentiment_pipeline_submit(stream->pipe, text, &opts, done, s, err);
    pthread_mutex_lock(&stream->lock);
    if (status == SENTIMENT_OK)
        stream->pending++;
    else
        stream->open--;
    pthread_mutex_unlock(&stream->lock);
    return status;
}

int sentiment_stream_pull(
    sentiment_stream *stream, int wait, sentiment_stream_item *item)
{
    assert(stream && item);
    size_t labels = stream->n_labels;
    float *scores = stream->scores + stream->window * labels;
    slot *s;

    if (!snt_pipeline_is_ours(stream->pipe))
        return 0;
    pthread_mutex_lock(&stream->lock);
    s = &stream->slots[stream->first];
    while (wait && stream->pending && !s->done)
        pthread_cond_wait(&stream->progress, &stream->lock);
    if (!stream->pending || !s->done) {
        pthread_mutex_unlock(&stream->lock);
        return 0;
    }
    memcpy(scores, s->scores, labels * sizeof(*scores));
    memcpy(stream->message, s->message, sizeof(stream->message));
    *item = (sentiment_stream_item){s->tag, s->result, scores, stream->message};
    stream->first = (stream->first + 1) % stream->window;
    stream->pending--;
    pthread_mutex_unlock(&stream->lock);
    return 1;
}

size_t sentiment_stream_pending(sentiment_stream *stream)
{
    assert(stream);
    size_t pending;

    if (!snt_pipeline_is_ours(stream->pipe))
        return 0;
    pthread_mutex_lock(&stream->lock);
    pending = stream->pending;
    pthread_mutex_unlock(&stream->lock);
    return pending;
}
