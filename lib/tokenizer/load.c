/* load.c - which files of a checkpoint make its tokenizer: tokenizer.json, or
 * the older vocab.json with merges.txt, or vocab.txt. */
#include <errno.h>
#include <stdlib.h>

#include "error.h"
#include "file.h"
#include "json_file.h"
#include "loader.h"

/* ---- the older files ---- */

/* The special tokens of a family, and which of them stand around a text. */
static sentiment_status add_special(
    const snt_loader *l, const char *const *names, size_t n, bool normalized,
    const char *before, const char *after)
{
    static const char where[] = "special tokens";
    sentiment_tokenizer *tok = l->tok;
    sentiment_status status = snt_loader_room(l, n);

    for (size_t i = 0; i < n && status == SENTIMENT_OK; i++) {
        const json_t *id = json_object_get(l->vocab, names[i]);
        snt_added_token token = {
            .normalized = normalized,
            .special = true,
            .lstrip = !strcmp(names[i], "<mask>")};

        if (!id)
            continue;
        token.id = (int32_t)json_integer_value(id);
        status = snt_loader_add(l, names[i], strlen(names[i]), &token);
    }
    if (status == SENTIMENT_OK)
        status = snt_loader_id(l, before, where, tok->before);
    if (status == SENTIMENT_OK)
        status = snt_loader_id(l, after, where, tok->after);
    tok->n_before = tok->n_after = 1;
    return status;
}

/* Fills the tokenizer once l->vocab is there to hold or to take its tokens. */
static sentiment_status read_roberta(
    const snt_loader *l, const char *merges, const json_t *config)
{
    static const char *const special[] = {
        "<s>", "<pad>", "</s>", "<unk>", "<mask>"};
    snt_bpe *bpe = &l->tok->bpe;
    sentiment_status status = snt_loader_vocab(l);

    l->tok->is_bpe = true;
    bpe->trim_offsets = true;
    if (status == SENTIMENT_OK)
        status = snt_loader_flag(
            l, config, "tokenizer_config", "add_prefix_space", false,
            &bpe->prefix_space);
    bpe->trim_prefix_space = bpe->prefix_space;
    if (status == SENTIMENT_OK)
        status = snt_load_merges(l, merges);
    return status == SENTIMENT_OK
               ? add_special(l, special, 5, true, "<s>", "</s>")
               : status;
}

static sentiment_status read_bert(const snt_loader *l, const json_t *config)
{
    static const char *const special[] = {
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};
    sentiment_status status = snt_load_lines(l, config);

    return status == SENTIMENT_OK
               ? add_special(l, special, 5, false, "[CLS]", "[SEP]")
               : status;
}

/* Without tokenizer.json the family's own rules hold, so a checkpoint of
 * another family, or with tokens of its own, is refused. */
static sentiment_status check_family(
    const snt_loader *l, const char *dir, const json_t *config,
    const char *family)
{
    const char *class =
        json_string_value(json_object_get(config, "tokenizer_class"));
    char *added = snt_file_join(dir, "added_tokens.json");
    sentiment_status status = SENTIMENT_OK;
    char name[40];

    if (!added)
        return snt_fail_memory(l->err);
    snprintf(name, sizeof(name), "%sTokenizer", family);
    if (class && !strncmp(class, "Distil", 6))
        class += 6;
    if (class && strncmp(class, name, strlen(name)))
        status = snt_fail(
            l->err, SENTIMENT_EFORMAT,
            "%s: tokenizer_class \"%.40s\" of "
            "tokenizer_config.json is not %s",
            l->path, class, name);
    else if (snt_file_exists(added))
        status = snt_fail(
            l->err, SENTIMENT_EFORMAT,
            "%s: not supported without tokenizer.json", added);
    free(added);
    return status;
}

