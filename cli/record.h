/*
 * record.h - one text of the input, and what came with it.
 *
 * The other fields of a jsonl object or csv row pass through to the output:
 * JSON byte for byte but for white space, so that no number changes.
 */
#ifndef SNT_RECORD_H
#define SNT_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "buffer.h"
#include "json.h"
#include "sentiment/base.h"

/** A field that passes through; offsets into the record's bytes. */
typedef struct snt_field {
    size_t name, name_len;
    size_t value, value_len;
    bool is_json; /* value is JSON, or plain text */
} snt_field;

typedef struct snt_record {
    const char *source;    /* name of the file, borrowed */
    uint64_t line;         /* where it begins, 1 is the first of its source */
    size_t text, text_len; /* in bytes */
    snt_field *fields;     /* [n_fields] */
    size_t n_fields;
    size_t fields_cap;
    snt_buffer bytes; /* failed: it is not all there */
    char error[128];  /* why it cannot be read; "" when it can */
} snt_record;

/** An empty record, or NULL without memory. */
snt_record *snt_record_new(const char *source, uint64_t line);
void snt_record_free(snt_record *rec);

void snt_record_set_text(snt_record *rec, const char *bytes, size_t len);

/** Adds a field. Of two with one name the later one counts. */
void snt_record_add(
    snt_record *rec, const char *name, size_t name_len, const char *value,
    size_t value_len, bool is_json);

/** The field of this name, or NULL; looked for at index hint first, so that
 * records of one shape are read in linear time. */
const snt_field *snt_record_field(
    const snt_record *rec, const char *name, size_t len, size_t hint);

/** Adds the fields to an object, JSON as it is and text as strings. Those that
 * a result's members would be taken for stay behind: an error of before must
 * not make a failure of a success. keep_error is for results that are never
 * errors. */
void snt_record_put_fields(
    const snt_record *rec, snt_json_object *object, bool keep_error);

/** Keeps why the record cannot be read, and returns it. */
snt_record *snt_record_fail(snt_record *rec, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

sentiment_text snt_record_text(const snt_record *rec);

/** Whether the text is nothing but white space: it gets no label, and is no
 * failure. */
bool snt_record_is_blank(const snt_record *rec);

/** The memory it holds, more or less. */
size_t snt_record_bytes(const snt_record *rec);

#endif
