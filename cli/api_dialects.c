/*
 * api_dialects.c - the same texts in three languages: the demo's /sentiment,
 * text-embeddings-inference's /predict, and /v1/classify as vLLM has it. See
 * docs/http-api.md.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "api_internal.h"

static sentiment_text text_of(const json_t *string)
{
    return (sentiment_text){
        json_string_value(string), json_string_length(string)};
}

/* Too many texts for one request are refused before any is looked at. */
static bool fits(snt_exchange *x, size_t n)
{
    if (n <= x->api->opts.max_texts)
        return true;
    snt_exchange_refuse(
        x, 413, "%zu texts in one request, of at most %zu", n,
        x->api->opts.max_texts);
    return false;
}

/* ---- /sentiment: the body is the text ---- */

static void put_demo(snt_item *item, const sentiment_answer *answer)
{
    char sha1[41];

    snt_api_sha1(item->text, sha1);
    snt_api_add_demo(
        &item->reply, answer, item->text, sha1, item->call->scores);
}

static void end_demo(snt_call *call, snt_buffer *reply)
{
    *reply = call->items[0].reply;
    call->items[0].reply = (snt_buffer){0};
    snt_buffer_add_char(reply, '\n');
}

void snt_api_sentiment(snt_exchange *x)
{
    static const snt_dialect demo = {put_demo, end_demo};
    snt_call *call = snt_call_new(x, &demo, 1);

    if (!call)
        return;
    call->items[0].text = snt_http_request_body(x->req);
    call->scores = snt_exchange_has_flag(x, "scores");
    snt_call_run(call);
}

/* ---- /predict ---- */

/* Labels from the highest score to the lowest. */
static void put_ranking(snt_item *item, const sentiment_answer *answer)
{
    const sentiment_model *model = answer->model;
    size_t n = sentiment_model_n_labels(model), rank = 0;
    snt_json_object object = {0};
    bool *used = calloc(n, sizeof(*used));

    item->reply.failed |= !used;
    snt_buffer_add_char(&item->reply, '[');
    for (; used && rank < n; rank++) {
        size_t best = n;

        for (size_t i = 0; i < n; i++)
            if (!used[i] &&
                (best == n || answer->scores[i] > answer->scores[best]))
                best = i;
        used[best] = true;
        snt_json_add_string(
            &object, "label", sentiment_model_label(model, best),
            strlen(sentiment_model_label(model, best)));
        snt_json_add_score(&object, "score", answer->scores[best]);
        snt_buffer_add_string(&item->reply, rank ? "," : "");
        snt_json_end(&object, &item->reply);
    }
    snt_buffer_add_char(&item->reply, ']');
    snt_json_free(&object);
    free(used);
}

static void end_rankings(snt_call *call, snt_buffer *reply)
{
    snt_buffer_add_string(reply, call->flat ? "" : "[");
    for (size_t i = 0; i < call->n; i++) {
        snt_buffer_add_string(reply, i ? "," : "");
        snt_buffer_add(
            reply, call->items[i].reply.bytes, call->items[i].reply.len);
        reply->failed |= call->items[i].reply.failed;
    }
    snt_buffer_add_string(reply, call->flat ? "\n" : "]\n");
}

/* The text of "a" or ["a"]; NULL after having answered. */
static const json_t *single(snt_exchange *x, const json_t *input)
{
    if (json_is_array(input) && json_array_size(input) == 1)
        input = json_array_get(input, 0);
    if (json_is_array(input) && json_array_size(input) == 2 &&
        json_is_string(json_array_get(input, 0)))
        snt_exchange_refuse(
            x, 422, "pairs are not supported: two texts are [[\"a\"],[\"b\"]]");
    else if (!json_is_string(input))
        snt_exchange_refuse(
            x, 422, "inputs must be a string, [string] or [[string], …]");
    else if (!json_string_length(input))
        snt_exchange_refuse(x, 422, "inputs must not be empty");
    else
        return input;
    return NULL;
}

/* A list of lists is a batch; all else is one text. */
static snt_call *read_inputs(
    snt_exchange *x, const json_t *inputs, const snt_dialect *dialect)
{
    bool batch =
        json_is_array(inputs) && json_is_array(json_array_get(inputs, 0));
    size_t n = batch ? json_array_size(inputs) : 1;
    snt_call *call;

    if (!inputs) {
        snt_exchange_refuse(x, 422, "no member \"inputs\"");
        return NULL;
    }
    if (!fits(x, n))
        return NULL;
    call = snt_call_new(x, dialect, n);
    for (size_t i = 0; call && i < n; i++) {
        const json_t *text =
            single(x, batch ? json_array_get(inputs, i) : inputs);

        if (!text)
            return NULL;
        call->items[i].text = text_of(text);
    }
    if (call)
        call->flat = !batch;
    return call;
}

/* A member that is true or false, or not there. */
static bool read_bool(
    snt_exchange *x, const json_t *root, const char *name, bool *value)
{
    const json_t *member = json_object_get(root, name);

    if (member && !json_is_null(member) && !json_is_boolean(member)) {
        snt_exchange_refuse(x, 422, "%s must be true or false", name);
        return false;
    }
    if (json_is_boolean(member))
        *value = json_is_true(member);
    return true;
}

