/* weights.c - see weights.h. */
#include "weights.h"

#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "json_file.h"

enum { MAX_TENSORS = 1 << 16 };

/* The order is that of safetensors 0.8.0, without its types of less than a byte
 * and of eight bits with an exponent. */
static const snt_type types[] = {
    {"BOOL", SNT_DTYPE_OTHER, 1}, {"U8", SNT_DTYPE_OTHER, 1},
    {"I8", SNT_DTYPE_OTHER, 1},   {"I16", SNT_DTYPE_OTHER, 2},
    {"U16", SNT_DTYPE_OTHER, 2},  {"F16", SNT_F16, 2},
    {"BF16", SNT_BF16, 2},        {"I32", SNT_DTYPE_OTHER, 4},
    {"U32", SNT_DTYPE_OTHER, 4},  {"F32", SNT_F32, 4},
    {"F64", SNT_DTYPE_OTHER, 8},  {"I64", SNT_DTYPE_OTHER, 8},
    {"U64", SNT_DTYPE_OTHER, 8},
};

const snt_type *snt_type_find(const char *name)
{
    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
        if (!strcmp(types[i].name, name))
            return &types[i];
    return NULL;
}

size_t snt_dtype_bytes(int dtype)
{
    switch (dtype) {
    case SNT_F32:
        return 4;
    case SNT_F16:
    case SNT_BF16:
        return 2;
    default:
        return 0;
    }
}

sentiment_status snt_weights_map(
    snt_weights *weights, const char *path, snt_file *file,
    sentiment_error *err)
{
    snt_file *files =
        realloc(weights->files, (weights->n_files + 1) * sizeof(*files));
    sentiment_status status;

    if (!files)
        return snt_fail_memory(err);
    weights->files = files;
    status = snt_file_open(&files[weights->n_files], path, err);
    if (status == SENTIMENT_OK)
        *file = files[weights->n_files++];
    return status;
}

sentiment_status snt_weights_add(
    snt_weights *weights, const snt_weight *weight, size_t name_len,
    sentiment_error *err)
{
    snt_weight *slot;

    if (weights->n == MAX_TENSORS)
        return snt_fail(
            err, SENTIMENT_EFORMAT, "%s: over %d tensors", weights->source,
            MAX_TENSORS);
    if (weights->n == weights->cap) {
        size_t cap = weights->cap ? 2 * weights->cap : 256;
        snt_weight *all = realloc(weights->all, cap * sizeof(*all));

        if (!all)
            return snt_fail_memory(err);
        weights->all = all;
        weights->cap = cap;
    }
    slot = &weights->all[weights->n];
    *slot = *weight;
    slot->name = strndup(weight->name, name_len);
    if (!slot->name)
        return snt_fail_memory(err);
    weights->n++;
    return SENTIMENT_OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const snt_weight *)a)->name, ((const snt_weight *)b)->name);
}

static sentiment_status sort(snt_weights *weights, sentiment_error *err)
{
    if (weights->n)
        qsort(weights->all, weights->n, sizeof(*weights->all), by_name);
    for (size_t i = 1; i < weights->n; i++)
        if (!by_name(&weights->all[i - 1], &weights->all[i]))
            return snt_fail(
                err, SENTIMENT_EFORMAT, "%s: tensor \"%.80s\" twice",
                weights->source, weights->all[i].name);
    return SENTIMENT_OK;
}

const snt_weight *snt_weights_find(const snt_weights *weights, const char *name)
{
    size_t low = 0, high = weights->n;

    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(weights->all[middle].name, name);

        if (!order)
            return &weights->all[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

void snt_weights_free(snt_weights *weights)
{
    for (size_t i = 0; i < weights->n; i++)
        free(weights->all[i].name);
    for (size_t i = 0; i < weights->n_files; i++)
        snt_file_close(&weights->files[i]);
    free(weights->all);
    free(weights->files);
    free(weights->source);
    *weights = (snt_weights){.all = NULL};
}

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
    sentiment_status status = snt_json_file_read(&root, weights->source, err);

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
        return status == SENTIMENT_OK ? sort(weights, err) : status;
    }
    return snt_fail(
        err, SENTIMENT_EIO, "%s: %s; nor is there %s or %s", dir,
        "no model.safetensors there", names[1], names[2]);
}
