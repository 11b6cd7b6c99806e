/* options.c - see options.h; the ABI rule of every option struct. */
#include "options.h"

#include <string.h>

#include "error.h"

static sentiment_status no_size(const char *name, sentiment_error *err)
{
    return snt_fail(
        err, SENTIMENT_EINVAL, "%s.size is not set: use {.size = sizeof(%s)}",
        name, name);
}

sentiment_status snt_options_read(
    void *known, size_t known_size, const void *given, const char *name,
    sentiment_error *err)
{
    const unsigned char *bytes = given;
    uint32_t size;
    size_t i;

    memset(known, 0, known_size);
    if (!given)
        return SENTIMENT_OK;
    memcpy(&size, given, sizeof(size));
    if (size < sizeof(size))
        return no_size(name, err);
    for (i = known_size; i < size; i++)
        if (bytes[i])
            return snt_fail(
                err, SENTIMENT_EINVAL,
                "%s asks for something newer than library version %s", name,
                sentiment_version());
    memcpy(known, given, size < known_size ? size : known_size);
    return SENTIMENT_OK;
}

sentiment_status snt_options_write(
    void *given, const void *known, size_t known_size, const char *name,
    sentiment_error *err)
{
    uint32_t size;

    memcpy(&size, given, sizeof(size));
    if (size < sizeof(size))
        return no_size(name, err);
    memset(given, 0, size);
    memcpy(given, known, size < known_size ? size : known_size);
    memcpy(given, &size, sizeof(size));
    return SENTIMENT_OK;
}
