/*
 * fake_engine.c - the border of shim/engine.h with answers a test can predict.
 *
 * Label (sum of the text's ids) % labels gets the logit 1 + tokens % 4, every
 * other one 0. Devices: "cpu"; "cpu:slow" takes 20 ms a batch; "cpu:held" ends
 * none while the file FAKE_ENGINE_HELD is there; "cpu:fail" fails in forward;
 * "cpu:nan" answers with what is no number; "cpu:help", where help may come,
 * waits for it and then for another pass to begin; "cuda:1" and "mps", which it
 * does not tell of, do as "cpu:held" does. In bf16 the logit is a quarter
 * larger; in int8 a sum that 3 divides gets the next label, unless ranges are
 * known, which fp32 observes as all 1.
 */
#include <limits.h>
#include <math.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "shim/engine.h"

struct snt_engine_model {
    size_t n_labels;
    char device[16];
    snt_precision precision;
    int has_ranges;
    atomic_uint passes; /* begun */
    cpu_set_t cpus;     /* that open ran on */
};

struct snt_session {
    snt_engine_model *model;
    atomic_bool running, helped;
};

static void sleep_ms(int ms)
{
    const struct timespec time = {0, ms * 1000000};

    nanosleep(&time, NULL);
}

static sentiment_status fail(
    sentiment_error *err, sentiment_status status, const char *message)
{
    if (err) {
        err->status = status;
        snprintf(err->message, sizeof(err->message), "%s", message);
    }
    return status;
}

static sentiment_status describe(snt_engine_caps *caps, sentiment_error *err)
{
    (void)err;
    *caps = (snt_engine_caps){
        .version = "0",
        .devices = "cpu,cpu:slow,cpu:held,cpu:fail,cpu:nan,cpu:help",
        .cpu = "none",
        .precisions = SNT_FP32 | SNT_BF16_COMPUTE | SNT_INT8,
        .fast = SNT_BF16_COMPUTE | SNT_INT8,
        .batch_tokens = 256,
        .gpu_batch_tokens = 8192};
    return SENTIMENT_OK;
}

/* Models; and sessions begun by threads on other CPUs than their model was
 * opened by. */
extern atomic_uint fake_opened, fake_strays;
atomic_uint fake_opened, fake_strays;

/* Nothing, in a file where an engine may keep what it makes. */
static void keep(const char *kept)
{
    char path[PATH_MAX];
    FILE *file;

    snprintf(path, sizeof(path), "%s-fake", kept);
    file = fopen(path, "w");
    if (file)
        fclose(file);
}

static sentiment_status open_model(
    snt_engine_model **model, const snt_network *network,
    const snt_engine_options *opts, sentiment_error *err)
{
    *model = NULL;
    if (strncmp(opts->device, "cpu", 3) && strcmp(opts->device, "cuda:1") &&
        strcmp(opts->device, "mps"))
        return fail(
            err, SENTIMENT_EDEVICE, "no such device here: there is cpu");
    *model = calloc(1, sizeof(**model));
    if (!*model)
        return fail(err, SENTIMENT_ENOMEM, "out of memory");
    atomic_fetch_add(&fake_opened, 1);
    sched_getaffinity(0, sizeof((*model)->cpus), &(*model)->cpus);
    (*model)->n_labels = (size_t)network->n_labels;
    snprintf((*model)->device, sizeof((*model)->device), "%s", opts->device);
    (*model)->precision = opts->precision;
    (*model)->has_ranges = opts->ranges != NULL;
    if (opts->kept)
        keep(opts->kept);
    for (int64_t i = 0; opts->observed && i < 2 * network->n_layers; i++)
        for (int64_t k = 0; k < network->hidden; k++)
            opts->observed[i * network->hidden + k] = 1;
    return SENTIMENT_OK;
}

static void close_model(snt_engine_model *model)
{
    free(model);
}

static sentiment_status begin(
    snt_session **session, snt_engine_model *model, sentiment_error *err)
{
    cpu_set_t here;

    *session = calloc(1, sizeof(**session));
    if (!*session)
        return fail(err, SENTIMENT_ENOMEM, "out of memory");
    (*session)->model = model;
    sched_getaffinity(0, sizeof(here), &here);
    if (!CPU_EQUAL(&here, &model->cpus))
        atomic_fetch_add(&fake_strays, 1);
    return SENTIMENT_OK;
}

