/* prometheus_parts.c - see prometheus_parts.h. */
#include "prometheus_parts.h"

#include <stdio.h>
#include <unistd.h>

#include "prometheus.h"

static void add_batch_sizes(
    snt_buffer *buf, const sentiment_classifier_stats *stats)
{
    double texts[SENTIMENT_BATCH_STEPS], tokens[SENTIMENT_BATCH_STEPS];

    for (size_t i = 0; i < SENTIMENT_BATCH_STEPS; i++) {
        texts[i] = (double)(1u << i);
        tokens[i] = (double)(SENTIMENT_TOKENS_STEP << i);
    }
    snt_prometheus_family(
        buf, "sentiment_batch_texts", "histogram", "Texts in a forward pass");
    snt_prometheus_buckets(
        buf, "sentiment_batch_texts", NULL, stats->by_texts, texts,
        SENTIMENT_BATCH_STEPS, (double)stats->texts);
    snt_prometheus_family(
        buf, "sentiment_batch_tokens", "histogram", "Tokens in a forward pass");
    snt_prometheus_buckets(
        buf, "sentiment_batch_tokens", NULL, stats->by_tokens, tokens,
        SENTIMENT_BATCH_STEPS, (double)stats->tokens);
}

void snt_prometheus_engine(snt_buffer *buf, const sentiment_classifier *clf)
{
    sentiment_classifier_info info = {.size = sizeof(info)};
    sentiment_classifier_stats stats = {.size = sizeof(stats)};

    if (sentiment_classifier_describe(clf, &info, NULL) == SENTIMENT_OK) {
        const snt_prometheus_label labels[] = {
            {"engine", info.engine}, {"engine_version", info.engine_version},
            {"device", info.device}, {"precision", info.precision},
            {"cpu", info.cpu},       {NULL, NULL}};

        snt_prometheus_family(
            buf, "sentiment_engine_info", "gauge", "What computes; always 1");
        snt_prometheus_uint(buf, "sentiment_engine_info", labels, 1);
        snt_prometheus_gauge(
            buf, "sentiment_workers", "Threads that compute", info.workers);
    }
    if (sentiment_classifier_count(clf, &stats, NULL) == SENTIMENT_OK)
        add_batch_sizes(buf, &stats);
}

void snt_prometheus_pipeline(snt_buffer *buf, sentiment_pipeline *pipe)
{
    sentiment_pipeline_stats s = {.size = sizeof(s)};

    if (sentiment_pipeline_count(pipe, &s, NULL) != SENTIMENT_OK)
        return;
    snt_prometheus_counter(
        buf, "sentiment_texts_total", "Texts taken in", s.submitted);
    snt_prometheus_counter(
        buf, "sentiment_texts_computed_total", "Texts computed", s.computed);
    snt_prometheus_counter(
        buf, "sentiment_texts_refused_total",
        "Texts refused because too many were in hand", s.refused);
    snt_prometheus_counter(
        buf, "sentiment_texts_failed_total",
        "Texts that could not be classified", s.failed);
    snt_prometheus_counter(
        buf, "sentiment_texts_expired_total", "Texts whose deadline passed",
        s.expired);
    snt_prometheus_counter(
        buf, "sentiment_texts_cancelled_total",
        "Texts nobody waited for any more", s.cancelled);
    snt_prometheus_counter(
        buf, "sentiment_single_flight_joins_total",
        "Texts that shared the computing of another one", s.joined);
    snt_prometheus_gauge(
        buf, "sentiment_texts_in_hand",
        "Texts between their arrival and their answer", s.in_hand);
    snt_prometheus_gauge(
        buf, "sentiment_queue_tokens",
        "Tokens waiting for a worker or being computed", s.tokens_in_hand);
}

/* Resident memory, as the Prometheus client libraries name it. */
void snt_prometheus_process(snt_buffer *buf, uint64_t started_s)
{
    const snt_prometheus_label labels[] = {
        {"version", sentiment_version()}, {NULL, NULL}};
    unsigned long long pages = 0;
    FILE *statm = fopen("/proc/self/statm", "re");

    if (statm) {
        if (fscanf(statm, "%*u %llu", &pages) != 1)
            pages = 0;
        fclose(statm);
    }
    snt_prometheus_family(
        buf, "sentiment_build_info", "gauge", "The program; always 1");
    snt_prometheus_uint(buf, "sentiment_build_info", labels, 1);
    snt_prometheus_gauge(
        buf, "process_resident_memory_bytes", "Resident memory",
        pages * (uint64_t)sysconf(_SC_PAGESIZE));
    snt_prometheus_gauge(
        buf, "process_start_time_seconds", "Start, in seconds of the epoch",
        started_s);
}
