/* json_file.c - see json_file.h. */
#include "json_file.h"

#include "error.h"
#include "file.h"

enum { MOST = 64 << 20 /* bytes */ };

sentiment_status snt_json_file_read(
    json_t **root, const char *path, size_t flags, sentiment_error *err)
{
    json_error_t error;
    snt_file file;
    sentiment_status status = snt_file_open(&file, path, err);

    *root = NULL;
    if (status != SENTIMENT_OK)
        return status;
    if (file.len > MOST)
        status = snt_fail(
            err, SENTIMENT_EFORMAT, "%s: over %d MiB", path, MOST >> 20);
    else
        *root = json_loadb(
            (const char *)file.bytes, file.len, JSON_REJECT_DUPLICATES | flags,
            &error);
    snt_file_close(&file);
    if (status != SENTIMENT_OK)
        return status;
    if (!*root)
        return snt_fail(
            err, SENTIMENT_EFORMAT, "%s: line %d: %s", path, error.line,
            error.text);
    if (json_is_object(*root))
        return SENTIMENT_OK;
    json_decref(*root);
    *root = NULL;
    return snt_fail(err, SENTIMENT_EFORMAT, "%s: expected a JSON object", path);
}
