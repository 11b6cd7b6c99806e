/* place.c - see place.h. */
#include "place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "error.h"

void snt_time_format(char text[SNT_TIME], int64_t ms)
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm utc;
    size_t n;

    gmtime_r(&seconds, &utc);
    n = strftime(text, SNT_TIME, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(text + n, SNT_TIME - n, ".%03dZ", (int)(ms % 1000));
}

/* Past ".123", whose milliseconds are in *ms; past nothing when there are
 * none. NULL: a point without three digits. */
static const char *fraction(const char *text, int64_t *ms)
{
    *ms = 0;
    if (*text != '.')
        return text;
    if (strspn(text + 1, "0123456789") != 3)
        return NULL;
    *ms = strtol(text + 1, NULL, 10);
    return text + 4;
}

bool snt_time_parse(const char *text, int64_t *ms)
{
    static const struct {
        const char *form;
        bool fraction; /* milliseconds may follow */
        const char *end;
    } forms[] = {
        {"%Y-%m-%dT%H:%M:%S", true, "Z"},
        {"%Y-%m-%dT%H:%M", false, "Z"},
        {"%Y-%m-%d", false, ""}};

    for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
        struct tm utc = {0};
        const char *end = strptime(text, forms[i].form, &utc);
        int64_t part = 0;

        if (end && forms[i].fraction)
            end = fraction(end, &part);
        if (!end || strcmp(end, forms[i].end))
            continue;
        *ms = (int64_t)timegm(&utc) * 1000 + part;
        return true;
    }
    return false;
}

sentiment_status snt_place_parse(
    snt_place *place, const char *option, const char *text,
    sentiment_error *err)
{
    char *end;

    *place = (snt_place){SNT_PLACE_NONE, 0};
    if (!text)
        return SENTIMENT_OK;
    if (!strcmp(text, "begin"))
        place->kind = SNT_PLACE_BEGIN;
    else if (!strcmp(text, "end"))
        place->kind = SNT_PLACE_END;
    else if (snt_time_parse(text, &place->value))
        place->kind = SNT_PLACE_TIME;
    else if (
        *text >= '0' && *text <= '9' &&
        (place->value = strtoll(text, &end, 10), !*end) &&
        place->value < INT64_MAX)
        place->kind = SNT_PLACE_OFFSET;
    else
        return snt_fail(
            err, SENTIMENT_EINVAL,
            "%s: \"%s\" is not begin, end, an offset or a time such as "
            "2026-11-25T10:00:00Z",
            option, text);
    return SENTIMENT_OK;
}
