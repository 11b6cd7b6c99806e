/* loader.c - see loader.h. */
#include "loader.h"

#include <stdlib.h>

#include "error.h"

sentiment_status snt_loader_fail(const snt_loader *l, const char *format, ...)
{
    char what[200];
    va_list args;

    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    return snt_fail(l->err, SENTIMENT_EFORMAT, "%s: %s", l->path, what);
}

sentiment_status snt_loader_flag(
    const snt_loader *l, const json_t *object, const char *where,
    const char *key, bool otherwise, bool *flag)
{
    const json_t *value = json_object_get(object, key);

    *flag = otherwise;
    if (!value || json_is_null(value))
        return SENTIMENT_OK;
    if (!json_is_boolean(value))
        return snt_loader_fail(l, "%s.%s: expected true or false", where, key);
    *flag = json_is_true(value);
    return SENTIMENT_OK;
}

const char *snt_loader_type(const json_t *object)
{
    const char *type = json_string_value(json_object_get(object, "type"));

    return type ? type : "";
}

sentiment_status snt_loader_vocab(const snt_loader *l)
{
    const char *token;
    json_t *value;

    if (!json_is_object(l->vocab))
        return snt_loader_fail(l, "model.vocab: expected an object");
    if (json_object_size(l->vocab) > SNT_MAX_IDS)
        return snt_loader_fail(l, "model.vocab: over %d tokens", SNT_MAX_IDS);
    json_object_foreach(l->vocab, token, value)
    {
        json_int_t id = json_integer_value(value);

        if (!json_is_integer(value) || id < 0 || id >= SNT_MAX_IDS)
            return snt_loader_fail(
                l, "model.vocab.%.40s: expected an id from 0 to %d", token,
                SNT_MAX_IDS - 1);
        if (strlen(token) > SNT_MAX_TOKEN)
            return snt_loader_fail(
                l, "model.vocab: a token of over %d bytes", SNT_MAX_TOKEN);
        if ((size_t)id >= l->tok->n_ids)
            l->tok->n_ids = (size_t)id + 1;
    }
    return SENTIMENT_OK;
}

sentiment_status snt_loader_id(
    const snt_loader *l, const char *token, const char *where, int32_t *id)
{
    const json_t *value = json_object_get(l->vocab, token);

    if (!value)
        return snt_loader_fail(
            l, "%s: \"%.40s\" is not in the vocabulary", where, token);
    *id = (int32_t)json_integer_value(value);
    return SENTIMENT_OK;
}

sentiment_status snt_loader_room(const snt_loader *l, size_t n)
{
    l->tok->added.tokens = calloc(n + 1, sizeof(snt_added_token));
    return l->tok->added.tokens ? SENTIMENT_OK : snt_fail_memory(l->err);
}

sentiment_status snt_loader_add(
    const snt_loader *l, const char *content, size_t len,
    const snt_added_token *like)
{
    snt_added *added = &l->tok->added;
    char *copy = malloc(len + 1);

    if (!copy)
        return snt_fail_memory(l->err);
    memcpy(copy, content, len);
    copy[len] = '\0';
    added->tokens[added->n] = *like;
    added->tokens[added->n].content = copy;
    added->tokens[added->n].len = len;
    added->n++;
    return SENTIMENT_OK;
}

const char *snt_loader_line(
    const unsigned char *bytes, size_t file_len, size_t *at, size_t *len)
{
    const char *line = (const char *)bytes + *at;
    const char *end = memchr(line, '\n', file_len - *at);

    *len = end ? (size_t)(end - line) : file_len - *at;
    *at += *len + (end != NULL);
    if (*len && line[*len - 1] == '\r')
        --*len;
    return line;
}
