/* load.c - see load.h. */
#include "load.h"

#include <stdlib.h>

#include "report.h"

enum { LONG_WINDOW = 2, LONG_ERROR = 3, MAX_WINDOWS = 64 };

static const snt_option table[] = {
    {"model", 'm', SNT_ARG_STRING, "DIR|OWNER/NAME", "SENTIMENT_MODEL",
     offsetof(snt_load_options, model),
     "a Hugging Face model directory, or one that its hub's cache holds "
     "(default: the bundled model)"},
    {"device", 'd', SNT_ARG_STRING, "NAME", "DEMO_PYTORCH_DEVICE",
     offsetof(snt_load_options, device), "cpu (default), cuda, cuda:N or mps"},
    {"precision", 0, SNT_ARG_WORD, "auto|fp32|bf16|fp16|int8", NULL,
     offsetof(snt_load_options, precision),
     "what to compute in (default: auto, the fastest that the model was found "
     "fit for)"},
    {"workers", 'w', SNT_ARG_COUNT, "N", NULL,
     offsetof(snt_load_options, workers),
     "threads that compute (default: one for each usable CPU; on CUDA 2, on "
     "MPS 1)"},
    {"threads", 0, SNT_ARG_COUNT, "N", NULL,
     offsetof(snt_load_options, threads),
     "workers that may compute one text together while they have nothing else "
     "to do (default: 1)"},
    {"long", 0, SNT_ARG_CHOICE, "truncate|window|error", NULL,
     offsetof(snt_load_options, long_texts),
     "a text over the model's limit: cut it (default), read it in "
     "overlapping windows, or refuse it"},
    {"label-map", 0, SNT_ARG_STRING, "OLD=NEW,…", NULL,
     offsetof(snt_load_options, label_map), "rename the model's labels"},
    {"deterministic", 0, SNT_ARG_FLAG, NULL, NULL,
     offsetof(snt_load_options, deterministic),
     "the same scores bit for bit, whatever other texts there are; slower"},
    {"cache-dir", 0, SNT_ARG_STRING, "DIR", "SENTIMENT_CACHE_DIR",
     offsetof(snt_load_options, cache_dir),
     "a folder that keeps the model's weights as they are computed with, for a "
     "quicker start (default: none)"},
    {"engine", 0, SNT_ARG_STRING, "FILE", NULL,
     offsetof(snt_load_options, engine), NULL},
};

const snt_option_group snt_load_group = {
    "Model", table, sizeof(table) / sizeof(*table)};

static void say(void *arg, sentiment_log_level level, const char *message)
{
    (void)arg;
    if (level >= SENTIMENT_LOG_WARNING)
        snt_report("%s", message);
}

static sentiment_long policy_of(int choice)
{
    if (choice == LONG_WINDOW)
        return SENTIMENT_LONG_WINDOWS;
    return choice == LONG_ERROR ? SENTIMENT_LONG_ERROR
                                : SENTIMENT_LONG_TRUNCATE;
}

sentiment_status snt_load_classifier(
    sentiment_classifier **clf, const snt_load_options *opts,
    sentiment_error *err)
{
    const sentiment_classifier_options options = {
        .size = sizeof(options),
        .workers = opts->workers,
        .threads = opts->threads,
        .device = opts->device,
        .precision = opts->precision,
        .label_map = opts->label_map,
        .engine_path = opts->engine,
        .long_texts = policy_of(opts->long_texts),
        .deterministic = opts->deterministic,
        .cache_dir = opts->cache_dir,
        .log = say};
    char dir[SNT_PATH];

    *clf = NULL;
    if (snt_locate_model(dir, opts->model, getenv, err) != SENTIMENT_OK)
        return err->status;
    return sentiment_classifier_open(clf, dir, &options, err);
}

void snt_load_report_cut(
    const sentiment_classifier *clf, const snt_load_options *opts, uint64_t n)
{
    const char *were = n == 1 ? "text was" : "texts were";
    sentiment_model_info info = {.size = sizeof(info)};
    sentiment_error err;

    if (!n)
        return;
    if (opts->long_texts == LONG_WINDOW)
        snt_report(
            "%llu %s cut: %d windows are read at most", (unsigned long long)n,
            were, MAX_WINDOWS);
    else if (!sentiment_model_describe(
                 sentiment_classifier_model(clf), &info, &err))
        snt_report(
            "%llu %s cut to %u tokens; --long window reads on",
            (unsigned long long)n, were, info.max_tokens);
}

int snt_load_exit(sentiment_status status)
{
    return status == SENTIMENT_EINVAL || status == SENTIMENT_EDEVICE
               ? SNT_EXIT_USAGE
               : SNT_EXIT_FAILED;
}
