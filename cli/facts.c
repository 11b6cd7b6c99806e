/* facts.c - see facts.h. */
#include "facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "json.h"

void snt_facts_add(snt_facts *facts, const snt_fact *more, size_t n)
{
    for (size_t i = 0; i < n && facts->n < SNT_FACTS; i++)
        facts->all[facts->n++] = more[i];
}

static sentiment_status list_labels(
    snt_facts *facts, const sentiment_model *model, sentiment_error *err)
{
    size_t n = sentiment_model_n_labels(model);

    facts->labels = calloc(n + 1, sizeof(*facts->labels));
    if (!facts->labels)
        return snt_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        facts->labels[i] = sentiment_model_label(model, i);
    return SENTIMENT_OK;
}

sentiment_status snt_facts_add_model(
    snt_facts *facts, const sentiment_model *model, sentiment_error *err)
{
    sentiment_model_info info = {.size = sizeof(info)};
    sentiment_status status = list_labels(facts, model, err);

    if (status == SENTIMENT_OK)
        status = sentiment_model_describe(model, &info, err);
    if (status != SENTIMENT_OK)
        return status;
    snt_facts_add(
        facts,
        (const snt_fact[]){
            {"model", "model", info.dir, 0, NULL},
            {"architecture", "architecture", info.architecture, 0, NULL},
            {"weights", "weights", info.weights, 0, NULL},
            {"dtype", "stored as", info.dtype, 0, NULL},
            {"parameters", "parameters", NULL, info.parameters, NULL},
            {"layers", "layers", NULL, info.layers, NULL},
            {"hidden", "hidden size", NULL, info.hidden, NULL},
            {"heads", "heads", NULL, info.heads, NULL},
            {"vocab", "vocabulary", NULL, info.vocab, NULL},
            {"max_tokens", "longest text", NULL, info.max_tokens, NULL},
            {"scores", "scores by", info.multi_label ? "sigmoid" : "softmax", 0,
             NULL},
            {"tokenizer", "tokenizer",
             sentiment_tokenizer_kind(sentiment_model_tokenizer(model)), 0,
             NULL},
            {"labels", "labels", NULL, sentiment_model_n_labels(model),
             facts->labels}},
        13);
    return SENTIMENT_OK;
}

/* ["negative","neutral"] or negative, neutral */
static void put_items(snt_buffer *buf, const snt_fact *fact, bool as_json)
{
    snt_buffer_add_string(buf, as_json ? "[" : "");
    for (size_t i = 0; i < fact->number; i++) {
        const char *item = fact->items[i];

        snt_buffer_add_string(buf, !i ? "" : as_json ? "," : ", ");
        if (as_json)
            snt_json_string(buf, item, strlen(item));
        else
            snt_buffer_add_string(buf, item);
    }
    snt_buffer_add_string(buf, as_json ? "]" : "");
}

static void put_json(const snt_facts *facts, snt_buffer *buf)
{
    snt_json_object object = {0};
    snt_buffer list = {0};

    for (size_t i = 0; i < facts->n; i++) {
        const snt_fact *fact = &facts->all[i];

        if (fact->items) {
            snt_buffer_clear(&list);
            put_items(&list, fact, true);
            snt_json_add_raw(
                &object, fact->key, strlen(fact->key), list.bytes, list.len);
        } else if (fact->string) {
            snt_json_add_string(
                &object, fact->key, fact->string, strlen(fact->string));
        } else {
            snt_json_add_uint(&object, fact->key, fact->number);
        }
    }
    snt_json_end(&object, buf);
    snt_buffer_add_char(buf, '\n');
    snt_buffer_free(&list);
    snt_json_free(&object);
}

static void put_lines(const snt_facts *facts, snt_buffer *buf)
{
    char text[32];

    for (size_t i = 0; i < facts->n; i++) {
        const snt_fact *fact = &facts->all[i];

        snprintf(text, sizeof(text), "%-16s", fact->title);
        snt_buffer_add_string(buf, text);
        snprintf(text, sizeof(text), "%llu", (unsigned long long)fact->number);
        if (fact->items)
            put_items(buf, fact, false);
        else
            snt_buffer_add_string(buf, fact->string ? fact->string : text);
        snt_buffer_add_char(buf, '\n');
    }
}

void snt_facts_put(const snt_facts *facts, snt_buffer *buf, bool as_json)
{
    if (as_json)
        put_json(facts, buf);
    else
        put_lines(facts, buf);
}

void snt_facts_free(snt_facts *facts)
{
    free(facts->labels);
    *facts = (snt_facts){.n = 0};
}
