/* keys.c - see keys.h. */
#include "keys.h"

#include <openssl/crypto.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "digest.h"
#include "error.h"
#include "file.h"
#include "lines.h"

typedef struct hash {
    unsigned char bytes[SNT_SHA256_BYTES];
} hash;

struct snt_keys {
    const char *path;
    pthread_rwlock_t lock; /* guards what follows */
    hash *hashes;          /* [n] */
    size_t n;
};

static sentiment_status hash_of(
    const char *bytes, size_t len, hash *out, sentiment_error *err)
{
    const sentiment_text text = {bytes, len};

    return snt_digest(SNT_SHA256, &text, 1, out->bytes, err);
}

/* Cuts the next line off; without white space at its ends. */
static sentiment_text next_line(sentiment_text *rest)
{
    sentiment_text line = snt_line_cut(rest);

    while (line.len && memchr(" \t", *line.bytes, 2)) {
        line.bytes++;
        line.len--;
    }
    return line;
}

static sentiment_status read_all(
    const char *path, hash **hashes, size_t *n, sentiment_error *err)
{
    sentiment_status status;
    sentiment_text rest;
    snt_file file;

    *hashes = NULL;
    *n = 0;
    if (snt_file_open(&file, path, err) != SENTIMENT_OK)
        return err->status;
    rest = (sentiment_text){(const char *)file.bytes, file.len};
    status = SENTIMENT_OK;
    while (rest.len && status == SENTIMENT_OK) {
        sentiment_text line = next_line(&rest);
        hash *more;

        if (!line.len || *line.bytes == '#')
            continue;
        more = realloc(*hashes, (*n + 1) * sizeof(**hashes));
        if (!more) {
            status = snt_fail_memory(err);
            break;
        }
        *hashes = more;
        status = hash_of(line.bytes, line.len, &more[(*n)++], err);
    }
    snt_file_close(&file);
    if (status == SENTIMENT_OK && !*n)
        status = snt_fail(err, SENTIMENT_EFORMAT, "%s: no key in it", path);
    if (status != SENTIMENT_OK)
        free(*hashes);
    return status;
}

sentiment_status snt_keys_reload(snt_keys *keys, sentiment_error *err)
{
    hash *hashes, *old;
    size_t n;
    sentiment_status status = read_all(keys->path, &hashes, &n, err);

    if (status != SENTIMENT_OK)
        return status;
    pthread_rwlock_wrlock(&keys->lock);
    old = keys->hashes;
    keys->hashes = hashes;
    keys->n = n;
    pthread_rwlock_unlock(&keys->lock);
    free(old);
    return SENTIMENT_OK;
}

sentiment_status snt_keys_open(
    snt_keys **keys, const char *path, sentiment_error *err)
{
    snt_keys *made = calloc(1, sizeof(*made));
    sentiment_status status;

    *keys = NULL;
    if (!made)
        return snt_fail_memory(err);
    made->path = path;
    pthread_rwlock_init(&made->lock, NULL);
    status = snt_keys_reload(made, err);
    if (status == SENTIMENT_OK)
        *keys = made;
    else
        snt_keys_close(made);
    return status;
}

void snt_keys_close(snt_keys *keys)
{
    if (!keys)
        return;
    free(keys->hashes);
    pthread_rwlock_destroy(&keys->lock);
    free(keys);
}

bool snt_keys_accept(snt_keys *keys, const char *authorization)
{
    static const char scheme[] = "Bearer ";
    int found = 0;
    hash given;

    if (!authorization ||
        strncasecmp(authorization, scheme, sizeof(scheme) - 1))
        return false;
    authorization += sizeof(scheme) - 1;
    authorization += strspn(authorization, " ");
    if (hash_of(authorization, strlen(authorization), &given, NULL) !=
        SENTIMENT_OK)
        return false;
    pthread_rwlock_rdlock(&keys->lock);
    for (size_t i = 0; i < keys->n; i++)
        found |= !CRYPTO_memcmp(
            keys->hashes[i].bytes, given.bytes, sizeof(given.bytes));
    pthread_rwlock_unlock(&keys->lock);
    return found;
}
