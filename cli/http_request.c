/* http_request.c - see http.h: a request, and the answer on its way. */
#include <netinet/in.h>
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "clock.h"
#include "http_internal.h"

/* ---- the head ---- */

static const char *header_of(struct MHD_Connection *mhd, const char *name)
{
    return MHD_lookup_connection_value(mhd, MHD_HEADER_KIND, name);
}

static void name_client(snt_connection *connection)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(
        connection->mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *address = info ? info->client_addr : NULL;
    const void *raw = NULL;

    if (address && address->sa_family == AF_INET)
        raw = &((const struct sockaddr_in *)(const void *)address)->sin_addr;
    else if (address && address->sa_family == AF_INET6)
        raw = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
    if (!raw || !inet_ntop(
                    address->sa_family, raw, connection->client,
                    sizeof(connection->client)))
        snprintf(connection->client, sizeof(connection->client), "unix");
}

static bool is_fit_for_an_id(const char *id)
{
    size_t len = strspn(
        id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
            "-_.:+/=@");

    return len && !id[len] && len < SNT_HTTP_REQUEST_ID;
}

/* The last eight digits; printf would take as long as all the rest. */
static void put_hex(char *out, unsigned long long value)
{
    for (int i = 8; i-- > 0; value >>= 4)
        out[i] = "0123456789abcdef"[value & 15];
}

/* The client's own, when it is one that may stand in a log; else a new one:
 * random for the process, and counted. */
static void identify(snt_http_head *head, const char *given)
{
    static atomic_ullong base, count;
    unsigned long long own = atomic_load(&base);

    if (given && is_fit_for_an_id(given)) {
        snprintf(head->request_id, sizeof(head->request_id), "%s", given);
        return;
    }
    if (!own) {
        if (getrandom(&own, sizeof(own), 0) < 0 || !own)
            own = snt_clock_now_us();
        atomic_store(&base, own);
    }
    put_hex(head->request_id, own);
    head->request_id[8] = '-';
    put_hex(head->request_id + 9, atomic_fetch_add(&count, 1));
    head->request_id[17] = '\0';
}

/* Copies string to *at, behind what is there; NULL stays NULL. */
static const char *copy(char **at, const char *string)
{
    char *copied = *at;

    if (!string)
        return NULL;
    *at = stpcpy(copied, string) + 1;
    return copied;
}

snt_http_request *snt_http_request_new(
    snt_connection *connection, const char *method, const char *path)
{
    struct MHD_Connection *mhd = connection->mhd;
    const char *trace = header_of(mhd, "traceparent");
    snt_http_request *req = calloc(
        1, sizeof(*req) + strlen(method) + strlen(path) +
               (trace ? strlen(trace) : 0) + 3);
    char *at;

    if (!req)
        return NULL;
    at = req->strings;
    req->http = connection->http;
    req->connection = connection;
    pthread_mutex_init(&req->lock, NULL);
    if (!connection->client[0])
        name_client(connection);
    req->head.method = copy(&at, method);
    req->head.path = copy(&at, path);
    req->head.traceparent = copy(&at, trace);
    req->head.content_type = header_of(mhd, MHD_HTTP_HEADER_CONTENT_TYPE);
    req->head.authorization = header_of(mhd, MHD_HTTP_HEADER_AUTHORIZATION);
    req->head.origin = header_of(mhd, MHD_HTTP_HEADER_ORIGIN);
    req->head.began_us = snt_clock_now_us();
    memcpy(req->head.client, connection->client, sizeof(req->head.client));
    identify(&req->head, header_of(mhd, "X-Request-Id"));
    return req;
}

static void free_request(snt_http_request *req)
{
    while (req->headers) {
        snt_http_reply_header *header = req->headers;

        req->headers = header->next;
        free(header);
    }
    snt_buffer_free(&req->body);
    snt_buffer_free(&req->reply);
    pthread_mutex_destroy(&req->lock);
    free(req);
}

/* The handler and the connection are both done with it. */
static void end(snt_http_request *req, bool complete)
{
    snt_server *http = req->http;

    http->handler.end(http->handler.arg, req, complete);
    free_request(req);
    atomic_fetch_sub(&http->active, 1);
}

