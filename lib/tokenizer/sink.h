/* sink.h - where ids go while a text is being encoded. */
#ifndef SNT_SINK_H
#define SNT_SINK_H

#include <stdbool.h>

#include "sentiment/tokenizer.h"

typedef struct snt_sink {
    int32_t *ids;
    sentiment_span *offsets; /* or NULL */
    size_t cap;
    size_t n;
    size_t skip;  /* tokens to pass over before the first that is kept */
    bool full;    /* a token came that had no room: encoding can stop */
    size_t steps; /* units of work, for the test that it is linear */
} snt_sink;

/** Whether n tokens, and a few more, can be written without a look at each. */
static inline bool snt_sink_roomy(const snt_sink *sink, size_t n)
{
    return !sink->offsets && !sink->skip && sink->cap - sink->n >= n + 4;
}

/** Adds a token of bytes [start, end) of the text. */
static inline void snt_sink_add(
    snt_sink *sink, int32_t id, size_t start, size_t end)
{
    if (sink->skip) {
        sink->skip--;
        return;
    }
    if (sink->n == sink->cap) {
        sink->full = true;
        return;
    }
    sink->ids[sink->n] = id;
    if (sink->offsets)
        sink->offsets[sink->n] = (sentiment_span){start, end};
    sink->n++;
}

#endif
