/* identity.c - see identity.h. */
#include "identity.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "digest.h"
#include "error.h"
#include "file.h"

/* A rewrite can put the time of its content back, but not that of its inode. */
static sentiment_status add_file(
    snt_digest_stream *stream, const char *dir, const char *name,
    sentiment_error *err)
{
    char line[512], *path = snt_file_join(dir, name);
    struct stat st;
    int len;

    if (!path)
        return snt_fail_memory(err);
    if (!stat(path, &st) && S_ISREG(st.st_mode)) {
        len = snprintf(
            line, sizeof(line), "%s %lld %llu %llu %lld.%09ld %lld.%09ld\n",
            name, (long long)st.st_size, (unsigned long long)st.st_dev,
            (unsigned long long)st.st_ino, (long long)st.st_mtim.tv_sec,
            st.st_mtim.tv_nsec, (long long)st.st_ctim.tv_sec,
            st.st_ctim.tv_nsec);
        snt_digest_add(
            stream, line,
            (size_t)len < sizeof(line) ? (size_t)len : sizeof(line) - 1);
    }
    free(path);
    return SENTIMENT_OK;
}

sentiment_status snt_identity(
    const char *dir, const char *settings, sentiment_digest *identity,
    sentiment_error *err)
{
    struct dirent **names;
    snt_digest_stream stream;
    sentiment_status status = SENTIMENT_OK;
    int n = scandir(dir, &names, NULL, alphasort);

    if (n < 0)
        return snt_fail(err, SENTIMENT_EIO, "%s: %s", dir, strerror(errno));
    snt_digest_begin(&stream, SNT_SHA256);
    snt_digest_add(&stream, settings, strlen(settings) + 1);
    for (int i = 0; i < n; i++) {
        if (status == SENTIMENT_OK)
            status = add_file(&stream, dir, names[i]->d_name, err);
        free(names[i]);
    }
    free(names);
    if (status == SENTIMENT_OK)
        return snt_digest_end(&stream, identity->bytes, err);
    snt_digest_end(&stream, NULL, NULL);
    return status;
}
