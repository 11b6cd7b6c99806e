/*
 * api_batch.c - /batch: one text a line in, one result a line out, in the same
 * order, and the reply goes out while the rest is computed.
 *
 * A line is a JSON string, or an object whose member "text" is classified and
 * whose others pass through. The reply is made as its client takes it: the
 * server's thread, and no other, reads lines and sends texts, for a slice of
 * time, and whoever brings an answer only puts it down. So a batch holds its
 * body and a window of lines in hand, and makes nobody else wait. A full
 * pipeline makes a batch wait for its own results, and only if it has none in
 * hand does a line fail.
 */
#include <pthread.h>
#include <stdlib.h>

#include "api_internal.h"
#include "api_line.h"
#include "clock.h"
#include "lines.h"

enum {
    WINDOW = 256,           /* lines in hand */
    WINDOW_BYTES = 1 << 20, /* of them, but for the last one */
    PIECE_BYTES = 64 << 10, /* of the reply, made at a time */
    SLICE_US = 1000         /* for that, but for its last line */
};

typedef struct batch batch;

/** A line in hand, of whoever answers it until it is done. */
typedef struct slot {
    batch *b;
    snt_record *record;
    snt_buffer line; /* the result */
    bool done;
} slot;

struct batch {
    snt_exchange *x;
    bool scores;
    /* The server's thread alone reads and sends: */
    sentiment_text rest;  /* lines not read yet */
    uint64_t lines;       /* read */
    slot slots[WINDOW];   /* a ring */
    size_t first, n;      /* in the ring */
    size_t held;          /* bytes of the records in it */
    snt_record *refused;  /* read, and refused by a full pipeline */
    size_t made;          /* bytes of this piece of the reply */
    bool broken;          /* for want of memory */
    pthread_mutex_t lock; /* guards what follows, and done of slots in hand */
    size_t in_hand;       /* sent, and not done */
    bool gone;            /* nobody reads: the last answer is the end */
    bool ended;
};

/* ---- answers, on the threads that bring them ---- */

static void put_error(slot *s, const char *message)
{
    snt_buffer_clear(&s->line);
    snt_api_line_put_error(&s->line, s->record, message);
}

/* What is kept for the operator is the exchange's. */
static void put_failure(slot *s, sentiment_status status, const char *message)
{
    batch *b = s->b;
    const char *why;

    pthread_mutex_lock(&b->lock);
    why = snt_exchange_explain(b->x, status, message);
    pthread_mutex_unlock(&b->lock);
    put_error(s, why);
}

/* The slot is done. Nothing of the batch may be touched any more once the lock
 * is let go: the server's thread may have ended it. */
static void settle(slot *s)
{
    batch *b = s->b;
    snt_http_request *req = b->x->req;
    bool over;

    pthread_mutex_lock(&b->lock);
    s->done = true;
    b->in_hand--;
    over = b->gone && !b->in_hand && !b->ended;
    b->ended |= over;
    if (!over)
        snt_http_stream_wake(req);
    pthread_mutex_unlock(&b->lock);
    if (over)
        snt_http_stream_finish(req);
}

static void put_lost(slot *s)
{
    put_error(s, "the broker does not take records");
}

static void published(void *arg, bool acknowledged)
{
    slot *s = arg;

    if (!acknowledged)
        put_lost(s);
    settle(s);
}

static void answered(void *arg, const sentiment_answer *answer)
{
    slot *s = arg;
    snt_exchange *x = s->b->x;
    sentiment_status status = (sentiment_status)answer->result.status;

    snt_exchange_note(x, answer);
    if (status != SENTIMENT_OK) {
        put_failure(s, status, answer->message);
    } else {
        snt_api_line_put(&s->line, s->record, answer, s->b->scores);
        switch (snt_exchange_publish(
            x, answer, snt_record_text(s->record), published, s)) {
        case SNT_AWAITED:
            return;
        case SNT_REFUSED:
            put_lost(s);
            break;
        case SNT_NOT_AWAITED:
            break;
        }
    }
    settle(s);
}

/* ---- texts out and results in, on the server's thread ---- */

static size_t change_in_hand(batch *b, int by)
{
    size_t before;

    pthread_mutex_lock(&b->lock);
    before = b->in_hand;
    b->in_hand = by < 0 ? before - 1 : before + 1;
    pthread_mutex_unlock(&b->lock);
    return before;
}

