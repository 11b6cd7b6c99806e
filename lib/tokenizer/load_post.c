/* load_post.c - "post_processor" of tokenizer.json: which special tokens stand
 * around a text, and how offsets are trimmed. */
#include "loader.h"

/* The id of a special token: an added one, or one of the vocabulary. */
static sentiment_status special_id(
    const snt_loader *l, const char *content, const char *where, int32_t *id)
{
    const snt_added *added = &l->tok->added;

    for (size_t i = 0; i < added->n; i++)
        if (!strcmp(added->tokens[i].content, content)) {
            *id = added->tokens[i].id;
            return SENTIMENT_OK;
        }
    return snt_loader_id(l, content, where, id);
}

/* RobertaProcessing and BertProcessing name the pair ["token", id]. */
static sentiment_status read_pair(
    const snt_loader *l, const json_t *post, const char *key, int32_t *id)
{
    const json_t *pair = json_object_get(post, key);
    const json_t *stated = json_array_get(pair, 1);
    const char *content = json_string_value(json_array_get(pair, 0));
    char where[64];
    sentiment_status status;

    snprintf(where, sizeof(where), "post_processor.%s", key);
    if (!content || !json_is_integer(stated))
        return snt_loader_fail(l, "%s: expected [token, id]", where);
    status = special_id(l, content, where, id);
    if (status == SENTIMENT_OK && json_integer_value(stated) != *id)
        return snt_loader_fail(
            l, "%s: the vocabulary has it as %d", where, (int)*id);
    return status;
}

static sentiment_status read_sep_and_cls(
    const snt_loader *l, const json_t *post)
{
    sentiment_tokenizer *tok = l->tok;
    sentiment_status status = read_pair(l, post, "cls", tok->before);

    if (status == SENTIMENT_OK)
        status = read_pair(l, post, "sep", tok->after);
    tok->n_before = tok->n_after = 1;
    return status;
}

static sentiment_status read_trim(const snt_loader *l, const json_t *post)
{
    snt_bpe *bpe = &l->tok->bpe;
    sentiment_status status = snt_loader_flag(
        l, post, "post_processor", "trim_offsets", true, &bpe->trim_offsets);

    if (status == SENTIMENT_OK)
        status = snt_loader_flag(
            l, post, "post_processor", "add_prefix_space", true,
            &bpe->trim_prefix_space);
    return status;
}

/* ---- TemplateProcessing ---- */

/* One place of "single": {"SpecialToken": {"id": NAME}}, with the ids that
 * "special_tokens" gives for NAME. */
static sentiment_status read_template_token(
    const snt_loader *l, const json_t *post, const json_t *place, size_t i,
    int32_t *ids, size_t *n)
{
    const char *name = json_string_value(
        json_object_get(json_object_get(place, "SpecialToken"), "id"));
    const json_t *token = json_object_get(
        json_object_get(post, "special_tokens"), name ? name : "");
    const json_t *all = json_object_get(token, "ids"), *id;
    size_t k;

    if (!name || !json_array_size(all))
        return snt_loader_fail(
            l, "post_processor.single[%zu]: expected a special token", i);
    json_array_foreach(all, k, id)
    {
        json_int_t value = json_integer_value(id);

        if (!json_is_integer(id) || value < 0 ||
            (size_t)value >= l->tok->n_ids || *n == SNT_MAX_SPECIAL)
            return snt_loader_fail(
                l,
                "post_processor.special_tokens.%.40s.ids: expected ids of "
                "the vocabulary, at most %d",
                name, SNT_MAX_SPECIAL);
        ids[(*n)++] = (int32_t)value;
    }
    return SENTIMENT_OK;
}

static sentiment_status read_template(const snt_loader *l, const json_t *post)
{
    sentiment_tokenizer *tok = l->tok;
    const json_t *single = json_object_get(post, "single"), *place;
    bool after = false;
    size_t i;

    json_array_foreach(single, i, place)
    {
        const char *sequence = json_string_value(
            json_object_get(json_object_get(place, "Sequence"), "id"));
        sentiment_status status = SENTIMENT_OK;

        if (sequence && (after || strcmp(sequence, "A")))
            return snt_loader_fail(
                l, "post_processor.single[%zu]: expected $A once", i);
        if (sequence)
            after = true;
        else
            status = read_template_token(
                l, post, place, i, after ? tok->after : tok->before,
                after ? &tok->n_after : &tok->n_before);
        if (status != SENTIMENT_OK)
            return status;
    }
    return after ? SENTIMENT_OK
                 : snt_loader_fail(l, "post_processor.single: no $A in it");
}

sentiment_status snt_load_post(const snt_loader *l, const json_t *post)
{
    const char *type = snt_loader_type(post);
    sentiment_status status;

    if (!post || json_is_null(post))
        return SENTIMENT_OK;
    if (!strcmp(type, "TemplateProcessing"))
        return read_template(l, post);
    if (!strcmp(type, "ByteLevel"))
        return read_trim(l, post);
    if (!strcmp(type, "BertProcessing"))
        return read_sep_and_cls(l, post);
    if (strcmp(type, "RobertaProcessing"))
        return snt_loader_fail(
            l, "post_processor.type: \"%.40s\" is not supported", type);
    /* The reference reads one without these as BertProcessing. */
    if (!json_object_get(post, "trim_offsets") ||
        !json_object_get(post, "add_prefix_space"))
        return read_sep_and_cls(l, post);
    status = read_trim(l, post);
    return status == SENTIMENT_OK ? read_sep_and_cls(l, post) : status;
}
