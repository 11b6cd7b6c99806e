/*
 * stage.c - see stage.h.
 *
 * Every record goes into one queue, in order; those with a text to classify
 * also into the stream. The queue's head decides: when it is in the stream,
 * the stream's next result is its own.
 */
#include "stage.h"

#include <stdlib.h>

#include "error.h"
#include "stop.h"

enum {
    QUEUE_RECORDS = 16384, /* the windows of 64 workers */
    QUEUE_BYTES = 32 << 20
};

typedef struct entry {
    snt_record *record;
    bool in_stream;
} entry;

typedef struct stage {
    snt_input *in;
    sentiment_classifier *clf;
    sentiment_pipeline *pipe;
    sentiment_stream *stream;
    const snt_sink *sink;
    entry *queue; /* [QUEUE_RECORDS], a ring */
    size_t first, n;
    size_t bytes; /* that the queue's records hold */
} stage;

static bool put(
    const stage *s, const entry *e, const sentiment_stream_item *item)
{
    snt_outcome outcome = {.record = e->record, .result = {.label = -1}};

    if (e->record->error[0])
        outcome.error = e->record->error;
    if (item && item->result.status != SENTIMENT_OK) {
        outcome.error = item->message;
    } else if (item) {
        outcome.result = item->result;
        outcome.scores = item->scores;
        outcome.label =
            sentiment_classifier_label(s->clf, (size_t)item->result.label);
    }
    return s->sink->put(s->sink->arg, &outcome);
}

/* Gives out the oldest record, waiting for its result; false: enough. */
static bool give(stage *s)
{
    entry *e = &s->queue[s->first];
    sentiment_stream_item item;
    bool more;

    if (e->in_stream)
        sentiment_stream_pull(s->stream, 1, &item);
    more = put(s, e, e->in_stream ? &item : NULL);
    s->bytes -= snt_record_bytes(e->record);
    snt_record_free(e->record);
    s->first = (s->first + 1) % QUEUE_RECORDS;
    s->n--;
    return more;
}

/* Appends a record, giving out older ones as long as there is no room. */
static sentiment_status take(
    stage *s, snt_record *rec, bool *more, sentiment_error *err)
{
    bool to_classify = !rec->error[0] && !snt_record_is_blank(rec);
    sentiment_status status = SENTIMENT_OK;

    while (*more && (s->n == QUEUE_RECORDS || s->bytes > QUEUE_BYTES))
        *more = give(s);
    while (*more && to_classify) {
        status =
            sentiment_stream_push(s->stream, snt_record_text(rec), NULL, err);
        if (status != SENTIMENT_EBUSY || !s->n)
            break;
        *more = give(s);
    }
    if (!*more || status != SENTIMENT_OK) {
        snt_record_free(rec);
        return *more ? status : SENTIMENT_OK;
    }
    s->queue[(s->first + s->n++) % QUEUE_RECORDS] = (entry){rec, to_classify};
    s->bytes += snt_record_bytes(rec);
    return SENTIMENT_OK;
}

/* Gives out results as long as there is no input; false: enough. */
static bool catch_up(stage *s)
{
    while (s->n && !snt_input_ready(s->in))
        if (!give(s))
            return false;
    if (s->n || !s->sink->pause || snt_input_ready(s->in))
        return true;
    return s->sink->pause(s->sink->arg);
}

static sentiment_status run(stage *s, sentiment_error *err)
{
    sentiment_status status = SENTIMENT_OK;
    bool more = true;
    snt_record *rec;

    while (more && status == SENTIMENT_OK && catch_up(s)) {
        rec = snt_input_next(s->in, err);
        if (!rec) {
            status = err->status;
            break;
        }
        status = take(s, rec, &more, err);
    }
    while (more && s->n && !snt_stop_signal())
        more = give(s);
    return status;
}

sentiment_status snt_stage_run(
    snt_input *in, sentiment_classifier *clf, const snt_sink *sink,
    sentiment_error *err)
{
    stage s = {.in = in, .clf = clf, .sink = sink};
    sentiment_status status;

    err->status = SENTIMENT_OK;
    s.queue = calloc(QUEUE_RECORDS, sizeof(*s.queue));
    status = s.queue ? sentiment_pipeline_open(&s.pipe, clf, NULL, err)
                     : snt_fail_memory(err);
    if (status == SENTIMENT_OK)
        status = sentiment_stream_open(&s.stream, s.pipe, 0, err);
    if (status == SENTIMENT_OK)
        status = run(&s, err);
    sentiment_stream_close(s.stream);
    sentiment_pipeline_close(s.pipe);
    for (; s.n; s.n--, s.first = (s.first + 1) % QUEUE_RECORDS)
        snt_record_free(s.queue[s.first].record);
    free(s.queue);
    return status;
}
