/* scrape.c - see scrape.h. */
#include "scrape.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "error.h"
#include "http.h"
#include "json.h"
#include "prometheus.h"

enum { MAX_CONNECTIONS = 64, MAX_HEADER_BYTES = 16 << 10 };
enum { READ_MS = 10000, IDLE_MS = 60000, WRITE_MS = 10000, MAX_HOST = 256 };

struct snt_scrape {
    snt_server *http;
    uint64_t stall_ms;
    pthread_mutex_t lock; /* guards the rest */
    snt_buffer metrics;
    snt_standstill standstill;
    uint64_t due_since_ms; /* when the next post was waited for, or 0 */
};

/* ---- what it says ---- */

void snt_scrape_post(
    snt_scrape *scrape, snt_buffer *metrics, snt_standstill standstill,
    bool busy)
{
    snt_buffer old;

    pthread_mutex_lock(&scrape->lock);
    old = scrape->metrics;
    scrape->metrics = *metrics;
    scrape->standstill = standstill;
    scrape->due_since_ms = busy ? snt_clock_now_ms(NULL) : 0;
    pthread_mutex_unlock(&scrape->lock);
    snt_buffer_free(&old);
    *metrics = (snt_buffer){0};
}

static uint64_t since(uint64_t then_ms, uint64_t now_ms)
{
    return then_ms && now_ms > then_ms ? now_ms - then_ms : 0;
}

unsigned snt_scrape_health(
    snt_scrape *scrape, uint64_t now_ms, snt_buffer *body)
{
    snt_json_object object = {0};
    uint64_t stands, hangs;
    int32_t partition;
    bool ok;

    pthread_mutex_lock(&scrape->lock);
    stands = since(scrape->standstill.since_ms, now_ms);
    hangs = since(scrape->due_since_ms, now_ms);
    partition = scrape->standstill.partition;
    pthread_mutex_unlock(&scrape->lock);
    ok = stands < scrape->stall_ms && hangs < scrape->stall_ms;
    snt_json_add_string(
        &object, "status", ok ? "ok" : "stalled",
        ok ? 2 : sizeof("stalled") - 1);
    if (!ok)
        snt_json_add_uint(
            &object, "seconds", (stands > hangs ? stands : hangs) / 1000);
    if (stands >= scrape->stall_ms)
        snt_json_add_uint(&object, "partition", (uint64_t)partition);
    snt_json_end(&object, body);
    snt_buffer_add_char(body, '\n');
    snt_json_free(&object);
    return ok ? 200 : 503;
}

static void answer_health(snt_scrape *scrape, snt_http_request *req)
{
    snt_buffer body = {0};
    unsigned status = snt_scrape_health(scrape, snt_clock_now_ms(NULL), &body);

    snt_http_reply(req, status, "application/json", &body);
}

static void answer_metrics(snt_scrape *scrape, snt_http_request *req)
{
    snt_buffer body = {0};

    pthread_mutex_lock(&scrape->lock);
    snt_buffer_add(&body, scrape->metrics.bytes, scrape->metrics.len);
    pthread_mutex_unlock(&scrape->lock);
    snt_http_reply(req, 200, SNT_PROMETHEUS_TYPE, &body);
}

/* ---- the server ---- */

static size_t begin(void *arg, snt_http_request *req)
{
    const snt_http_head *head = snt_http_request_head(req);

    (void)arg;
    if (!strcmp(head->method, "GET") || !strcmp(head->method, "HEAD"))
        return MAX_HEADER_BYTES;
    snt_http_header(req, "Allow", "GET, HEAD");
    snt_http_reply(req, 405, NULL, NULL);
    return 0;
}

static void handle(void *arg, snt_http_request *req)
{
    const char *path = snt_http_request_head(req)->path;

    if (!strcmp(path, "/metrics"))
        answer_metrics(arg, req);
    else if (!strcmp(path, "/health"))
        answer_health(arg, req);
    else
        snt_http_reply(req, 404, NULL, NULL);
}

static void too_large(void *arg, snt_http_request *req)
{
    (void)arg;
    snt_http_reply(req, 413, NULL, NULL);
}

static void gone(void *arg, snt_http_request *req)
{
    (void)arg;
    (void)req;
}

static void end(void *arg, snt_http_request *req, bool complete)
{
    (void)arg;
    (void)req;
    (void)complete;
}

/* The port, and what is before it in host; NULL: it is no address. */
static const char *split(const char *address, char host[MAX_HOST])
{
    const char *colon = strrchr(address, ':');
    size_t len = colon ? (size_t)(colon - address) : 0;
    const char *port = colon ? colon + 1 : address;

    if (len && address[0] == '[' && address[len - 1] == ']') {
        address++;
        len -= 2;
    } else if (memchr(address, ':', len)) {
        return NULL; /* an IPv6 address without brackets */
    }
    if (!*port || port[strspn(port, "0123456789")] || len >= MAX_HOST ||
        (colon && !len))
        return NULL;
    snprintf(host, MAX_HOST, "%.*s", (int)len, address);
    if (!colon)
        snprintf(host, MAX_HOST, "127.0.0.1");
    return port;
}

sentiment_status snt_scrape_open(
    snt_scrape **scrape, const char *address, uint32_t stall_ms,
    sentiment_error *err)
{
    char host[MAX_HOST];
    const char *port = split(address, host);
    snt_http_options options = {
        .host = host,
        .port = port,
        .threads = 1,
        .max_connections = MAX_CONNECTIONS,
        .max_header_bytes = MAX_HEADER_BYTES,
        .read_ms = READ_MS,
        .idle_ms = IDLE_MS,
        .write_ms = WRITE_MS};
    snt_http_handler handler = {
        .begin = begin,
        .handle = handle,
        .too_large = too_large,
        .gone = gone,
        .end = end};
    snt_scrape *s;

    *scrape = NULL;
    if (!port)
        return snt_fail(
            err, SENTIMENT_EINVAL, "\"%s\" is not HOST:PORT", address);
    s = calloc(1, sizeof(*s));
    if (!s)
        return snt_fail_memory(err);
    s->stall_ms = stall_ms;
    pthread_mutex_init(&s->lock, NULL);
    handler.arg = s;
    if (snt_server_open(&s->http, &options, &handler, err) == SENTIMENT_OK)
        *scrape = s;
    else
        snt_scrape_close(s);
    return *scrape ? SENTIMENT_OK : err->status;
}

void snt_scrape_close(snt_scrape *scrape)
{
    if (!scrape)
        return;
    snt_server_close(scrape->http);
    pthread_mutex_destroy(&scrape->lock);
    snt_buffer_free(&scrape->metrics);
    free(scrape);
}

const char *snt_scrape_address(const snt_scrape *scrape)
{
    return snt_server_address(scrape->http);
}
