/*
 * http_watch.c - the clocks of http.h, ten times a second while there are
 * connections.
 *
 * A connection is ended by shutting its socket down: libmicrohttpd then sees
 * the end of it and cleans up. Its socket cannot be another's meanwhile, since
 * a connection leaves the list before it is closed.
 */
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "clock.h"
#include "http_internal.h"
#include "thread.h"

enum { TICK_MS = 100 };

/* Who waits for an answer, to ask all sockets with one call. */
typedef struct waiting {
    struct pollfd *fds;           /* [cap] */
    snt_connection **connections; /* [cap] */
    size_t n;
    size_t cap;
} waiting;

static bool add(waiting *w, snt_connection *connection)
{
    if (w->n == w->cap) {
        size_t cap = w->cap ? 2 * w->cap : 64;
        struct pollfd *fds = realloc(w->fds, cap * sizeof(*fds));
        snt_connection **all;

        if (!fds)
            return false;
        w->fds = fds;
        all = realloc(w->connections, cap * sizeof(*all));
        if (!all)
            return false;
        w->connections = all;
        w->cap = cap;
    }
    w->fds[w->n] = (struct pollfd){.fd = connection->fd, .events = POLLRDHUP};
    w->connections[w->n++] = connection;
    return true;
}

/* The handler is told once; its answer, when it comes, goes nowhere. */
static void tell(snt_connection *connection)
{
    const snt_http_handler *handler = &connection->http->handler;
    snt_http_request *req;

    pthread_mutex_lock(&connection->lock);
    req = connection->request;
    if (req && req->handled && !req->gone) {
        req->gone = true;
        shutdown(connection->fd, SHUT_RDWR);
        handler->gone(handler->arg, req);
    }
    pthread_mutex_unlock(&connection->lock);
}

static void find_gone(waiting *w)
{
    if (!w->n || poll(w->fds, (nfds_t)w->n, 0) <= 0)
        return;
    for (size_t i = 0; i < w->n; i++)
        if (w->fds[i].revents & (POLLRDHUP | POLLHUP | POLLERR))
            tell(w->connections[i]);
}

/* How long a phase may last; 0: as long as it likes. */
static uint64_t limit_of(const snt_http_options *opts, snt_phase phase)
{
    switch (phase) {
    case SNT_PHASE_FRESH:
    case SNT_PHASE_READING:
        return opts->read_ms;
    case SNT_PHASE_IDLE:
        return opts->idle_ms;
    case SNT_PHASE_WRITING:
        return opts->write_ms;
    case SNT_PHASE_WAITING:
        break;
    }
    return 0;
}

static void check(snt_connection *connection, uint64_t now, waiting *w)
{
    const snt_server *http = connection->http;
    snt_phase phase = (snt_phase)atomic_load(&connection->phase);
    uint64_t since = atomic_load(&connection->since_ms);
    uint64_t limit = limit_of(&http->opts, phase);

    if (phase == SNT_PHASE_WAITING)
        add(w, connection);
    else if (limit && now > since && now - since > limit)
        shutdown(connection->fd, SHUT_RDWR);
    else if (phase == SNT_PHASE_IDLE && atomic_load(&http->draining))
        shutdown(connection->fd, SHUT_RDWR);
    else if (phase == SNT_PHASE_WRITING && atomic_load(&http->hanging_up))
        shutdown(connection->fd, SHUT_RDWR);
}

/* Until the next tick, or the end; locked. */
static void wait_for_tick(snt_server *http)
{
    struct timespec tick;

    clock_gettime(CLOCK_MONOTONIC, &tick);
    tick.tv_nsec += TICK_MS * 1000000L;
    tick.tv_sec += tick.tv_nsec / 1000000000;
    tick.tv_nsec %= 1000000000;
    while (!http->stop &&
           pthread_cond_timedwait(&http->changed, &http->lock, &tick) == 0)
        continue;
}

static void *watch(void *arg)
{
    snt_server *http = arg;
    waiting w = {0};

    pthread_mutex_lock(&http->lock);
    while (!http->stop) {
        uint64_t now = snt_clock_now_ms(NULL);

        if (!http->connections) {
            pthread_cond_wait(&http->changed, &http->lock);
            continue;
        }
        w.n = 0;
        for (snt_connection *c = http->connections; c; c = c->next)
            check(c, now, &w);
        find_gone(&w);
        wait_for_tick(http);
    }
    pthread_mutex_unlock(&http->lock);
    free(w.fds);
    free(w.connections);
    return NULL;
}

sentiment_status snt_http_watch_start(snt_server *http, sentiment_error *err)
{
    pthread_condattr_t monotonic;

    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&http->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return snt_thread_start(&http->watcher, watch, http, err);
}

void snt_http_watch_stop(snt_server *http)
{
    pthread_mutex_lock(&http->lock);
    http->stop = true;
    pthread_cond_signal(&http->changed);
    pthread_mutex_unlock(&http->lock);
    pthread_join(http->watcher, NULL);
}
