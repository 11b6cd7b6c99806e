/* error.c - statuses, messages and the library's version. */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "utf8.h"

#define TEXT(x) #x
#define DOTTED(major, minor, patch) TEXT(major) "." TEXT(minor) "." TEXT(patch)

const char *sentiment_version(void)
{
    return DOTTED(
        SENTIMENT_VERSION_MAJOR, SENTIMENT_VERSION_MINOR,
        SENTIMENT_VERSION_PATCH);
}

const char *sentiment_status_name(sentiment_status status)
{
    switch (status) {
    case SENTIMENT_OK:
        return "ok";
    case SENTIMENT_EINVAL:
        return "invalid request";
    case SENTIMENT_ENOMEM:
        return "out of memory";
    case SENTIMENT_EIO:
        return "file cannot be read";
    case SENTIMENT_EFORMAT:
        return "malformed or unsupported file";
    case SENTIMENT_ETEXT:
        return "not UTF-8";
    case SENTIMENT_ETOOLONG:
        return "too long";
    case SENTIMENT_EDEVICE:
        return "device or precision not available";
    case SENTIMENT_EENGINE:
        return "engine failed";
    case SENTIMENT_EBUSY:
        return "busy";
    case SENTIMENT_ESTATE:
        return "wrong state";
    case SENTIMENT_EDEADLINE:
        return "deadline passed";
    case SENTIMENT_ECANCELLED:
        return "cancelled";
    }
    return "unknown status";
}

sentiment_text sentiment_text_of(const char *string)
{
    return (sentiment_text){string, strlen(string)};
}

/* Messages quote files and texts, and go to terminals, logs and JSON: one line,
 * no control characters, UTF-8. */
static void make_plain(char *message)
{
    size_t len = strcspn(message, "\r\n"), i = 0;

    message[len] = '\0';
    for (char *p = message; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            *p = '?';
    while ((i += snt_utf8_valid(message + i, len - i)) < len)
        message[i++] = '?';
}

sentiment_status snt_fail(
    sentiment_error *err, sentiment_status status, const char *format, ...)
{
    va_list args;

    if (!err)
        return status;
    err->status = status;
    va_start(args, format);
    vsnprintf(err->message, sizeof(err->message), format, args);
    va_end(args);
    make_plain(err->message);
    return status;
}

sentiment_status snt_fail_memory(sentiment_error *err)
{
    return snt_fail(err, SENTIMENT_ENOMEM, "out of memory");
}

sentiment_status snt_fail_within(
    sentiment_error *err, sentiment_status status, const char *prefix)
{
    char rest[sizeof(err->message)];

    if (!err)
        return status;
    memcpy(rest, err->message, sizeof(rest));
    return snt_fail(err, status, "%s: %s", prefix, rest);
}
