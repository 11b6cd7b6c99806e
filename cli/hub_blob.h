/*
 * hub_blob.h - one blob on its way into the cache.
 *
 * It grows as blobs/ETAG.incomplete, under a lock, and gets its own name once
 * all of it is there and its hash is its name. What an interrupted pull has
 * left is taken up again.
 */
#ifndef SNT_HUB_BLOB_H
#define SNT_HUB_BLOB_H

#include "hub_http.h"
#include "hub_store.h"

typedef struct snt_blob {
    /* Set by the caller: */
    const snt_store *store;
    const char *name; /* of the file that it is, for messages */
    const char *etag;
    uint64_t size;
    bool anew; /* fetch it even when it is there */
    /* Zeroed: */
    bool is_open, there, resumed;
    int fd, lock;
    uint64_t have; /* bytes of it so far */
    uint64_t came; /* bytes that came now */
    int write_error;
    snt_digest_stream digest;
} snt_blob;

/** How a request's reply becomes a blob; its arg is the snt_blob. */
extern const snt_sink snt_blob_sink;

/** Whether all of it is there, under its name, with the right size. */
bool snt_blob_is_there(const snt_blob *blob);

/** Lets go; what is incomplete stays for the next time. */
void snt_blob_close(snt_blob *blob);

/** Compares the n bytes at fd's path with the hash that names them: reads all
 * of a file. EFORMAT says what was found. */
sentiment_status snt_blob_check(
    const char *path, const char *name, const char *etag, sentiment_error *err);

#endif
