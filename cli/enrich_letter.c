/* enrich_letter.c - dead letters, and whose fault a failure is. */
#include <time.h>

#include "enrich.h"
#include "error.h"
#include "report.h"

static uint64_t wall_clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

snt_krecord snt_enrich_letter(
    const snt_enrich *e, const snt_krecord *from, const char *reason, int level)
{
    const char *topic = sentiment_router_destination(
        e->router, sentiment_router_route(e->router, -1, 0));
    snt_krecord letter =
        snt_krecord_dead_letter(from, topic, reason, wall_clock_ms());

    if (letter.headers && level >= SNT_LEVEL_STUB)
        snt_krecord_make_stub(&letter, from, level >= SNT_LEVEL_BARE);
    return letter;
}

void snt_enrich_retry(
    snt_enrich *e, const snt_held *held, sentiment_stream_item *item,
    float *scores)
{
    sentiment_text text = snt_record_text(held->record);
    sentiment_text probe = sentiment_text_of("Profit rose.");
    sentiment_result again;
    sentiment_error err;

    if (!sentiment_classify(e->clf, &text, 1, &again, scores, &err) &&
        !again.status) {
        item->result = again;
        item->scores = scores;
        return;
    }
    if (!sentiment_classify(e->clf, &probe, 1, &again, scores, &err) &&
        !again.status)
        snt_report("%s", item->message);
    else
        snt_fail(
            &e->error, SENTIMENT_EENGINE, "the engine fails: %s",
            item->message);
}
