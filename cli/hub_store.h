/*
 * hub_store.h - writing into the hub's cache: one model's folder, its blobs,
 * snapshots and refs, so that huggingface_hub reads them as its own.
 */
#ifndef SNT_HUB_STORE_H
#define SNT_HUB_STORE_H

#include "digest.h"
#include "hub_cache.h"

/** The hash that names a blob: a SHA-256, or a git object's SHA-1. */
enum { SNT_HUB_ETAG = 65 };

/** One model's folder, open for writing. */
typedef struct snt_store {
    int folder; /* models--OWNER--NAME */
    int locks;  /* .locks/models--OWNER--NAME */
    char path[SNT_HUB_FOLDER];
} snt_store;

/** Makes the folders that are missing. Call snt_store_close either way. */
sentiment_status snt_store_open(
    snt_store *store, const char *cache, const char *repo,
    sentiment_error *err);
void snt_store_close(snt_store *store);

/** Fails when the disk has less room than bytes. */
sentiment_status snt_store_need(
    const snt_store *store, uint64_t bytes, sentiment_error *err);

/** Puts a blob into a snapshot under a name without slashes. */
sentiment_status snt_store_link(
    const snt_store *store, const char *commit, const char *name,
    const char *etag, sentiment_error *err);

/** Points a revision to a commit; a commit needs no pointing to. */
sentiment_status snt_store_point(
    const snt_store *store, const char *revision, const char *commit,
    sentiment_error *err);

/** Whether a snapshot has a file of this name that is no link to a blob. */
bool snt_store_has_file(
    const snt_store *store, const char *commit, const char *name);

/** EIO with the path of name in the store and errno's reason. */
sentiment_status snt_store_failed(
    const snt_store *store, const char *name, sentiment_error *err);

/**
 * Takes the lock of a blob as huggingface_hub does. *lock becomes its
 * descriptor, to be closed; -1 on a file system that has no locks. EBUSY: some
 * other process has it.
 */
sentiment_status snt_store_lock(
    const snt_store *store, const char *etag, int *lock, sentiment_error *err);

/** Whether some process is writing a blob of the model at this moment. */
bool snt_store_is_busy(const char *cache, const char *repo);

/** The folder of a model's locks. */
void snt_store_locks(char path[SNT_PATH], const char *cache, const char *repo);

#endif
