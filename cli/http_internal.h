/* http_internal.h - what the files of the server share; see http.h. */
#ifndef SNT_HTTP_INTERNAL_H
#define SNT_HTTP_INTERNAL_H

#include <microhttpd.h>
#include <pthread.h>

#include "http.h"

typedef struct snt_connection snt_connection;

/** What a connection does, which says what clock it is under. */
typedef enum snt_phase {
    SNT_PHASE_FRESH,   /* no line of a request yet */
    SNT_PHASE_IDLE,    /* between two requests */
    SNT_PHASE_READING, /* the first line is here, the rest comes */
    SNT_PHASE_WAITING, /* the handler has it */
    SNT_PHASE_WRITING  /* the reply goes out */
} snt_phase;

struct snt_connection {
    snt_server *http;
    struct MHD_Connection *mhd;
    int fd;
    atomic_int phase;
    atomic_ullong since_ms; /* of the phase */
    bool verified;          /* the client's certificate */
    pthread_mutex_t lock;   /* guards request, and its handled and gone,
                               against the watcher */
    snt_http_request *request;
    snt_connection *next, *prev; /* under the server's lock */
    char client[64];
};

typedef struct snt_http_reply_header {
    struct snt_http_reply_header *next;
    const char *value; /* in name, after its NUL */
    char name[];
} snt_http_reply_header;

struct snt_http_request {
    snt_server *http;
    snt_connection *connection; /* not after abandoned */
    snt_http_head head;
    snt_buffer body;
    size_t max_body;
    bool too_large;
    uint64_t swallowed; /* bytes beyond max_body */
    bool handled;       /* handle was called */
    bool queued;        /* the reply was given to libmicrohttpd */
    bool gone;          /* the handler was told */
    void *user;

    pthread_mutex_t lock; /* guards what follows until the reply is queued */
    bool suspended;       /* and to be resumed when there is something */
    bool answered;
    unsigned status;
    const char *type;
    const void *fixed; /* a body that is not ours */
    size_t fixed_len;
    snt_buffer reply; /* or, of a stream, what is not sent yet */
    size_t reply_sent;
    bool stream;
    bool woken; /* the handler has more of it */
    bool finished;
    bool abandoned; /* a stream whose connection is over, and it is not */
    uint64_t sent;
    snt_http_reply_header *headers;
    char strings[]; /* what head points to and is needed to the end */
};

enum { SNT_HTTP_DAEMONS = 8 };

struct snt_server {
    snt_http_options opts;
    snt_http_handler handler;
    struct MHD_Daemon *daemons[SNT_HTTP_DAEMONS];
    size_t n_daemons;
    char address[256];
    char *cert, *key, *client_ca; /* PEM */
    atomic_bool draining, hanging_up;
    atomic_size_t waiting, active; /* requests */
    atomic_size_t n_connections;

    pthread_t watcher;
    pthread_mutex_t lock; /* guards the list and stop */
    pthread_cond_t changed;
    snt_connection *connections;
    bool stop;
};

/** The next phase of a connection begins. */
void snt_connection_enter(snt_connection *connection, snt_phase phase);

/* http_watch.c */
sentiment_status snt_http_watch_start(snt_server *http, sentiment_error *err);
void snt_http_watch_stop(snt_server *http);

/* http_listen.c: sockets, made or inherited; the address for people. */
sentiment_status snt_http_listen(
    const snt_http_options *opts, int *fds, size_t *n, char *address,
    size_t address_size, sentiment_error *err);

/* http_tls.c */
sentiment_status snt_http_tls_load(snt_server *http, sentiment_error *err);
bool snt_http_tls_verified(snt_connection *connection);

/* http_request.c */
snt_http_request *snt_http_request_new(
    snt_connection *connection, const char *method, const char *path);

/** Its connection is done with it. A stream that is not finished stays until it
 * is; the handler is told that nobody reads it. */
void snt_http_request_leave(snt_http_request *req, bool complete);

/** Gives the answer to libmicrohttpd. */
enum MHD_Result snt_http_request_queue(snt_http_request *req);

/** Takes the request out of libmicrohttpd's loop until it is answered; false
 * when it already is. */
bool snt_http_request_suspend(snt_http_request *req);

#endif
