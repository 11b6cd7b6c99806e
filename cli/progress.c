/* progress.c - see progress.h. */
#include "progress.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "size.h"

enum { EVERY_MS = 100, BAR = 24, LONGEST_S = 99 * 3600 + 3599 };

void snt_progress_begin(snt_progress *progress, bool shown)
{
    progress->shown = shown;
    progress->begun_ms = progress->drawn_ms = snt_clock_now_ms(NULL);
}

static void format_time(char out[32], double seconds)
{
    unsigned long s =
        (unsigned long)(seconds < LONGEST_S ? seconds + 0.5 : LONGEST_S);

    if (s < 3600)
        snprintf(out, 32, "%lu:%02lu", s / 60, s % 60);
    else
        snprintf(out, 32, "%lu:%02lu:%02lu", s / 3600, s / 60 % 60, s % 60);
}

static void fill(char bar[BAR + 1], double part)
{
    memset(bar, '.', BAR);
    memset(bar, '#', (size_t)(part * BAR));
    bar[BAR] = '\0';
}

void snt_progress_format(
    char line[128], uint64_t elapsed_ms, uint64_t done, uint64_t all,
    uint64_t texts)
{
    double seconds = (double)(elapsed_ms ? elapsed_ms : 1) / 1000;
    double part = all ? (double)done / (double)all : 0;
    char bar[BAR + 1], eta[32];

    if (!all || !done) {
        snprintf(
            line, 128, "%llu texts  %.0f/s", (unsigned long long)texts,
            (double)texts / seconds);
        return;
    }
    part = part > 1 ? 1 : part;
    fill(bar, part);
    format_time(eta, seconds * (1 - part) / part);
    snprintf(
        line, 128, "[%s] %3.0f %%  %llu texts  %.0f/s  %s left", bar,
        part * 100, (unsigned long long)texts, (double)texts / seconds, eta);
}

void snt_progress_format_bytes(
    char line[128], uint64_t elapsed_ms, uint64_t done, uint64_t all,
    uint64_t came)
{
    double seconds = (double)(elapsed_ms ? elapsed_ms : 1) / 1000;
    double speed = (double)came / seconds;
    double part = all ? (double)done / (double)all : 0;
    char bar[BAR + 1], of[SNT_SIZE], rate[SNT_SIZE], eta[32] = "-:--";

    part = part > 1 ? 1 : part;
    fill(bar, part);
    snt_size_format(of, all);
    snt_size_format(rate, (uint64_t)speed);
    if (came)
        format_time(eta, (1 - part) * (double)all / speed);
    snprintf(
        line, 128, "[%s] %3.0f %% of %s  %s/s  %s left", bar, part * 100, of,
        rate, eta);
}

/* Whether it is time to draw; then elapsed is how long it has run. */
static bool is_due(snt_progress *progress, uint64_t *elapsed)
{
    uint64_t now = progress->shown ? snt_clock_now_ms(NULL) : 0;

    if (!progress->shown || now - progress->drawn_ms < EVERY_MS)
        return false;
    progress->drawn_ms = now;
    *elapsed = now - progress->begun_ms;
    return true;
}

static void draw(const char *line)
{
    fprintf(stderr, "%s\033[K\r", line);
    fflush(stderr);
}

void snt_progress_draw(
    snt_progress *progress, uint64_t done, uint64_t all, uint64_t texts)
{
    uint64_t elapsed;
    char line[128];

    if (!is_due(progress, &elapsed))
        return;
    snt_progress_format(line, elapsed, done, all, texts);
    draw(line);
}

void snt_progress_draw_bytes(
    snt_progress *progress, uint64_t done, uint64_t all, uint64_t came)
{
    uint64_t elapsed;
    char line[128];

    if (!is_due(progress, &elapsed))
        return;
    snt_progress_format_bytes(line, elapsed, done, all, came);
    draw(line);
}

void snt_progress_end(snt_progress *progress)
{
    if (progress->shown)
        fputs("\033[K", stderr);
    progress->shown = false;
}
