/*
 * letter.h - a dead letter as a reader sees it: the record that it was, and
 * what its headers say of its end.
 */
#ifndef SNT_LETTER_H
#define SNT_LETTER_H

#include <stdbool.h>

#include "krecord.h"

/** All borrowed from the record that it was read from. A record that nobody
 * has made a dead letter of has neither reason nor source. */
typedef struct snt_letter {
    snt_krecord record;
    const char *reason;       /* or NULL */
    const char *source;       /* topic, or NULL */
    int32_t source_partition; /* -1: not known */
    int64_t source_offset;    /* -1: not known */
    int64_t time_ms;          /* when it was given up; 0: not known */
    bool headers_only;        /* its value was too large to be kept */
    uint64_t bytes;           /* of the value that it had */
} snt_letter;

snt_letter snt_letter_of(const snt_krecord *record);

/** Which letters are meant. */
typedef struct snt_letter_filter {
    const char *reason;        /* a part of it, in any case; NULL: all */
    int32_t source_partition;  /* -1: all */
    int64_t from_ms, until_ms; /* given up from then on, and before then; a
                                  letter without a time is in no bounds */
} snt_letter_filter;

bool snt_letter_matches(
    const snt_letter *letter, const snt_letter_filter *filter);

/** What `dlq` calls it by: its own "PARTITION:OFFSET". */
enum { SNT_LETTER_ID = 32 };
void snt_letter_id(const snt_letter *letter, char id[SNT_LETTER_ID]);

/** {"bytes":…,"error":…,"id":"0:17",…}: what `dlq list` says of it. */
void snt_letter_json(const snt_letter *letter, snt_buffer *buf);

#endif
