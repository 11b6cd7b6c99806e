/*
 * model_pull.c - `model pull`: a model from the Hugging Face hub into the
 * cache that transformers uses too.
 *
 * First what is small, which tells whether the model can be read here at all,
 * then the weights. The revision points to what came only when all of it is
 * there, so that an interrupted pull never takes the place of a whole one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd_model.h"
#include "error.h"
#include "file.h"
#include "hub_fetch.h"
#include "locate.h"
#include "output.h"
#include "report.h"
#include "sentiment/model.h"
#include "size.h"
#include "stop.h"

#define DEMO "mrm8488/distilroberta-finetuned-financial-news-sentiment-analysis"

typedef struct options {
    uint32_t parallel;
    uint32_t retries;
    uint32_t retry_ms;
    bool force;
    bool quiet;
} options;

/* What is in hand. */
typedef struct pull {
    const options *opts;
    snt_hub hub;
    snt_hub_name name;
    char cache[SNT_PATH / 2];
    char dir[SNT_PATH]; /* of the snapshot */
    snt_http http;
    snt_store store;
    snt_hub_tree tree;
    snt_fetch fetch; /* over both rounds */
    sentiment_error *err;
} pull;

/* ---- the two rounds ---- */

/* A config that cannot be read here is known before the weights are fetched:
 * opening says so, or else that weights are not there. Where they may be there
 * and broken, it waits for the good ones. */
static sentiment_status check_config(pull *p)
{
    sentiment_model *model = NULL;
    sentiment_status status;

    if (!p->fetch.fetched || p->opts->force)
        return SENTIMENT_OK;
    status = sentiment_model_open(&model, p->dir, NULL, p->err);
    sentiment_model_close(model);
    return status == SENTIMENT_EIO ? SENTIMENT_OK : status;
}

/* The text of the index, when the first round has brought one. */
static sentiment_status read_index(pull *p, snt_buffer *text)
{
    char path[SNT_PATH + 64];
    snt_file file;
    sentiment_status status;

    if (!snt_tree_find(&p->tree, snt_tree_index))
        return SENTIMENT_OK;
    snprintf(path, sizeof(path), "%s/%s", p->dir, snt_tree_index);
    if (!snt_file_exists(path))
        return SENTIMENT_OK;
    status = snt_file_open(&file, path, p->err);
    if (status == SENTIMENT_OK)
        snt_buffer_add(text, file.bytes, file.len);
    snt_file_close(&file);
    return status;
}

static sentiment_status pull_small(pull *p)
{
    snt_hub_files files = {NULL, 0};
    sentiment_status status =
        snt_tree_choose(&files, &p->tree, p->name.repo, p->err);

    if (status == SENTIMENT_OK)
        status = snt_fetch_files(&p->fetch, &files, p->err);
    snt_files_free(&files);
    return status == SENTIMENT_OK ? check_config(p) : status;
}

static sentiment_status pull_weights(pull *p)
{
    snt_hub_files files = {NULL, 0};
    snt_buffer index = {0};
    sentiment_status status = read_index(p, &index);

    if (status == SENTIMENT_OK)
        status = snt_tree_choose_weights(
            &files, &p->tree, p->name.repo, index.len ? &index : NULL, p->err);
    if (status == SENTIMENT_OK)
        status = snt_fetch_files(&p->fetch, &files, p->err);
    snt_files_free(&files);
    snt_buffer_free(&index);
    return status;
}

static sentiment_status pull_all(pull *p)
{
    sentiment_status status = snt_http_open(&p->http, p->err);

    if (status == SENTIMENT_OK)
        status = snt_tree_read(&p->tree, &p->http, &p->name, p->err);
    if (status == SENTIMENT_OK)
        status = snt_store_open(&p->store, p->cache, p->name.repo, p->err);
    if (status != SENTIMENT_OK)
        return status;
    snprintf(
        p->dir, sizeof(p->dir), "%s/snapshots/%s", p->store.path,
        p->tree.commit);
    p->fetch = (snt_fetch){
        .http = &p->http,
        .store = &p->store,
        .repo = p->name.repo,
        .commit = p->tree.commit,
        .anew = p->opts->force,
        .shows = !p->opts->quiet && isatty(STDERR_FILENO)};
    status = pull_small(p);
    if (status == SENTIMENT_OK)
        status = pull_weights(p);
    if (status == SENTIMENT_OK)
        status = snt_store_point(
            &p->store, p->name.revision, p->tree.commit, p->err);
    return status;
}

/* ---- telling ---- */

static void tell(const pull *p, const sentiment_model *model)
{
    char size[SNT_SIZE], news[64];
    snt_buffer labels = {0};

    for (size_t i = 0; i < sentiment_model_n_labels(model); i++) {
        snt_buffer_add_string(&labels, i ? ", " : "");
        snt_buffer_add_string(&labels, sentiment_model_label(model, i));
    }
    snt_size_format(size, p->fetch.came);
    snprintf(
        news, sizeof(news), "%zu file%s, %s", p->fetch.fetched,
        p->fetch.fetched == 1 ? "" : "s", size);
    snt_report(
        "%s: %s (commit %.12s; labels %.*s)", p->name.repo,
        p->fetch.fetched ? news : "nothing new", p->tree.commit,
        (int)labels.len, labels.bytes ? labels.bytes : "");
    snt_buffer_free(&labels);
}

