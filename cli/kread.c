/* kread.c - see kread.h. */
#include "kread.h"

#include <stdlib.h>

#include "error.h"
#include "stop.h"

enum { ANSWER_MS = 1000, TRIES = 30 };

struct snt_kread {
    snt_broker *broker;
    rd_kafka_t *rk;
    rd_kafka_topic_t *topic;
    int32_t n_partitions;
    int32_t partition; /* that is read; -1: none */
    int64_t end;       /* of it */
};

/* After a question that had no answer: whether to ask again. */
static sentiment_status check(snt_kread *r, sentiment_error *err)
{
    rd_kafka_poll(r->rk, 0);
    if (snt_broker_refuses(r->broker, err))
        return err->status;
    if (snt_stop_signal())
        return snt_fail(err, SENTIMENT_ECANCELLED, "stopped");
    return SENTIMENT_OK;
}

static sentiment_status count_partitions(snt_kread *r, sentiment_error *err)
{
    const struct rd_kafka_metadata *found = NULL;
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR__TIMED_OUT;

    for (int i = 0; i < TRIES && code; i++) {
        if (check(r, err) != SENTIMENT_OK)
            return err->status;
        code = rd_kafka_metadata(r->rk, 0, r->topic, &found, ANSWER_MS);
    }
    if (code || !found)
        return snt_broker_fail(err, rd_kafka_topic_name(r->topic), code);
    code = found->topics[0].err;
    r->n_partitions = found->topics[0].partition_cnt;
    rd_kafka_metadata_destroy(found);
    return code ? snt_broker_fail(err, rd_kafka_topic_name(r->topic), code)
                : SENTIMENT_OK;
}

sentiment_status snt_kread_open(
    snt_kread **read, snt_broker *broker, const char *topic,
    sentiment_error *err)
{
    static const snt_broker_setting mine[] = {
        {"isolation.level", "read_committed", true},
        {"enable.partition.eof", "true", true},
        {"auto.offset.reset", "earliest", true}, /* when it is deleted */
        {"queued.max.messages.kbytes", "16384", false},
        {0}};
    snt_kread *r = calloc(1, sizeof(*r));
    rd_kafka_conf_t *conf;

    *read = NULL;
    if (!r)
        return snt_fail_memory(err);
    r->broker = broker;
    r->partition = -1;
    if (snt_broker_prepare(broker, NULL, 0, topic, err) == SENTIMENT_OK &&
        (conf = snt_broker_conf(broker, RD_KAFKA_CONSUMER, mine, err)) &&
        (r->rk = snt_broker_client(broker, RD_KAFKA_CONSUMER, conf, err))) {
        r->topic = rd_kafka_topic_new(r->rk, topic, NULL);
        if (r->topic && count_partitions(r, err) == SENTIMENT_OK) {
            *read = r;
            return SENTIMENT_OK;
        }
        if (!r->topic)
            snt_fail(err, SENTIMENT_EINVAL, "%s: no topic name", topic);
    }
    snt_kread_close(r);
    return err->status;
}

static void stop(snt_kread *r)
{
    if (r->partition >= 0)
        rd_kafka_consume_stop(r->topic, r->partition);
    r->partition = -1;
}

void snt_kread_close(snt_kread *read)
{
    if (!read)
        return;
    stop(read);
    if (read->topic)
        rd_kafka_topic_destroy(read->topic);
    if (read->rk)
        rd_kafka_destroy(read->rk);
    free(read);
}

int32_t snt_kread_n_partitions(const snt_kread *read)
{
    return read->n_partitions;
}

sentiment_status snt_kread_begin(
    snt_kread *read, int32_t partition, int64_t offset, sentiment_error *err)
{
    const char *topic = rd_kafka_topic_name(read->topic);
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR__TIMED_OUT;
    int64_t low = 0;

    stop(read);
    for (int i = 0; i < TRIES && code; i++) {
        if (check(read, err) != SENTIMENT_OK)
            return err->status;
        code = rd_kafka_query_watermark_offsets(
            read->rk, topic, partition, &low, &read->end, ANSWER_MS);
    }
    if (code)
        return snt_broker_fail(err, topic, code);
    if (offset < low)
        offset = low;
    if (offset >= read->end)
        return SENTIMENT_OK;
    if (rd_kafka_consume_start(read->topic, partition, offset))
        return snt_broker_fail(err, topic, rd_kafka_last_error());
    read->partition = partition;
    return SENTIMENT_OK;
}

/* Whether the partition's end was reached, or that something is wrong. */
static sentiment_status hear(
    const rd_kafka_message_t *m, bool *ends, sentiment_error *err)
{
    switch (m->err) {
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
        *ends = true;
        return SENTIMENT_OK;
    case RD_KAFKA_RESP_ERR__TRANSPORT: /* the broker's callback says so */
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR__RESOLVE:
        return SENTIMENT_OK;
    default:
        return snt_fail(
            err, SENTIMENT_EIO, "%s: %s", rd_kafka_topic_name(m->rkt),
            rd_kafka_message_errstr(m));
    }
}

sentiment_status snt_kread_next(
    snt_kread *read, rd_kafka_message_t **message, sentiment_error *err)
{
    sentiment_status status = SENTIMENT_OK;
    bool ends = false;

    *message = NULL;
    while (read->partition >= 0 && !ends && status == SENTIMENT_OK) {
        rd_kafka_message_t *m =
            rd_kafka_consume(read->topic, read->partition, ANSWER_MS);

        status = check(read, err);
        if (!m)
            continue;
        if (status == SENTIMENT_OK && !m->err && m->offset < read->end) {
            snt_broker_seen(read->broker);
            *message = m;
            return SENTIMENT_OK;
        }
        if (status == SENTIMENT_OK && m->err)
            status = hear(m, &ends, err);
        else
            ends = true;
        rd_kafka_message_destroy(m);
    }
    stop(read);
    return status;
}
