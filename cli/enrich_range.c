/* enrich_range.c - --from, --until, --once: where partitions begin and end. */
#include <time.h>

#include "enrich.h"
#include "error.h"
#include "report.h"
#include "stop.h"

enum { ANSWER_MS = 10000, NAP_MS = 100, TRIES = 100 };

/* The offsets of the place in each partition. A time after the last record is
 * the partition's end. */
static rd_kafka_resp_err_t ask(
    const snt_enrich *e, const snt_place *place,
    rd_kafka_topic_partition_list_t *list)
{
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
    int64_t low, high;

    for (int i = 0; i < list->cnt; i++)
        list->elems[i].offset = place->value;
    if (place->kind == SNT_PLACE_TIME)
        code = rd_kafka_offsets_for_times(e->consumer, list, ANSWER_MS);
    for (int i = 0; i < list->cnt && !code; i++) {
        rd_kafka_topic_partition_t *at = &list->elems[i];
        bool is_known = place->kind == SNT_PLACE_OFFSET ||
                        (place->kind == SNT_PLACE_TIME && at->offset >= 0);

        if (is_known)
            continue;
        code = rd_kafka_query_watermark_offsets(
            e->consumer, at->topic, at->partition, &low, &high, ANSWER_MS);
        at->offset = place->kind == SNT_PLACE_BEGIN ? low : high;
    }
    return code;
}

/* The same, asked again while partitions have no leader, as those of a topic
 * that was just made; false after a failure. */
static bool resolve(
    snt_enrich *e, const snt_place *place,
    rd_kafka_topic_partition_list_t *list)
{
    const struct timespec nap = {0, NAP_MS * 1000000L};
    rd_kafka_resp_err_t code = ask(e, place, list);

    for (int i = 0; code && i < TRIES && !snt_stop_signal(); i++) {
        if (code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
            break;
        nanosleep(&nap, NULL);
        code = ask(e, place, list);
    }
    if (code)
        snt_broker_fail(&e->error, "offsets cannot be asked for", code);
    return !code;
}

/* The group's offset becomes what --from says, so that a restart goes on from
 * where this run has come to. */
static void set_begin(snt_enrich *e, rd_kafka_topic_partition_list_t *list)
{
    rd_kafka_resp_err_t code;

    if (!resolve(e, &e->from, list) || e->opts->dry_run)
        return;
    code = rd_kafka_commit(e->consumer, list, 0);
    if (code)
        snt_broker_fail(&e->error, "--from", code);
}

static void set_end(snt_enrich *e, const rd_kafka_topic_partition_list_t *list)
{
    static const snt_place at_end = {SNT_PLACE_END, 0};
    rd_kafka_topic_partition_list_t *ends =
        rd_kafka_topic_partition_list_copy(list);
    bool found = resolve(e, e->until.kind ? &e->until : &at_end, ends);

    for (int i = 0; i < ends->cnt && found; i++)
        snt_track_part(&e->track, ends->elems[i].partition)->end =
            ends->elems[i].offset;
    rd_kafka_topic_partition_list_destroy(ends);
}

/* A partition that begins where it ends is finished before it begins. */
static void finish_empty(
    snt_enrich *e, const rd_kafka_topic_partition_list_t *list)
{
    for (int i = 0; i < list->cnt; i++) {
        snt_part *part = snt_track_part(&e->track, list->elems[i].partition);

        part->finished = part->end == 0 || (list->elems[i].offset >= 0 &&
                                            list->elems[i].offset >= part->end);
    }
}

void snt_enrich_set_range(
    snt_enrich *e, rd_kafka_topic_partition_list_t *partitions)
{
    bool first = !e->assigned;

    if (!partitions->cnt)
        return;
    if (e->opts->once || e->until.kind)
        set_end(e, partitions);
    if (first && e->from.kind && !snt_enrich_failed(e))
        set_begin(e, partitions);
    finish_empty(e, partitions);
}

bool snt_enrich_is_finished(const snt_enrich *e)
{
    if (!e->assigned || !(e->opts->once || e->until.kind))
        return false;
    for (size_t i = 0; i < e->track.n; i++)
        if (e->track.parts[i]->assigned && !e->track.parts[i]->finished)
            return false;
    return true;
}
