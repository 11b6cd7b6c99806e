/* model_tune.c - `model tune`: which precisions a checkpoint is fit for. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench_texts.h"
#include "cmd_model.h"
#include "load.h"
#include "output.h"
#include "report.h"
#include "sentiment/tune.h"
#include "tune_texts.h"

/* Of fewer texts, three labels that differ are more than auto allows. */
enum { FEW = 500 };

typedef struct options {
    const char *file, *device, *engine;
    uint32_t workers;
    snt_input_options input;
} options;

static void tell(const char *dir, const sentiment_verdict *verdict)
{
    printf(
        "%llu texts against fp32\n"
        "precision  same label  largest change of a score\n",
        (unsigned long long)verdict->texts);
    for (uint32_t i = 0; i < verdict->n; i++)
        printf(
            "%-9s  %8.2f %%  %.4f%s\n", verdict->all[i].precision,
            100 * verdict->all[i].labels, verdict->all[i].largest_change,
            verdict->all[i].labels < SENTIMENT_VERDICT_BAR
                ? "  too far from it for auto"
                : "");
    printf("kept in %s/%s\n", dir, SENTIMENT_VERDICT_FILE);
    if (verdict->texts < FEW)
        snt_report(
            "%llu text%s say%s little: compare on %d or more",
            (unsigned long long)verdict->texts, verdict->texts == 1 ? "" : "s",
            verdict->texts == 1 ? "s" : "", FEW);
}

static sentiment_status tune(
    const options *opts, const char *dir, const sentiment_text *texts, size_t n,
    sentiment_verdict *verdict, sentiment_error *err)
{
    const sentiment_classifier_options clf = {
        .size = sizeof(clf),
        .device = opts->device,
        .workers = opts->workers,
        .engine_path = opts->engine};

    return sentiment_tune(dir, &clf, texts, n, verdict, err);
}

/* On the texts that were given, or on those that are carried along. */
static sentiment_status tune_on(
    const options *opts, const char *dir, sentiment_verdict *verdict,
    sentiment_error *err)
{
    snt_arg_list path = {(const char *[]){opts->file}, opts->file != NULL};
    snt_bench_texts given = {.texts = NULL};
    sentiment_text *built_in = NULL;
    sentiment_status status;
    size_t n = 0;

    if (opts->file || opts->input.texts.n) {
        status = snt_bench_texts_open(&given, &opts->input, &path, err);
        if (status == SENTIMENT_OK)
            status = tune(opts, dir, given.texts, given.n, verdict, err);
        snt_bench_texts_close(&given);
        return status;
    }
    built_in = snt_tune_texts(&n);
    status = built_in ? tune(opts, dir, built_in, n, verdict, err)
                      : SENTIMENT_ENOMEM;
    if (!built_in)
        snprintf(err->message, sizeof(err->message), "out of memory");
    free(built_in);
    return status;
}

static int run(const void *given, const snt_args *args)
{
    const options *opts = given;
    sentiment_verdict verdict = {.size = sizeof(verdict)};
    sentiment_error err;
    char dir[SNT_PATH];
    bool ok;
    const char *model = snt_model_operand(&snt_model_tune, args, false, &ok);

    if (!ok)
        return SNT_EXIT_USAGE;
    if (opts->file && opts->input.texts.n) {
        snt_report("model tune: --texts and -t: give one of them");
        return SNT_EXIT_USAGE;
    }
    if (snt_locate_model(dir, model, getenv, &err) ||
        tune_on(opts, dir, &verdict, &err)) {
        if (*err.message)
            snt_report("%s", err.message);
        return snt_load_exit(err.status);
    }
    tell(dir, &verdict);
    return snt_output_finish_stdio();
}

static const snt_option table[] = {
    {"texts", 0, SNT_ARG_STRING, "FILE", NULL, offsetof(options, file),
     "compare on these texts, hundreds at least (default: some 2,500 sentences "
     "of financial news that the command carries along)"},
    {"text", 't', SNT_ARG_LIST, "TEXT", NULL, offsetof(options, input.texts),
     "compare on this text, and on others that are given so"},
    {"input-format", 0, SNT_ARG_CHOICE, "lines|jsonl|csv|kcat", NULL,
     offsetof(options, input.format),
     "what the file of --texts is, as for classify (default: lines)"},
    {"field", 0, SNT_ARG_STRING, "NAME", NULL, offsetof(options, input.field),
     "the member or column that holds the text (default: text)"},
    {"device", 'd', SNT_ARG_STRING, "NAME", NULL, offsetof(options, device),
     "cpu (default), cuda, cuda:N or mps"},
    {"workers", 'w', SNT_ARG_COUNT, "N", NULL, offsetof(options, workers),
     "threads that compute (default: one for each usable CPU; on CUDA 2, on "
     "MPS 1)"},
    {"engine", 0, SNT_ARG_STRING, "FILE", NULL, offsetof(options, engine),
     NULL},
};

static const snt_option_group group = {
    "Tuning", table, sizeof(table) / sizeof(*table)};

const snt_command snt_model_tune = {
    .name = "model tune",
    .summary = "Find out which precisions a checkpoint is fit for",
    .operands = "[DIR|OWNER/NAME[@REVISION]]",
    .details =
        "Classifies texts in fp32 and in every other precision that the device "
        "runs, and keeps beside the checkpoint how they compare: with "
        "--precision auto, the default, the fastest precision is taken that "
        "gives at least 99.5 % of the texts the label that fp32 gives them. It "
        "has to be done again when the weights change. The bundled model's "
        "when nothing is named.",
    .examples = "  sentiment-cli model tune my-model\n"
                "  sentiment-cli model tune my-model --texts mine.txt\n"
                "  sentiment-cli info --model my-model\n",
    .parts = (const snt_args_part[]){{&group, 0}},
    .n_parts = 1,
    .options_size = sizeof(options),
    .run = run};
