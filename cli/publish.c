/*
 * publish.c - see publish.h.
 *
 * librdkafka holds the records that wait; a thread of ours takes its delivery
 * reports. Another one looks for the topics once the labels are known, since
 * that may wait for a broker.
 */
#include "publish.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "report.h"
#include "sentiment/router.h"
#include "thread.h"

enum { POLL_MS = 100 };

struct snt_publisher {
    snt_broker *broker;
    rd_kafka_t *rk;
    const char *rules;
    uint64_t max_bytes;
    sentiment_router *router; /* set once, before texts come */
    char **labels;            /* [n_labels], of the router */
    size_t n_labels;
    pthread_t poller, preparer;
    bool preparing;
    atomic_bool stop, prepared;
    atomic_ullong published, dropped, waiting, waiting_bytes;
};

/** Who waits for a record. */
typedef struct errand {
    snt_published_fn done;
    void *arg;
} errand;

/* ---- delivery reports ---- */

static void delivered(
    rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque)
{
    snt_publisher *p = snt_broker_owner(opaque);
    errand *waiting = message->_private;
    bool good = message->err == RD_KAFKA_RESP_ERR_NO_ERROR;

    (void)rk;
    atomic_fetch_sub(&p->waiting, 1);
    atomic_fetch_sub(&p->waiting_bytes, message->len);
    atomic_fetch_add(good ? &p->published : &p->dropped, 1);
    if (good) {
        atomic_store(&p->prepared, true);
        snt_broker_seen(p->broker);
    }
    if (!waiting)
        return;
    waiting->done(waiting->arg, good);
    free(waiting);
}

static void *poll_reports(void *arg)
{
    snt_publisher *p = arg;

    while (!atomic_load(&p->stop))
        rd_kafka_poll(p->rk, POLL_MS);
    return NULL;
}

/* ---- topics ---- */

static void *prepare(void *arg)
{
    snt_publisher *p = arg;
    size_t n = sentiment_router_n_destinations(p->router);
    const char **topics = calloc(n, sizeof(*topics));
    sentiment_error err;

    if (!topics)
        return NULL;
    for (size_t i = 0; i < n; i++)
        topics[i] = sentiment_router_destination(p->router, i);
    if (snt_broker_prepare(p->broker, topics, n, NULL, &err) == SENTIMENT_OK)
        atomic_store(&p->prepared, true);
    else if (err.status != SENTIMENT_ECANCELLED)
        snt_report("publishing: %s", err.message);
    free(topics);
    return NULL;
}

static sentiment_status keep_labels(
    snt_publisher *p, const sentiment_model *model, sentiment_error *err)
{
    size_t n = sentiment_model_n_labels(model);

    p->labels = calloc(n, sizeof(*p->labels));
    for (size_t i = 0; p->labels && i < n; i++, p->n_labels++)
        if (!(p->labels[i] = strdup(sentiment_model_label(model, i))))
            break;
    return p->n_labels == n ? SENTIMENT_OK : snt_fail_memory(err);
}

sentiment_status snt_publisher_set_model(
    snt_publisher *publisher, const sentiment_model *model,
    sentiment_error *err)
{
    sentiment_status status = keep_labels(publisher, model, err);

    if (status == SENTIMENT_OK)
        status = sentiment_router_open(
            &publisher->router, publisher->rules,
            snt_broker_topic(publisher->broker),
            (const char *const *)publisher->labels, publisher->n_labels, err);
    if (status == SENTIMENT_OK)
        status =
            snt_thread_start(&publisher->preparer, prepare, publisher, err);
    publisher->preparing = status == SENTIMENT_OK;
    return status;
}

bool snt_publisher_fits(
    const snt_publisher *publisher, const sentiment_model *model)
{
    if (sentiment_model_n_labels(model) != publisher->n_labels)
        return false;
    for (size_t i = 0; i < publisher->n_labels; i++)
        if (strcmp(publisher->labels[i], sentiment_model_label(model, i)))
            return false;
    return true;
}

/* ---- records ---- */

static bool reserve(snt_publisher *p, size_t bytes)
{
    if (atomic_fetch_add(&p->waiting_bytes, bytes) + bytes <= p->max_bytes) {
        atomic_fetch_add(&p->waiting, 1);
        return true;
    }
    atomic_fetch_sub(&p->waiting_bytes, bytes);
    return false;
}

static rd_kafka_headers_t *headers_of(const snt_publication *record)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new(3);

    rd_kafka_header_add(headers, "schema", -1, "serve/1", -1);
    rd_kafka_header_add(headers, "request-id", -1, record->request_id, -1);
    if (record->traceparent)
        rd_kafka_header_add(
            headers, "traceparent", -1, record->traceparent, -1);
    return headers;
}

