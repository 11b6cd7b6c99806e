/*
 * classifier.c - see classifier.h: a checkpoint, a queue, and a crew. How texts
 * go through them is in classify.c.
 */
#include "classifier.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpus.h"
#include "engine.h"
#include "error.h"
#include "identity.h"
#include "kept.h"
#include "model/model.h"
#include "nodes.h"
#include "options.h"
#include "precision.h"
#include "reading.h"
#include "thread.h"
#include "worker.h"

enum { MAX_WORKERS = 1024 };

struct sentiment_classifier {
    pid_t pid; /* that opened it */
    sentiment_model *model;
    snt_task_policy policy;
    const snt_engine_ops *engine;
    snt_engine_caps caps;
    snt_precision precision;
    char reason[192];
    float *ranges; /* the verdict's, or NULL */
    char *device;
    unsigned workers;
    sentiment_digest identity;
    snt_queue queue;
    snt_crew *crew;
};

static bool is_auto(const sentiment_classifier_options *opts)
{
    return !opts->precision || !strcmp(opts->precision, "auto");
}

/* Settles the precision, and what is known of ranges, from the verdict. */
static void consult(
    sentiment_classifier *clf, const sentiment_classifier_options *opts,
    const snt_reading *read)
{
    if (read->no_verdict.status && opts->log)
        opts->log(
            opts->log_arg, SENTIMENT_LOG_WARNING, read->no_verdict.message);
    if (is_auto(opts))
        clf->precision = snt_precision_choose(
            &clf->caps, clf->device,
            read->has_verdict ? &read->verdict.told : NULL, clf->reason,
            sizeof(clf->reason));
    clf->ranges = read->verdict.ranges;
}

static sentiment_status load_engine(
    sentiment_classifier *clf, const sentiment_classifier_options *opts,
    sentiment_error *err)
{
    sentiment_status status =
        snt_engine_load(&clf->engine, opts->engine_path, err);

    return status == SENTIMENT_OK ? clf->engine->describe(&clf->caps, err)
                                  : status;
}

/* The engine takes longest to load: meanwhile the rest is read. What is wrong
 * with the checkpoint is said first. */
static sentiment_status open_model(
    sentiment_classifier *clf, const char *dir,
    const sentiment_classifier_options *opts, bool given_ranges,
    sentiment_error *err)
{
    sentiment_model_options model_opts = {
        .size = sizeof(model_opts), .label_map = opts->label_map};
    sentiment_model_info info = {.size = sizeof(info)};
    snt_reading read = {.dir = dir};
    sentiment_error no_engine = {.status = SENTIMENT_OK};
    sentiment_status engine;
    sentiment_status status =
        snt_model_begin(&clf->model, dir, &model_opts, err);

    if (status != SENTIMENT_OK)
        return status;
    read.model = clf->model;
    read.wants_verdict =
        !given_ranges && (is_auto(opts) || clf->precision == SNT_INT8);
    snt_reading_begin(&read);
    engine = load_engine(clf, opts, &no_engine);
    status = snt_reading_end(&read, err);
    if (status == SENTIMENT_OK && engine != SENTIMENT_OK)
        status = snt_fail(err, engine, "%s", no_engine.message);
    if (status == SENTIMENT_OK)
        status = sentiment_model_describe(clf->model, &info, err);
    if (status != SENTIMENT_OK) {
        snt_verdict_free(&read.verdict);
        return status;
    }
    if (!given_ranges)
        consult(clf, opts, &read);
    clf->policy =
        (snt_task_policy){clf->model, info.max_tokens, opts->long_texts};
    return SENTIMENT_OK;
}

/* A GPU computes one batch while the next is prepared and on its way there; MPS
 * has one queue of work whoever asks. */
static unsigned default_workers(const char *device)
{
    if (snt_engine_is_cpu(device))
        return snt_cpus();
    return strcmp(device, "mps") ? 2 : 1;
}

static size_t default_batch_tokens(const sentiment_classifier *clf)
{
    return snt_engine_is_cpu(clf->device) ? clf->caps.batch_tokens
                                          : clf->caps.gpu_batch_tokens;
}

