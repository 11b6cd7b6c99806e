/*
 * json.c - see json.h.
 *
 * Written by hand because the reply's numbers are a promise: jansson before
 * 2.14.1 prints 17 digits where 16 say the same.
 */
#include "json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct snt_json_member {
    size_t key, key_len; /* where in bytes */
    size_t value, value_len;
    size_t order; /* of adding */
} member;

/* Adds one to the last digit before the exponent e; false: all are nines. */
static bool next_decimal(char *text, char *e)
{
    for (char *p = e; p-- > text;) {
        if (*p < '0' || *p > '9')
            continue;
        if (*p < '9') {
            ++*p;
            return true;
        }
        *p = '0';
    }
    return false;
}

static bool reads_back(const char *text, double value)
{
    double back = strtod(text, NULL);

    return !(back < value) && !(back > value);
}

/* Whether fewer than 16 digits may do, given the 16 of text. Then the 16 end in
 * a 0, or miss it by one: they are right to half a unit, and so is a decimal of
 * 15 that reads back. Subnormal numbers have fewer digits in the first place.
 */
static bool may_be_shorter(const char *text, double value)
{
    char last = strchr(text, 'e')[-1];

    return last == '0' || last == '1' || last == '9' || !isnormal(value);
}

/* Writes value to text with as few digits as read back to it. 15 always
 * survive the way there and back, and 17 are always enough; scores, which are
 * floats, mostly take 16 or 17. Just above a power of two doubles lie twice as
 * far apart as below it, so there the nearest decimal of 16 digits may fail and
 * the next one still do. printf and strtod agree on the locale's decimal point,
 * whatever it is. */
static void shortest(double value, char text[SNT_JSON_NUMBER])
{
    snprintf(text, SNT_JSON_NUMBER, "%.15e", value);
    if (may_be_shorter(text, value)) {
        snprintf(text, SNT_JSON_NUMBER, "%.14e", value);
        if (reads_back(text, value))
            return;
        snprintf(text, SNT_JSON_NUMBER, "%.15e", value);
    }
    if (reads_back(text, value) ||
        (next_decimal(text, strchr(text, 'e')) && reads_back(text, value)))
        return;
    snprintf(text, SNT_JSON_NUMBER, "%.16e", value);
}

/* The digits of value without point and trailing zeros; how many. */
static size_t digits_of(double value, char digits[20], int *exponent)
{
    char text[SNT_JSON_NUMBER];
    const char *e;
    size_t n = 0;

    shortest(value, text);
    e = strchr(text, 'e');
    for (const char *p = text; p < e; p++)
        if (*p >= '0' && *p <= '9')
            digits[n++] = *p;
    while (n > 1 && digits[n - 1] == '0')
        n--;
    *exponent = atoi(e + 1);
    return n;
}

/* d.ddde-XX */
static char *scientific(char *out, const char *digits, size_t n, int exponent)
{
    *out++ = digits[0];
    if (n > 1) {
        *out++ = '.';
        memcpy(out, digits + 1, n - 1);
        out += n - 1;
    }
    return out +
           sprintf(out, "e%c%02d", exponent < 0 ? '-' : '+', abs(exponent));
}

/* 0.00ddd, dd.dd or dd000.0 */
static char *positional(char *out, const char *digits, size_t n, int exponent)
{
    int point = exponent + 1; /* digits before the point */

    if (point <= 0) {
        out += sprintf(out, "0.");
        for (; point < 0; point++)
            *out++ = '0';
    }
    for (size_t i = 0; i < n; i++) {
        if (i && (int)i == point)
            *out++ = '.';
        *out++ = digits[i];
    }
    if (point >= (int)n) {
        for (; point > (int)n; point--)
            *out++ = '0';
        *out++ = '.';
        *out++ = '0';
    }
    return out;
}

size_t snt_json_format(char out[SNT_JSON_NUMBER], double value)
{
    char digits[20], *end = out;
    int exponent;
    size_t n = digits_of(fabs(value), digits, &exponent);

    if (signbit(value))
        *end++ = '-';
    end = exponent < -4 || exponent >= 16
              ? scientific(end, digits, n, exponent)
              : positional(end, digits, n, exponent);
    *end = '\0';
    return (size_t)(end - out);
}

static const char *escape_of(unsigned char c)
{
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\b':
        return "\\b";
    case '\f':
        return "\\f";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        return NULL;
    }
}

/* How many bytes at p, of n, are written as an escape: a terminal obeys DEL and
 * U+0080 to U+009F too, which are C2 80 to C2 9F. */
static size_t special(const char *p, size_t n)
{
    unsigned char c = (unsigned char)*p;

    if (c == 0xC2)
        return n > 1 && (unsigned char)p[1] < 0xA0 ? 2 : 0;
    return c < 0x20 || c == 0x7F || c == '"' || c == '\\';
}

static void escape(snt_buffer *buf, unsigned char c)
{
    const char *known = escape_of(c);
    char control[8];

    snprintf(control, sizeof(control), "\\u%04x", (unsigned)c);
    snt_buffer_add_string(buf, known ? known : control);
}

