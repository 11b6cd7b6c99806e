/* place.h - a place in a partition, and times: what --from and --until name. */
#ifndef SNT_PLACE_H
#define SNT_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "sentiment/base.h"

typedef enum snt_place_kind {
    SNT_PLACE_NONE = 0,
    SNT_PLACE_BEGIN,
    SNT_PLACE_END,
    SNT_PLACE_OFFSET,
    SNT_PLACE_TIME
} snt_place_kind;

typedef struct snt_place {
    snt_place_kind kind;
    int64_t value; /* an offset, or milliseconds since 1970 */
} snt_place;

/** Reads "begin", "end", an offset or a time ("2026-11-25T10:00:00Z"); NULL is
 * no place. */
sentiment_status snt_place_parse(
    snt_place *place, const char *option, const char *text,
    sentiment_error *err);

/** Room for what snt_time_format writes. */
enum { SNT_TIME = 64 };

/** Milliseconds since 1970 as "2026-11-25T10:00:00.123Z". */
void snt_time_format(char text[SNT_TIME], int64_t ms);

/** Reads that, also without milliseconds, seconds or the time of day. */
bool snt_time_parse(const char *text, int64_t *ms);

#endif
