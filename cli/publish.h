/*
 * publish.h - classified texts on their way to Kafka, for `serve`.
 *
 * One record a text, to the router's topic, keyed by the text's SHA-1. Records
 * wait in a bounded buffer, without a thread of the caller's waiting for them;
 * what does not fit, or is not acknowledged in time, is dropped and counted.
 */
#ifndef SNT_PUBLISH_H
#define SNT_PUBLISH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "broker.h"
#include "sentiment/model.h"

typedef struct snt_publisher snt_publisher;

/** One text. All is copied. */
typedef struct snt_publication {
    int32_t label;
    float score;
    const char *key; /* the SHA-1, in hexadecimal */
    const char *value;
    size_t value_len;
    const char *request_id;
    const char *traceparent; /* or NULL */
} snt_publication;

/** Called once, when the broker has the record or will not get it, on the
 * publisher's thread. */
typedef void (*snt_published_fn)(void *arg, bool acknowledged);

/** Waits for no broker. rules may be NULL. */
sentiment_status snt_publisher_open(
    snt_publisher **publisher, const snt_broker_options *opts,
    const char *rules, uint64_t max_bytes, uint32_t timeout_ms,
    sentiment_error *err);

/** The labels that the router needs; the topics that there can be are then
 * looked for, or made, in the background. */
sentiment_status snt_publisher_set_model(
    snt_publisher *publisher, const sentiment_model *model,
    sentiment_error *err);

/** Whether a model with these labels may follow the one that there is. */
bool snt_publisher_fits(
    const snt_publisher *publisher, const sentiment_model *model);

/** done NULL: nobody waits. False: it was dropped at once, done is not called.
 */
bool snt_publish(
    snt_publisher *publisher, const snt_publication *publication,
    snt_published_fn done, void *arg);

/** Whether a broker can be reached, as far as is known. */
bool snt_publisher_reachable(const snt_publisher *publisher);

typedef struct snt_publisher_stats {
    uint64_t published; /* acknowledged */
    uint64_t dropped;   /* for want of room, or not acknowledged */
    uint64_t waiting;   /* records in hand */
    uint64_t waiting_bytes;
} snt_publisher_stats;

void snt_publisher_count(
    const snt_publisher *publisher, snt_publisher_stats *stats);

/** Waits for what is in hand, timeout_ms at most; the rest is dropped. */
void snt_publisher_drain(snt_publisher *publisher, uint32_t timeout_ms);

void snt_publisher_close(snt_publisher *publisher);

#endif
