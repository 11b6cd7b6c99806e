/* unpickle.c - pytorch_model.bin: a zip archive with a pickle that names
 * tensors, and one entry for the bytes of each storage. */
#include <string.h>

#include "error.h"
#include "pickle.h"
#include "formats.h"
#include "zip.h"

typedef struct reader {
    snt_weights *weights;
    const char *path;
    snt_zip zip;
    const char *prefix; /* of all entries' names */
    size_t prefix_len;
    sentiment_error *err;
} reader;

static sentiment_status find_pickle(reader *r, const snt_zip_entry **pickle)
{
    static const char name[] = "/data.pkl";
    const size_t len = sizeof(name) - 1;

    for (size_t i = 0; i < r->zip.n; i++) {
        const snt_zip_entry *entry = &r->zip.entries[i];

        if (entry->name_len <= len ||
            memcmp(entry->name + entry->name_len - len, name, len))
            continue;
        r->prefix = entry->name;
        r->prefix_len = entry->name_len - len;
        *pickle = entry;
        return SENTIMENT_OK;
    }
    return snt_fail(
        r->err, SENTIMENT_EFORMAT, "%s: no data.pkl in it", r->path);
}

static sentiment_status check_byte_order(const reader *r)
{
    const snt_zip_entry *entry =
        snt_zip_find(&r->zip, r->prefix, r->prefix_len, "/byteorder", 10);

    if (!entry || (entry->len == 6 && !memcmp(entry->data, "little", 6)))
        return SENTIMENT_OK;
    return snt_fail(
        r->err, SENTIMENT_EFORMAT, "%s: byteorder: expected little", r->path);
}

/* The bytes of a storage's entry. */
static const snt_zip_entry *find_storage(
    const reader *r, const snt_value *storage)
{
    char rest[64] = "/data/";

    if (storage->len > sizeof(rest) - 6)
        return NULL;
    memcpy(rest + 6, storage->bytes, storage->len);
    return snt_zip_find(
        &r->zip, r->prefix, r->prefix_len, rest, 6 + storage->len);
}

static sentiment_status add_tensor(
    const reader *r, const snt_value *key, const snt_value *tensor)
{
    int name_len = key->len > 80 ? 80 : (int)key->len;
    union {
        const char *read_only;
        char *any;
    } name = {key->bytes};
    snt_weight weight = {
        .name = name.any,
        .count = (uint64_t)tensor->integer,
        .type = tensor->type,
        .dtype = tensor->type->dtype,
        .n_dims = tensor->n_dims};
    uint64_t bytes = tensor->type->bytes;
    const snt_zip_entry *entry = find_storage(r, tensor->storage);

    memcpy(weight.shape, tensor->shape, sizeof(weight.shape));
    if (!entry)
        return snt_fail(
            r->err, SENTIMENT_EFORMAT, "%s: %.*s: its storage is not there",
            r->path, name_len, key->bytes);
    if ((uint64_t)tensor->offset + weight.count > entry->len / bytes)
        return snt_fail(
            r->err, SENTIMENT_EFORMAT, "%s: %.*s: its storage is too short",
            r->path, name_len, key->bytes);
    weight.data = entry->data + (uint64_t)tensor->offset * bytes;
    return snt_weights_add(r->weights, &weight, key->len, r->err);
}

static sentiment_status add_tensors(const reader *r, const snt_value *dict)
{
    if (dict->kind != SNT_PICKLE_DICT)
        return snt_fail(
            r->err, SENTIMENT_EFORMAT, "%s: expected a dict of tensors",
            r->path);
    for (size_t i = 0; i < dict->len; i += 2) {
        const snt_value *key = dict->items[i], *value = dict->items[i + 1];
        sentiment_status status;

        if (key->kind != SNT_PICKLE_STRING || memchr(key->bytes, 0, key->len))
            return snt_fail(
                r->err, SENTIMENT_EFORMAT, "%s: expected names as keys",
                r->path);
        if (value->kind != SNT_PICKLE_TENSOR)
            return snt_fail(
                r->err, SENTIMENT_EFORMAT, "%s: %.*s: expected a tensor",
                r->path, key->len > 80 ? 80 : (int)key->len, key->bytes);
        status = add_tensor(r, key, value);
        if (status != SENTIMENT_OK)
            return status;
    }
    return SENTIMENT_OK;
}

static sentiment_status read_archive(reader *r)
{
    const snt_zip_entry *entry = NULL;
    snt_pickle pickle = {NULL, NULL};
    sentiment_status status = find_pickle(r, &entry);

    if (status == SENTIMENT_OK)
        status = check_byte_order(r);
    if (status == SENTIMENT_OK)
        status = snt_pickle_read(
            &pickle, entry->data, (size_t)entry->len, r->path, r->err);
    if (status == SENTIMENT_OK)
        status = add_tensors(r, pickle.result);
    snt_pickle_free(&pickle);
    return status;
}

sentiment_status snt_unpickle_read(
    snt_weights *weights, const char *path, sentiment_error *err)
{
    reader r = {.weights = weights, .path = path, .err = err};
    snt_file file;
    sentiment_status status = snt_weights_map(weights, path, &file, err);

    if (status != SENTIMENT_OK)
        return status;
    if (file.len >= 2 && file.bytes[0] == 0x80 && file.bytes[1] == 2)
        return snt_fail(
            err, SENTIMENT_EFORMAT,
            "%s: made by a torch before 1.6: save it again with a newer one",
            path);
    status = snt_zip_open(&r.zip, &file, path, err);
    if (status == SENTIMENT_OK)
        status = read_archive(&r);
    snt_zip_close(&r.zip);
    return status;
}
