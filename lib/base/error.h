/* error.h - the one way to report a failure. */
#ifndef SNT_ERROR_H
#define SNT_ERROR_H

#include <stdarg.h>

#include "sentiment/base.h"

/** vsnprintf, but of what does not fit the middle is left out, for "…": a path
 * stands at the beginning, the reason at the end. */
void snt_vformat(char *out, size_t cap, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

/**
 * Fills *err (when not NULL) with status and a formatted message, and returns
 * status: `return snt_fail(err, SENTIMENT_EIO, …);`. The message is one
 * line: newlines, other control characters and what is not UTF-8 become "?".
 * Never allocates.
 */
sentiment_status snt_fail(
    sentiment_error *err, sentiment_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** snt_fail for an allocation that failed. */
sentiment_status snt_fail_memory(sentiment_error *err);

/** Makes *err what *why is, unless that is SENTIMENT_OK; returns its status. */
sentiment_status snt_fail_as(sentiment_error *err, const sentiment_error *why);

/** Puts "prefix: " before the message that *err holds; returns its status. */
sentiment_status snt_fail_within(
    sentiment_error *err, sentiment_status status, const char *prefix);

#endif
