/*
 * base.h - what every part shares: version, status, error, text, result.
 *
 * The conventions that hold everywhere stand in sentiment.h.
 */
#ifndef SENTIMENT_BASE_H
#define SENTIMENT_BASE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The one place where the version stands; the Makefile, the .pc file and the
 * soname read it from here. Before 1.0 a new MINOR may break callers. */
#define SENTIMENT_VERSION_MAJOR 0
#define SENTIMENT_VERSION_MINOR 1
#define SENTIMENT_VERSION_PATCH 0

/** The version of the library that is running, "MAJOR.MINOR.PATCH". */
const char *sentiment_version(void);

/** One code for each thing a caller could do about it. */
typedef enum sentiment_status {
    SENTIMENT_OK = 0,
    SENTIMENT_EINVAL = -1,     /* the request makes no sense: change it */
    SENTIMENT_ENOMEM = -2,     /* out of memory */
    SENTIMENT_EIO = -3,        /* a file cannot be opened or read */
    SENTIMENT_EFORMAT = -4,    /* a file or name: malformed, not supported */
    SENTIMENT_ETEXT = -5,      /* the text is not UTF-8, or without a token */
    SENTIMENT_ETOOLONG = -6,   /* the text is over the limit that was asked */
    SENTIMENT_EDEVICE = -7,    /* no such device or precision here */
    SENTIMENT_EENGINE = -8,    /* the engine cannot be loaded, or failed */
    SENTIMENT_EBUSY = -9,      /* a queue is full: try again later */
    SENTIMENT_ESTATE = -10,    /* closing, or used in a forked child */
    SENTIMENT_EDEADLINE = -11, /* the deadline passed before the result */
    SENTIMENT_ECANCELLED = -12 /* nobody waits for the result any more */
} sentiment_status;

/** A few words for a status, such as "out of memory". Never NULL. */
const char *sentiment_status_name(sentiment_status status);

/** What went wrong: one line, no final stop. Frozen: 256 bytes. */
typedef struct sentiment_error {
    sentiment_status status;
    char message[252];
} sentiment_error;

/** A text: UTF-8, not NUL-terminated, may hold NUL. Frozen. */
typedef struct sentiment_text {
    const char *bytes;
    size_t len; /* bytes */
} sentiment_text;

/** The text of a NUL-terminated string. */
sentiment_text sentiment_text_of(const char *string);

/** Bits of sentiment_result.flags. */
enum {
    SENTIMENT_TRUNCATED = 1u << 0 /* the text was cut to the model's limit */
};

/** What the model says of one text. Frozen: 24 bytes. */
typedef struct sentiment_result {
    int32_t status;   /* sentiment_status of this text alone */
    int32_t label;    /* index into the model's labels, -1 after a failure */
    float score;      /* probability of that label, 0 to 1 */
    uint32_t tokens;  /* how many the model read, special ones included */
    uint32_t windows; /* 1, or more for a long text read in windows */
    uint32_t flags;   /* SENTIMENT_TRUNCATED */
} sentiment_result;

/** How much a message matters. */
typedef enum sentiment_log_level {
    SENTIMENT_LOG_DEBUG = 0,
    SENTIMENT_LOG_INFO = 1,
    SENTIMENT_LOG_WARNING = 2,
    SENTIMENT_LOG_ERROR = 3
} sentiment_log_level;

/** Takes one line at a time, possibly from several threads at once. */
typedef void (*sentiment_log_fn)(
    void *arg, sentiment_log_level level, const char *message);

#ifdef __cplusplus
}
#endif

#endif
