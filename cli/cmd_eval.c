/* cmd_eval.c - how often the model is right about texts with known labels. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "commands.h"
#include "load.h"
#include "figures.h"
#include "output.h"
#include "progress.h"
#include "report.h"
#include "stage.h"
#include "stop.h"

enum { AS_TABLE = 1, AS_JSON };
enum { FROM_JSONL = 1, FROM_CSV };

typedef struct options {
    snt_load_options load;
    const char *labels;
    const char *field, *label_field;
    int input_format, format;
} options;

typedef struct job {
    const options *opts;
    snt_input *in;
    sentiment_classifier *clf;
    snt_metrics metrics;
    snt_progress progress;
    uint64_t failed; /* rows without a prediction */
    bool stopped;    /* at a row that makes no sense */
} job;

static const char *label_field(const job *j)
{
    return j->opts->label_field ? j->opts->label_field : "label";
}

/* Which of the model's labels it is; exactly, else whatever its case. -1: none
 * of them. */
static int find_label(const job *j, const char *name)
{
    size_t n = sentiment_classifier_n_labels(j->clf);

    for (size_t i = 0; i < n; i++)
        if (!strcmp(sentiment_classifier_label(j->clf, i), name))
            return (int)i;
    for (size_t i = 0; i < n; i++)
        if (!strcasecmp(sentiment_classifier_label(j->clf, i), name))
            return (int)i;
    return -1;
}

static void list_labels(const job *j, snt_buffer *list)
{
    for (size_t i = 0; i < sentiment_classifier_n_labels(j->clf); i++) {
        snt_buffer_add_string(list, i ? ", " : "");
        snt_buffer_add_string(list, sentiment_classifier_label(j->clf, i));
    }
    snt_buffer_add_char(list, '\0');
}

/* The record's own label as a string to be freed; NULL: it has none. */
static char *truth_of(const job *j, const snt_record *rec)
{
    const char *name = label_field(j);
    const snt_field *f = snt_record_field(rec, name, strlen(name), 0);
    json_t *string;
    char *copy;

    if (!f)
        return NULL;
    if (!f->is_json || rec->bytes.bytes[f->value] != '"')
        return strndup(rec->bytes.bytes + f->value, f->value_len);
    string = json_loadb(
        rec->bytes.bytes + f->value, f->value_len, JSON_DECODE_ANY, NULL);
    copy = string ? strdup(json_string_value(string)) : NULL;
    json_decref(string);
    return copy;
}

/* The label's index, or -1 after a report: figures over part of a file would
 * look like those of the whole. */
static int read_truth(const job *j, const snt_record *rec)
{
    char *name = truth_of(j, rec);
    int truth = name ? find_label(j, name) : -1;
    snt_buffer known = {0};

    if (!name) {
        snt_report(
            "%s:%llu: no member or column \"%s\"", rec->source,
            (unsigned long long)rec->line, label_field(j));
    } else if (truth < 0) {
        list_labels(j, &known);
        snt_report(
            "%s:%llu: label \"%s\" is not one of the model's: %s (--label-map "
            "renames those)",
            rec->source, (unsigned long long)rec->line, name,
            known.bytes ? known.bytes : "");
    }
    snt_buffer_free(&known);
    free(name);
    return truth;
}

static bool put(void *arg, const snt_outcome *outcome)
{
    const snt_record *rec = outcome->record;
    job *j = arg;
    uint64_t done, all;
    int truth;

    if (!outcome->label) {
        j->failed++;
        snt_report(
            "%s:%llu: %s", rec->source, (unsigned long long)rec->line,
            outcome->error ? outcome->error : "a blank text");
        return true;
    }
    truth = read_truth(j, rec);
    j->stopped = truth < 0;
    if (j->stopped)
        return false;
    snt_metrics_add(
        &j->metrics, (size_t)truth, (size_t)outcome->result.label,
        (double)outcome->result.score);
    snt_input_progress(j->in, &done, &all);
    snt_progress_draw(&j->progress, done, all, j->metrics.n);
    return true;
}

