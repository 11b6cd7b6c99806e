/* error.c - statuses, messages and the library's version. */
#include "error.h"

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
    size_t len = strlen(message), i = 0;

    for (char *p = message; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            *p = '?';
    while ((i += snt_utf8_valid(message + i, len - i)) < len)
        message[i++] = '?';
}

/* The last bytes of text, of which there are fewer than cap, from where a
 * character begins. */
static const char *tail_of(const char *text, size_t cap)
{
    text += strlen(text) - (cap - 1);
    while (((unsigned char)*text & 0xC0) == 0x80)
        text++;
    return text;
}

void snt_vformat(char *out, size_t cap, const char *format, va_list args)
{
    static const char gap[] = "…";
    char whole[8192]; /* PATH_MAX twice: for a path and what is said of it */
    size_t head = cap / 2;
    va_list again;
    int len;

    va_copy(again, args);
    len = vsnprintf(out, cap, format, args);
    if (len >= (int)cap) {
        vsnprintf(whole, sizeof(whole), format, again);
        while (head && ((unsigned char)whole[head] & 0xC0) == 0x80)
            head--;
        memcpy(out, whole, head);
        memcpy(out + head, gap, sizeof(gap));
        head += sizeof(gap) - 1;
        strcpy(out + head, tail_of(whole, cap - head));
    }
    va_end(again);
}

sentiment_status snt_fail(
    sentiment_error *err, sentiment_status status, const char *format, ...)
{
    va_list args;

    if (!err)
        return status;
    err->status = status;
    va_start(args, format);
    snt_vformat(err->message, sizeof(err->message), format, args);
    va_end(args);
    make_plain(err->message);
    return status;
}

sentiment_status snt_fail_memory(sentiment_error *err)
{
    return snt_fail(err, SENTIMENT_ENOMEM, "out of memory");
}

sentiment_status snt_fail_as(sentiment_error *err, const sentiment_error *why)
{
    if (err && why->status != SENTIMENT_OK)
        *err = *why;
    return why->status;
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
