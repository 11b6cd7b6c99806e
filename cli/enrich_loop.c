/*
 * enrich_loop.c - the turns of the one thread: fetch, push, pull, produce,
 * commit. It never waits for a text, and for a record only when it has
 * nothing else to do.
 */
#include <stdlib.h>

#include "clock.h"
#include "enrich.h"
#include "error.h"
#include "report.h"
#include "stop.h"

enum {
    IDLE_MS = 100,       /* nothing in hand */
    BUSY_MS = 1,         /* texts are being classified */
    TAKES_A_TURN = 64,   /* records, before results are looked at */
    MOST_IN_HAND = 50000 /* records; fewer than the producer's own limit */
};

static bool has_room(const snt_enrich *e)
{
    return !e->unpushed && e->track.held < MOST_IN_HAND &&
           (e->track.bytes < e->opts->max_in_flight_bytes || !e->track.held);
}

/* Gives texts to the stream as long as it takes them. */
static void push(snt_enrich *e)
{
    sentiment_status status;
    sentiment_error err;

    for (; e->unpushed; e->unpushed = e->unpushed->behind) {
        snt_held *held = e->unpushed;

        if (held->record->error[0] || snt_track_is_stale(held))
            continue;
        status = sentiment_stream_push(
            e->stream, snt_record_text(held->record), held, &err);
        if (status == SENTIMENT_EBUSY)
            return;
        if (status != SENTIMENT_OK) {
            e->error = err;
            return;
        }
        held->in_stream = true;
    }
}

/* What became of the text is an outcome; that the engine has failed is not
 * the text's fault, or may not be. */
static void produce(
    snt_enrich *e, snt_held *held, sentiment_stream_item *item, float *scores)
{
    if (snt_track_is_stale(held)) {
        e->counts.dropped++;
        snt_track_done(&e->track, held, 0);
        return;
    }
    if (item && item->result.status == SENTIMENT_EENGINE)
        snt_enrich_retry(e, held, item, scores);
    snt_sink_put(e, held, item);
}

/* The oldest record, when it is known what becomes of it. */
static bool pull_one(snt_enrich *e, float *scores)
{
    snt_held *held = e->line;
    sentiment_stream_item item;
    bool streamed;

    if (!held || held == e->unpushed)
        return false;
    streamed = held->in_stream;
    if (streamed && !sentiment_stream_pull(e->stream, 0, &item))
        return false;
    e->line = held->behind;
    produce(e, held, streamed ? &item : NULL, scores);
    return true;
}

/* Produces what is known, and ends a batch when it is full. */
static bool pull(snt_enrich *e, float *scores)
{
    bool any = false;

    while (!snt_enrich_failed(e) && pull_one(e, scores)) {
        any = true;
        push(e);
        if (e->in_batch >= e->opts->batch)
            snt_commit_if_due(e);
    }
    return any;
}

static void fetch(snt_enrich *e, bool was_busy)
{
    int wait = e->line ? BUSY_MS : IDLE_MS;

    if (e->draining)
        return;
    snt_source_stay_alive(e, has_room(e));
    for (int i = 0; i < TAKES_A_TURN && has_room(e) && !e->must_rewind; i++) {
        if (!snt_source_take(e, was_busy || i ? 0 : wait))
            break;
        push(e);
    }
}

static void turn(snt_enrich *e, float *scores)
{
    bool busy;

    snt_recover_if_asked(e);
    if (snt_enrich_failed(e))
        return;
    push(e);
    busy = pull(e, scores);
    fetch(e, busy);
    /* Without room the consumer is not waited for. */
    snt_sink_poll(e, !busy && (e->draining || !has_room(e)) ? BUSY_MS : 0);
    snt_commit_if_due(e);
    snt_broker_look(e->broker, e->consumer);
    snt_enrich_progress(e);
    snt_enrich_metrics_post(e, true);
}

static bool is_drained(const snt_enrich *e)
{
    return !e->line && !e->must_rewind &&
           (!e->producer || !rd_kafka_outq_len(e->producer));
}

static void begin_drain(snt_enrich *e)
{
    if (!e->drain_until)
        e->drain_until =
            snt_clock_now_ms(NULL) + 1000 * (uint64_t)e->opts->drain_timeout;
}

bool snt_enrich_is_late(snt_enrich *e)
{
    if (snt_stop_signal())
        begin_drain(e);
    return e->drain_until && snt_clock_now_ms(NULL) >= e->drain_until;
}

/* Stopped: what is in hand is finished, and nothing is begun again. */
static void drain(snt_enrich *e, float *scores)
{
    e->draining = true;
    begin_drain(e);
    while (!snt_enrich_failed(e) && !e->must_rewind && !is_drained(e) &&
           !snt_enrich_is_late(e))
        turn(e, scores);
    if (!snt_enrich_failed(e) && !is_drained(e))
        snt_report(
            "%zu records were fetched and not finished; the next run reads "
            "them again",
            e->track.held);
}

void snt_enrich_loop(snt_enrich *e)
{
    size_t n = sentiment_classifier_n_labels(e->clf);
    float *scores = calloc(n, sizeof(*scores));

    if (!scores)
        snt_fail_memory(&e->error);
    while (!snt_enrich_failed(e) && !snt_stop_signal() &&
           !(snt_enrich_is_finished(e) && is_drained(e)))
        turn(e, scores);
    drain(e, scores);
    free(scores);
}
