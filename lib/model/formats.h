/*
 * formats.h - the files that a checkpoint's weights come in. Whatever the
 * format, tensors are checked against the file's bounds and each other's, and
 * stay where they lie in the mapped file.
 */
#ifndef SNT_FORMATS_H
#define SNT_FORMATS_H

#include "weights.h"

/** Finds and maps the weights of the checkpoint in dir: model.safetensors, its
 * sharded index, or pytorch_model.bin. */
sentiment_status snt_weights_load(
    snt_weights *weights, const char *dir, sentiment_error *err);

sentiment_status snt_safetensors_read(
    snt_weights *weights, const char *path, sentiment_error *err);
sentiment_status snt_unpickle_read(
    snt_weights *weights, const char *path, sentiment_error *err);

#endif
