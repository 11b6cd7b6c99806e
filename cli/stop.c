/* stop.c - see stop.h: a handler that writes one byte to a pipe. */
#include "stop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t stopped;
static volatile sig_atomic_t hung_up;
static int ends[2] = {-1, -1};

static void wake(void)
{
    int before = errno;

    if (write(ends[1], "", 1) < 0)
        errno = 0; /* full: it is readable already */
    errno = before;
}

static void ask(int signal_number)
{
    stopped = signal_number;
    wake();
}

static void note_hangup(int signal_number)
{
    (void)signal_number;
    hung_up = 1;
    wake();
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

void snt_stop_keep_hangup(void)
{
    struct sigaction action = {.sa_handler = note_hangup};

    sigemptyset(&action.sa_mask);
    sigaction(SIGHUP, &action, NULL);
}

int snt_stop_take_hangup(void)
{
    int taken = hung_up;

    hung_up = 0;
    return taken;
}

int snt_stop_signal(void)
{
    return stopped;
}

int snt_stop_fd(void)
{
    return ends[0];
}
