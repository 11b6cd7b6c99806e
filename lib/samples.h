/* samples.h - samples of tensors, in which two trainings of a model differ. */
#ifndef SNT_SAMPLES_H
#define SNT_SAMPLES_H

#include "digest.h"
#include "shim/engine.h"

/** Shape, and some of the values: of a vector of some hundred all. */
void snt_samples_tensor(snt_digest_stream *stream, const snt_tensor *tensor);
void snt_samples_affine(snt_digest_stream *stream, const snt_affine *affine);

#endif
