/* file.h - a file's bytes, mapped read-only; a file replaced as a whole. */
#ifndef SNT_FILE_H
#define SNT_FILE_H

#include <stdbool.h>

#include "sentiment/base.h"

typedef struct snt_file {
    const unsigned char *bytes; /* never NULL after snt_file_open */
    size_t len;
} snt_file;

/** Maps the regular file at path. EIO names path and reason. */
sentiment_status snt_file_open(
    snt_file *file, const char *path, sentiment_error *err);

/** Unmaps; a zeroed struct is fine. */
void snt_file_close(snt_file *file);

/** Takes its pages off what the process holds in memory: what is read again
 * comes from the system's cache. */
void snt_file_let_go(const snt_file *file);

/** Whether something is there; opening it says why it cannot be read. */
bool snt_file_exists(const char *path);

bool snt_file_is_directory(const char *path);

/** Writes all of it; false with errno. */
bool snt_file_write(int fd, const void *bytes, size_t len);

/** Makes a file of these bytes, which is on the disk when this returns. EIO
 * names path and reason, one being that there is one. */
sentiment_status snt_file_create(
    const char *path, const void *bytes, size_t len, sentiment_error *err);

/** Puts a file of these bytes at path, in the place of one that is there: other
 * processes see the old one or the new one, whole. EIO names path and reason.
 */
sentiment_status snt_file_replace(
    const char *path, const void *bytes, size_t len, sentiment_error *err);

/** "dir/name", or name alone when it is absolute; free() it. NULL: no memory.
 */
char *snt_file_join(const char *dir, const char *name);

#endif
