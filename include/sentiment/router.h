/*
 * router.h - where a classified text goes: label and score to a destination.
 *
 * A router is a list of rules; the first that matches decides. Rules are text,
 * separated by ';' or line ends:
 *
 *     negative score>=0.9 -> alerts-{topic}
 *     negative score<0.6  -> {topic}.unsure
 *     "1 star"            -> worst-{topic}
 *     unknown             -> dead-{topic}
 *     *                   -> {label}-{topic}
 *
 * Left of the arrow stands a label of the model ("quoted" when it has blanks),
 * or * for all of them, or unknown for what could not be classified; then any
 * number of bounds on the score: < <= > >= and a number from 0 to 1. Without
 * a label, a rule is for all of them. Right of the arrow stands a topic name
 * in which {label} and {topic} are filled in. After the last rule come those
 * that hold when there is none:
 *
 *     * -> {label}-{topic}; unknown -> unknown-{topic}
 *
 * A router never changes after open; threads may share it at no cost.
 */
#ifndef SENTIMENT_ROUTER_H
#define SENTIMENT_ROUTER_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sentiment_router sentiment_router;

/**
 * Reads rules (NULL or "": none) for a model's labels and a topic, and works
 * out every destination, so that nothing can be wrong later. A failure names
 * the rule and the column, both from 1, the column within its rule: EINVAL for
 * a label that there is not or a rule that no text can reach, EFORMAT for a
 * destination that is no legal topic name ([a-zA-Z0-9._-], 1 to 249 of them,
 * not "." or "..").
 */
sentiment_status sentiment_router_open(
    sentiment_router **router, const char *rules, const char *topic,
    const char *const *labels, size_t n_labels, sentiment_error *err);
void sentiment_router_close(sentiment_router *router);

/**
 * The destination of a text, as an index below n_destinations. Any label that
 * the model has not, such as the -1 of a failed text, is unknown. The score
 * is compared as a double, that is, as it is printed in full; one that is no
 * number counts as 0. No allocation, no lock, a few nanoseconds a rule.
 */
size_t sentiment_router_route(
    const sentiment_router *router, int32_t label, float score);

/** All destinations there can be, each once, in the order of the rules. */
size_t sentiment_router_n_destinations(const sentiment_router *router);

/** The name of destination i, or NULL when there is none. */
const char *sentiment_router_destination(
    const sentiment_router *router, size_t i);

#ifdef __cplusplus
}
#endif

#endif
