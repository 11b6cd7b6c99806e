/*
 * convert.c - see sentiment_model_convert in the public model.h.
 *
 * The new checkpoint grows in a folder beside its place, is read back there,
 * and gets its name last.
 */
#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buffer.h"
#include "error.h"
#include "file.h"
#include "formats.h"
#include "options.h"
#include "sentiment/model.h"
#include "write.h"

static const char weights_name[] = "model.safetensors";

/* ---- what it is converted to ---- */

static const struct {
    const char *name; /* as options call it */
    int dtype;
    const char *torch; /* as config.json calls it */
} targets[] = {
    {"keep", SNT_DTYPE_OTHER, NULL},
    {"fp32", SNT_F32, "float32"},
    {"bf16", SNT_BF16, "bfloat16"},
    {"fp16", SNT_F16, "float16"},
};

/* Index into targets, or -1. */
static int find_target(const char *name)
{
    for (int i = 0; i < (int)(sizeof(targets) / sizeof(*targets)); i++)
        if (!strcmp(targets[i].name, name))
            return i;
    return -1;
}

/* ---- config.json ---- */

/* The end of the JSON string whose quote is at p. */
static const char *end_of_string(const char *p, const char *end)
{
    for (p++; p < end && *p != '"'; p++)
        p += *p == '\\';
    return p;
}

static const char *skip_space(const char *p, const char *end)
{
    while (p < end && strchr(" \t\r\n", *p))
        p++;
    return p;
}

/* Finds the string that a key of the outermost object has as its value, in
 * JSON that is known to be well formed: [*from, *to) between its quotes. */
static bool find_value(
    const char *text, const char *end, const char *key, const char **from,
    const char **to)
{
    size_t len = strlen(key);
    int depth = 0;

    for (const char *p = text; p < end; p++) {
        const char *begin = p + 1;

        depth += (*p == '{' || *p == '[') - (*p == '}' || *p == ']');
        if (*p != '"')
            continue;
        p = end_of_string(p, end);
        if (depth != 1 || (size_t)(p - begin) != len || memcmp(begin, key, len))
            continue;
        begin = skip_space(p + 1, end);
        if (begin == end || *begin != ':')
            continue;
        begin = skip_space(begin + 1, end);
        if (begin == end || *begin != '"')
            continue;
        *from = begin + 1;
        *to = end_of_string(begin, end);
        return *to < end;
    }
    return false;
}

/* Config.json byte for byte, but for the type that it says weights have. */
static void put_config(snt_buffer *buf, const snt_file *file, const char *torch)
{
    const char *text = (const char *)file->bytes, *end = text + file->len;
    const char *from, *to;

    if (torch && (find_value(text, end, "torch_dtype", &from, &to) ||
                  find_value(text, end, "dtype", &from, &to))) {
        snt_buffer_add(buf, text, (size_t)(from - text));
        snt_buffer_add_string(buf, torch);
        text = to;
    }
    snt_buffer_add(buf, text, (size_t)(end - text));
}

/* ---- the other files ---- */

static bool ends_with(const char *name, const char *end)
{
    size_t n = strlen(name), len = strlen(end);

    return n >= len && !strcmp(name + n - len, end);
}

/* Weights in whatever format, their indexes, and a verdict on other weights
 * stay behind. */
static bool is_copied(const char *name)
{
    static const char *const left[] = {
        ".safetensors", ".bin", ".h5",   ".msgpack", ".onnx",      ".ot",
        ".pt",          ".pth", ".gguf", ".ckpt",    ".index.json"};

    for (size_t i = 0; i < sizeof(left) / sizeof(*left); i++)
        if (ends_with(name, left[i]))
            return false;
    return *name != '.' && strcmp(name, "sentiment-verdict.json") != 0;
}

static sentiment_status copy_file(
    const char *from, const char *to, const char *torch, sentiment_error *err)
{
    snt_buffer text = {0};
    snt_file file;
    sentiment_status status = snt_file_open(&file, from, err);

    if (status != SENTIMENT_OK)
        return status;
    put_config(&text, &file, torch);
    snt_file_close(&file);
    status = text.failed ? snt_fail_memory(err)
                         : snt_file_create(to, text.bytes, text.len, err);
    snt_buffer_free(&text);
    return status;
}

static bool is_file(const char *path)
{
    struct stat st;

    return !stat(path, &st) && S_ISREG(st.st_mode);
}

static sentiment_status copy_one(
    const char *from, const char *to, const char *name, const char *torch,
    sentiment_error *err)
{
    char *source = snt_file_join(from, name), *copy = snt_file_join(to, name);
    sentiment_status status =
        source && copy ? SENTIMENT_OK : snt_fail_memory(err);

    if (status == SENTIMENT_OK && is_file(source))
        status = copy_file(
            source, copy, strcmp(name, "config.json") ? NULL : torch, err);
    free(source);
    free(copy);
    return status;
}

