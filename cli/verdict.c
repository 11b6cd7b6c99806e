/* verdict.c - see verdict.h. */
#include "verdict.h"

#include <string.h>

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
