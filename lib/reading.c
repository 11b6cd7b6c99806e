/* reading.c - see reading.h. */
#include "reading.h"

#include <stdlib.h>

#include "error.h"
#include "file.h"
#include "thread.h"

/* A verdict that cannot be used is as good as none, but worth a word. */
static void find_verdict(snt_reading *r)
{
    char *path = snt_file_join(r->dir, SENTIMENT_VERDICT_FILE);
    bool there = path && snt_file_exists(path);

    free(path);
    if (!there)
        return;
    r->has_verdict = snt_verdict_read(
                         &r->verdict, r->dir, snt_model_network(r->model),
                         &r->no_verdict) == SENTIMENT_OK;
    if (!r->has_verdict)
        snt_fail_within(
            &r->no_verdict, r->no_verdict.status,
            "the verdict on precisions is ignored");
}

static void *read_all(void *arg)
{
    snt_reading *r = arg;

    if (snt_model_finish(r->model, &r->failure) == SENTIMENT_OK &&
        r->wants_verdict)
        find_verdict(r);
    return NULL;
}

void snt_reading_begin(snt_reading *r)
{
    r->running =
        snt_thread_start(&r->thread, read_all, r, NULL) == SENTIMENT_OK;
    if (!r->running)
        read_all(r);
}

sentiment_status snt_reading_end(snt_reading *r, sentiment_error *err)
{
    if (r->running)
        pthread_join(r->thread, NULL);
    r->running = false;
    return snt_fail_as(err, &r->failure);
}
