/*
 * queue.h - pieces waiting for a worker.
 *
 * Each caller has a lane of its own; a batch takes one piece of each waiting
 * lane in turn, so that a long one does not keep a short one waiting. A batch
 * is what is there when a worker is free: nothing waits for more to come.
 */
#ifndef SNT_QUEUE_H
#define SNT_QUEUE_H

#include <pthread.h>

#include "task.h"

/** Zero it to begin; it must outlive its pieces in the queue. */
typedef struct snt_lane {
    snt_piece *first;
    snt_piece *last;
    struct snt_lane *next; /* in the list of lanes that are not empty */
} snt_lane;

typedef struct snt_queue {
    pthread_mutex_t lock; /* guards what follows, lanes included */
    pthread_cond_t filled;
    snt_lane *first; /* lanes with pieces, in the order of their turn */
    snt_lane *last;
    atomic_size_t pieces; /* read without the lock too */
    size_t tokens;
    unsigned idle;       /* workers that wait */
    void *whom;          /* the last who called for help, */
    unsigned seats;      /* and how many may still come */
    atomic_bool closing; /* read without the lock too */
} snt_queue;

void snt_queue_init(snt_queue *queue);
void snt_queue_destroy(snt_queue *queue);

/** Adds all pieces of task to lane. */
void snt_queue_push(snt_queue *queue, snt_lane *lane, snt_task *task);

/** Idle workers who help one that computes. */
typedef struct snt_help {
    void *self;    /* given to those who help the taker, */
    unsigned most; /* of whom it wants so many; 0: none */
    unsigned came; /* set with a batch: how many were called */
    void *whom;    /* set without one: whom the taker is called to help */
} snt_help;

/**
 * Waits for pieces and takes a batch into pieces[cap]: as many as fit into
 * max_tokens, but at least one; fewer when other workers are idle, so that
 * they get their share. When nothing is left for those who still are, they are
 * called to help. 0: the queue is closing and empty, or help->whom is set.
 */
size_t snt_queue_take(
    snt_queue *queue, snt_piece **pieces, size_t cap, size_t max_tokens,
    snt_help *help);

/** Whether there is something to do for a worker, be it to end: a look, without
 * the lock. */
bool snt_queue_waiting(const snt_queue *queue);

/** Lets takers go when all is taken. */
void snt_queue_close(snt_queue *queue);

#endif
