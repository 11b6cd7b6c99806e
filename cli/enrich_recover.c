/*
 * enrich_recover.c - after a failure, back to what is known to be done.
 *
 * Everything in hand becomes stale at once; the consumer is set back where no
 * record can be missed, before it gives out another one.
 */
#include "clock.h"
#include "enrich.h"
#include "error.h"
#include "report.h"
#include "stop.h"

enum { ANSWER_MS = 10000, FIRST_WAIT_MS = 100, LONGEST_WAIT_MS = 5000 };

void snt_recover_ask(snt_enrich *e, bool replace_producer)
{
    e->must_rewind = true;
    e->must_replace |= replace_producer;
    for (size_t i = 0; i < e->track.n; i++)
        snt_track_renew(&e->track, e->track.parts[i]);
}

/* A new one, which ends whatever transaction the old one has left. */
static void replace_producer(snt_enrich *e)
{
    sentiment_error err;

    snt_sink_close(e);
    if (snt_sink_open(e, &err) != SENTIMENT_OK)
        e->error = err;
    else if (e->exactly_once && snt_txn_init(e, &err) != SENTIMENT_OK)
        e->error = err;
}

static rd_kafka_topic_partition_list_t *assigned(const snt_enrich *e)
{
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new((int)e->track.n + 1);

    for (size_t i = 0; i < e->track.n; i++)
        if (e->track.parts[i]->assigned)
            rd_kafka_topic_partition_list_add(
                list, snt_broker_topic(e->broker),
                e->track.parts[i]->partition);
    return list;
}

/* What the group has committed: the outcome of the last transaction may be
 * known to the broker only. False when the run is to end instead. */
static bool ask_committed(snt_enrich *e, rd_kafka_topic_partition_list_t *list)
{
    rd_kafka_resp_err_t code;

    while ((code = rd_kafka_committed(e->consumer, list, ANSWER_MS))) {
        snt_report(
            "committed offsets cannot be asked for: %s; trying again",
            rd_kafka_err2str(code));
        if (snt_stop_signal())
            return false;
        snt_sink_poll(e, FIRST_WAIT_MS);
    }
    for (int i = 0; i < list->cnt; i++) {
        snt_part *part = snt_track_part(&e->track, list->elems[i].partition);

        if (list->elems[i].offset < 0)
            list->elems[i].offset = part->origin;
        else
            part->committed = list->elems[i].offset;
    }
    return true;
}

static void take_resume(snt_enrich *e, rd_kafka_topic_partition_list_t *list)
{
    for (int i = 0; i < list->cnt; i++)
        list->elems[i].offset =
            snt_track_part(&e->track, list->elems[i].partition)->resume;
}

/* Partitions of which nothing was taken have nothing to go back to. */
static void drop_unknown(rd_kafka_topic_partition_list_t *list)
{
    for (int i = list->cnt; i-- > 0;)
        if (list->elems[i].offset < 0)
            rd_kafka_topic_partition_list_del_by_idx(list, i);
}

static void seek(snt_enrich *e, rd_kafka_topic_partition_list_t *list)
{
    /* Without a limit: up to 2.0.2 it is 1000 times shorter than asked. */
    rd_kafka_error_t *error = rd_kafka_seek_partitions(e->consumer, list, -1);
    rd_kafka_resp_err_t code = error ? rd_kafka_error_code(error) : 0;

    rd_kafka_error_destroy(error);
    for (int i = 0; i < list->cnt && !code; i++)
        code = list->elems[i].err;
    if (code)
        snt_broker_fail(&e->error, "partitions cannot be read again", code);
}

static void rewind_partitions(snt_enrich *e)
{
    rd_kafka_topic_partition_list_t *list = assigned(e);
    bool known = true;

    if (e->exactly_once && list->cnt)
        known = ask_committed(e, list);
    else
        take_resume(e, list);
    drop_unknown(list);
    if (known && list->cnt)
        seek(e, list);
    rd_kafka_topic_partition_list_destroy(list);
}

/* So that a broker that fails at once is not asked without pause. */
static void wait_a_little(snt_enrich *e)
{
    uint32_t ms = LONGEST_WAIT_MS;

    if (e->setbacks < 6)
        ms = (uint32_t)FIRST_WAIT_MS << e->setbacks;
    if (e->setbacks++ == 0)
        return;
    for (uint64_t until = snt_clock_now_ms(NULL) + ms;
         snt_clock_now_ms(NULL) < until && !snt_stop_signal();)
        snt_sink_poll(e, FIRST_WAIT_MS);
}

void snt_recover_if_asked(snt_enrich *e)
{
    if (!e->must_rewind || snt_enrich_failed(e))
        return;
    if (e->producer && rd_kafka_fatal_error(e->producer, NULL, 0))
        e->must_replace = true;
    wait_a_little(e);
    if (e->must_replace && e->exactly_once && snt_txn_is_lost(e))
        return;
    if (e->must_replace)
        replace_producer(e);
    e->must_replace = false;
    e->counts.rewinds++;
    if (!snt_enrich_failed(e))
        rewind_partitions(e);
    e->in_batch = 0;
    e->must_rewind = false;
}
