/* config.c - see config.h. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "json_file.h"
#include "utf8.h"

enum { MAX_LABELS = 1024, MAX_LAYERS = 1024, MAX_SIZE = 1 << 24 };

typedef struct reader {
    snt_config *config;
    const json_t *root;
    const char *path;
    sentiment_error *err;
} reader;

/* The same thing has other names in DistilBERT. */
static const struct {
    const char *type, *architecture;
    snt_family family;
    const char *hidden, *layers, *heads, *intermediate, *activation;
} families[] = {
    {"roberta", "RobertaForSequenceClassification", SNT_ROBERTA, "hidden_size",
     "num_hidden_layers", "num_attention_heads", "intermediate_size",
     "hidden_act"},
    {"bert", "BertForSequenceClassification", SNT_BERT, "hidden_size",
     "num_hidden_layers", "num_attention_heads", "intermediate_size",
     "hidden_act"},
    {"distilbert", "DistilBertForSequenceClassification", SNT_DISTILBERT, "dim",
     "n_layers", "n_heads", "hidden_dim", "activation"},
};

enum { N_FAMILIES = sizeof(families) / sizeof(*families) };

static sentiment_status bad(
    const reader *r, const char *key, const char *expected)
{
    return snt_fail(
        r->err, SENTIMENT_EFORMAT, "%s: %s: %s", r->path, key, expected);
}

/* NULL when the key is absent or null. */
static sentiment_status get_string(
    const reader *r, const char *key, const char **string)
{
    const json_t *value = json_object_get(r->root, key);

    *string = json_string_value(value);
    if (!value || json_is_null(value) || *string)
        return SENTIMENT_OK;
    return bad(r, key, "expected a string");
}

/* A size from 1 (or 0 when zero is fine) to MAX_SIZE; otherwise < 0: the key
 * must be there. */
static sentiment_status get_size(
    const reader *r, const char *key, int64_t least, int64_t otherwise,
    int64_t *size)
{
    const json_t *value = json_object_get(r->root, key);

    *size = otherwise;
    if (otherwise >= 0 && (!value || json_is_null(value)))
        return SENTIMENT_OK;
    *size = json_integer_value(value);
    if (!json_is_integer(value) || *size < least || *size > MAX_SIZE)
        return bad(r, key, "expected a number that makes sense");
    return SENTIMENT_OK;
}

/* Which of families; the architecture decides, and the type must agree. */
static sentiment_status find_family(const reader *r, size_t *family)
{
    const char *type;
    const char *architecture = json_string_value(
        json_array_get(json_object_get(r->root, "architectures"), 0));
    sentiment_status status = get_string(r, "model_type", &type);

    if (status != SENTIMENT_OK)
        return status;
    if (!architecture)
        return bad(r, "architectures", "expected one");
    for (*family = 0; *family < N_FAMILIES; ++*family)
        if (!strcmp(families[*family].architecture, architecture)) {
            if (type && strcmp(families[*family].type, type))
                return snt_fail(
                    r->err, SENTIMENT_EFORMAT,
                    "%s: model_type: \"%.40s\" does not go with %s", r->path,
                    type, architecture);
            return SENTIMENT_OK;
        }
    return snt_fail(
        r->err, SENTIMENT_EFORMAT,
        "%s: architectures: \"%.80s\" is not supported: a RoBERTa, BERT or "
        "DistilBERT sequence classifier is",
        r->path, architecture);
}

static sentiment_status read_shape(const reader *r, size_t family)
{
    snt_config *c = r->config;
    const struct {
        const char *key;
        int64_t least, otherwise, *size;
    } sizes[] = {
        {families[family].hidden, 1, -1, &c->hidden},
        {families[family].layers, 1, -1, &c->layers},
        {families[family].heads, 1, -1, &c->heads},
        {families[family].intermediate, 1, -1, &c->intermediate},
        {"vocab_size", 1, -1, &c->vocab},
        {"max_position_embeddings", 1, -1, &c->positions},
        {"type_vocab_size", 0, 2, &c->types},
        {"pad_token_id", 0, c->family == SNT_ROBERTA, &c->pad_id},
    };

    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        sentiment_status status = get_size(
            r, sizes[i].key, sizes[i].least, sizes[i].otherwise, sizes[i].size);

        if (status != SENTIMENT_OK)
            return status;
    }
    if (c->layers > MAX_LAYERS)
        return bad(r, families[family].layers, "over 1024 layers");
    if (c->hidden % c->heads)
        return bad(
            r, families[family].heads, "does not divide the hidden size");
    return SENTIMENT_OK;
}

