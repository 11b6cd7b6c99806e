/*
 * keys.h - API keys: one a line of a file, "#" begins a comment.
 *
 * Only their SHA-256 is kept in memory. Asking takes the same time whichever
 * key is asked for, and whether it is right.
 */
#ifndef SNT_KEYS_H
#define SNT_KEYS_H

#include <stdbool.h>

#include "sentiment/base.h"

typedef struct snt_keys snt_keys;

/** Fails when the file has none. */
sentiment_status snt_keys_open(
    snt_keys **keys, const char *path, sentiment_error *err);
void snt_keys_close(snt_keys *keys);

/** Reads the file again; after a failure the keys are what they were. Others
 * may ask meanwhile. */
sentiment_status snt_keys_reload(snt_keys *keys, sentiment_error *err);

/** Whether this value of an Authorization header (or NULL) carries a key:
 * "Bearer KEY". */
bool snt_keys_accept(snt_keys *keys, const char *authorization);

#endif
