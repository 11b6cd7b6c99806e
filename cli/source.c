/* source.c - see source.h. */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "report.h"
#include "stop.h"

enum { CHUNK = 64 << 10 };

static const char *const standard_input[] = {"-"};

/* The size of all files together, or 0 when one of them has none. */
static uint64_t add_sizes(const snt_source *src)
{
    uint64_t sum = 0;
    struct stat st;

    for (size_t i = 0; i < src->n_paths; i++) {
        int failed = strcmp(src->paths[i], "-") ? stat(src->paths[i], &st)
                                                : fstat(STDIN_FILENO, &st);

        if (failed || !S_ISREG(st.st_mode))
            return 0;
        sum += (uint64_t)st.st_size;
    }
    return sum;
}

sentiment_status snt_source_open(
    snt_source *src, const snt_arg_list *paths, sentiment_error *err)
{
    *src = (snt_source){.fd = -1, .paths = standard_input, .n_paths = 1};
    if (paths->n) {
        src->paths = paths->items;
        src->n_paths = paths->n;
    }
    src->all_bytes = add_sizes(src);
    src->chunk = malloc(CHUNK);
    return src->chunk ? SENTIMENT_OK : snt_fail_memory(err);
}

static void close_file(snt_source *src)
{
    if (src->fd > STDIN_FILENO)
        close(src->fd);
    src->fd = -1;
}

void snt_source_close(snt_source *src)
{
    close_file(src);
    free(src->chunk);
    src->chunk = NULL;
}

static void report_failure(snt_source *src)
{
    snt_report("%s: %s", src->name, strerror(errno));
    src->failures++;
}

bool snt_source_next_file(snt_source *src)
{
    close_file(src);
    src->lines = src->begin = src->end = 0;
    while (src->at < src->n_paths && !snt_stop_signal()) {
        src->name = src->paths[src->at++];
        if (!strcmp(src->name, "-")) {
            src->name = "standard input";
            src->fd = STDIN_FILENO;
            return true;
        }
        src->fd = open(src->name, O_RDONLY | O_CLOEXEC);
        if (src->fd >= 0)
            return true;
        report_failure(src);
    }
    return false;
}

/* Waits for input or for a stop, whichever comes first. */
static void wait_for_input(const snt_source *src)
{
    struct pollfd fds[2] = {
        {.fd = src->fd, .events = POLLIN},
        {.fd = snt_stop_fd(), .events = POLLIN}};

    while (!snt_stop_signal() && poll(fds, 2, -1) < 0 && errno == EINTR)
        continue;
}

/* Reads a chunk when the last one is used up; false at the end of the file, at
 * a stop, and after a failure. */
static bool fill(snt_source *src)
{
    ssize_t n;

    if (src->begin < src->end)
        return true;
    do {
        wait_for_input(src);
        if (snt_stop_signal())
            return false;
        n = read(src->fd, src->chunk, CHUNK);
    } while (n < 0 && (errno == EINTR || errno == EAGAIN));
    if (n < 0)
        report_failure(src);
    if (n <= 0)
        return false;
    src->read_bytes += (uint64_t)n;
    src->begin = 0;
    src->end = (size_t)n;
    return true;
}

bool snt_source_ready(const snt_source *src)
{
    struct pollfd fd = {.fd = src->fd, .events = POLLIN};

    return src->fd < 0 || src->begin < src->end || poll(&fd, 1, 0) != 0;
}

/* Takes the chunk up to a line's end, or all of it; true: the line ended. */
static bool take(snt_source *src, snt_line *line)
{
    const char *from = src->chunk + src->begin;
    const char *newline = memchr(from, '\n', src->end - src->begin);
    size_t len = newline ? (size_t)(newline - from) : src->end - src->begin;
    size_t room = SNT_LINE_BYTES + 1 - line->bytes.len; /* 1: for a CR */

    if (len > room)
        line->too_long = true;
    snt_buffer_add(&line->bytes, from, len < room ? len : room);
    src->begin += len + (newline != NULL);
    return newline != NULL;
}

static void strip(snt_line *line, bool has_newline)
{
    snt_buffer *bytes = &line->bytes;

    line->ending = has_newline ? "\n" : "";
    if (has_newline && bytes->len && bytes->bytes[bytes->len - 1] == '\r') {
        line->ending = "\r\n";
        bytes->len--;
    }
    if (bytes->len > SNT_LINE_BYTES)
        line->too_long = true;
    if (line->number == 1 && bytes->len >= 3 &&
        !memcmp(bytes->bytes, "\xEF\xBB\xBF", 3)) {
        bytes->len -= 3;
        memmove(bytes->bytes, bytes->bytes + 3, bytes->len);
    }
}

bool snt_source_line(snt_source *src, snt_line *line)
{
    bool begun = false, ended = false;

    snt_buffer_clear(&line->bytes);
    line->too_long = false;
    while (!ended && fill(src)) {
        begun = true;
        ended = take(src, line);
    }
    if (!begun || snt_stop_signal())
        return false;
    line->number = ++src->lines;
    strip(line, ended);
    return true;
}
