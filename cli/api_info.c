/* api_info.c - what the service says of itself: alive, ready, what it is; and
 * the files of its page. See docs/http-api.md. */
#include <stdio.h>
#include <string.h>

#include "api_internal.h"
#include "assets.h"

void snt_api_health(snt_exchange *x)
{
    static const char alive[] = "{\"status\":\"ok\"}\n";

    snt_http_reply_static(
        x->req, 200, "application/json", alive, sizeof(alive) - 1);
}

void snt_api_is_ready(snt_exchange *x)
{
    static const char ready[] = "{\"status\":\"ready\"}\n";
    const snt_api_options *o = &x->api->opts;
    int state = atomic_load(&x->api->state);

    if (state != SNT_API_READY)
        snt_exchange_refuse_unready(x, state);
    else if (o->acknowledged && !snt_publisher_reachable(o->publisher))
        snt_exchange_refuse(x, 503, "no broker can be reached");
    else
        snt_http_reply_static(
            x->req, 200, "application/json", ready, sizeof(ready) - 1);
}

void snt_api_asset(snt_exchange *x)
{
    const snt_asset *asset = snt_asset_find(x->route->path);

    snt_http_header(x->req, "Content-Security-Policy", SNT_ASSET_POLICY);
    snt_http_header(x->req, "X-Content-Type-Options", "nosniff");
    snt_http_header(x->req, "Cache-Control", "no-cache");
    snt_http_reply_static(x->req, 200, asset->type, asset->bytes, asset->len);
}

static void add(snt_json_object *object, const char *key, const char *value)
{
    snt_json_add_string(object, key, value, strlen(value));
}

/* {"classifier":{"id2label":…,"label2id":…}} as text-embeddings-inference. */
static void add_labels(snt_json_object *object, const sentiment_model *model)
{
    snt_json_object by_id = {0}, by_label = {0};
    snt_buffer json = {0};

    for (size_t i = 0; i < sentiment_model_n_labels(model); i++) {
        const char *label = sentiment_model_label(model, i);
        char id[24];

        snprintf(id, sizeof(id), "%zu", i);
        add(&by_id, id, label);
        snt_json_add_uint(&by_label, label, i);
    }
    snt_buffer_add_string(&json, "{\"classifier\":{\"id2label\":");
    snt_json_end(&by_id, &json);
    snt_buffer_add_string(&json, ",\"label2id\":");
    snt_json_end(&by_label, &json);
    snt_buffer_add_string(&json, "}}");
    snt_json_add_raw(object, "model_type", 10, json.bytes, json.len);
    snt_buffer_free(&json);
    snt_json_free(&by_id);
    snt_json_free(&by_label);
}

static void add_model(snt_json_object *object, const sentiment_model *model)
{
    sentiment_model_info info = {.size = sizeof(info)};

    if (sentiment_model_describe(model, &info, NULL) != SENTIMENT_OK)
        return;
    add(object, "architecture", info.architecture);
    add(object, "model_dtype", info.dtype);
    snt_json_add_uint(object, "max_input_length", info.max_tokens);
    snt_json_add_uint(object, "parameters", info.parameters);
    add_labels(object, model);
}

static void add_engine(snt_json_object *object, const sentiment_classifier *clf)
{
    sentiment_classifier_info info = {.size = sizeof(info)};

    if (sentiment_classifier_describe(clf, &info, NULL) != SENTIMENT_OK)
        return;
    add(object, "engine", info.engine);
    add(object, "engine_version", info.engine_version);
    add(object, "device", info.device);
    add(object, "precision", info.precision);
    add(object, "cpu", info.cpu);
    snt_json_add_uint(object, "workers", info.workers);
}

/* A reload must not free what is being described. */
void snt_api_info(snt_exchange *x)
{
    const snt_api_options *o = &x->api->opts;
    sentiment_pipeline *pipe = snt_exchange_pipe(x);
    snt_json_object object = {0};
    snt_buffer json = {0};

    add(&object, "version", sentiment_version());
    add(&object, "model_id", o->model_name);
    snt_json_add_uint(&object, "max_client_batch_size", o->max_texts);
    snt_json_add_uint(&object, "max_body_bytes", o->max_body_bytes);
    snt_json_add_uint(&object, "max_batch_bytes", o->max_batch_bytes);
    snt_json_add_uint(&object, "timeout_ms", o->timeout_ms);
    if (pipe) {
        const sentiment_classifier *clf;

        pthread_rwlock_rdlock(&x->api->model_lock);
        clf = sentiment_pipeline_classifier(pipe);
        add_model(&object, sentiment_classifier_model(clf));
        add_engine(&object, clf);
        pthread_rwlock_unlock(&x->api->model_lock);
    }
    snt_json_end(&object, &json);
    snt_buffer_add_char(&json, '\n');
    snt_json_free(&object);
    snt_http_reply(x->req, 200, "application/json", &json);
}
