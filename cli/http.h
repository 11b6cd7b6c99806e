/*
 * http.h - the server under `serve`: sockets, limits and clocks, no routes.
 *
 * libmicrohttpd parses and writes; requests are answered later and from any
 * thread. A watcher thread keeps the clocks that libmicrohttpd has not: it
 * closes connections whose request or whose reading of the reply takes too
 * long in all, and sees clients go away while they wait.
 */
#ifndef SNT_HTTP_H
#define SNT_HTTP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"
#include "sentiment/base.h"

typedef struct snt_server snt_server;
typedef struct snt_http_request snt_http_request;

enum { SNT_HTTP_REQUEST_ID = 128 };

/** What a request says; strings are NULL when a header is not there. Those of
 * content_type, authorization and origin live as long as begin and handle
 * run. */
typedef struct snt_http_head {
    const char *method;
    const char *path; /* without the query, not unescaped */
    const char *content_type;
    const char *authorization;
    const char *traceparent;
    const char *origin;
    char request_id[SNT_HTTP_REQUEST_ID]; /* the client's, or a new one */
    char client[64];                      /* address, or "unix" */
    uint64_t began_us;                    /* monotonic */
} snt_http_head;

/**
 * What answers. Functions are called on the server's threads and must not
 * wait. Each request is answered once: in begin, in handle, or later on.
 */
typedef struct snt_http_handler {
    /** The head is here, the body is not. Returns the most bytes it may have,
     * more are answered by too_large; or answers at once. */
    size_t (*begin)(void *arg, snt_http_request *req);
    /** The body is here. */
    void (*handle)(void *arg, snt_http_request *req);
    /** Must answer. */
    void (*too_large)(void *arg, snt_http_request *req);
    /** The client has taken what there is of a stream: writes some more of it,
     * or finishes it, or has it woken once there is more. Never called twice at
     * a time; called once more after gone. NULL: there are no streams. */
    void (*more)(void *arg, snt_http_request *req);
    /** The client went away before the answer, which is still due, or before
     * the end of a stream, which is to be finished as soon as may be. */
    void (*gone)(void *arg, snt_http_request *req);
    /** It is over, complete says whether the reply was sent in full; frees
     * what snt_http_request_user points to. */
    void (*end)(void *arg, snt_http_request *req, bool complete);
    void *arg;
} snt_http_handler;

/** How it listens and what it puts up with. All fields are to be set, but for
 * the strings. */
typedef struct snt_http_options {
    const char *host; /* NULL: no TCP socket */
    const char *port;
    const char *unix_path;
    int inherited; /* so many sockets from 3 on, instead of the above */
    const char *tls_cert, *tls_key;
    const char *tls_client_ca; /* clients need a certificate of this CA */
    uint32_t threads;
    uint32_t max_connections; /* of each listening socket; more wait */
    uint32_t max_header_bytes;
    uint32_t read_ms;  /* for a request's first line, and then for the rest */
    uint32_t idle_ms;  /* for the first line of the next one */
    uint32_t write_ms; /* for a reply to be taken */
} snt_http_options;

sentiment_status snt_server_open(
    snt_server **http, const snt_http_options *opts,
    const snt_http_handler *handler, sentiment_error *err);

/** Where it listens: "127.0.0.1:8080", "unix:/run/x.sock"; borrowed. */
const char *snt_server_address(const snt_server *http);

/** Requests that wait for their answer; and all from the head to the end of
 * the reply. */
size_t snt_server_waiting(const snt_server *http);
size_t snt_server_active(const snt_server *http);

/** Open connections. */
size_t snt_server_connections(const snt_server *http);

/** Connections close after the answer in hand. */
void snt_server_drain(snt_server *http);

/** Hangs up, from now on, on clients that do not take their reply at once. */
void snt_server_hang_up(snt_server *http);

/** Every request must have been answered. */
void snt_server_close(snt_server *http);

/* ---- a request ---- */

const snt_http_head *snt_http_request_head(const snt_http_request *req);
sentiment_text snt_http_request_body(const snt_http_request *req);

/** The value of a query parameter; "" when it has none, NULL without it. */
const char *snt_http_request_query(snt_http_request *req, const char *name);

/** The handler's own pointer. */
void **snt_http_request_user(snt_http_request *req);

/** Status of the answer and bytes of its body; 0 before it. */
unsigned snt_http_request_status(const snt_http_request *req);
uint64_t snt_http_request_sent(const snt_http_request *req);

/* ---- the answer ---- */

/** A header of the answer, before it; both are copied. */
void snt_http_header(
    snt_http_request *req, const char *name, const char *value);

/** Answers. Takes the body's memory; type NULL: there is no body. */
void snt_http_reply(
    snt_http_request *req, unsigned status, const char *type, snt_buffer *body);

/** Answers with bytes that outlive the server. */
void snt_http_reply_static(
    snt_http_request *req, unsigned status, const char *type, const void *bytes,
    size_t len);

/** Answers with a body that comes in pieces, as its client takes them: the
 * handler's more is called for each. */
void snt_http_stream_begin(
    snt_http_request *req, unsigned status, const char *type);

/** Adds to the piece; in more only. */
void snt_http_stream_write(
    snt_http_request *req, const char *bytes, size_t len);

/** Has more called, again or once the client has taken the piece before; from
 * any thread, until the stream is finished. */
void snt_http_stream_wake(snt_http_request *req);

/** It is complete. From any thread, once. */
void snt_http_stream_finish(snt_http_request *req);

/** It cannot be completed, and its client is to see that: the connection ends.
 * In more only; the stream is to be finished all the same. */
void snt_http_stream_break(snt_http_request *req);

#endif
