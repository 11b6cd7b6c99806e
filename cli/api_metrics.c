/*
 * api_metrics.c - /metrics: everything that is counted, as Prometheus reads it.
 * docs/serve.md has the list; names never change meaning.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api_internal.h"

static void add_requests(snt_buffer *buf, snt_api *api)
{
    static const char name[] = "sentiment_http_requests_total";
    const snt_route *routes;
    size_t n = snt_api_routes(&routes);
    char status[16];

    snt_prometheus_family(
        buf, name, "counter",
        "Requests that are over, by route and status; 499: the client went "
        "away");
    for (size_t r = 0; r <= n; r++)
        for (size_t s = 0; s < SNT_STATUSES; s++) {
            uint64_t count = atomic_load(&api->routes[r].by_status[s]);
            const snt_prometheus_label labels[] = {
                {"route", r < n ? routes[r].path : "other"},
                {"status", status},
                {NULL, NULL}};

            snprintf(
                status, sizeof(status), "%.0u%s", snt_api_status_at(s),
                snt_api_status_at(s) ? "" : "other");
            if (count)
                snt_prometheus_uint(buf, name, labels, count);
        }
}

static void add_times(snt_buffer *buf, snt_api *api)
{
    static const char total[] = "sentiment_http_request_seconds";
    const snt_route *routes;
    size_t n = snt_api_routes(&routes);
    const struct {
        const char *name, *help;
        const snt_histogram *histogram;
    } steps[] = {
        {"sentiment_tokenize_seconds", "Encoding a text", &api->encode},
        {"sentiment_queue_seconds", "A text's wait for a worker", &api->queue},
        {"sentiment_compute_seconds", "The forward pass a text was in",
         &api->compute}};

    snt_prometheus_family(
        buf, total, "histogram",
        "From the head of a request to the last byte of its reply");
    for (size_t r = 0; r < n; r++) {
        const snt_prometheus_label labels[] = {
            {"route", routes[r].path}, {NULL, NULL}};

        if (routes[r].texts)
            snt_prometheus_histogram(buf, total, labels, &api->routes[r].total);
    }
    for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
        snt_prometheus_family(buf, steps[i].name, "histogram", steps[i].help);
        snt_prometheus_histogram(buf, steps[i].name, NULL, steps[i].histogram);
    }
}

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

static void add_engine(snt_buffer *buf, const sentiment_classifier *clf)
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

static void add_pipeline(snt_buffer *buf, sentiment_pipeline *pipe)
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

static void add_cache(snt_buffer *buf, sentiment_cache *cache)
{
    sentiment_cache_stats s = {.size = sizeof(s)};

    if (!cache || sentiment_cache_count(cache, &s, NULL) != SENTIMENT_OK)
        return;
    snt_prometheus_counter(
        buf, "sentiment_cache_hits_total", "Answers out of the cache", s.hits);
    snt_prometheus_counter(
        buf, "sentiment_cache_misses_total",
        "Questions that the cache could not answer", s.misses);
    snt_prometheus_counter(
        buf, "sentiment_cache_evictions_total",
        "Entries dropped for want of room", s.evicted);
    snt_prometheus_counter(
        buf, "sentiment_cache_expirations_total", "Entries dropped for age",
        s.expired);
    snt_prometheus_gauge(
        buf, "sentiment_cache_entries", "Entries now", s.entries);
    snt_prometheus_gauge(
        buf, "sentiment_cache_capacity", "The most entries there can be",
        s.capacity);
    snt_prometheus_gauge(
        buf, "sentiment_cache_bytes", "Memory of the cache", s.bytes);
}

static void add_publisher(snt_buffer *buf, const snt_publisher *publisher)
{
    snt_publisher_stats s;

    if (!publisher)
        return;
    snt_publisher_count(publisher, &s);
    snt_prometheus_counter(
        buf, "sentiment_published_total",
        "Records that the broker acknowledged", s.published);
    snt_prometheus_counter(
        buf, "sentiment_publish_dropped_total",
        "Records dropped: no room, or not acknowledged", s.dropped);
    snt_prometheus_gauge(
        buf, "sentiment_publish_waiting", "Records on their way", s.waiting);
    snt_prometheus_gauge(
        buf, "sentiment_publish_waiting_bytes", "Bytes of them",
        s.waiting_bytes);
    snt_prometheus_gauge(
        buf, "sentiment_broker_up", "1: the broker can be reached",
        snt_publisher_reachable(publisher));
}

/* Resident memory, as the Prometheus client libraries name it. */
static void add_process(snt_buffer *buf, snt_api *api)
{
    unsigned long long pages = 0;
    FILE *statm = fopen("/proc/self/statm", "re");

    if (statm) {
        if (fscanf(statm, "%*u %llu", &pages) != 1)
            pages = 0;
        fclose(statm);
    }
    snt_prometheus_gauge(
        buf, "process_resident_memory_bytes", "Resident memory",
        pages * (uint64_t)sysconf(_SC_PAGESIZE));
    snt_prometheus_gauge(
        buf, "process_start_time_seconds", "Start, in seconds of the epoch",
        atomic_load(&api->started_s));
}

static void add_service(snt_buffer *buf, snt_api *api)
{
    const snt_prometheus_label labels[] = {
        {"version", sentiment_version()}, {NULL, NULL}};

    snt_prometheus_family(
        buf, "sentiment_build_info", "gauge", "The program; always 1");
    snt_prometheus_uint(buf, "sentiment_build_info", labels, 1);
    snt_prometheus_gauge(
        buf, "sentiment_ready", "1: the model is loaded, texts are answered",
        atomic_load(&api->state) == SNT_API_READY);
    snt_prometheus_counter(
        buf, "sentiment_reloads_total", "Models loaded anew",
        atomic_load(&api->reloads));
    snt_prometheus_counter(
        buf, "sentiment_reload_failures_total",
        "Models that could not be loaded anew",
        atomic_load(&api->failed_reloads));
    if (!api->http)
        return;
    snt_prometheus_gauge(
        buf, "sentiment_http_connections", "Open connections",
        snt_server_connections(api->http));
    snt_prometheus_gauge(
        buf, "sentiment_http_requests_waiting",
        "Requests that wait for their answer", snt_server_waiting(api->http));
}

void snt_api_metrics(snt_exchange *x)
{
    snt_api *api = x->api;
    sentiment_pipeline *pipe = snt_exchange_pipe(x);
    snt_buffer buf = {0};

    add_service(&buf, api);
    add_requests(&buf, api);
    add_times(&buf, api);
    if (pipe) {
        add_pipeline(&buf, pipe);
        pthread_rwlock_rdlock(&api->model_lock);
        add_engine(&buf, sentiment_pipeline_classifier(pipe));
        pthread_rwlock_unlock(&api->model_lock);
    }
    add_cache(&buf, api->cache);
    add_publisher(&buf, api->opts.publisher);
    add_process(&buf, api);
    snt_http_reply(x->req, 200, SNT_PROMETHEUS_TYPE, &buf);
}
