/*
 * api_call.c - a request with a number of texts that is answered as a whole:
 * all of them, or the first failure. See api_internal.h.
 *
 * Answers come on the pipeline's thread, or at once out of the cache; the last
 * one, whichever it is, makes the reply.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api_internal.h"
#include "digest.h"
#include "utf8.h"
#include "verdict.h"

/* ---- what all dialects publish ---- */

void snt_api_sha1(sentiment_text text, char *out)
{
    unsigned char digest[SNT_SHA1_BYTES] = {0};

    snt_digest(SNT_SHA1, &text, 1, digest, NULL);
    snt_digest_hex(digest, sizeof(digest), out);
}

void snt_api_add_demo(
    snt_buffer *buf, const sentiment_answer *answer, sentiment_text text,
    const char *sha1, bool scores)
{
    snt_json_object object = {0}, inner = {0};
    snt_buffer metadata = {0};

    snt_json_add_bool(&inner, "cache_hit", answer->cached);
    snt_json_add_string(&inner, "sha1", sha1, strlen(sha1));
    snt_verdict_add_flags(&inner, &answer->result);
    snt_json_end(&inner, &metadata);
    snt_verdict_add(&object, answer->model, &answer->result);
    if (scores)
        snt_verdict_add_scores(&object, answer->model, answer->scores);
    snt_json_add_string(&object, "text", text.bytes, text.len);
    snt_json_add_raw(&object, "metadata", 8, metadata.bytes, metadata.len);
    snt_json_end(&object, buf);
    buf->failed |= metadata.failed;
    snt_buffer_free(&metadata);
    snt_json_free(&inner);
    snt_json_free(&object);
}

snt_published snt_exchange_publish(
    snt_exchange *x, const sentiment_answer *answer, sentiment_text text,
    snt_published_fn done, void *arg)
{
    const snt_api_options *o = &x->api->opts;
    const snt_http_head *head = snt_http_request_head(x->req);
    char sha1[2 * SNT_SHA1_BYTES + 1];
    snt_buffer value = {0};
    bool taken;

    if (!o->publisher)
        return SNT_NOT_AWAITED;
    snt_api_sha1(text, sha1);
    snt_api_add_demo(&value, answer, text, sha1, false);
    taken = !value.failed && snt_publish(
                                 o->publisher,
                                 &(snt_publication){
                                     .label = answer->result.label,
                                     .score = answer->result.score,
                                     .key = sha1,
                                     .value = value.bytes,
                                     .value_len = value.len,
                                     .request_id = head->request_id,
                                     .traceparent = head->traceparent},
                                 o->acknowledged ? done : NULL, arg);
    snt_buffer_free(&value);
    if (!o->acknowledged)
        return SNT_NOT_AWAITED;
    return taken ? SNT_AWAITED : SNT_REFUSED;
}

/* ---- the life of a call ---- */

static void free_call(void *state)
{
    snt_call *call = state;

    for (size_t i = 0; i < call->n; i++)
        snt_buffer_free(&call->items[i].reply);
    if (call->root)
        json_decref(call->root);
    free(call->items);
    free(call);
}

snt_call *snt_call_new(snt_exchange *x, const snt_dialect *dialect, size_t n)
{
    snt_call *call = calloc(1, sizeof(*call));

    if (call)
        call->items = calloc(n ? n : 1, sizeof(*call->items));
    if (!call || !call->items) {
        free(call);
        snt_exchange_fail(x, SENTIMENT_ENOMEM, "", "out of memory");
        return NULL;
    }
    call->x = x;
    call->dialect = dialect;
    call->n = n;
    x->state = call;
    x->free_state = free_call;
    return call;
}

