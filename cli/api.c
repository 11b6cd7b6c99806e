/* api.c - see api.h: the table of routes, and what every request goes through.
 */
#include "api.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "api_internal.h"
#include "clock.h"
#include "error.h"

static const char GET[] = "GET, HEAD, OPTIONS", POST[] = "POST, OPTIONS";

#define PAGE(path)                                                             \
    {                                                                          \
        path, GET, SNT_ERRORS_PLAIN, true, false, false, false, 503,           \
            snt_api_asset                                                      \
    }

static const snt_route routes[] = {
    {"/sentiment", POST, SNT_ERRORS_PLAIN, false, false, true, false, 503,
     snt_api_sentiment},
    {"/predict", POST, SNT_ERRORS_PLAIN, false, true, true, false, 429,
     snt_api_predict},
    {"/v1/classify", POST, SNT_ERRORS_OPENAI, false, true, true, false, 503,
     snt_api_classify},
    {"/batch", POST, SNT_ERRORS_PLAIN, false, true, true, true, 503,
     snt_api_batch},
    {"/info", GET, SNT_ERRORS_PLAIN, false, false, false, false, 503,
     snt_api_info},
    {"/health", GET, SNT_ERRORS_PLAIN, true, false, false, false, 503,
     snt_api_health},
    {"/ping", GET, SNT_ERRORS_PLAIN, true, false, false, false, 503,
     snt_api_health},
    {"/ready", GET, SNT_ERRORS_PLAIN, true, false, false, false, 503,
     snt_api_is_ready},
    {"/metrics", GET, SNT_ERRORS_PLAIN, false, false, false, false, 503,
     snt_api_metrics},
    PAGE("/"),
    PAGE("/page.css"),
    PAGE("/page.js"),
    PAGE("/openapi.json"),
};

enum { N_ROUTES = sizeof(routes) / sizeof(*routes) };

/* The last one counts requests for paths that there are not. */
_Static_assert(
    N_ROUTES < (int)SNT_ROUTES, "room for the counts of every route");

static const snt_route nowhere = {.path = "other", .open = true};
static const snt_route nowhere_v1 = {
    .path = "other", .errors = SNT_ERRORS_OPENAI, .open = true};

static const snt_route *route_at(size_t i, const char *path)
{
    if (i < N_ROUTES)
        return &routes[i];
    return strncmp(path, "/v1/", 4) ? &nowhere : &nowhere_v1;
}

size_t snt_api_routes(const snt_route **table)
{
    *table = routes;
    return N_ROUTES;
}

/* ---- counting ---- */

static const unsigned statuses[SNT_STATUSES] = {200, 202, 204, 400, 401, 404,
                                                405, 413, 415, 422, 429, 431,
                                                499, 500, 501, 503, 504, 0};

unsigned snt_api_status_at(size_t i)
{
    return statuses[i];
}

static void count(snt_exchange *x, unsigned status, uint64_t us)
{
    snt_route_counts *counts = &x->api->routes[x->route_index];
    size_t i = 0;

    while (statuses[i] && statuses[i] != status)
        i++;
    atomic_fetch_add_explicit(&counts->by_status[i], 1, memory_order_relaxed);
    snt_histogram_observe(&counts->total, us);
}

void snt_exchange_note(snt_exchange *x, const sentiment_answer *answer)
{
    snt_api *api = x->api;

    atomic_fetch_add_explicit(&x->texts, 1, memory_order_relaxed);
    if (answer->cached)
        atomic_fetch_add_explicit(&x->cached, 1, memory_order_relaxed);
    if (answer->result.status != SENTIMENT_OK || answer->cached ||
        answer->joined)
        return;
    snt_histogram_observe(&api->encode, answer->encode_us);
    snt_histogram_observe(&api->queue, answer->queue_us);
    snt_histogram_observe(&api->compute, answer->compute_us);
}

/* ---- answers ---- */

unsigned snt_exchange_good(const snt_exchange *x)
{
    return x->api->opts.acknowledged && x->route->texts ? 202 : 200;
}

void snt_exchange_reply_json(snt_exchange *x, snt_buffer *json)
{
    snt_http_reply(x->req, snt_exchange_good(x), "application/json", json);
}

bool snt_exchange_has_flag(snt_exchange *x, const char *name)
{
    const char *value = snt_http_request_query(x->req, name);

    return value && strcmp(value, "0") && strcasecmp(value, "false");
}

/* ---- groups ---- */

bool snt_exchange_open_group(snt_exchange *x)
{
    snt_api *api = x->api;
    sentiment_group *group;
    sentiment_error err;

    if (sentiment_group_open(&group, snt_exchange_pipe(x), &err)) {
        snt_exchange_fail(x, err.status, "", err.message);
        return false;
    }
    pthread_mutex_lock(&api->lock);
    x->group = group;
    x->next = api->exchanges;
    if (x->next)
        x->next->prev = x;
    api->exchanges = x;
    pthread_mutex_unlock(&api->lock);
    return true;
}