/* Texts are cut on the right; another side is refused, not ignored. */
static bool read_direction(snt_exchange *x, const json_t *root)
{
    const json_t *member = json_object_get(root, "truncation_direction");
    const char *side = json_string_value(member);

    if (!member || json_is_null(member) || (side && !strcasecmp(side, "right")))
        return true;
    snt_exchange_refuse(
        x, 422, "truncation_direction must be \"Right\": texts are cut there");
    return false;
}

void snt_api_predict(snt_exchange *x)
{
    static const snt_dialect ranking = {put_ranking, end_rankings};
    json_t *root = snt_exchange_read_json(x);
    bool raw = false, truncate = true;
    snt_call *call = NULL;

    if (!root)
        return;
    if (read_bool(x, root, "raw_scores", &raw) &&
        read_bool(x, root, "truncate", &truncate) && read_direction(x, root))
        call = read_inputs(x, json_object_get(root, "inputs"), &ranking);
    if (!call) {
        json_decref(root);
        return;
    }
    call->root = root;
    call->raw = raw;
    call->whole = !truncate;
    snt_call_run(call);
}

/* ---- /v1/classify ---- */

static void put_class(snt_item *item, const sentiment_answer *answer)
{
    size_t n = sentiment_model_n_labels(answer->model);
    snt_json_object object = {0};
    snt_buffer list = {0};

    for (size_t i = 0; i < n; i++) {
        snt_buffer_add_string(&list, i ? "," : "[");
        snt_json_score(&list, answer->scores[i]);
    }
    snt_buffer_add_char(&list, ']');
    snt_json_add_uint(&object, "index", (uint64_t)(item - item->call->items));
    snt_json_add_string(&object, "label", answer->label, strlen(answer->label));
    snt_json_add_uint(&object, "num_classes", n);
    snt_json_add_raw(&object, "probs", 5, list.bytes, list.len);
    snt_json_end(&object, &item->reply);
    snt_buffer_free(&list);
    snt_json_free(&object);
}

static void add_usage(const snt_call *call, snt_json_object *object)
{
    snt_json_object usage = {0};
    snt_buffer json = {0};
    uint64_t tokens = 0;

    for (size_t i = 0; i < call->n; i++)
        tokens += call->items[i].tokens;
    snt_json_add_uint(&usage, "completion_tokens", 0);
    snt_json_add_uint(&usage, "prompt_tokens", tokens);
    snt_json_add_uint(&usage, "total_tokens", tokens);
    snt_json_end(&usage, &json);
    snt_json_add_raw(object, "usage", 5, json.bytes, json.len);
    snt_buffer_free(&json);
    snt_json_free(&usage);
}

static void end_classes(snt_call *call, snt_buffer *reply)
{
    const char *id = snt_http_request_head(call->x->req)->request_id;
    snt_json_object object = {0};
    snt_buffer data = {0};

    snt_buffer_add_char(&data, '[');
    for (size_t i = 0; i < call->n; i++) {
        snt_buffer_add_string(&data, i ? "," : "");
        snt_buffer_add(
            &data, call->items[i].reply.bytes, call->items[i].reply.len);
        data.failed |= call->items[i].reply.failed;
    }
    snt_buffer_add_char(&data, ']');
    snt_json_add_raw(&object, "data", 4, data.bytes, data.len);
    snt_json_add_string(&object, "id", id, strlen(id));
    snt_json_add_string(&object, "object", "list", 4);
    snt_json_add_uint(&object, "created", (uint64_t)time(NULL));
    snt_json_add_string(
        &object, "model", call->x->api->opts.model_name,
        strlen(call->x->api->opts.model_name));
    add_usage(call, &object);
    snt_json_end(&object, reply);
    snt_buffer_add_char(reply, '\n');
    reply->failed |= data.failed;
    snt_buffer_free(&data);
    snt_json_free(&object);
}

void snt_api_classify(snt_exchange *x)
{
    static const snt_dialect classes = {put_class, end_classes};
    json_t *root = snt_exchange_read_json(x);
    const json_t *input = json_object_get(root, "input");
    size_t n = json_is_array(input) ? json_array_size(input) : 1;
    snt_call *call = NULL;

    if (!root)
        return;
    if (!input || !n)
        snt_exchange_refuse(x, 422, "input must be a string or [string, …]");
    else if (fits(x, n))
        call = snt_call_new(x, &classes, n);
    for (size_t i = 0; call && i < n; i++) {
        const json_t *text =
            json_is_array(input) ? json_array_get(input, i) : input;

        if (!json_is_string(text) || !json_string_length(text)) {
            snt_exchange_refuse(
                x, 422, "input must be a string or [string, …], none empty");
            call = NULL;
        } else {
            call->items[i].text = text_of(text);
        }
    }
    if (!call) {
        json_decref(root);
        return;
    }
    call->root = root;
    snt_call_run(call);
}
