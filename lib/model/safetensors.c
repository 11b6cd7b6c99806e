/*
 * safetensors.c - the format of model.safetensors: eight bytes of header
 * length, a JSON header that names each tensor's type, shape and place, and
 * the bytes. Everything is checked against the file before it is believed.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "formats.h"

enum { MAX_HEADER = 100 << 20 };

typedef struct reader {
    snt_weights *weights;
    const char *path;
    const unsigned char *data; /* [len] behind the header */
    uint64_t len;
    sentiment_error *err;
} reader;

typedef struct extent {
    uint64_t begin, end;
    const char *name;
} extent;

static sentiment_status bad(
    const reader *r, const char *name, const char *expected)
{
    return snt_fail(
        r->err, SENTIMENT_EFORMAT, "%s: %.80s: %s", r->path, name, expected);
}

static sentiment_status read_dtype(
    const reader *r, const char *name, const json_t *entry, snt_weight *weight)
{
    const char *dtype = json_string_value(json_object_get(entry, "dtype"));

    weight->type = dtype ? snt_type_find(dtype) : NULL;
    if (!weight->type)
        return bad(r, name, "dtype: expected a known one, such as F32");
    weight->dtype = weight->type->dtype;
    return SENTIMENT_OK;
}

static sentiment_status read_shape(
    const reader *r, const char *name, const json_t *entry, snt_weight *weight)
{
    const json_t *shape = json_object_get(entry, "shape");
    size_t dims = json_array_size(shape);

    if (!json_is_array(shape) || dims > SNT_MAX_DIMS)
        return bad(r, name, "shape: expected at most 4 sizes");
    weight->n_dims = (int)dims;
    weight->count = 1;
    for (size_t i = 0; i < dims; i++) {
        const json_t *size = json_array_get(shape, i);
        json_int_t n = json_integer_value(size);

        if (!json_is_integer(size) || n < 0 || n > INT32_MAX ||
            (n && weight->count > UINT64_MAX / 8 / (uint64_t)n))
            return bad(r, name, "shape: expected sizes that make sense");
        weight->shape[i] = n;
        weight->count *= (uint64_t)n;
    }
    return SENTIMENT_OK;
}

static sentiment_status read_place(
    const reader *r, const char *name, const json_t *entry, uint64_t bytes,
    extent *place)
{
    const json_t *offsets = json_object_get(entry, "data_offsets");
    const json_t *begin = json_array_get(offsets, 0);
    const json_t *end = json_array_get(offsets, 1);
    json_int_t from = json_integer_value(begin), to = json_integer_value(end);

    if (json_array_size(offsets) != 2 || !json_is_integer(begin) ||
        !json_is_integer(end) || from < 0 || to < from)
        return bad(r, name, "data_offsets: expected [begin, end]");
    *place = (extent){(uint64_t)from, (uint64_t)to, name};
    if (place->end > r->len)
        return snt_fail(
            r->err, SENTIMENT_EFORMAT,
            "%s: %.80s: data_offsets: ends at %" PRIu64 " of %" PRIu64 " bytes",
            r->path, name, place->end, r->len);
    if (place->end - place->begin != bytes)
        return snt_fail(
            r->err, SENTIMENT_EFORMAT,
            "%s: %.80s: data_offsets: %" PRIu64
            " bytes, type and shape make %" PRIu64,
            r->path, name, place->end - place->begin, bytes);
    return SENTIMENT_OK;
}

static sentiment_status read_entry(
    const reader *r, const char *name, const json_t *entry, extent *place)
{
    union {
        const char *read_only;
        char *any;
    } given = {name};
    snt_weight weight = {.name = given.any};
    sentiment_status status;

    if (!json_is_object(entry))
        return bad(r, name, "expected an object");
    status = read_dtype(r, name, entry, &weight);
    if (status == SENTIMENT_OK)
        status = read_shape(r, name, entry, &weight);
    if (status == SENTIMENT_OK)
        status = read_place(
            r, name, entry, weight.type->bytes * weight.count, place);
    if (status != SENTIMENT_OK)
        return status;
    weight.data = r->data + place->begin;
    return snt_weights_add(r->weights, &weight, strlen(name), r->err);
}

static int by_begin(const void *a, const void *b)
{
    const extent *x = a, *y = b;

    if (x->begin != y->begin)
        return x->begin < y->begin ? -1 : 1;
    return x->end < y->end ? -1 : x->end > y->end;
}

/* The tensors fill the file, one behind the other. */
static sentiment_status check_places(const reader *r, extent *places, size_t n)
{
    uint64_t end = 0;

    if (n)
        qsort(places, n, sizeof(*places), by_begin);
    for (size_t i = 0; i < n; i++) {
        if (places[i].begin != end)
            return snt_fail(
                r->err, SENTIMENT_EFORMAT,
                "%s: %.80s: data_offsets: begins at %" PRIu64
                ", the tensor before it ends at %" PRIu64,
                r->path, places[i].name, places[i].begin, end);
        end = places[i].end;
    }
    if (end != r->len)
        return snt_fail(
            r->err, SENTIMENT_EFORMAT,
            "%s: %" PRIu64 " bytes behind the header, the tensors are %" PRIu64,
            r->path, r->len, end);
    return SENTIMENT_OK;
}

static sentiment_status read_header(const reader *r, const json_t *header)
{
    extent *places = calloc(json_object_size(header) + 1, sizeof(*places));
    size_t n = 0;
    const char *name;
    json_t *entry;
    sentiment_status status = SENTIMENT_OK;
    union {
        const json_t *read_only;
        json_t *any;
    } all = {header};

    if (!places)
        return snt_fail_memory(r->err);
    json_object_foreach(all.any, name, entry)
    {
        if (!strcmp(name, "__metadata__"))
            continue;
        status = read_entry(r, name, entry, &places[n++]);
        if (status != SENTIMENT_OK)
            break;
    }
    if (status == SENTIMENT_OK)
        status = check_places(r, places, n);
    free(places);
    return status;
}

sentiment_status snt_safetensors_read(
    snt_weights *weights, const char *path, sentiment_error *err)
{
    reader r = {.weights = weights, .path = path, .err = err};
    json_error_t error;
    json_t *header;
    snt_file file;
    uint64_t len = 0;
    sentiment_status status = snt_weights_map(weights, path, &file, err);

    if (status != SENTIMENT_OK)
        return status;
    if (file.len >= 8)
        for (int i = 7; i >= 0; i--)
            len = len << 8 | file.bytes[i];
    if (file.len < 8 || len > MAX_HEADER || len > file.len - 8)
        return snt_fail(
            err, SENTIMENT_EFORMAT,
            "%s: a header of %" PRIu64 " bytes in a file of %zu", path, len,
            file.len);
    r.data = file.bytes + 8 + len;
    r.len = file.len - 8 - len;
    header = json_loadb(
        (const char *)file.bytes + 8, len, JSON_REJECT_DUPLICATES, &error);
    if (!header)
        return snt_fail(
            err, SENTIMENT_EFORMAT, "%s: header: %s", path, error.text);
    if (json_is_object(header))
        status = read_header(&r, header);
    else
        status = snt_fail(
            err, SENTIMENT_EFORMAT, "%s: header: expected an object", path);
    json_decref(header);
    return status;
}
