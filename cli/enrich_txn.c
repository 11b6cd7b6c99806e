/*
 * enrich_txn.c - results, dead letters and offsets in one transaction.
 *
 * The rule that every case needs: all reports are in before the offsets are
 * sent, and a producer whose transaction has failed is never used again.
 * librdkafka (2.0.2 to 2.16.0) otherwise gives sequence numbers of purged
 * batches out again; the broker takes the new batch for the old one, and a
 * transaction commits without its records.
 */
#include "clock.h"
#include "enrich.h"
#include "enrich_crash.h"
#include "error.h"
#include "report.h"
#include "stop.h"

enum { CALL_MS = 5000, TRIES = 6, FLUSH_STEP_MS = 1000, FLUSH_STEPS = 120 };

static bool is_fenced(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR__FENCED ||
           code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
           code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
}

static bool is_refused(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED ||
           code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
           code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED ||
           code == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED ||
           code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID ||
           code == RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT;
}

/* Takes the error. True: the same call may be made again. */
static bool may_try_again(
    snt_enrich *e, rd_kafka_error_t *error, const char *what)
{
    rd_kafka_resp_err_t code = rd_kafka_error_code(error);
    bool again = rd_kafka_error_is_retriable(error) &&
                 !rd_kafka_error_txn_requires_abort(error) &&
                 code != RD_KAFKA_RESP_ERR__CONFLICT;
    char detail[SNT_BROKER_LINE];

    if (is_fenced(code))
        snt_fail(
            &e->error, SENTIMENT_ESTATE,
            "fenced: another producer has taken the transactional id %s, or "
            "the transaction took too long; instances on one host need an "
            "--instance-id each",
            e->transactional_id);
    else if (is_refused(code))
        snt_fail(
            &e->error, SENTIMENT_ESTATE, "%s: %s", what,
            snt_broker_take_detail(e->broker, detail)
                ? detail
                : rd_kafka_error_string(error));
    else if (!again)
        snt_report("%s: %s", what, rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
    return again && !snt_enrich_failed(e);
}

sentiment_status snt_txn_init(snt_enrich *e, sentiment_error *err)
{
    rd_kafka_error_t *error;

    while ((error = rd_kafka_init_transactions(e->producer, CALL_MS))) {
        bool again = may_try_again(e, error, "transactions cannot begin");

        rd_kafka_poll(e->producer, 0);
        if (again && !snt_stop_signal())
            continue;
        if (snt_enrich_failed(e))
            *err = e->error;
        else
            snt_fail(err, SENTIMENT_EIO, "transactions cannot begin");
        return err->status;
    }
    snt_broker_seen(e->broker);
    return SENTIMENT_OK;
}

void snt_txn_begin(snt_enrich *e)
{
    rd_kafka_error_t *error = rd_kafka_begin_transaction(e->producer);

    if (error) {
        may_try_again(e, error, "a transaction cannot begin");
        snt_recover_ask(e, true);
        return;
    }
    e->in_transaction = true;
    SNT_CRASH_POINT("begin");
}

/* Whether the transaction can only be given up. Asking so changes nothing in
 * it, and tells what has become of it. */
static bool is_broken(snt_enrich *e)
{
    rd_kafka_error_t *error = rd_kafka_begin_transaction(e->producer);
    bool broken = rd_kafka_error_txn_requires_abort(error) ||
                  rd_kafka_error_is_fatal(error);

    rd_kafka_error_destroy(error);
    return broken;
}

/* A broken transaction reports nothing more of what it has not sent. */
static bool flush(snt_enrich *e)
{
    for (int i = 0; i < FLUSH_STEPS; i++) {
        if (snt_sink_flush(e, FLUSH_STEP_MS))
            return true;
        if (e->must_rewind || snt_enrich_is_late(e) || is_broken(e))
            return false;
        snt_broker_doubt(e->broker, e->producer);
    }
    return false;
}

/* A call that is retried without end: librdkafka 2.16.1 answers so when it has
 * forgotten the coordinator. A new producer then finds out what is committed.
 */
static bool goes_on(snt_enrich *e, int tries)
{
    snt_sink_poll(e, 0);
    snt_broker_doubt(e->broker, e->producer);
    if (tries < TRIES && !snt_enrich_is_late(e))
        return true;
    snt_report(
        "a transaction cannot be ended; what was committed is asked for");
    return false;
}

static bool send_offsets(snt_enrich *e)
{
    rd_kafka_consumer_group_metadata_t *member =
        rd_kafka_consumer_group_metadata(e->consumer);
    rd_kafka_topic_partition_list_t *list = snt_commit_due(e);
    rd_kafka_error_t *error;
    int tries = 0;
    bool again;

    do {
        error = rd_kafka_send_offsets_to_transaction(
            e->producer, list, member, CALL_MS);
        again = error && may_try_again(e, error, "offsets");
    } while (again && goes_on(e, ++tries));
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_consumer_group_metadata_destroy(member);
    return !error;
}

static bool commit(snt_enrich *e)
{
    rd_kafka_error_t *error;
    int tries = 0;
    bool again;

    do {
        error = rd_kafka_commit_transaction(e->producer, CALL_MS);
        again = error && may_try_again(e, error, "transaction");
    } while (again && goes_on(e, ++tries));
    return !error;
}

static void settle(snt_enrich *e, uint64_t took_us)
{
    uint64_t now = snt_clock_now_ms(NULL);

    e->in_transaction = false;
    e->in_batch = 0;
    e->counts.commits++;
    snt_histogram_observe(&e->counts.transaction, took_us);
    for (size_t i = 0; i < e->track.n; i++) {
        snt_part *part = e->track.parts[i];

        if (part->sent != SNT_OFFSET_NONE) {
            part->committed = part->sent;
            part->moved_ms = now;
        }
        part->sent = SNT_OFFSET_NONE;
    }
    snt_broker_seen(e->broker);
}

void snt_txn_commit(snt_enrich *e)
{
    uint64_t begun = snt_clock_now_us();

    SNT_CRASH_POINT("before-flush");
    if (!flush(e) && !e->must_rewind) {
        snt_report("a transaction's records were not acknowledged");
        snt_recover_ask(e, true);
    }
    if (e->must_rewind) /* a report has failed */
        return;
    SNT_CRASH_POINT("before-offsets");
    if (!send_offsets(e)) {
        e->counts.commit_failures++;
        snt_recover_ask(e, true);
        return;
    }
    SNT_CRASH_POINT("before-commit");
    if (!commit(e)) {
        e->counts.commit_failures++;
        snt_recover_ask(e, true);
        return;
    }
    SNT_CRASH_POINT("after-commit");
    settle(e, snt_clock_now_us() - begun);
}

bool snt_txn_is_lost(snt_enrich *e)
{
    rd_kafka_error_t *error = rd_kafka_begin_transaction(e->producer);
    rd_kafka_resp_err_t code = rd_kafka_error_code(error);
    bool lost = is_fenced(code) || is_refused(code);
    bool speaks =
        lost || (e->must_explain && rd_kafka_error_txn_requires_abort(error));

    e->must_explain = false;
    if (speaks)
        may_try_again(e, error, "transaction");
    else
        rd_kafka_error_destroy(error);
    return lost;
}

void snt_txn_abandon(snt_enrich *e)
{
    if (!e->in_transaction)
        return;
    rd_kafka_purge(
        e->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_error_destroy(rd_kafka_abort_transaction(e->producer, CALL_MS));
    e->in_transaction = false;
}
