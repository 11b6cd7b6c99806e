/* file.c - see file.h. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "error.h"

static sentiment_status failed(const char *path, int code, sentiment_error *err)
{
    return snt_fail(err, SENTIMENT_EIO, "%s: %s", path, strerror(code));
}

/* Maps an open descriptor; an empty file has no mapping to make. */
static sentiment_status map(
    snt_file *file, int fd, const char *path, sentiment_error *err)
{
    struct stat st;
    void *bytes;

    if (fstat(fd, &st))
        return failed(path, errno, err);
    if (S_ISDIR(st.st_mode))
        return failed(path, EISDIR, err);
    if (!S_ISREG(st.st_mode))
        return snt_fail(err, SENTIMENT_EIO, "%s: not a regular file", path);
    file->len = (size_t)st.st_size;
    file->bytes = (const unsigned char *)"";
    if (!file->len)
        return SENTIMENT_OK;
    bytes = mmap(NULL, file->len, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED)
        return failed(path, errno, err);
    file->bytes = bytes;
    return SENTIMENT_OK;
}

sentiment_status snt_file_open(
    snt_file *file, const char *path, sentiment_error *err)
{
    sentiment_status status;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    *file = (snt_file){NULL, 0};
    if (fd < 0)
        return failed(path, errno, err);
    status = map(file, fd, path, err);
    close(fd);
    return status;
}

/* Read-only, but munmap and madvise take any. */
static void *mapping(const snt_file *file)
{
    union {
        const unsigned char *read_only;
        void *any;
    } bytes = {file->bytes};

    return bytes.any;
}

void snt_file_close(snt_file *file)
{
    if (file->len)
        munmap(mapping(file), file->len);
    *file = (snt_file){NULL, 0};
}

void snt_file_let_go(const snt_file *file)
{
    if (file->len)
        madvise(mapping(file), file->len, MADV_DONTNEED);
}

bool snt_file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

bool snt_file_is_directory(const char *path)
{
    struct stat st;

    return !stat(path, &st) && S_ISDIR(st.st_mode);
}

bool snt_file_write(int fd, const void *bytes, size_t len)
{
    const char *at = bytes;

    while (len) {
        ssize_t n = write(fd, at, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        at += n;
        len -= (size_t)n;
    }
    return true;
}

/* It is on the disk before it is closed, or a power cut could leave an empty
 * one under its name. 0, or why not. */
static int write_new(const char *path, const void *bytes, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    int code = 0;

    if (fd < 0)
        return errno;
    if (!snt_file_write(fd, bytes, len) || fsync(fd))
        code = errno;
    return close(fd) && !code ? errno : code;
}

sentiment_status snt_file_create(
    const char *path, const void *bytes, size_t len, sentiment_error *err)
{
    int code = write_new(path, bytes, len);

    return code ? failed(path, code, err) : SENTIMENT_OK;
}

/* In a container every process may be the first: the time tells them apart, and
 * from one that was cut. */
sentiment_status snt_file_replace(
    const char *path, const void *bytes, size_t len, sentiment_error *err)
{
    size_t size = strlen(path) + 64;
    char *beside = malloc(size);
    struct timespec now;
    int code;

    if (!beside)
        return snt_fail_memory(err);
    clock_gettime(CLOCK_REALTIME, &now);
    snprintf(
        beside, size, "%s.%ld.%lx%08lx.tmp", path, (long)getpid(),
        (unsigned long)now.tv_sec, (unsigned long)now.tv_nsec);
    code = write_new(beside, bytes, len);
    if (!code && rename(beside, path))
        code = errno;
    if (code)
        unlink(beside);
    free(beside);
    return code ? failed(path, code, err) : SENTIMENT_OK;
}

char *snt_file_join(const char *dir, const char *name)
{
    size_t size = strlen(dir) + strlen(name) + 2;
    char *path = malloc(size);

    if (!path)
        return NULL;
    if (*name == '/')
        snprintf(path, size, "%s", name);
    else
        snprintf(path, size, "%s/%s", dir, name);
    return path;
}
