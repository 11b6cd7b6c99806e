/* precision.c - see precision.h. */
#include "precision.h"

#include <stdio.h>
#include <string.h>

#include "engine.h"
#include "error.h"

static const struct {
    const char *name;
    snt_precision precision;
} all[] = {
    {"fp32", SNT_FP32},
    {"bf16", SNT_BF16_COMPUTE},
    {"fp16", SNT_FP16_COMPUTE},
    {"int8", SNT_INT8},
};

enum { N_PRECISIONS = sizeof(all) / sizeof(*all) };

/* Fastest first. */
static const snt_precision rungs[] = {
    SNT_INT8, SNT_FP16_COMPUTE, SNT_BF16_COMPUTE};

const char *snt_precision_name(snt_precision precision)
{
    for (size_t i = 0; i < N_PRECISIONS; i++)
        if (all[i].precision == precision)
            return all[i].name;
    return "unknown";
}

sentiment_status snt_precision_find(
    snt_precision *precision, const char *name, sentiment_error *err)
{
    for (size_t i = 0; i < N_PRECISIONS; i++)
        if (!strcmp(all[i].name, name)) {
            *precision = all[i].precision;
            return SENTIMENT_OK;
        }
    return snt_fail(
        err, SENTIMENT_EINVAL,
        "no precision \"%s\": auto, fp32, bf16, fp16 or int8", name);
}

void snt_precision_ladder(
    const snt_engine_caps *caps, const char *device,
    snt_precision ladder[SENTIMENT_PRECISIONS])
{
    uint32_t there = snt_engine_is_cpu(device)
                         ? caps->precisions
                         : SNT_FP16_COMPUTE | SNT_BF16_COMPUTE;
    size_t n = 0;

    for (size_t i = 0; i < sizeof(rungs) / sizeof(*rungs); i++)
        if (there & rungs[i])
            ladder[n++] = rungs[i];
    ladder[n] = 0;
}

static const sentiment_agreement *agreement_on(
    const sentiment_verdict *verdict, snt_precision precision)
{
    for (uint32_t i = 0; i < verdict->n; i++)
        if (!strcmp(verdict->all[i].precision, snt_precision_name(precision)))
            return &verdict->all[i];
    return NULL;
}

/* Adds a sentence's part, after a "; " if there is one before it. */
static void add(char *reason, size_t size, const char *part)
{
    size_t len = strlen(reason);

    snprintf(reason + len, size - len, "%s%s", len ? "; " : "", part);
}

/* Whether the rung may be taken, and why or why not. */
static bool judge(
    const sentiment_verdict *verdict, snt_precision rung, bool is_fast,
    char *reason, size_t size)
{
    const char *name = snt_precision_name(rung);
    const sentiment_agreement *found = agreement_on(verdict, rung);
    bool good = found && found->labels >= SENTIMENT_VERDICT_BAR;
    char part[96];

    if (!is_fast)
        snprintf(part, sizeof(part), "%s is no faster than fp32 here", name);
    else if (!found)
        snprintf(part, sizeof(part), "the verdict does not know %s", name);
    else
        snprintf(
            part, sizeof(part), "%s gives %.2f %% of labels as fp32%s%s", name,
            100 * found->labels, good ? "" : ", less than ",
            good ? "" : "99.5 %");
    add(reason, size, part);
    return is_fast && good;
}

snt_precision snt_precision_choose(
    const snt_engine_caps *caps, const char *device,
    const sentiment_verdict *verdict, char *reason, size_t size)
{
    snt_precision ladder[SENTIMENT_PRECISIONS];

    *reason = '\0';
    if (!verdict) {
        add(reason, size, "the checkpoint has no verdict on others");
        return SNT_FP32;
    }
    snt_precision_ladder(caps, device, ladder);
    for (size_t i = 0; ladder[i]; i++) {
        bool is_fast = !snt_engine_is_cpu(device) || (caps->fast & ladder[i]);

        if (judge(verdict, ladder[i], is_fast, reason, size))
            return ladder[i];
    }
    if (!*reason)
        add(reason, size, "there is no other here");
    return SNT_FP32;
}
