/* config.h - what config.json says of a checkpoint. */
#ifndef SNT_CONFIG_H
#define SNT_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "sentiment/base.h"

typedef enum snt_family {
    SNT_ROBERTA, /* and DistilRoBERTa: the same with fewer layers */
    SNT_BERT,
    SNT_DISTILBERT
} snt_family;

typedef struct snt_config {
    snt_family family;
    const char *family_name;  /* "roberta", "bert", "distilbert" */
    const char *architecture; /* "RobertaForSequenceClassification", … */
    int64_t hidden, heads, intermediate, layers, vocab, positions, types;
    int64_t pad_id;
    double layer_norm_eps;
    bool multi_label;
    char **labels; /* [n_labels], owned */
    size_t n_labels;
} snt_config;

/** Reads path into a zeroed config; what is not supported is named. */
sentiment_status snt_config_read(
    snt_config *config, const char *path, sentiment_error *err);
void snt_config_free(snt_config *config);

/** Renames labels by "old=new,…". */
sentiment_status snt_config_rename(
    snt_config *config, const char *label_map, sentiment_error *err);

#endif
