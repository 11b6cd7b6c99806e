/* hub_blob.c - see hub_blob.h. */
#include "hub_blob.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "file.h"

enum { SHA1_DIGITS = 40, CHUNK = 1 << 20 };

/* ---- hashes ---- */

/* A git object's hash covers a line before the bytes. */
static void begin_digest(
    snt_digest_stream *digest, const char *etag, uint64_t size)
{
    char head[32];

    if (strlen(etag) != SHA1_DIGITS) {
        snt_digest_begin(digest, SNT_SHA256);
        return;
    }
    snt_digest_begin(digest, SNT_SHA1);
    snprintf(head, sizeof(head), "blob %" PRIu64, size);
    snt_digest_add(digest, head, strlen(head) + 1);
}

static sentiment_status end_digest(
    snt_digest_stream *digest, const char *name, const char *etag,
    sentiment_error *err)
{
    unsigned char bytes[SNT_SHA256_BYTES];
    char found[2 * SNT_SHA256_BYTES + 1];
    sentiment_status status = snt_digest_end(digest, bytes, err);

    if (status != SENTIMENT_OK)
        return status;
    snt_digest_hex(bytes, strlen(etag) / 2, found);
    if (!strcmp(found, etag))
        return SENTIMENT_OK;
    return snt_fail(
        err, SENTIMENT_EFORMAT,
        "%s: wrong bytes: their %s is %.12s…, it should be %.12s…", name,
        strlen(etag) == SHA1_DIGITS ? "git hash" : "sha256", found, etag);
}

sentiment_status snt_blob_check(
    const char *path, const char *name, const char *etag, sentiment_error *err)
{
    snt_digest_stream digest;
    snt_file file;
    sentiment_status status = snt_file_open(&file, path, err);

    if (status != SENTIMENT_OK)
        return status;
    begin_digest(&digest, etag, file.len);
    snt_digest_add(&digest, file.bytes, file.len);
    snt_file_close(&file);
    return end_digest(&digest, name, etag, err);
}

/* ---- beginning ---- */

static void name_of(const snt_blob *blob, const char *end, char name[128])
{
    snprintf(name, 128, "blobs/%s%s", blob->etag, end);
}

static void incomplete(const snt_blob *blob, char name[128])
{
    char end[48] = ".incomplete";

    /* Without locks, a name that nobody shares: it is not resumed. */
    if (blob->lock < 0)
        snprintf(end, sizeof(end), ".%08lx.incomplete", (long)getpid());
    name_of(blob, end, name);
}

bool snt_blob_is_there(const snt_blob *blob)
{
    struct stat st;
    char name[128];

    name_of(blob, "", name);
    return !blob->anew && !fstatat(blob->store->folder, name, &st, 0) &&
           S_ISREG(st.st_mode) && (uint64_t)st.st_size == blob->size;
}

static bool start_over(snt_blob *blob)
{
    snt_digest_end(&blob->digest, NULL, NULL);
    begin_digest(&blob->digest, blob->etag, blob->size);
    blob->have = 0;
    blob->resumed = false;
    if (!ftruncate(blob->fd, 0) && !lseek(blob->fd, 0, SEEK_SET))
        return true;
    blob->write_error = errno;
    return false;
}

/* Takes up what is there of it: its bytes go through the digest. */
static sentiment_status take_up(snt_blob *blob, sentiment_error *err)
{
    char *chunk = malloc(CHUNK);
    ssize_t n = 0;

    if (!chunk)
        return snt_fail_memory(err);
    begin_digest(&blob->digest, blob->etag, blob->size);
    while ((n = read(blob->fd, chunk, CHUNK)) > 0) {
        snt_digest_add(&blob->digest, chunk, (size_t)n);
        blob->have += (uint64_t)n;
    }
    free(chunk);
    blob->resumed = blob->have > 0;
    if ((n < 0 || blob->have > blob->size) && !start_over(blob))
        return snt_store_failed(blob->store, "blobs", err);
    return SENTIMENT_OK;
}

