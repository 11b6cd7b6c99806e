/*
 * api_batch.c - /batch: one text a line in, one result a line out, in the same
 * order, and the reply goes out while the rest is computed.
 *
 * A line is a JSON string, or an object whose member "text" is classified and
 * whose others pass through. So many texts of a batch are in hand at once; each
 * result makes room for the next text. A full pipeline makes a batch wait for
 * its own results, and only if it has none in hand does a line fail.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "api_internal.h"
#include "record_json.h"
#include "utf8.h"
#include "verdict.h"

enum { WINDOW = 256 };

typedef struct batch batch;

/** A line in hand. */
typedef struct slot {
    batch *b;
    snt_record *record;
    snt_buffer line; /* the result */
    bool done;
} slot;

struct batch {
    snt_exchange *x;
    bool scores;
    pthread_mutex_t lock; /* guards what follows */
    sentiment_text rest;  /* lines not read yet */
    uint64_t lines;       /* read */
    slot slots[WINDOW];   /* a ring */
    size_t first, n;      /* in the ring */
    size_t in_hand;       /* sent, and not done */
    snt_record *waiting;  /* read, and refused by a full pipeline */
    snt_buffer out;
    bool ended;
};

/* ---- lines ---- */

static void put_error(slot *s, const char *message)
{
    snt_json_object object = {0};

    snt_record_put_fields(s->record, &object, false);
    snt_json_add_string(&object, "error", message, strlen(message));
    snt_json_add_uint(&object, "line", s->record->line);
    snt_json_end(&object, &s->line);
    snt_buffer_add_char(&s->line, '\n');
    snt_json_free(&object);
    s->done = true;
}

static void put_answer(slot *s, const sentiment_answer *answer)
{
    sentiment_text text = snt_record_text(s->record);
    snt_json_object object = {0};

    snt_record_put_fields(s->record, &object, false);
    snt_json_add_string(&object, "text", text.bytes, text.len);
    if (answer) {
        snt_verdict_add(&object, answer->model, &answer->result);
        snt_verdict_add_flags(&object, &answer->result);
    } else {
        snt_json_add_null(&object, "label");
        snt_json_add_null(&object, "score");
    }
    if (answer && s->b->scores)
        snt_verdict_add_scores(&object, answer->model, answer->scores);
    snt_json_end(&object, &s->line);
    snt_buffer_add_char(&s->line, '\n');
    snt_json_free(&object);
}

static snt_record *read_string(snt_record *rec, sentiment_text line)
{
    json_t *string = json_loadb(
        line.bytes, line.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);

    if (json_is_string(string))
        snt_record_set_text(
            rec, json_string_value(string), json_string_length(string));
    else
        snt_record_fail(rec, "neither a JSON object nor a string");
    json_decref(string);
    return rec;
}

/* The next line that is not empty; NULL at the end. */
static snt_record *next_record(batch *b)
{
    if (atomic_load(&b->x->gone)) /* then the rest is for nobody */
        b->rest.len = 0;
    while (b->rest.len) {
        const char *newline = memchr(b->rest.bytes, '\n', b->rest.len);
        sentiment_text line = b->rest;
        snt_record *rec;
        size_t valid;

        line.len = newline ? (size_t)(newline - line.bytes) : line.len;
        b->rest.bytes += line.len + (newline != NULL);
        b->rest.len -= line.len + (newline != NULL);
        b->lines++;
        while (line.len && strchr(" \t\r", line.bytes[line.len - 1]))
            line.len--;
        if (!line.len)
            continue;
        rec = snt_record_new("batch", b->lines);
        valid = snt_utf8_valid(line.bytes, line.len);
        if (!rec)
            return NULL;
        if (valid < line.len)
            return snt_record_fail(rec, "not UTF-8 at byte %zu", valid);
        if (*line.bytes == '"')
            return read_string(rec, line);
        return snt_record_read_object(rec, line.bytes, line.len, "text");
    }
    return NULL;
}

/* ---- results, in order ---- */

static void flush(batch *b)
{
    if (!b->out.len)
        return;
    snt_http_stream_write(b->x->req, b->out.bytes, b->out.len);
    snt_buffer_clear(&b->out);
}

