/* cmd_classify.c - texts in, a label and a score for each out. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "clock.h"
#include "commands.h"
#include "load.h"
#include "progress.h"
#include "report.h"
#include "stage.h"
#include "stop.h"
#include "writer.h"

typedef struct options {
    snt_load_options load;
    snt_input_options input;
    snt_writer_options writer;
} options;

/* The run in hand. */
typedef struct job {
    const options *opts;
    snt_input *in;
    sentiment_classifier *clf;
    snt_output out;
    snt_writer writer;
    snt_progress progress;
    uint64_t *counts; /* [labels] */
    uint64_t texts, failed, blank, truncated;
} job;

static void count(job *j, const snt_outcome *outcome)
{
    j->texts++;
    if (outcome->label)
        j->counts[outcome->result.label]++;
    else if (outcome->error)
        j->failed++;
    else
        j->blank++;
    j->truncated += (outcome->result.flags & SENTIMENT_TRUNCATED) != 0;
}

static bool put(void *arg, const snt_outcome *outcome)
{
    job *j = arg;
    uint64_t done, all;

    count(j, outcome);
    if (outcome->error)
        snt_report(
            "%s:%llu: %s", outcome->record->source,
            (unsigned long long)outcome->record->line, outcome->error);
    snt_writer_put(&j->writer, outcome);
    if (j->progress.shown) {
        snt_input_progress(j->in, &done, &all);
        snt_progress_draw(&j->progress, done, all, j->texts);
    }
    return !j->out.error;
}

static bool pause_output(void *arg)
{
    job *j = arg;

    return snt_output_flush(&j->out);
}

/* For whoever sits at a terminal: what it came to. */
static void summarize(const job *j)
{
    double seconds =
        (double)(snt_clock_now_ms(NULL) - j->progress.begun_ms + 1) / 1000;
    const char *before = ": ";

    if (!isatty(STDERR_FILENO))
        return;
    fprintf(
        stderr, "%llu text%s in %.2f s (%.0f/s)", (unsigned long long)j->texts,
        j->texts == 1 ? "" : "s", seconds, (double)j->texts / seconds);
    for (size_t i = 0; i < sentiment_classifier_n_labels(j->clf); i++) {
        fprintf(
            stderr, "%s%s %llu", before, sentiment_classifier_label(j->clf, i),
            (unsigned long long)j->counts[i]);
        before = ", ";
    }
    if (j->blank)
        fprintf(stderr, "; %llu blank", (unsigned long long)j->blank);
    if (j->failed)
        fprintf(stderr, "; %llu failed", (unsigned long long)j->failed);
    fputc('\n', stderr);
}

static void end_output(job *j)
{
    snt_record *shape = snt_input_shape(j->in);

    snt_writer_end(&j->writer, shape);
    snt_record_free(shape);
}

static int finish(job *j, sentiment_status status, const sentiment_error *err)
{
    int written;

    snt_progress_end(&j->progress);
    if (status != SENTIMENT_OK)
        snt_report("%s", err->message);
    if (!snt_stop_signal())
        end_output(j);
    snt_writer_close(&j->writer);
    written = snt_output_close(&j->out);
    if (snt_stop_signal())
        return 128 + snt_stop_signal();
    if (written)
        return written;
    snt_load_report_cut(j->clf, &j->opts->load, j->truncated);
    summarize(j);
    return status != SENTIMENT_OK || j->failed || snt_input_failures(j->in)
               ? SNT_EXIT_FAILED
               : SNT_EXIT_OK;
}

/* Results and a bar on the same terminal would overwrite each other. */
static int classify(job *j)
{
    const snt_sink sink = {put, pause_output, j};
    sentiment_error err;
    sentiment_status status;

    j->counts =
        calloc(sentiment_classifier_n_labels(j->clf), sizeof(*j->counts));
    if (!j->counts) {
        snt_report("out of memory");
        return SNT_EXIT_FAILED;
    }
    j->out.fd = STDOUT_FILENO;
    snt_writer_open(
        &j->writer, &j->opts->writer, &j->out, j->clf,
        snt_input_is_many(j->in));
    snt_progress_begin(
        &j->progress, isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO));
    status = snt_stage_run(j->in, j->clf, &sink, &err);
    return finish(j, status, &err);
}

static int run(const void *given, const snt_args *args)
{
    const options *opts = given;
    sentiment_error err;
    job j = {.opts = opts};
    int code;

    if (snt_load_classifier(&j.clf, &opts->load, &err) != SENTIMENT_OK) {
        snt_report("%s", err.message);
        return snt_load_exit(err.status);
    }
    if (snt_input_open(&j.in, &opts->input, &args->operands, &err)) {
        snt_report("%s", err.message);
        code = snt_load_exit(err.status);
    } else {
        if (snt_input_is_terminal(j.in))
            snt_report("reading standard input, one text a line; end it with "
                       "Ctrl-D");
        code = classify(&j);
    }
    free(j.counts);
    snt_input_close(j.in);
    sentiment_classifier_close(j.clf);
    return code;
}

const snt_command snt_cmd_classify = {
    .name = "classify",
    .summary = "Label texts, one result for each, in their order",
    .operands = "[FILE…]",
    .details =
        "Reads the files, or standard input when there is none or for \"-\". "
        "A line that cannot be read or classified is reported by its number, "
        "becomes an error record, and does not stop the rest; then the exit "
        "status is 1. A blank text gets no label. A line may be up to 1 MiB "
        "long.\n\n"
        "The other members of a JSON object and the other columns of a csv "
        "row pass through, but those that a result's own would be taken for: "
        "text, label, score, scores, scores.LABEL, truncated, windows and "
        "error are the result's, or not there; line and file say where an "
        "error is. Of members with one name the last counts; of columns called "
        "as the text's is, the first. kcat records keep everything they "
        "have.",
    .examples =
        "  sentiment-cli classify -t \"Profit rose 12%\"\n"
        "  sentiment-cli classify < headlines.txt\n"
        "  sentiment-cli classify --input-format csv --field title "
        "--format csv news.csv\n"
        "  sentiment-cli classify --input-format jsonl --scores a.jsonl "
        "b.jsonl\n"
        "  kcat -C -b localhost -t news -e -J | sentiment-cli classify "
        "--input-format kcat\n",
    .parts =
        (const snt_args_part[]){
            {&snt_input_group, offsetof(options, input)},
            {&snt_writer_group, offsetof(options, writer)},
            {&snt_load_group, offsetof(options, load)}},
    .n_parts = 3,
    .options_size = sizeof(options),
    .run = run};