void snt_http_request_leave(snt_http_request *req, bool complete)
{
    const snt_http_handler *handler = &req->http->handler;
    bool open;

    pthread_mutex_lock(&req->lock);
    open = req->stream && !req->finished;
    pthread_mutex_unlock(&req->lock);
    if (open && !req->gone)
        handler->gone(handler->arg, req);
    if (open)
        handler->more(handler->arg, req);
    pthread_mutex_lock(&req->lock);
    open = req->stream && !req->finished;
    req->abandoned = open;
    pthread_mutex_unlock(&req->lock);
    if (!open)
        end(req, complete);
}

const snt_http_head *snt_http_request_head(const snt_http_request *req)
{
    return &req->head;
}

sentiment_text snt_http_request_body(const snt_http_request *req)
{
    return (sentiment_text){
        req->body.bytes ? req->body.bytes : "", req->body.len};
}

const char *snt_http_request_query(snt_http_request *req, const char *name)
{
    const char *value;

    if (MHD_lookup_connection_value_n(
            req->connection->mhd, MHD_GET_ARGUMENT_KIND, name, strlen(name),
            &value, NULL) != MHD_YES)
        return NULL;
    return value ? value : "";
}

void **snt_http_request_user(snt_http_request *req)
{
    return &req->user;
}

unsigned snt_http_request_status(const snt_http_request *req)
{
    return req->status;
}

uint64_t snt_http_request_sent(const snt_http_request *req)
{
    return req->sent;
}

/* ---- the answer, from any thread ---- */

void snt_http_header(snt_http_request *req, const char *name, const char *value)
{
    size_t name_size = strlen(name) + 1, value_size = strlen(value) + 1;
    snt_http_reply_header *header =
        malloc(sizeof(*header) + name_size + value_size);

    if (!header)
        return;
    memcpy(header->name, name, name_size);
    memcpy(header->name + name_size, value, value_size);
    header->value = header->name + name_size;
    header->next = req->headers;
    req->headers = header;
}

/* Wakes libmicrohttpd up if it waits. A connection that is suspended stays
 * until it is resumed, so this is safe without the lock. */
static void wake(snt_http_request *req, bool suspended)
{
    if (suspended)
        MHD_resume_connection(req->connection->mhd);
}

/* Locked in, unlocked out. The request may be gone after it. */
static void answer(snt_http_request *req, unsigned status, const char *type)
{
    bool suspended = req->suspended, done = req->handled && !req->stream;
    snt_server *http = req->http;

    req->answered = true;
    req->status = status;
    req->type = type;
    req->suspended = false;
    pthread_mutex_unlock(&req->lock);
    wake(req, suspended);
    if (done)
        atomic_fetch_sub(&http->waiting, 1);
}

void snt_http_reply(
    snt_http_request *req, unsigned status, const char *type, snt_buffer *body)
{
    pthread_mutex_lock(&req->lock);
    if (body) {
        req->reply = *body;
        *body = (snt_buffer){0};
    }
    answer(req, status, type);
}

void snt_http_reply_static(
    snt_http_request *req, unsigned status, const char *type, const void *bytes,
    size_t len)
{
    pthread_mutex_lock(&req->lock);
    req->fixed = bytes;
    req->fixed_len = len;
    answer(req, status, type);
}

void snt_http_stream_begin(
    snt_http_request *req, unsigned status, const char *type)
{
    pthread_mutex_lock(&req->lock);
    req->stream = true;
    answer(req, status, type);
}

static void continue_stream(snt_http_request *req)
{
    bool suspended = req->suspended;

    req->suspended = false;
    pthread_mutex_unlock(&req->lock);
    wake(req, suspended);
}

void snt_http_stream_wake(snt_http_request *req)
{
    pthread_mutex_lock(&req->lock);
    req->woken = true;
    continue_stream(req);
}

void snt_http_stream_write(snt_http_request *req, const char *bytes, size_t len)
{
    pthread_mutex_lock(&req->lock);
    snt_buffer_add(&req->reply, bytes, len);
    pthread_mutex_unlock(&req->lock);
}

void snt_http_stream_break(snt_http_request *req)
{
    pthread_mutex_lock(&req->lock);
    req->reply.failed = true;
    pthread_mutex_unlock(&req->lock);
}

void snt_http_stream_finish(snt_http_request *req)
{
    snt_server *http = req->http;
    bool abandoned;

    pthread_mutex_lock(&req->lock);
    req->finished = true;
    abandoned = req->abandoned;
    continue_stream(req);
    if (abandoned)
        end(req, false);
    atomic_fetch_sub(&http->waiting, 1);
}

