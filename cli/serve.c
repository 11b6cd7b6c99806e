/*
 * serve.c - see serve.h.
 *
 * The server listens before the model is loaded, so that /health answers and
 * a balancer can wait for /ready. The main thread loads, and then waits for
 * signals; everything else happens on the server's, the pipeline's and the
 * publisher's threads.
 */
#include "serve.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "error.h"
#include "notify.h"
#include "report.h"
#include "stop.h"

enum {
    SWEEP_MS = 60000,
    STEP_MS = 10,
    MAX_TIMEOUT_MS = INT32_MAX, /* librdkafka's for a record */
    LAST_BYTES_MS = 1000 /* for replies to go out after the last answer */
};

typedef struct service {
    const snt_serve_options *opts;
    snt_log log;
    snt_keys *keys;
    snt_publisher *publisher;
    snt_api *api;
    snt_server *http;
    sentiment_classifier *clf;
    sentiment_cache *cache;
    sentiment_pipeline *pipe;
} service;

/* ---- what does not wait for the model ---- */

/* A connection takes a descriptor. */
static void raise_limit_of_descriptors(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur == limit.rlim_max)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static bool is_loopback(const char *host)
{
    return !strncmp(host, "127.", 4) || !strcmp(host, "::1") ||
           !strcmp(host, "localhost");
}

static void warn_when_open(const service *s)
{
    const snt_serve_options *o = s->opts;

    if (*o->host && !is_loopback(o->host) && (!o->api_keys || !o->tls_cert))
        snt_log_say(
            &s->log, SENTIMENT_LOG_WARNING,
            "listening on %s%s%s: whoever reaches it can use it", o->host,
            o->api_keys ? "" : " without --api-keys",
            o->tls_cert ? "" : " without --tls-cert");
}

static sentiment_status open_publisher(service *s, sentiment_error *err)
{
    const snt_serve_options *o = s->opts;
    bool waits = !strcmp(o->output_mode, "redpanda");
    /* Nobody waits for a record in mode both: it may last. */
    const uint64_t timeout_ms = (waits ? 1 : 10) * (uint64_t)o->timeout;

    if (!strcmp(o->output_mode, "http"))
        return SENTIMENT_OK;
    return snt_publisher_open(
        &s->publisher, &o->broker, o->routes, o->publish_buffer_bytes,
        timeout_ms < MAX_TIMEOUT_MS ? (uint32_t)timeout_ms : MAX_TIMEOUT_MS,
        err);
}

static sentiment_status open_api(service *s, sentiment_error *err)
{
    const snt_serve_options *o = s->opts;
    const snt_api_options options = {
        .timeout_ms = o->timeout,
        .max_body_bytes = o->max_body_bytes,
        .max_batch_bytes = o->max_batch_bytes,
        .max_texts = o->max_texts,
        .cors = o->cors,
        .keys = s->keys,
        .publisher = s->publisher,
        .acknowledged = !strcmp(o->output_mode, "redpanda"),
        .log = &s->log,
        .model_name = o->load.model ? o->load.model : "finsent-minilm"};

    return snt_api_open(&s->api, &options, err);
}

static sentiment_status open_http(service *s, sentiment_error *err)
{
    const snt_serve_options *o = s->opts;
    const snt_http_options options = {
        .host = *o->host ? o->host : NULL,
        .port = o->port,
        .unix_path = o->unix_path,
        .inherited = snt_notify_sockets(),
        .tls_cert = o->tls_cert,
        .tls_key = o->tls_key,
        .tls_client_ca = o->tls_client_ca,
        .threads = o->http_threads,
        .max_connections = o->max_connections,
        .max_header_bytes = o->max_header_bytes,
        .read_ms = o->read_timeout,
        .idle_ms = o->idle_timeout,
        .write_ms = o->write_timeout};
    const snt_http_handler handler = snt_api_handler(s->api);
    sentiment_status status =
        snt_server_open(&s->http, &options, &handler, err);

    if (status != SENTIMENT_OK)
        return status;
    snt_api_set_http(s->api, s->http);
    snt_log_say(
        &s->log, SENTIMENT_LOG_INFO, "listening on %s",
        snt_server_address(s->http));
    return SENTIMENT_OK;
}