static void end(snt_session *session)
{
    free(session);
}

extern atomic_uint fake_helped;

/* Passes during which a helper came and then left to begin another pass. */
atomic_uint fake_helped;

/* Up to ten seconds. */
static bool becomes(
    bool (*is)(snt_session *, unsigned), snt_session *s, unsigned passes)
{
    for (int i = 0; i < 10000 && !is(s, passes); i++)
        sleep_ms(1);
    return is(s, passes);
}

static bool has_come(snt_session *session, unsigned passes)
{
    (void)passes;
    return atomic_load(&session->helped) || atomic_load(&fake_helped);
}

static bool has_left(snt_session *session, unsigned passes)
{
    return atomic_load(&session->model->passes) > passes ||
           atomic_load(&fake_helped);
}

/* False: who helps does nothing else. */
static bool run_helped(snt_session *session)
{
    bool good = true;

    atomic_store(&session->helped, false);
    atomic_store(&session->running, true);
    if (becomes(has_come, session, 0)) {
        good = becomes(has_left, session, atomic_load(&session->model->passes));
        atomic_fetch_add(&fake_helped, good);
    }
    atomic_store(&session->running, false);
    return good;
}

static sentiment_status forward(
    snt_session *session, const snt_batch *batch, float *logits,
    sentiment_error *err)
{
    const char *device = session->model->device;
    size_t labels = session->model->n_labels;

    atomic_fetch_add(&session->model->passes, 1);
    if (!strcmp(device, "cpu:fail"))
        return fail(err, SENTIMENT_EENGINE, "the fake engine fails");
    if (!strcmp(device, "cpu:slow"))
        sleep_ms(20);
    while ((!strcmp(device, "cpu:held") || strncmp(device, "cpu", 3)) &&
           getenv("FAKE_ENGINE_HELD") &&
           access(getenv("FAKE_ENGINE_HELD"), F_OK) == 0)
        sleep_ms(20);
    if (!strcmp(device, "cpu:help") && batch->threads > 1 &&
        !run_helped(session))
        return fail(err, SENTIMENT_EENGINE, "who helps does nothing else");
    for (size_t i = 0; i < batch->n; i++, logits += labels) {
        unsigned long sum = 0;

        for (int32_t t = batch->starts[i]; t < batch->starts[i + 1]; t++)
            sum += (unsigned long)batch->ids[t];
        for (size_t l = 0; l < labels; l++)
            logits[l] = 0;
        if (session->model->precision == SNT_INT8 &&
            !session->model->has_ranges && sum % 3 == 0)
            sum++;
        logits[sum % labels] =
            1 + (float)((batch->starts[i + 1] - batch->starts[i]) % 4);
        if (session->model->precision == SNT_BF16_COMPUTE)
            logits[sum % labels] *= 1.25f;
        if (!strcmp(device, "cpu:nan"))
            logits[0] = NAN;
    }
    return SENTIMENT_OK;
}

static int help(snt_session *session)
{
    if (!atomic_load(&session->running))
        return 0;
    atomic_store(&session->helped, true);
    sleep_ms(1);
    return 1;
}

/* Things that are left to warm: of whoever comes. */
extern atomic_int fake_cold;
atomic_int fake_cold;

static int warm(snt_session *session)
{
    (void)session;
    return atomic_load(&fake_cold) && atomic_fetch_sub(&fake_cold, 1) > 0;
}

static size_t met(void)
{
    return 0;
}

/* So that a product's share of it has digits. */
static sentiment_status gauge(
    double *flop_per_s, const snt_network *network,
    const snt_engine_options *opts, sentiment_error *err)
{
    (void)network, (void)err;
    *flop_per_s = strcmp(opts->device, "cpu:slow") ? 1e9 : 0;
    return SENTIMENT_OK;
}

const snt_engine_ops *snt_engine(void)
{
    static const snt_engine_ops ops = {
        SNT_ENGINE_ABI, "fake", describe, open_model, close_model, begin, end,
        forward,        help,   warm,     met,        gauge};

    return &ops;
}
