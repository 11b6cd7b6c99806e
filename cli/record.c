/* record.c - see record.h. */
#include "record.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verdict.h"

snt_record *snt_record_new(const char *source, uint64_t line)
{
    snt_record *rec = calloc(1, sizeof(*rec));

    if (rec) {
        rec->source = source;
        rec->line = line;
    }
    return rec;
}

void snt_record_free(snt_record *rec)
{
    if (!rec)
        return;
    free(rec->fields);
    snt_buffer_free(&rec->bytes);
    free(rec);
}

/* Keeps bytes in the record, at *at; false without memory. */
static bool keep(snt_record *rec, const char *bytes, size_t len, size_t *at)
{
    *at = rec->bytes.len;
    snt_buffer_add(&rec->bytes, bytes, len);
    return !rec->bytes.failed;
}

void snt_record_set_text(snt_record *rec, const char *bytes, size_t len)
{
    rec->text_len = keep(rec, bytes, len, &rec->text) ? len : 0;
}

static bool is_called(
    const snt_record *rec, size_t i, const char *name, size_t len)
{
    const snt_field *f = &rec->fields[i];

    return f->name_len == len &&
           (!len || !memcmp(rec->bytes.bytes + f->name, name, len));
}

const snt_field *snt_record_field(
    const snt_record *rec, const char *name, size_t len, size_t hint)
{
    if (hint < rec->n_fields && is_called(rec, hint, name, len))
        return &rec->fields[hint];
    for (size_t i = rec->n_fields; i-- > 0;)
        if (is_called(rec, i, name, len))
            return &rec->fields[i];
    return NULL;
}

/* Room for one more field; NULL without memory. */
static snt_field *grow(snt_record *rec)
{
    size_t cap = rec->fields_cap ? 2 * rec->fields_cap : 8;
    snt_field *fields;

    if (rec->n_fields == rec->fields_cap) {
        fields = realloc(rec->fields, cap * sizeof(*fields));
        if (!fields) {
            rec->bytes.failed = true;
            return NULL;
        }
        rec->fields = fields;
        rec->fields_cap = cap;
    }
    return &rec->fields[rec->n_fields++];
}

void snt_record_add(
    snt_record *rec, const char *name, size_t name_len, const char *value,
    size_t value_len, bool is_json)
{
    snt_field *field = grow(rec);

    if (!field)
        return;
    field->name_len = name_len;
    field->value_len = value_len;
    field->is_json = is_json;
    if (!keep(rec, name, name_len, &field->name) ||
        !keep(rec, value, value_len, &field->value))
        rec->n_fields--;
}

void snt_record_put_fields(
    const snt_record *rec, snt_json_object *object, bool keep_error)
{
    const char *bytes = rec->bytes.bytes;
    snt_buffer string = {0};

    for (size_t i = 0; i < rec->n_fields; i++) {
        const snt_field *f = &rec->fields[i];
        const char *value = bytes + f->value;
        size_t len = f->value_len;

        if (snt_verdict_owns(bytes + f->name, f->name_len) ||
            (!keep_error && is_called(rec, i, "error", 5)))
            continue;
        if (!f->is_json) {
            snt_buffer_clear(&string);
            snt_json_string(&string, value, len);
            value = string.bytes;
            len = string.len;
        }
        snt_json_add_raw(object, bytes + f->name, f->name_len, value, len);
    }
    snt_buffer_free(&string);
}

snt_record *snt_record_fail(snt_record *rec, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(rec->error, sizeof(rec->error), format, args);
    va_end(args);
    return rec;
}

sentiment_text snt_record_text(const snt_record *rec)
{
    const char *bytes = rec->bytes.bytes ? rec->bytes.bytes : "";

    return (sentiment_text){
        bytes + (rec->text_len ? rec->text : 0), rec->text_len};
}

bool snt_record_is_blank(const snt_record *rec)
{
    sentiment_text text = snt_record_text(rec);

    for (size_t i = 0; i < text.len; i++)
        if (!text.bytes[i] || !strchr(" \t\r\n\v\f", text.bytes[i]))
            return false;
    return true;
}

size_t snt_record_bytes(const snt_record *rec)
{
    return sizeof(*rec) + rec->bytes.cap +
           rec->fields_cap * sizeof(*rec->fields);
}
