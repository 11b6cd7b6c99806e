/* kept.h - where a checkpoint's layers are kept as the engine makes them. */
#ifndef SNT_KEPT_H
#define SNT_KEPT_H

#include "sentiment/classifier.h"
#include "shim/engine.h"

typedef struct snt_kept {
    const char *cache_dir;   /* or NULL: nowhere */
    sentiment_digest before; /* the checkpoint's files */
} snt_kept;

/** Before the checkpoint in dir is opened. */
void snt_kept_begin(snt_kept *kept, const char *dir, const char *cache_dir);

/** After it, with what it holds: what snt_engine_options.kept is; free() it.
 * NULL: nowhere, as when its files have changed since, and what was read is of
 * either. */
char *snt_kept_path(
    const snt_kept *kept, const char *dir, const snt_network *network,
    snt_precision precision);

#endif
