/*
 * hub_cache.h - what the cache that huggingface_hub and this program share
 * holds:
 *
 *   models--OWNER--NAME/refs/main                the commit, no newline
 *                       blobs/ETAG               the bytes, by their hash
 *                       snapshots/COMMIT/FILE -> ../../blobs/ETAG
 *   .locks/models--OWNER--NAME/ETAG.lock         held while a blob is written
 */
#ifndef SNT_HUB_CACHE_H
#define SNT_HUB_CACHE_H

#include "buffer.h"
#include "hub.h"

/** Room for the path of one model's folder. */
enum { SNT_HUB_FOLDER = SNT_PATH * 3 / 4 };

void snt_cache_folder(
    char folder[SNT_HUB_FOLDER], const char *cache, const char *repo);

/** Writes the directory that holds a name's files. A revision may also be the
 * first six or more digits of a commit. False: it is not there. */
bool snt_cache_find(
    char dir[SNT_PATH], const char *cache, const snt_hub_name *name);

/** One revision of one model. */
typedef struct snt_cached {
    char *repo;         /* "OWNER/NAME" */
    char *dir;          /* of the snapshot */
    const char *commit; /* the end of dir */
    snt_buffer refs;    /* "main, v1.0", terminated: what points to it */
    uint64_t bytes;     /* of its files, wherever the links lead */
    size_t files;
} snt_cached;

typedef struct snt_cached_list {
    snt_cached *items; /* [n], by name, then commit */
    size_t n;
} snt_cached_list;

/** Lists every revision, or those of repo. A cache that is not there is empty.
 * Call snt_cache_free either way. */
sentiment_status snt_cache_scan(
    snt_cached_list *list, const char *cache, const char *repo,
    sentiment_error *err);
void snt_cache_free(snt_cached_list *list);

/** Calls see for every file below dir, with its path, the path below dir, the
 * size (through links) and, for a link, what it says. Stops when see does not
 * return OK. A dir that is not there has no files. */
typedef struct snt_cache_file {
    const char *path;
    const char *name;   /* the path below dir */
    const char *target; /* NULL: not a link */
    uint64_t bytes;
    bool broken; /* a link that leads nowhere */
} snt_cache_file;
typedef sentiment_status (*snt_cache_see)(
    void *arg, const snt_cache_file *file, sentiment_error *err);
sentiment_status snt_cache_walk(
    const char *dir, snt_cache_see see, void *arg, sentiment_error *err);

#endif