/* False when it must be tried again, after an answer to one of the others. */
static bool submit(batch *b, slot *s)
{
    const sentiment_submit_options opts = {
        .size = sizeof(opts),
        .deadline_ms = b->x->api->opts.timeout_ms,
        .group = b->x->group};
    size_t others = change_in_hand(b, 1);
    sentiment_error err;
    sentiment_status status = sentiment_pipeline_submit(
        snt_exchange_pipe(b->x), snt_record_text(s->record), &opts, answered, s,
        &err);

    if (status == SENTIMENT_OK)
        return true;
    change_in_hand(b, -1);
    if (status == SENTIMENT_EBUSY && others)
        return false;
    put_failure(s, status, err.message);
    s->done = true;
    return true;
}

/* Takes a record into the ring; false when it must be tried again. */
static bool take_in(batch *b, snt_record *rec)
{
    slot *s = &b->slots[(b->first + b->n) % WINDOW];

    s->b = b;
    s->record = rec;
    s->done = true;
    if (rec->error[0]) {
        put_error(s, rec->error);
    } else if (snt_record_is_blank(rec)) {
        snt_api_line_put(&s->line, rec, NULL, false);
    } else if (atomic_load(&b->x->api->cancelled)) {
        put_failure(s, SENTIMENT_ESTATE, "");
    } else {
        s->done = false;
        if (!submit(b, s)) {
            s->record = NULL;
            return false;
        }
    }
    b->held += snt_record_bytes(rec);
    b->n++;
    return true;
}

/* The next record; NULL when its line is empty. */
static snt_record *read_next(batch *b)
{
    sentiment_text line = snt_line_cut(&b->rest);
    snt_record *rec;

    b->lines++;
    if (!line.len)
        return NULL;
    rec = snt_api_line_read(line, b->lines, b->x->api->opts.max_body_bytes);
    b->broken |= !rec;
    return rec;
}

/* Reads a line and sends its text; false when there is none, or no room. */
static bool send_next(batch *b)
{
    snt_record *rec = b->refused;

    if (b->n == WINDOW || b->held > WINDOW_BYTES || (!rec && !b->rest.len))
        return false;
    if (!rec)
        rec = read_next(b);
    b->refused = NULL;
    if (!rec || take_in(b, rec))
        return true;
    b->refused = rec;
    return false;
}

/* Writes the result at the head of the ring; false when it is not done. */
static bool emit_next(batch *b)
{
    slot *s = &b->slots[b->first];
    bool done;

    if (!b->n)
        return false;
    pthread_mutex_lock(&b->lock);
    done = s->done;
    pthread_mutex_unlock(&b->lock);
    if (!done)
        return false;
    snt_http_stream_write(b->x->req, s->line.bytes, s->line.len);
    b->made += s->line.len;
    b->broken |= s->line.failed;
    b->held -= snt_record_bytes(s->record);
    snt_buffer_free(&s->line);
    snt_record_free(s->record);
    s->record = NULL;
    b->first = (b->first + 1) % WINDOW;
    b->n--;
    return true;
}

/* One piece of the reply. */
static void make_piece(batch *b)
{
    uint64_t until = snt_clock_now_us() + SLICE_US;
    bool more = true;

    b->made = 0;
    while (more && !b->broken && b->made < PIECE_BYTES &&
           snt_clock_now_us() < until)
        more = emit_next(b) || send_next(b);
    if (b->broken)
        snt_http_stream_break(b->x->req);
    else if (more)
        snt_http_stream_wake(b->x->req);
}

void snt_api_batch_more(snt_exchange *x)
{
    batch *b = x->state;
    snt_http_request *req = x->req;
    bool gone = atomic_load(&x->gone), over;

    if (!gone)
        make_piece(b);
    pthread_mutex_lock(&b->lock);
    b->gone = gone;
    over = gone ? !b->in_hand : !b->n && !b->refused && !b->rest.len;
    over &= !b->ended;
    b->ended |= over;
    pthread_mutex_unlock(&b->lock);
    if (over)
        snt_http_stream_finish(req);
}

static void free_batch(void *state)
{
    batch *b = state;

    for (size_t i = 0; i < WINDOW; i++) {
        snt_buffer_free(&b->slots[i].line);
        snt_record_free(b->slots[i].record);
    }
    snt_record_free(b->refused);
    pthread_mutex_destroy(&b->lock);
    free(b);
}

void snt_api_batch(snt_exchange *x)
{
    batch *b = calloc(1, sizeof(*b));

    if (!b) {
        snt_exchange_fail(x, SENTIMENT_ENOMEM, "", "out of memory");
        return;
    }
    pthread_mutex_init(&b->lock, NULL);
    b->x = x;
    b->scores = snt_exchange_has_flag(x, "scores");
    b->rest = snt_http_request_body(x->req);
    x->state = b;
    x->free_state = free_batch;
    if (!snt_exchange_open_group(x))
        return;
    snt_http_stream_begin(x->req, snt_exchange_good(x), "application/x-ndjson");
}
