/* test_input.c - the readers: lines, jsonl, csv, kcat, from files in parts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "csv.h"
#include "input.h"
#include "json.h"
#include "members.h"
#include "record_json.h"
#include "suites.h"

static int stderr_copy;

/* What is reported on standard error is not what these tests look at. */
static void hush(void)
{
    fflush(stderr);
    stderr_copy = dup(STDERR_FILENO);
    ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
}

static void unhush(void)
{
    fflush(stderr);
    dup2(stderr_copy, STDERR_FILENO);
    close(stderr_copy);
}

/* One record as "line|text|name=value;name:json;" or "line|!error|…". */
static void show(snt_buffer *out, const snt_record *rec)
{
    sentiment_text text = snt_record_text(rec);
    char line[32];

    snprintf(line, sizeof(line), "%llu|", (unsigned long long)rec->line);
    snt_buffer_add_string(out, line);
    if (rec->error[0]) {
        snt_buffer_add_char(out, '!');
        snt_buffer_add_string(out, rec->error);
    } else {
        snt_buffer_add(out, text.bytes, text.len);
    }
    snt_buffer_add_char(out, '|');
    for (size_t i = 0; i < rec->n_fields; i++) {
        const snt_field *f = &rec->fields[i];

        snt_buffer_add(out, rec->bytes.bytes + f->name, f->name_len);
        snt_buffer_add_char(out, f->is_json ? ':' : '=');
        snt_buffer_add(out, rec->bytes.bytes + f->value, f->value_len);
        snt_buffer_add_char(out, ';');
    }
    snt_buffer_add_char(out, '\n');
}

/* Everything that an input gives, shown; free() it. */
static char *read_paths(
    const snt_input_options *opts, const char **paths, size_t n)
{
    snt_arg_list operands = {paths, n};
    snt_buffer out = {0};
    sentiment_error err;
    snt_record *rec;
    snt_input *in;

    ck_assert_sentiment_ok(snt_input_open(&in, opts, &operands, &err), err);
    while ((rec = snt_input_next(in, &err))) {
        show(&out, rec);
        snt_record_free(rec);
    }
    ck_assert_int_eq(err.status, SENTIMENT_OK);
    snt_input_close(in);
    snt_buffer_add_char(&out, '\0');
    return out.bytes;
}

static char *read_bytes(
    const snt_input_options *opts, const char *bytes, size_t len)
{
    char path[] = "/tmp/snt_input_XXXXXX", *shown;
    const char *paths[] = {path};
    int fd = mkstemp(path);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, bytes, len), (ssize_t)len);
    close(fd);
    shown = read_paths(opts, paths, 1);
    unlink(path);
    return shown;
}

