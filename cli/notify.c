/* notify.c - see notify.h. */
#include "notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void snt_notify(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t len = path ? strlen(path) : 0;
    int fd;

    if (!len || len >= sizeof(to.sun_path))
        return;
    memcpy(to.sun_path, path, len);
    if (*path == '@') /* the abstract name space */
        to.sun_path[0] = '\0';
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    sendto(
        fd, state, strlen(state), MSG_NOSIGNAL,
        (const struct sockaddr *)(const void *)&to,
        (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
    close(fd);
}

/* The value of a variable that is meant for this process. */
static long meant_for_us(const char *pid_name, const char *name)
{
    const char *pid = getenv(pid_name), *value = getenv(name);

    if (!value || (pid && atol(pid) != (long)getpid()))
        return 0;
    return atol(value);
}

int snt_notify_sockets(void)
{
    long n =
        getenv("LISTEN_PID") ? meant_for_us("LISTEN_PID", "LISTEN_FDS") : 0;

    return n > 0 && n < 64 ? (int)n : 0;
}

int snt_notify_watchdog_ms(void)
{
    long us = meant_for_us("WATCHDOG_PID", "WATCHDOG_USEC");

    return us > 0 ? (int)(us / 2000) : 0;
}
