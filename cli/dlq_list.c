/* dlq_list.c - `dlq list`: a line for each dead letter. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dlq.h"
#include "output.h"
#include "place.h"
#include "report.h"
#include "size.h"
#include "width.h"
#include "writer.h"

typedef struct options {
    int format; /* snt_format; 0: a table on a terminal, ndjson in a pipe */
    snt_broker_options broker;
    snt_dlq_options dlq;
} options;

/* Columns grow with what was seen, so that rows need not wait for the last. */
enum { ID, TIME, SOURCE, BYTES, COLUMNS, GAP = 2, CELL = 320 };

typedef struct listing {
    snt_output out;
    snt_format format;
    size_t widths[COLUMNS];
    uint64_t n;
} listing;

static void put_row(
    listing *l, const char *const cells[COLUMNS], const char *reason)
{
    snt_buffer *buf = &l->out.buf;

    for (int c = 0; c < COLUMNS; c++) {
        size_t n = snt_width(cells[c], strlen(cells[c]));

        if (n > l->widths[c])
            l->widths[c] = n;
        snt_width_add(buf, cells[c], strlen(cells[c]), 0);
        for (; n < l->widths[c] + GAP; n++)
            snt_buffer_add_char(buf, ' ');
    }
    snt_width_add(buf, reason, strlen(reason), 0);
    snt_buffer_add_char(buf, '\n');
}

static void put_head(listing *l)
{
    static const char *const heads[COLUMNS] = {
        "LETTER", "GIVEN UP", "SOURCE", "SIZE"};
    static const size_t widths[COLUMNS] = {
        8, sizeof("2026-11-25T10:00:00.123Z") - 1, 16, 6};

    memcpy(l->widths, widths, sizeof(widths));
    put_row(l, heads, "REASON");
}

static void put_letter(listing *l, const snt_letter *letter)
{
    char id[SNT_LETTER_ID], time[SNT_TIME] = "-", source[CELL] = "-",
                            size[SNT_SIZE];
    const char *const cells[COLUMNS] = {id, time, source, size};

    snt_letter_id(letter, id);
    if (letter->time_ms)
        snt_time_format(time, letter->time_ms);
    if (letter->source)
        snprintf(
            source, sizeof(source), "%.249s %d:%" PRId64, letter->source,
            (int)letter->source_partition, letter->source_offset);
    snt_size_format(size, letter->bytes);
    put_row(l, cells, letter->reason ? letter->reason : "-");
}

static sentiment_status put(
    void *arg, const snt_letter *letter, sentiment_error *err)
{
    listing *l = arg;

    (void)err;
    if (l->format == SNT_FORMAT_TABLE) {
        if (!l->n)
            put_head(l);
        put_letter(l, letter);
    } else {
        if (l->format == SNT_FORMAT_JSON)
            snt_buffer_add_char(&l->out.buf, l->n ? ',' : '[');
        snt_letter_json(letter, &l->out.buf);
        if (l->format == SNT_FORMAT_NDJSON)
            snt_buffer_add_char(&l->out.buf, '\n');
    }
    l->n++;
    snt_output_spill(&l->out);
    return SENTIMENT_OK;
}

static void end(listing *l, const char *topic)
{
    if (l->format == SNT_FORMAT_JSON)
        snt_buffer_add_string(&l->out.buf, l->n ? "]\n" : "[]\n");
    else if (l->format == SNT_FORMAT_TABLE && !l->n)
        snt_report("%s: no such dead letters", topic);
}

static int run(const void *given, const snt_args *args)
{
    const options *opts = given;
    const snt_writer_options writing = {.format = opts->format};
    listing l = {
        .out.fd = STDOUT_FILENO,
        .format = snt_writer_format(&writing, STDOUT_FILENO)};
    sentiment_error err;
    snt_dlq dlq;
    sentiment_status status;
    int code, written;

    status = snt_dlq_open(&dlq, &opts->dlq, &opts->broker, &err);
    if (status == SENTIMENT_OK)
        status = snt_dlq_each(&dlq, &args->operands, put, &l, &err);
    if (status == SENTIMENT_OK)
        end(&l, dlq.topic);
    written = snt_output_close(&l.out);
    code = snt_dlq_exit(status, &err);
    snt_dlq_close(&dlq);
    return code ? code : written;
}

static const snt_option table[] = {
    {"format", 'f', SNT_ARG_CHOICE, "table|ndjson|json", NULL,
     offsetof(options, format),
     "how to print it (default: table on a terminal, ndjson in a pipe)"},
};

static const snt_option_group group = {
    "Output", table, sizeof(table) / sizeof(*table)};

const snt_command snt_dlq_list = {
    .name = "dlq list",
    .summary = "List dead letters: why, from where, when, how large",
    .operands = "",
    .details =
        "Reads the topic to the end that it has now; joins no group. LETTER "
        "is what dlq show and dlq replay call it by: its own partition and "
        "offset.",
    .examples =
        "  sentiment-cli dlq list --topic news\n"
        "  sentiment-cli dlq list --reason tombstone --from 2026-11-25\n"
        "  sentiment-cli dlq list --format json | jq 'group_by(.error)[] | "
        "[.[0].error, length]'\n",
    .parts =
        (const snt_args_part[]){
            {&snt_broker_group, offsetof(options, broker)},
            {&snt_dlq_place_group, offsetof(options, dlq)},
            {&snt_dlq_filter_group, offsetof(options, dlq)},
            {&group, 0}},
    .n_parts = 4,
    .options_size = sizeof(options),
    .run = run};
