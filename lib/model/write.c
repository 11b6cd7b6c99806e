/* write.c - see write.h. Values go through a chunk of memory, so that a model
 * of any size takes no more than that. */
#include "write.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "json.h"
#include "narrow.h"

enum { CHUNK = 1 << 16 }; /* values */

static const snt_type *type_in(const snt_weight *weight, int dtype)
{
    static const char *const names[] = {
        [SNT_F32] = "F32", [SNT_F16] = "F16", [SNT_BF16] = "BF16"};

    if (dtype < 0 || weight->dtype == SNT_DTYPE_OTHER)
        return weight->type;
    return snt_type_find(names[dtype]);
}

/* ---- one tensor, chunk by chunk ---- */

/* The bytes of n values from value at on, in their new type: in chunk, or where
 * they lie. */
static const void *convert(
    const snt_weight *weight, const snt_type *type, uint64_t at, size_t n,
    unsigned char chunk[4 * CHUNK], sentiment_error *err)
{
    const unsigned char *in =
        (const unsigned char *)weight->data + at * weight->type->bytes;
    size_t good;

    if (type == weight->type)
        return in;
    good = snt_narrow(
        in, (snt_dtype)weight->dtype, chunk, (snt_dtype)type->dtype, n);
    if (good == n)
        return chunk;
    in += good * weight->type->bytes;
    snt_fail(
        err, SENTIMENT_EFORMAT, "%.80s: %g has no finite counterpart in %s",
        weight->name, (double)snt_widen(in, (snt_dtype)weight->dtype),
        type->name);
    return NULL;
}

/* What each_chunk does with the bytes of a tensor; false: it cannot. */
typedef bool (*use)(void *arg, const void *bytes, size_t len);

static sentiment_status each_chunk(
    const snt_weight *weight, const snt_type *type, use take, void *arg,
    sentiment_error *err)
{
    unsigned char *chunk = malloc(4 * CHUNK);
    sentiment_status status = chunk ? SENTIMENT_OK : snt_fail_memory(err);

    for (uint64_t at = 0; status == SENTIMENT_OK && at < weight->count;
         at += CHUNK) {
        uint64_t left = weight->count - at;
        size_t n = left < CHUNK ? (size_t)left : CHUNK;
        const void *bytes = convert(weight, type, at, n, chunk, err);

        if (!bytes)
            status = SENTIMENT_EFORMAT;
        else if (!take(arg, bytes, n * type->bytes))
            status = snt_fail(err, SENTIMENT_EIO, "%.80s", weight->name);
    }
    free(chunk);
    return status;
}

/* ---- the file ---- */

/* A tensor on its way into the file. */
typedef struct entry {
    const snt_weight *weight;
    const snt_type *type;
} entry;

static int by_type_and_name(const void *a, const void *b)
{
    const entry *x = a, *y = b;

    if (x->type != y->type)
        return x->type > y->type ? -1 : 1;
    return strcmp(x->weight->name, y->weight->name);
}

static entry *sort(const snt_weights *weights, int dtype)
{
    entry *all = calloc(weights->n + 1, sizeof(*all));

    for (size_t i = 0; all && i < weights->n; i++) {
        all[i].weight = &weights->all[i];
        all[i].type = type_in(all[i].weight, dtype);
    }
    if (all && weights->n)
        qsort(all, weights->n, sizeof(*all), by_type_and_name);
    return all;
}

static void put_entry(snt_buffer *buf, const entry *one, uint64_t *end)
{
    const snt_weight *weight = one->weight;
    char text[96];

    snt_buffer_add_char(buf, ',');
    snt_json_string(buf, weight->name, strlen(weight->name));
    snprintf(
        text, sizeof(text), ":{\"dtype\":\"%s\",\"shape\":[", one->type->name);
    snt_buffer_add_string(buf, text);
    for (int d = 0; d < weight->n_dims; d++) {
        snprintf(
            text, sizeof(text), "%s%" PRId64, d ? "," : "", weight->shape[d]);
        snt_buffer_add_string(buf, text);
    }
    snprintf(
        text, sizeof(text), "],\"data_offsets\":[%" PRIu64 ",%" PRIu64 "]}",
        *end, *end + weight->count * one->type->bytes);
    snt_buffer_add_string(buf, text);
    *end += weight->count * one->type->bytes;
}

