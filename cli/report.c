/* report.c - see report.h. */
#include "report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "width.h"

static void (*taker)(void *arg, const char *line);
static void *taker_arg;

void snt_report_to(void (*fn)(void *arg, const char *line), void *arg)
{
    taker = fn;
    taker_arg = arg;
}

void snt_report(const char *format, ...)
{
    char line[1024]; /* a long path is shortened, not the reason behind it */
    snt_buffer clean = {0};
    va_list args;

    va_start(args, format);
    snt_vformat(line, sizeof(line), format, args);
    va_end(args);
    if (taker) {
        taker(taker_arg, line);
        return;
    }
    snt_width_add(&clean, line, strlen(line), 0);
    fprintf(
        stderr, "sentiment-cli: %.*s%s\n", (int)clean.len,
        clean.bytes ? clean.bytes : "", isatty(STDERR_FILENO) ? "\033[K" : "");
    snt_buffer_free(&clean);
}