static void reply(snt_call *call)
{
    int failure = atomic_load(&call->failure);
    snt_buffer json = {0};
    char where[48] = "";

    if (failure && call->n > 1)
        snprintf(where, sizeof(where), "text %zu: ", call->failed_item);
    if (failure) {
        snt_exchange_fail(
            call->x, (sentiment_status)failure, where, call->message);
    } else if (atomic_load(&call->lost)) {
        snt_exchange_refuse(call->x, 503, "the broker does not take records");
    } else {
        call->dialect->end(call, &json);
        snt_exchange_reply_json(call->x, &json);
    }
}

/* One answer less to wait for. After the last one the call may be gone. */
static void leave(snt_call *call)
{
    if (atomic_fetch_sub(&call->left, 1) == 1)
        reply(call);
}

static void note_failure(
    snt_item *item, sentiment_status status, const char *message)
{
    snt_call *call = item->call;
    int none = SENTIMENT_OK;

    if (!atomic_compare_exchange_strong(&call->failure, &none, (int)status))
        return;
    call->failed_item = (size_t)(item - call->items);
    snprintf(call->message, sizeof(call->message), "%.159s", message);
}

static void published(void *arg, bool acknowledged)
{
    snt_call *call = arg;

    if (!acknowledged)
        atomic_store(&call->lost, true);
    leave(call);
}

static void answered(void *arg, const sentiment_answer *answer)
{
    snt_item *item = arg;
    snt_call *call = item->call;
    sentiment_status status = (sentiment_status)answer->result.status;
    snt_published kind;

    snt_exchange_note(call->x, answer);
    if (status != SENTIMENT_OK) {
        note_failure(item, status, answer->message);
    } else if (call->whole && (answer->result.flags & SENTIMENT_TRUNCATED)) {
        note_failure(
            item, SENTIMENT_ETOOLONG, "the text is over the model's limit");
    } else {
        item->tokens = answer->result.tokens;
        call->dialect->put(item, answer);
        kind = call->raw ? SNT_NOT_AWAITED
                         : snt_exchange_publish(
                               call->x, answer, item->text, published, call);
        if (kind == SNT_AWAITED)
            return;
        if (kind == SNT_REFUSED)
            atomic_store(&call->lost, true);
    }
    leave(call);
}

void snt_call_run(snt_call *call)
{
    snt_exchange *x = call->x;
    sentiment_submit_options opts = {
        .size = sizeof(opts),
        .deadline_ms = x->api->opts.timeout_ms,
        .at_once = 1,
        .raw = call->raw};
    sentiment_error err;

    if (!snt_exchange_open_group(x))
        return;
    opts.group = x->group;
    atomic_store(&call->left, 1); /* until all are sent */
    for (size_t i = 0; i < call->n && !atomic_load(&call->failure); i++) {
        snt_item *item = &call->items[i];

        item->call = call;
        atomic_fetch_add(&call->left, 1);
        if (sentiment_pipeline_submit(
                snt_exchange_pipe(x), item->text, &opts, answered, item,
                &err) != SENTIMENT_OK) {
            note_failure(item, err.status, err.message);
            atomic_fetch_sub(&call->left, 1);
        }
    }
    if (atomic_load(&call->failure))
        sentiment_group_cancel(x->group);
    leave(call);
}

/* ---- bodies ---- */

void *snt_exchange_read_json(snt_exchange *x)
{
    sentiment_text body = snt_http_request_body(x->req);
    size_t valid = snt_utf8_valid(body.bytes, body.len);
    json_error_t why;
    json_t *root;

    if (valid < body.len) {
        snt_exchange_refuse(x, 422, "not UTF-8 at byte %zu", valid);
        return NULL;
    }
    root = json_loadb(
        body.bytes, body.len, JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &why);
    if (!root) {
        snt_exchange_refuse(
            x, 400, "malformed JSON, line %d column %d: %.100s", why.line,
            why.column, why.text);
        return NULL;
    }
    if (json_is_object(root))
        return root;
    json_decref(root);
    snt_exchange_refuse(x, 400, "the body is no JSON object");
    return NULL;
}
