/*
 * verdict.c - see verdict.h.
 *
 * A verdict names its weights by a digest of samples of every tensor: another
 * training run changes all of them, and reading hundreds of megabytes at every
 * start would take longer than loading the model. It is the same whatever
 * format the weights are stored in, and wherever they lie.
 */
#include "verdict.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "digest.h"
#include "error.h"
#include "file.h"
#include "json.h"
#include "json_file.h"
#include "model/model.h"
#include "options.h"
#include "samples.h"

#define MOST 1e6 /* of a range: above it the model is broken */

enum { HEX = 2 * SNT_SHA256_BYTES + 1 };

static sentiment_status name_weights(
    const snt_network *net, char hex[HEX], sentiment_error *err)
{
    unsigned char digest[SNT_SHA256_BYTES];
    snt_digest_stream stream;

    snt_digest_begin(&stream, SNT_SHA256);
    snt_samples_tensor(&stream, &net->word_embeddings);
    snt_samples_tensor(&stream, &net->position_embeddings);
    snt_samples_tensor(&stream, &net->type_embeddings);
    snt_samples_affine(&stream, &net->embeddings_norm);
    for (int64_t i = 0; i < net->n_layers; i++) {
        const snt_layer *layer = &net->layers[i];

        snt_samples_affine(&stream, &layer->query);
        snt_samples_affine(&stream, &layer->key);
        snt_samples_affine(&stream, &layer->value);
        snt_samples_affine(&stream, &layer->attention_out);
        snt_samples_affine(&stream, &layer->attention_norm);
        snt_samples_affine(&stream, &layer->up);
        snt_samples_affine(&stream, &layer->down);
        snt_samples_affine(&stream, &layer->out_norm);
    }
    snt_samples_affine(&stream, &net->head_dense);
    snt_samples_affine(&stream, &net->head_out);
    if (snt_digest_end(&stream, digest, err) != SENTIMENT_OK)
        return err ? err->status : SENTIMENT_ENOMEM;
    snt_digest_hex(digest, sizeof(digest), hex);
    return SENTIMENT_OK;
}

/* ---- reading ---- */

static bool read_agreement(
    const char *name, const json_t *entry, sentiment_verdict *verdict)
{
    const json_t *labels = json_object_get(entry, "labels");
    const json_t *change = json_object_get(entry, "largest_change");
    sentiment_agreement *to = &verdict->all[verdict->n];

    if (!json_is_number(labels) || !json_is_number(change) ||
        verdict->n == SENTIMENT_PRECISIONS ||
        strlen(name) >= sizeof(to->precision))
        return false;
    strcpy(to->precision, name);
    to->labels = json_number_value(labels);
    to->largest_change = json_number_value(change);
    verdict->n++;
    return to->labels >= 0 && to->labels <= 1;
}

static bool read_agreements(const json_t *root, sentiment_verdict *verdict)
{
    json_t *precisions = json_object_get(root, "precisions"), *entry;
    const json_t *texts = json_object_get(root, "texts");
    const char *name;

    *verdict = (sentiment_verdict){.size = sizeof(*verdict)};
    if (!json_is_object(precisions) || !json_is_integer(texts) ||
        json_integer_value(texts) <= 0)
        return false;
    verdict->texts = (uint64_t)json_integer_value(texts);
    json_object_foreach(precisions, name, entry)
    {
        if (!read_agreement(name, entry, verdict))
            return false;
    }
    return true;
}

/* True too when there are none. */
static bool read_ranges(const json_t *root, snt_verdict *verdict, size_t n)
{
    const json_t *list = json_object_get(root, "ranges");

    if (!list)
        return true;
    if (!json_is_array(list) || json_array_size(list) != n)
        return false;
    verdict->ranges = calloc(n, sizeof(*verdict->ranges));
    for (size_t i = 0; verdict->ranges && i < n; i++) {
        double value = json_number_value(json_array_get(list, i));

        if (!(value >= 0 && value <= MOST))
            return false;
        verdict->ranges[i] = (float)value;
    }
    return verdict->ranges != NULL;
}

static sentiment_status check_weights(
    const json_t *root, const char *path, const snt_network *network,
    sentiment_error *err)
{
    const char *weights = json_string_value(json_object_get(root, "weights"));
    char ours[HEX];

    if (name_weights(network, ours, err) != SENTIMENT_OK)
        return SENTIMENT_ENOMEM;
    if (weights && !strcmp(weights, ours))
        return SENTIMENT_OK;
    return snt_fail(
        err, SENTIMENT_EFORMAT, "%s: made for other weights than these", path);
}

static sentiment_status read_file(
    snt_verdict *verdict, const char *path, const snt_network *network,
    sentiment_error *err)
{
    json_t *root;
    sentiment_status status = snt_json_file_read(&root, path, 0, err);

    if (status == SENTIMENT_OK)
        status = check_weights(root, path, network, err);
    if (status == SENTIMENT_OK &&
        (!read_agreements(root, &verdict->told) ||
         !read_ranges(root, verdict, snt_verdict_ranges(network))))
        status = snt_fail(
            err, SENTIMENT_EFORMAT, "%s: not a verdict on precisions", path);
    json_decref(root);
    return status;
}

