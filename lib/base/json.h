/*
 * json.h - the one writer of JSON: every reply, record and line.
 *
 * Keys sorted by their bytes, one line, no spaces; UTF-8 stays as it is, only
 * controls (DEL and U+0080 to U+009F are some), `"` and `\` are escaped.
 * Nothing here looks at the locale.
 */
#ifndef SNT_JSON_H
#define SNT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"

/** Room for any number that snt_json_format writes, with its NUL. */
enum { SNT_JSON_NUMBER = 32 };

/** Writes the shortest decimal that reads back to exactly value, laid out as
 * Python's repr does ("0.5", "1.0", "1e-05"); its length. Finite only. */
size_t snt_json_format(char out[SNT_JSON_NUMBER], double value);

/** Each adds one value. A number that is not finite becomes null. */
void snt_json_string(snt_buffer *buf, const char *bytes, size_t len);
void snt_json_double(snt_buffer *buf, double value);
void snt_json_uint(snt_buffer *buf, uint64_t value);

/** A score as the world sees it: float32, widened, shortest. */
void snt_json_score(snt_buffer *buf, float score);

/**
 * An object whose members may be added in any order; of two with one key the
 * later one stays. Zero it to begin; snt_json_end writes it and makes it empty
 * again, with its memory kept for the next one.
 */
typedef struct snt_json_object {
    struct snt_json_member *members; /* [cap] */
    size_t n;
    size_t cap;
    snt_buffer bytes; /* keys and values, one after the other */
} snt_json_object;

void snt_json_add_string(
    snt_json_object *object, const char *key, const char *bytes, size_t len);
void snt_json_add_double(
    snt_json_object *object, const char *key, double value);
void snt_json_add_score(snt_json_object *object, const char *key, float score);
void snt_json_add_uint(
    snt_json_object *object, const char *key, uint64_t value);
void snt_json_add_bool(snt_json_object *object, const char *key, bool value);
void snt_json_add_null(snt_json_object *object, const char *key);

/** Adds a value that is JSON already, byte for byte. */
void snt_json_add_raw(
    snt_json_object *object, const char *key, size_t key_len, const char *json,
    size_t len);

/** Writes the object; sets buf->failed when memory has run out. */
void snt_json_end(snt_json_object *object, snt_buffer *buf);

void snt_json_free(snt_json_object *object);

#endif
