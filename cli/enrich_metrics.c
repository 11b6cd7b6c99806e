/*
 * enrich_metrics.c - --metrics: what the run has come to, as Prometheus reads
 * it, and which partition stands still. docs/enrich.md has the list; names
 * never change meaning.
 */
#include <stdio.h>
#include <time.h>

#include "clock.h"
#include "enrich.h"
#include "error.h"
#include "prometheus.h"
#include "prometheus_parts.h"
#include "report.h"
#include "scrape.h"

/* A stall is longer than the time between two posts. */
enum {
    EVERY_MS = 1000,
    STALL_SECONDS = 60,
    STALL_LEAST = 2,
    STALL_MOST = 1 << 20
};

sentiment_status snt_enrich_metrics_open(snt_enrich *e, sentiment_error *err)
{
    const snt_enrich_options *opts = e->opts;
    uint32_t seconds =
        opts->stall_seconds ? opts->stall_seconds : STALL_SECONDS;

    e->started_s = (uint64_t)time(NULL);
    if (!opts->metrics)
        return opts->stall_seconds ? snt_fail(
                                         err, SENTIMENT_EINVAL,
                                         "--stall-seconds needs --metrics")
                                   : SENTIMENT_OK;
    if (seconds < STALL_LEAST || seconds > STALL_MOST)
        return snt_fail(
            err, SENTIMENT_EINVAL, "--stall-seconds: expected %d to %d",
            STALL_LEAST, STALL_MOST);
    if (snt_scrape_open(&e->scrape, opts->metrics, 1000 * seconds, err) !=
        SENTIMENT_OK)
        return snt_fail_within(err, err->status, "--metrics");
    snt_report("metrics: http://%s/metrics", snt_scrape_address(e->scrape));
    return SENTIMENT_OK;
}

/* ---- what is counted ---- */

static void add_records(const snt_enrich *e, snt_buffer *buf)
{
    static const char name[] = "sentiment_enrich_records_total";

    snt_prometheus_family(buf, name, "counter", "Results produced, by label");
    for (size_t i = 0; i < sentiment_classifier_n_labels(e->clf); i++) {
        const snt_prometheus_label labels[] = {
            {"label", sentiment_classifier_label(e->clf, i)}, {NULL, NULL}};

        snt_prometheus_uint(buf, name, labels, e->counts.labels[i]);
    }
}

static void add_counts(const snt_enrich *e, snt_buffer *buf)
{
    const snt_enrich_counts *c = &e->counts;
    const struct {
        const char *name, *help;
        uint64_t value;
    } rows[] = {
        {"fetched_total", "Records fetched, again ones too", c->fetched},
        {"dead_letters_total", "Records that became dead letters", c->dead},
        {"dead_letter_stubs_total",
         "Dead letters without their value, which was too large", c->stubs},
        {"dropped_total", "Records in hand that were dropped, to be read again",
         c->dropped},
        {"delivery_failures_total", "Reports that a record was not delivered",
         c->failed_reports},
        {"rewinds_total", "Times that partitions were read again", c->rewinds},
        {"producers_total",
         "Producers opened: one, and one for each that had "
         "to be replaced",
         c->producers},
        {"rebalances_total", "Partitions given or taken away", c->rebalances},
        {"commits_total", "Commits of offsets that succeeded", c->commits},
        {"commit_failures_total", "Commits that failed", c->commit_failures},
        {"broker_errors_total", "Errors that librdkafka reported",
         snt_broker_errors(e->broker)}};
    char name[64];

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        snprintf(name, sizeof(name), "sentiment_enrich_%s", rows[i].name);
        snt_prometheus_counter(buf, name, rows[i].help, rows[i].value);
    }
}

/* ---- what is the case now ---- */

