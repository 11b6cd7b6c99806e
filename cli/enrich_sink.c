/*
 * enrich_sink.c - the producer, what goes through it, and its reports.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "enrich.h"
#include "enrich_crash.h"
#include "error.h"
#include "report.h"

enum { FLUSH_STEP_MS = 100, PURGE_MS = 5000, CAREFUL = 2000 };

/* ---- reports ---- */

/* The record itself is what the broker will not have, however often. */
static bool is_records_fault(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ||
           code == RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE ||
           code == RD_KAFKA_RESP_ERR_INVALID_RECORD ||
           code == RD_KAFKA_RESP_ERR_INVALID_MSG ||
           code == RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP;
}

/* A batch is refused as a whole: the guilty record is found by producing one
 * at a time, and that one is then reduced. */
static void suspect(
    snt_enrich *e, const rd_kafka_message_t *m, const snt_held *held)
{
    snt_part *part = held->part;

    if (e->careful) {
        if (part->poison != held->offset)
            part->poison_time = false;
        part->poison = held->offset;
        part->poison_level = held->level + 1;
        /* Another time is all that helps then: a letter has the broker's. */
        if (m->err == RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP &&
            !part->poison_time) {
            part->poison_time = true;
            part->poison_level = SNT_LEVEL_LETTER;
        }
        if (part->poison_level > SNT_LEVEL_LAST)
            snt_fail(
                &e->error, SENTIMENT_EIO,
                "%s: partition %" PRId32 ", offset %" PRId64
                ": not even a dead letter is taken: %s",
                snt_broker_topic(e->broker), part->partition, held->offset,
                rd_kafka_err2str(m->err));
    }
    e->careful = CAREFUL;
}

static bool is_refusal(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
           code == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED ||
           code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
           code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
}

/* Its transaction has failed, of which librdkafka says no more here. */
static bool is_purge(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR__PURGE_QUEUE ||
           code == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT;
}

static void fail_report(
    snt_enrich *e, const rd_kafka_message_t *m, const snt_held *held)
{
    e->counts.failed_reports++;
    if (is_records_fault(m->err))
        suspect(e, m, held);
    else if (is_purge(m->err))
        e->must_explain = true;
    else if (is_refusal(m->err))
        snt_broker_fail(&e->error, rd_kafka_topic_name(m->rkt), m->err);
    else
        snt_report(
            "%s: not delivered: %s; reading on from where it is known to be",
            rd_kafka_topic_name(m->rkt), rd_kafka_err2str(m->err));
    snt_recover_ask(e, e->exactly_once);
}

static void on_report(rd_kafka_t *rk, const rd_kafka_message_t *m, void *opaque)
{
    snt_enrich *e = snt_broker_owner(opaque);
    snt_held *held = m->_private;

    (void)rk;
    if (!m->err) {
        e->setbacks = 0;
        SNT_CRASH_POINT("report");
    } else if (!snt_track_is_stale(held)) {
        fail_report(e, m, held);
    }
    /* In a transaction it has moved once that is committed. */
    snt_track_done(
        &e->track, held, e->exactly_once ? 0 : snt_clock_now_ms(NULL));
}

/* ---- opening, closing ---- */

sentiment_status snt_sink_open(snt_enrich *e, sentiment_error *err)
{
    const char *id = e->exactly_once ? e->transactional_id : NULL;
    const snt_broker_setting settings[] = {
        {"enable.idempotence", "true", true},
        {"acks", "all", true},
        {"linger.ms", "5", false},
        {"compression.type", "lz4", false},
        {id ? "transactional.id" : "message.timeout.ms", id ? id : "0",
         id != NULL},
        {0}};
    rd_kafka_conf_t *conf =
        snt_broker_conf(e->broker, RD_KAFKA_PRODUCER, settings, err);

    if (!conf)
        return err->status;
    rd_kafka_conf_set_dr_msg_cb(conf, on_report);
    e->producer = snt_broker_client(e->broker, RD_KAFKA_PRODUCER, conf, err);
    if (!e->producer)
        return err->status;
    e->counts.producers++;
    return SENTIMENT_OK;
}