void snt_json_string(snt_buffer *buf, const char *bytes, size_t len)
{
    size_t i = 0, run, n = 0;

    snt_buffer_add_char(buf, '"');
    while (i < len) {
        for (run = i; run < len && !(n = special(bytes + run, len - run));)
            run++;
        snt_buffer_add(buf, bytes + i, run - i);
        if (run < len)
            escape(buf, (unsigned char)bytes[run + n - 1]);
        i = run + n;
    }
    snt_buffer_add_char(buf, '"');
}

void snt_json_double(snt_buffer *buf, double value)
{
    char number[SNT_JSON_NUMBER];

    if (isfinite(value))
        snt_buffer_add(buf, number, snt_json_format(number, value));
    else
        snt_buffer_add_string(buf, "null");
}

void snt_json_score(snt_buffer *buf, float score)
{
    snt_json_double(buf, (double)score);
}

void snt_json_uint(snt_buffer *buf, uint64_t value)
{
    char digits[24];
    size_t i = sizeof(digits);

    do {
        digits[--i] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    snt_buffer_add(buf, digits + i, sizeof(digits) - i);
}

/* A new member with its key; its value is what is added to bytes until the
 * next one begins. NULL: no memory, and bytes.failed says so. */
static void begin(snt_json_object *object, const char *key, size_t key_len)
{
    member *m;

    if (object->n == object->cap) {
        size_t cap = object->cap ? 2 * object->cap : 8;
        member *grown = realloc(object->members, cap * sizeof(*grown));

        if (!grown) {
            object->bytes.failed = true;
            return;
        }
        object->members = grown;
        object->cap = cap;
    }
    m = &object->members[object->n];
    m->order = object->n++;
    m->key = object->bytes.len;
    m->key_len = key_len;
    snt_buffer_add(&object->bytes, key, key_len);
    m->value = object->bytes.len;
}

void snt_json_add_raw(
    snt_json_object *object, const char *key, size_t key_len, const char *json,
    size_t len)
{
    begin(object, key, key_len);
    snt_buffer_add(&object->bytes, json, len);
}

void snt_json_add_string(
    snt_json_object *object, const char *key, const char *bytes, size_t len)
{
    begin(object, key, strlen(key));
    snt_json_string(&object->bytes, bytes, len);
}

void snt_json_add_double(snt_json_object *object, const char *key, double value)
{
    begin(object, key, strlen(key));
    snt_json_double(&object->bytes, value);
}

void snt_json_add_score(snt_json_object *object, const char *key, float score)
{
    snt_json_add_double(object, key, (double)score);
}

void snt_json_add_uint(snt_json_object *object, const char *key, uint64_t value)
{
    begin(object, key, strlen(key));
    snt_json_uint(&object->bytes, value);
}

void snt_json_add_bool(snt_json_object *object, const char *key, bool value)
{
    begin(object, key, strlen(key));
    snt_buffer_add_string(&object->bytes, value ? "true" : "false");
}

void snt_json_add_null(snt_json_object *object, const char *key)
{
    begin(object, key, strlen(key));
    snt_buffer_add_string(&object->bytes, "null");
}

static int compare_keys(const char *bytes, const member *x, const member *y)
{
    size_t shorter = x->key_len < y->key_len ? x->key_len : y->key_len;
    int order = memcmp(bytes + x->key, bytes + y->key, shorter);

    return order ? order
                 : (x->key_len > y->key_len) - (x->key_len < y->key_len);
}

/* The later of two equal keys comes first, and the others are skipped. */
static int by_key(const void *a, const void *b, void *bytes)
{
    const member *x = a, *y = b;
    int order = compare_keys(bytes, x, y);

    return order ? order : (x->order < y->order) - (x->order > y->order);
}

void snt_json_end(snt_json_object *object, snt_buffer *buf)
{
    const member *before = NULL;
    char *bytes = object->bytes.bytes;

    if (object->bytes.failed)
        buf->failed = true;
    for (size_t i = 0; i < object->n; i++)
        object->members[i].value_len =
            (i + 1 < object->n ? object->members[i + 1].key
                               : object->bytes.len) -
            object->members[i].value;
    if (object->n && !object->bytes.failed)
        qsort_r(
            object->members, object->n, sizeof(*object->members), by_key,
            bytes);
    snt_buffer_add_char(buf, '{');
    for (size_t i = 0; i < object->n && !object->bytes.failed; i++) {
        const member *m = &object->members[i];

        if (before && !compare_keys(bytes, before, m))
            continue;
        if (before)
            snt_buffer_add_char(buf, ',');
        snt_json_string(buf, bytes + m->key, m->key_len);
        snt_buffer_add_char(buf, ':');
        snt_buffer_add(buf, bytes + m->value, m->value_len);
        before = m;
    }
    snt_buffer_add_char(buf, '}');
    object->n = 0;
    snt_buffer_clear(&object->bytes);
}

void snt_json_free(snt_json_object *object)
{
    free(object->members);
    snt_buffer_free(&object->bytes);
    *object = (snt_json_object){0};
}