static void add_partitions(
    const snt_enrich *e, snt_buffer *buf, const char *name, const char *help,
    uint64_t (*value)(const snt_enrich *e, const snt_part *part))
{
    char number[16];
    const snt_prometheus_label labels[] = {
        {"topic", snt_broker_topic(e->broker)},
        {"partition", number},
        {NULL, NULL}};

    snt_prometheus_family(buf, name, "gauge", help);
    for (size_t i = 0; i < e->track.n; i++) {
        const snt_part *part = e->track.parts[i];

        snprintf(number, sizeof(number), "%d", (int)part->partition);
        if (part->assigned)
            snt_prometheus_uint(buf, name, labels, value(e, part));
    }
}

/* In seconds. */
static uint64_t stands(const snt_enrich *e, const snt_part *part)
{
    uint64_t now = snt_clock_now_ms(NULL);

    return snt_enrich_lag(e, part) && now > part->moved_ms
               ? (now - part->moved_ms) / 1000
               : 0;
}

static void add_gauges(snt_enrich *e, snt_buffer *buf, uint64_t now)
{
    uint64_t n = snt_enrich_produced(e);
    double seconds = (double)(now - e->posted_ms) / 1000;

    snt_prometheus_gauge(
        buf, "sentiment_broker_up", "1: the broker can be reached",
        !snt_broker_is_away(e->broker));
    add_partitions(
        e, buf, "sentiment_enrich_lag",
        "Records behind what is acknowledged, as far as known", snt_enrich_lag);
    add_partitions(
        e, buf, "sentiment_enrich_standstill_seconds",
        "How long a partition with lag has not advanced", stands);
    snt_prometheus_gauge(
        buf, "sentiment_enrich_in_hand_records",
        "Records between fetching and acknowledgement", e->track.held);
    snt_prometheus_gauge(
        buf, "sentiment_enrich_in_hand_bytes",
        "Memory that is counted for them", e->track.bytes);
    snt_prometheus_family(
        buf, "sentiment_enrich_records_per_second", "gauge",
        "Records produced, dead letters too, lately");
    snt_prometheus_double(
        buf, "sentiment_enrich_records_per_second", NULL,
        e->posted_ms ? (double)(n - e->posted_records) / seconds : 0);
    e->posted_records = n;
}

static void add_transactions(const snt_enrich *e, snt_buffer *buf)
{
    static const char name[] = "sentiment_enrich_transaction_seconds";

    if (!e->exactly_once)
        return;
    snt_prometheus_family(
        buf, name, "histogram",
        "Ending a transaction: reports, offsets, commit");
    snt_prometheus_histogram(buf, name, NULL, &e->counts.transaction);
}

/* A partition without lag has nothing to do: its time begins anew. */
static snt_standstill find_standstill(snt_enrich *e, uint64_t now)
{
    snt_standstill worst = {0, 0};

    for (size_t i = 0; i < e->track.n; i++) {
        snt_part *part = e->track.parts[i];

        if (!part->assigned)
            continue;
        if (!snt_enrich_lag(e, part))
            part->moved_ms = now;
        else if (!worst.since_ms || part->moved_ms < worst.since_ms)
            worst = (snt_standstill){part->moved_ms, part->partition};
    }
    return worst;
}

void snt_enrich_metrics_post(snt_enrich *e, bool busy)
{
    uint64_t now = e->scrape ? snt_clock_now_ms(NULL) : 0;
    snt_buffer buf = {0};
    snt_standstill worst;

    if (!e->scrape || (busy && now - e->posted_ms < EVERY_MS))
        return;
    worst = find_standstill(e, now);
    add_records(e, &buf);
    add_counts(e, &buf);
    add_gauges(e, &buf, now);
    add_transactions(e, &buf);
    snt_prometheus_pipeline(&buf, e->pipe);
    snt_prometheus_engine(&buf, e->clf);
    snt_prometheus_process(&buf, e->started_s);
    snt_scrape_post(e->scrape, &buf, worst, busy);
    e->posted_ms = now;
}
