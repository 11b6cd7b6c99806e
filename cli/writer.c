/* writer.c - see writer.h: the choice of a format, and those that are JSON. */
#include "writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "verdict.h"

static const snt_option table[] = {
    {"format", 'f', SNT_ARG_CHOICE, "table|ndjson|json|tsv|csv", NULL,
     offsetof(snt_writer_options, format),
     "how to print results (default: table on a terminal, else ndjson); tsv "
     "writes tab, newline, return and backslash as \\t \\n \\r \\\\. A text "
     "that was cut is marked: [cut] in a table, truncated elsewhere"},
    {"scores", 's', SNT_ARG_FLAG, NULL, NULL,
     offsetof(snt_writer_options, scores), "print the score of every label"},
    {"color", 0, SNT_ARG_CHOICE, "auto|always|never", NULL,
     offsetof(snt_writer_options, color),
     "colour in tables (auto: on a terminal, unless NO_COLOR is set)"},
};

const snt_option_group snt_writer_group = {
    "Output", table, sizeof(table) / sizeof(*table)};

snt_format snt_writer_format(const snt_writer_options *opts, int fd)
{
    if (opts->format)
        return (snt_format)opts->format;
    return isatty(fd) ? SNT_FORMAT_TABLE : SNT_FORMAT_NDJSON;
}

bool snt_writer_is_colored(const snt_writer_options *opts, int fd)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

    if (opts->color > SNT_COLOR_AUTO)
        return opts->color == SNT_COLOR_ALWAYS;
    return isatty(fd) && !(no_color && *no_color) &&
           !(term && !strcmp(term, "dumb"));
}

void snt_writer_add_error(
    const snt_writer *w, snt_buffer *buf, const snt_outcome *outcome)
{
    char line[32];

    if (w->named) {
        snt_buffer_add_string(buf, outcome->record->source);
        snt_buffer_add_string(buf, " ");
    }
    snprintf(
        line, sizeof(line),
        "line %llu: ", (unsigned long long)outcome->record->line);
    snt_buffer_add_string(buf, line);
    snt_buffer_add_string(buf, outcome->error);
}

static void add_verdict(snt_writer *w, const snt_outcome *outcome)
{
    const sentiment_model *model = sentiment_classifier_model(w->clf);
    const sentiment_result *result = &outcome->result;
    sentiment_text text = snt_record_text(outcome->record);

    snt_json_add_string(&w->object, w->text_name, text.bytes, text.len);
    if (!outcome->label) {
        snt_json_add_null(&w->object, "label");
        snt_json_add_null(&w->object, "score");
        return;
    }
    snt_verdict_add(&w->object, model, result);
    if (w->scores)
        snt_verdict_add_scores(&w->object, model, outcome->scores);
    snt_verdict_add_flags(&w->object, result);
}

void snt_writer_object(snt_writer *w, const snt_outcome *outcome)
{
    const snt_record *rec = outcome->record;

    snt_record_put_fields(rec, &w->object, w->keep_error);
    if (outcome->error) {
        snt_json_add_string(
            &w->object, "error", outcome->error, strlen(outcome->error));
        snt_json_add_uint(&w->object, "line", rec->line);
        if (w->named)
            snt_json_add_string(
                &w->object, "file", rec->source, strlen(rec->source));
    } else {
        add_verdict(w, outcome);
    }
    snt_json_end(&w->object, &w->out->buf);
}

static void put_ndjson(snt_writer *w, const snt_outcome *outcome)
{
    snt_writer_object(w, outcome);
    snt_buffer_add_char(&w->out->buf, '\n');
}

static void put_json(snt_writer *w, const snt_outcome *outcome)
{
    snt_buffer_add_string(&w->out->buf, w->count ? ",\n" : "[\n");
    snt_writer_object(w, outcome);
}

static void end_json(snt_writer *w, const snt_record *shape)
{
    (void)shape;
    snt_buffer_add_string(&w->out->buf, w->count ? "\n]\n" : "[]\n");
}

static const snt_writer_ops as_ndjson = {NULL, put_ndjson, NULL};
static const snt_writer_ops as_json = {NULL, put_json, end_json};

static const snt_writer_ops *const formats[] = {
    [SNT_FORMAT_TABLE] = &snt_writer_as_table,
    [SNT_FORMAT_NDJSON] = &as_ndjson,
    [SNT_FORMAT_JSON] = &as_json,
    [SNT_FORMAT_TSV] = &snt_writer_as_tsv,
    [SNT_FORMAT_CSV] = &snt_writer_as_csv,
};

static size_t terminal_columns(int fd)
{
    struct winsize size;

    if (ioctl(fd, TIOCGWINSZ, &size) || size.ws_col < 40)
        return isatty(fd) ? 80 : 0;
    return size.ws_col;
}

void snt_writer_open(
    snt_writer *w, const snt_writer_options *opts, snt_output *out,
    const sentiment_classifier *clf, bool named)
{
    *w = (snt_writer){
        .out = out,
        .clf = clf,
        .text_name = "text",
        .n_labels = sentiment_classifier_n_labels(clf),
        .scores = opts->scores,
        .named = named,
        .color = snt_writer_is_colored(opts, out->fd),
        .columns = terminal_columns(out->fd),
        .ops = formats[snt_writer_format(opts, out->fd)]};
    if (w->ops->begin)
        w->ops->begin(w);
}

void snt_writer_put(snt_writer *w, const snt_outcome *outcome)
{
    w->ops->put(w, outcome);
    w->count++;
    w->out->buf.failed |= w->scratch.failed;
    snt_output_spill(w->out);
}

void snt_writer_end(snt_writer *w, const snt_record *shape)
{
    if (w->ops->end)
        w->ops->end(w, shape);
}

void snt_writer_close(snt_writer *w)
{
    snt_json_free(&w->object);
    snt_buffer_free(&w->scratch);
    snt_record_free(w->head);
}