static const struct {
    int format;
    const char *field, *input, *shown;
} cases[] = {
    {SNT_INPUT_LINES, NULL, "", ""},
    {SNT_INPUT_LINES, NULL, "a", "1|a|\n"},
    {SNT_INPUT_LINES, NULL, "a\n\nb\n", "1|a|\n2||\n3|b|\n"},
    {SNT_INPUT_LINES, NULL,
     "\xEF\xBB\xBF"
     "a\r\nb\rc\r\n\r\n",
     "1|a|\n2|b\rc|\n3||\n"},
    {SNT_INPUT_LINES, NULL,
     "a\n\xEF\xBB\xBF"
     "b",
     "1|a|\n2|\xEF\xBB\xBF"
     "b|\n"},
    {SNT_INPUT_LINES, NULL, "end\r", "1|end\r|\n"},

    {SNT_INPUT_JSONL, NULL, "{\"text\":\"a\"}\n\n{\"text\":\"\"}",
     "1|a|\n2||\n3||\n"},
    {SNT_INPUT_JSONL, NULL,
     "{\"id\": 123456789012345678901234567890, \"text\":\"a\", \"x\" :0.10,"
     "\"y\":[1e400 , {\"z\": \" { \\\" \"}]}",
     "1|a|id:123456789012345678901234567890;x:0.10;"
     "y:[1e400,{\"z\":\" { \\\" \"}];\n"},
    {SNT_INPUT_JSONL, "h", "{\"h\":\"\\u20ac\\ud83d\\ude00\",\"\\u0068i\":1}",
     "1|€😀|hi:1;\n"},
    {SNT_INPUT_JSONL, NULL, "{\"text\":\"a\",\"text\":\"b\",\"i\":1,\"i\":2}",
     "1|b|i:1;i:2;\n"},
    {SNT_INPUT_JSONL, NULL, "{\"n\":-0.5E+7,\"text\":\"a\",\"e\":{},\"f\":[]}",
     "1|a|n:-0.5E+7;e:{};f:[];\n"},
    {SNT_INPUT_JSONL, NULL, "{\"texts\":\"a\"}",
     "1|!no member \"text\"|texts:\"a\";\n"},
    {SNT_INPUT_JSONL, NULL, "{\"text\":null}",
     "1|!member \"text\" is not a string|\n"},
    {SNT_INPUT_JSONL, NULL, "[1]\n1\nnull\n\"a\"",
     "1|!not a JSON object; jq -c '.[]' makes lines of an array|\n2|!not a "
     "JSON object|\n"
     "3|!not a JSON object|\n4|!not a JSON object|\n"},
    {SNT_INPUT_JSONL, NULL, "{\"text\":\"a\",\"n\":01}",
     "1|!not JSON near byte 17|\n"},
    {SNT_INPUT_JSONL, NULL, "{\"text\":\"a\",\"n\":1.}",
     "1|!not JSON at byte 16: a malformed number|\n"},
    {SNT_INPUT_JSONL, NULL, "{\"text\":\"a\"} x",
     "1|!not JSON near byte 14|\n"},
    {SNT_INPUT_JSONL, NULL, "{\"text\":\"\xff\"}", "1|!not UTF-8 at byte 9|\n"},

    {SNT_INPUT_CSV, NULL, "", ""},
    {SNT_INPUT_CSV, NULL, "text\n", ""},
    {SNT_INPUT_CSV, NULL, "\xEF\xBB\xBFtext,a\r\nx,1\r\n", "2|x|a=1;\n"},
    {SNT_INPUT_CSV, NULL, "a,text\n1,\"x, \"\"y\"\"\r\nz\"\n\n2,\"\"\n",
     "2|x, \"y\"\r\nz|a=1;\n5||a=2;\n"},
    {SNT_INPUT_CSV, NULL, "text\n\nx\n", "2||\n3|x|\n"},
    {SNT_INPUT_CSV, NULL, "text,a,a\nx,1,2", "2|x|a=1;a=2;\n"},
    {SNT_INPUT_CSV, NULL, "\"text\",\"b\"\n 5\" pipe ,\n",
     "2| 5\" pipe |b=;\n"},
    {SNT_INPUT_CSV, NULL, "text,a\nx\ny,1,2\nz,3\n",
     "2|!1 field, the header has 2|a=;\n3|!3 fields, the header has 2|a=;\n"
     "4|z|a=3;\n"},
    {SNT_INPUT_CSV, NULL, "text\n\"a\"b\nc\n",
     "2|!text after a closing quote|\n3|c|\n"},
    {SNT_INPUT_CSV, NULL, "text\nok\n\"never\nclosed\n",
     "2|ok|\n3|!a quoted field is not closed|\n"},
    {SNT_INPUT_CSV, "missing", "text\nx\n", ""},

    {SNT_INPUT_KCAT, NULL,
     "{\"topic\":\"t\",\"offset\":9007199254740993,\"key\":null,"
     "\"payload\":\"p\"}\n\n",
     "1|p|topic:\"t\";offset:9007199254740993;key:null;payload:\"p\";\n2||\n"},
    {SNT_INPUT_KCAT, NULL,
     "{\n  \"topic\": \"t\",\n  \"value\": \"a { b\"\n}\n{\"value\":\"c\"}",
     "1|a { b|topic:\"t\";value:\"a { b\";\n5|c|value:\"c\";\n"},
    {SNT_INPUT_KCAT, NULL, "{\n \"open\": 1,\n{\"value\":\"c\"}\n",
     "1|!not JSON near byte 12|\n3|c|value:\"c\";\n"},
    {SNT_INPUT_KCAT, NULL, "{\"payload\":null}",
     "1|!no payload: a tombstone|payload:null;\n"},
    {SNT_INPUT_KCAT, "h", "{\"payload\":\"{\\\"h\\\":\\\"in\\\"}\"}",
     "1|in|payload:\"{\\\"h\\\":\\\"in\\\"}\";\n"},
    {SNT_INPUT_KCAT, "h", "{\"payload\":\"plain\"}",
     "1|!payload: not JSON near byte 5|payload:\"plain\";\n"},
};

