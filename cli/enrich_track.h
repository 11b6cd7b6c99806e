/*
 * enrich_track.h - which records are in hand, and up to where each partition
 * is finished.
 *
 * A record is in hand from the moment it is fetched until what it became has
 * been acknowledged. Its partition's offset moves only over records that are
 * done, whatever the order in which they are. Whenever a partition is given
 * away or read again from an earlier offset its epoch changes, and records of
 * the epoch before count for nothing: whoever holds one lets it go.
 *
 * For one thread. Knows nothing of librdkafka.
 */
#ifndef SNT_ENRICH_TRACK_H
#define SNT_ENRICH_TRACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record.h"

/** In place of an offset that is not known. */
enum { SNT_OFFSET_NONE = -1 };

typedef struct snt_part {
    int32_t partition;
    uint32_t epoch;
    bool assigned;
    bool finished;     /* --once, --until: nothing more is taken from it */
    bool at_end;       /* all that was there has been fetched */
    int64_t origin;    /* the first offset taken since it was assigned */
    int64_t begin;     /* the first offset taken in this epoch */
    int64_t next;      /* below it all of this epoch is done */
    int64_t resume;    /* where an earlier epoch broke off */
    int64_t committed; /* what this instance has committed */
    int64_t sent;      /* is on its way to be committed */
    int64_t end;       /* the first offset that is not wanted, or INT64_MAX */
    int64_t poison;    /* this record could not be produced, … */
    int poison_level;  /* … not even so far reduced */
    bool poison_time;  /* … because of its time */
    uint64_t moved_ms; /* when next moved last, or there was nothing to do */
    struct snt_held *head, *tail; /* of this epoch, in order of offsets */
} snt_part;

/** A record in hand. */
typedef struct snt_held {
    struct snt_held *next;           /* of its partition */
    struct snt_held *before, *after; /* of all */
    struct snt_held *behind;         /* in the line of those to be produced */
    snt_part *part;
    uint32_t epoch;
    bool in_stream; /* its text is being classified */
    bool in_sink;   /* what it became is on its way to the broker */
    bool done;
    int level; /* how far it was reduced to be produced */
    int64_t offset;
    size_t bytes;
    void *message;      /* as fetched, or NULL: not needed any more */
    snt_record *record; /* its text, or NULL likewise */
} snt_held;

typedef struct snt_track {
    snt_part **parts; /* [n] */
    size_t n;
    snt_held *first; /* of all in hand, stale ones too */
    size_t held;
    size_t bytes;                        /* of all in hand */
    void (*free_message)(void *message); /* NULL: nothing to free */
} snt_track;

/** The partition's state, made on first sight; NULL without memory. */
snt_part *snt_track_part(snt_track *track, int32_t partition);

/** Begins a new epoch: the partition's records in hand are stale, and resume
 * says where to read on to miss none of them. */
void snt_track_renew(snt_track *track, snt_part *part);

/** The partition is given to this instance, which knows nothing of it, … */
void snt_track_assign(snt_track *track, snt_part *part, uint64_t now_ms);

/** … or is taken away. */
void snt_track_revoke(snt_track *track, snt_part *part);

/** Takes a record into hand; NULL without memory. */
snt_held *snt_track_take(
    snt_track *track, snt_part *part, int64_t offset, size_t bytes,
    void *message);

bool snt_track_is_stale(const snt_held *held);

/** The record's message and text are not needed any more. */
void snt_track_drop_message(snt_track *track, snt_held *held);

/** What the record became is safe, or the record is stale: its holder lets it
 * go. Moves the partition's next over all that is done, which counts as moving
 * at now_ms; 0: not yet. */
void snt_track_done(snt_track *track, snt_held *held, uint64_t now_ms);

/** Lets go of what the sink holds, when the sink is no more: all of it must be
 * stale. */
void snt_track_sweep(snt_track *track);

/** All that there was before offset end has been fetched; end may lie behind
 * records that no consumer sees. */
void snt_track_at_end(snt_part *part, int64_t end, uint64_t now_ms);

/** The offset to commit, or NONE when that is nothing new. */
int64_t snt_track_due(const snt_part *part);

/** Lets go of everything. No holder may use a record afterwards. */
void snt_track_close(snt_track *track);

#endif
