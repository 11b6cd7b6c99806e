/*
 * source.h - files one after the other, line by line, in constant memory.
 *
 * Waits for input and for the stop flag at once.
 */
#ifndef SNT_SOURCE_H
#define SNT_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "args.h"
#include "buffer.h"

/** The longest line that is read; of a longer one the rest is dropped. */
enum { SNT_LINE_BYTES = 1 << 20 };

typedef struct snt_source {
    const char *const *paths; /* [n_paths], borrowed */
    size_t n_paths;
    size_t at;           /* the path that next_file opens */
    int fd;              /* -1: no file is open */
    const char *name;    /* of the open file, "standard input" */
    uint64_t lines;      /* read of the open file */
    uint64_t read_bytes; /* of all files */
    uint64_t all_bytes;  /* of all files; 0 when one of them is no file */
    size_t failures;     /* files that could not be opened or read */
    char *chunk;         /* [CHUNK]; chunk[begin .. end) is unread */
    size_t begin, end;
} snt_source;

typedef struct snt_line {
    snt_buffer bytes;   /* without its ending */
    const char *ending; /* "\n", "\r\n" or "" */
    uint64_t number;    /* 1 is the first of its file */
    bool too_long;
} snt_line;

/** Reads the paths, "-" being standard input, as is no path at all. */
sentiment_status snt_source_open(
    snt_source *src, const snt_arg_list *paths, sentiment_error *err);
void snt_source_close(snt_source *src);

/** Goes on to the next file that can be opened; those that cannot are
 * reported and counted. False: there is none, or the stop flag is up. */
bool snt_source_next_file(snt_source *src);

/** Reads the next line of the open file; false at its end. A byte order mark
 * at the begin of a file is taken off. */
bool snt_source_line(snt_source *src, snt_line *line);

/** Whether reading on would not wait. */
bool snt_source_ready(const snt_source *src);

#endif