/* ---- the answer, to libmicrohttpd, on its threads ---- */

/* Whether libmicrohttpd has something to do; locked. */
static bool has_news(const snt_http_request *req)
{
    if (!req->stream)
        return req->answered;
    return !req->queued || req->reply.len > req->reply_sent || req->woken ||
           req->finished;
}

/* A connection is suspended first and asked second whether there is news, so
 * that none can come in between unseen. */
static void suspend(snt_http_request *req)
{
    bool resume;

    MHD_suspend_connection(req->connection->mhd);
    pthread_mutex_lock(&req->lock);
    resume = has_news(req);
    req->suspended = !resume;
    pthread_mutex_unlock(&req->lock);
    wake(req, resume);
}

bool snt_http_request_suspend(snt_http_request *req)
{
    if (req->answered)
        return false;
    suspend(req);
    return true;
}

/* Moves what there is into out[max]; locked. */
static ssize_t take(snt_http_request *req, char *out, size_t max)
{
    size_t n = req->reply.len - req->reply_sent;

    if (req->reply.failed)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (!n)
        return req->finished ? MHD_CONTENT_READER_END_OF_STREAM : 0;
    n = n < max ? n : max;
    memcpy(out, req->reply.bytes + req->reply_sent, n);
    req->reply_sent += n;
    req->sent += n;
    if (req->reply_sent == req->reply.len) {
        snt_buffer_clear(&req->reply);
        req->reply_sent = 0;
    }
    return (ssize_t)n;
}

/* The handler makes more only here: when its client has taken all that there
 * was, which bounds what a stream holds. */
static ssize_t read_stream(void *arg, uint64_t at, char *out, size_t max)
{
    snt_http_request *req = arg;
    const snt_http_handler *handler = &req->http->handler;
    ssize_t n;

    (void)at;
    pthread_mutex_lock(&req->lock);
    n = take(req, out, max);
    if (!n)
        req->woken = false;
    pthread_mutex_unlock(&req->lock);
    if (!n) {
        handler->more(handler->arg, req);
        pthread_mutex_lock(&req->lock);
        n = take(req, out, max);
        pthread_mutex_unlock(&req->lock);
    }
    snt_connection_enter(
        req->connection, n ? SNT_PHASE_WRITING : SNT_PHASE_WAITING);
    if (!n)
        suspend(req);
    return n;
}

static struct MHD_Response *response_of(snt_http_request *req)
{
    enum { BLOCK = 16 << 10 };
    snt_buffer *body = &req->reply;
    struct MHD_Response *response;

    if (req->stream)
        return MHD_create_response_from_callback(
            MHD_SIZE_UNKNOWN, BLOCK, read_stream, req, NULL);
    if (req->fixed) {
        req->sent = req->fixed_len;
        return MHD_create_response_from_buffer_with_free_callback(
            req->fixed_len, (void *)(uintptr_t)req->fixed, NULL);
    }
    req->sent = body->len;
    response = MHD_create_response_from_buffer(
        body->len, body->bytes ? body->bytes : (void *)(uintptr_t) "",
        body->bytes ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);
    if (response)
        *body = (snt_buffer){0};
    return response;
}

enum MHD_Result snt_http_request_queue(snt_http_request *req)
{
    const snt_server *http = req->connection->http;
    struct MHD_Response *response;
    enum MHD_Result queued;

    if (req->queued)
        return MHD_YES;
    req->queued = true;
    if (req->reply.failed)
        req->status = MHD_HTTP_INTERNAL_SERVER_ERROR;
    response = response_of(req);
    if (!response)
        return MHD_NO;
    if (req->type)
        MHD_add_response_header(
            response, MHD_HTTP_HEADER_CONTENT_TYPE, req->type);
    MHD_add_response_header(response, "X-Request-Id", req->head.request_id);
    for (const snt_http_reply_header *h = req->headers; h; h = h->next)
        MHD_add_response_header(response, h->name, h->value);
    if (atomic_load(&http->draining))
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    snt_connection_enter(req->connection, SNT_PHASE_WRITING);
    queued = MHD_queue_response(req->connection->mhd, req->status, response);
    MHD_destroy_response(response);
    return queued;
}
