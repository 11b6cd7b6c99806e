/*
 * http.c - see http.h: libmicrohttpd's callbacks, and the daemons.
 *
 * Poll, not epoll: with epoll libmicrohttpd (0.9.75 to 1.0.1) stalls when a
 * wait returns exactly 128 events. One daemon for each listening socket.
 */
#include "http.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "clock.h"
#include "error.h"
#include "http_internal.h"

/* What is read of a body over its limit, so that the client, who has not read
 * so far, gets to see the refusal. */
enum { MAX_SWALLOWED = 64 << 20 };

void snt_connection_enter(snt_connection *connection, snt_phase phase)
{
    atomic_store(&connection->since_ms, snt_clock_now_ms(NULL));
    atomic_store(&connection->phase, (int)phase);
}

static snt_connection *connection_of(struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info ? info->socket_context : NULL;
}

/* ---- a request arrives ---- */

static bool has_body(struct MHD_Connection *mhd)
{
    const char *length = MHD_lookup_connection_value(
        mhd, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);

    return (length && strcmp(length, "0")) ||
           MHD_lookup_connection_value(
               mhd, MHD_HEADER_KIND, MHD_HTTP_HEADER_TRANSFER_ENCODING);
}

static bool begins(const char *name, const char *with)
{
    return !strncasecmp(name, with, strlen(with));
}

/* RFC 9110, 5.6.2. */
static bool is_token(const char *name)
{
    return *name && !name[strspn(
                        name, "abcdefghijklmnopqrstuvwxyz"
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                              "!#$%&'*+-.^_`|~")];
}

/* libmicrohttpd 0.9.75 gives "Transfer-Encoding : chunked" with the blank in
 * its name, and "Transfer-Encoding:", its value on a line of its own, as
 * "Transfer-Encodingchunked"; it heeds neither, and a proxy may have. */
static enum MHD_Result count_length(
    void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
    int *n = arg;

    (void)kind;
    (void)value;
    if (!strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) ||
        !strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING))
        *n += 1;
    else if (
        !is_token(name) || begins(name, MHD_HTTP_HEADER_CONTENT_LENGTH) ||
        begins(name, MHD_HTTP_HEADER_TRANSFER_ENCODING))
        *n += 2;
    return MHD_YES;
}

/* Two lengths of one body, or what others may read as one: a proxy may have
 * believed the other one, and what follows would be somebody else's request. */
static bool is_ambiguous(struct MHD_Connection *mhd)
{
    int n = 0;

    MHD_get_connection_values(mhd, MHD_HEADER_KIND, count_length, &n);
    return n > 1;
}

/* A body that is too large need not come when its sender asks first, or when
 * it is more than would be swallowed. */