/* When the key is there at all. */
static sentiment_status expect(
    const reader *r, const char *key, const char *supported)
{
    const char *value;
    sentiment_status status = get_string(r, key, &value);

    if (status != SENTIMENT_OK || !value || !strcmp(value, supported))
        return status;
    return snt_fail(
        r->err, SENTIMENT_EFORMAT, "%s: %s: \"%.40s\" is not supported: %s is",
        r->path, key, value, supported);
}

/* Settings that change the arithmetic in a way that is not there. */
static sentiment_status check_arithmetic(const reader *r, size_t family)
{
    sentiment_status status = expect(r, families[family].activation, "gelu");

    if (status == SENTIMENT_OK)
        status = expect(r, "position_embedding_type", "absolute");
    if (status != SENTIMENT_OK)
        return status;
    if (json_is_true(json_object_get(r->root, "is_decoder")))
        return bad(r, "is_decoder", "true is not supported");
    return SENTIMENT_OK;
}

static sentiment_status read_epsilon(const reader *r)
{
    const json_t *eps = json_object_get(r->root, "layer_norm_eps");

    r->config->layer_norm_eps = 1e-12;
    /* In DistilBERT it is a constant of the code, whatever config.json says. */
    if (!eps || json_is_null(eps) || r->config->family == SNT_DISTILBERT)
        return SENTIMENT_OK;
    r->config->layer_norm_eps = json_number_value(eps);
    if (!json_is_number(eps) || !(json_number_value(eps) > 0) ||
        json_number_value(eps) > 1)
        return bad(r, "layer_norm_eps", "expected a small number");
    return SENTIMENT_OK;
}

/* ---- labels ---- */

static sentiment_status set_label(const reader *r, size_t i, const char *label)
{
    char *copy = strdup(label);

    if (!copy)
        return snt_fail_memory(r->err);
    free(r->config->labels[i]);
    r->config->labels[i] = copy;
    return SENTIMENT_OK;
}

static sentiment_status room_for_labels(const reader *r, size_t n)
{
    if (n < 2)
        return snt_fail(
            r->err, SENTIMENT_EFORMAT,
            "%s: id2label: a head with one output (regression) is not "
            "supported",
            r->path);
    if (n > MAX_LABELS)
        return bad(r, "id2label", "over 1024 labels");
    r->config->labels = calloc(n, sizeof(char *));
    if (!r->config->labels)
        return snt_fail_memory(r->err);
    r->config->n_labels = n;
    return SENTIMENT_OK;
}

/* {"0": "negative", …}, each number from 0 once. */
static sentiment_status read_id2label(const reader *r, const json_t *map)
{
    size_t n = json_object_size(map);
    sentiment_status status = room_for_labels(r, n);

    for (size_t i = 0; status == SENTIMENT_OK && i < n; i++) {
        char key[24];
        const json_t *label;

        snprintf(key, sizeof(key), "%zu", i);
        label = json_object_get(map, key);
        if (!json_is_string(label) || !json_string_length(label))
            return snt_fail(
                r->err, SENTIMENT_EFORMAT, "%s: id2label.%zu: expected a label",
                r->path, i);
        status = set_label(r, i, json_string_value(label));
    }
    return status;
}

static sentiment_status number_labels(const reader *r)
{
    int64_t n;
    sentiment_status status = get_size(r, "num_labels", 1, 2, &n);

    if (status == SENTIMENT_OK)
        status = room_for_labels(r, (size_t)n);
    for (size_t i = 0; status == SENTIMENT_OK && i < (size_t)n; i++) {
        char label[32];

        snprintf(label, sizeof(label), "LABEL_%zu", i);
        status = set_label(r, i, label);
    }
    return status;
}

static sentiment_status check_distinct(const reader *r)
{
    for (size_t i = 0; i < r->config->n_labels; i++)
        for (size_t k = 0; k < i; k++)
            if (!strcmp(r->config->labels[i], r->config->labels[k]))
                return snt_fail(
                    r->err, SENTIMENT_EFORMAT, "%s: id2label: \"%.80s\" twice",
                    r->path, r->config->labels[i]);
    return SENTIMENT_OK;
}

