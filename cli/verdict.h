/* verdict.h - a text's result as members of a JSON object: the same words in
 * every line, reply and record. */
#ifndef SNT_VERDICT_H
#define SNT_VERDICT_H

#include "json.h"
#include "sentiment/model.h"

/** Whether a member or column of this name is part of a result: what came in
 * under it would be taken for the result's own. "scores.LABEL" is how csv
 * calls a member of scores. */
bool snt_verdict_owns(const char *name, size_t len);

/** Adds label and score. */
void snt_verdict_add(
    snt_json_object *object, const sentiment_model *model,
    const sentiment_result *result);

/** Adds scores: an object with the score of every label. */
void snt_verdict_add_scores(
    snt_json_object *object, const sentiment_model *model, const float *scores);

/** Adds truncated and windows where they apply. */
void snt_verdict_add_flags(
    snt_json_object *object, const sentiment_result *result);

#endif
