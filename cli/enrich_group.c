/*
 * enrich_group.c - the consumer as a member of its group: it joins, partitions
 * are given and taken away, it leaves.
 */
#include <string.h>

#include "clock.h"
#include "enrich.h"
#include "error.h"
#include "report.h"

enum { COOPERATIVE_SAFE = 0x020300ff };
enum { LEAVE_MS = 5000, LEAVE_STEP_MS = 100 };

static void forget(snt_enrich *e, const rd_kafka_topic_partition_list_t *list)
{
    for (int i = 0; i < list->cnt; i++) {
        snt_part *part = snt_track_part(&e->track, list->elems[i].partition);

        if (part)
            snt_track_revoke(&e->track, part);
    }
}

static void adopt(snt_enrich *e, rd_kafka_topic_partition_list_t *list)
{
    uint64_t now = snt_clock_now_ms(NULL);

    for (int i = 0; i < list->cnt; i++) {
        snt_part *part = snt_track_part(&e->track, list->elems[i].partition);

        if (!part) {
            snt_fail_memory(&e->error);
            return;
        }
        snt_track_assign(&e->track, part, now);
    }
    snt_enrich_set_range(e, list);
    e->assigned = true;
}

void snt_group_pause(snt_enrich *e, bool pause)
{
    rd_kafka_topic_partition_list_t *list = NULL;

    if (rd_kafka_assignment(e->consumer, &list))
        return;
    if (pause)
        rd_kafka_pause_partitions(e->consumer, list);
    else
        rd_kafka_resume_partitions(e->consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
    e->paused = pause;
}

/* Only partitions named in the list change hands under a cooperative
 * protocol; under an eager one the list is all of them. */
static void hand_over(
    rd_kafka_t *rk, bool assign, rd_kafka_topic_partition_list_t *list)
{
    bool cooperative = !strcmp(rd_kafka_rebalance_protocol(rk), "COOPERATIVE");

    if (cooperative && assign)
        rd_kafka_error_destroy(rd_kafka_incremental_assign(rk, list));
    else if (cooperative)
        rd_kafka_error_destroy(rd_kafka_incremental_unassign(rk, list));
    else
        rd_kafka_assign(rk, assign ? list : NULL);
}

/* Runs inside rd_kafka_consumer_poll and _close, on the thread of the run. */
static void on_rebalance(
    rd_kafka_t *rk, rd_kafka_resp_err_t code,
    rd_kafka_topic_partition_list_t *list, void *opaque)
{
    snt_enrich *e = snt_broker_owner(opaque);
    bool assign = code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;

    e->counts.rebalances++;
    /* A partition that leaves paused comes back paused. */
    if (e->paused)
        snt_group_pause(e, false);
    if (assign) {
        adopt(e, list);
    } else if (rd_kafka_assignment_lost(rk)) {
        /* Someone else has them already: what is not committed is theirs. */
        snt_report("partitions lost; their records are read by another");
        if (e->in_transaction)
            snt_recover_ask(e, true);
    } else {
        snt_commit_now(e);
    }
    if (!assign)
        forget(e, list);
    hand_over(rk, assign, list);
}

/* The outcome of a commit that nobody waited for. */
static void on_commit(
    rd_kafka_t *rk, rd_kafka_resp_err_t code,
    rd_kafka_topic_partition_list_t *list, void *opaque)
{
    snt_enrich *e = snt_broker_owner(opaque);

    (void)rk;
    e->committing = false;
    if (code)
        e->counts.commit_failures++;
    else
        e->counts.commits++;
    for (int i = 0; list && i < list->cnt; i++) {
        snt_part *part = snt_track_part(&e->track, list->elems[i].partition);

        if (!part || !part->assigned || part->sent != list->elems[i].offset)
            continue;
        if (!code && !list->elems[i].err)
            part->committed = part->sent;
        part->sent = SNT_OFFSET_NONE;
    }
}

static sentiment_status check_strategy(
    const snt_enrich *e, const rd_kafka_conf_t *conf, sentiment_error *err)
{
    char strategy[128] = "";
    size_t size = sizeof(strategy);

    (void)e;
    rd_kafka_conf_get(conf, "partition.assignment.strategy", strategy, &size);
    if (strstr(strategy, "cooperative") &&
        rd_kafka_version() < COOPERATIVE_SAFE)
        return snt_fail(
            err, SENTIMENT_EINVAL,
            "librdkafka %s can crash with cooperative-sticky; 2.3.0 or newer "
            "is safe: make deps RDKAFKA=source",
            rd_kafka_version_str());
    return SENTIMENT_OK;
}

static rd_kafka_t *open_consumer(snt_enrich *e, sentiment_error *err)
{
    const snt_broker_setting settings[] = {
        {"group.id", e->opts->group, true},
        {"enable.auto.commit", "false", true},
        {"enable.auto.offset.store", "false", true},
        {"isolation.level", "read_committed", true},
        {"enable.partition.eof", "true", true},
        {"auto.offset.reset", "earliest", false},
        {"queued.max.messages.kbytes", "16384", false},
        {e->opts->instance_id ? "group.instance.id" : NULL,
         e->opts->instance_id, true},
        {0}};
    rd_kafka_conf_t *conf =
        snt_broker_conf(e->broker, RD_KAFKA_CONSUMER, settings, err);

    if (!conf)
        return NULL;
    if (check_strategy(e, conf, err) != SENTIMENT_OK) {
        rd_kafka_conf_destroy(conf);
        return NULL;
    }
    rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
    rd_kafka_conf_set_offset_commit_cb(conf, on_commit);
    return snt_broker_client(e->broker, RD_KAFKA_CONSUMER, conf, err);
}

/* A dry run reads all partitions, and is no member of the group: it would
 * take partitions away from those that work. */
static sentiment_status assign_all(snt_enrich *e, sentiment_error *err)
{
    const char *topic = snt_broker_topic(e->broker);
    rd_kafka_topic_t *handle = rd_kafka_topic_new(e->consumer, topic, NULL);
    const struct rd_kafka_metadata *found;
    rd_kafka_topic_partition_list_t *list;
    rd_kafka_resp_err_t code =
        rd_kafka_metadata(e->consumer, 0, handle, &found, 10000);

    rd_kafka_topic_destroy(handle);
    if (code)
        return snt_broker_fail(err, topic, code);
    list = rd_kafka_topic_partition_list_new(found->topics[0].partition_cnt);
    for (int i = 0; i < found->topics[0].partition_cnt; i++)
        rd_kafka_topic_partition_list_add(
            list, topic, found->topics[0].partitions[i].id)
            ->offset = RD_KAFKA_OFFSET_STORED;
    rd_kafka_metadata_destroy(found);
    adopt(e, list);
    rd_kafka_assign(e->consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
    return SENTIMENT_OK;
}

static void free_message(void *message)
{
    rd_kafka_message_destroy(message);
}

sentiment_status snt_group_join(snt_enrich *e, sentiment_error *err)
{
    rd_kafka_topic_partition_list_t *list;
    rd_kafka_resp_err_t code;

    e->track.free_message = free_message;
    e->consumer = open_consumer(e, err);
    if (!e->consumer)
        return err->status;
    rd_kafka_poll_set_consumer(e->consumer);
    if (e->opts->dry_run)
        return assign_all(e, err);
    list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(
        list, snt_broker_topic(e->broker), RD_KAFKA_PARTITION_UA);
    code = rd_kafka_subscribe(e->consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
    return code ? snt_broker_fail(err, snt_broker_topic(e->broker), code)
                : SENTIMENT_OK;
}

/* Closing waits for the broker, and would do so for ever: here for LEAVE_MS
 * after the time to drain is over. */
void snt_group_leave(snt_enrich *e)
{
    int left = LEAVE_MS;
    rd_kafka_queue_t *queue;

    if (!e->consumer)
        return;
    queue = rd_kafka_queue_new(e->consumer);
    rd_kafka_error_destroy(rd_kafka_consumer_close_queue(e->consumer, queue));
    while (!rd_kafka_consumer_closed(e->consumer) && left > 0) {
        rd_kafka_message_t *m = rd_kafka_consume_queue(queue, LEAVE_STEP_MS);

        if (m)
            rd_kafka_message_destroy(m);
        if (snt_enrich_is_late(e))
            left -= LEAVE_STEP_MS;
    }
    rd_kafka_queue_destroy(queue);
}

void snt_group_destroy(snt_enrich *e)
{
    /* One that could not be closed would wait here for the broker too: the
     * process ends without. */
    if (e->consumer && rd_kafka_consumer_closed(e->consumer))
        rd_kafka_destroy(e->consumer);
    e->consumer = NULL;
}