static sentiment_status open_front(service *s, sentiment_error *err)
{
    sentiment_status status = SENTIMENT_OK;

    raise_limit_of_descriptors();
    warn_when_open(s);
    if (s->opts->api_keys)
        status = snt_keys_open(&s->keys, s->opts->api_keys, err);
    if (status == SENTIMENT_OK)
        status = open_publisher(s, err);
    if (status == SENTIMENT_OK)
        status = open_api(s, err);
    if (status == SENTIMENT_OK)
        status = open_http(s, err);
    return status;
}

/* ---- the model ---- */

static sentiment_status open_cache(service *s, sentiment_error *err)
{
    const sentiment_cache_options options = {
        .size = sizeof(options),
        .ttl_ms = s->opts->cache_ttl,
        .max_entries = s->opts->cache_entries,
        .max_bytes = s->opts->cache_bytes};

    if (s->opts->no_cache)
        return SENTIMENT_OK;
    return sentiment_cache_open(
        &s->cache, sentiment_classifier_n_labels(s->clf), &options, err);
}

static sentiment_status open_model(service *s, sentiment_error *err)
{
    sentiment_pipeline_options options = {
        .size = sizeof(options), .max_texts = s->opts->max_queue};
    uint64_t began = snt_clock_now_ms(NULL);
    sentiment_status status = snt_load_classifier(&s->clf, &s->opts->load, err);

    if (status == SENTIMENT_OK)
        status = open_cache(s, err);
    options.cache = s->cache;
    if (status == SENTIMENT_OK)
        status = sentiment_pipeline_open(&s->pipe, s->clf, &options, err);
    if (status == SENTIMENT_OK && s->publisher)
        status = snt_publisher_set_model(
            s->publisher, sentiment_classifier_model(s->clf), err);
    if (status != SENTIMENT_OK)
        return status;
    snt_api_ready(s->api, s->pipe, s->cache);
    snt_log_say(
        &s->log, SENTIMENT_LOG_INFO,
        "ready: the model is loaded, after %llu ms",
        (unsigned long long)(snt_clock_now_ms(NULL) - began));
    return SENTIMENT_OK;
}

/* ---- reload ---- */

static sentiment_status reload_model(service *s, sentiment_error *err)
{
    sentiment_classifier *next, *old;

    if (snt_load_classifier(&next, &s->opts->load, err) != SENTIMENT_OK)
        return err->status;
    if (s->publisher &&
        !snt_publisher_fits(s->publisher, sentiment_classifier_model(next)))
        snt_fail(
            err, SENTIMENT_EINVAL,
            "the model has other labels, and topics depend on them");
    else if (snt_api_swap(s->api, next, &old, err) == SENTIMENT_OK) {
        sentiment_classifier_close(old);
        s->clf = next;
        return SENTIMENT_OK;
    }
    sentiment_classifier_close(next);
    return err->status;
}

static void reload(service *s)
{
    sentiment_error err;

    snt_notify("RELOADING=1");
    if (s->keys && snt_keys_reload(s->keys, &err) != SENTIMENT_OK)
        snt_log_say(
            &s->log, SENTIMENT_LOG_ERROR, "the API keys stay as they are: %s",
            err.message);
    if (reload_model(s, &err) == SENTIMENT_OK) {
        snt_api_count_reload(s->api, true);
        snt_log_say(&s->log, SENTIMENT_LOG_INFO, "loaded the model anew");
    } else {
        snt_api_count_reload(s->api, false);
        snt_log_say(
            &s->log, SENTIMENT_LOG_ERROR, "the model stays as it is: %s",
            err.message);
    }
    snt_notify("READY=1");
}

/* ---- waiting, draining ---- */

