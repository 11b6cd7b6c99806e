/*
 * pipeline.h - many texts at once, without a thread for each.
 *
 * A pipeline hands texts to a classifier and calls back when they are done;
 * it starts one delivery thread and no compute thread. A stream on top of it
 * takes texts and gives results in the same order, with bounded memory.
 */
#ifndef SENTIMENT_PIPELINE_H
#define SENTIMENT_PIPELINE_H

#include "classifier.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sentiment_pipeline sentiment_pipeline;
typedef struct sentiment_stream sentiment_stream;

/** In every field but size, zero asks for the default. */
typedef struct sentiment_pipeline_options {
    uint32_t size;       /* sizeof this struct */
    uint32_t max_texts;  /* texts in hand at once; default 65,536 */
    uint64_t max_tokens; /* tokens in hand at once; default 4 Mi */
} sentiment_pipeline_options;

/** clf must outlive the pipeline. opts may be NULL. */
sentiment_status sentiment_pipeline_open(
    sentiment_pipeline **pipe, sentiment_classifier *clf,
    const sentiment_pipeline_options *opts, sentiment_error *err);

/** Every text in hand still gets its callback before this returns. */
void sentiment_pipeline_close(sentiment_pipeline *pipe);

/**
 * Called once for each submitted text, on the delivery thread, with nothing
 * locked. result and scores ([labels], zero after a failure) are valid during
 * the call; message is "" or says why the text failed.
 */
typedef void (*sentiment_done_fn)(
    void *arg, const sentiment_result *result, const float *scores,
    const char *message);

/**
 * Takes a copy of text and returns at once; done(arg, …) follows exactly
 * once if and only if this succeeds. EBUSY when too much is in hand.
 */
sentiment_status sentiment_pipeline_submit(
    sentiment_pipeline *pipe, sentiment_text text, sentiment_done_fn done,
    void *arg, sentiment_error *err);

/** A stream holds at most window texts (0: a default that keeps the workers
 * busy). One thread may push while another pulls. */
sentiment_status sentiment_stream_open(
    sentiment_stream **stream, sentiment_pipeline *pipe, size_t window,
    sentiment_error *err);

/** Waits for the texts in hand, whose results are dropped. */
void sentiment_stream_close(sentiment_stream *stream);

/** Adds a text; EBUSY when the window is full: pull first. tag comes back
 * with the result. The text is copied. */
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
size_t sentiment_stream_pending(const sentiment_stream *stream);

#ifdef __cplusplus
}
#endif

#endif