static sentiment_status copy_others(
    const char *from, const char *to, const char *torch, sentiment_error *err)
{
    sentiment_status status = SENTIMENT_OK;
    struct dirent *entry;
    DIR *all = opendir(from);

    if (!all)
        return snt_fail(err, SENTIMENT_EIO, "%s: %s", from, strerror(errno));
    while (status == SENTIMENT_OK && (entry = readdir(all)))
        if (is_copied(entry->d_name))
            status = copy_one(from, to, entry->d_name, torch, err);
    closedir(all);
    return status;
}

/* ---- the whole ---- */

/* Opens what was written as anybody would, and compares every bit of it. */
static sentiment_status check(
    const snt_weights *weights, int dtype, const char *dir,
    sentiment_error *err)
{
    snt_weights found = {.all = NULL};
    sentiment_model *model;
    sentiment_status status = sentiment_model_open(&model, dir, NULL, err);

    if (status == SENTIMENT_OK)
        status = sentiment_model_verify(model, err);
    sentiment_model_close(model);
    if (status == SENTIMENT_OK)
        status = snt_weights_load(&found, dir, err);
    if (status == SENTIMENT_OK)
        status = snt_weights_compare(weights, dtype, &found, err);
    snt_weights_free(&found);
    return status;
}

static sentiment_status fill(
    const char *from, const char *dir, int target, sentiment_error *err)
{
    int dtype = targets[target].dtype;
    snt_weights weights = {.all = NULL};
    char *path = snt_file_join(dir, weights_name);
    sentiment_status status =
        path ? snt_weights_load(&weights, from, err) : snt_fail_memory(err);

    if (status == SENTIMENT_OK)
        status = snt_safetensors_write(&weights, dtype, path, err);
    if (status == SENTIMENT_OK)
        status = copy_others(from, dir, targets[target].torch, err);
    if (status == SENTIMENT_OK)
        status = check(&weights, dtype, dir, err);
    snt_weights_free(&weights);
    free(path);
    return status;
}

static void remove_folder(const char *dir)
{
    struct dirent *entry;
    DIR *all = opendir(dir);

    while (all && (entry = readdir(all)))
        unlinkat(dirfd(all), entry->d_name, 0);
    if (all)
        closedir(all);
    rmdir(dir);
}

/* In beside, which becomes to. */
static sentiment_status convert(
    const char *from, const char *to, const char *beside, int target,
    sentiment_error *err)
{
    sentiment_status status;

    if (mkdir(beside, 0777))
        return snt_fail(err, SENTIMENT_EIO, "%s: %s", beside, strerror(errno));
    status = fill(from, beside, target, err);
    if (status == SENTIMENT_OK && rename(beside, to))
        status = snt_fail(err, SENTIMENT_EIO, "%s: %s", to, strerror(errno));
    if (status != SENTIMENT_OK)
        remove_folder(beside);
    return status;
}

/* Whether it is a checkpoint that can be read here, before anything is made. */
static sentiment_status try_opening(const char *from, sentiment_error *err)
{
    sentiment_model *model;
    sentiment_status status = sentiment_model_open(&model, from, NULL, err);

    sentiment_model_close(model);
    return status;
}

sentiment_status sentiment_model_convert(
    const char *from, const char *to, const sentiment_convert_options *opts,
    sentiment_error *err)
{
    assert(from && to);
    sentiment_convert_options known;
    size_t len = strlen(to), size = len + 32;
    struct stat st;
    char *beside;
    int target;
    sentiment_status status = snt_options_read(
        &known, sizeof(known), opts, "sentiment_convert_options", err);

    if (status != SENTIMENT_OK)
        return status;
    target = find_target(known.dtype ? known.dtype : targets[0].name);
    if (target < 0)
        return snt_fail(
            err, SENTIMENT_EINVAL, "no type \"%.40s\": keep, fp32, bf16, fp16",
            known.dtype);
    if (!lstat(to, &st))
        return snt_fail(err, SENTIMENT_EINVAL, "%s: it is there already", to);
    status = try_opening(from, err);
    if (status != SENTIMENT_OK)
        return status;
    beside = malloc(size);
    if (!beside)
        return snt_fail_memory(err);
    while (len > 1 && to[len - 1] == '/')
        len--;
    snprintf(beside, size, "%.*s.%ld.tmp", (int)len, to, (long)getpid());
    status = convert(from, to, beside, target, err);
    free(beside);
    return status;
}
