/*
 * model.c - see the public model.h: config, weights and tokenizer of one
 * checkpoint, held together and against each other.
 */
#include "model.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "error.h"
#include "options.h"
#include "tokenizer/tokenizer.h"
#include "formats.h"

struct sentiment_model {
    char *dir;
    snt_config config;
    snt_weights weights;
    sentiment_tokenizer *tok;
    snt_network network;
    snt_layer *layers; /* [config.layers] */
    size_t max_tokens;
};

/* The names of a family's tensors; "%" stands for the layer's number. */
typedef struct names {
    const char *embeddings, *layer;
    const char *query, *key, *value, *attention_out, *attention_norm;
    const char *up, *down, *out_norm;
    const char *head_dense, *head_out;
} names;

static const names names_of[] = {
    [SNT_ROBERTA] =
        {"roberta.embeddings.", "roberta.encoder.layer.%d.",
         "attention.self.query", "attention.self.key", "attention.self.value",
         "attention.output.dense", "attention.output.LayerNorm",
         "intermediate.dense", "output.dense", "output.LayerNorm",
         "classifier.dense", "classifier.out_proj"},
    [SNT_BERT] =
        {"bert.embeddings.", "bert.encoder.layer.%d.", "attention.self.query",
         "attention.self.key", "attention.self.value", "attention.output.dense",
         "attention.output.LayerNorm", "intermediate.dense", "output.dense",
         "output.LayerNorm", "bert.pooler.dense", "classifier"},
    [SNT_DISTILBERT] =
        {"distilbert.embeddings.", "distilbert.transformer.layer.%d.",
         "attention.q_lin", "attention.k_lin", "attention.v_lin",
         "attention.out_lin", "sa_layer_norm", "ffn.lin1", "ffn.lin2",
         "output_layer_norm", "pre_classifier", "classifier"},
};

enum { MAX_NAME = 128 };

/* ---- tensors into the network ---- */

static sentiment_status wrong_shape(
    const sentiment_model *model, const snt_weight *weight, int64_t rows,
    int64_t cols, sentiment_error *err)
{
    char is[80] = "", expected[48];
    size_t n = 0;

    for (int i = 0; i < weight->n_dims; i++)
        n += (size_t)snprintf(
            is + n, sizeof(is) - n, "%s%lld", i ? ", " : "",
            (long long)weight->shape[i]);
    if (cols)
        snprintf(
            expected, sizeof(expected), "%lld, %lld", (long long)rows,
            (long long)cols);
    else
        snprintf(expected, sizeof(expected), "%lld", (long long)rows);
    return snt_fail(
        err, SENTIMENT_EFORMAT, "%s: %s: shape [%s], config.json makes it [%s]",
        model->weights.source, weight->name, is, expected);
}

/* cols 0: a vector of rows. */
static sentiment_status get(
    const sentiment_model *model, const char *name, const char *older,
    int64_t rows, int64_t cols, snt_tensor *tensor, sentiment_error *err)
{
    const snt_weight *weight = snt_weights_find(&model->weights, name);

    if (!weight && older)
        weight = snt_weights_find(&model->weights, older);
    if (!weight)
        return snt_fail(
            err, SENTIMENT_EFORMAT, "%s: no tensor \"%s\"",
            model->weights.source, name);
    if (weight->n_dims != (cols ? 2 : 1) || weight->shape[0] != rows ||
        (cols && weight->shape[1] != cols))
        return wrong_shape(model, weight, rows, cols, err);
    if (weight->dtype == SNT_DTYPE_OTHER)
        return snt_fail(
            err, SENTIMENT_EFORMAT, "%s: %s: expected F32, F16 or BF16",
            model->weights.source, weight->name);
    *tensor = (snt_tensor){
        weight->data, rows, cols ? cols : 1, (snt_dtype)weight->dtype};
    return SENTIMENT_OK;
}

