/* identity.c - see identity.h. */
#include "identity.h"

#include <dirent.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "digest.h"
#include "error.h"
#include "file.h"

static void add_text(snt_digest_stream *stream, const char *text)
{
    snt_digest_add(stream, text, strlen(text) + 1);
}

/* A rewrite can put the time of its content back, but not that of its inode. */
static void add_stat(
    snt_digest_stream *stream, const struct stat *st, bool with_device)
{
    char line[256];

    snprintf(
        line, sizeof(line), "%llu %llu %lld.%09ld %lld.%09ld",
        with_device ? (unsigned long long)st->st_dev : 0ULL,
        (unsigned long long)st->st_ino, (long long)st->st_mtim.tv_sec,
        st->st_mtim.tv_nsec, (long long)st->st_ctim.tv_sec,
        st->st_ctim.tv_nsec);
    add_text(stream, line);
}

/* How many hexadecimal digits a name begins with. */
static size_t digits(const char *name)
{
    return strspn(name, "0123456789abcdef");
}

/* The name of the hub's blob that a real path leads to, or NULL: a SHA-1 or a
 * SHA-256, for whoever calls a folder "blobs" may put anything there. */
static const char *blob_in(const char *path)
{
    static const char folder[] = "/blobs";
    const char *name = strrchr(path, '/');
    size_t n = name ? digits(name + 1) : 0;

    if ((n != 2 * SNT_SHA1_BYTES && n != 2 * SNT_SHA256_BYTES) || name[1 + n] ||
        name - path < (ptrdiff_t)strlen(folder) ||
        strncmp(name - strlen(folder), folder, strlen(folder)) != 0)
        return NULL;
    return name + 1;
}

static void add_lasting(
    snt_digest_stream *stream, const char *path, const struct stat *st)
{
    char *real = realpath(path, NULL);
    const char *blob = real ? blob_in(real) : NULL;

    add_text(stream, blob ? blob : real ? real : path);
    if (!blob)
        add_stat(stream, st, false);
    free(real);
}

/* What lib/kept.c has named, which may lie beside what it was made of. */
static bool is_kept(const char *name)
{
    size_t n = digits(name);

    return n == 2 * SNT_SHA256_BYTES && name[n] == '-';
}

static sentiment_status add_file(
    snt_digest_stream *stream, const char *dir, const char *name, bool lasting,
    sentiment_error *err)
{
    char size[32], *path = snt_file_join(dir, name);
    struct stat st;

    if (!path)
        return snt_fail_memory(err);
    if (!stat(path, &st) && S_ISREG(st.st_mode)) {
        snprintf(size, sizeof(size), "%lld", (long long)st.st_size);
        add_text(stream, name);
        add_text(stream, size);
        if (lasting)
            add_lasting(stream, path, &st);
        else
            add_stat(stream, &st, true);
    }
    free(path);
    return SENTIMENT_OK;
}

sentiment_status snt_identity(
    const char *dir, const char *settings, bool lasting,
    sentiment_digest *identity, sentiment_error *err)
{
    struct dirent **names;
    snt_digest_stream stream;
    sentiment_status status = SENTIMENT_OK;
    int n = scandir(dir, &names, NULL, alphasort);

    if (n < 0)
        return snt_fail(err, SENTIMENT_EIO, "%s: %s", dir, strerror(errno));
    snt_digest_begin(&stream, SNT_SHA256);
    add_text(&stream, settings);
    for (int i = 0; i < n; i++) {
        if (status == SENTIMENT_OK && !is_kept(names[i]->d_name))
            status = add_file(&stream, dir, names[i]->d_name, lasting, err);
        free(names[i]);
    }
    free(names);
    if (status == SENTIMENT_OK)
        return snt_digest_end(&stream, identity->bytes, err);
    snt_digest_end(&stream, NULL, NULL);
    return status;
}
