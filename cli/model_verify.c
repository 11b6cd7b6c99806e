/*
 * model_verify.c - `model verify`: whether a checkpoint's files are what they
 * should be. In the hub's cache every file is named by its hash; anywhere, the
 * checkpoint has to open and its weights to be finite numbers.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd_model.h"
#include "error.h"
#include "hub_blob.h"
#include "locate.h"
#include "report.h"
#include "sentiment/model.h"
#include "size.h"

typedef struct check {
    const char *model; /* as it was named */
    size_t files, bad;
    uint64_t bytes;
} check;

/* A link to a blob says the hash; other files of a snapshot are not the hub's.
 * What is wrong is said at once, so that all of it is seen. */
static sentiment_status check_file(
    void *arg, const snt_cache_file *file, sentiment_error *err)
{
    check *c = arg;
    const char *etag = file->target ? strrchr(file->target, '/') : NULL;

    if (!etag || !(snt_hub_is_hex(++etag, 40) || snt_hub_is_hex(etag, 64)))
        return SENTIMENT_OK;
    c->files++;
    c->bytes += file->bytes;
    if (!snt_blob_check(file->path, file->name, etag, err))
        return SENTIMENT_OK;
    snt_report("%s: %s", c->model, err->message);
    c->bad++;
    return SENTIMENT_OK;
}

static sentiment_status check_model(const char *dir, sentiment_error *err)
{
    sentiment_model *model;
    sentiment_status status = sentiment_model_open(&model, dir, NULL, err);

    if (status == SENTIMENT_OK)
        status = sentiment_model_verify(model, err);
    sentiment_model_close(model);
    return status;
}

static void tell(const check *c)
{
    char size[SNT_SIZE];

    snt_size_format(size, c->bytes);
    if (c->files)
        snt_report(
            "%s: %zu files, %s, are what the hub has; it opens, and all "
            "weights are finite",
            c->model, c->files, size);
    else
        snt_report("%s: it opens, and all weights are finite", c->model);
}

static int run(const void *arg, const snt_args *args)
{
    char dir[SNT_PATH];
    sentiment_error err;
    sentiment_status status;
    bool ok;
    check c = {.model = snt_model_operand(&snt_model_verify, args, false, &ok)};

    (void)arg;
    if (!ok)
        return SNT_EXIT_USAGE;
    status = snt_locate_model(dir, c.model, getenv, &err);
    c.model = c.model ? c.model : dir;
    if (status == SENTIMENT_OK)
        status = snt_cache_walk(dir, check_file, &c, &err);
    if (status == SENTIMENT_OK && c.bad) {
        snt_report(
            "%s: to fetch them again: sentiment-cli model pull --force",
            c.model);
        return SNT_EXIT_FAILED;
    }
    if (status == SENTIMENT_OK)
        status = check_model(dir, &err);
    if (status != SENTIMENT_OK) {
        snt_report("%s", err.message);
        return SNT_EXIT_FAILED;
    }
    tell(&c);
    return SNT_EXIT_OK;
}

const snt_command snt_model_verify = {
    .name = "model verify",
    .summary = "Check a checkpoint's files and numbers",
    .operands = "[DIR|OWNER/NAME[@REVISION]]",
    .details = "Reads everything once: in the hub's cache each file against "
               "the hash that names it; then whether the checkpoint opens and "
               "every weight is a finite number. The bundled model when "
               "nothing is named.",
    .examples = "  sentiment-cli model verify ProsusAI/finbert\n",
    .run = run};