/* prefix, then name with .weight and .bias. */
static sentiment_status get_affine(
    const sentiment_model *model, const char *prefix, const char *name,
    int64_t rows, int64_t cols, snt_affine *affine, sentiment_error *err)
{
    char weight[MAX_NAME], bias[MAX_NAME], gamma[MAX_NAME], beta[MAX_NAME];
    sentiment_status status;

    snprintf(weight, MAX_NAME, "%s%s.weight", prefix, name);
    snprintf(bias, MAX_NAME, "%s%s.bias", prefix, name);
    /* What layer norms were called before 2019. */
    snprintf(gamma, MAX_NAME, "%s%s.gamma", prefix, name);
    snprintf(beta, MAX_NAME, "%s%s.beta", prefix, name);
    status = get(
        model, weight, cols ? NULL : gamma, rows, cols, &affine->weight, err);
    if (status == SENTIMENT_OK)
        status =
            get(model, bias, cols ? NULL : beta, rows, 0, &affine->bias, err);
    return status;
}

static sentiment_status get_layer(
    const sentiment_model *model, const names *n, int i, snt_layer *layer,
    sentiment_error *err)
{
    int64_t hidden = model->config.hidden, wide = model->config.intermediate;
    const struct {
        const char *name;
        int64_t rows, cols;
        snt_affine *to;
    } parts[] = {
        {n->query, hidden, hidden, &layer->query},
        {n->key, hidden, hidden, &layer->key},
        {n->value, hidden, hidden, &layer->value},
        {n->attention_out, hidden, hidden, &layer->attention_out},
        {n->attention_norm, hidden, 0, &layer->attention_norm},
        {n->up, wide, hidden, &layer->up},
        {n->down, hidden, wide, &layer->down},
        {n->out_norm, hidden, 0, &layer->out_norm},
    };
    char prefix[MAX_NAME / 2];
    int len = (int)(strchr(n->layer, '%') - n->layer);

    snprintf(prefix, sizeof(prefix), "%.*s%d.", len, n->layer, i);
    for (size_t p = 0; p < sizeof(parts) / sizeof(*parts); p++) {
        sentiment_status status = get_affine(
            model, prefix, parts[p].name, parts[p].rows, parts[p].cols,
            parts[p].to, err);

        if (status != SENTIMENT_OK)
            return status;
    }
    return SENTIMENT_OK;
}

static sentiment_status get_embeddings(
    sentiment_model *model, const char *prefix, sentiment_error *err)
{
    const snt_config *c = &model->config;
    snt_network *net = &model->network;
    const struct {
        const char *name;
        int64_t rows;
        snt_tensor *to;
    } tables[] = {
        {"word_embeddings.weight", c->vocab, &net->word_embeddings},
        {"position_embeddings.weight", c->positions, &net->position_embeddings},
        {"token_type_embeddings.weight", c->types, &net->type_embeddings},
    };
    int n = c->family == SNT_DISTILBERT || !c->types ? 2 : 3;

    for (int i = 0; i < n; i++) {
        char name[MAX_NAME];
        sentiment_status status;

        snprintf(name, sizeof(name), "%s%s", prefix, tables[i].name);
        status = get(
            model, name, NULL, tables[i].rows, c->hidden, tables[i].to, err);
        if (status != SENTIMENT_OK)
            return status;
    }
    return get_affine(
        model, prefix, "LayerNorm", c->hidden, 0, &net->embeddings_norm, err);
}

static sentiment_status get_network(
    sentiment_model *model, sentiment_error *err)
{
    const snt_config *c = &model->config;
    const names *n = &names_of[c->family];
    snt_network *net = &model->network;
    sentiment_status status;

    *net = (snt_network){
        .hidden = c->hidden,
        .heads = c->heads,
        .intermediate = c->intermediate,
        .n_layers = c->layers,
        .n_labels = (int64_t)c->n_labels,
        .vocab = c->vocab,
        .n_positions = c->positions,
        .layer_norm_eps = (float)c->layer_norm_eps,
        .head_activation = c->family == SNT_DISTILBERT ? SNT_RELU : SNT_TANH};
    model->layers = calloc((size_t)c->layers, sizeof(*model->layers));
    if (!model->layers)
        return snt_fail_memory(err);
    net->layers = model->layers;
    status = get_embeddings(model, n->embeddings, err);
    for (int i = 0; status == SENTIMENT_OK && i < c->layers; i++)
        status = get_layer(model, n, i, &model->layers[i], err);
    if (status == SENTIMENT_OK)
        status = get_affine(
            model, "", n->head_dense, c->hidden, c->hidden, &net->head_dense,
            err);
    if (status == SENTIMENT_OK)
        status = get_affine(
            model, "", n->head_out, (int64_t)c->n_labels, c->hidden,
            &net->head_out, err);
    return status;
}

