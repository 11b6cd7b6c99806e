/* log.c - see log.h. */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "json.h"
#include "utf8.h"

/* A line in the making; text and JSON differ in how a member is written. */
typedef struct line {
    bool json;
    snt_json_object object;
    snt_buffer buf;
} line;

static snt_log_format format_of(const snt_log *log)
{
    return log && log->format ? log->format : SNT_LOG_TEXT;
}

static void begin(line *l, const snt_log *log)
{
    *l = (line){.json = format_of(log) == SNT_LOG_JSON};
}

/* What stands in a line as it is: printable ASCII but quotes. */
static bool is_plain(const char *value)
{
    for (; *value; value++)
        if (*value <= ' ' || *value > '~' || strchr("\"\\=", *value))
            return false;
    return true;
}

/* A path is what the client sent: bytes that are not UTF-8 become U+FFFD. */
static void add_utf8(snt_buffer *buf, const char *value)
{
    size_t len = strlen(value), valid;

    while ((valid = snt_utf8_valid(value, len)) < len) {
        snt_buffer_add(buf, value, valid);
        snt_buffer_add_string(buf, "\xEF\xBF\xBD");
        value += valid + 1;
        len -= valid + 1;
    }
    snt_buffer_add(buf, value, len);
}

/* In text a value with blanks, quotes or what is not ASCII stands in quotes, as
 * JSON has them; no control reaches a terminal. */
static void add_string(line *l, const char *key, const char *value)
{
    bool plain = value && is_plain(value);
    snt_buffer utf8 = {0};

    if (!value || !*value)
        return;
    if (!plain)
        add_utf8(&utf8, value);
    if (l->json) {
        snt_json_add_string(
            &l->object, key, plain ? value : utf8.bytes,
            plain ? strlen(value) : utf8.len);
    } else {
        snt_buffer_add_string(&l->buf, l->buf.len ? " " : "");
        snt_buffer_add_string(&l->buf, key);
        snt_buffer_add_char(&l->buf, '=');
        if (plain)
            snt_buffer_add_string(&l->buf, value);
        else
            snt_json_string(&l->buf, utf8.bytes, utf8.len);
    }
    l->buf.failed |= utf8.failed;
    snt_buffer_free(&utf8);
}

static void add_uint(line *l, const char *key, uint64_t value)
{
    char digits[24];

    snprintf(digits, sizeof(digits), "%llu", (unsigned long long)value);
    if (l->json)
        snt_json_add_uint(&l->object, key, value);
    else
        add_string(l, key, digits);
}

static void add_ms(line *l, const char *key, uint64_t us)
{
    char digits[SNT_JSON_NUMBER];

    if (l->json) {
        snt_json_add_double(&l->object, key, (double)us / 1000);
        return;
    }
    digits[snt_json_format(digits, (double)us / 1000)] = '\0';
    add_string(l, key, digits);
}

static void add_time(line *l)
{
    char stamp[80];
    struct timespec now;
    struct tm utc;

    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    snprintf(
        stamp, sizeof(stamp), "%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ",
        utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour,
        utc.tm_min, utc.tm_sec, now.tv_nsec / 1000000);
    add_string(l, "time", stamp);
}

static void end(line *l)
{
    if (l->json)
        snt_json_end(&l->object, &l->buf);
    snt_buffer_add_char(&l->buf, '\n');
    if (!l->buf.failed && write(STDERR_FILENO, l->buf.bytes, l->buf.len) < 0)
        l->buf.failed = true; /* nobody reads it: there is nothing to do */
    snt_buffer_free(&l->buf);
    snt_json_free(&l->object);
}

void snt_log_say(
    const snt_log *log, sentiment_log_level level, const char *format, ...)
{
    static const char *const levels[] = {"debug", "info", "warning", "error"};
    char message[512];
    va_list args;
    line l;

    if (format_of(log) == SNT_LOG_OFF && level < SENTIMENT_LOG_WARNING)
        return;
    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    begin(&l, log);
    add_time(&l);
    add_string(&l, "level", levels[level]);
    add_string(&l, "message", message);
    end(&l);
}

/* A full queue or a late answer says something of the load, not of us. */
static const char *level_of(unsigned status)
{
    if (status == 503 || status == 504)
        return "warning";
    return status >= 500 ? "error" : "info";
}

void snt_log_answered(const snt_log *log, const snt_log_request *request)
{
    line l;

    if (format_of(log) == SNT_LOG_OFF)
        return;
    begin(&l, log);
    add_time(&l);
    add_string(&l, "level", level_of(request->status));
    add_string(&l, "method", request->method);
    add_string(&l, "path", request->path);
    add_uint(&l, "status", request->status);
    add_ms(&l, "ms", request->us);
    add_uint(&l, "in", request->bytes_in);
    add_uint(&l, "out", request->bytes_out);
    if (request->texts) {
        add_uint(&l, "texts", request->texts);
        add_uint(&l, "cached", request->cached);
    }
    add_string(&l, "client", request->client);
    add_string(&l, "request_id", request->request_id);
    add_string(&l, "traceparent", request->traceparent);
    add_string(&l, "error", request->error);
    end(&l);
}
