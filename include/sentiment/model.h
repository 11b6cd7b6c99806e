/*
 * model.h - a checkpoint on disk: inspect it, verify it, convert it.
 *
 * Reads an unmodified Hugging Face directory of a RoBERTa, DistilRoBERTa,
 * BERT or DistilBERT sequence classifier: config.json, the weights
 * (model.safetensors, its sharded index, or pytorch_model.bin) and the
 * tokenizer. Nothing in a file is ever run. Weights are mapped, not copied.
 * A model never changes after open; threads may share it.
 */
#ifndef SENTIMENT_MODEL_H
#define SENTIMENT_MODEL_H

#include "tokenizer.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sentiment_model sentiment_model;

/** In every field but size, zero or NULL asks for the default. */
typedef struct sentiment_model_options {
    uint32_t size; /* sizeof this struct */
    uint32_t reserved;
    const char *label_map; /* "old=new,…": labels under another name */
} sentiment_model_options;

/**
 * Opens the checkpoint in directory dir and checks everything that can be
 * checked without reading the weights through: every tensor's name, type,
 * shape and place. opts may be NULL.
 */
sentiment_status sentiment_model_open(
    sentiment_model **model, const char *dir,
    const sentiment_model_options *opts, sentiment_error *err);
void sentiment_model_close(sentiment_model *model);

/** Reads all weights once and fails when one is not a finite number. */
sentiment_status sentiment_model_verify(
    const sentiment_model *model, sentiment_error *err);

/** What a checkpoint is. Strings are borrowed from the model. */
typedef struct sentiment_model_info {
    uint32_t size;            /* sizeof this struct, set by the caller */
    uint32_t multi_label;     /* 1: scores by sigmoid, 0: by softmax */
    const char *dir;          /* as given to open */
    const char *architecture; /* "RobertaForSequenceClassification" */
    const char *family;       /* "roberta", "bert", "distilbert" */
    const char *weights;      /* the file they come from */
    const char *dtype;        /* "F32", "F16", "BF16" or "mixed" */
    uint64_t parameters;
    uint32_t layers;
    uint32_t hidden;
    uint32_t heads;
    uint32_t intermediate;
    uint32_t vocab;
    uint32_t max_tokens; /* the longest input, special tokens included */
} sentiment_model_info;

/** Fills *info; EINVAL when info->size is not set. */
sentiment_status sentiment_model_describe(
    const sentiment_model *model, sentiment_model_info *info,
    sentiment_error *err);

/** How many labels there are, 2 or more. */
size_t sentiment_model_n_labels(const sentiment_model *model);

/** The name of label i, or NULL when there is none. */
const char *sentiment_model_label(const sentiment_model *model, size_t i);

/** The checkpoint's own tokenizer, borrowed. */
const sentiment_tokenizer *sentiment_model_tokenizer(
    const sentiment_model *model);

/** In every field but size, zero or NULL asks for the default. */
typedef struct sentiment_convert_options {
    uint32_t size; /* sizeof this struct */
    uint32_t reserved;
    const char *dtype; /* "fp32", "bf16", "fp16"; "keep", the default */
} sentiment_convert_options;

/**
 * Writes the checkpoint in directory from once more, to a directory to that is
 * not there yet: its weights, whatever format they have, as one
 * model.safetensors with floating-point tensors in dtype (rounded to the
 * nearest, ties to even), and the other small files as they are, but for the
 * type that config.json names. The same input gives the same bytes. All of it
 * is read back and compared before it gets its name; after a failure nothing
 * of it is left. EINVAL when to is there; EFORMAT names a tensor with a value
 * that dtype cannot hold. opts may be NULL. Takes as long as reading from
 * twice and writing to once, and 256 KiB.
 */
sentiment_status sentiment_model_convert(
    const char *from, const char *to, const sentiment_convert_options *opts,
    sentiment_error *err);

#ifdef __cplusplus
}
#endif

#endif
