/* error.h - the one way to report a failure. */
#ifndef SNT_ERROR_H
#define SNT_ERROR_H

#include "sentiment/base.h"

/**
 * Fills *err (when not NULL) with status and a formatted message, and returns
 * status: `return snt_fail(err, SENTIMENT_EIO, …);`. The message is cut to its
 * first line; control characters and what is not UTF-8 become "?". Never
 * allocates.
 */
sentiment_status snt_fail(
    sentiment_error *err, sentiment_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** snt_fail for an allocation that failed. */
sentiment_status snt_fail_memory(sentiment_error *err);

/** Puts "prefix: " before the message that *err holds; returns its status. */
sentiment_status snt_fail_within(
    sentiment_error *err, sentiment_status status, const char *prefix);

#endif
