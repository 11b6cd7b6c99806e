/*
 * log.h - structured lines on standard error: what happened, and one line a
 * request.
 *
 * A line is one write, so that lines of several threads do not mix. No text
 * that a user sent is ever in it, nor a key.
 */
#ifndef SNT_LOG_H
#define SNT_LOG_H

#include "sentiment/base.h"

typedef enum snt_log_format {
    SNT_LOG_TEXT = 1, /* key=value */
    SNT_LOG_JSON,
    SNT_LOG_OFF /* warnings and errors only, as text */
} snt_log_format;

/** Zeroed, or NULL, it writes text. */
typedef struct snt_log {
    snt_log_format format;
} snt_log;

/** A request that is over. Strings may be NULL: not known. */
typedef struct snt_log_request {
    const char *method;
    const char *path;
    const char *client;
    const char *request_id;
    const char *traceparent;
    const char *error; /* why it failed, for the operator only */
    unsigned status;
    uint64_t us;
    uint64_t bytes_in;
    uint64_t bytes_out;
    uint64_t texts;
    uint64_t cached;
} snt_log_request;

void snt_log_say(
    const snt_log *log, sentiment_log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void snt_log_answered(const snt_log *log, const snt_log_request *request);

#endif
