/* input.c - see input.h: one reader a format, all over one source of lines. */
#include "input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "csv_records.h"
#include "error.h"
#include "members.h"
#include "record_json.h"
#include "report.h"
#include "source.h"
#include "stop.h"

static const snt_option table[] = {
    {"text", 't', SNT_ARG_TEXTS, "TEXT", NULL,
     offsetof(snt_input_options, texts),
     "take this text; every other argument is then a text too, and no file is "
     "read"},
    {"input-format", 0, SNT_ARG_CHOICE, "lines|jsonl|csv|kcat", NULL,
     offsetof(snt_input_options, format),
     "a text a line (default); a JSON object a line; csv with a header row; "
     "what kcat -J or rpk prints, the payload being the text"},
    {"field", 0, SNT_ARG_STRING, "NAME", NULL,
     offsetof(snt_input_options, field),
     "the member or column that holds the text (default: text); with kcat, a "
     "member of the JSON in the payload; of lines there is none"},
};

const snt_option_group snt_input_group = {
    "Input", table, sizeof(table) / sizeof(*table)};

struct snt_input {
    const snt_input_options *opts;
    const snt_arg_list *operands;
    size_t text; /* the next one of opts->texts */
    snt_source source;
    bool file_open;
    snt_line line;
    snt_csv_records csv;
    bool held;         /* line has been read and not used */
    uint64_t failures; /* csv files without the column */
};

static const char *field_of(const snt_input *in)
{
    return in->opts->field ? in->opts->field : "text";
}

/* An option that would be read past is a mistake worth a word. */
static sentiment_status check(
    const snt_input_options *opts, sentiment_error *err)
{
    bool lines = opts->format == 0 || opts->format == SNT_INPUT_LINES;

    if (opts->texts.n && !lines)
        return snt_fail(
            err, SENTIMENT_EINVAL,
            "--input-format: texts on the command line are taken as they are");
    if (opts->field && lines)
        return snt_fail(
            err, SENTIMENT_EINVAL,
            "--field needs --input-format jsonl, csv or kcat");
    return SENTIMENT_OK;
}

sentiment_status snt_input_open(
    snt_input **in, const snt_input_options *opts, const snt_arg_list *operands,
    sentiment_error *err)
{
    static const snt_arg_list none;
    snt_input *made = calloc(1, sizeof(*made));
    sentiment_status status = check(opts, err);

    *in = NULL;
    if (status != SENTIMENT_OK || !made) {
        free(made);
        return made ? status : snt_fail_memory(err);
    }
    made->opts = opts;
    made->operands = operands;
    status =
        snt_source_open(&made->source, opts->texts.n ? &none : operands, err);
    if (status == SENTIMENT_OK)
        *in = made;
    else
        snt_input_close(made);
    return status;
}

void snt_input_close(snt_input *in)
{
    if (!in)
        return;
    snt_source_close(&in->source);
    snt_buffer_free(&in->line.bytes);
    snt_csv_records_free(&in->csv);
    free(in);
}

static snt_record *next_text(snt_input *in)
{
    const snt_arg_list *texts = &in->opts->texts;
    size_t i = in->text;
    const char *text;
    snt_record *rec;

    if (i >= texts->n || snt_stop_signal())
        return NULL;
    in->text++;
    text = texts->items[i];
    rec = snt_record_new("text", i + 1);
    if (rec)
        snt_record_set_text(rec, text, strlen(text));
    return rec;
}

/* The record of a line that is too long, or NULL. */
static snt_record *refuse_long(const snt_line *line, snt_record *rec)
{
    return line->too_long
               ? snt_record_fail(rec, "a line of over %d bytes", SNT_LINE_BYTES)
               : NULL;
}

static snt_record *read_plain(snt_input *in, snt_record *rec)
{
    snt_record *refused = refuse_long(&in->line, rec);

    if (!refused)
        snt_record_set_text(rec, in->line.bytes.bytes, in->line.bytes.len);
    return rec;
}

static bool is_empty(const snt_buffer *bytes)
{
    for (size_t i = 0; i < bytes->len; i++)
        if (bytes->bytes[i] != ' ' && bytes->bytes[i] != '\t')
            return false;
    return true;
}

/* What helps where the JSON is fine and its lines are not; "" if that is not
 * it. The line is not blank. */
static const char *hint_at(const snt_buffer *line)
{
    snt_depth depth = {0};
    const char *first = line->bytes + strspn(line->bytes, " \t");

    snt_members_depth(&depth, line->bytes, line->len);
    if (depth.open > 0 && !depth.in_string)
        return ": an object takes one line; jq -c . writes it so";
    return *first == '[' ? "; jq -c '.[]' makes lines of an array" : "";
}

