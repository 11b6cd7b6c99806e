/* dlq.c - see dlq.h. */
#include "dlq.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "place.h"
#include "report.h"
#include "stop.h"

static const snt_option places[] = {
    {"letters", 0, SNT_ARG_STRING, "TOPIC", NULL,
     offsetof(snt_dlq_options, letters),
     "where the dead letters lie (default: unknown-{topic})"},
};

const snt_option_group snt_dlq_place_group = {
    "Dead letters", places, sizeof(places) / sizeof(*places)};

static const snt_option filters[] = {
    {"reason", 0, SNT_ARG_STRING, "TEXT", NULL,
     offsetof(snt_dlq_options, reason),
     "only those whose reason has TEXT in it, in upper or lower case"},
    {"partition", 0, SNT_ARG_STRING, "N", NULL,
     offsetof(snt_dlq_options, partition),
     "only those that come from this partition"},
    {"from", 0, SNT_ARG_STRING, "TIME", NULL, offsetof(snt_dlq_options, from),
     "only those given up at TIME (2026-11-25T10:00:00Z) or later"},
    {"until", 0, SNT_ARG_STRING, "TIME", NULL, offsetof(snt_dlq_options, until),
     "only those given up before TIME"},
};

const snt_option_group snt_dlq_filter_group = {
    "Which", filters, sizeof(filters) / sizeof(*filters)};

/* ---- opening ---- */

static sentiment_status read_time(
    int64_t *ms, const char *option, const char *text, sentiment_error *err)
{
    if (!text || snt_time_parse(text, ms))
        return SENTIMENT_OK;
    return snt_fail(
        err, SENTIMENT_EINVAL,
        "%s: \"%s\" is not a time such as 2026-11-25T10:00:00Z", option, text);
}

/* A number up to most; NULL when the text does not begin with one. */
static const char *read_number(const char *text, int64_t most, int64_t *value)
{
    char *end;

    if (*text < '0' || *text > '9')
        return NULL;
    *value = strtoll(text, &end, 10);
    return *value <= most ? end : NULL;
}

static sentiment_status read_filter(
    snt_letter_filter *filter, const snt_dlq_options *opts,
    sentiment_error *err)
{
    int64_t partition = -1;
    const char *end = opts->partition
                          ? read_number(opts->partition, INT32_MAX, &partition)
                          : "";

    *filter = (snt_letter_filter){.reason = opts->reason};
    if (!end || *end)
        return snt_fail(
            err, SENTIMENT_EINVAL, "--partition: \"%s\" is no number",
            opts->partition);
    filter->source_partition = (int32_t)partition;
    if (read_time(&filter->from_ms, "--from", opts->from, err) ||
        read_time(&filter->until_ms, "--until", opts->until, err))
        return err->status;
    return SENTIMENT_OK;
}

sentiment_status snt_dlq_open(
    snt_dlq *dlq, const snt_dlq_options *opts, const snt_broker_options *broker,
    sentiment_error *err)
{
    *dlq = (snt_dlq){0};
    if (read_filter(&dlq->filter, opts, err) ||
        snt_broker_open(&dlq->broker, broker, err))
        return err->status;
    snprintf(
        dlq->topic, sizeof(dlq->topic), "%s%s", opts->letters ? "" : "unknown-",
        opts->letters ? opts->letters : snt_broker_topic(dlq->broker));
    return SENTIMENT_OK;
}

void snt_dlq_close(snt_dlq *dlq)
{
    snt_kread_close(dlq->read);
    snt_broker_close(dlq->broker);
}

/* ---- going through them ---- */

typedef struct visitor {
    snt_dlq_visit visit;
    void *arg;
} visitor;

static sentiment_status visit(
    const visitor *v, rd_kafka_message_t *message,
    const snt_letter_filter *filter, sentiment_error *err)
{
    const snt_krecord record = snt_krecord_of(message);
    const snt_letter letter = snt_letter_of(&record);
    sentiment_status status = SENTIMENT_OK;

    if (!filter || snt_letter_matches(&letter, filter))
        status = v->visit(v->arg, &letter, err);
    rd_kafka_message_destroy(message);
    return status;
}

static sentiment_status visit_partition(
    snt_dlq *dlq, int32_t partition, const visitor *v, sentiment_error *err)
{
    sentiment_status status = snt_kread_begin(dlq->read, partition, 0, err);
    rd_kafka_message_t *message = NULL;

    do {
        if (status == SENTIMENT_OK)
            status = snt_kread_next(dlq->read, &message, err);
        if (status == SENTIMENT_OK && message)
            status = visit(v, message, &dlq->filter, err);
    } while (status == SENTIMENT_OK && message);
    return status;
}

static bool read_id(const char *id, int64_t *partition, int64_t *offset)
{
    const char *colon = read_number(id, INT32_MAX, partition);
    const char *end = colon && *colon == ':'
                          ? read_number(colon + 1, INT64_MAX - 1, offset)
                          : NULL;

    return end && !*end;
}

static sentiment_status visit_one(
    snt_dlq *dlq, const char *id, const visitor *v, sentiment_error *err)
{
    int64_t partition = 0, offset = 0;
    rd_kafka_message_t *message = NULL;

    read_id(id, &partition, &offset);
    if (partition < snt_kread_n_partitions(dlq->read) &&
        (snt_kread_begin(dlq->read, (int32_t)partition, offset, err) ||
         snt_kread_next(dlq->read, &message, err)))
        return err->status;
    if (message && message->offset == offset)
        return visit(v, message, NULL, err);
    if (message)
        rd_kafka_message_destroy(message);
    return snt_fail(
        err, SENTIMENT_EIO, "%s: there is no record %s", dlq->topic, id);
}

sentiment_status snt_dlq_each(
    snt_dlq *dlq, const snt_arg_list *ids, snt_dlq_visit visit_letter,
    void *arg, sentiment_error *err)
{
    const visitor v = {visit_letter, arg};
    sentiment_status status = SENTIMENT_OK;
    int64_t partition, offset;

    for (size_t i = 0; i < ids->n; i++)
        if (!read_id(ids->items[i], &partition, &offset))
            return snt_fail(
                err, SENTIMENT_EINVAL, "\"%s\" is not PARTITION:OFFSET",
                ids->items[i]);
    if (snt_kread_open(&dlq->read, dlq->broker, dlq->topic, err))
        return err->status;
    for (size_t i = 0; i < ids->n && status == SENTIMENT_OK; i++)
        status = visit_one(dlq, ids->items[i], &v, err);
    for (int32_t p = 0; !ids->n && p < snt_kread_n_partitions(dlq->read) &&
                        status == SENTIMENT_OK;
         p++)
        status = visit_partition(dlq, p, &v, err);
    return status;
}

int snt_dlq_exit(sentiment_status status, const sentiment_error *err)
{
    if (status == SENTIMENT_OK)
        return SNT_EXIT_OK;
    if (status == SENTIMENT_ECANCELLED && snt_stop_signal())
        return 128 + snt_stop_signal();
    snt_report("%s", err->message);
    return status == SENTIMENT_EINVAL ? SNT_EXIT_USAGE : SNT_EXIT_FAILED;
}
