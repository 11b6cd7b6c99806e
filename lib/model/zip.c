/*
 * zip.c - see zip.h. Written for what torch.save makes: stored entries, of
 * which the library reads bytes in place; zip64 for large ones. Layout:
 * APPNOTE.TXT 6.3.10, parts 4.3.7 to 4.3.16.
 */
#include "zip.h"

#include <stdlib.h>
#include <string.h>

#include "error.h"

enum {
    END_LEN = 22,
    LOCATOR_LEN = 20,
    END64_LEN = 56,
    CENTRAL_LEN = 46,
    LOCAL_LEN = 30,
    MAX_ENTRIES = 1 << 16
};

static uint64_t number(const unsigned char *p, int bytes)
{
    uint64_t value = 0;

    while (bytes--)
        value = value << 8 | p[bytes];
    return value;
}

static bool has_mark(const snt_file *file, uint64_t at, uint32_t mark)
{
    return at <= file->len && file->len - at >= 4 &&
           number(file->bytes + at, 4) == mark;
}

static sentiment_status bad(
    const char *path, const char *what, sentiment_error *err)
{
    return snt_fail(
        err, SENTIMENT_EFORMAT, "%s: not a zip archive: %s", path, what);
}

typedef struct directory {
    uint64_t at, len, n;
} directory;

/* The end record stands last, before a comment of at most 64 KiB. */
static bool find_end(const snt_file *file, uint64_t *at)
{
    uint64_t lowest =
        file->len > 65535 + END_LEN ? file->len - 65535 - END_LEN : 0;

    if (file->len < END_LEN)
        return false;
    for (*at = file->len - END_LEN;; --*at) {
        if (has_mark(file, *at, 0x06054b50))
            return true;
        if (*at == lowest)
            return false;
    }
}

static sentiment_status read_end(
    const snt_file *file, const char *path, directory *d, sentiment_error *err)
{
    const unsigned char *p;
    uint64_t at, at64;

    if (!find_end(file, &at))
        return bad(path, "no end record", err);
    p = file->bytes + at;
    *d = (directory){number(p + 16, 4), number(p + 12, 4), number(p + 10, 2)};
    if (at >= LOCATOR_LEN && has_mark(file, at - LOCATOR_LEN, 0x07064b50)) {
        at64 = number(file->bytes + at - LOCATOR_LEN + 8, 8);
        if (!has_mark(file, at64, 0x06064b50) || file->len - at64 < END64_LEN)
            return bad(path, "no zip64 end record", err);
        p = file->bytes + at64;
        *d = (directory){
            number(p + 48, 8), number(p + 40, 8), number(p + 32, 8)};
    }
    if (d->at > file->len || d->len > file->len - d->at || d->n > MAX_ENTRIES)
        return bad(path, "its directory lies outside", err);
    return SENTIMENT_OK;
}

/* Sizes and places that do not fit 32 bits stand in an extra field, in this
 * order, each only when its own place says so. */
static void read_extra(
    const unsigned char *extra, size_t len, uint64_t *size, uint64_t *stored,
    uint64_t *local)
{
    uint64_t *values[] = {size, stored, local};

    while (len >= 4) {
        size_t field = (size_t)number(extra + 2, 2), used = 0;

        if (field > len - 4)
            return;
        for (int i = 0; number(extra, 2) == 1 && i < 3; i++)
            if (*values[i] == UINT32_MAX && field - used >= 8) {
                *values[i] = number(extra + 4 + used, 8);
                used += 8;
            }
        extra += 4 + field;
        len -= 4 + field;
    }
}

static sentiment_status read_entry(
    const snt_file *file, const char *path, uint64_t *at, uint64_t end,
    snt_zip_entry *entry, sentiment_error *err)
{
    const unsigned char *p = file->bytes + *at;
    uint64_t size, stored, local, name, extra, comment, data;

    if (!has_mark(file, *at, 0x02014b50) || end - *at < CENTRAL_LEN)
        return bad(path, "its directory is damaged", err);
    name = number(p + 28, 2);
    extra = number(p + 30, 2);
    comment = number(p + 32, 2);
    if (end - *at - CENTRAL_LEN < name + extra + comment)
        return bad(path, "its directory is damaged", err);
    size = number(p + 24, 4);
    stored = number(p + 20, 4);
    local = number(p + 42, 4);
    read_extra(p + CENTRAL_LEN + name, (size_t)extra, &size, &stored, &local);
    if (number(p + 10, 2) || size != stored)
        return snt_fail(
            err, SENTIMENT_EFORMAT,
            "%s: %.*s: compressed entries are not "
            "supported",
            path, (int)name, (const char *)p + CENTRAL_LEN);
    if (!has_mark(file, local, 0x04034b50) || file->len - local < LOCAL_LEN)
        return bad(path, "an entry lies outside", err);
    data = local + LOCAL_LEN + number(file->bytes + local + 26, 2) +
           number(file->bytes + local + 28, 2);
    if (data > file->len || size > file->len - data)
        return bad(path, "an entry lies outside", err);
    *entry = (snt_zip_entry){
        (const char *)p + CENTRAL_LEN, (size_t)name, file->bytes + data, size};
    *at += CENTRAL_LEN + name + extra + comment;
    return SENTIMENT_OK;
}

sentiment_status snt_zip_open(
    snt_zip *zip, const snt_file *file, const char *path, sentiment_error *err)
{
    directory d = {0, 0, 0};
    uint64_t at, end;
    sentiment_status status = read_end(file, path, &d, err);

    *zip = (snt_zip){NULL, 0};
    if (status != SENTIMENT_OK)
        return status;
    zip->entries = calloc((size_t)d.n + 1, sizeof(*zip->entries));
    if (!zip->entries)
        return snt_fail_memory(err);
    at = d.at;
    end = d.at + d.len;
    while (status == SENTIMENT_OK && zip->n < d.n) {
        status = read_entry(file, path, &at, end, &zip->entries[zip->n], err);
        zip->n += status == SENTIMENT_OK;
    }
    return status;
}

void snt_zip_close(snt_zip *zip)
{
    free(zip->entries);
    *zip = (snt_zip){NULL, 0};
}

const snt_zip_entry *snt_zip_find(
    const snt_zip *zip, const char *prefix, size_t prefix_len, const char *rest,
    size_t rest_len)
{
    for (size_t i = 0; i < zip->n; i++) {
        const snt_zip_entry *entry = &zip->entries[i];

        if (entry->name_len == prefix_len + rest_len &&
            !memcmp(entry->name, prefix, prefix_len) &&
            !memcmp(entry->name + prefix_len, rest, rest_len))
            return entry;
    }
    return NULL;
}
