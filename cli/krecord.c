/* krecord.c - see krecord.h. */
#include "krecord.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "digest.h"
#include "json.h"
#include "place.h"
#include "utf8.h"

snt_krecord snt_krecord_of(const rd_kafka_message_t *message)
{
    rd_kafka_timestamp_type_t type;
    int64_t ms = rd_kafka_message_timestamp(message, &type);
    snt_krecord rec = {
        .topic = rd_kafka_topic_name(message->rkt),
        .partition = message->partition,
        .offset = message->offset,
        .timestamp_ms =
            type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE || ms < 0 ? 0 : ms,
        .key = message->key,
        .key_len = message->key_len,
        .value = message->payload,
        .value_len = message->len};

    if (rd_kafka_message_headers(message, &rec.headers))
        rec.headers = NULL;
    return rec;
}

snt_krecord snt_krecord_derive(const snt_krecord *from, const char *topic)
{
    snt_krecord rec = *from;

    rec.topic = topic;
    rec.headers = from->headers ? rd_kafka_headers_copy(from->headers)
                                : rd_kafka_headers_new(8);
    return rec;
}

void snt_krecord_set_header(
    snt_krecord *rec, const char *name, const void *value, size_t len)
{
    rd_kafka_header_remove(rec->headers, name);
    rd_kafka_header_add(rec->headers, name, -1, value, (ssize_t)len);
}

static void set_string(snt_krecord *rec, const char *name, const char *value)
{
    snt_krecord_set_header(rec, name, value, strlen(value));
}

static void set_number(snt_krecord *rec, const char *name, int64_t value)
{
    char text[32];

    snprintf(text, sizeof(text), "%" PRId64, value);
    set_string(rec, name, text);
}

const char *snt_krecord_header(const snt_krecord *rec, const char *name)
{
    const void *value;
    size_t len;

    if (!rec->headers ||
        rd_kafka_header_get_last(rec->headers, name, &value, &len))
        return NULL;
    return value; /* librdkafka ends every value with a NUL */
}

snt_krecord snt_krecord_dead_letter(
    const snt_krecord *from, const char *topic, const char *reason,
    uint64_t now_ms)
{
    snt_krecord letter = snt_krecord_derive(from, topic);
    char time[SNT_TIME];

    if (!letter.headers)
        return letter;
    set_string(&letter, SNT_HEADER_ERROR, reason);
    set_string(&letter, SNT_HEADER_TOPIC, from->topic);
    set_number(&letter, SNT_HEADER_PARTITION, from->partition);
    set_number(&letter, SNT_HEADER_OFFSET, from->offset);
    snt_time_format(time, (int64_t)now_ms);
    set_string(&letter, SNT_HEADER_TIME, time);
    return letter;
}

/* What makes a record a dead letter. */
static const char *const ours[] = {
    SNT_HEADER_ERROR, SNT_HEADER_TOPIC, SNT_HEADER_PARTITION, SNT_HEADER_OFFSET,
    SNT_HEADER_TIME};
enum { N_OURS = sizeof(ours) / sizeof(*ours) };

snt_krecord snt_krecord_revive(const snt_krecord *letter, const char *topic)
{
    snt_krecord rec = snt_krecord_derive(letter, topic);

    for (size_t i = 0; i < N_OURS && rec.headers; i++)
        rd_kafka_header_remove(rec.headers, ours[i]);
    return rec;
}

/* Only the headers that this file has set. */
static void strip(snt_krecord *letter)
{
    rd_kafka_headers_t *kept = rd_kafka_headers_new(8);

    for (size_t i = 0; i < N_OURS; i++) {
        const char *value = snt_krecord_header(letter, ours[i]);

        if (value)
            rd_kafka_header_add(kept, ours[i], -1, value, -1);
    }
    snt_krecord_free_headers(letter);
    letter->headers = kept;
    letter->key = NULL;
    letter->key_len = 0;
}

