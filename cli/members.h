/*
 * members.h - the members of one JSON object, as bytes.
 *
 * jansson says whether the object is JSON and decodes its strings. Values are
 * kept as they were written, since a number that passes through must not
 * change: 9007199254740993 and 0.10 stay what they are.
 */
#ifndef SNT_MEMBERS_H
#define SNT_MEMBERS_H

#include <jansson.h>

#include "record.h"

/** Reads the object; NULL with a line in err when it is none. Numbers in the
 * result are all 0: look at the bytes instead. json_decref it. */
json_t *snt_members_read(const char *bytes, size_t len, sentiment_error *err);

/** Adds every member of an object that snt_members_read has accepted to the
 * record, except the one called skip (NULL: none). White space goes. */
void snt_members_keep(
    snt_record *rec, const char *bytes, size_t len, const char *skip);

/** How far braces and brackets of bytes are open, given how far they were
 * before it, strings aside. */
typedef struct snt_depth {
    int open;
    bool in_string, escaped;
} snt_depth;
void snt_members_depth(snt_depth *depth, const char *bytes, size_t len);

#endif
