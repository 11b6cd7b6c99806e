/*
 * broker_topics.c - waits for a broker, checks topics, makes missing ones.
 *
 * All by a consumer of its own without a group, which lives for the time of
 * the call: a producer's question for a topic would make that topic where
 * brokers make topics by themselves, with whatever partitions they like.
 */
#include <stdlib.h>
#include <string.h>

#include "broker_rights.h"
#include "broker_state.h"
#include "error.h"
#include "report.h"
#include "stop.h"

enum { ANSWER_MS = 1000, CREATE_MS = 30000, TRIES = 10 };

/* Errors reach on_error from here. */
static sentiment_status stop_asked(
    snt_broker *b, rd_kafka_t *rk, sentiment_error *err)
{
    rd_kafka_poll(rk, 0);
    if (snt_broker_refuses(b, err))
        return err->status;
    if (snt_stop_signal())
        return snt_fail(err, SENTIMENT_ECANCELLED, "stopped");
    return SENTIMENT_OK;
}

static sentiment_status wait_for_answer(
    snt_broker *b, rd_kafka_t *rk, sentiment_error *err)
{
    const struct rd_kafka_metadata *found = NULL;
    sentiment_status status = SENTIMENT_OK;

    while (status == SENTIMENT_OK &&
           rd_kafka_metadata(rk, 0, NULL, &found, ANSWER_MS))
        status = stop_asked(b, rk, err);
    if (status != SENTIMENT_OK)
        return status;
    rd_kafka_metadata_destroy(found);
    snt_broker_seen(b);
    return SENTIMENT_OK;
}

/* How many partitions the topic has: 0 when it is not there. */
static sentiment_status ask(
    snt_broker *b, rd_kafka_t *rk, const char *topic, int *partitions,
    sentiment_error *err)
{
    rd_kafka_topic_t *handle = rd_kafka_topic_new(rk, topic, NULL);
    const struct rd_kafka_metadata *found = NULL;
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR__TIMED_OUT;

    for (int i = 0; handle && i < TRIES && code; i++) {
        if (stop_asked(b, rk, err) != SENTIMENT_OK)
            break;
        code = rd_kafka_metadata(rk, 0, handle, &found, ANSWER_MS);
        if (code)
            continue;
        code = found->topic_cnt ? found->topics[0].err
                                : RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
        *partitions = code ? 0 : found->topics[0].partition_cnt;
        rd_kafka_metadata_destroy(found);
        if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
            code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
            break;
    }
    if (handle)
        rd_kafka_topic_destroy(handle);
    if (stop_asked(b, rk, err) != SENTIMENT_OK)
        return err->status;
    if (!code || code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
        return SENTIMENT_OK;
    return snt_broker_fail(err, topic, code);
}

/* What the broker answered to the request to make one topic. Ten instances may
 * start at once: it is made when another one has made it. */
static sentiment_status read_answer(
    rd_kafka_event_t *event, const char *topic, sentiment_error *err)
{
    const rd_kafka_topic_result_t **results;
    rd_kafka_resp_err_t code = rd_kafka_event_error(event);
    const char *why = rd_kafka_event_error_string(event);
    size_t n = 0;

    results = rd_kafka_CreateTopics_result_topics(
        rd_kafka_event_CreateTopics_result(event), &n);
    if (!code && n) {
        code = rd_kafka_topic_result_error(results[0]);
        why = rd_kafka_topic_result_error_string(results[0]);
    }
    if (!code)
        snt_report("topic %s: made", topic);
    if (!code || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
        return SENTIMENT_OK;
    return snt_fail(
        err, SENTIMENT_ESTATE, "topic %s cannot be made: %s", topic,
        why ? why : rd_kafka_err2str(code));
}

static sentiment_status create(
    const snt_broker *b, rd_kafka_t *rk, const char *topic, int partitions,
    sentiment_error *err)
{
    const snt_broker_options *opts = b->opts;
    rd_kafka_queue_t *queue = rd_kafka_queue_new(rk);
    rd_kafka_NewTopic_t *wanted;
    rd_kafka_event_t *event = NULL;
    sentiment_status status;
    char why[256];

    if (opts->partitions)
        partitions = (int)opts->partitions;
    wanted = rd_kafka_NewTopic_new(
        topic, partitions ? partitions : -1,
        opts->replication ? (int)opts->replication : -1, why, sizeof(why));
    if (wanted) {
        rd_kafka_CreateTopics(rk, &wanted, 1, NULL, queue);
        event = rd_kafka_queue_poll(queue, CREATE_MS);
        rd_kafka_NewTopic_destroy(wanted);
        snprintf(why, sizeof(why), "the broker does not answer");
    }
    status = event ? read_answer(event, topic, err)
                   : snt_fail(
                         err, SENTIMENT_EIO, "topic %s cannot be made: %s",
                         topic, why);
    if (event)
        rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    return status;
}

static sentiment_status prepare_topic(
    snt_broker *b, rd_kafka_t *rk, const char *topic, int like,
    sentiment_error *err)
{
    sentiment_status status;
    int partitions = 0;

    status = ask(b, rk, topic, &partitions, err);
    if (status != SENTIMENT_OK || partitions)
        return status;
    if (!b->opts->create_topics)
        return snt_fail(
            err, SENTIMENT_ESTATE,
            "topic %s does not exist; --create-topics makes it", topic);
    status = create(b, rk, topic, like, err);
    for (int i = 0; i < TRIES && status == SENTIMENT_OK && !partitions; i++)
        status = ask(b, rk, topic, &partitions, err);
    return status;
}

static sentiment_status prepare(
    snt_broker *b, rd_kafka_t *rk, const char *const *topics, size_t n,
    const char *source, sentiment_error *err)
{
    sentiment_status status = wait_for_answer(b, rk, err);
    int like = 0;

    if (status == SENTIMENT_OK && source) {
        status = ask(b, rk, source, &like, err);
        if (status == SENTIMENT_OK && !like)
            status = snt_fail(
                err, SENTIMENT_ESTATE, "topic %s does not exist", source);
    }
    for (size_t i = 0; i < n && status == SENTIMENT_OK; i++)
        status = prepare_topic(b, rk, topics[i], like, err);
    if (status == SENTIMENT_OK && n)
        status = snt_broker_check_rights(rk, topics, n, err);
    return status;
}

sentiment_status snt_broker_prepare(
    snt_broker *broker, const char *const *topics, size_t n, const char *source,
    sentiment_error *err)
{
    static const snt_broker_setting none[] = {{0}};
    rd_kafka_conf_t *conf =
        snt_broker_conf(broker, RD_KAFKA_CONSUMER, none, err);
    rd_kafka_t *rk =
        conf ? snt_broker_client(broker, RD_KAFKA_CONSUMER, conf, err) : NULL;
    sentiment_status status;

    if (!rk)
        return err->status;
    broker->preparing = true;
    status = prepare(broker, rk, topics, n, source, err);
    broker->preparing = false;
    rd_kafka_destroy(rk);
    return status;
}
