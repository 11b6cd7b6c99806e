/*
 * enrich_source.c - the records that the consumer gives out.
 *
 * They are polled one at a time: librdkafka's calls for many at once skip some
 * of them around rebalances and seeks up to 2.1.0 (its CHANGELOG.md).
 */
#include "clock.h"
#include "enrich.h"
#include "error.h"
#include "report.h"

enum { FULL_MS = 1000 };

/* What the broker says instead of a record. */
static void hear(snt_enrich *e, const rd_kafka_message_t *m)
{
    snt_part *part;

    switch (m->err) {
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
        part = snt_track_part(&e->track, m->partition);
        if (part && part->assigned) {
            snt_track_at_end(part, m->offset, snt_clock_now_ms(NULL));
            part->finished |= e->opts->once || m->offset >= part->end;
        }
        break;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
    case RD_KAFKA_RESP_ERR__FATAL:
        snt_fail(&e->error, SENTIMENT_ESTATE, "%s", rd_kafka_message_errstr(m));
        break;
    case RD_KAFKA_RESP_ERR__TRANSPORT: /* the broker's callback has said so */
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR__RESOLVE:
        break;
    default:
        snt_report("%s", rd_kafka_message_errstr(m));
    }
}

/* A batch of records that cannot be read at all is one dead letter. */
static bool is_unreadable(const rd_kafka_message_t *m)
{
    return m->offset >= 0 && (m->err == RD_KAFKA_RESP_ERR__BAD_COMPRESSION ||
                              m->err == RD_KAFKA_RESP_ERR__BAD_MSG ||
                              m->err == RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED);
}

static snt_record *read_record(const snt_enrich *e, const rd_kafka_message_t *m)
{
    snt_record *rec;

    if (!m->err)
        return snt_recipe_read(&e->recipe, m->payload, m->len);
    rec = snt_record_new("", 0);
    return rec ? snt_record_fail(
                     rec, "cannot be unpacked: %.90s",
                     rd_kafka_message_errstr(m))
               : NULL;
}

static void queue(snt_enrich *e, snt_held *held)
{
    if (e->line)
        e->line_end->behind = held;
    else
        e->line = held;
    e->line_end = held;
    if (!e->unpushed)
        e->unpushed = held;
}

/* The offset that is to be read next. */
static int64_t position(
    snt_enrich *e, const snt_part *part, rd_kafka_topic_partition_list_t *list)
{
    if (part->tail)
        return part->tail->offset + 1;
    if (part->next != SNT_OFFSET_NONE)
        return part->next;
    if (part->resume != SNT_OFFSET_NONE)
        return part->resume;
    return rd_kafka_committed(e->consumer, list, -1) ? SNT_OFFSET_NONE
                                                     : list->elems[0].offset;
}

/* A batch that cannot be unpacked comes again and again, with the offset of
 * its first record, until its last one is passed. So it is gone through one
 * offset after the other, and each is a dead letter. */
static void step_over(
    snt_enrich *e, const snt_part *part, rd_kafka_message_t *m)
{
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_t *place = rd_kafka_topic_partition_list_add(
        list, snt_broker_topic(e->broker), part->partition);
    int64_t next = position(e, part, list);

    if (m->offset < next)
        m->offset = next;
    place->offset = m->offset + 1;
    rd_kafka_error_destroy(rd_kafka_seek_partitions(e->consumer, list, -1));
    rd_kafka_topic_partition_list_destroy(list);
}

/* True when the message is in hand, and not the caller's any more. */
static bool take(snt_enrich *e, rd_kafka_message_t *m)
{
    snt_part *part = snt_track_part(&e->track, m->partition);
    snt_record *record;
    snt_held *held;

    if (!part || !part->assigned || part->finished)
        return false;
    if (m->err)
        step_over(e, part, m);
    if (m->offset >= part->end) {
        part->finished = true;
        return false;
    }
    record = read_record(e, m);
    /* Until it is acknowledged: the record, its text, what it becomes. */
    held = record ? snt_track_take(
                        &e->track, part, m->offset,
                        2 * (m->len + m->key_len) + 512, m)
                  : NULL;
    if (!held) {
        snt_record_free(record);
        snt_fail_memory(&e->error);
        return false;
    }
    held->record = record;
    part->finished = m->offset + 1 >= part->end;
    queue(e, held);
    e->counts.fetched++;
    return true;
}

bool snt_source_take(snt_enrich *e, int timeout_ms)
{
    rd_kafka_message_t *m = rd_kafka_consumer_poll(e->consumer, timeout_ms);

    if (!m)
        return false;
    if (m->err && !is_unreadable(m)) {
        hear(e, m);
        rd_kafka_message_destroy(m);
        return true;
    }
    if (!take(e, m))
        rd_kafka_message_destroy(m);
    return true;
}

/* ---- without room ---- */

void snt_source_stay_alive(snt_enrich *e, bool has_room)
{
    uint64_t now = snt_clock_now_ms(NULL);

    if (has_room) {
        e->full_since = 0;
        if (e->paused)
            snt_group_pause(e, false);
        return;
    }
    if (!e->full_since)
        e->full_since = now;
    if (!e->paused && now - e->full_since > FULL_MS)
        snt_group_pause(e, true);
    if (e->paused)
        snt_source_take(e, 0);
}
