/* model_info.c - `model info`: what a checkpoint is, without an engine. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd_model.h"
#include "facts.h"
#include "hub_cache.h"
#include "locate.h"
#include "output.h"
#include "report.h"

enum { AS_JSON = 2 };

typedef struct options {
    int format;
} options;

static sentiment_status add_size(
    void *arg, const snt_cache_file *file, sentiment_error *err)
{
    uint64_t *bytes = arg;

    (void)err;
    *bytes += file->bytes;
    return SENTIMENT_OK;
}

/* The commit that ends a snapshot's path, or NULL. */
static const char *commit_of(const char *dir)
{
    const char *last = strrchr(dir, '/');

    return last && snt_hub_is_hex(last + 1, SNT_HUB_COMMIT - 1) ? last + 1
                                                                : NULL;
}

static sentiment_status gather(
    snt_facts *facts, const char *dir, const sentiment_model *model,
    sentiment_error *err)
{
    const char *commit = commit_of(dir);
    uint64_t bytes = 0;
    sentiment_status status = snt_facts_add_model(facts, model, err);

    if (status == SENTIMENT_OK)
        status = snt_cache_walk(dir, add_size, &bytes, err);
    if (commit)
        snt_facts_add(
            facts, &(const snt_fact){"commit", "commit", commit, 0, NULL}, 1);
    snt_facts_add(
        facts,
        &(const snt_fact){"size_bytes", "size in bytes", NULL, bytes, NULL}, 1);
    return status;
}

static int tell(const char *dir, bool as_json)
{
    snt_output out = {.fd = STDOUT_FILENO};
    snt_facts facts = {.n = 0};
    sentiment_model *model;
    sentiment_error err;
    sentiment_status status = sentiment_model_open(&model, dir, NULL, &err);

    if (status == SENTIMENT_OK)
        status = gather(&facts, dir, model, &err);
    if (status == SENTIMENT_OK)
        snt_facts_put(&facts, &out.buf, as_json);
    else
        snt_report("%s", err.message);
    snt_facts_free(&facts);
    sentiment_model_close(model);
    return status == SENTIMENT_OK ? snt_output_close(&out) : SNT_EXIT_FAILED;
}

static int run(const void *arg, const snt_args *args)
{
    const options *opts = arg;
    char dir[SNT_PATH];
    sentiment_error err;
    bool ok;
    const char *model = snt_model_operand(&snt_model_info, args, false, &ok);

    if (!ok)
        return SNT_EXIT_USAGE;
    if (snt_locate_model(dir, model, getenv, &err)) {
        snt_report("%s", err.message);
        return SNT_EXIT_FAILED;
    }
    return tell(dir, opts->format == AS_JSON);
}

static const snt_option table[] = {
    {"format", 'f', SNT_ARG_CHOICE, "table|json", NULL,
     offsetof(options, format), "how to print it (default: table)"},
};

static const snt_option_group group = {
    "Output", table, sizeof(table) / sizeof(*table)};

const snt_command snt_model_info = {
    .name = "model info",
    .summary = "Tell what a checkpoint is: architecture, labels, size",
    .operands = "[DIR|OWNER/NAME[@REVISION]]",
    .details = "The bundled model when nothing is named. Needs no libtorch; "
               "`sentiment-cli info` tells what would compute it here.",
    .examples = "  sentiment-cli model info my-fine-tune\n"
                "  sentiment-cli model info ProsusAI/finbert --format json\n",
    .parts = (const snt_args_part[]){{&group, 0}},
    .n_parts = 1,
    .options_size = sizeof(options),
    .run = run};