static bool is_unwelcome(
    struct MHD_Connection *mhd, const snt_http_request *req)
{
    const char *length = MHD_lookup_connection_value(
        mhd, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    uint64_t bytes = length ? strtoull(length, NULL, 10) : 0;

    return bytes > req->max_body &&
           (bytes - req->max_body > MAX_SWALLOWED ||
            MHD_lookup_connection_value(
                mhd, MHD_HEADER_KIND, MHD_HTTP_HEADER_EXPECT));
}

static enum MHD_Result begin(
    struct MHD_Connection *mhd, const char *url, const char *method,
    void **slot)
{
    snt_connection *connection = connection_of(mhd);
    const snt_http_handler *handler;
    snt_http_request *req;

    if (!connection || !snt_http_tls_verified(connection) || is_ambiguous(mhd))
        return MHD_NO;
    req = snt_http_request_new(connection, method, url);
    if (!req)
        return MHD_NO;
    *slot = req;
    atomic_fetch_add(&connection->http->active, 1);
    pthread_mutex_lock(&connection->lock);
    connection->request = req;
    pthread_mutex_unlock(&connection->lock);
    handler = &connection->http->handler;
    req->max_body = handler->begin(handler->arg, req);
    if (!req->answered && is_unwelcome(mhd, req))
        handler->too_large(handler->arg, req);
    /* An answer given here closes the connection, which only a body that is
     * not wanted deserves. */
    return req->answered && has_body(mhd) ? snt_http_request_queue(req)
                                          : MHD_YES;
}

/* The first line is here: from now on the whole request is under one clock.
 * Until then a further one is under that of the idle connection. */
static void *on_line(void *arg, const char *uri, struct MHD_Connection *mhd)
{
    snt_connection *connection = connection_of(mhd);

    (void)arg;
    (void)uri;
    if (connection)
        snt_connection_enter(connection, SNT_PHASE_READING);
    return NULL;
}

static enum MHD_Result receive(
    snt_http_request *req, const char *bytes, size_t len)
{
    if (req->too_large || len > req->max_body - req->body.len) {
        req->too_large = true;
        snt_buffer_free(&req->body);
        req->swallowed += len;
        return req->swallowed > MAX_SWALLOWED ? MHD_NO : MHD_YES;
    }
    snt_buffer_add(&req->body, bytes, len);
    return req->body.failed ? MHD_NO : MHD_YES;
}

static void handle(snt_http_request *req)
{
    const snt_http_handler *handler = &req->connection->http->handler;

    pthread_mutex_lock(&req->connection->lock);
    req->handled = true;
    pthread_mutex_unlock(&req->connection->lock);
    snt_connection_enter(req->connection, SNT_PHASE_WAITING);
    atomic_fetch_add(&req->connection->http->waiting, 1);
    if (req->too_large)
        handler->too_large(handler->arg, req);
    else
        handler->handle(handler->arg, req);
}

static enum MHD_Result on_request(
    void *arg, struct MHD_Connection *mhd, const char *url, const char *method,
    const char *version, const char *bytes, size_t *len, void **slot)
{
    snt_http_request *req = *slot;

    (void)arg;
    (void)version;
    if (!req)
        return begin(mhd, url, method, slot);
    if (*len) {
        size_t n = *len;

        *len = 0;
        return receive(req, bytes, n);
    }
    if (!req->handled && !req->answered)
        handle(req);
    if (!snt_http_request_suspend(req))
        return snt_http_request_queue(req);
    return MHD_YES;
}

static void on_end(
    void *arg, struct MHD_Connection *mhd, void **slot,
    enum MHD_RequestTerminationCode how)
{
    snt_http_request *req = *slot;
    snt_connection *connection;

    (void)arg;
    (void)mhd;
    if (!req)
        return;
    connection = req->connection;
    pthread_mutex_lock(&connection->lock);
    connection->request = NULL;
    pthread_mutex_unlock(&connection->lock);
    snt_connection_enter(connection, SNT_PHASE_IDLE);
    snt_http_request_leave(req, how == MHD_REQUEST_TERMINATED_COMPLETED_OK);
    *slot = NULL;
}

/* ---- connections ---- */

static void list(snt_server *http, snt_connection *connection)
{
    pthread_mutex_lock(&http->lock);
    connection->next = http->connections;
    if (connection->next)
        connection->next->prev = connection;
    http->connections = connection;
    pthread_cond_signal(&http->changed);
    pthread_mutex_unlock(&http->lock);
    atomic_fetch_add(&http->n_connections, 1);
}

static void unlist(snt_server *http, snt_connection *connection)
{
    pthread_mutex_lock(&http->lock);
    if (connection->prev)
        connection->prev->next = connection->next;
    else
        http->connections = connection->next;
    if (connection->next)
        connection->next->prev = connection->prev;
    pthread_mutex_unlock(&http->lock);
    atomic_fetch_sub(&http->n_connections, 1);
}

static void on_connection(
    void *arg, struct MHD_Connection *mhd, void **slot,
    enum MHD_ConnectionNotificationCode what)
{
    snt_server *http = arg;
    snt_connection *connection = *slot;

    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *fd =
            MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);

        connection = calloc(1, sizeof(*connection));
        *slot = connection;
        if (!connection)
            return; /* begin will refuse */
        connection->http = http;
        connection->mhd = mhd;
        connection->fd = fd ? fd->connect_fd : -1;
        pthread_mutex_init(&connection->lock, NULL);
        snt_connection_enter(connection, SNT_PHASE_FRESH);
        list(http, connection);
    } else if (connection) {
        unlist(http, connection);
        pthread_mutex_destroy(&connection->lock);
        free(connection);
        *slot = NULL;
    }
}

/* Paths stay as they came: "%00" must not cut one short. */
static size_t keep_escapes(void *arg, struct MHD_Connection *mhd, char *text)
{
    (void)arg;
    (void)mhd;
    return strlen(text);
}