void snt_krecord_make_stub(
    snt_krecord *letter, const snt_krecord *from, bool bare)
{
    sentiment_text value = {
        from->value ? from->value : "", from->value ? from->value_len : 0};
    unsigned char digest[SNT_SHA256_BYTES];
    char hex[2 * SNT_SHA256_BYTES + 1];

    if (bare)
        strip(letter);
    letter->value = NULL;
    letter->value_len = 0;
    set_number(letter, SNT_HEADER_BYTES, (int64_t)value.len);
    if (snt_digest(SNT_SHA256, &value, 1, digest, NULL) == SENTIMENT_OK) {
        snt_digest_hex(digest, sizeof(digest), hex);
        set_string(letter, SNT_HEADER_SHA256, hex);
    }
}

void snt_krecord_free_headers(snt_krecord *rec)
{
    if (rec->headers)
        rd_kafka_headers_destroy(rec->headers);
    rec->headers = NULL;
}

rd_kafka_resp_err_t snt_krecord_produce(
    snt_krecord *rec, rd_kafka_t *producer, int32_t partition, void *opaque)
{
    rd_kafka_vu_t fields[] = {
        {.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = rec->topic},
        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = partition},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        {.vtype = RD_KAFKA_VTYPE_TIMESTAMP, .u.i64 = rec->timestamp_ms},
        {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = rec->headers},
        {.vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = opaque},
        {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem.size = rec->key_len},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem.size = rec->value_len}};
    size_t n = sizeof(fields) / sizeof(*fields);
    rd_kafka_error_t *error;
    rd_kafka_resp_err_t code;

    memcpy(&fields[n - 2].u.mem.ptr, &rec->key, sizeof(rec->key));
    memcpy(&fields[n - 1].u.mem.ptr, &rec->value, sizeof(rec->value));
    error = rd_kafka_produceva(producer, fields, n);
    code = rd_kafka_error_code(error);
    rd_kafka_error_destroy(error);
    if (!code)
        rec->headers = NULL;
    return code;
}

/* ---- as JSON ---- */

void snt_krecord_json_bytes(snt_buffer *buf, const void *from, size_t len)
{
    const char *bytes = from;
    snt_buffer clean = {0};
    size_t valid;

    if (!bytes) {
        snt_buffer_add_string(buf, "null");
        return;
    }
    while ((valid = snt_utf8_valid(bytes, len)) < len) {
        snt_buffer_add(&clean, bytes, valid);
        snt_buffer_add_string(&clean, "\xEF\xBF\xBD");
        bytes += valid + 1;
        len -= valid + 1;
    }
    snt_buffer_add(&clean, bytes, len);
    snt_json_string(buf, clean.bytes ? clean.bytes : "", clean.len);
    buf->failed |= clean.failed;
    snt_buffer_free(&clean);
}

static void add_headers(snt_buffer *buf, const rd_kafka_headers_t *headers)
{
    const char *name;
    const void *value;
    size_t len;

    snt_buffer_add_char(buf, '[');
    for (size_t i = 0; headers; i++) {
        if (rd_kafka_header_get_all(headers, i, &name, &value, &len))
            break;
        snt_buffer_add_string(buf, i ? "," : "");
        snt_krecord_json_bytes(buf, name, strlen(name));
        snt_buffer_add_char(buf, ',');
        snt_krecord_json_bytes(buf, value, len);
    }
    snt_buffer_add_char(buf, ']');
}

void snt_krecord_json(const snt_krecord *rec, snt_buffer *buf)
{
    char where[96];

    snt_buffer_add_string(buf, "{\"headers\":");
    add_headers(buf, rec->headers);
    snt_buffer_add_string(buf, ",\"key\":");
    snt_krecord_json_bytes(buf, rec->key, rec->key_len);
    if (rec->offset >= 0) {
        snprintf(
            where, sizeof(where), ",\"offset\":%" PRId64 ",\"partition\":%d",
            rec->offset, (int)rec->partition);
        snt_buffer_add_string(buf, where);
    }
    snt_buffer_add_string(buf, ",\"payload\":");
    snt_krecord_json_bytes(buf, rec->value, rec->value_len);
    snt_buffer_add_string(buf, ",\"topic\":");
    snt_krecord_json_bytes(buf, rec->topic, strlen(rec->topic));
    if (rec->timestamp_ms > 0) {
        snprintf(where, sizeof(where), ",\"ts\":%" PRId64, rec->timestamp_ms);
        snt_buffer_add_string(buf, where);
    }
    snt_buffer_add_char(buf, '}');
}