static sentiment_status open_blob(snt_blob *blob, sentiment_error *err)
{
    char name[128];
    sentiment_status status =
        snt_store_lock(blob->store, blob->etag, &blob->lock, err);

    if (status != SENTIMENT_OK)
        return status;
    blob->fd = -1;
    blob->is_open = true;
    blob->there = snt_blob_is_there(blob); /* perhaps only since now */
    if (blob->there)
        return SENTIMENT_OK;
    incomplete(blob, name);
    blob->fd =
        openat(blob->store->folder, name, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (blob->fd < 0)
        return snt_store_failed(blob->store, name, err);
    return take_up(blob, err);
}

/* ---- ending ---- */

void snt_blob_close(snt_blob *blob)
{
    if (!blob->is_open)
        return;
    if (blob->fd >= 0) {
        snt_digest_end(&blob->digest, NULL, NULL);
        close(blob->fd);
    }
    if (blob->lock >= 0)
        close(blob->lock);
    blob->is_open = false;
}

/* It is what its name says: lets the disk have it and gives it that name. */
static sentiment_status keep(snt_blob *blob, sentiment_error *err)
{
    char from[128], to[128];

    incomplete(blob, from);
    name_of(blob, "", to);
    if (fsync(blob->fd) ||
        renameat(blob->store->folder, from, blob->store->folder, to))
        return snt_store_failed(blob->store, to, err);
    blob->there = true;
    snt_blob_close(blob);
    return SENTIMENT_OK;
}

/* All bytes are there. Wrong ones that came in several pieces may be of
 * several versions, so they are fetched once more in one piece. */
static sentiment_status settle(snt_blob *blob, sentiment_error *err)
{
    sentiment_status status =
        end_digest(&blob->digest, blob->name, blob->etag, err);
    bool in_pieces = blob->resumed;
    char name[128];

    if (status == SENTIMENT_OK)
        return keep(blob, err);
    if (status != SENTIMENT_EFORMAT)
        return status;
    if (in_pieces && start_over(blob))
        return SENTIMENT_EBUSY;
    incomplete(blob, name);
    unlinkat(blob->store->folder, name, 0);
    return status;
}

/* ---- as a sink ---- */

static sentiment_status begin(void *arg, uint64_t *have, sentiment_error *err)
{
    snt_blob *blob = arg;
    sentiment_status status = SENTIMENT_OK;

    if (!blob->is_open)
        status = open_blob(blob, err);
    if (status == SENTIMENT_OK && !blob->there && blob->have &&
        blob->have == blob->size) {
        status = settle(blob, err);
        if (status == SENTIMENT_EBUSY)
            status = SENTIMENT_OK; /* from the start, then */
    }
    if (status == SENTIMENT_OK && blob->there)
        snt_blob_close(blob);
    blob->resumed = blob->have > 0;
    *have = blob->there ? SNT_HTTP_NOTHING : blob->have;
    return status;
}

static bool add(void *arg, const void *bytes, size_t len)
{
    snt_blob *blob = arg;

    if (len > blob->size - blob->have) {
        blob->have = blob->size + 1;
        return false;
    }
    if (!snt_file_write(blob->fd, bytes, len)) {
        blob->write_error = errno;
        return false;
    }
    snt_digest_add(&blob->digest, bytes, len);
    blob->have += len;
    blob->came += len;
    return true;
}

static bool restart(void *arg)
{
    return start_over(arg);
}

static sentiment_status end(void *arg, sentiment_error *err)
{
    snt_blob *blob = arg;
    char name[128];

    incomplete(blob, name);
    if (blob->write_error) {
        errno = blob->write_error;
        return snt_store_failed(blob->store, name, err);
    }
    if (blob->have > blob->size) {
        unlinkat(blob->store->folder, name, 0);
        return snt_fail(
            err, SENTIMENT_EFORMAT,
            "%s: more bytes came than the %" PRIu64 " that the hub lists",
            blob->name, blob->size);
    }
    if (blob->have < blob->size)
        return snt_fail(
            err, SENTIMENT_EBUSY,
            "%s: ended after %" PRIu64 " of %" PRIu64 " bytes", blob->name,
            blob->have, blob->size);
    return settle(blob, err);
}

const snt_sink snt_blob_sink = {begin, add, restart, end};