static bool produce(
    snt_publisher *p, const snt_publication *record, errand *waiting)
{
    const char *topic = sentiment_router_destination(
        p->router,
        sentiment_router_route(p->router, record->label, record->score));
    rd_kafka_headers_t *headers = headers_of(record);
    const rd_kafka_vu_t fields[] = {
        {.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = topic},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        {.vtype = RD_KAFKA_VTYPE_KEY,
         .u.mem = {(void *)(uintptr_t)record->key, strlen(record->key)}},
        {.vtype = RD_KAFKA_VTYPE_VALUE,
         .u.mem = {(void *)(uintptr_t)record->value, record->value_len}},
        {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers},
        {.vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = waiting}};
    rd_kafka_error_t *error =
        rd_kafka_produceva(p->rk, fields, sizeof(fields) / sizeof(*fields));
    bool good = !error;

    if (!good)
        rd_kafka_headers_destroy(headers);
    rd_kafka_error_destroy(error);
    return good;
}

/* An errand for who waits; false without memory. */
static bool note_errand(errand **waiting, snt_published_fn done, void *arg)
{
    *waiting = NULL;
    if (!done)
        return true;
    *waiting = malloc(sizeof(**waiting));
    if (*waiting)
        **waiting = (errand){done, arg};
    return *waiting != NULL;
}

bool snt_publish(
    snt_publisher *publisher, const snt_publication *publication,
    snt_published_fn done, void *arg)
{
    errand *waiting = NULL;

    if (reserve(publisher, publication->value_len)) {
        if (note_errand(&waiting, done, arg) &&
            produce(publisher, publication, waiting))
            return true;
        atomic_fetch_sub(&publisher->waiting, 1);
        atomic_fetch_sub(&publisher->waiting_bytes, publication->value_len);
        free(waiting);
    }
    atomic_fetch_add(&publisher->dropped, 1);
    return false;
}

bool snt_publisher_reachable(const snt_publisher *publisher)
{
    return atomic_load(&publisher->prepared) &&
           !snt_broker_is_away(publisher->broker);
}

void snt_publisher_count(
    const snt_publisher *publisher, snt_publisher_stats *stats)
{
    stats->published = atomic_load(&publisher->published);
    stats->dropped = atomic_load(&publisher->dropped);
    stats->waiting = atomic_load(&publisher->waiting);
    stats->waiting_bytes = atomic_load(&publisher->waiting_bytes);
}

/* ---- open, drain, close ---- */

static sentiment_status start(
    snt_publisher *p, uint32_t timeout_ms, sentiment_error *err)
{
    char timeout[16], kbytes[24];
    const snt_broker_setting settings[] = {
        {"enable.idempotence", "true", false},
        {"linger.ms", "5", false},
        {"compression.type", "lz4", false},
        {"message.timeout.ms", timeout, false},
        {"queue.buffering.max.kbytes", kbytes, false},
        {"queue.buffering.max.messages", "1000000", false},
        {0}};
    rd_kafka_conf_t *conf;

    snprintf(timeout, sizeof(timeout), "%u", (unsigned)timeout_ms);
    /* Ours is the bound: librdkafka counts headers and its own part too. */
    snprintf(
        kbytes, sizeof(kbytes), "%llu",
        (unsigned long long)(p->max_bytes / 1024 * 2 + 1024));
    snt_broker_set_owner(p->broker, p);
    conf = snt_broker_conf(p->broker, RD_KAFKA_PRODUCER, settings, err);
    if (!conf)
        return err->status;
    rd_kafka_conf_set_dr_msg_cb(conf, delivered);
    p->rk = snt_broker_client(p->broker, RD_KAFKA_PRODUCER, conf, err);
    if (!p->rk)
        return err->status;
    return snt_thread_start(&p->poller, poll_reports, p, err);
}

sentiment_status snt_publisher_open(
    snt_publisher **publisher, const snt_broker_options *opts,
    const char *rules, uint64_t max_bytes, uint32_t timeout_ms,
    sentiment_error *err)
{
    snt_publisher *made = calloc(1, sizeof(*made));
    sentiment_status status;

    *publisher = NULL;
    if (!made)
        return snt_fail_memory(err);
    made->rules = rules;
    made->max_bytes = max_bytes;
    status = snt_broker_open(&made->broker, opts, err);
    if (status == SENTIMENT_OK)
        status = start(made, timeout_ms, err);
    if (status == SENTIMENT_OK) {
        *publisher = made;
        return status;
    }
    if (made->rk)
        rd_kafka_destroy(made->rk);
    snt_broker_close(made->broker);
    free(made);
    return status;
}

void snt_publisher_drain(snt_publisher *publisher, uint32_t timeout_ms)
{
    rd_kafka_flush(publisher->rk, (int)timeout_ms);
    rd_kafka_purge(
        publisher->rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_flush(publisher->rk, POLL_MS);
}

void snt_publisher_close(snt_publisher *publisher)
{
    if (!publisher)
        return;
    if (publisher->preparing)
        pthread_join(publisher->preparer, NULL);
    atomic_store(&publisher->stop, true);
    pthread_join(publisher->poller, NULL);
    snt_publisher_drain(publisher, 0);
    rd_kafka_destroy(publisher->rk);
    snt_broker_close(publisher->broker);
    sentiment_router_close(publisher->router);
    for (size_t i = 0; i < publisher->n_labels; i++)
        free(publisher->labels[i]);
    free(publisher->labels);
    free(publisher);
}
