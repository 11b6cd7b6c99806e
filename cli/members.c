/*
 * members.c - see members.h.
 *
 * jansson refuses integers over 64 bits and rounds decimals, so it is given a
 * copy in which every number is 0 and spaces; the number's own grammar is
 * checked here.
 */
#include "members.h"

#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "utf8.h"

static size_t digits(const char *p, const char *end)
{
    const char *from = p;

    while (p < end && *p >= '0' && *p <= '9')
        p++;
    return (size_t)(p - from);
}

/* The length of the number at p as RFC 8259 has it; 0 when it is none. */
static size_t number_at(const char *p, const char *end)
{
    const char *from = p;
    size_t n;

    p += *p == '-';
    n = p < end && *p == '0' ? 1 : digits(p, end);
    if (!n)
        return 0;
    p += n;
    if (p < end && *p == '.') {
        n = digits(p + 1, end);
        if (!n)
            return 0;
        p += 1 + n;
    }
    if (p < end && (*p == 'e' || *p == 'E')) {
        p++;
        p += p < end && (*p == '+' || *p == '-');
        n = digits(p, end);
        if (!n)
            return 0;
        p += n;
    }
    return (size_t)(p - from);
}

/* Just after the string that begins at p, or end when it is not closed. */
static const char *after_string(const char *p, const char *end)
{
    for (p++; p < end && *p != '"'; p++)
        if (*p == '\\' && p + 1 < end)
            p++;
    return p < end ? p + 1 : end;
}

/* Turns every number outside of strings into 0 and spaces; where one is
 * malformed, or NULL. */
static const char *blank_numbers(char *p, const char *end)
{
    while (p < end) {
        if (*p == '"') {
            p += after_string(p, end) - p;
        } else if (*p == '-' || (*p >= '0' && *p <= '9')) {
            size_t n = number_at(p, end);

            if (!n)
                return p;
            memset(p, ' ', n);
            *p = '0';
            p += n;
        } else {
            p++;
        }
    }
    return NULL;
}

json_t *snt_members_read(const char *bytes, size_t len, sentiment_error *err)
{
    size_t valid = snt_utf8_valid(bytes, len);
    char *copy = malloc(len + 1);
    const char *bad;
    json_error_t why = {.position = 0};
    json_t *root = NULL;

    if (!copy) {
        snt_fail_memory(err);
        return NULL;
    }
    memcpy(copy, bytes, len);
    bad = blank_numbers(copy, copy + len);
    if (valid < len)
        snt_fail(err, SENTIMENT_ETEXT, "not UTF-8 at byte %zu", valid);
    else if (bad)
        snt_fail(
            err, SENTIMENT_EFORMAT, "not JSON at byte %zu: a malformed number",
            (size_t)(bad - copy));
    else if (!(root = json_loadb(
                   copy, len, JSON_ALLOW_NUL | JSON_DECODE_ANY, &why)))
        snt_fail(err, SENTIMENT_EFORMAT, "not JSON near byte %d", why.position);
    else if (!json_is_object(root))
        snt_fail(err, SENTIMENT_EFORMAT, "not a JSON object");
    free(copy);
    if (json_is_object(root))
        return root;
    json_decref(root);
    return NULL;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Adds the value at p, without white space, to out; just after it. */
static const char *compact(snt_buffer *out, const char *p, const char *end)
{
    int depth = 0;

    while (p < end) {
        const char *next = p + 1;

        if (!depth && (*p == ',' || *p == '}'))
            break;
        if (*p == '"')
            next = after_string(p, end);
        depth += (*p == '{' || *p == '[') - (*p == '}' || *p == ']');
        if (!is_space(*p))
            snt_buffer_add(out, p, (size_t)(next - p));
        p = next;
    }
    return p;
}

/* The key from its quote on; decoded when it holds an escape. */
static void keep_member(
    snt_record *rec, const char *key, size_t key_len, const snt_buffer *value,
    const char *skip)
{
    json_t *decoded = NULL;
    const char *name = key + 1;
    size_t len = key_len - 2;

    if (memchr(key, '\\', key_len)) {
        decoded = json_loadb(key, key_len, JSON_DECODE_ANY, NULL);
        name = json_string_value(decoded);
        len = json_string_length(decoded);
    }
    if (name && !(skip && strlen(skip) == len && !memcmp(skip, name, len)))
        snt_record_add(rec, name, len, value->bytes, value->len, true);
    json_decref(decoded);
}

void snt_members_keep(
    snt_record *rec, const char *bytes, size_t len, const char *skip)
{
    const char *end = bytes + len, *p = memchr(bytes, '{', len);
    const char *key, *after, *colon;
    snt_buffer value = {0};

    while (p && ++p < end) {
        while (p < end && *p != '"' && *p != '}')
            p++;
        if (p == end || *p == '}')
            break;
        key = p;
        after = after_string(key, end);
        colon = memchr(after, ':', (size_t)(end - after));
        if (!colon)
            break;
        snt_buffer_clear(&value);
        p = compact(&value, colon + 1, end);
        keep_member(rec, key, (size_t)(after - key), &value, skip);
        if (p < end && *p == '}')
            break;
    }
    rec->bytes.failed |= value.failed;
    snt_buffer_free(&value);
}

void snt_members_depth(snt_depth *depth, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        char c = bytes[i];

        if (depth->in_string) {
            depth->in_string = depth->escaped || c != '"';
            depth->escaped = !depth->escaped && c == '\\';
        } else if (c == '"') {
            depth->in_string = true;
        } else {
            depth->open += (c == '{' || c == '[') - (c == '}' || c == ']');
        }
    }
}
