/* verdict.c - see verdict.h. */
#include "verdict.h"

#include <string.h>

bool snt_verdict_owns(const char *name, size_t len)
{
    static const char *const owned[] = {
        "label", "score", "scores", "truncated", "windows"};

    for (size_t i = 0; i < sizeof(owned) / sizeof(*owned); i++)
        if (strlen(owned[i]) == len && !memcmp(owned[i], name, len))
            return true;
    return len > 7 && !memcmp(name, "scores.", 7);
}

void snt_verdict_add(
    snt_json_object *object, const sentiment_model *model,
    const sentiment_result *result)
{
    const char *label = sentiment_model_label(model, (size_t)result->label);

    snt_json_add_string(object, "label", label, strlen(label));
    snt_json_add_score(object, "score", result->score);
}

void snt_verdict_add_scores(
    snt_json_object *object, const sentiment_model *model, const float *scores)
{
    snt_json_object inner = {0};
    snt_buffer json = {0};

    for (size_t i = 0; i < sentiment_model_n_labels(model); i++)
        snt_json_add_score(&inner, sentiment_model_label(model, i), scores[i]);
    snt_json_end(&inner, &json);
    snt_json_add_raw(object, "scores", 6, json.bytes, json.len);
    snt_buffer_free(&json);
    snt_json_free(&inner);
}

void snt_verdict_add_flags(
    snt_json_object *object, const sentiment_result *result)
{
    if (result->flags & SENTIMENT_TRUNCATED)
        snt_json_add_bool(object, "truncated", true);
    if (result->windows > 1)
        snt_json_add_uint(object, "windows", result->windows);
}
