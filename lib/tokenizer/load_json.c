/* load_json.c - tokenizer.json. Its "truncation" and "padding" are left alone,
 * as transformers does: the caller says how a text is cut. */
#include "error.h"
#include "json_file.h"
#include "loader.h"

enum { MAX_ADDED = 4096, MAX_ADDED_BYTES = 1024 };

/* Fails unless part.type is wanted; "" passes where the part may lack it. */
static sentiment_status expect_type(
    const snt_loader *l, const json_t *part, const char *name,
    const char *wanted, bool may_lack, const char *with)
{
    const char *type = snt_loader_type(part);

    if (!strcmp(type, wanted) || (may_lack && !*type))
        return SENTIMENT_OK;
    return snt_loader_fail(
        l, "%s.type: \"%.40s\" is not supported with %s", name, type, with);
}

static sentiment_status read_byte_level(
    const snt_loader *l, const json_t *model, const json_t *normalizer,
    const json_t *split)
{
    sentiment_status status =
        expect_type(l, model, "model", "BPE", true, "ByteLevel");

    if (status == SENTIMENT_OK && normalizer && !json_is_null(normalizer))
        return snt_loader_fail(
            l, "normalizer.type: \"%.40s\" is not supported with ByteLevel",
            snt_loader_type(normalizer));
    l->tok->is_bpe = true;
    return status == SENTIMENT_OK ? snt_load_bpe(l, model, split) : status;
}

static sentiment_status read_bert(
    const snt_loader *l, const json_t *model, const json_t *normalizer)
{
    static const char with[] = "BertPreTokenizer";
    sentiment_status status =
        expect_type(l, model, "model", "WordPiece", true, with);

    if (status == SENTIMENT_OK)
        status = expect_type(
            l, normalizer, "normalizer", "BertNormalizer", false, with);
    return status == SENTIMENT_OK ? snt_load_wordpiece(l, model, normalizer)
                                  : status;
}

static sentiment_status read_model(snt_loader *l, const json_t *root)
{
    const json_t *model = json_object_get(root, "model");
    const json_t *normalizer = json_object_get(root, "normalizer");
    const json_t *split = json_object_get(root, "pre_tokenizer");
    const json_t *version = json_object_get(root, "version");
    sentiment_status status;

    if (version &&
        (!json_is_string(version) || strcmp(json_string_value(version), "1.0")))
        return snt_loader_fail(l, "version: only \"1.0\" is supported");
    if (!json_is_object(model))
        return snt_loader_fail(l, "model: expected an object");
    l->vocab = json_object_get(model, "vocab");
    status = snt_loader_vocab(l);
    if (status != SENTIMENT_OK)
        return status;
    if (!strcmp(snt_loader_type(split), "ByteLevel"))
        return read_byte_level(l, model, normalizer, split);
    if (!strcmp(snt_loader_type(split), "BertPreTokenizer"))
        return read_bert(l, model, normalizer);
    return snt_loader_fail(
        l, "pre_tokenizer.type: \"%.40s\" is not supported",
        snt_loader_type(split));
}

/* ---- added tokens ---- */

/* Only the vocabulary says a token's id. One that is not there gets, as in the
 * reference, the number of tokens so far, which may be an id in use. */
static int32_t added_id(const snt_loader *l, const char *content)
{
    const snt_added *added = &l->tok->added;
    const json_t *value = json_object_get(l->vocab, content);
    int32_t next = (int32_t)json_object_size(l->vocab);

    if (value)
        return (int32_t)json_integer_value(value);
    for (size_t i = 0; i < added->n; i++)
        if (added->tokens[i].id >= next)
            next = added->tokens[i].id + 1;
    if ((size_t)next >= l->tok->n_ids)
        l->tok->n_ids = (size_t)next + 1;
    return next;
}

static sentiment_status read_content(
    const snt_loader *l, const json_t *entry, size_t i, const char **content)
{
    const json_t *value = json_object_get(entry, "content");
    const snt_added *added = &l->tok->added;

    *content = json_string_value(value);
    if (!*content || json_string_length(value) > MAX_ADDED_BYTES)
        return snt_loader_fail(
            l,
            "added_tokens[%zu].content: expected a token of at most %d "
            "bytes",
            i, MAX_ADDED_BYTES);
    for (size_t k = 0; k < added->n; k++)
        if (!strcmp(added->tokens[k].content, *content))
            return snt_loader_fail(
                l, "added_tokens[%zu].content: \"%.40s\" is there twice", i,
                *content);
    return SENTIMENT_OK;
}

static sentiment_status read_added_token(
    const snt_loader *l, const json_t *entry, size_t i)
{
    static const char *const flags[] = {
        "single_word", "lstrip", "rstrip", "normalized", "special"};
    const char *content;
    snt_added_token token = {.id = 0};
    bool on[5];
    sentiment_status status = read_content(l, entry, i, &content);

    if (status != SENTIMENT_OK)
        return status;
    for (size_t f = 0; f < 5; f++) {
        const json_t *value = json_object_get(entry, flags[f]);

        if (!json_is_boolean(value))
            return snt_loader_fail(
                l, "added_tokens[%zu].%s: expected true or false", i, flags[f]);
        on[f] = json_is_true(value);
    }
    if (on[0])
        return snt_loader_fail(
            l, "added_tokens[%zu].single_word: not supported", i);
    if (on[3] && !l->tok->is_bpe)
        return snt_loader_fail(
            l, "added_tokens[%zu].normalized: not supported with a normalizer",
            i);
    if (!*content)
        return SENTIMENT_OK;
    token.lstrip = on[1];
    token.rstrip = on[2];
    token.normalized = on[3];
    token.special = on[4];
    token.id = added_id(l, content);
    return snt_loader_add(l, content, strlen(content), &token);
}

static sentiment_status read_added(const snt_loader *l, const json_t *all)
{
    size_t i;
    json_t *entry;
    sentiment_status status;

    if (all && !json_is_null(all) && !json_is_array(all))
        return snt_loader_fail(l, "added_tokens: expected an array");
    if (json_array_size(all) > MAX_ADDED)
        return snt_loader_fail(l, "added_tokens: over %d", MAX_ADDED);
    status = snt_loader_room(l, json_array_size(all));
    json_array_foreach(all, i, entry)
    {
        if (status == SENTIMENT_OK)
            status = read_added_token(l, entry, i);
    }
    return status;
}

sentiment_status snt_load_json(snt_loader *l)
{
    json_t *root;
    sentiment_status status = snt_json_file_read(&root, l->path, 0, l->err);

    if (status == SENTIMENT_OK)
        status = read_model(l, root);
    if (status == SENTIMENT_OK)
        status = read_added(l, json_object_get(root, "added_tokens"));
    if (status == SENTIMENT_OK)
        status = snt_load_post(l, json_object_get(root, "post_processor"));
    json_decref(root);
    return status;
}