/* Eight bytes of length, then the header, filled up so that data is aligned. */
static void put_header(snt_buffer *buf, const entry *all, size_t n)
{
    uint64_t end = 0, len;

    snt_buffer_add(buf, "\0\0\0\0\0\0\0\0", 8);
    snt_buffer_add_string(buf, "{\"__metadata__\":{\"format\":\"pt\"}");
    for (size_t i = 0; i < n; i++)
        put_entry(buf, &all[i], &end);
    snt_buffer_add_char(buf, '}');
    while (buf->len % 8 && !buf->failed)
        snt_buffer_add_char(buf, ' ');
    len = buf->len - 8;
    for (int i = 0; i < 8 && !buf->failed; i++)
        buf->bytes[i] = (char)(len >> 8 * i);
}

static bool write_bytes(void *arg, const void *bytes, size_t len)
{
    return fwrite(bytes, 1, len, arg) == len;
}

static sentiment_status write_all(
    FILE *file, const entry *all, size_t n, sentiment_error *err)
{
    snt_buffer header = {0};
    sentiment_status status = SENTIMENT_OK;

    put_header(&header, all, n);
    if (header.failed)
        status = snt_fail_memory(err);
    else if (!write_bytes(file, header.bytes, header.len))
        status = snt_fail(err, SENTIMENT_EIO, "its header");
    snt_buffer_free(&header);
    for (size_t i = 0; status == SENTIMENT_OK && i < n; i++)
        status = each_chunk(all[i].weight, all[i].type, write_bytes, file, err);
    if (status == SENTIMENT_OK && (fflush(file) || fsync(fileno(file))))
        status = snt_fail(err, SENTIMENT_EIO, "its end");
    return status;
}

sentiment_status snt_safetensors_write(
    const snt_weights *weights, int dtype, const char *path,
    sentiment_error *err)
{
    entry *all = sort(weights, dtype);
    FILE *file = all ? fopen(path, "wxe") : NULL;
    sentiment_status status;

    if (!all)
        return snt_fail_memory(err);
    if (!file) {
        free(all);
        return snt_fail(err, SENTIMENT_EIO, "%s: %s", path, strerror(errno));
    }
    errno = 0;
    status = write_all(file, all, weights->n, err);
    if (status == SENTIMENT_EIO)
        snt_fail(
            err, status, "%s: %s", path,
            errno ? strerror(errno) : "it cannot be written");
    if (fclose(file) && status == SENTIMENT_OK)
        status = snt_fail(err, SENTIMENT_EIO, "%s: %s", path, strerror(errno));
    free(all);
    return status;
}

/* ---- comparing ---- */

static bool compare_bytes(void *arg, const void *bytes, size_t len)
{
    const unsigned char **found = arg;
    bool same = !memcmp(*found, bytes, len);

    *found += len;
    return same;
}

static bool same_shape(const snt_weight *a, const snt_weight *b)
{
    return a->n_dims == b->n_dims &&
           !memcmp(a->shape, b->shape, sizeof(*a->shape) * (size_t)a->n_dims);
}

sentiment_status snt_weights_compare(
    const snt_weights *weights, int dtype, const snt_weights *found,
    sentiment_error *err)
{
    for (size_t i = 0; i < weights->n; i++) {
        const snt_weight *weight = &weights->all[i];
        const snt_weight *other = snt_weights_find(found, weight->name);
        const snt_type *type = type_in(weight, dtype);
        const unsigned char *bytes = other ? other->data : NULL;

        if (!other || other->type != type || !same_shape(weight, other) ||
            each_chunk(weight, type, compare_bytes, &bytes, err))
            return snt_fail(
                err, SENTIMENT_EFORMAT,
                "%s: %.80s: not what was written: the disk or the memory fails",
                found->source, weight->name);
    }
    return SENTIMENT_OK;
}
