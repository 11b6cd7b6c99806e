/* http_listen.c - the listening sockets of http.h: TCP, Unix, or inherited from
 * a service manager (sd_listen_fds(3): from descriptor 3 on). */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "error.h"
#include "http_internal.h"

enum { BACKLOG = 1024, FIRST_INHERITED = 3 };

/* Where the listening sockets and what to call them are collected. */
typedef struct sockets {
    int *fds;
    size_t *n;
    char *address;
    size_t size;
    sentiment_error *err;
} sockets;

static void keep(
    const sockets *s, int fd, const char *format, const char *a, const char *b)
{
    size_t used = strlen(s->address);

    s->fds[(*s->n)++] = fd;
    if (used && used < s->size - 1)
        used += (size_t)snprintf(s->address + used, s->size - used, " and ");
    if (used < s->size)
        snprintf(s->address + used, s->size - used, format, a, b);
}

static sentiment_status fail(
    const sockets *s, const char *what, const char *why)
{
    return snt_fail(
        s->err, SENTIMENT_EIO, "cannot listen on %s: %s", what, why);
}

/* ---- TCP ---- */

static int bind_one(const struct addrinfo *at)
{
    int one = 1, zero = 0, error;
    int fd = socket(
        at->ai_family, at->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
        at->ai_protocol);

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (at->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof(zero));
    if (!bind(fd, at->ai_addr, at->ai_addrlen) && !listen(fd, BACKLOG))
        return fd;
    error = errno;
    close(fd);
    errno = error;
    return -1;
}

/* The kernel's word for it: port 0 has become a real one. */
static void keep_bound(const sockets *s, int fd)
{
    struct sockaddr_storage bound;
    socklen_t len = sizeof(bound);
    char host[64] = "?", port[16] = "?";

    if (!getsockname(fd, (struct sockaddr *)(void *)&bound, &len))
        getnameinfo(
            (struct sockaddr *)(void *)&bound, len, host, sizeof(host), port,
            sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV);
    keep(s, fd, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
}

static sentiment_status listen_tcp(
    const sockets *s, const char *host, const char *port)
{
    const struct addrinfo hints = {
        .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *found;
    char what[300];
    int error, fd = -1;

    snprintf(what, sizeof(what), "%s:%s", host, port);
    /* getaddrinfo(3) would take the lower 16 bits of a larger number. */
    if (!port[strspn(port, "0123456789")] && strtoul(port, NULL, 10) > 65535)
        return fail(s, what, "ports go up to 65535");
    error = getaddrinfo(host, port, &hints, &found);
    if (error)
        return fail(s, what, gai_strerror(error));
    for (struct addrinfo *at = found; at && fd < 0; at = at->ai_next)
        fd = bind_one(at);
    error = errno;
    freeaddrinfo(found);
    if (fd < 0)
        return fail(s, what, strerror(error));
    keep_bound(s, fd);
    return SENTIMENT_OK;
}

/* ---- Unix ---- */

/* A socket that nobody listens on any more is in the way. */
static void remove_stale(const struct sockaddr_un *at, socklen_t len)
{
    struct stat st;
    int fd;

    if (lstat(at->sun_path, &st) || !S_ISSOCK(st.st_mode))
        return;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    if (connect(fd, (const struct sockaddr *)(const void *)at, len) &&
        errno == ECONNREFUSED)
        unlink(at->sun_path);
    close(fd);
}

static sentiment_status listen_unix(const sockets *s, const char *path)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    socklen_t len = sizeof(at);
    int fd, error;

    if (strlen(path) >= sizeof(at.sun_path))
        return fail(s, path, "the path is too long for a socket");
    memcpy(at.sun_path, path, strlen(path) + 1);
    remove_stale(&at, len);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)(void *)&at, len) ||
        listen(fd, BACKLOG)) {
        error = errno;
        if (fd >= 0)
            close(fd);
        return fail(s, path, strerror(error));
    }
    keep(s, fd, "unix:%s%s", path, "");
    return SENTIMENT_OK;
}

/* ---- inherited ---- */

static sentiment_status take_inherited(const sockets *s, int n)
{
    struct sockaddr_un at;
    char path[sizeof(at.sun_path) + 1]; /* the kernel's may have no NUL */

    for (int i = 0; i < n; i++) {
        int fd = FIRST_INHERITED + i;
        socklen_t len = sizeof(at);

        if (*s->n == SNT_HTTP_DAEMONS)
            return fail(s, "inherited sockets", "there are too many");
        memset(&at, 0, sizeof(at));
        if (getsockname(fd, (struct sockaddr *)(void *)&at, &len))
            return fail(s, "an inherited socket", strerror(errno));
        fcntl(fd, F_SETFD, FD_CLOEXEC);
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
        snprintf(
            path, sizeof(path), "%.*s", (int)sizeof(at.sun_path), at.sun_path);
        if (at.sun_family == AF_UNIX)
            keep(s, fd, "unix:%s%s", path, "");
        else
            keep_bound(s, fd);
    }
    return SENTIMENT_OK;
}

sentiment_status snt_http_listen(
    const snt_http_options *opts, int *fds, size_t *n, char *address,
    size_t address_size, sentiment_error *err)
{
    const sockets s = {fds, n, address, address_size, err};
    sentiment_status status = SENTIMENT_OK;

    *address = '\0';
    if (opts->inherited)
        return take_inherited(&s, opts->inherited);
    if (opts->host)
        status = listen_tcp(&s, opts->host, opts->port);
    if (status == SENTIMENT_OK && opts->unix_path)
        status = listen_unix(&s, opts->unix_path);
    return status;
}
