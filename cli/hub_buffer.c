/* hub_buffer.c - a reply that is kept in memory: see snt_buffer_sink. */
#include "error.h"
#include "hub_http.h"

enum { MAX_BODY = 64 << 20 };

static sentiment_status begin_buffer(
    void *arg, uint64_t *have, sentiment_error *err)
{
    (void)err;
    snt_buffer_clear(arg);
    *have = 0;
    return SENTIMENT_OK;
}

static bool add_buffer(void *arg, const void *bytes, size_t len)
{
    snt_buffer *buf = arg;

    if (buf->len + len > MAX_BODY)
        buf->failed = true;
    snt_buffer_add(buf, bytes, len);
    return !buf->failed;
}

static bool restart_buffer(void *arg)
{
    snt_buffer_clear(arg);
    return true;
}

static sentiment_status end_buffer(void *arg, sentiment_error *err)
{
    if (((snt_buffer *)arg)->failed)
        return snt_fail(
            err, SENTIMENT_EFORMAT, "the hub's answer is over %d MB",
            MAX_BODY / 1000000);
    return SENTIMENT_OK;
}

const snt_sink snt_buffer_sink = {
    begin_buffer, add_buffer, restart_buffer, end_buffer};