static sentiment_status open_crew(
    sentiment_classifier *clf, const sentiment_classifier_options *opts,
    const snt_classifier_ranges *ranges, const char *nodes, const char *kept,
    sentiment_error *err)
{
    snt_crew_options crew = {
        .engine = clf->engine,
        .network = snt_model_network(clf->model),
        .device =
            {.device = clf->device,
             .precision = clf->precision,
             .log = opts->log,
             .log_arg = opts->log_arg,
             .threads =
                 opts->threads < clf->workers ? opts->threads : clf->workers,
             .makers = clf->workers,
             .ranges = ranges ? ranges->known : clf->ranges,
             .observed = ranges ? ranges->observed : NULL,
             .kept = kept},
        .workers = clf->workers,
        .batch_tokens =
            opts->batch_tokens ? opts->batch_tokens : default_batch_tokens(clf),
        .most_tokens = clf->policy.max_tokens,
        .nodes = snt_engine_is_cpu(clf->device) ? nodes : NULL,
        .one_text = opts->deterministic != 0};

    return snt_crew_open(&clf->crew, &clf->queue, &crew, err);
}

/* What can be checked without opening anything. */
static sentiment_status check(
    sentiment_classifier *clf, const sentiment_classifier_options *opts,
    sentiment_error *err)
{
    if ((unsigned)opts->long_texts > SENTIMENT_LONG_WINDOWS)
        return snt_fail(
            err, SENTIMENT_EINVAL, "long_texts is %d: 0, 1 or 2",
            (int)opts->long_texts);
    if (opts->workers > MAX_WORKERS)
        return snt_fail(
            err, SENTIMENT_EINVAL, "%u workers: at most %d",
            (unsigned)opts->workers, MAX_WORKERS);
    clf->device = strdup(opts->device ? opts->device : "cpu");
    if (!clf->device)
        return snt_fail_memory(err);
    clf->workers = opts->workers ? opts->workers : default_workers(clf->device);
    snprintf(clf->reason, sizeof(clf->reason), "asked for");
    return is_auto(opts)
               ? SENTIMENT_OK
               : snt_precision_find(&clf->precision, opts->precision, err);
}

static sentiment_status identify(
    sentiment_classifier *clf, const char *dir,
    const sentiment_classifier_options *opts, sentiment_error *err)
{
    char settings[512];

    snprintf(
        settings, sizeof(settings), "%s %s %s %s %s %d %u %s",
        sentiment_version(), clf->engine->name, clf->caps.version, clf->device,
        snt_precision_name(clf->precision), (int)opts->long_texts,
        (unsigned)opts->deterministic, opts->label_map ? opts->label_map : "");
    return snt_identity(dir, settings, false, &clf->identity, err);
}

static sentiment_status open_all(
    sentiment_classifier *clf, const char *dir,
    const sentiment_classifier_options *opts,
    const snt_classifier_ranges *ranges, const char *nodes,
    sentiment_error *err)
{
    sentiment_status status = check(clf, opts, err);
    snt_kept kept;
    char *path;

    /* Ranges that are given are not named by the checkpoint's files. */
    snt_kept_begin(&kept, dir, ranges ? NULL : opts->cache_dir);
    if (status == SENTIMENT_OK)
        status = open_model(clf, dir, opts, ranges != NULL, err);
    if (status == SENTIMENT_OK)
        status = identify(clf, dir, opts, err);
    if (status != SENTIMENT_OK)
        return status;
    path = snt_kept_path(
        &kept, dir, snt_model_network(clf->model), clf->precision);
    status = open_crew(clf, opts, ranges, nodes, path, err);
    free(path);
    snt_model_let_go(clf->model);
    return status;
}

sentiment_status sentiment_classifier_open(
    sentiment_classifier **clf, const char *dir,
    const sentiment_classifier_options *opts, sentiment_error *err)
{
    assert(clf && dir);
    return snt_classifier_open_with(clf, dir, opts, NULL, SNT_NODES_DIR, err);
}

sentiment_status snt_classifier_open_with(
    sentiment_classifier **clf, const char *dir,
    const sentiment_classifier_options *opts,
    const snt_classifier_ranges *ranges, const char *nodes,
    sentiment_error *err)
{
    sentiment_classifier_options known;
    sentiment_classifier *made;
    sentiment_status status = snt_options_read(
        &known, sizeof(known), opts, "sentiment_classifier_options", err);

    *clf = NULL;
    if (status != SENTIMENT_OK)
        return status;
    made = calloc(1, sizeof(*made));
    if (!made)
        return snt_fail_memory(err);
    made->pid = getpid();
    snt_queue_init(&made->queue);
    status = open_all(made, dir, &known, ranges, nodes, err);
    if (status == SENTIMENT_OK)
        *clf = made;
    else
        sentiment_classifier_close(made);
    return status;
}

