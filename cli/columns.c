/*
 * columns.c - results as csv (RFC 4180, lines end in LF) or tsv.
 *
 * The columns are: the fields of the first record that pass through, in their
 * order; text, label, score; with --scores one for each label; truncated,
 * "true" or empty; error.
 */
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "members.h"
#include "report.h"
#include "verdict.h"
#include "writer.h"

static void add_tsv(snt_buffer *buf, const char *bytes, size_t len)
{
    static const char from[] = "\t\n\r\\", to[] = "tnr\\";

    for (size_t i = 0; i < len; i++) {
        const char *special = bytes[i] ? strchr(from, bytes[i]) : NULL;

        if (special)
            snt_buffer_add_char(buf, '\\');
        snt_buffer_add_char(buf, special ? to[special - from] : bytes[i]);
    }
}

/* A cell and what comes before it. */
static void add(snt_writer *w, const char *bytes, size_t len, bool first)
{
    snt_buffer *buf = &w->out->buf;
    bool is_tsv = w->ops == &snt_writer_as_tsv;

    if (!first)
        snt_buffer_add_char(buf, is_tsv ? '\t' : ',');
    if (is_tsv)
        add_tsv(buf, bytes, len);
    else
        snt_csv_add(buf, bytes, len);
}

static void add_string(snt_writer *w, const char *string, bool first)
{
    add(w, string, strlen(string), first);
}

/* Whether the name is a result's own, and does not pass through. */
static bool is_ours(const char *name, size_t len)
{
    return snt_verdict_owns(name, len) ||
           (len == 4 && !memcmp(name, "text", 4)) ||
           (len == 5 && !memcmp(name, "error", 5));
}

/* Keeps the names of the first record's fields. */
static void keep_head(snt_writer *w, const snt_record *rec)
{
    w->head = snt_record_new(NULL, 0);
    if (!w->head) {
        w->out->buf.failed = true;
        return;
    }
    for (size_t i = 0; i < rec->n_fields; i++) {
        const char *name = rec->bytes.bytes + rec->fields[i].name;

        if (!is_ours(name, rec->fields[i].name_len))
            snt_record_add(
                w->head, name, rec->fields[i].name_len, "", 0, false);
    }
}

static void put_head(snt_writer *w)
{
    const snt_record *head = w->head;

    for (size_t i = 0; i < head->n_fields; i++)
        add(w, head->bytes.bytes + head->fields[i].name,
            head->fields[i].name_len, !i);
    add_string(w, "text", !head->n_fields);
    add_string(w, "label", false);
    add_string(w, "score", false);
    for (size_t i = 0; w->scores && i < w->n_labels; i++) {
        snt_buffer_clear(&w->scratch);
        snt_buffer_add_string(&w->scratch, "scores.");
        snt_buffer_add_string(
            &w->scratch, sentiment_classifier_label(w->clf, i));
        add(w, w->scratch.bytes, w->scratch.len, false);
    }
    add_string(w, "truncated", false);
    add_string(w, "error", false);
    snt_buffer_add_char(&w->out->buf, '\n');
}

static void begin_with(snt_writer *w, const snt_record *first)
{
    keep_head(w, first);
    if (w->head)
        put_head(w);
}

/* A JSON string as what it says, null as nothing, the rest as it is written. */
static void add_field(
    snt_writer *w, const snt_record *rec, const snt_field *f, bool first)
{
    const char *value = f ? rec->bytes.bytes + f->value : "";
    size_t len = f ? f->value_len : 0;
    json_t *string = NULL;

    if (f && f->is_json && len && *value == '"')
        string = json_loadb(value, len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    if (string)
        add(w, json_string_value(string), json_string_length(string), first);
    else if (f && f->is_json && len == 4 && !memcmp(value, "null", 4))
        add(w, "", 0, first);
    else
        add(w, value, len, first);
    json_decref(string);
}

static void put_fields(snt_writer *w, const snt_record *rec)
{
    const snt_record *head = w->head;
    size_t known = 0;

    for (size_t i = 0; i < head->n_fields; i++) {
        const snt_field *f = snt_record_field(
            rec, head->bytes.bytes + head->fields[i].name,
            head->fields[i].name_len, i);

        known += f != NULL;
        add_field(w, rec, f, !i);
    }
    for (size_t i = 0; i < rec->n_fields; i++)
        known += is_ours(
            rec->bytes.bytes + rec->fields[i].name, rec->fields[i].name_len);
    w->left_out |= known < rec->n_fields;
}

static void add_number(snt_writer *w, const float *score)
{
    snt_buffer_clear(&w->scratch);
    if (score)
        snt_json_score(&w->scratch, *score);
    add(w, w->scratch.bytes, w->scratch.len, false);
}

static void put(snt_writer *w, const snt_outcome *outcome)
{
    const snt_record *rec = outcome->record;
    sentiment_text text = snt_record_text(rec);

    if (!w->head)
        begin_with(w, rec);
    if (!w->head)
        return;
    put_fields(w, rec);
    add(w, text.bytes, outcome->error ? 0 : text.len, !w->head->n_fields);
    add_string(w, outcome->label ? outcome->label : "", false);
    add_number(w, outcome->label ? &outcome->result.score : NULL);
    for (size_t i = 0; w->scores && i < w->n_labels; i++)
        add_number(w, outcome->label ? &outcome->scores[i] : NULL);
    add_string(
        w, outcome->result.flags & SENTIMENT_TRUNCATED ? "true" : "", false);
    snt_buffer_clear(&w->scratch);
    if (outcome->error)
        snt_writer_add_error(w, &w->scratch, outcome);
    add(w, w->scratch.bytes, w->scratch.len, false);
    snt_buffer_add_char(&w->out->buf, '\n');
}

static void end(snt_writer *w, const snt_record *shape)
{
    if (!w->head && shape)
        begin_with(w, shape);
    if (w->left_out)
        snt_report(
            "fields that the first record does not have were left out: use "
            "ndjson to keep them");
}

const snt_writer_ops snt_writer_as_tsv = {NULL, put, end};
const snt_writer_ops snt_writer_as_csv = {NULL, put, end};
