/* enrich_track.c - see enrich_track.h. */
#include "enrich_track.h"

#include <stdlib.h>

snt_part *snt_track_part(snt_track *track, int32_t partition)
{
    snt_part **parts, *part;

    for (size_t i = 0; i < track->n; i++)
        if (track->parts[i]->partition == partition)
            return track->parts[i];
    parts = realloc(track->parts, (track->n + 1) * sizeof(*parts));
    if (!parts)
        return NULL;
    track->parts = parts;
    part = calloc(1, sizeof(*part));
    if (!part)
        return NULL;
    part->partition = partition;
    snt_track_assign(track, part, 0);
    part->assigned = false;
    return parts[track->n++] = part;
}

static void let_go(snt_track *track, snt_held *held)
{
    snt_track_drop_message(track, held);
    if (held->before)
        held->before->after = held->after;
    else
        track->first = held->after;
    if (held->after)
        held->after->before = held->before;
    track->held--;
    track->bytes -= held->bytes;
    free(held);
}

void snt_track_renew(snt_track *track, snt_part *part)
{
    snt_held *held = part->head, *next;

    /* Those that are done have no other holder. */
    for (; held; held = next) {
        next = held->next;
        if (held->done)
            let_go(track, held);
    }
    if (part->next != SNT_OFFSET_NONE)
        part->resume = part->next;
    else if (part->begin != SNT_OFFSET_NONE)
        part->resume = part->begin;
    part->head = part->tail = NULL;
    part->epoch++;
    part->begin = part->next = part->sent = SNT_OFFSET_NONE;
    part->finished = part->at_end = false;
}

void snt_track_assign(snt_track *track, snt_part *part, uint64_t now_ms)
{
    snt_track_renew(track, part);
    part->assigned = true;
    part->origin = part->resume = part->committed = SNT_OFFSET_NONE;
    part->poison = SNT_OFFSET_NONE;
    part->end = INT64_MAX;
    part->moved_ms = now_ms;
}

void snt_track_revoke(snt_track *track, snt_part *part)
{
    snt_track_renew(track, part);
    part->assigned = false;
}

snt_held *snt_track_take(
    snt_track *track, snt_part *part, int64_t offset, size_t bytes,
    void *message)
{
    snt_held *held = calloc(1, sizeof(*held));

    if (!held)
        return NULL;
    *held = (snt_held){
        .after = track->first,
        .part = part,
        .epoch = part->epoch,
        .offset = offset,
        .bytes = bytes + sizeof(*held),
        .message = message};
    if (track->first)
        track->first->before = held;
    track->first = held;
    track->held++;
    track->bytes += held->bytes;
    if (part->tail)
        part->tail->next = held;
    else
        part->head = held;
    part->tail = held;
    if (part->begin == SNT_OFFSET_NONE)
        part->begin = offset;
    if (part->origin == SNT_OFFSET_NONE)
        part->origin = offset;
    part->at_end = false;
    return held;
}

bool snt_track_is_stale(const snt_held *held)
{
    return held->epoch != held->part->epoch;
}

void snt_track_drop_message(snt_track *track, snt_held *held)
{
    if (held->message && track->free_message)
        track->free_message(held->message);
    snt_record_free(held->record);
    held->message = NULL;
    held->record = NULL;
}

void snt_track_done(snt_track *track, snt_held *held, uint64_t now_ms)
{
    snt_part *part = held->part;

    held->done = true;
    if (snt_track_is_stale(held)) {
        let_go(track, held);
        return;
    }
    while (part->head && part->head->done) {
        held = part->head;
        part->next = held->offset + 1;
        if (now_ms)
            part->moved_ms = now_ms;
        part->head = held->next;
        let_go(track, held);
    }
    if (!part->head)
        part->tail = NULL;
}

void snt_track_sweep(snt_track *track)
{
    snt_held *held = track->first, *after;

    for (; held; held = after) {
        after = held->after;
        if (held->in_sink && snt_track_is_stale(held))
            let_go(track, held);
    }
}

void snt_track_at_end(snt_part *part, int64_t end, uint64_t now_ms)
{
    part->at_end = true;
    if (part->head)
        return;
    part->moved_ms = now_ms;
    if (part->next != SNT_OFFSET_NONE && part->next < end)
        part->next = end;
}

int64_t snt_track_due(const snt_part *part)
{
    bool is_new = part->assigned && part->next > part->committed &&
                  part->next > part->sent;

    return is_new ? part->next : SNT_OFFSET_NONE;
}

void snt_track_close(snt_track *track)
{
    while (track->first)
        let_go(track, track->first);
    for (size_t i = 0; i < track->n; i++)
        free(track->parts[i]);
    free(track->parts);
    *track = (snt_track){0};
}
