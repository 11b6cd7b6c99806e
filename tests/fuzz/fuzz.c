/* fuzz.c - see fuzz.h. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char path[] = "/tmp/sentiment-fuzz-XXXXXX";
static int fd = -1;

static void remove_file(void)
{
    unlink(path);
}

const char *fuzz_file(const uint8_t *bytes, size_t len)
{
    if (fd < 0) {
        fd = mkstemp(path);
        atexit(remove_file);
    }
    if (fd < 0 || ftruncate(fd, 0) ||
        pwrite(fd, bytes, len, 0) != (ssize_t)len) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    return path;
}

void fuzz_check_places(const snt_weights *weights)
{
    for (size_t i = 0; i < weights->n; i++) {
        const snt_weight *w = &weights->all[i];
        const unsigned char *begin = w->data;
        size_t bytes = (size_t)w->count * snt_dtype_bytes(w->dtype);

        if (!bytes)
            continue;
        for (size_t k = 0; k < weights->n_files; k++) {
            const snt_file *file = &weights->files[k];

            if (begin >= file->bytes &&
                (size_t)(begin - file->bytes) <= file->len &&
                bytes <= file->len - (size_t)(begin - file->bytes))
                bytes = 0;
        }
        if (bytes) {
            fprintf(stderr, "%s lies outside its file\n", w->name);
            abort();
        }
    }
}
