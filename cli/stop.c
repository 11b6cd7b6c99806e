/* stop.c - see stop.h: a handler that writes one byte to a pipe. */
#include "stop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t stopped;
static int ends[2] = {-1, -1};

static void ask(int signal_number)
{
    int before = errno;

    stopped = signal_number;
    if (write(ends[1], "", 1) < 0)
        errno = 0; /* full: it is readable already */
    errno = before;
}

void snt_stop_install(void)
{
    struct sigaction action = {
        .sa_handler = ask, .sa_flags = (int)SA_RESETHAND};

    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK))
        ends[0] = ends[1] = -1;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

int snt_stop_signal(void)
{
    return stopped;
}

int snt_stop_fd(void)
{
    return ends[0];
}