START_TEST(reads_each_format)
{
    const snt_input_options opts = {
        .format = cases[_i].format, .field = cases[_i].field};
    char *shown = read_bytes(&opts, cases[_i].input, strlen(cases[_i].input));

    ck_assert_str_eq(shown, cases[_i].shown);
    free(shown);
}
END_TEST

/* Any prefix of any input ends, and gives records that hold together. */
START_TEST(survives_every_truncation)
{
    const snt_input_options opts = {
        .format = cases[_i].format, .field = cases[_i].field};

    for (size_t len = 0; len < strlen(cases[_i].input); len++)
        free(read_bytes(&opts, cases[_i].input, len));
}
END_TEST

/* What passes through makes JSON that can be read again. */
static void check_fields(const snt_record *rec)
{
    snt_json_object object = {0};
    snt_buffer out = {0};
    sentiment_error err;
    json_t *root;

    for (size_t i = 0; i < rec->n_fields; i++)
        if (rec->fields[i].is_json)
            snt_json_add_raw(
                &object, rec->bytes.bytes + rec->fields[i].name,
                rec->fields[i].name_len,
                rec->bytes.bytes + rec->fields[i].value,
                rec->fields[i].value_len);
    snt_json_end(&object, &out);
    root = snt_members_read(out.bytes, out.len, &err);
    if (!root)
        ck_abort_msg("%s: %.*s", err.message, (int)out.len, out.bytes);
    json_decref(root);
    snt_json_free(&object);
    snt_buffer_free(&out);
}

/* Bytes replaced at random, by those that mean something to a reader. */
START_TEST(passes_on_json_whatever_is_damaged)
{
    static const char means[] = "{}[]\",:\\\n\r 0-.eE\xff\xc3u\t";
    const char *input = cases[_i].input;
    size_t len = strlen(input);
    unsigned state = 12345u + (unsigned)_i;

    for (int round = 0; len && round < 2000; round++) {
        char *copy = strdup(input);
        snt_record *rec = snt_record_new("x", 1);

        for (int i = 0; i <= round % 3; i++) {
            state = state * 1664525u + 1013904223u;
            copy[(state >> 8) % len] =
                means[(state >> 4) % (sizeof(means) - 1)];
        }
        if (round % 2)
            snt_record_read_object(rec, copy, len, "text");
        else
            snt_record_read_kafka(rec, copy, len, round % 4 ? "h" : NULL);
        check_fields(rec);
        snt_record_free(rec);
        free(copy);
    }
}
END_TEST

/* Numbers over the line's limit, its exact limit, and what comes after. */
START_TEST(refuses_a_line_over_the_limit_and_goes_on)
{
    const snt_input_options opts = {.format = SNT_INPUT_LINES};
    size_t over = SNT_LINE_BYTES + 1, len = over + SNT_LINE_BYTES + 7;
    char *bytes = malloc(len), *shown, *second;

    memset(bytes, 'a', len);
    bytes[over] = '\n';
    memcpy(bytes + over + 1 + SNT_LINE_BYTES, "\r\nend", 5);
    shown = read_bytes(&opts, bytes, len - 1);
    ck_assert_mem_eq(shown, "1|!a line of over 1048576 bytes|\n2|aaa", 38);
    second = strchr(shown, '\n') + 1;
    ck_assert_uint_eq(
        (size_t)(strchr(second, '\n') - second), SNT_LINE_BYTES + 3);
    ck_assert_str_eq(strchr(second, '\n'), "\n3|end|\n");
    free(shown);
    free(bytes);
}
END_TEST

