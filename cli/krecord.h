/*
 * krecord.h - one Kafka record, and what is derived from it: the copy with a
 * result, the dead letter, the stub of what fits nowhere.
 */
#ifndef SNT_KRECORD_H
#define SNT_KRECORD_H

#include <librdkafka/rdkafka.h>

#include "buffer.h"
#include "sentiment/base.h"

/** Where a dead letter comes from and why, and what a stub stands for. */
#define SNT_HEADER_ERROR "sentiment-error"
#define SNT_HEADER_TOPIC "sentiment-topic"
#define SNT_HEADER_PARTITION "sentiment-partition"
#define SNT_HEADER_OFFSET "sentiment-offset"
#define SNT_HEADER_TIME "sentiment-time"
#define SNT_HEADER_BYTES "sentiment-bytes"
#define SNT_HEADER_SHA256 "sentiment-sha256"
/** The result, when the value stays what it was. */
#define SNT_HEADER_LABEL "sentiment-label"
#define SNT_HEADER_SCORE "sentiment-score"
#define SNT_HEADER_SCHEMA "schema"

/** Key and value may be NULL, which is not the same as empty. All borrowed,
 * but the headers of a derived record, which it owns. */
typedef struct snt_krecord {
    const char *topic;
    int32_t partition;
    int64_t offset;
    int64_t timestamp_ms; /* 0: not known, or now */
    const void *key;
    size_t key_len;
    const void *value;
    size_t value_len;
    rd_kafka_headers_t *headers; /* or NULL */
} snt_krecord;

/** The record that was fetched; stands as long as the message. */
snt_krecord snt_krecord_of(const rd_kafka_message_t *message);

/** A copy for topic with the headers copied. NULL headers: no memory. */
snt_krecord snt_krecord_derive(const snt_krecord *from, const char *topic);

/** Sets a header, in place of all of that name. */
void snt_krecord_set_header(
    snt_krecord *rec, const char *name, const void *value, size_t len);

/** The last header of that name as a string, or NULL. */
const char *snt_krecord_header(const snt_krecord *rec, const char *name);

/** The record unchanged, with headers that say why it was given up at now_ms
 * (milliseconds since 1970) and where it came from. */
snt_krecord snt_krecord_dead_letter(
    const snt_krecord *from, const char *topic, const char *reason,
    uint64_t now_ms);

/** The record that a dead letter was, for topic: without those headers. NULL
 * headers: no memory. */
snt_krecord snt_krecord_revive(const snt_krecord *letter, const char *topic);

/** Takes the value away from a dead letter and says in headers how long it
 * was and what its SHA-256 is. bare: takes key and other headers away too. */
void snt_krecord_make_stub(
    snt_krecord *letter, const snt_krecord *from, bool bare);

void snt_krecord_free_headers(snt_krecord *rec);

/** Hands a derived record to the producer, for a partition or
 * RD_KAFKA_PARTITION_UA. The producer copies key and value, and owns the
 * headers once it has taken the record; then a report will come. */
rd_kafka_resp_err_t snt_krecord_produce(
    snt_krecord *rec, rd_kafka_t *producer, int32_t partition, void *opaque);

/** A JSON string, or null for NULL; what is not UTF-8 becomes U+FFFD. */
void snt_krecord_json_bytes(snt_buffer *buf, const void *from, size_t len);

/** As `kcat -J` prints it: headers (name, value, name, …), key, offset,
 * partition, payload, topic, ts; what is not UTF-8 becomes U+FFFD. Members
 * that are not known are left out: offset below 0, ts 0. */
void snt_krecord_json(const snt_krecord *rec, snt_buffer *buf);

#endif