/* ---- the tokenizer's part ---- */

sentiment_status snt_model_finish(sentiment_model *model, sentiment_error *err)
{
    const snt_config *c = &model->config;
    int64_t most =
        c->family == SNT_ROBERTA ? c->positions - c->pad_id - 1 : c->positions;
    sentiment_status status =
        sentiment_tokenizer_open(&model->tok, model->dir, err);
    size_t limit;

    if (status != SENTIMENT_OK)
        return status;
    if (sentiment_tokenizer_n_ids(model->tok) > (uint64_t)c->vocab)
        return snt_fail(
            err, SENTIMENT_EFORMAT,
            "%s: the tokenizer has ids up to %zu, vocab_size is %lld",
            model->dir, sentiment_tokenizer_n_ids(model->tok) - 1,
            (long long)c->vocab);
    limit = sentiment_tokenizer_limit(model->tok);
    model->max_tokens = most > 0 ? (size_t)most : 0;
    if (limit && limit < model->max_tokens)
        model->max_tokens = limit;
    if (model->max_tokens <= snt_tokenizer_n_special(model->tok))
        return snt_fail(
            err, SENTIMENT_EFORMAT, "%s: room for %zu tokens only", model->dir,
            model->max_tokens);
    return SENTIMENT_OK;
}

/* ---- open ---- */

static sentiment_status open_weights(
    sentiment_model *model, const char *dir, const char *label_map,
    sentiment_error *err)
{
    char *config;
    sentiment_status status;

    model->dir = strdup(dir);
    config = snt_file_join(dir, "config.json");
    status = model->dir && config ? snt_config_read(&model->config, config, err)
                                  : snt_fail_memory(err);
    free(config);
    if (status == SENTIMENT_OK && label_map)
        status = snt_config_rename(&model->config, label_map, err);
    if (status == SENTIMENT_OK)
        status = snt_weights_load(&model->weights, dir, err);
    return status == SENTIMENT_OK ? get_network(model, err) : status;
}

sentiment_status snt_model_begin(
    sentiment_model **model, const char *dir,
    const sentiment_model_options *opts, sentiment_error *err)
{
    sentiment_model_options known;
    sentiment_model *made;
    sentiment_status status = snt_options_read(
        &known, sizeof(known), opts, "sentiment_model_options", err);

    *model = NULL;
    if (status != SENTIMENT_OK)
        return status;
    made = calloc(1, sizeof(*made));
    if (!made)
        return snt_fail_memory(err);
    status = open_weights(made, dir, known.label_map, err);
    if (status == SENTIMENT_OK)
        *model = made;
    else
        sentiment_model_close(made);
    return status;
}

sentiment_status sentiment_model_open(
    sentiment_model **model, const char *dir,
    const sentiment_model_options *opts, sentiment_error *err)
{
    assert(model && dir);
    sentiment_status status = snt_model_begin(model, dir, opts, err);

    if (status == SENTIMENT_OK)
        status = snt_model_finish(*model, err);
    if (status != SENTIMENT_OK) {
        sentiment_model_close(*model);
        *model = NULL;
    }
    return status;
}

void sentiment_model_close(sentiment_model *model)
{
    if (!model)
        return;
    sentiment_tokenizer_close(model->tok);
    snt_weights_free(&model->weights);
    snt_config_free(&model->config);
    free(model->layers);
    free(model->dir);
    free(model);
}

