/* model.h - what the classifier asks of a checkpoint beyond model.h's
 * public questions. */
#ifndef SNT_MODEL_H
#define SNT_MODEL_H

#include <stdbool.h>

#include "sentiment/model.h"
#include "shim/engine.h"

/** sentiment_model_open in two steps. The first reads all but the tokenizer,
 * which takes a tenth of the time; the second may run on another thread,
 * together with those who ask for the network. */
sentiment_status snt_model_begin(
    sentiment_model **model, const char *dir,
    const sentiment_model_options *opts, sentiment_error *err);
sentiment_status snt_model_finish(sentiment_model *model, sentiment_error *err);

/** The network's shape and weights, borrowed: they lie in the mapped file. */
const snt_network *snt_model_network(const sentiment_model *model);

/** The network stays, but not in the memory of the process. */
void snt_model_let_go(const sentiment_model *model);

/** Fills positions[n] for one text's ids as the family counts them: RoBERTa
 * from pad id + 1, skipping padding tokens; BERT and DistilBERT from 0. */
void snt_model_positions(
    const sentiment_model *model, const int32_t *ids, size_t n,
    int32_t *positions);

/** Whether labels are scored one by one (sigmoid) or together (softmax). */
bool snt_model_multi_label(const sentiment_model *model);

#endif
