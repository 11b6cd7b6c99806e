/* api_errors.c - which status a failure is, and how each dialect words it. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "api_internal.h"

static const char *plain_type(unsigned status)
{
    switch (status) {
    case 401:
        return "Unauthorized";
    case 404:
        return "NotFound";
    case 405:
        return "MethodNotAllowed";
    case 429:
    case 503:
        return "Overloaded";
    case 504:
        return "Timeout";
    default:
        return status >= 500 ? "Backend" : "Validation";
    }
}

static const char *openai_type(unsigned status)
{
    if (status == 401)
        return "authentication_error";
    if (status == 404)
        return "not_found_error";
    return status >= 500 ? "server_error" : "invalid_request_error";
}

void snt_api_add_error(
    snt_buffer *buf, snt_error_shape shape, unsigned status,
    const char *message)
{
    snt_json_object object = {0};

    if (shape == SNT_ERRORS_OPENAI) {
        snt_json_add_string(&object, "message", message, strlen(message));
        snt_json_add_string(
            &object, "type", openai_type(status), strlen(openai_type(status)));
        snt_json_add_uint(&object, "code", status);
        snt_buffer_add_string(buf, "{\"error\":");
        snt_json_end(&object, buf);
        snt_buffer_add_char(buf, '}');
    } else {
        snt_json_add_string(&object, "error", message, strlen(message));
        snt_json_add_string(
            &object, "error_type", plain_type(status),
            strlen(plain_type(status)));
        snt_json_end(&object, buf);
    }
    snt_buffer_add_char(buf, '\n');
    snt_json_free(&object);
}

void snt_exchange_refuse(
    snt_exchange *x, unsigned status, const char *format, ...)
{
    snt_buffer body = {0};
    char message[256];
    va_list args;

    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    if (!x->error[0])
        snprintf(x->error, sizeof(x->error), "%.159s", message);
    if (status == 429 || status == 503)
        snt_http_header(x->req, "Retry-After", "1");
    snt_api_add_error(&body, x->route->errors, status, message);
    snt_http_reply(x->req, status, "application/json", &body);
}

static unsigned status_of(const snt_exchange *x, sentiment_status status)
{
    switch (status) {
    case SENTIMENT_ETEXT:
    case SENTIMENT_ETOOLONG:
        return 422;
    case SENTIMENT_EBUSY:
        return x->route->overloaded;
    case SENTIMENT_ESTATE:
    case SENTIMENT_ECANCELLED:
        return 503;
    case SENTIMENT_EDEADLINE:
        return 504;
    default:
        return 500;
    }
}

const char *snt_exchange_explain(
    snt_exchange *x, sentiment_status status, const char *message)
{
    switch (status_of(x, status)) {
    case 422:
        return message;
    case 429:
        return "too many texts are waiting, try again later";
    case 503:
        return status == SENTIMENT_EBUSY
                   ? "too many texts are waiting, try again later"
                   : "the service is shutting down";
    case 504:
        return "the deadline passed before there was an answer";
    default:
        snprintf(x->error, sizeof(x->error), "%.159s", message);
        return "the text could not be classified";
    }
}

void snt_exchange_fail(
    snt_exchange *x, sentiment_status status, const char *where,
    const char *message)
{
    const char *why = snt_exchange_explain(x, status, message);

    snt_exchange_refuse(x, status_of(x, status), "%s%s", where, why);
}
