/* enrich_stats.c - what the run has come to, for whoever watches. */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "buffer.h"
#include "clock.h"
#include "enrich.h"

enum { EVERY_MS = 500 };

uint64_t snt_enrich_lag(const snt_enrich *e, const snt_part *part)
{
    int64_t low, high;
    int64_t at = part->next != SNT_OFFSET_NONE ? part->next : part->begin;

    bool settled = !e->exactly_once || at == SNT_OFFSET_NONE ||
                   part->committed == part->next;

    if (!part->assigned || (part->at_end && !part->head && settled))
        return 0;
    if (at == SNT_OFFSET_NONE || !settled)
        at = part->committed;
    if (rd_kafka_get_watermark_offsets(
            e->consumer, snt_broker_topic(e->broker), part->partition, &low,
            &high) ||
        high < 0)
        return 0;
    if (at == SNT_OFFSET_NONE)
        at = low > 0 ? low : 0;
    if (high > part->end) /* the rest is not wanted */
        high = part->end;
    return high > at ? (uint64_t)(high - at) : 0;
}

static uint64_t all_lag(const snt_enrich *e)
{
    uint64_t lag = 0;

    for (size_t i = 0; i < e->track.n; i++)
        lag += snt_enrich_lag(e, e->track.parts[i]);
    return lag;
}

static void add_labels(const snt_enrich *e, snt_buffer *line)
{
    char text[64];

    for (size_t i = 0; i < sentiment_classifier_n_labels(e->clf); i++) {
        snt_buffer_add_string(line, "  ");
        snt_buffer_add_string(line, sentiment_classifier_label(e->clf, i));
        snprintf(text, sizeof(text), " %" PRIu64, e->counts.labels[i]);
        snt_buffer_add_string(line, text);
    }
    if (e->counts.dead) {
        snprintf(text, sizeof(text), "  unknown %" PRIu64, e->counts.dead);
        snt_buffer_add_string(line, text);
    }
    snt_buffer_add_char(line, '\0');
}

uint64_t snt_enrich_produced(const snt_enrich *e)
{
    uint64_t n = e->counts.dead;

    for (size_t i = 0; i < sentiment_classifier_n_labels(e->clf); i++)
        n += e->counts.labels[i];
    return n;
}

void snt_enrich_progress(snt_enrich *e)
{
    uint64_t now = e->shown ? snt_clock_now_ms(NULL) : 0;
    uint64_t n;
    snt_buffer line = {0};

    if (!e->shown || now - e->shown_ms < EVERY_MS)
        return;
    n = snt_enrich_produced(e);
    add_labels(e, &line);
    fprintf(
        stderr, "%" PRIu64 " records  %.0f/s  lag %" PRIu64 "%s\033[K\r", n,
        (double)(n - e->shown_records) * 1000 / (double)(now - e->shown_ms),
        all_lag(e), line.failed ? "" : line.bytes);
    fflush(stderr);
    snt_buffer_free(&line);
    e->shown_ms = now;
    e->shown_records = n;
}

void snt_enrich_summary(snt_enrich *e)
{
    double seconds = (double)(snt_clock_now_ms(NULL) - e->begun_ms + 1) / 1000;
    uint64_t n = snt_enrich_produced(e);
    snt_buffer line = {0};

    add_labels(e, &line);
    fprintf(
        stderr, "%s%" PRIu64 " record%s in %.2f s (%.0f/s)%s\n",
        e->shown ? "\033[K" : "", n, n == 1 ? "" : "s", seconds,
        (double)n / seconds, line.failed ? "" : line.bytes);
    snt_buffer_free(&line);
}
