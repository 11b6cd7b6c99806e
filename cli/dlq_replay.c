/*
 * dlq_replay.c - `dlq replay`: dead letters become the records that they were,
 * where they came from.
 *
 * The letters stay: a topic is no queue. Everything that was sent has been
 * acknowledged, or has been said not to be, when the command ends.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dlq.h"
#include "error.h"
#include "output.h"
#include "report.h"
#include "stop.h"

enum { STEP_MS = 100, SHOWN_FAILURES = 5 };

typedef struct options {
    const char *to;
    bool dry_run;
    snt_broker_options broker;
    snt_dlq_options dlq;
} options;

typedef struct replay {
    const options *opts;
    snt_dlq dlq;
    rd_kafka_t *producer; /* NULL in a dry run */
    snt_output out;       /* of a dry run */
    char checked[256];    /* the topic that was found to be there last */
    uint64_t sent, acknowledged, failed, left;
} replay;

static void on_report(rd_kafka_t *rk, const rd_kafka_message_t *m, void *opaque)
{
    replay *r = snt_broker_owner(opaque);

    (void)rk;
    if (!m->err) {
        r->acknowledged++;
        snt_broker_seen(r->dlq.broker);
    } else if (r->failed++ < SHOWN_FAILURES) {
        snt_report(
            "%s: not delivered: %s", rd_kafka_topic_name(m->rkt),
            rd_kafka_err2str(m->err));
    }
}

static sentiment_status open_producer(replay *r, sentiment_error *err)
{
    static const snt_broker_setting mine[] = {
        {"enable.idempotence", "true", true},
        {"acks", "all", true},
        {"linger.ms", "5", false},
        {"compression.type", "lz4", false},
        {0}};
    rd_kafka_conf_t *conf;

    if (r->opts->dry_run)
        return SENTIMENT_OK;
    snt_broker_set_owner(r->dlq.broker, r);
    conf = snt_broker_conf(r->dlq.broker, RD_KAFKA_PRODUCER, mine, err);
    if (!conf)
        return err->status;
    rd_kafka_conf_set_dr_msg_cb(conf, on_report);
    r->producer =
        snt_broker_client(r->dlq.broker, RD_KAFKA_PRODUCER, conf, err);
    return r->producer ? SENTIMENT_OK : err->status;
}

/* ---- one record ---- */

/* Topics are looked for before something is sent there, as enrich does. */
static sentiment_status check_topic(
    replay *r, const char *topic, sentiment_error *err)
{
    if (r->opts->dry_run || !strcmp(r->checked, topic))
        return SENTIMENT_OK;
    if (snt_broker_prepare(r->dlq.broker, &topic, 1, NULL, err))
        return err->status;
    snprintf(r->checked, sizeof(r->checked), "%s", topic);
    return SENTIMENT_OK;
}

static rd_kafka_resp_err_t produce(
    replay *r, snt_krecord *rec, int32_t partition)
{
    rd_kafka_resp_err_t code;

    do {
        code = snt_krecord_produce(rec, r->producer, partition, NULL);
        rd_kafka_poll(
            r->producer, code == RD_KAFKA_RESP_ERR__QUEUE_FULL ? STEP_MS : 0);
    } while (code == RD_KAFKA_RESP_ERR__QUEUE_FULL && !snt_stop_signal());
    return code;
}

static void print(replay *r, const snt_krecord *rec)
{
    snt_krecord shown = *rec;

    shown.offset = -1;
    snt_krecord_json(&shown, &r->out.buf);
    snt_buffer_add_char(&r->out.buf, '\n');
    snt_output_spill(&r->out);
}

/* To the partition that it came from, whatever rule put it there: records of
 * one key stay together. Another topic may have other partitions. */
static sentiment_status send_again(
    replay *r, const snt_letter *letter, sentiment_error *err)
{
    const char *home =
        letter->source ? letter->source : snt_broker_topic(r->dlq.broker);
    const char *topic = r->opts->to ? r->opts->to : home;
    bool known = !r->opts->to && letter->source_partition >= 0;
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
    snt_krecord rec;

    if (check_topic(r, topic, err) != SENTIMENT_OK)
        return err->status;
    rec = snt_krecord_revive(&letter->record, topic);
    if (!rec.headers)
        return snt_fail_memory(err);
    if (r->producer)
        code = produce(
            r, &rec, known ? letter->source_partition : RD_KAFKA_PARTITION_UA);
    else
        print(r, &rec);
    snt_krecord_free_headers(&rec);
    if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL)
        return snt_fail(err, SENTIMENT_ECANCELLED, "stopped");
    if (code)
        return snt_broker_fail(err, topic, code);
    r->sent++;
    return SENTIMENT_OK;
}

