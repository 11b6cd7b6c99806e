/*
 * classify.c - texts through a classifier, see sentiment_classify. The caller's
 * thread encodes its texts and queues them; workers compute; the caller sleeps
 * until its last text is done. A text that is given several times is computed
 * once.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "classifier.h"
#include "error.h"
#include "repeats.h"

enum { MAX_IN_HAND = 4096 }; /* texts between encoding and result */

/* A caller that sleeps until its texts are done. */
typedef struct waiter {
    pthread_mutex_t lock; /* guards left */
    pthread_cond_t done;
    size_t left;
} waiter;

typedef struct waiting_task {
    snt_task task;
    waiter *waiter;
} waiting_task;

static void wake(snt_task *task)
{
    waiter *w = ((waiting_task *)(void *)task)->waiter;

    pthread_mutex_lock(&w->lock);
    if (!--w->left)
        pthread_cond_signal(&w->done);
    pthread_mutex_unlock(&w->lock);
}

static void submit(
    sentiment_classifier *clf, snt_lane *lane, waiting_task *slot, waiter *w,
    sentiment_text text, float *scores)
{
    slot->waiter = w;
    slot->task.done = wake;
    slot->task.scores = scores;
    if (snt_task_prepare(&slot->task, snt_classifier_policy(clf), text) !=
        SENTIMENT_OK)
        return;
    pthread_mutex_lock(&w->lock);
    w->left++;
    pthread_mutex_unlock(&w->lock);
    snt_classifier_compute(clf, lane, &slot->task);
}

/* The failure that is the model's, not a text's. */
static sentiment_status engine_failure(
    const waiting_task *slots, size_t n, sentiment_error *err)
{
    for (size_t i = 0; i < n; i++) {
        const snt_task *task = &slots[i].task;

        if (task->result.status == SENTIMENT_EENGINE ||
            task->result.status == SENTIMENT_ENOMEM)
            return snt_fail(
                err, (sentiment_status)task->result.status, "%s",
                task->message);
    }
    return SENTIMENT_OK;
}

/* What the workers have to do with, of at most MAX_IN_HAND texts. */
typedef struct hand {
    waiting_task *slots; /* [n] */
    uint32_t *first;     /* [n]: see repeats.h */
    float *scores;       /* [n, labels], or NULL: the caller's are written */
} hand;

static void take_results(
    const hand *h, size_t n, size_t labels, sentiment_result *results,
    float *scores)
{
    for (size_t i = 0; i < n; i++) {
        size_t from = h->first[i];

        results[i] = h->slots[from].task.result;
        if (from != i)
            memcpy(
                scores + i * labels, scores + from * labels,
                labels * sizeof(*scores));
    }
    for (size_t i = 0; i < n; i++)
        snt_task_release(&h->slots[i].task);
}

/* scores [n, labels] are the caller's or the hand's. */
static sentiment_status classify_some(
    sentiment_classifier *clf, const sentiment_text *texts, size_t n,
    const hand *h, float *scores, sentiment_result *results,
    sentiment_error *err)
{
    size_t labels = sentiment_classifier_n_labels(clf);
    snt_lane lane = {.first = NULL};
    waiter w = {.left = 0};
    sentiment_status status;

    memset(h->slots, 0, n * sizeof(*h->slots));
    snt_repeats_find(texts, n, h->first);
    pthread_mutex_init(&w.lock, NULL);
    pthread_cond_init(&w.done, NULL);
    for (size_t i = 0; i < n; i++)
        if (h->first[i] == i)
            submit(clf, &lane, &h->slots[i], &w, texts[i], scores + i * labels);
    pthread_mutex_lock(&w.lock);
    while (w.left)
        pthread_cond_wait(&w.done, &w.lock);
    pthread_mutex_unlock(&w.lock);
    pthread_cond_destroy(&w.done);
    pthread_mutex_destroy(&w.lock);
    status = engine_failure(h->slots, n, err);
    take_results(h, n, labels, results, scores);
    return status;
}

sentiment_status sentiment_classify(
    sentiment_classifier *clf, const sentiment_text *texts, size_t n,
    sentiment_result *results, float *scores, sentiment_error *err)
{
    assert(clf && (texts || !n) && (results || !n));
    size_t labels = sentiment_classifier_n_labels(clf);
    size_t at_once = n < MAX_IN_HAND ? n : MAX_IN_HAND;
    sentiment_status status = snt_classifier_usable(clf, err);
    hand h;

    if (status != SENTIMENT_OK || !n)
        return status;
    h.slots = calloc(at_once, sizeof(*h.slots));
    h.first = calloc(at_once, sizeof(*h.first));
    h.scores = scores ? NULL : calloc(at_once * labels, sizeof(*h.scores));
    if (!h.slots || !h.first || (!scores && !h.scores))
        status = snt_fail_memory(err);
    for (size_t i = 0; i < n && status == SENTIMENT_OK; i += at_once)
        status = classify_some(
            clf, texts + i, n - i < at_once ? n - i : at_once, &h,
            scores ? scores + i * labels : h.scores, results + i, err);
    free(h.scores);
    free(h.first);
    free(h.slots);
    return status;
}
