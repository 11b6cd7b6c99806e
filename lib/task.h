/*
 * task.h - one text on its way through a classifier.
 *
 * A text becomes one piece, or, when it is long and windows were asked for,
 * several. Pieces are computed independently, on any worker; the one that
 * finishes last makes the text's result of them.
 */
#ifndef SNT_TASK_H
#define SNT_TASK_H

#include <stdatomic.h>
#include <stdbool.h>

#include "sentiment/classifier.h"

typedef struct snt_task snt_task;

/** What a worker computes: ids with special tokens, at most max_tokens. */
typedef struct snt_piece {
    struct snt_piece *next; /* the queue's */
    snt_task *task;
    int32_t *ids;       /* [tokens] */
    int32_t *positions; /* [tokens] */
    uint32_t tokens;
    uint32_t weight;   /* tokens that no earlier piece of the text holds */
    float *scores;     /* [labels], set when it is computed */
    uint64_t taken_us; /* when a worker took it */
} snt_piece;

struct snt_task {
    /** Called once, on a worker's thread with nothing locked, after result,
     * scores and message are set. The task may be freed in it. */
    void (*done)(snt_task *task);
    float *scores; /* [labels], the owner's */
    sentiment_result result;
    char message[120];     /* "" or why the text failed */
    atomic_bool cancelled; /* set by the owner: pieces not begun are skipped */
    bool raw;              /* set by the owner: scores are the logits */
    uint64_t queued_us;    /* when the classifier got it */
    uint32_t encode_us;    /* what each step took, of the piece done last; */
    uint32_t queue_us;     /* encoding is for the owner to measure */
    uint32_t compute_us;

    /* task.c's own */
    atomic_uint left;  /* pieces not finished */
    atomic_int failed; /* a sentiment_status */
    uint32_t n_pieces;
    size_t n_labels;
    bool multi_label;
    snt_piece *pieces; /* [n_pieces], with ids, positions, scores behind */
};

/** How texts are read. */
typedef struct snt_task_policy {
    const sentiment_model *model;
    size_t max_tokens;
    sentiment_long long_texts;
} snt_task_policy;

/**
 * Encodes text into task->pieces. done and scores are the caller's to set. A
 * text that cannot be classified fails here, with the status in task->result
 * and the reason in task->message; scores are then zero and done is not called.
 */
sentiment_status snt_task_prepare(
    snt_task *task, const snt_task_policy *policy, sentiment_text text);

/** Takes a piece's logits [labels]; NULL with the reason when it failed. */
void snt_task_finish(
    snt_piece *piece, const float *logits, const sentiment_error *err);

/** Makes task a failed one. */
void snt_task_fail(
    snt_task *task, sentiment_status status, const char *message);

/** Frees what prepare allocated; a zeroed task is fine. */
void snt_task_release(snt_task *task);

#endif