/* Writes what is done at the head of the ring. */
static void emit(batch *b)
{
    while (b->n && b->slots[b->first].done) {
        slot *s = &b->slots[b->first];

        snt_buffer_add(&b->out, s->line.bytes, s->line.len);
        b->out.failed |= s->line.failed;
        snt_buffer_clear(&s->line);
        snt_record_free(s->record);
        s->record = NULL;
        s->done = false;
        b->first = (b->first + 1) % WINDOW;
        b->n--;
    }
}

static void pump(batch *b);

/* Takes a result in. The batch may be gone after the lock is let go at the end
 * of the last one, so nothing of it is touched then. */
static void proceed(batch *b)
{
    bool over;

    b->in_hand--;
    emit(b);
    pump(b);
    flush(b);
    over = !b->in_hand && !b->n && !b->waiting && !b->rest.len && !b->ended;
    b->ended |= over;
    pthread_mutex_unlock(&b->lock);
    if (over)
        snt_http_stream_finish(b->x->req);
}

static void published(void *arg, bool acknowledged)
{
    slot *s = arg;

    pthread_mutex_lock(&s->b->lock);
    if (!acknowledged) {
        snt_buffer_clear(&s->line);
        put_error(s, "the broker does not take records");
    }
    s->done = true;
    proceed(s->b);
}

static void answered(void *arg, const sentiment_answer *answer)
{
    slot *s = arg;
    batch *b = s->b;
    sentiment_status status = (sentiment_status)answer->result.status;

    snt_exchange_note(b->x, answer);
    pthread_mutex_lock(&b->lock);
    if (status != SENTIMENT_OK) {
        put_error(s, snt_exchange_explain(b->x, status, answer->message));
    } else {
        put_answer(s, answer);
        switch (snt_exchange_publish(
            b->x, answer, snt_record_text(s->record), published, s)) {
        case SNT_AWAITED:
            pthread_mutex_unlock(&b->lock);
            return;
        case SNT_REFUSED:
            snt_buffer_clear(&s->line);
            put_error(s, "the broker does not take records");
            break;
        case SNT_NOT_AWAITED:
            s->done = true;
        }
    }
    proceed(b);
}

/* ---- texts ---- */

/* Sends one record; false when it must be tried again. */
static bool send_record(batch *b, snt_record *rec)
{
    slot *s = &b->slots[(b->first + b->n) % WINDOW];
    const sentiment_submit_options opts = {
        .size = sizeof(opts),
        .deadline_ms = b->x->api->opts.timeout_ms,
        .group = b->x->group};
    sentiment_status status;
    sentiment_error err;

    s->b = b;
    s->record = rec;
    if (rec->error[0]) {
        put_error(s, rec->error);
    } else if (snt_record_is_blank(rec)) {
        put_answer(s, NULL);
        s->done = true;
    } else if (atomic_load(&b->x->api->cancelled)) {
        put_error(s, snt_exchange_explain(b->x, SENTIMENT_ESTATE, ""));
    } else {
        status = sentiment_pipeline_submit(
            snt_exchange_pipe(b->x), snt_record_text(rec), &opts, answered, s,
            &err);
        if (status == SENTIMENT_EBUSY && b->in_hand) {
            s->record = NULL;
            return false;
        }
        if (status == SENTIMENT_OK)
            b->in_hand++;
        else
            put_error(s, snt_exchange_explain(b->x, status, err.message));
    }
    b->n++;
    return true;
}

static void pump(batch *b)
{
    for (;;) {
        while (b->n < WINDOW) {
            snt_record *rec = b->waiting ? b->waiting : next_record(b);
            b->waiting = NULL;
            if (!rec)
                break;
            if (!send_record(b, rec)) {
                b->waiting = rec;
                break;
            }
        }
        if (!b->n || !b->slots[b->first].done)
            return;
        emit(b);
    }
}

static void free_batch(void *state)
{
    batch *b = state;

    for (size_t i = 0; i < WINDOW; i++) {
        snt_buffer_free(&b->slots[i].line);
        snt_record_free(b->slots[i].record);
    }
    snt_record_free(b->waiting);
    snt_buffer_free(&b->out);
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
    pthread_mutex_lock(&b->lock);
    b->in_hand = 1; /* until the first ones are sent */
    pump(b);
    proceed(b);
}
