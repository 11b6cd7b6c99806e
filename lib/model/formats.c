/* formats.c - see formats.h; and the index of a checkpoint in several files. */
#include "formats.h"

#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "json_file.h"

/* ---- a sharded checkpoint's index ---- */

static sentiment_status read_shard(
    snt_weights *weights, const char *dir, const char *shard,
    sentiment_error *err)
{
    char *path = snt_file_join(dir, shard);
    sentiment_status status =
        path ? snt_safetensors_read(weights, path, err) : snt_fail_memory(err);

    free(path);
    return status;
}

/* A shard is read when the first of its tensors is named. */
static sentiment_status read_shards(
    snt_weights *weights, const char *dir, const json_t *map,
    sentiment_error *err)
{
    json_t *done = json_object(), *value;
    const char *name;
    sentiment_status status = done ? SENTIMENT_OK : snt_fail_memory(err);
    union {
        const json_t *read_only;
        json_t *any;
    } all = {map};

    json_object_foreach(all.any, name, value)
    {
        const char *shard = json_string_value(value);

        if (status != SENTIMENT_OK)
            break;
        if (!shard || !*shard || strchr(shard, '/'))
            status = snt_fail(
                err, SENTIMENT_EFORMAT,
                "%s: weight_map.%.80s: expected the name of a file beside it",
                weights->source, name);
        else if (!json_object_get(done, shard)) {
            json_object_set_new(done, shard, json_true());
            status = read_shard(weights, dir, shard, err);
        }
    }
    json_decref(done);
    return status;
}

static sentiment_status read_index(
    snt_weights *weights, const char *dir, sentiment_error *err)
{
    json_t *root;
    const json_t *map;
    sentiment_status status =
        snt_json_file_read(&root, weights->source, 0, err);

    if (status != SENTIMENT_OK)
        return status;
    map = json_object_get(root, "weight_map");
    if (json_is_object(map))
        status = read_shards(weights, dir, map, err);
    else
        status = snt_fail(
            err, SENTIMENT_EFORMAT, "%s: weight_map: expected an object",
            weights->source);
    json_decref(root);
    return status;
}

/* ---- which file there is ---- */

enum { N_FORMATS = 3 };

static const char *const names[N_FORMATS] = {
    "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin"};

static sentiment_status read_format(
    snt_weights *weights, const char *dir, int format, sentiment_error *err)
{
    if (format == 1)
        return read_index(weights, dir, err);
    if (format == 2)
        return snt_unpickle_read(weights, weights->source, err);
    return snt_safetensors_read(weights, weights->source, err);
}

sentiment_status snt_weights_load(
    snt_weights *weights, const char *dir, sentiment_error *err)
{
    for (int i = 0; i < N_FORMATS; i++) {
        sentiment_status status;

        free(weights->source);
        weights->source = snt_file_join(dir, names[i]);
        if (!weights->source)
            return snt_fail_memory(err);
        if (!snt_file_exists(weights->source))
            continue;
        status = read_format(weights, dir, i, err);
        return status == SENTIMENT_OK ? snt_weights_sort(weights, err) : status;
    }
    return snt_fail(
        err, SENTIMENT_EIO, "%s: %s; nor is there %s or %s", dir,
        "no model.safetensors there", names[1], names[2]);
}
