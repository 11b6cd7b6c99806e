/* output.h - standard output, buffered, with its failures kept. */
#ifndef SNT_OUTPUT_H
#define SNT_OUTPUT_H

#include <stdbool.h>

#include "buffer.h"

/** Write into buf; it goes out when it is large, and on flush. */
typedef struct snt_output {
    int fd;
    int error; /* errno of the first failure; nothing is written after it */
    snt_buffer buf;
} snt_output;

/** Writes buf out when it has grown large. */
void snt_output_spill(snt_output *out);

/** Writes all of buf out; false after a failure, now or before. */
bool snt_output_flush(snt_output *out);

/** Flushes, frees, and says on standard error what failed, except that the
 * reader went away. The exit status: 0, 1, or 128 + n when signal n ended
 * it, SIGPIPE among them. */
int snt_output_close(snt_output *out);

/** The same for what was printed with stdio: 0 or 1. */
int snt_output_finish_stdio(void);

#endif
