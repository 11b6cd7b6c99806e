/* fuzz_config.c - any bytes as config.json. */
#include "fuzz.h"
#include "model/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    snt_config config = {.labels = NULL};
    sentiment_error err;

    if (snt_config_read(&config, fuzz_file(bytes, len), &err) == SENTIMENT_OK)
        snt_config_rename(&config, "negative=down,positive=up", &err);
    snt_config_free(&config);
    return 0;
}