/* libmicrohttpd's own lines are about clients that went away. */
static void no_log(void *arg, const char *format, va_list args)
{
    (void)arg;
    (void)format;
    (void)args;
}

/* ---- open and close ---- */

static uint32_t longer(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static struct MHD_Daemon *start_daemon(snt_server *http, int fd)
{
    const snt_http_options *o = &http->opts;
    unsigned flags = MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_ITC |
                     MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
                     (http->cert ? MHD_USE_TLS : 0u);
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, http->cert},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, http->key},
        {http->client_ca ? MHD_OPTION_HTTPS_MEM_TRUST : MHD_OPTION_END, 0,
         http->client_ca},
        {MHD_OPTION_END, 0, NULL}};
    const struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    /* libmicrohttpd's time-out is of inactivity, whatever a connection does;
     * the watcher knows what. */
    uint32_t longest_ms = longer(longer(o->read_ms, o->idle_ms), o->write_ms);
    unsigned inactive_s = longest_ms / 1000 + 2;

    return MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, http, MHD_OPTION_EXTERNAL_LOGGER,
        no_log, NULL, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_URI_LOG_CALLBACK,
        on_line, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_end, http,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, http,
        MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)o->max_connections,
        MHD_OPTION_CONNECTION_TIMEOUT, inactive_s,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)o->max_header_bytes,
        MHD_OPTION_THREAD_POOL_SIZE, o->threads > 1 ? (unsigned)o->threads : 0u,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_ARRAY,
        http->cert ? tls : none, MHD_OPTION_END);
}

static sentiment_status start(snt_server *http, sentiment_error *err)
{
    int fds[SNT_HTTP_DAEMONS];
    size_t n = 0;
    sentiment_status status = snt_http_tls_load(http, err);

    if (status == SENTIMENT_OK)
        status = snt_http_listen(
            &http->opts, fds, &n, http->address, sizeof(http->address), err);
    for (size_t i = 0; i < n; i++) {
        struct MHD_Daemon *daemon =
            status == SENTIMENT_OK ? start_daemon(http, fds[i]) : NULL;

        if (daemon) {
            http->daemons[http->n_daemons++] = daemon;
            continue;
        }
        close(fds[i]);
        if (status == SENTIMENT_OK)
            status = snt_fail(
                err, SENTIMENT_EIO, "%s: the server cannot be started%s",
                http->address,
                http->cert ? "; does the key fit the certificate?" : "");
    }
    return status;
}

sentiment_status snt_server_open(
    snt_server **http, const snt_http_options *opts,
    const snt_http_handler *handler, sentiment_error *err)
{
    snt_server *made = calloc(1, sizeof(*made));
    sentiment_status status;

    *http = NULL;
    if (!made)
        return snt_fail_memory(err);
    made->opts = *opts;
    made->handler = *handler;
    pthread_mutex_init(&made->lock, NULL);
    status = snt_http_watch_start(made, err);
    if (status != SENTIMENT_OK) {
        free(made);
        return status;
    }
    status = start(made, err);
    if (status == SENTIMENT_OK)
        *http = made;
    else
        snt_server_close(made);
    return status;
}

void snt_server_close(snt_server *http)
{
    if (!http)
        return;
    for (size_t i = 0; i < http->n_daemons; i++)
        MHD_stop_daemon(http->daemons[i]);
    snt_http_watch_stop(http);
    if (http->opts.unix_path && http->n_daemons && !http->opts.inherited)
        unlink(http->opts.unix_path);
    free(http->cert);
    free(http->key);
    free(http->client_ca);
    pthread_cond_destroy(&http->changed);
    pthread_mutex_destroy(&http->lock);
    free(http);
}

void snt_server_drain(snt_server *http)
{
    atomic_store(&http->draining, true);
}

void snt_server_hang_up(snt_server *http)
{
    atomic_store(&http->hanging_up, true);
}

const char *snt_server_address(const snt_server *http)
{
    return http->address;
}

size_t snt_server_waiting(const snt_server *http)
{
    return atomic_load(&http->waiting);
}

size_t snt_server_connections(const snt_server *http)
{
    return atomic_load(&http->n_connections);
}

size_t snt_server_active(const snt_server *http)
{
    return atomic_load(&http->active);
}