static sentiment_status read_labels(const reader *r)
{
    const char *problem;
    const json_t *map = json_object_get(r->root, "id2label");
    sentiment_status status = get_string(r, "problem_type", &problem);

    if (status != SENTIMENT_OK)
        return status;
    if (problem && !strcmp(problem, "regression"))
        return bad(r, "problem_type", "regression is not supported");
    if (problem && strcmp(problem, "single_label_classification") &&
        strcmp(problem, "multi_label_classification"))
        return snt_fail(
            r->err, SENTIMENT_EFORMAT,
            "%s: problem_type: \"%.40s\" is not known", r->path, problem);
    r->config->multi_label =
        problem && !strcmp(problem, "multi_label_classification");
    if (map && !json_is_null(map) && !json_is_object(map))
        return bad(r, "id2label", "expected an object");
    status = json_is_object(map) ? read_id2label(r, map) : number_labels(r);
    return status == SENTIMENT_OK ? check_distinct(r) : status;
}

static sentiment_status read_all(const reader *r)
{
    size_t family = 0;
    sentiment_status status = find_family(r, &family);

    if (status != SENTIMENT_OK)
        return status;
    r->config->family = families[family].family;
    r->config->family_name = families[family].type;
    r->config->architecture = families[family].architecture;
    status = read_shape(r, family);
    if (status == SENTIMENT_OK)
        status = check_arithmetic(r, family);
    if (status == SENTIMENT_OK)
        status = read_epsilon(r);
    return status == SENTIMENT_OK ? read_labels(r) : status;
}

sentiment_status snt_config_read(
    snt_config *config, const char *path, sentiment_error *err)
{
    reader r = {.config = config, .path = path, .err = err};
    json_t *root;
    sentiment_status status = snt_json_file_read(&root, path, 0, err);

    if (status != SENTIMENT_OK)
        return status;
    r.root = root;
    status = read_all(&r);
    json_decref(root);
    return status;
}

void snt_config_free(snt_config *config)
{
    for (size_t i = 0; i < config->n_labels; i++)
        free(config->labels[i]);
    free(config->labels);
    *config = (snt_config){.labels = NULL};
}

/* ---- label_map ---- */

static sentiment_status rename_one(
    const reader *r, const char *entry, size_t len, char **renamed)
{
    const char *equals = memchr(entry, '=', len);
    size_t old = equals ? (size_t)(equals - entry) : 0;

    if (snt_utf8_valid(entry, len) < len)
        return snt_fail(r->err, SENTIMENT_EINVAL, "label map: expected UTF-8");
    if (!old || old + 1 == len)
        return snt_fail(
            r->err, SENTIMENT_EINVAL, "label map: \"%.*s\": expected old=new",
            (int)(len > 80 ? 80 : len), entry);
    for (size_t i = 0; i < r->config->n_labels; i++) {
        const char *label = r->config->labels[i];

        if (strlen(label) != old || memcmp(label, entry, old))
            continue;
        if (renamed[i])
            return snt_fail(
                r->err, SENTIMENT_EINVAL,
                "label map: \"%.*s\" is renamed twice",
                (int)(old > 80 ? 80 : old), entry);
        renamed[i] = strndup(equals + 1, len - old - 1);
        return renamed[i] ? SENTIMENT_OK : snt_fail_memory(r->err);
    }
    return snt_fail(
        r->err, SENTIMENT_EINVAL, "label map: the model has no label \"%.*s\"",
        (int)(old > 80 ? 80 : old), entry);
}

sentiment_status snt_config_rename(
    snt_config *config, const char *label_map, sentiment_error *err)
{
    const reader r = {.config = config, .path = "label map", .err = err};
    char **renamed = calloc(config->n_labels, sizeof(char *));
    sentiment_status status = renamed ? SENTIMENT_OK : snt_fail_memory(err);

    while (status == SENTIMENT_OK && *label_map) {
        size_t len = strcspn(label_map, ",");

        status = rename_one(&r, label_map, len, renamed);
        label_map += len + (label_map[len] == ',');
    }
    for (size_t i = 0; renamed && i < config->n_labels; i++) {
        if (status == SENTIMENT_OK && renamed[i]) {
            free(config->labels[i]);
            config->labels[i] = renamed[i];
        } else {
            free(renamed[i]);
        }
    }
    free(renamed);
    if (status == SENTIMENT_OK && check_distinct(&r) != SENTIMENT_OK)
        return snt_fail(
            err, SENTIMENT_EINVAL, "label map: two labels of one name");
    return status;
}