static void close_group(snt_exchange *x)
{
    snt_api *api = x->api;

    if (!x->group)
        return;
    pthread_mutex_lock(&api->lock);
    if (x->prev)
        x->prev->next = x->next;
    else
        api->exchanges = x->next;
    if (x->next)
        x->next->prev = x->prev;
    pthread_mutex_unlock(&api->lock);
    sentiment_group_close(x->group);
}

sentiment_pipeline *snt_exchange_pipe(const snt_exchange *x)
{
    return atomic_load(&x->api->pipe);
}

void snt_api_cancel(snt_api *api)
{
    atomic_store(&api->cancelled, true);
    pthread_mutex_lock(&api->lock);
    for (snt_exchange *x = api->exchanges; x; x = x->next)
        sentiment_group_cancel(x->group);
    pthread_mutex_unlock(&api->lock);
}

/* ---- every request ---- */

static size_t find(const char *path)
{
    size_t i = 0;

    while (i < N_ROUTES && strcmp(routes[i].path, path))
        i++;
    return i;
}

static bool allows(const snt_route *route, const char *method)
{
    size_t len = strlen(method);

    for (const char *at = route->methods; at; at = strchr(at, ' ')) {
        at += *at == ' ';
        if (!strncmp(at, method, len) && (at[len] == ',' || !at[len]))
            return true;
    }
    return false;
}

static void add_cors(const snt_exchange *x)
{
    const char *allowed = x->api->opts.cors;
    const char *origin = snt_http_request_head(x->req)->origin;

    if (!allowed || !origin)
        return;
    if (!strcmp(allowed, "*") || !strcmp(allowed, origin))
        snt_http_header(x->req, "Access-Control-Allow-Origin", allowed);
    snt_http_header(x->req, "Vary", "Origin");
}

static void answer_options(snt_exchange *x)
{
    snt_http_header(x->req, "Allow", x->route->methods);
    if (x->api->opts.cors) {
        snt_http_header(
            x->req, "Access-Control-Allow-Methods", x->route->methods);
        snt_http_header(
            x->req, "Access-Control-Allow-Headers",
            "Authorization, Content-Type, X-Request-Id, traceparent");
        snt_http_header(x->req, "Access-Control-Max-Age", "86400");
    }
    snt_http_reply(x->req, 204, NULL, NULL);
}

/* Media types that are JSON, whatever their parameters; none given is one. */
static bool is_json(const char *type)
{
    static const char *const known[] = {
        "application/json",  "application/x-ndjson",    "application/ndjson",
        "application/jsonl", "application/x-jsonlines", "text/plain"};
    size_t len = type ? strcspn(type, "; \t") : 0;

    if (!type || (len > 5 && !strncasecmp(type + len - 5, "+json", 5)))
        return true;
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
        if (strlen(known[i]) == len && !strncasecmp(type, known[i], len))
            return true;
    return false;
}

void snt_exchange_refuse_unready(snt_exchange *x, int state)
{
    snt_exchange_refuse(
        x, 503, "the service is %s",
        state == SNT_API_LOADING ? "loading its model" : "shutting down");
}

/* What can be said before the body is read; false when that was the answer. */
static bool check(snt_exchange *x)
{
    const snt_http_head *head = snt_http_request_head(x->req);
    const snt_route *route = x->route;
    int state = atomic_load(&x->api->state);

    if (!route->run)
        snt_exchange_refuse(x, 404, "there is nothing at this path");
    else if (!allows(route, head->method)) {
        snt_http_header(x->req, "Allow", route->methods);
        snt_exchange_refuse(x, 405, "this path takes %s", route->methods);
    } else if (!strcmp(head->method, "OPTIONS"))
        answer_options(x);
    else if (
        x->api->opts.keys && !route->open &&
        !snt_keys_accept(x->api->opts.keys, head->authorization)) {
        snt_http_header(x->req, "WWW-Authenticate", "Bearer");
        snt_exchange_refuse(
            x, 401, "an API key is needed: Authorization: Bearer KEY");
    } else if (
        route->texts && state != SNT_API_READY && state != SNT_API_LEAVING)
        snt_exchange_refuse_unready(x, state);
    else if (route->json && !is_json(head->content_type))
        snt_exchange_refuse(
            x, 415, "this path takes JSON: Content-Type: application/%s",
            route->batch ? "x-ndjson" : "json");
    else
        return true;
    return false;
}