static snt_record *read_jsonl(snt_input *in, snt_record *rec)
{
    const snt_buffer *bytes = &in->line.bytes;

    if (refuse_long(&in->line, rec) || is_empty(bytes))
        return rec;
    snt_record_read_object(rec, bytes->bytes, bytes->len, field_of(in));
    if (!strncmp(rec->error, "not JSON", 8) ||
        !strncmp(rec->error, "not a JSON", 10)) {
        size_t n = strlen(rec->error);

        snprintf(rec->error + n, sizeof(rec->error) - n, "%s", hint_at(bytes));
    }
    return rec;
}

/* rpk spreads an object over lines: joins them until its braces are closed. A
 * line that begins with a brace while another object is open means that the
 * other one was never closed; it is held back for the next record. */
static void join_lines(snt_input *in, snt_buffer *object, bool *too_long)
{
    snt_depth depth = {0};

    for (;;) {
        snt_members_depth(&depth, in->line.bytes.bytes, in->line.bytes.len);
        *too_long |= in->line.too_long || object->len > SNT_LINE_BYTES;
        if (!*too_long)
            snt_buffer_add(object, in->line.bytes.bytes, in->line.bytes.len);
        if (depth.open <= 0 || depth.in_string || in->line.too_long ||
            !snt_source_line(&in->source, &in->line))
            return;
        if (in->line.bytes.len && in->line.bytes.bytes[0] == '{') {
            in->held = true;
            return;
        }
    }
}

static snt_record *read_kcat(snt_input *in, snt_record *rec)
{
    snt_buffer object = {0};
    bool too_long = false;

    if (is_empty(&in->line.bytes))
        return rec;
    join_lines(in, &object, &too_long);
    if (too_long)
        snt_record_fail(rec, "a record of over %d bytes", SNT_LINE_BYTES);
    else if (!object.failed)
        snt_record_read_kafka(rec, object.bytes, object.len, in->opts->field);
    rec->bytes.failed |= object.failed;
    snt_buffer_free(&object);
    return rec;
}

/* Reads a line or row of the open file; false at its end. */
static bool advance(snt_input *in)
{
    if (in->held) {
        in->held = false;
        return true;
    }
    if (in->opts->format != SNT_INPUT_CSV)
        return snt_source_line(&in->source, &in->line);
    return snt_csv_records_next(&in->csv, &in->source, &in->line);
}

snt_record *snt_input_shape(const snt_input *in)
{
    snt_record *rec = snt_record_new(NULL, 0);

    if (rec)
        snt_csv_records_shape(&in->csv, rec);
    return rec;
}

/* Opens files until one has something to read; false: there is none left. */
static bool reach(snt_input *in)
{
    for (;;) {
        if (in->file_open && advance(in))
            return true;
        in->file_open = snt_source_next_file(&in->source);
        if (!in->file_open)
            return false;
        if (in->opts->format != SNT_INPUT_CSV)
            continue;
        in->file_open = snt_csv_records_begin(
            &in->csv, &in->source, &in->line, field_of(in));
        in->failures += !in->file_open;
    }
}

static snt_record *read_record(snt_input *in)
{
    snt_record *rec = snt_record_new(in->source.name, in->line.number);

    if (!rec)
        return NULL;
    switch ((snt_input_format)in->opts->format) {
    case SNT_INPUT_JSONL:
        return read_jsonl(in, rec);
    case SNT_INPUT_CSV:
        return snt_csv_records_read(&in->csv, rec);
    case SNT_INPUT_KCAT:
        return read_kcat(in, rec);
    case SNT_INPUT_LINES:
        break;
    }
    return read_plain(in, rec);
}

snt_record *snt_input_next(snt_input *in, sentiment_error *err)
{
    snt_record *rec;

    err->status = SENTIMENT_OK;
    if (in->opts->texts.n)
        return next_text(in);
    if (!reach(in))
        return NULL;
    rec = read_record(in);
    if (rec && !rec->bytes.failed && !in->line.bytes.failed &&
        !snt_csv_records_failed(&in->csv))
        return rec;
    snt_record_free(rec);
    snt_fail_memory(err);
    return NULL;
}

bool snt_input_ready(const snt_input *in)
{
    return in->opts->texts.n || in->held || snt_source_ready(&in->source);
}

bool snt_input_is_terminal(const snt_input *in)
{
    return !in->opts->texts.n && !in->operands->n && isatty(STDIN_FILENO);
}

bool snt_input_is_many(const snt_input *in)
{
    return in->source.n_paths > 1;
}

size_t snt_input_failures(const snt_input *in)
{
    return in->source.failures + in->failures;
}

void snt_input_progress(const snt_input *in, uint64_t *done, uint64_t *all)
{
    *done = in->source.read_bytes - (in->source.end - in->source.begin);
    *all = in->opts->texts.n ? 0 : in->source.all_bytes;
}
