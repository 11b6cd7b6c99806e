/*
 * enrich.h - the run that `enrich` is, shared by the files enrich_*.c.
 *
 * One thread owns consumer, producer and everything here. As a member of the
 * group (enrich_group.c) it fetches records (enrich_source.c), pushes their
 * texts into the pipeline's ordered stream, takes the results out of it in the
 * same order (enrich_loop.c), produces what they become (enrich_sink.c), and
 * commits offsets up to which all is acknowledged (enrich_commit.c), in a
 * transaction when exactly-once is asked for. Whatever goes wrong in between
 * ends in one place (enrich_recover.c): the partitions are read again from
 * where they are known to be done.
 *
 *     fetch --> line (in order) --> result --> produce --> report --> commit
 *                 |                   ^
 *                 +--> stream --------+      a worker's thread computes
 */
#ifndef SNT_ENRICH_H
#define SNT_ENRICH_H

#include "broker.h"
#include "enrich_recipe.h"
#include "enrich_track.h"
#include "place.h"
#include "prometheus.h"
#include "scrape.h"
#include "sentiment/pipeline.h"
#include "sentiment/router.h"

/** What the option group fills. */
typedef struct snt_enrich_options {
    const char *group, *transactional_id, *instance_id;
    int delivery; /* 2: exactly-once */
    uint32_t batch, batch_ms;
    uint32_t max_in_flight_bytes;
    const char *route;
    const char *from, *until;
    bool once, dry_run;
    const char *metrics; /* an address, or NULL */
    uint32_t stall_seconds;
    uint32_t drain_timeout; /* seconds */
} snt_enrich_options;

extern const snt_option_group snt_enrich_group;

/** Counts since the start. */
typedef struct snt_enrich_counts {
    uint64_t fetched;
    uint64_t *labels; /* [n_labels] results produced; after a rewind again */
    uint64_t dead, stubs;
    uint64_t dropped; /* stale: read again, here or elsewhere */
    uint64_t failed_reports, rewinds, producers, rebalances;
    uint64_t commits, commit_failures;
    snt_histogram transaction; /* from the last report to the commit */
} snt_enrich_counts;

typedef struct snt_enrich {
    const snt_enrich_options *opts;
    bool exactly_once;
    snt_place from, until;

    snt_broker *broker;
    sentiment_classifier *clf;
    sentiment_pipeline *pipe;
    sentiment_stream *stream;
    sentiment_router *router;
    snt_recipe recipe;

    rd_kafka_t *consumer;
    rd_kafka_t *producer; /* NULL in a dry run */
    char transactional_id[256];

    snt_track track;
    snt_held *line, *line_end; /* fetched and not yet produced, in order */
    snt_held *unpushed;        /* from here on, not in the stream either */

    bool draining;        /* nothing more is fetched */
    uint64_t drain_until; /* in milliseconds; 0: not asked to stop yet */
    bool assigned;        /* there has been an assignment, if of nothing */
    bool paused;          /* there has long been no room */
    bool must_rewind;     /* before the next record is taken */
    bool must_replace;    /* and with a new producer */
    bool must_explain;    /* the transaction has failed, and not said why */
    bool committing;      /* a commit is on its way */
    bool in_transaction;
    uint32_t in_batch;     /* produced since the last commit */
    uint64_t batch_since;  /* when the first of them was, in milliseconds */
    uint64_t full_since;   /* when there was no room any more; 0: there is */
    uint32_t careful;      /* this many are produced one at a time */
    uint32_t setbacks;     /* recoveries without a success in between */
    sentiment_error error; /* what ends the run */

    snt_enrich_counts counts;
    uint64_t begun_ms;
    bool shown; /* there is a progress line */
    uint64_t shown_ms, shown_records;

    snt_scrape *scrape; /* --metrics, or NULL */
    uint64_t started_s; /* the epoch's seconds */
    uint64_t posted_ms, posted_records;
} snt_enrich;

/** Ends the run with the line that snt_fail has put into e->error. */
static inline bool snt_enrich_failed(const snt_enrich *e)
{
    return e->error.status != SENTIMENT_OK;
}

/* enrich_range.c */

/** Sets where the partitions begin, for those that --from is for, and where
 * they end. */
void snt_enrich_set_range(
    snt_enrich *e, rd_kafka_topic_partition_list_t *partitions);

/** Whether every partition that is assigned has been read to its end. */
bool snt_enrich_is_finished(const snt_enrich *e);

/* enrich_group.c */
sentiment_status snt_group_join(snt_enrich *e, sentiment_error *err);
void snt_group_leave(snt_enrich *e);

