/* fuzz_unpickle.c - any bytes as pytorch_model.bin. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    snt_weights weights = {.all = NULL};
    sentiment_error err;

    if (snt_unpickle_read(&weights, fuzz_file(bytes, len), &err) ==
        SENTIMENT_OK)
        fuzz_check_places(&weights);
    snt_weights_free(&weights);
    return 0;
}
