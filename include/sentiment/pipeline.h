/*
 * pipeline.h - many texts at once, without a thread for each.
 *
 * A pipeline hands texts to a classifier and calls back when they are done. It
 * computes a text once, however many ask for it at the same time, and remembers
 * the answer when it is given a cache. It bounds what is in hand, gives every
 * caller its share, and lets a text's deadline pass or its caller go away. It
 * starts one thread, for deadlines and callbacks, and none that computes. A
 * stream on top of it takes texts and gives results in the same order, with
 * bounded memory.
 *
 *     static void done(void *arg, const sentiment_answer *answer)
 *     {
 *         printf("%s\n", answer->label ? answer->label : answer->message);
 *     }
 *
 *     sentiment_pipeline_submit(pipe, text, NULL, done, NULL, &err);
 */
#ifndef SENTIMENT_PIPELINE_H
#define SENTIMENT_PIPELINE_H

#include "cache.h"
#include "classifier.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sentiment_pipeline sentiment_pipeline;
typedef struct sentiment_group sentiment_group;
typedef struct sentiment_stream sentiment_stream;

/** In every field but size, zero asks for the default. */
typedef struct sentiment_pipeline_options {
    uint32_t size;       /* sizeof this struct */
    uint32_t max_texts;  /* texts in hand at once; default 65,536 */
    uint64_t max_tokens; /* tokens in hand at once; default 4 Mi */
    uint32_t polled;     /* 1: callbacks run in sentiment_pipeline_poll, not
                            on the pipeline's thread */
    uint32_t reserved;
    sentiment_cache *cache; /* opened with the model's number of labels, or
                               EINVAL; several pipelines may share one; default:
                               none */
} sentiment_pipeline_options;

/** clf, and the cache if there is one, must outlive the pipeline. opts may be
 * NULL. */
sentiment_status sentiment_pipeline_open(
    sentiment_pipeline **pipe, sentiment_classifier *clf,
    const sentiment_pipeline_options *opts, sentiment_error *err);

/** Every text in hand still gets its callback before this returns. */
void sentiment_pipeline_close(sentiment_pipeline *pipe);

/** The classifier that computes, borrowed. */
sentiment_classifier *sentiment_pipeline_classifier(
    const sentiment_pipeline *pipe);

/**
 * Goes on with another classifier, under load: texts that come from now on are
 * its, those in hand are finished by the former one. Returns when the former
 * one is not used any more and may be closed. The cache may stay, since what
 * the one computed is not given for the other. EINVAL when clf has another
 * number of labels; ESTATE during another swap, or when the pipeline drains.
 * Not to be called in a callback, nor by the only thread that polls.
 */
sentiment_status sentiment_pipeline_swap(
    sentiment_pipeline *pipe, sentiment_classifier *clf, sentiment_error *err);

/** What became of a text. Valid during the callback. */
typedef struct sentiment_answer {
    sentiment_result result;
    const float *scores;          /* [labels], zero after a failure */
    const char *label;            /* NULL after a failure */
    const char *message;          /* "", or why the text failed */
    const sentiment_model *model; /* that the label and scores belong to */
    uint32_t cached;              /* 1: out of the cache */
    uint32_t joined; /* 1: computed for an earlier text that is the same */
    /** How long each step took, 0 where there was none. */
    uint32_t encode_us;  /* tokenizer */
    uint32_t queue_us;   /* until a worker was free */
    uint32_t compute_us; /* of the batch that the text was in */
} sentiment_answer;

/** Called once for each submitted text, with nothing locked. It may submit,
 * but must not close the pipeline. */
typedef void (*sentiment_done_fn)(void *arg, const sentiment_answer *answer);

/** In every field but size, zero or NULL asks for the default. */
typedef struct sentiment_submit_options {
    uint32_t size;          /* sizeof this struct */
    uint32_t deadline_ms;   /* from now; then EDEADLINE; default: none */
    sentiment_group *group; /* default: the share of all who name none */
    uint32_t at_once; /* 1: an answer that the cache has is given before submit
                         returns, on this thread, also when too much is in hand
                       */
    uint32_t raw;     /* 1: logits in place of probabilities, computed anew: the
                         score is the label's logit; windows give their mean */
} sentiment_submit_options;

