/*
 * enrich_commit.c - offsets, once all before them is acknowledged.
 *
 * Here at least once; exactly once is enrich_txn.c.
 */
#include "clock.h"
#include "enrich.h"
#include "enrich_crash.h"
#include "report.h"

enum { SETTLE_MS = 10000 };

void snt_commit_begin(snt_enrich *e)
{
    if (!e->in_batch)
        e->batch_since = snt_clock_now_ms(NULL);
    if (e->exactly_once && !e->in_transaction)
        snt_txn_begin(e);
}

rd_kafka_topic_partition_list_t *snt_commit_due(snt_enrich *e)
{
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new((int)e->track.n + 1);

    for (size_t i = 0; i < e->track.n; i++) {
        snt_part *part = e->track.parts[i];
        int64_t due = snt_track_due(part);

        if (due == SNT_OFFSET_NONE)
            continue;
        rd_kafka_topic_partition_list_add(
            list, snt_broker_topic(e->broker), part->partition)
            ->offset = due;
        part->sent = due;
    }
    return list;
}

static void commit_offsets(snt_enrich *e, bool wait)
{
    rd_kafka_topic_partition_list_t *list = snt_commit_due(e);
    rd_kafka_resp_err_t code;

    e->in_batch = 0;
    e->batch_since = snt_clock_now_ms(NULL);
    if (!list->cnt) {
        rd_kafka_topic_partition_list_destroy(list);
        return;
    }
    SNT_CRASH_POINT("before-commit");
    e->committing = !wait;
    code = rd_kafka_commit(e->consumer, list, !wait);
    if (code) {
        e->committing = false;
        e->counts.commit_failures++;
        snt_report("offsets not committed: %s", rd_kafka_err2str(code));
    }
    SNT_CRASH_POINT("after-commit");
    rd_kafka_topic_partition_list_destroy(list);
}

/* A transaction is due when it is full or old; offsets alone also when
 * reports have come after the last commit. */
static bool is_due(const snt_enrich *e)
{
    bool old = snt_clock_now_ms(NULL) - e->batch_since >= e->opts->batch_ms;

    return e->in_batch >= e->opts->batch ||
           (old && (e->in_batch || !e->exactly_once));
}

void snt_commit_if_due(snt_enrich *e)
{
    if (e->must_rewind || snt_enrich_failed(e) || e->opts->dry_run ||
        !is_due(e))
        return;
    if (e->in_transaction)
        snt_txn_commit(e);
    else if (!e->exactly_once && !e->committing)
        commit_offsets(e, false);
}

void snt_commit_now(snt_enrich *e)
{
    if (e->must_rewind || e->opts->dry_run)
        return;
    if (e->exactly_once) {
        if (e->in_transaction)
            snt_txn_commit(e);
        return;
    }
    if (!snt_sink_flush(e, SETTLE_MS))
        snt_report("not all was acknowledged in time; the rest is read again");
    /* A broker that is away is not waited for any longer. */
    commit_offsets(e, !snt_enrich_is_late(e));
}
