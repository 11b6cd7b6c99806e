/* letter.c - see letter.h. */
#include "letter.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "place.h"

/* The number in a header, or -1. */
static int64_t number(const snt_krecord *record, const char *name)
{
    const char *text = snt_krecord_header(record, name);
    char *end;
    long long value;

    if (!text || *text < '0' || *text > '9')
        return -1;
    value = strtoll(text, &end, 10);
    return *end ? -1 : value;
}

snt_letter snt_letter_of(const snt_krecord *record)
{
    const char *time = snt_krecord_header(record, SNT_HEADER_TIME);
    int64_t partition = number(record, SNT_HEADER_PARTITION);
    int64_t bytes = number(record, SNT_HEADER_BYTES);
    snt_letter letter = {
        .record = *record,
        .reason = snt_krecord_header(record, SNT_HEADER_ERROR),
        .source = snt_krecord_header(record, SNT_HEADER_TOPIC),
        .source_partition = partition > INT32_MAX ? -1 : (int32_t)partition,
        .source_offset = number(record, SNT_HEADER_OFFSET),
        .headers_only = !record->value && bytes >= 0,
        .bytes = record->value ? record->value_len : 0};

    if (letter.headers_only)
        letter.bytes = (uint64_t)bytes;
    if (time && !snt_time_parse(time, &letter.time_ms))
        letter.time_ms = 0;
    return letter;
}

bool snt_letter_matches(
    const snt_letter *letter, const snt_letter_filter *filter)
{
    if (filter->reason &&
        !(letter->reason && strcasestr(letter->reason, filter->reason)))
        return false;
    if (filter->source_partition >= 0 &&
        letter->source_partition != filter->source_partition)
        return false;
    if (!letter->time_ms)
        return !filter->from_ms && !filter->until_ms;
    return (!filter->from_ms || letter->time_ms >= filter->from_ms) &&
           (!filter->until_ms || letter->time_ms < filter->until_ms);
}

/* A member that is null when it is not known. */
static void add_bytes(
    snt_json_object *object, const char *key, const void *bytes, size_t len)
{
    snt_buffer value = {0};

    snt_krecord_json_bytes(&value, bytes, len);
    if (!value.failed)
        snt_json_add_raw(object, key, strlen(key), value.bytes, value.len);
    object->bytes.failed |= value.failed;
    snt_buffer_free(&value);
}

static void add_string(
    snt_json_object *object, const char *key, const char *value)
{
    add_bytes(object, key, value, value ? strlen(value) : 0);
}

static void add_number(snt_json_object *object, const char *key, int64_t value)
{
    if (value < 0)
        snt_json_add_null(object, key);
    else
        snt_json_add_uint(object, key, (uint64_t)value);
}

void snt_letter_id(const snt_letter *letter, char id[SNT_LETTER_ID])
{
    snprintf(
        id, SNT_LETTER_ID, "%d:%" PRId64, (int)letter->record.partition,
        letter->record.offset);
}

void snt_letter_json(const snt_letter *letter, snt_buffer *buf)
{
    const snt_krecord *rec = &letter->record;
    snt_json_object object = {0};
    char id[SNT_LETTER_ID], time[SNT_TIME];

    snt_json_add_uint(&object, "bytes", letter->bytes);
    add_string(&object, "error", letter->reason);
    snt_json_add_bool(&object, "headers_only", letter->headers_only);
    snt_letter_id(letter, id);
    add_string(&object, "id", id);
    add_bytes(&object, "key", rec->key, rec->key_len);
    add_string(&object, "source", letter->source);
    add_number(&object, "source_offset", letter->source_offset);
    add_number(&object, "source_partition", letter->source_partition);
    if (letter->time_ms)
        snt_time_format(time, letter->time_ms);
    add_string(&object, "time", letter->time_ms ? time : NULL);
    add_string(&object, "topic", rec->topic);
    snt_json_end(&object, buf);
    snt_json_free(&object);
}
