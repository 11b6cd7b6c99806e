/* output.c - see output.h. */
#include "output.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "report.h"
#include "stop.h"

enum { LARGE = 64 << 10 };

bool snt_output_flush(snt_output *out)
{
    size_t done = 0;

    if (out->buf.failed && !out->error)
        out->error = ENOMEM;
    while (!out->error && done < out->buf.len) {
        ssize_t n = write(out->fd, out->buf.bytes + done, out->buf.len - done);

        if (n >= 0)
            done += (size_t)n;
        else if (errno == EAGAIN)
            poll(&(struct pollfd){.fd = out->fd, .events = POLLOUT}, 1, -1);
        else if (errno != EINTR || snt_stop_signal())
            out->error = errno;
    }
    snt_buffer_clear(&out->buf);
    return !out->error;
}

void snt_output_spill(snt_output *out)
{
    if (out->buf.len >= LARGE || out->buf.failed)
        snt_output_flush(out);
}

int snt_output_finish_stdio(void)
{
    if (!fflush(stdout) && !ferror(stdout))
        return 0;
    snt_report("standard output: cannot be written");
    return 1;
}

int snt_output_close(snt_output *out)
{
    snt_output_flush(out);
    snt_buffer_free(&out->buf);
    if (!out->error)
        return 0;
    if (out->error == EPIPE)
        return 128 + SIGPIPE;
    if (snt_stop_signal())
        return 128 + snt_stop_signal();
    fprintf(
        stderr, "sentiment-cli: standard output: %s\n", strerror(out->error));
    return 1;
}