void snt_model_let_go(const sentiment_model *model)
{
    for (size_t i = 0; i < model->weights.n_files; i++)
        snt_file_let_go(&model->weights.files[i]);
}

/* ---- questions ---- */

/* All exponent bits set: an infinity, or no number. */
static bool all_finite(const snt_weight *weight)
{
    const unsigned char *p = weight->data;
    size_t bytes = weight->type->bytes;
    unsigned mask = weight->dtype == SNT_F16 ? 0x7C00 : 0x7F80;

    for (uint64_t i = 0; i < weight->count; i++, p += bytes) {
        unsigned top = p[bytes - 2] | (unsigned)p[bytes - 1] << 8;

        if ((top & mask) == mask)
            return false;
    }
    return true;
}

sentiment_status sentiment_model_verify(
    const sentiment_model *model, sentiment_error *err)
{
    assert(model);
    for (size_t i = 0; i < model->weights.n; i++) {
        const snt_weight *weight = &model->weights.all[i];

        if (weight->dtype != SNT_DTYPE_OTHER && !all_finite(weight))
            return snt_fail(
                err, SENTIMENT_EFORMAT,
                "%s: %s: a value that is not a finite number",
                model->weights.source, weight->name);
    }
    return SENTIMENT_OK;
}

static const char *dtype_name(const sentiment_model *model)
{
    static const char *const dtypes[] = {"F32", "F16", "BF16"};
    int dtype = SNT_DTYPE_OTHER;

    for (size_t i = 0; i < model->weights.n; i++) {
        int one = model->weights.all[i].dtype;

        if (one == SNT_DTYPE_OTHER)
            continue;
        if (dtype != SNT_DTYPE_OTHER && one != dtype)
            return "mixed";
        dtype = one;
    }
    return dtype == SNT_DTYPE_OTHER ? "mixed" : dtypes[dtype];
}

static uint64_t parameters(const sentiment_model *model)
{
    uint64_t n = 0;

    for (size_t i = 0; i < model->weights.n; i++)
        if (model->weights.all[i].dtype != SNT_DTYPE_OTHER)
            n += model->weights.all[i].count;
    return n;
}

sentiment_status sentiment_model_describe(
    const sentiment_model *model, sentiment_model_info *info,
    sentiment_error *err)
{
    assert(model && info);
    const snt_config *c = &model->config;
    const sentiment_model_info all = {
        .multi_label = c->multi_label,
        .dir = model->dir,
        .architecture = c->architecture,
        .family = c->family_name,
        .weights = model->weights.source,
        .dtype = dtype_name(model),
        .parameters = parameters(model),
        .layers = (uint32_t)c->layers,
        .hidden = (uint32_t)c->hidden,
        .heads = (uint32_t)c->heads,
        .intermediate = (uint32_t)c->intermediate,
        .vocab = (uint32_t)c->vocab,
        .max_tokens = (uint32_t)model->max_tokens};

    return snt_options_write(
        info, &all, sizeof(all), "sentiment_model_info", err);
}

size_t sentiment_model_n_labels(const sentiment_model *model)
{
    assert(model);
    return model->config.n_labels;
}

const char *sentiment_model_label(const sentiment_model *model, size_t i)
{
    assert(model);
    return i < model->config.n_labels ? model->config.labels[i] : NULL;
}

const sentiment_tokenizer *sentiment_model_tokenizer(
    const sentiment_model *model)
{
    assert(model);
    return model->tok;
}

const snt_network *snt_model_network(const sentiment_model *model)
{
    return &model->network;
}

bool snt_model_multi_label(const sentiment_model *model)
{
    return model->config.multi_label;
}

void snt_model_positions(
    const sentiment_model *model, const int32_t *ids, size_t n,
    int32_t *positions)
{
    int32_t pad = (int32_t)model->config.pad_id, next = pad + 1;

    if (model->config.family != SNT_ROBERTA) {
        for (size_t i = 0; i < n; i++)
            positions[i] = (int32_t)i;
        return;
    }
    for (size_t i = 0; i < n; i++)
        positions[i] = ids[i] == pad ? pad : next++;
}
