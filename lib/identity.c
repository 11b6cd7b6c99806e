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

static void add_file(snt_digest_stream *stream, int dir, const char *name)
{
    struct stat st;
    char line[512];
    int len;

    if (fstatat(dir, name, &st, 0) || !S_ISREG(st.st_mode))
        return;
    len = snprintf(
        line, sizeof(line), "%s %lld %llu %llu %lld.%09ld\n", name,
        (long long)st.st_size, (unsigned long long)st.st_dev,
        (unsigned long long)st.st_ino, (long long)st.st_mtim.tv_sec,
        st.st_mtim.tv_nsec);
    snt_digest_add(
        stream, line,
        (size_t)len < sizeof(line) ? (size_t)len : sizeof(line) - 1);
}

sentiment_status snt_identity(
    const char *dir, const char *settings, sentiment_digest *identity,
    sentiment_error *err)
{
    struct dirent **names;
    snt_digest_stream stream;
    int n = scandir(dir, &names, NULL, alphasort);
    DIR *open_dir = opendir(dir);

    if (n < 0 || !open_dir) {
        sentiment_status status =
            snt_fail(err, SENTIMENT_EIO, "%s: %s", dir, strerror(errno));

        if (open_dir)
            closedir(open_dir);
        while (n > 0)
            free(names[--n]);
        return status;
    }
    snt_digest_begin(&stream, SNT_SHA256);
    snt_digest_add(&stream, settings, strlen(settings) + 1);
    for (int i = 0; i < n; i++) {
        add_file(&stream, dirfd(open_dir), names[i]->d_name);
        free(names[i]);
    }
    free(names);
    closedir(open_dir);
    return snt_digest_end(&stream, identity->bytes, err);
}
