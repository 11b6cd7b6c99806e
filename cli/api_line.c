/* api_line.c - see api_line.h. */
#include "api_line.h"

#include <jansson.h>
#include <string.h>

#include "record_json.h"
#include "utf8.h"
#include "verdict.h"

static snt_record *read_string(snt_record *rec, sentiment_text line)
{
    json_t *string = json_loadb(
        line.bytes, line.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);

    if (json_is_string(string))
        snt_record_set_text(
            rec, json_string_value(string), json_string_length(string));
    else
        snt_record_fail(rec, "neither a JSON object nor a string");
    json_decref(string);
    return rec;
}

static snt_record *read_line(snt_record *rec, sentiment_text line, size_t max)
{
    size_t valid;

    if (line.len > max)
        return snt_record_fail(rec, "the line is larger than %zu bytes", max);
    valid = snt_utf8_valid(line.bytes, line.len);
    if (valid < line.len)
        return snt_record_fail(rec, "not UTF-8 at byte %zu", valid);
    if (*line.bytes == '"')
        return read_string(rec, line);
    return snt_record_read_object(rec, line.bytes, line.len, "text");
}

snt_record *snt_api_line_read(sentiment_text line, uint64_t number, size_t max)
{
    snt_record *rec = snt_record_new("batch", number);

    if (rec && !read_line(rec, line, max)->bytes.failed)
        return rec;
    snt_record_free(rec);
    return NULL;
}

static void end_line(snt_json_object *object, snt_buffer *buf)
{
    snt_json_end(object, buf);
    snt_buffer_add_char(buf, '\n');
    snt_json_free(object);
}

void snt_api_line_put(
    snt_buffer *buf, const snt_record *rec, const sentiment_answer *answer,
    bool scores)
{
    sentiment_text text = snt_record_text(rec);
    snt_json_object object = {0};

    snt_record_put_fields(rec, &object, false);
    snt_json_add_string(&object, "text", text.bytes, text.len);
    if (answer) {
        snt_verdict_add(&object, answer->model, &answer->result);
        snt_verdict_add_flags(&object, &answer->result);
    } else {
        snt_json_add_null(&object, "label");
        snt_json_add_null(&object, "score");
    }
    if (answer && scores)
        snt_verdict_add_scores(&object, answer->model, answer->scores);
    end_line(&object, buf);
}

void snt_api_line_put_error(
    snt_buffer *buf, const snt_record *rec, const char *message)
{
    snt_json_object object = {0};

    snt_record_put_fields(rec, &object, false);
    snt_json_add_string(&object, "error", message, strlen(message));
    snt_json_add_uint(&object, "line", rec->line);
    end_line(&object, buf);
}
