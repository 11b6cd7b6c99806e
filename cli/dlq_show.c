/* dlq_show.c - `dlq show`: one dead letter with its headers and value. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dlq.h"
#include "output.h"
#include "place.h"
#include "report.h"
#include "width.h"

enum { TEXT = 1, JSON, RAW };

typedef struct options {
    int format; /* 0: text on a terminal, json in a pipe */
    snt_broker_options broker;
    snt_dlq_options dlq;
} options;

typedef struct showing {
    snt_output out;
    int format;
} showing;

static void put_line(
    snt_buffer *buf, const char *name, const void *bytes, size_t len)
{
    snt_width_add(buf, name, strlen(name), 0);
    for (size_t n = snt_width(name, strlen(name)); n < 10; n++)
        snt_buffer_add_char(buf, ' ');
    if (bytes) {
        snt_buffer_add_char(buf, ' ');
        snt_width_add(buf, bytes, len, 0);
    } else {
        snt_buffer_add_string(buf, " (null)");
    }
    snt_buffer_add_char(buf, '\n');
}

static void put_string(snt_buffer *buf, const char *name, const char *value)
{
    put_line(buf, name, value, value ? strlen(value) : 0);
}

static void put_headers(snt_buffer *buf, const rd_kafka_headers_t *headers)
{
    const char *name;
    const void *value;
    size_t len;

    for (size_t i = 0; headers; i++) {
        snt_buffer line = {0};

        if (rd_kafka_header_get_all(headers, i, &name, &value, &len))
            return;
        snt_buffer_add_string(&line, name);
        snt_buffer_add_string(&line, value ? ": " : " (null)");
        snt_buffer_add(&line, value ? value : "", value ? len : 0);
        put_line(buf, "header", line.bytes, line.len);
        buf->failed |= line.failed;
        snt_buffer_free(&line);
    }
}

/* For people: a value takes one line, and no byte of it drives the terminal. */
static void put_text(snt_buffer *buf, const snt_letter *letter)
{
    const snt_krecord *rec = &letter->record;
    char text[SNT_TIME + 256], id[SNT_LETTER_ID];

    snt_letter_id(letter, id);
    snprintf(text, sizeof(text), "%.249s %s", rec->topic, id);
    put_string(buf, "letter", text);
    put_string(buf, "reason", letter->reason);
    snprintf(
        text, sizeof(text), "%.249s %d:%" PRId64,
        letter->source ? letter->source : "", (int)letter->source_partition,
        letter->source_offset);
    put_string(buf, "source", letter->source ? text : NULL);
    if (letter->time_ms)
        snt_time_format(text, letter->time_ms);
    put_string(buf, "given up", letter->time_ms ? text : NULL);
    if (rec->timestamp_ms)
        snt_time_format(text, rec->timestamp_ms);
    put_string(buf, "written", rec->timestamp_ms ? text : NULL);
    put_line(buf, "key", rec->key, rec->key_len);
    put_headers(buf, rec->headers);
    snprintf(text, sizeof(text), "%" PRIu64, letter->bytes);
    put_string(buf, "bytes", text);
    put_line(buf, "value", rec->value, rec->value_len);
}

static sentiment_status put(
    void *arg, const snt_letter *letter, sentiment_error *err)
{
    showing *s = arg;
    snt_buffer *buf = &s->out.buf;

    (void)err;
    if (s->format == RAW) {
        snt_buffer_add(
            buf, letter->record.value ? letter->record.value : "",
            letter->record.value_len);
    } else if (s->format == JSON) {
        snt_krecord_json(&letter->record, buf);
        snt_buffer_add_char(buf, '\n');
    } else {
        put_text(buf, letter);
    }
    snt_output_spill(&s->out);
    return SENTIMENT_OK;
}

static int run(const void *given, const snt_args *args)
{
    const options *opts = given;
    showing s = {.out.fd = STDOUT_FILENO, .format = opts->format};
    sentiment_error err;
    snt_dlq dlq;
    sentiment_status status;
    int code, written;

    if (!args->operands.n) {
        snt_report("dlq show: needs %s", snt_dlq_show.operands);
        return SNT_EXIT_USAGE;
    }
    if (!s.format)
        s.format = isatty(STDOUT_FILENO) ? TEXT : JSON;
    status = snt_dlq_open(&dlq, &opts->dlq, &opts->broker, &err);
    if (status == SENTIMENT_OK)
        status = snt_dlq_each(&dlq, &args->operands, put, &s, &err);
    written = snt_output_close(&s.out);
    code = snt_dlq_exit(status, &err);
    snt_dlq_close(&dlq);
    return code ? code : written;
}

static const snt_option table[] = {
    {"format", 'f', SNT_ARG_CHOICE, "text|json|raw", NULL,
     offsetof(options, format),
     "text, for people (default on a terminal); json, as kcat -J prints it "
     "(default in a pipe); raw, the value's bytes and nothing else"},
};

static const snt_option_group group = {
    "Output", table, sizeof(table) / sizeof(*table)};

const snt_command snt_dlq_show = {
    .name = "dlq show",
    .summary = "Show dead letters with their headers and values",
    .operands = "PARTITION:OFFSET…",
    .details = "dlq list says partition and offset of each. A letter whose "
               "value was too large to be kept has none to show, but its "
               "size, its digest, and where it came from.",
    .examples = "  sentiment-cli dlq show --topic news 0:17\n"
                "  sentiment-cli dlq show --format raw 0:17 | xxd | head\n",
    .parts =
        (const snt_args_part[]){
            {&snt_broker_group, offsetof(options, broker)},
            {&snt_dlq_place_group, offsetof(options, dlq)},
            {&group, 0}},
    .n_parts = 3,
    .options_size = sizeof(options),
    .run = run};
