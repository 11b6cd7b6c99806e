/* samples.c - see samples.h. */
#include "samples.h"

enum { SAMPLES = 16, SAMPLE_BYTES = 256 }; /* of a tensor */

void snt_samples_tensor(snt_digest_stream *stream, const snt_tensor *tensor)
{
    const int64_t shape[] = {tensor->rows, tensor->cols, tensor->dtype};
    const unsigned char *bytes = tensor->data;
    size_t len =
        (size_t)(tensor->rows * tensor->cols) * snt_dtype_size(tensor->dtype);

    if (!bytes)
        return;
    snt_digest_add(stream, shape, sizeof(shape));
    if (len <= SAMPLES * SAMPLE_BYTES)
        snt_digest_add(stream, bytes, len);
    else
        for (size_t i = 0; i < SAMPLES; i++)
            snt_digest_add(
                stream, bytes + (len - SAMPLE_BYTES) / (SAMPLES - 1) * i,
                SAMPLE_BYTES);
}

void snt_samples_affine(snt_digest_stream *stream, const snt_affine *affine)
{
    snt_samples_tensor(stream, &affine->weight);
    snt_samples_tensor(stream, &affine->bias);
}
