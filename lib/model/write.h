/* write.h - a list of tensors as a file in the format of safetensors. */
#ifndef SNT_WRITE_H
#define SNT_WRITE_H

#include "weights.h"

/**
 * Writes all of the tensors to a new file at path: those of weights in dtype,
 * or as they are when it is negative, and others as they are. The bytes are
 * those that safetensors 0.8.0's save_file writes: the largest types first,
 * then by name. EFORMAT names a tensor with a value that is not finite in its
 * new type.
 */
sentiment_status snt_safetensors_write(
    const snt_weights *weights, int dtype, const char *path,
    sentiment_error *err);

/** Whether the tensors in found are those of weights in dtype, bit by bit;
 * EFORMAT names the first that is not. */
sentiment_status snt_weights_compare(
    const snt_weights *weights, int dtype, const snt_weights *found,
    sentiment_error *err);

#endif
