/*
 * api_metrics.c - /metrics: everything that is counted, as Prometheus reads it.
 * docs/serve.md has the list; names never change meaning.
 */
#include <stdio.h>

#include "api_internal.h"
#include "prometheus_parts.h"

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

static void add_service(snt_buffer *buf, snt_api *api)
{
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
        snt_prometheus_pipeline(&buf, pipe);
        pthread_rwlock_rdlock(&api->model_lock);
        snt_prometheus_engine(&buf, sentiment_pipeline_classifier(pipe));
        pthread_rwlock_unlock(&api->model_lock);
    }
    add_cache(&buf, api->cache);
    add_publisher(&buf, api->opts.publisher);
    snt_prometheus_process(&buf, atomic_load(&api->started_s));
    snt_http_reply(x->req, 200, SNT_PROMETHEUS_TYPE, &buf);
}
