/* cmd_eval.c - how often the model is right about texts with known labels. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "commands.h"
#include "json.h"
#include "load.h"
#include "metrics.h"
#include "output.h"
#include "progress.h"
#include "report.h"
#include "stage.h"
#include "stop.h"
#include "width.h"

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
    const snt_field *f = snt_record_field(rec, name, strlen(name));
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
            "%s:%llu: label \"%s\" is none of the model's: %s (--label-map "
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

static void add_confusion(const job *j, snt_json_object *object)
{
    const snt_metrics *m = &j->metrics;
    snt_buffer rows = {0};

    for (size_t i = 0; i < m->n_labels; i++) {
        snt_buffer_add_string(&rows, i ? ",[" : "[[");
        for (size_t k = 0; k < m->n_labels; k++) {
            snt_buffer_add_string(&rows, k ? "," : "");
            snt_json_uint(&rows, m->confusion[i * m->n_labels + k]);
        }
        snt_buffer_add_char(&rows, ']');
    }
    snt_buffer_add_char(&rows, ']');
    snt_json_add_raw(object, "confusion", 9, rows.bytes, rows.len);
    snt_buffer_free(&rows);
}

static void add_classes(const job *j, snt_json_object *object)
{
    snt_json_object classes = {0}, one = {0};
    snt_buffer json = {0};

    for (size_t i = 0; i < j->metrics.n_labels; i++) {
        const char *label = sentiment_classifier_label(j->clf, i);
        snt_metrics_class c = snt_metrics_of(&j->metrics, i);

        snt_json_add_double(&one, "precision", c.precision);
        snt_json_add_double(&one, "recall", c.recall);
        snt_json_add_double(&one, "f1", c.f1);
        snt_json_add_uint(&one, "support", c.support);
        snt_buffer_clear(&json);
        snt_json_end(&one, &json);
        snt_json_add_raw(&classes, label, strlen(label), json.bytes, json.len);
    }
    snt_buffer_clear(&json);
    snt_json_end(&classes, &json);
    snt_json_add_raw(object, "per_class", 9, json.bytes, json.len);
    snt_json_free(&classes);
    snt_json_free(&one);
    snt_buffer_free(&json);
}

static void add_label_names(const job *j, snt_json_object *object)
{
    snt_buffer names = {0};

    for (size_t i = 0; i < j->metrics.n_labels; i++) {
        const char *label = sentiment_classifier_label(j->clf, i);

        snt_buffer_add_char(&names, i ? ',' : '[');
        snt_json_string(&names, label, strlen(label));
    }
    snt_buffer_add_char(&names, ']');
    snt_json_add_raw(object, "labels", 6, names.bytes, names.len);
    snt_buffer_free(&names);
}

static void put_json(const job *j, snt_buffer *buf)
{
    snt_json_object object = {0};

    snt_json_add_uint(&object, "n", j->metrics.n);
    snt_json_add_uint(&object, "failed", j->failed);
    snt_json_add_double(&object, "accuracy", snt_metrics_accuracy(&j->metrics));
    snt_json_add_double(&object, "macro_f1", snt_metrics_macro_f1(&j->metrics));
    snt_json_add_double(&object, "ece", snt_metrics_ece(&j->metrics));
    add_label_names(j, &object);
    add_confusion(j, &object);
    add_classes(j, &object);
    snt_json_end(&object, buf);
    snt_buffer_add_char(buf, '\n');
    snt_json_free(&object);
}

static void add_padded(snt_buffer *buf, const char *text, size_t width)
{
    size_t n = snt_width(text, strlen(text));

    snt_buffer_add_string(buf, text);
    for (; n < width; n++)
        snt_buffer_add_char(buf, ' ');
}

static void put_table(const job *j, snt_buffer *buf)
{
    const snt_metrics *m = &j->metrics;
    char line[160];

    snprintf(
        line, sizeof(line),
        "rows %llu  accuracy %.4f  macro-F1 %.4f  calibration error %.4f\n\n",
        (unsigned long long)m->n, snt_metrics_accuracy(m),
        snt_metrics_macro_f1(m), snt_metrics_ece(m));
    snt_buffer_add_string(buf, line);
    add_padded(buf, "LABEL", 16);
    snt_buffer_add_string(
        buf, "PRECISION  RECALL      F1    ROWS   LABELLED AS");
    for (size_t i = 0; i < m->n_labels; i++) {
        snprintf(
            line, sizeof(line), " %10.10s",
            sentiment_classifier_label(j->clf, i));
        snt_buffer_add_string(buf, line);
    }
    snt_buffer_add_char(buf, '\n');
    for (size_t i = 0; i < m->n_labels; i++) {
        snt_metrics_class c = snt_metrics_of(m, i);

        add_padded(buf, sentiment_classifier_label(j->clf, i), 16);
        snprintf(
            line, sizeof(line), "%9.4f  %6.4f  %6.4f %7llu              ",
            c.precision, c.recall, c.f1, (unsigned long long)c.support);
        snt_buffer_add_string(buf, line);
        for (size_t k = 0; k < m->n_labels; k++) {
            snprintf(
                line, sizeof(line), " %10llu",
                (unsigned long long)m->confusion[i * m->n_labels + k]);
            snt_buffer_add_string(buf, line);
        }
        snt_buffer_add_char(buf, '\n');
    }
}

static int finish(job *j, sentiment_status status, const sentiment_error *err)
{
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
        snt_report("%s: no row to measure", j->opts->labels);
        return SNT_EXIT_FAILED;
    }
    if (j->opts->format == AS_JSON)
        put_json(j, &out.buf);
    else
        put_table(j, &out.buf);
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
