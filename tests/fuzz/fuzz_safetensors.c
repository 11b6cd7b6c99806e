/* fuzz_safetensors.c - any bytes as model.safetensors. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    snt_weights weights = {.all = NULL};
    sentiment_error err;

    if (snt_safetensors_read(&weights, fuzz_file(bytes, len), &err) ==
        SENTIMENT_OK)
        fuzz_check_places(&weights);
    snt_weights_free(&weights);
    return 0;
}
