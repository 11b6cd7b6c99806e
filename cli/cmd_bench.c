/*
 * cmd_bench.c - how fast this machine answers, setting by setting.
 *
 * A classifier is opened for each precision and number of workers, and runs
 * every batch. Settings that nobody named and this machine lacks are left out,
 * and said so; one that was named and is not there ends the run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench_report.h"
#include "commands.h"
#include "cpus.h"
#include "error.h"
#include "load.h"
#include "output.h"
#include "report.h"
#include "stop.h"

enum { AS_TABLE = 1, AS_JSON };
enum { MAX_LIST = 16, MAX_WORKERS = 1024, MAX_BATCH = 4096 };

typedef struct options {
    snt_load_options load;
    snt_input_options input;
    const char *precisions, *workers, *batches;
    uint32_t seconds;
    int format;
} options;

/* The run in hand. */
typedef struct job {
    const options *opts;
    char precisions[MAX_LIST][16];
    uint32_t workers[MAX_LIST], batches[MAX_LIST];
    size_t n_precisions, n_workers, n_batches;
    snt_bench_texts texts;
    snt_bench_report report;
    snt_bench_cell cells[MAX_LIST * MAX_LIST * MAX_LIST];
    char dir[SNT_PATH], engine[64], cpu[64];
    snt_output out;
} job;

/* Splits "a,b" into words of at most 15 bytes. */
static sentiment_status split(
    const char *list, char words[MAX_LIST][16], size_t *n, const char *option,
    sentiment_error *err)
{
    const char *all = list;

    for (*n = 0;; list++) {
        size_t len = strcspn(list, ",");

        if (!len || len > 15 || *n == MAX_LIST)
            return snt_fail(
                err, SENTIMENT_EINVAL,
                "%s: \"%s\" is no list of up to %d words", option, all,
                MAX_LIST);
        snprintf(words[(*n)++], 16, "%.*s", (int)len, list);
        list += len;
        if (!*list)
            return SENTIMENT_OK;
    }
}

static sentiment_status split_numbers(
    const char *list, uint32_t numbers[MAX_LIST], size_t *n, unsigned most,
    const char *option, sentiment_error *err)
{
    char words[MAX_LIST][16];

    if (split(list, words, n, option, err) != SENTIMENT_OK)
        return err->status;
    for (size_t i = 0; i < *n; i++) {
        char *end;
        unsigned long value = strtoul(words[i], &end, 10);

        if (*end || value < 1 || value > most || words[i][0] == '-')
            return snt_fail(
                err, SENTIMENT_EINVAL, "%s: \"%s\" is no number from 1 to %u",
                option, words[i], most);
        numbers[i] = (uint32_t)value;
    }
    return SENTIMENT_OK;
}

/* One worker and all CPUs; without a list of precisions, all on this one. */
static sentiment_status read_lists(job *j, sentiment_error *err)
{
    const options *o = j->opts;
    unsigned cpus = snt_cpus();
    char workers[16];

    snprintf(workers, sizeof(workers), cpus > 1 ? "1,%u" : "%u", cpus);
    if (split(
            o->precisions ? o->precisions : "fp32,bf16,int8", j->precisions,
            &j->n_precisions, "--precision", err) ||
        split_numbers(
            o->workers ? o->workers : workers, j->workers, &j->n_workers,
            MAX_WORKERS, "--workers", err) ||
        split_numbers(
            o->batches ? o->batches : "1,8,32", j->batches, &j->n_batches,
            MAX_BATCH, "--batch", err))
        return err->status;
    return SENTIMENT_OK;
}

/* For a terminal: which setting is being measured. */
static void announce(const snt_bench_cell *cell)
{
    if (isatty(STDERR_FILENO))
        fprintf(
            stderr, "measuring %s, %u worker%s, %u a call\033[K\r",
            cell->precision, cell->workers, cell->workers == 1 ? "" : "s",
            cell->batch);
}

static void unannounce(void)
{
    if (isatty(STDERR_FILENO))
        fputs("\033[K", stderr);
}

