/* thread.c - see thread.h. */
#include "thread.h"

#include <signal.h>
#include <string.h>

#include "error.h"

sentiment_status snt_thread_start(
    pthread_t *thread, void *(*run)(void *), void *arg, sentiment_error *err)
{
    sigset_t all, before;
    int failed;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    failed = pthread_create(thread, NULL, run, arg);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed)
        return snt_fail(
            err, SENTIMENT_ENOMEM, "a thread cannot be started: %s",
            strerror(failed));
    return SENTIMENT_OK;
}