static size_t begin(void *arg, snt_http_request *req)
{
    snt_api *api = arg;
    snt_exchange *x = calloc(1, sizeof(*x));

    if (!x) {
        snt_http_reply(req, 500, NULL, NULL);
        return 0;
    }
    *snt_http_request_user(req) = x;
    x->api = api;
    x->req = req;
    x->route_index = find(snt_http_request_head(req)->path);
    x->route = route_at(x->route_index, snt_http_request_head(req)->path);
    add_cors(x);
    if (!check(x))
        return 0;
    return x->route->batch ? api->opts.max_batch_bytes
                           : api->opts.max_body_bytes;
}

static void handle(void *arg, snt_http_request *req)
{
    snt_exchange *x = *snt_http_request_user(req);

    (void)arg;
    if (x->route->texts && !snt_http_request_body(req).len)
        snt_exchange_refuse(x, 400, "the body is empty");
    else
        x->route->run(x);
}

static void too_large(void *arg, snt_http_request *req)
{
    snt_exchange *x = *snt_http_request_user(req);
    const snt_api_options *o = &((snt_api *)arg)->opts;

    snt_exchange_refuse(
        x, 413, "the body is larger than %zu bytes",
        x->route->batch ? o->max_batch_bytes : o->max_body_bytes);
}

/* Only a batch answers with a stream. */
static void more(void *arg, snt_http_request *req)
{
    (void)arg;
    snt_api_batch_more(*snt_http_request_user(req));
}

static void gone(void *arg, snt_http_request *req)
{
    snt_exchange *x = *snt_http_request_user(req);
    snt_api *api = arg;

    atomic_store(&x->gone, true);
    pthread_mutex_lock(&api->lock);
    if (x->group)
        sentiment_group_cancel(x->group);
    pthread_mutex_unlock(&api->lock);
}

static void end(void *arg, snt_http_request *req, bool complete)
{
    snt_api *api = arg;
    snt_exchange *x = *snt_http_request_user(req);
    const snt_http_head *head = snt_http_request_head(req);
    unsigned status = complete ? snt_http_request_status(req) : 499;
    uint64_t us = snt_clock_now_us() - head->began_us;

    if (!x)
        return;
    count(x, status, us);
    snt_log_answered(
        api->opts.log,
        &(snt_log_request){
            .method = head->method,
            .path = head->path,
            .client = head->client,
            .request_id = head->request_id,
            .traceparent = head->traceparent,
            .error = complete ? x->error : "the client went away",
            .status = status,
            .us = us,
            .bytes_in = snt_http_request_body(req).len,
            .bytes_out = snt_http_request_sent(req),
            .texts = atomic_load(&x->texts),
            .cached = atomic_load(&x->cached)});
    close_group(x);
    if (x->free_state)
        x->free_state(x->state);
    free(x);
}

snt_http_handler snt_api_handler(snt_api *api)
{
    return (snt_http_handler){begin, handle, too_large, more, gone, end, api};
}

/* ---- open, close, states ---- */

sentiment_status snt_api_open(
    snt_api **api, const snt_api_options *opts, sentiment_error *err)
{
    snt_api *made = calloc(1, sizeof(*made));

    *api = made;
    if (!made)
        return snt_fail_memory(err);
    made->opts = *opts;
    atomic_store(&made->started_s, (unsigned long long)time(NULL));
    pthread_rwlock_init(&made->model_lock, NULL);
    pthread_mutex_init(&made->lock, NULL);
    return SENTIMENT_OK;
}

void snt_api_close(snt_api *api)
{
    if (!api)
        return;
    pthread_mutex_destroy(&api->lock);
    pthread_rwlock_destroy(&api->model_lock);
    free(api);
}

void snt_api_set_http(snt_api *api, const snt_server *http)
{
    api->http = http;
}

void snt_api_ready(
    snt_api *api, sentiment_pipeline *pipe, sentiment_cache *cache)
{
    api->cache = cache;
    atomic_store(&api->pipe, pipe);
    atomic_store(&api->state, SNT_API_READY);
}

/* Whoever describes the classifier holds the lock, and so the old one is not
 * closed before they are through. */
sentiment_status snt_api_swap(
    snt_api *api, sentiment_classifier *clf, sentiment_classifier **old,
    sentiment_error *err)
{
    sentiment_pipeline *pipe = atomic_load(&api->pipe);
    sentiment_status status;

    *old = sentiment_pipeline_classifier(pipe);
    status = sentiment_pipeline_swap(pipe, clf, err);
    pthread_rwlock_wrlock(&api->model_lock);
    pthread_rwlock_unlock(&api->model_lock);
    if (status != SENTIMENT_OK)
        *old = NULL;
    return status;
}

void snt_api_leave(snt_api *api)
{
    int ready = SNT_API_READY;

    atomic_compare_exchange_strong(&api->state, &ready, SNT_API_LEAVING);
}

void snt_api_drain(snt_api *api)
{
    atomic_store(&api->state, SNT_API_DRAINING);
}

void snt_api_count_reload(snt_api *api, bool good)
{
    atomic_fetch_add(good ? &api->reloads : &api->failed_reloads, 1);
}