/* Until a signal asks for an end. */
static void wait_for_end(service *s)
{
    int watchdog = snt_notify_watchdog_ms();
    int step = watchdog && watchdog < SWEEP_MS ? watchdog : SWEEP_MS;
    struct pollfd wake = {.fd = snt_stop_fd(), .events = POLLIN};
    uint64_t swept = snt_clock_now_ms(NULL);
    char bytes[16];

    while (!snt_stop_signal()) {
        if (poll(&wake, 1, step) > 0 && read(wake.fd, bytes, sizeof(bytes)) < 0)
            continue;
        if (snt_stop_take_hangup())
            reload(s);
        if (watchdog)
            snt_notify("WATCHDOG=1");
        if (s->cache && snt_clock_now_ms(NULL) - swept >= SWEEP_MS) {
            sentiment_cache_sweep(s->cache);
            swept = snt_clock_now_ms(NULL);
        }
    }
}

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = STEP_MS * 1000000L}, NULL);
}

/* Whether so few requests are left before the time is over. */
static bool wait_for_requests(
    const service *s, size_t (*left)(const snt_server *), uint64_t until)
{
    while (left(s->http) && snt_clock_now_ms(NULL) < until)
        nap();
    return !left(s->http);
}

/* Balancers hear that it goes, while it still answers. */
static void leave(service *s)
{
    uint64_t over = snt_clock_now_ms(NULL) + s->opts->drain_delay;

    snt_log_say(
        &s->log, SENTIMENT_LOG_INFO, "leaving: texts are answered for %u ms",
        (unsigned)s->opts->drain_delay);
    snt_api_leave(s->api);
    while (snt_clock_now_ms(NULL) < over)
        nap();
}

static void drain(service *s)
{
    uint64_t until;

    snt_notify("STOPPING=1");
    if (s->opts->drain_delay)
        leave(s);
    until = snt_clock_now_ms(NULL) + s->opts->drain_timeout;
    snt_api_drain(s->api);
    snt_log_say(
        &s->log, SENTIMENT_LOG_INFO, "draining: %zu requests in hand",
        snt_server_active(s->http));
    snt_server_drain(s->http);
    if (!wait_for_requests(s, snt_server_active, until))
        snt_log_say(
            &s->log, SENTIMENT_LOG_WARNING,
            "%zu requests are given up after %u ms", snt_server_active(s->http),
            (unsigned)s->opts->drain_timeout);
    snt_api_cancel(s->api);
    if (s->publisher) {
        uint64_t now = snt_clock_now_ms(NULL);

        snt_publisher_drain(
            s->publisher, now < until ? (uint32_t)(until - now) : 0);
    }
    /* Every request has its answer by now, or gets it at once; but a stream
     * goes on as its client reads. */
    if (!wait_for_requests(
            s, snt_server_waiting, snt_clock_now_ms(NULL) + LAST_BYTES_MS))
        snt_server_hang_up(s->http);
    wait_for_requests(s, snt_server_waiting, UINT64_MAX);
    wait_for_requests(
        s, snt_server_active, snt_clock_now_ms(NULL) + LAST_BYTES_MS);
}

static void close_all(service *s)
{
    snt_server_close(s->http);
    sentiment_pipeline_close(s->pipe);
    snt_publisher_close(s->publisher);
    snt_api_close(s->api);
    sentiment_cache_close(s->cache);
    sentiment_classifier_close(s->clf);
    snt_keys_close(s->keys);
}

/* What others report belongs into the log too. */
static void log_report(void *log, const char *line)
{
    snt_log_say(log, SENTIMENT_LOG_WARNING, "%s", line);
}

int snt_serve(const snt_serve_options *opts)
{
    service s = {.opts = opts, .log = {(snt_log_format)opts->log}};
    int code = SNT_EXIT_OK;
    sentiment_error err;

    snt_stop_keep_hangup();
    snt_report_to(log_report, &s.log);
    if (open_front(&s, &err) != SENTIMENT_OK ||
        open_model(&s, &err) != SENTIMENT_OK) {
        snt_log_say(&s.log, SENTIMENT_LOG_ERROR, "%s", err.message);
        code = snt_load_exit(err.status);
    } else {
        snt_notify("READY=1");
        wait_for_end(&s);
    }
    if (s.http)
        drain(&s);
    close_all(&s);
    snt_report_to(NULL, NULL);
    return code;
}