sentiment_status snt_verdict_read(
    snt_verdict *verdict, const char *dir, const snt_network *network,
    sentiment_error *err)
{
    char *path = snt_file_join(dir, SENTIMENT_VERDICT_FILE);
    sentiment_status status;

    *verdict = (snt_verdict){.ranges = NULL};
    status =
        path ? read_file(verdict, path, network, err) : snt_fail_memory(err);
    free(path);
    if (status != SENTIMENT_OK)
        snt_verdict_free(verdict);
    return status;
}

sentiment_status sentiment_verdict_load(
    const char *dir, sentiment_verdict *verdict, sentiment_error *err)
{
    sentiment_model *model;
    snt_verdict found;
    sentiment_status status = sentiment_model_open(&model, dir, NULL, err);

    if (status != SENTIMENT_OK)
        return status;
    status = snt_verdict_read(&found, dir, snt_model_network(model), err);
    sentiment_model_close(model);
    if (status != SENTIMENT_OK)
        return status;
    status = snt_options_write(
        verdict, &found.told, sizeof(found.told), "sentiment_verdict", err);
    snt_verdict_free(&found);
    return status;
}

/* ---- writing ---- */

static void put_precisions(snt_buffer *buf, const sentiment_verdict *verdict)
{
    snt_json_object entries = {0}, entry = {0};
    snt_buffer one = {0};

    for (uint32_t i = 0; i < verdict->n; i++) {
        const sentiment_agreement *a = &verdict->all[i];

        snt_buffer_clear(&one);
        snt_json_add_double(&entry, "labels", a->labels);
        snt_json_add_double(&entry, "largest_change", a->largest_change);
        snt_json_end(&entry, &one);
        snt_json_add_raw(
            &entries, a->precision, strlen(a->precision), one.bytes, one.len);
    }
    snt_json_end(&entries, buf);
    buf->failed |= one.failed;
    snt_buffer_free(&one);
    snt_json_free(&entry);
    snt_json_free(&entries);
}

/* To a hundredth: a range is a hint. */
static void put_ranges(snt_buffer *buf, const float *ranges, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double range = ranges[i] < MOST ? (double)ranges[i] : MOST;

        snt_buffer_add_char(buf, i ? ',' : '[');
        snt_json_double(buf, round(range * 100) / 100);
    }
    snt_buffer_add_char(buf, ']');
}

static void put_verdict(
    snt_buffer *buf, const snt_verdict *verdict, const char *weights,
    size_t n_ranges)
{
    snt_json_object object = {0};
    snt_buffer value = {0};

    put_precisions(&value, &verdict->told);
    snt_json_add_raw(&object, "precisions", 10, value.bytes, value.len);
    if (verdict->ranges) {
        snt_buffer_clear(&value);
        put_ranges(&value, verdict->ranges, n_ranges);
        snt_json_add_raw(&object, "ranges", 6, value.bytes, value.len);
    }
    snt_json_add_uint(&object, "texts", verdict->told.texts);
    snt_json_add_string(
        &object, "version", sentiment_version(), strlen(sentiment_version()));
    snt_json_add_string(&object, "weights", weights, strlen(weights));
    snt_json_end(&object, buf);
    snt_buffer_add_char(buf, '\n');
    buf->failed |= value.failed;
    snt_buffer_free(&value);
    snt_json_free(&object);
}

sentiment_status snt_verdict_write(
    const snt_verdict *verdict, const char *dir, const snt_network *network,
    sentiment_error *err)
{
    char *path = snt_file_join(dir, SENTIMENT_VERDICT_FILE);
    char weights[HEX];
    snt_buffer buf = {0};
    sentiment_status status = name_weights(network, weights, err);

    if (status == SENTIMENT_OK) {
        put_verdict(&buf, verdict, weights, snt_verdict_ranges(network));
        status = path && !buf.failed
                     ? snt_file_replace(path, buf.bytes, buf.len, err)
                     : snt_fail_memory(err);
    }
    snt_buffer_free(&buf);
    free(path);
    return status;
}

sentiment_status snt_verdict_writable(const char *dir, sentiment_error *err)
{
    if (!access(dir, W_OK))
        return SENTIMENT_OK;
    return snt_fail(
        err, SENTIMENT_EIO, "%s/%s: cannot be written: %s", dir,
        SENTIMENT_VERDICT_FILE, strerror(errno));
}

void snt_verdict_free(snt_verdict *verdict)
{
    free(verdict->ranges);
    *verdict = (snt_verdict){.ranges = NULL};
}

size_t snt_verdict_ranges(const snt_network *network)
{
    return (size_t)(network->n_layers * 2 * network->hidden);
}