static sentiment_status put(
    void *arg, const snt_letter *letter, sentiment_error *err)
{
    replay *r = arg;
    char id[SNT_LETTER_ID];

    if (!letter->headers_only)
        return send_again(r, letter, err);
    snt_letter_id(letter, id);
    snt_report("%s %s: left; its value was not kept", letter->record.topic, id);
    r->left++;
    return SENTIMENT_OK;
}

/* ---- the command ---- */

/* Until every report is in; a signal ends it. */
static void wait_for_reports(replay *r)
{
    while (r->producer && rd_kafka_outq_len(r->producer) && !snt_stop_signal())
        rd_kafka_flush(r->producer, STEP_MS);
}

static int finish(replay *r, sentiment_status status, sentiment_error *err)
{
    int code, written;

    wait_for_reports(r);
    if (r->producer && (status == SENTIMENT_OK || r->sent + r->left))
        snt_report(
            "%" PRIu64 " sent again, %" PRIu64 " not delivered, %" PRIu64
            " without a value left",
            r->acknowledged, r->sent - r->acknowledged, r->left);
    if (status == SENTIMENT_OK && snt_stop_signal())
        status = snt_fail(err, SENTIMENT_ECANCELLED, "stopped");
    code = snt_dlq_exit(status, err);
    written = snt_output_close(&r->out);
    if (!code && (r->left || (r->producer && r->sent > r->acknowledged)))
        code = SNT_EXIT_FAILED;
    return code ? code : written;
}

static int run(const void *given, const snt_args *args)
{
    const options *opts = given;
    replay r = {.opts = opts, .out.fd = STDOUT_FILENO};
    sentiment_error err;
    sentiment_status status;
    int code;

    status = snt_dlq_open(&r.dlq, &opts->dlq, &opts->broker, &err);
    if (status == SENTIMENT_OK)
        status = open_producer(&r, &err);
    if (status == SENTIMENT_OK)
        status = snt_dlq_each(&r.dlq, &args->operands, put, &r, &err);
    code = finish(&r, status, &err);
    if (r.producer)
        rd_kafka_destroy(r.producer);
    snt_dlq_close(&r.dlq);
    return code;
}

static const snt_option table[] = {
    {"to", 0, SNT_ARG_STRING, "TOPIC", NULL, offsetof(options, to),
     "send them there, by key (default: the topic and partition that each "
     "comes from)"},
    {"dry-run", 0, SNT_ARG_FLAG, NULL, NULL, offsetof(options, dry_run),
     "print what would be sent, as kcat -J does; send nothing"},
};

static const snt_option_group group = {
    "Sending", table, sizeof(table) / sizeof(*table)};

const snt_command snt_dlq_replay = {
    .name = "dlq replay",
    .summary = "Send dead letters again, as the records that they were",
    .operands = "[PARTITION:OFFSET…]",
    .details =
        "Value, key, headers and time are as they were, without the headers "
        "of a dead letter. Those that are named, or all that the options let "
        "through. A letter whose value was too large to be kept cannot be "
        "sent and is left; the exit status is then 1. The letters stay where "
        "they are: to send each once, say --from what time on.",
    .examples =
        "  sentiment-cli dlq replay --topic news --reason \"the engine\"\n"
        "  sentiment-cli dlq replay --topic news --dry-run 0:17 2:4\n"
        "  sentiment-cli dlq replay --topic news --to repaired-news\n",
    .parts =
        (const snt_args_part[]){
            {&snt_broker_group, offsetof(options, broker)},
            {&snt_broker_topics_group, offsetof(options, broker)},
            {&snt_dlq_place_group, offsetof(options, dlq)},
            {&snt_dlq_filter_group, offsetof(options, dlq)},
            {&group, 0}},
    .n_parts = 5,
    .options_size = sizeof(options),
    .run = run};
