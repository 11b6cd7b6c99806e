/* progress.c - see progress.h. */
#include "progress.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"

enum { EVERY_MS = 100, BAR = 24 };

void snt_progress_begin(snt_progress *progress, bool shown)
{
    progress->shown = shown;
    progress->begun_ms = progress->drawn_ms = snt_clock_now_ms(NULL);
}

static void format_time(char out[32], double seconds)
{
    unsigned long s = (unsigned long)(seconds + 0.5);

    if (s < 3600)
        snprintf(out, 32, "%lu:%02lu", s / 60, s % 60);
    else
        snprintf(out, 32, "%lu:%02lu:%02lu", s / 3600, s / 60 % 60, s % 60);
}

void snt_progress_format(
    char line[128], uint64_t elapsed_ms, uint64_t done, uint64_t all,
    uint64_t texts)
{
    double seconds = (double)(elapsed_ms ? elapsed_ms : 1) / 1000;
    double part = all ? (double)done / (double)all : 0;
    char bar[BAR + 1], eta[32];
    size_t filled;

    if (!all || !done) {
        snprintf(
            line, 128, "%llu texts  %.0f/s", (unsigned long long)texts,
            (double)texts / seconds);
        return;
    }
    part = part > 1 ? 1 : part;
    filled = (size_t)(part * BAR);
    memset(bar, '.', BAR);
    memset(bar, '#', filled);
    bar[BAR] = '\0';
    format_time(eta, seconds * (1 - part) / part);
    snprintf(
        line, 128, "[%s] %3.0f %%  %llu texts  %.0f/s  %s left", bar,
        part * 100, (unsigned long long)texts, (double)texts / seconds, eta);
}

void snt_progress_draw(
    snt_progress *progress, uint64_t done, uint64_t all, uint64_t texts)
{
    uint64_t now = progress->shown ? snt_clock_now_ms(NULL) : 0;
    char line[128];

    if (!progress->shown || now - progress->drawn_ms < EVERY_MS)
        return;
    progress->drawn_ms = now;
    snt_progress_format(line, now - progress->begun_ms, done, all, texts);
    fprintf(stderr, "%s\033[K\r", line);
    fflush(stderr);
}

void snt_progress_end(snt_progress *progress)
{
    if (progress->shown)
        fputs("\033[K", stderr);
    progress->shown = false;
}