static int finish(job *j, sentiment_status status, const sentiment_error *err)
{
    const snt_figures figures = {&j->metrics, j->clf, j->failed};
    snt_output out = {.fd = STDOUT_FILENO};
    int written;

    snt_progress_end(&j->progress);
    if (snt_stop_signal())
        return 128 + snt_stop_signal();
    if (status != SENTIMENT_OK)
        snt_report("%s", err->message);
    if (status != SENTIMENT_OK || j->stopped)
        return SNT_EXIT_FAILED;
    if (!j->metrics.n) {
        if (!snt_input_failures(j->in)) /* else the reason is said already */
            snt_report("%s: no row to measure", j->opts->labels);
        return SNT_EXIT_FAILED;
    }
    if (j->opts->format == AS_JSON)
        snt_figures_json(&figures, &out.buf);
    else
        snt_figures_table(&figures, &out.buf);
    written = snt_output_close(&out);
    if (written)
        return written;
    return j->failed || snt_input_failures(j->in) ? SNT_EXIT_FAILED
                                                  : SNT_EXIT_OK;
}

static int format_of(const options *opts)
{
    const char *dot = strrchr(opts->labels, '.');
    bool is_csv = opts->input_format ? opts->input_format == FROM_CSV
                                     : dot && !strcasecmp(dot, ".csv");

    return is_csv ? SNT_INPUT_CSV : SNT_INPUT_JSONL;
}

static int evaluate(job *j)
{
    snt_arg_list path = {(const char *[]){j->opts->labels}, 1};
    snt_input_options input = {
        .format = format_of(j->opts), .field = j->opts->field};
    const snt_sink sink = {put, NULL, j};
    sentiment_error err;
    sentiment_status status;
    int code;

    status = snt_metrics_open(
        &j->metrics, sentiment_classifier_n_labels(j->clf), &err);
    if (status == SENTIMENT_OK)
        status = snt_input_open(&j->in, &input, &path, &err);
    if (status == SENTIMENT_OK) {
        snt_progress_begin(&j->progress, isatty(STDERR_FILENO));
        status = snt_stage_run(j->in, j->clf, &sink, &err);
    }
    code = finish(j, status, &err);
    snt_input_close(j->in);
    snt_metrics_close(&j->metrics);
    return code;
}

static int run(const void *given, const snt_args *args)
{
    const options *opts = given;
    sentiment_error err;
    job j = {.opts = opts};
    int code;

    (void)args;
    if (!opts->labels) {
        snt_report("eval: --labels FILE is missing");
        return SNT_EXIT_USAGE;
    }
    if (snt_load_classifier(&j.clf, &opts->load, &err) != SENTIMENT_OK) {
        snt_report("%s", err.message);
        return snt_load_exit(err.status);
    }
    code = evaluate(&j);
    sentiment_classifier_close(j.clf);
    return code;
}

static const snt_option table[] = {
    {"labels", 'l', SNT_ARG_STRING, "FILE", NULL, offsetof(options, labels),
     "texts with their true labels, jsonl or csv; - for standard input"},
    {"input-format", 0, SNT_ARG_CHOICE, "jsonl|csv", NULL,
     offsetof(options, input_format),
     "what FILE is (default: csv when it is called so, else jsonl)"},
    {"field", 0, SNT_ARG_STRING, "NAME", NULL, offsetof(options, field),
     "the member or column that holds the text (default: text)"},
    {"label-field", 0, SNT_ARG_STRING, "NAME", NULL,
     offsetof(options, label_field),
     "the member or column that holds the true label (default: label)"},
    {"format", 'f', SNT_ARG_CHOICE, "table|json", NULL,
     offsetof(options, format), "how to print the figures (default: table)"},
};

static const snt_option_group group = {
    "Evaluation", table, sizeof(table) / sizeof(*table)};

const snt_command snt_cmd_eval = {
    .name = "eval",
    .summary = "Measure the model on texts whose labels are known",
    .operands = "",
    .details =
        "Accuracy; macro-F1; precision, recall and F1 of each label; the "
        "confusion matrix, a row for each true label; the calibration error, "
        "over 15 equal bins of the top score. Labels are matched by name. A "
        "label that the model does not have ends the run.",
    .examples = "  sentiment-cli eval --labels valid.jsonl\n"
                "  sentiment-cli eval --labels tweets.csv --field body "
                "--label-field mood --format json\n",
    .parts =
        (const snt_args_part[]){
            {&group, 0}, {&snt_load_group, offsetof(options, load)}},
    .n_parts = 2,
    .options_size = sizeof(options),
    .run = run};
