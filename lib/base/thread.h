/* thread.h - starting a thread of the library's own. */
#ifndef SNT_THREAD_H
#define SNT_THREAD_H

#include <pthread.h>

#include "sentiment/base.h"

/** Starts run(arg) with every signal blocked: a host's handlers run on the
 * host's threads. */
sentiment_status snt_thread_start(
    pthread_t *thread, void *(*run)(void *), void *arg, sentiment_error *err);

#endif
