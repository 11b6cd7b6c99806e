/*
 * echo.c - what libmicrohttpd can do at best: the body comes back.
 *
 *     echo [THREADS]
 *
 * The yardstick for `serve`: the same library, the same poll mode, no work.
 * Listens on a free port of 127.0.0.1, prints it, serves until it is ended.
 */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_BODY = 4096 };

typedef struct request {
    size_t len;
    char body[MAX_BODY];
} request;

static enum MHD_Result reply(struct MHD_Connection *connection, request *r)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(r->len, r->body, MHD_RESPMEM_MUST_COPY);
    enum MHD_Result done;

    MHD_add_response_header(response, "Content-Type", "application/json");
    done = MHD_queue_response(connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return done;
}

static enum MHD_Result answer(
    void *context, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *data, size_t *len,
    void **state)
{
    request *r = *state;

    (void)context, (void)url, (void)method, (void)version;
    if (!r) {
        *state = calloc(1, sizeof(request));
        return *state ? MHD_YES : MHD_NO;
    }
    if (!*len)
        return reply(connection, r);
    if (*len > MAX_BODY - r->len)
        return MHD_NO;
    memcpy(r->body + r->len, data, *len);
    r->len += *len;
    *len = 0;
    return MHD_YES;
}

static void forget(
    void *context, struct MHD_Connection *connection, void **state,
    enum MHD_RequestTerminationCode why)
{
    (void)context, (void)connection, (void)why;
    free(*state);
}

int main(int argc, char **argv)
{
    unsigned threads = argc > 1 ? (unsigned)atoi(argv[1]) : 1;
    struct sockaddr_in address = {.sin_family = AF_INET};
    struct MHD_Daemon *daemon;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    /* A pool of one is refused: that is what no pool means. */
    daemon = MHD_start_daemon(
        MHD_USE_POLL_INTERNAL_THREAD, 0, NULL, NULL, answer, NULL,
        MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
        MHD_OPTION_NOTIFY_COMPLETED, forget, NULL,
        threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, threads,
        MHD_OPTION_END);
    if (!daemon)
        return fprintf(stderr, "echo: cannot listen\n"), 1;
    printf(
        "%u\n", MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    fflush(stdout);
    for (;;)
        pause();
}