/* Whatever is the same in all cells, once; then the table's head. */
static void introduce(job *j, const sentiment_classifier_info *info)
{
    snt_bench_report *r = &j->report;

    if (r->engine)
        return;
    snprintf(
        j->engine, sizeof(j->engine), "%s %s", info->engine,
        info->engine_version);
    snprintf(j->cpu, sizeof(j->cpu), "%s", info->cpu);
    r->model = j->dir;
    r->engine = j->engine;
    r->cpu = j->cpu;
    r->device = j->opts->load.device ? j->opts->load.device : "cpu";
    r->cpus = snt_cpus();
    r->texts = j->texts.n - j->texts.n_numbered;
    r->cells = j->cells;
    if (j->opts->format != AS_JSON)
        snt_bench_head(r, &j->out.buf);
}

static sentiment_status measure(
    job *j, sentiment_classifier *clf, const sentiment_classifier_info *info,
    sentiment_error *err)
{
    double gemm; /* of one thread */

    introduce(j, info);
    if (sentiment_classifier_gauge(clf, &gemm, err))
        return err->status;
    for (size_t i = 0; i < j->n_batches && !snt_stop_signal(); i++) {
        snt_bench_cell *cell = &j->cells[j->report.n];

        *cell = (snt_bench_cell){
            .workers = info->workers,
            .threads = j->opts->load.threads,
            .batch = j->batches[i]};
        snprintf(
            cell->precision, sizeof(cell->precision), "%s", info->precision);
        announce(cell);
        if (snt_bench_run(cell, clf, &j->texts, j->opts->seconds * 1000, err))
            return err->status;
        unannounce();
        if (!cell->calls || snt_stop_signal())
            continue;
        if (gemm > 0)
            cell->of_gemm = cell->gflop_per_s / gemm / cell->workers;
        j->report.n++;
        if (j->opts->format == AS_JSON)
            continue;
        snt_bench_row(cell, &j->out.buf);
        if (!snt_output_flush(&j->out))
            return SENTIMENT_OK;
    }
    return SENTIMENT_OK;
}

static sentiment_status open_and_measure(
    job *j, const char *precision, uint32_t workers, sentiment_error *err)
{
    sentiment_classifier_info info = {.size = sizeof(info)};
    snt_load_options load = j->opts->load;
    sentiment_classifier *clf;
    sentiment_status status;

    load.model = j->dir;
    load.precision = precision;
    load.workers = workers;
    status = snt_load_classifier(&clf, &load, err);
    if (status == SENTIMENT_EDEVICE && !j->opts->precisions &&
        strcmp(precision, "fp32")) {
        snt_report("left out: %s", err->message);
        return SENTIMENT_OK;
    }
    if (status == SENTIMENT_OK)
        status = sentiment_classifier_describe(clf, &info, err);
    if (status == SENTIMENT_OK)
        status = measure(j, clf, &info, err);
    sentiment_classifier_close(clf);
    return status;
}

static sentiment_status sweep(job *j, sentiment_error *err)
{
    sentiment_status status = SENTIMENT_OK;

    for (size_t p = 0; p < j->n_precisions; p++)
        for (size_t w = 0; w < j->n_workers; w++)
            if (status == SENTIMENT_OK && !snt_stop_signal() && !j->out.error)
                status =
                    open_and_measure(j, j->precisions[p], j->workers[w], err);
    return status;
}

static int finish(job *j, sentiment_status status, const sentiment_error *err)
{
    int code = SNT_EXIT_OK, written;

    unannounce();
    if (status != SENTIMENT_OK) {
        if (*err->message)
            snt_report("%s", err->message);
        code = snt_load_exit(status);
    } else if (snt_stop_signal()) {
        snt_report("stopped: what is best is not known");
    } else if (j->report.n && j->opts->format == AS_JSON) {
        snt_bench_json(&j->report, &j->out.buf);
    } else if (j->report.n) {
        snt_bench_advice(&j->report, &j->out.buf);
    }
    written = snt_output_close(&j->out);
    snt_bench_texts_close(&j->texts);
    free(j);
    if (snt_stop_signal())
        return 128 + snt_stop_signal();
    return written ? written : code;
}

