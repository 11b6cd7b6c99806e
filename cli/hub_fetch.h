/* hub_fetch.h - files of a model on the hub into a snapshot of the cache: what
 * is not there yet, several at a time, under a bar. */
#ifndef SNT_HUB_FETCH_H
#define SNT_HUB_FETCH_H

#include "hub_blob.h"
#include "hub_tree.h"
#include "progress.h"

typedef struct snt_fetch {
    /* Set by the caller: */
    snt_http *http;
    const snt_store *store;
    const char *repo;
    const char *commit;
    bool anew;  /* fetch what is there, too */
    bool shows; /* a bar on the terminal */
    /* Zeroed, then counted over all calls: */
    size_t fetched; /* files */
    uint64_t came;  /* bytes */
    /* Inside: */
    snt_progress progress;
    snt_blob *blobs; /* [n] on their way */
    size_t n;
    uint64_t all, had; /* bytes of all of them, there when it began */
    sentiment_error *err;
} snt_fetch;

/** Fetches the files and puts each into the snapshot of the commit. */
sentiment_status snt_fetch_files(
    snt_fetch *f, const snt_hub_files *files, sentiment_error *err);

#endif