static sentiment_status load_roberta(
    snt_loader *l, const char *dir, const char *merges, const json_t *config)
{
    sentiment_status status = check_family(l, dir, config, "Roberta");

    if (status != SENTIMENT_OK)
        return status;
    status = snt_json_file_read(&l->vocab, l->path, 0, l->err);
    if (status == SENTIMENT_OK)
        status = read_roberta(l, merges, config);
    json_decref(l->vocab);
    return status;
}

static sentiment_status load_bert(
    snt_loader *l, const char *dir, const json_t *config)
{
    sentiment_status status = check_family(l, dir, config, "Bert");

    if (status != SENTIMENT_OK)
        return status;
    l->vocab = json_object();
    status = l->vocab ? read_bert(l, config) : snt_fail_memory(l->err);
    json_decref(l->vocab);
    return status;
}

static sentiment_status load_older(
    snt_loader *l, const char *dir, const char *json, const json_t *config)
{
    char *vocab = snt_file_join(dir, "vocab.json");
    char *merges = snt_file_join(dir, "merges.txt");
    char *lines = snt_file_join(dir, "vocab.txt");
    sentiment_status status;

    if (!vocab || !merges || !lines) {
        status = snt_fail_memory(l->err);
    } else if (snt_file_exists(vocab) && snt_file_exists(merges)) {
        l->path = vocab;
        status = load_roberta(l, dir, merges, config);
    } else if (snt_file_exists(lines)) {
        l->path = lines;
        status = load_bert(l, dir, config);
    } else {
        status = snt_fail(
            l->err, SENTIMENT_EIO,
            "%s: %s; nor is there vocab.json with "
            "merges.txt, nor vocab.txt",
            json, strerror(ENOENT));
    }
    free(lines);
    free(merges);
    free(vocab);
    return status;
}

/* ---- the folder ---- */

/* A huge number, such as transformers' 10^30, means none. */
static sentiment_status read_limit(const snt_loader *l, const json_t *config)
{
    const json_t *limit = json_object_get(config, "model_max_length");
    double value = json_number_value(limit);

    if (!limit || json_is_null(limit))
        return SENTIMENT_OK;
    if (!json_is_number(limit) || value < 1)
        return snt_loader_fail(l, "model_max_length: expected a number over 0");
    if (value < 1 << 24)
        l->tok->limit = (size_t)value;
    return SENTIMENT_OK;
}

/* tokenizer_config.json of dir, or NULL in *config when there is none. */
static sentiment_status read_config(
    const snt_loader *l, const char *dir, json_t **config)
{
    snt_loader own = *l;
    char *path = snt_file_join(dir, "tokenizer_config.json");
    sentiment_status status = SENTIMENT_OK;

    *config = NULL;
    if (!path)
        return snt_fail_memory(l->err);
    own.path = path;
    if (snt_file_exists(path))
        status =
            snt_json_file_read(config, path, JSON_DECODE_INT_AS_REAL, l->err);
    if (status == SENTIMENT_OK)
        status = read_limit(&own, *config);
    free(path);
    return status;
}

static sentiment_status load_directory(snt_loader *l, const char *dir)
{
    char *json = snt_file_join(dir, "tokenizer.json");
    json_t *config = NULL;
    sentiment_status status =
        json ? read_config(l, dir, &config) : snt_fail_memory(l->err);

    if (status == SENTIMENT_OK) {
        l->path = json;
        status = snt_file_exists(json) ? snt_load_json(l)
                                       : load_older(l, dir, json, config);
    }
    json_decref(config);
    free(json);
    return status;
}

sentiment_status snt_tokenizer_load(
    sentiment_tokenizer *tok, const char *path, sentiment_error *err)
{
    snt_loader l = {.tok = tok, .path = path, .err = err};
    sentiment_status status = snt_file_is_directory(path)
                                  ? load_directory(&l, path)
                                  : snt_load_json(&l);

    if (status == SENTIMENT_OK)
        snt_added_index(&tok->added);
    return status;
}