void sentiment_classifier_close(sentiment_classifier *clf)
{
    /* A forked child has neither the threads nor their locks' owners. */
    if (!clf || clf->pid != getpid())
        return;
    snt_crew_close(clf->crew);
    snt_queue_destroy(&clf->queue);
    sentiment_model_close(clf->model);
    free(clf->ranges);
    free(clf->device);
    free(clf);
}

sentiment_status snt_classifier_usable(
    const sentiment_classifier *clf, sentiment_error *err)
{
    if (clf->pid == getpid())
        return SENTIMENT_OK;
    return snt_fail(
        err, SENTIMENT_ESTATE,
        "the classifier was opened before fork: open one in the child");
}

const snt_task_policy *snt_classifier_policy(const sentiment_classifier *clf)
{
    return &clf->policy;
}

void snt_classifier_compute(
    sentiment_classifier *clf, snt_lane *lane, snt_task *task)
{
    snt_queue_push(&clf->queue, lane, task);
}

const sentiment_model *sentiment_classifier_model(
    const sentiment_classifier *clf)
{
    assert(clf);
    return clf->model;
}

void sentiment_classifier_identity(
    const sentiment_classifier *clf, sentiment_digest *identity)
{
    assert(clf && identity);
    *identity = clf->identity;
}

size_t sentiment_classifier_n_labels(const sentiment_classifier *clf)
{
    assert(clf);
    return sentiment_model_n_labels(clf->model);
}

const char *sentiment_classifier_label(
    const sentiment_classifier *clf, size_t i)
{
    assert(clf);
    return sentiment_model_label(clf->model, i);
}

sentiment_status sentiment_classifier_describe(
    const sentiment_classifier *clf, sentiment_classifier_info *info,
    sentiment_error *err)
{
    assert(clf && info);
    const sentiment_classifier_info all = {
        .workers = clf->workers,
        .engine = clf->engine->name,
        .engine_version = clf->caps.version,
        .devices = clf->caps.devices,
        .cpu = clf->caps.cpu,
        .device = clf->device,
        .precision = snt_precision_name(clf->precision),
        .reason = clf->reason,
        .copies = (uint32_t)snt_crew_copies(clf->crew)};

    return snt_options_write(
        info, &all, sizeof(all), "sentiment_classifier_info", err);
}

typedef struct gauge {
    const sentiment_classifier *clf;
    double flop_per_s;
    sentiment_error err; /* status OK when all went well */
} gauge;

static void *run_gauge(void *arg)
{
    gauge *g = arg;
    const snt_engine_options opts = {
        .device = g->clf->device, .precision = g->clf->precision};

    g->err.status = g->clf->engine->gauge(
        &g->flop_per_s, snt_model_network(g->clf->model), &opts, &g->err);
    return NULL;
}

sentiment_status sentiment_classifier_gauge(
    const sentiment_classifier *clf, double *gflop_per_s, sentiment_error *err)
{
    gauge g = {.clf = clf};
    sentiment_status status = snt_classifier_usable(clf, err);
    pthread_t thread;

    *gflop_per_s = 0;
    if (status == SENTIMENT_OK)
        status = snt_thread_start(&thread, run_gauge, &g, err);
    if (status != SENTIMENT_OK)
        return status;
    pthread_join(thread, NULL);
    *gflop_per_s = g.flop_per_s / 1e9;
    return snt_fail_as(err, &g.err);
}

void snt_classifier_ladder(
    const sentiment_classifier *clf, snt_precision *ladder)
{
    snt_precision_ladder(&clf->caps, clf->device, ladder);
}

sentiment_status sentiment_classifier_count(
    const sentiment_classifier *clf, sentiment_classifier_stats *stats,
    sentiment_error *err)
{
    assert(clf && stats);
    sentiment_classifier_stats all;
    sentiment_status status = snt_classifier_usable(clf, err);

    if (status != SENTIMENT_OK)
        return status;
    snt_crew_count(clf->crew, &all);
    return snt_options_write(
        stats, &all, sizeof(all), "sentiment_classifier_stats", err);
}