static int run(const void *given, const snt_args *args)
{
    job *j = calloc(1, sizeof(*j));
    sentiment_error err;
    sentiment_status status;

    if (!j) {
        snt_report("out of memory");
        return SNT_EXIT_FAILED;
    }
    j->opts = given;
    j->out.fd = STDOUT_FILENO;
    status = read_lists(j, &err);
    if (status == SENTIMENT_OK)
        status = snt_locate_model(j->dir, j->opts->load.model, getenv, &err);
    if (status == SENTIMENT_OK)
        status = snt_bench_texts_open(
            &j->texts, &j->opts->input, &args->operands, &err);
    for (size_t i = 0; i < j->n_batches && status == SENTIMENT_OK; i++)
        status = snt_bench_texts_extend(&j->texts, j->batches[i], &err);
    if (status == SENTIMENT_OK)
        status = sweep(j, &err);
    return finish(j, status, &err);
}

static const snt_option table[] = {
    {"model", 'm', SNT_ARG_STRING, "DIR|OWNER/NAME", "SENTIMENT_MODEL",
     offsetof(options, load.model),
     "a model's directory, or one that the hub's cache holds (default: the "
     "bundled model)"},
    {"device", 'd', SNT_ARG_STRING, "NAME", "DEMO_PYTORCH_DEVICE",
     offsetof(options, load.device), "cpu (default), cuda, cuda:N or mps"},
    {"precision", 'p', SNT_ARG_STRING, "LIST", NULL,
     offsetof(options, precisions),
     "what to compute in (default: fp32,bf16,int8, as far as they are here)"},
    {"workers", 'w', SNT_ARG_STRING, "LIST", NULL, offsetof(options, workers),
     "threads that compute, each with a caller of its own (default: 1 and one "
     "for each usable CPU)"},
    {"threads", 0, SNT_ARG_COUNT, "N", NULL, offsetof(options, load.threads),
     "workers that compute one text together, with one caller for all of them "
     "(default: 1)"},
    {"batch", 'b', SNT_ARG_STRING, "LIST", NULL, offsetof(options, batches),
     "texts that a caller hands over at once (default: 1,8,32)"},
    {"seconds", 's', SNT_ARG_COUNT, "N", NULL, offsetof(options, seconds),
     "how long each setting is measured, after a fifth of that to warm up "
     "(default: 2)"},
    {"format", 'f', SNT_ARG_CHOICE, "table|json", NULL,
     offsetof(options, format), "how to print it (default: table)"},
    {"engine", 0, SNT_ARG_STRING, "FILE", NULL, offsetof(options, load.engine),
     NULL},
};

static const snt_option_group group = {
    "Measuring", table, sizeof(table) / sizeof(*table)};

const snt_command snt_cmd_bench = {
    .name = "bench",
    .summary = "Measure how fast this machine answers, and recommend settings",
    .operands = "[FILE…]",
    .details =
        "Measures every precision with every number of workers and every "
        "batch, over the texts of the files (\"-\": standard input), or over "
        "headlines that are built in. As many callers as workers each hand "
        "over a batch, wait for the answers and begin again; a call's time is "
        "from handing over to the last answer, tokenizing included. Nothing "
        "is answered out of a cache, and no text is twice in a call: when "
        "there are fewer than a batch has, they come again with a number "
        "behind them.\n\n"
        "GFLOP/S is the arithmetic that the answers need (linear layers and "
        "attention, counted from the model's shape), not what was spent. OF "
        "GEMM "
        "is what share that is of libtorch's own matrix product (oneDNN's) on "
        "the shapes of the model's linear layers, 256 rows at once, times the "
        "workers. That product is measured first, with nothing around it; "
        "where "
        "ours is faster, the share may be over 100 %.",
    .examples = "  sentiment-cli bench\n"
                "  sentiment-cli bench -p fp32,int8 -w 1,2,4 -b 1,16,64 "
                "headlines.txt\n"
                "  sentiment-cli bench --model my-model --format json\n",
    .parts =
        (const snt_args_part[]){
            {&group, 0}, {&snt_input_group, offsetof(options, input)}},
    .n_parts = 2,
    .options_size = sizeof(options),
    .usual = &(const options){.seconds = 2, .load = {.threads = 1}},
    .run = run};
