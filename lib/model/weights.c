/* weights.c - see weights.h. */
#include "weights.h"

#include <stdlib.h>
#include <string.h>

#include "error.h"

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

sentiment_status snt_weights_sort(snt_weights *weights, sentiment_error *err)
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