/**
 * Encodes text, queues it and returns; done(arg, …) follows exactly once if
 * and only if this succeeds. A text that cannot be classified is an answer
 * too: its result says so. Never waits: EBUSY when too much is in hand, ESTATE
 * when the pipeline drains. opts may be NULL.
 */
sentiment_status sentiment_pipeline_submit(
    sentiment_pipeline *pipe, sentiment_text text,
    const sentiment_submit_options *opts, sentiment_done_fn done, void *arg,
    sentiment_error *err);

/**
 * A group is one caller, such as one HTTP request: it has a share of the
 * workers equal to every other group's, however many texts it brings, and can
 * be cancelled as a whole. close returns at once; texts in hand go on.
 */
sentiment_status sentiment_group_open(
    sentiment_group **group, sentiment_pipeline *pipe, sentiment_error *err);
void sentiment_group_close(sentiment_group *group);

/** Answers the group's texts in hand with ECANCELLED, and computes none of
 * them that has not begun. */
void sentiment_group_cancel(sentiment_group *group);

/** For a polled pipeline: a descriptor that is readable while callbacks wait;
 * borrowed. -1 when the pipeline is not polled. */
int sentiment_pipeline_fd(const sentiment_pipeline *pipe);

/** Runs the callbacks that wait, on this thread; how many it ran. */
size_t sentiment_pipeline_poll(sentiment_pipeline *pipe);

/**
 * Refuses new texts with ESTATE and waits until none is in hand, for timeout_ms
 * at most: then EDEADLINE, and what is in hand goes on.
 */
sentiment_status sentiment_pipeline_drain(
    sentiment_pipeline *pipe, uint64_t timeout_ms, sentiment_error *err);

/** Counts since open; in_hand and tokens_in_hand are of this moment. */
typedef struct sentiment_pipeline_stats {
    uint32_t size; /* sizeof this struct, set by the caller */
    uint32_t reserved;
    uint64_t submitted;      /* accepted by submit */
    uint64_t refused;        /* EBUSY */
    uint64_t hits;           /* answered by the cache */
    uint64_t joined;         /* to a text that was being computed */
    uint64_t computed;       /* by the classifier, with a label */
    uint64_t failed;         /* texts that could not be classified */
    uint64_t expired;        /* EDEADLINE */
    uint64_t cancelled;      /* ECANCELLED */
    uint64_t in_hand;        /* texts between submit and callback */
    uint64_t tokens_in_hand; /* of them, what the classifier still holds */
} sentiment_pipeline_stats;

sentiment_status sentiment_pipeline_count(
    sentiment_pipeline *pipe, sentiment_pipeline_stats *stats,
    sentiment_error *err);

/** A stream holds at most window texts (0: a default that keeps the workers
 * busy). One thread may push while another pulls. */
sentiment_status sentiment_stream_open(
    sentiment_stream **stream, sentiment_pipeline *pipe, size_t window,
    sentiment_error *err);

/** Cancels the texts in hand, whose results are dropped. */
void sentiment_stream_close(sentiment_stream *stream);

/** Adds a text; EBUSY when the window is full: pull first. tag comes back
 * with the result. The text is read during the call only. */
sentiment_status sentiment_stream_push(
    sentiment_stream *stream, sentiment_text text, void *tag,
    sentiment_error *err);

/** One text's result, in the order of pushing. */
typedef struct sentiment_stream_item {
    void *tag;
    sentiment_result result;
    const float *scores; /* [labels], valid until the next pull */
    const char *message; /* "" or why the text failed, until the next pull */
} sentiment_stream_item;

/**
 * Takes the oldest result. Waits for it when wait is not 0. Returns 1 with
 * *item filled, 0 when there is nothing to take: no text in hand, or, with
 * wait 0, not done yet.
 */
int sentiment_stream_pull(
    sentiment_stream *stream, int wait, sentiment_stream_item *item);

/** How many texts are in hand: pushed and not yet pulled. */
size_t sentiment_stream_pending(sentiment_stream *stream);

#ifdef __cplusplus
}
#endif

#endif
