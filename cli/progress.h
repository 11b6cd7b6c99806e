/* progress.h - how far a run is, on a terminal's standard error. */
#ifndef SNT_PROGRESS_H
#define SNT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct snt_progress {
    bool shown; /* a bar is drawn at all */
    uint64_t begun_ms;
    uint64_t drawn_ms;
} snt_progress;

void snt_progress_begin(snt_progress *progress, bool shown);

/** Draws the bar when it is time to: done of all bytes (all 0: unknown), and
 * how many texts that were. The cursor stays at the begin of the line. */
void snt_progress_draw(
    snt_progress *progress, uint64_t done, uint64_t all, uint64_t texts);

/** The same for a transfer of all bytes, of which done are there and came of
 * them since it began. */
void snt_progress_draw_bytes(
    snt_progress *progress, uint64_t done, uint64_t all, uint64_t came);

/** Takes the bar away. */
void snt_progress_end(snt_progress *progress);

/** Formats the bar in at most 79 columns; line has room for 128 bytes. */
void snt_progress_format(
    char line[128], uint64_t elapsed_ms, uint64_t done, uint64_t all,
    uint64_t texts);

void snt_progress_format_bytes(
    char line[128], uint64_t elapsed_ms, uint64_t done, uint64_t all,
    uint64_t came);

#endif