/* All of it is there: opened, it says what it is. */
static int finish(pull *p)
{
    sentiment_model *model;

    if (sentiment_model_open(&model, p->dir, NULL, p->err)) {
        snt_report("%s", p->err->message);
        return SNT_EXIT_FAILED;
    }
    if (!p->opts->quiet && *p->tree.commit)
        tell(p, model);
    sentiment_model_close(model);
    puts(p->dir);
    return snt_output_finish_stdio();
}

static int fail(const pull *p)
{
    int signal = snt_stop_signal();

    if (p->err->status == SENTIMENT_ECANCELLED && signal) {
        snt_report(
            p->fetch.came ? "%s: stopped; what has come is kept, and the next "
                            "pull goes on from there"
                          : "%s: stopped",
            p->name.repo);
        return 128 + signal;
    }
    snt_report("%s", p->err->message);
    return SNT_EXIT_FAILED;
}

/* HF_HUB_OFFLINE: what is there has to do. */
static int use_cached(pull *p)
{
    if (snt_cache_find(p->dir, p->cache, &p->name))
        return finish(p);
    snt_report(
        "%s@%s: not in the cache, and HF_HUB_OFFLINE is set", p->name.repo,
        p->name.revision);
    return SNT_EXIT_FAILED;
}

static int run(const void *arg, const snt_args *args)
{
    sentiment_error err;
    pull p = {.opts = arg, .store = {.folder = -1, .locks = -1}, .err = &err};
    bool ok;
    const char *given = snt_model_operand(&snt_model_pull, args, false, &ok);
    int code = SNT_EXIT_USAGE;

    if (!ok)
        return code;
    if (!snt_hub_parse(&p.name, given ? given : DEMO)) {
        snt_report("%s: \"%s\" is no OWNER/NAME", snt_model_pull.name, given);
        return code;
    }
    if (snt_hub_read(&p.hub, getenv, &err)) {
        snt_report("%s", err.message);
        return code;
    }
    snt_hub_cache_dir(p.cache, getenv);
    if (p.hub.offline)
        return use_cached(&p);
    p.http.hub = &p.hub;
    p.http.parallel = p.opts->parallel;
    p.http.retries = p.opts->retries;
    p.http.wait_ms = p.opts->retry_ms;
    code = pull_all(&p) ? fail(&p) : finish(&p);
    snt_tree_free(&p.tree);
    snt_store_close(&p.store);
    snt_http_close(&p.http);
    return code;
}

static const snt_option table[] = {
    {"parallel", 'p', SNT_ARG_COUNT, "N", NULL, offsetof(options, parallel),
     "files to fetch at a time (default: 4)"},
    {"retries", 0, SNT_ARG_WHOLE, "N", NULL, offsetof(options, retries),
     "how often in a row to try again when nothing new comes (default: 5)"},
    {"retry-ms", 0, SNT_ARG_COUNT, "N", NULL, offsetof(options, retry_ms),
     NULL},
    {"force", 0, SNT_ARG_FLAG, NULL, NULL, offsetof(options, force),
     "fetch again what is there already"},
    {"quiet", 'q', SNT_ARG_FLAG, NULL, NULL, offsetof(options, quiet),
     "print the directory only"},
};

static const snt_option_group group = {
    "Fetching", table, sizeof(table) / sizeof(*table)};

const snt_command snt_model_pull = {
    .name = "model pull",
    .summary = "Fetch a model from the Hugging Face hub into its cache",
    .operands = "[OWNER/NAME[@REVISION]]",
    .details =
        "Prints the directory that the files are in; --model OWNER/NAME then "
        "means it, here and, since the cache is the hub's own, in "
        "transformers. Without a name: " DEMO ", the model of the demo.\n\n"
        "Fetches what is needed and not there yet: config.json, the "
        "tokenizer, and weights as safetensors or else pytorch_model.bin. "
        "What was interrupted goes on where it stopped. Every file is "
        "checked against the hash that the hub gives for it.\n\n"
        "The variables of huggingface_hub work: HF_TOKEN (or the file "
        "HF_TOKEN_PATH) for private and gated models, HF_ENDPOINT for a "
        "mirror, HF_HOME or HF_HUB_CACHE for the place, HF_HUB_OFFLINE, "
        "HF_HUB_DOWNLOAD_TIMEOUT. So do https_proxy, no_proxy, SSL_CERT_FILE "
        "and CURL_CA_BUNDLE.",
    .examples =
        "  sentiment-cli model pull\n"
        "  sentiment-cli model pull ProsusAI/finbert\n"
        "  sentiment-cli classify --model $(sentiment-cli model pull -q "
        "ProsusAI/finbert) -t \"Profit rose 12%\"\n",
    .parts = (const snt_args_part[]){{&group, 0}},
    .n_parts = 1,
    .options_size = sizeof(options),
    .usual = &(const options){.parallel = 4, .retries = 5, .retry_ms = 1000},
    .run = run};
