/*
 * flight.h - the inside of a pipeline: flights, the waiters in them, groups.
 *
 * A flight is one text being encoded and computed; a waiter is one submit that
 * waits for it. A text that is in flight already gets a waiter more, and is
 * computed once. Everything here happens with the pipeline's lock held, except
 * where a function says otherwise.
 */
#ifndef SNT_FLIGHT_H
#define SNT_FLIGHT_H

#include <sys/types.h>

#include "classifier.h"
#include "deadlines.h"
#include "sentiment/pipeline.h"

typedef struct snt_waiter snt_waiter;
typedef struct snt_flight snt_flight;

/** A classifier, and what the pipeline must know of it. Texts are answered by
 * the one that they came to, so there are two while one follows the other. */
typedef struct snt_generation {
    sentiment_classifier *clf;
    sentiment_digest identity; /* the classifier's */
    size_t users;              /* calls of submit, flights; under the lock */
} snt_generation;

struct snt_flight {
    snt_task task; /* first: the classifier gives it back */
    sentiment_pipeline *pipe;
    snt_generation *gen;
    sentiment_group *group;   /* whose lane it is in */
    snt_waiter *waiters;      /* without an answer */
    size_t holders;           /* waiters not called back, the submitter while
                                 it encodes, the classifier */
    size_t tokens;            /* that the classifier holds */
    sentiment_digest digest;  /* of the text and all that decides its answer */
    snt_flight *next_of_slot; /* in the table */
    bool listed;              /* in the table: others may join */
    bool encoding;
    bool cached;    /* it came out of the cache */
    float scores[]; /* [labels] */
};

struct snt_waiter {
    snt_deadline deadline; /* first: the heap gives it back */
    snt_flight *flight;
    sentiment_group *group;
    sentiment_done_fn done;
    void *arg;
    sentiment_status gave_up; /* EDEADLINE, ECANCELLED, or OK */
    bool joined;              /* a flight that was there before */
    snt_waiter *next_of_flight, *prev_of_flight;
    snt_waiter *next_of_group, *prev_of_group;
    snt_waiter *next_answered;
};

struct sentiment_group {
    sentiment_pipeline *pipe;
    snt_lane lanes[2];   /* one for each generation */
    snt_waiter *waiters; /* without an answer */
    size_t holders;      /* its owner, flights in its lane, waiters */
};

enum { SNT_FLIGHT_SLOTS = 4096 };

struct sentiment_pipeline {
    pid_t owner; /* a forked child has none of the threads */
    sentiment_pipeline_options opts;
    size_t n_labels;
    float *no_scores; /* [labels], zero */
    int event;        /* eventfd of a polled pipeline, or -1 */
    pthread_t herald;

    pthread_mutex_t lock;   /* guards what follows, flights, waiters, groups */
    pthread_cond_t changed; /* an answer, an earlier deadline, the end */
    pthread_cond_t empty;   /* nothing is in hand */
    snt_generation generations[2];
    _Atomic(snt_generation *) current; /* written with the lock held */
    snt_generation *former;            /* still in use after a swap, or NULL */
    snt_deadlines deadlines;
    snt_waiter *first; /* with an answer, the oldest first */
    snt_waiter *last;
    snt_flight *flights[SNT_FLIGHT_SLOTS]; /* by digest */
    sentiment_group common;
    sentiment_pipeline_stats stats;
    size_t computing; /* flights that the classifier holds, also those that
                         nobody waits for any more */
    bool draining;
    bool closing;
};

/** Not in a forked child, where a lock may be held for ever by a thread that
 * is not there; then ESTATE. */
bool snt_pipeline_is_ours(const sentiment_pipeline *pipe);
sentiment_status snt_pipeline_usable(
    const sentiment_pipeline *pipe, sentiment_error *err);

/** Makes gen, which nobody uses, stand for clf; returns gen. */
snt_generation *snt_generation_begin(
    snt_generation *gen, sentiment_classifier *clf);

/** Gives a user up. */
void snt_generation_release(sentiment_pipeline *pipe, snt_generation *gen);

/** A flight with one holder, its maker, in group's lane; or NULL. */
snt_flight *snt_flight_new(
    snt_generation *gen, sentiment_group *group,
    const sentiment_digest *digest);

/** Where f waits for a worker. */
snt_lane *snt_flight_lane(const snt_flight *f);

/** Gives a holder up; the last one frees. */
void snt_flight_release(snt_flight *f);

/** Lets others find it, or no longer. */
void snt_flight_list(snt_flight *f);
void snt_flight_unlist(snt_flight *f);

/** The flight of the same text, or NULL. */
snt_flight *snt_flight_find(
    sentiment_pipeline *pipe, const sentiment_digest *digest);

/** Makes w wait for f until due_ms (0: for ever). False: out of memory. */
bool snt_flight_board(snt_flight *f, snt_waiter *w, uint64_t due_ms);

/** Hands all waiters of f to the herald: the answer is there. */
void snt_flight_answer(snt_flight *f);

/** Hands one to the herald before that; the last one takes the flight along. */
void snt_flight_give_up(snt_waiter *w, sentiment_status status);

/** The task's done: on a worker's thread, takes the lock itself. */
void snt_flight_computed(snt_task *task);

void snt_group_release(sentiment_group *group);

/** The pipeline's thread; and what it does for one that is polled: calls back
 * all who have an answer, and says how many. The lock is let go meanwhile. */
void *snt_herald_run(void *pipe);
size_t snt_herald_deliver(sentiment_pipeline *pipe);

/** Waits for a change, or for the next deadline. */
void snt_herald_wait(sentiment_pipeline *pipe);

#endif