/** After the last record was let go of. */
void snt_group_destroy(snt_enrich *e);

/** Stops or goes on fetching, in all partitions. */
void snt_group_pause(snt_enrich *e, bool pause);

/* enrich_source.c */

/** Waits at most timeout_ms for a record and takes it into hand. True when
 * something came. */
bool snt_source_take(snt_enrich *e, int timeout_ms);

/** When there has been no room for long: the group must go on hearing of this
 * member, without any record. */
void snt_source_stay_alive(snt_enrich *e, bool has_room);

/* enrich_sink.c */
sentiment_status snt_sink_open(snt_enrich *e, sentiment_error *err);

/** Gives up what has not been acknowledged. */
void snt_sink_close(snt_enrich *e);

/** Produces what the record became; item NULL: nothing but its own error. */
void snt_sink_put(
    snt_enrich *e, snt_held *held, const sentiment_stream_item *item);

/** Serves reports, waiting at most timeout_ms for the first. */
void snt_sink_poll(snt_enrich *e, int timeout_ms);

/** Waits until every report is in; false when it took too long, or one says
 * that all is to be read again. */
bool snt_sink_flush(snt_enrich *e, int timeout_ms);

/* enrich_letter.c: what is produced when the result cannot be. */

/** How far a record is reduced so that it can be produced. */
enum {
    SNT_LEVEL_RESULT = 0,
    SNT_LEVEL_LETTER, /* the record unchanged, as a dead letter */
    SNT_LEVEL_STUB,   /* without its value */
    SNT_LEVEL_BARE,   /* nothing but headers that say what it was */
    SNT_LEVEL_LAST = SNT_LEVEL_BARE
};

/** The dead letter; level is not SNT_LEVEL_RESULT. */
snt_krecord snt_enrich_letter(
    const snt_enrich *e, const snt_krecord *from, const char *reason,
    int level);

/** The engine has failed on the record's text: tries it again, alone. When it
 * fails once more while another text does not, the record is at fault and
 * item stays; else the engine is, and the run ends. */
void snt_enrich_retry(
    snt_enrich *e, const snt_held *held, sentiment_stream_item *item,
    float *scores);

/* enrich_commit.c */

/** Before the first record of a batch is produced. */
void snt_commit_begin(snt_enrich *e);

/** The offsets that are new, marked as sent; destroy the list. */
rd_kafka_topic_partition_list_t *snt_commit_due(snt_enrich *e);

/** Commits when a batch is full or old enough. */
void snt_commit_if_due(snt_enrich *e);

/** Commits what is done before partitions are given away, and waits for it. */
void snt_commit_now(snt_enrich *e);

/* enrich_txn.c */
sentiment_status snt_txn_init(snt_enrich *e, sentiment_error *err);
void snt_txn_begin(snt_enrich *e);
void snt_txn_commit(snt_enrich *e);

/** A transaction has failed: whether for good, since the producer is fenced or
 * the broker refuses it; the run then ends. Otherwise it says why, when nobody
 * has. */
bool snt_txn_is_lost(snt_enrich *e);

/** Ends a transaction that will not be committed, as the last act of its
 * producer, so that readers need not wait for its time-out. */
void snt_txn_abandon(snt_enrich *e);

/* enrich_recover.c */

/** A report or a transaction has failed: all that is in hand is stale. */
void snt_recover_ask(snt_enrich *e, bool replace_producer);

/** Does what was asked for; not from inside a callback. */
void snt_recover_if_asked(snt_enrich *e);

/* enrich_loop.c */

/** Runs until the stop flag is up, all is read that was to be, or the run
 * fails; what is in hand is then finished, but not committed. */
void snt_enrich_loop(snt_enrich *e);

/** Whether the run was asked to stop and has used up its --drain-timeout:
 * whatever waits then waits no longer. */
bool snt_enrich_is_late(snt_enrich *e);

/* enrich_stats.c */

/** How many records are behind a partition's offset, as far as known. */
uint64_t snt_enrich_lag(const snt_enrich *e, const snt_part *part);

/** Results and dead letters. */
uint64_t snt_enrich_produced(const snt_enrich *e);

/** A line on a terminal, from time to time. */
void snt_enrich_progress(snt_enrich *e);

/** What it came to. */
void snt_enrich_summary(snt_enrich *e);

/* enrich_metrics.c */

/** Listens, when --metrics asks for it. */
sentiment_status snt_enrich_metrics_open(snt_enrich *e, sentiment_error *err);

/** Posts what --metrics hands out: once a second when busy; the first time,
 * before the run can wait for a broker, is not. */
void snt_enrich_metrics_post(snt_enrich *e, bool busy);

#endif