START_TEST(refuses_a_csv_row_over_the_limit_and_goes_on)
{
    const snt_input_options opts = {.format = SNT_INPUT_CSV};
    size_t len = 3u << 20;
    char *bytes = malloc(len + 32), *shown;

    memcpy(bytes, "text\n\"", 6);
    for (size_t i = 6; i < len; i++)
        bytes[i] = i % 100 ? 'a' : '\n';
    memcpy(bytes + len, "\"\nnext\n", 8);
    shown = read_bytes(&opts, bytes, len + 7);
    ck_assert_mem_eq(shown, "2|!a row of over 1048576 bytes|\n", 31);
    ck_assert_ptr_nonnull(strstr(shown, "|next|\n"));
    ck_assert_ptr_eq(
        strchr(strchr(shown, '\n') + 1, '\n')[1] ? shown : NULL, NULL);
    free(shown);
    free(bytes);
}
END_TEST

/* What a record has not kept is not read either. */
START_TEST(a_record_without_memory_has_neither_text_nor_fields)
{
    snt_record *rec = snt_record_new("test", 1);
    snt_json_object object = {0};
    snt_buffer json = {0};

    snt_record_add(rec, "id", 2, "7", 1, true);
    rec->bytes.failed = true;
    snt_record_add(rec, "name", 4, "value", 5, false);
    snt_record_set_text(rec, "Profit rose", 11);
    ck_assert_uint_eq(snt_record_text(rec).len, 0);
    snt_record_put_fields(rec, &object, false);
    snt_json_end(&object, &json);
    snt_buffer_add_char(&json, '\0');
    ck_assert_str_eq(json.bytes, "{\"id\":7}");
    snt_buffer_free(&json);
    snt_json_free(&object);
    snt_record_free(rec);
}
END_TEST

START_TEST(goes_on_after_a_file_that_is_not_there)
{
    const snt_input_options opts = {0};
    const char *paths[] = {
        "/nonexistent", "tests/vectors/metrics/figures.txt", "/tmp"};
    char *shown = read_paths(&opts, paths, 3);

    ck_assert_mem_eq(shown, "1|0.", 4);
    free(shown);
}
END_TEST

START_TEST(takes_texts_from_the_command_line)
{
    const char *given[] = {"a\nb", "c"};
    const snt_input_options opts = {.texts = {given, 2}};
    char *shown = read_paths(&opts, NULL, 0);

    ck_assert_str_eq(shown, "1|a\nb|\n2|c|\n");
    free(shown);
}
END_TEST

START_TEST(quotes_what_rfc_4180_wants_quoted)
{
    static const char *const fields[][2] = {
        {"plain", "plain"},     {"", ""},
        {"a,b", "\"a,b\""},     {"a\"b", "\"a\"\"b\""},
        {"a\nb", "\"a\nb\""},   {"\r", "\"\r\""},
        {" space ", " space "},
    };

    for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
        snt_buffer buf = {0};

        snt_csv_add(&buf, fields[i][0], strlen(fields[i][0]));
        snt_buffer_add_char(&buf, '\0');
        ck_assert_str_eq(buf.bytes, fields[i][1]);
        snt_buffer_free(&buf);
    }
}
END_TEST

Suite *input_suite(void)
{
    Suite *suite = suite_create("input");
    TCase *formats = tcase_create("formats");
    TCase *limits = tcase_create("limits");
    int n = (int)(sizeof(cases) / sizeof(*cases));

    tcase_add_checked_fixture(formats, hush, unhush);
    tcase_add_checked_fixture(limits, hush, unhush);
    tcase_add_loop_test(formats, reads_each_format, 0, n);
    tcase_add_loop_test(formats, survives_every_truncation, 0, n);
    tcase_add_loop_test(formats, passes_on_json_whatever_is_damaged, 0, n);
    tcase_add_test(formats, takes_texts_from_the_command_line);
    tcase_add_test(formats, quotes_what_rfc_4180_wants_quoted);
    suite_add_tcase(suite, formats);
    tcase_set_timeout(limits, 30);
    tcase_add_test(limits, refuses_a_line_over_the_limit_and_goes_on);
    tcase_add_test(limits, refuses_a_csv_row_over_the_limit_and_goes_on);
    tcase_add_test(limits, a_record_without_memory_has_neither_text_nor_fields);
    tcase_add_test(limits, goes_on_after_a_file_that_is_not_there);
    suite_add_tcase(suite, limits);
    return suite;
}