void snt_sink_close(snt_enrich *e)
{
    if (!e->producer)
        return;
    for (size_t i = 0; i < e->track.n; i++)
        snt_track_renew(&e->track, e->track.parts[i]);
    rd_kafka_purge(
        e->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_flush(e->producer, PURGE_MS);
    rd_kafka_destroy(e->producer);
    e->producer = NULL;
    e->in_transaction = false;
    snt_track_sweep(&e->track);
}

void snt_sink_poll(snt_enrich *e, int timeout_ms)
{
    if (e->producer) {
        rd_kafka_poll(e->producer, timeout_ms);
    } else if (timeout_ms) {
        const struct timespec nap = {0, timeout_ms * 1000000L};

        nanosleep(&nap, NULL);
    }
}

bool snt_sink_flush(snt_enrich *e, int timeout_ms)
{
    for (int left = timeout_ms; left > 0; left -= FLUSH_STEP_MS) {
        if (!e->producer || !rd_kafka_flush(e->producer, FLUSH_STEP_MS))
            return true;
        /* A failed transaction sends nothing more: no use in waiting. */
        if (e->must_rewind || snt_enrich_is_late(e))
            return false;
    }
    return false;
}

/* ---- producing ---- */

static void print(snt_enrich *e, const snt_krecord *rec)
{
    snt_krecord shown = *rec;
    snt_buffer line = {0};

    shown.offset = -1;
    snt_krecord_json(&shown, &line);
    snt_buffer_add_char(&line, '\n');
    if (line.failed || fwrite(line.bytes, 1, line.len, stdout) != line.len)
        snt_fail(
            &e->error, SENTIMENT_EIO, "standard output: cannot be written");
    snt_buffer_free(&line);
}

static rd_kafka_resp_err_t hand_to_producer(
    snt_enrich *e, snt_held *held, snt_krecord *rec)
{
    const int32_t any = RD_KAFKA_PARTITION_UA;
    rd_kafka_resp_err_t code = snt_krecord_produce(rec, e->producer, any, held);

    while (code == RD_KAFKA_RESP_ERR__QUEUE_FULL && !e->must_rewind &&
           !snt_enrich_is_late(e)) {
        rd_kafka_poll(e->producer, FLUSH_STEP_MS);
        code = snt_krecord_produce(rec, e->producer, any, held);
    }
    return code;
}

/* The label's topic and record, or the dead letter's, reduced as far as has
 * turned out to be needed. */
static bool is_poison(const snt_held *held)
{
    return held->part->poison == held->offset;
}

static snt_krecord make(
    snt_enrich *e, const snt_held *held, const snt_krecord *from,
    const sentiment_stream_item *item, int level)
{
    const char *reason = held->record->error;
    bool untimed = is_poison(held) && held->part->poison_time;
    snt_krecord letter;
    snt_outcome outcome = {.record = held->record};
    size_t route;

    if (item && item->result.status == SENTIMENT_OK &&
        level == SNT_LEVEL_RESULT) {
        outcome.result = item->result;
        outcome.scores = item->scores;
        outcome.label =
            sentiment_classifier_label(e->clf, (size_t)item->result.label);
        route = sentiment_router_route(
            e->router, item->result.label, item->result.score);
        return snt_recipe_result(
            &e->recipe, from, &outcome,
            sentiment_router_destination(e->router, route));
    }
    if (item && item->result.status != SENTIMENT_OK)
        reason = item->message;
    else if (item)
        reason = untimed ? "the broker refuses its time"
                         : "the result is too large for a record";
    letter = snt_enrich_letter(e, from, reason, level);
    if (untimed)
        letter.timestamp_ms = 0;
    return letter;
}

/* Tries levels until the producer takes one. */
static rd_kafka_resp_err_t produce(
    snt_enrich *e, snt_held *held, const snt_krecord *from,
    const sentiment_stream_item *item)
{
    bool classified = item && item->result.status == SENTIMENT_OK;
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE;
    snt_krecord rec;

    held->level = classified ? SNT_LEVEL_RESULT : SNT_LEVEL_LETTER;
    if (is_poison(held) && held->part->poison_level > held->level)
        held->level = held->part->poison_level;
    for (; held->level <= SNT_LEVEL_LAST; held->level++) {
        rec = make(e, held, from, item, held->level);
        if (!rec.headers || e->recipe.out.buf.failed) {
            snt_fail_memory(&e->error);
            return RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE;
        }
        if (!e->producer) {
            print(e, &rec);
            snt_krecord_free_headers(&rec);
            return RD_KAFKA_RESP_ERR_NO_ERROR;
        }
        code = hand_to_producer(e, held, &rec);
        snt_krecord_free_headers(&rec);
        if (code != RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
            break;
    }
    return code;
}

static void count(
    snt_enrich *e, const snt_held *held, const sentiment_stream_item *item)
{
    if (held->level == SNT_LEVEL_RESULT)
        e->counts.labels[item->result.label]++;
    else
        e->counts.dead++;
    e->counts.stubs += held->level >= SNT_LEVEL_STUB;
    e->in_batch++;
}

/* Its partition will be read again, from before it. */
static void give_up(snt_enrich *e, snt_held *held)
{
    snt_recover_ask(e, e->exactly_once);
    snt_track_done(&e->track, held, 0);
}

void snt_sink_put(
    snt_enrich *e, snt_held *held, const sentiment_stream_item *item)
{
    snt_krecord from = snt_krecord_of(held->message);
    rd_kafka_resp_err_t code;
    bool reduced;

    if (((const rd_kafka_message_t *)held->message)->err)
        from.value = NULL; /* it is what librdkafka says of the failure */
    snt_commit_begin(e);
    if (snt_enrich_failed(e) || e->must_rewind) {
        give_up(e, held);
        return;
    }
    SNT_CRASH_POINT("produce");
    code = produce(e, held, &from, item);
    if (code || snt_enrich_failed(e)) {
        if (!snt_enrich_failed(e))
            snt_report(
                "a record cannot be produced: %s", rd_kafka_err2str(code));
        give_up(e, held);
        return;
    }
    reduced = is_poison(held);
    held->in_sink = e->producer != NULL;
    count(e, held, item);
    snt_track_drop_message(&e->track, held);
    if (!e->producer) {
        snt_track_done(&e->track, held, snt_clock_now_ms(NULL));
    } else if (e->careful) {
        e->careful--;
        /* One reduced record is settled before the next may be refused: the
         * partition remembers one, and a transaction would begin again. */
        if (snt_sink_flush(e, PURGE_MS) && reduced)
            snt_commit_now(e);
    }
}
