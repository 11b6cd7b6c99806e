/*
 * test_json.c - the JSON writer: its numbers against Python's, its order.
 *
 * vectors/json/scores.txt was written by make_scores.py beside it.
 */
#include <jansson.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "suites.h"

static float float_of(uint32_t bits)
{
    float value;

    memcpy(&value, &bits, sizeof(value));
    return value;
}

START_TEST(prints_a_score_as_python_prints_it)
{
    FILE *file = fopen("tests/vectors/json/scores.txt", "r");
    char expected[64], line[SNT_JSON_NUMBER];
    unsigned bits, n = 0;

    ck_assert_ptr_nonnull(file);
    while (fscanf(file, "%x %63s", &bits, expected) == 2) {
        snt_json_format(line, (double)float_of(bits));
        ck_assert_msg(
            !strcmp(line, expected), "float %08x: %s, python says %s", bits,
            line, expected);
        n++;
    }
    fclose(file);
    ck_assert_uint_gt(n, 3000);
}
END_TEST

START_TEST(reads_back_every_double_it_prints)
{
    uint64_t state = 88172645463325252u;
    char text[SNT_JSON_NUMBER];

    for (int i = 0; i < 200000; i++) {
        double value, back;

        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        memcpy(&value, &state, sizeof(value));
        if (!isfinite(value))
            continue;
        ck_assert_uint_eq(snt_json_format(text, value), strlen(text));
        back = strtod(text, NULL);
        ck_assert_msg(!memcmp(&back, &value, sizeof(back)), "%s", text);
    }
}
END_TEST

START_TEST(keeps_the_point_in_a_locale_with_a_comma)
{
    static const char *const commas[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE"};
    char text[SNT_JSON_NUMBER], *set = NULL;

    for (size_t i = 0; i < 3 && !set; i++)
        set = setlocale(LC_ALL, commas[i]);
    if (!set)
        fprintf(stderr, "skipped: no locale with a decimal comma here\n");
    snt_json_format(text, (double)0.5f);
    ck_assert_str_eq(text, "0.5");
    setlocale(LC_ALL, "C");
}
END_TEST

START_TEST(escapes_controls_quotes_and_backslashes_only)
{
    static const char text[] =
        "a\"b\\c/\x01\n\t\x7f\0é€😀\xc2\x80\xc2\x9f\xc2\xa0";
    snt_buffer buf = {0};
    json_t *back;

    snt_json_string(&buf, text, sizeof(text) - 1);
    snt_buffer_add_char(&buf, '\0');
    ck_assert_str_eq(
        buf.bytes,
        "\"a\\\"b\\\\c/\\u0001\\n\\t\\u007f\\u0000é€😀\\u0080\\u009f\xc2\xa0\"");
    back = json_loads(buf.bytes, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    ck_assert_uint_eq(json_string_length(back), sizeof(text) - 1);
    ck_assert_mem_eq(json_string_value(back), text, sizeof(text) - 1);
    json_decref(back);
    snt_buffer_clear(&buf);
    snt_json_string(&buf, "\xc2", 1);
    ck_assert_uint_eq(buf.len, 3);
    snt_buffer_free(&buf);
}
END_TEST

START_TEST(sorts_keys_and_keeps_the_later_of_two)
{
    snt_json_object object = {0};
    snt_buffer buf = {0};

    for (int again = 0; again < 2; again++) {
        snt_buffer_clear(&buf);
        snt_json_add_string(&object, "text", "old", 3);
        snt_json_add_raw(&object, "id", 2, "9007199254740993", 16);
        snt_json_add_score(&object, "score", 0.998452544212341309f);
        snt_json_add_string(&object, "text", "new", 3);
        snt_json_add_bool(&object, "", true);
        snt_json_add_null(&object, "te");
        snt_json_add_uint(&object, "id2", UINT64_MAX);
        snt_json_add_double(&object, "nan", (double)NAN);
        snt_json_end(&object, &buf);
        snt_buffer_add_char(&buf, '\0');
        ck_assert_str_eq(
            buf.bytes,
            "{\"\":true,\"id\":9007199254740993,\"id2\":18446744073709551615,"
            "\"nan\":null,\"score\":0.9984525442123413,\"te\":null,"
            "\"text\":\"new\"}");
    }
    snt_json_free(&object);
    snt_buffer_free(&buf);
}
END_TEST

START_TEST(writes_an_empty_object)
{
    snt_json_object object = {0};
    snt_buffer buf = {0};

    snt_json_end(&object, &buf);
    ck_assert_uint_eq(buf.len, 2);
    ck_assert_mem_eq(buf.bytes, "{}", 2);
    snt_json_free(&object);
    snt_buffer_free(&buf);
}
END_TEST

Suite *json_suite(void)
{
    Suite *suite = suite_create("json");
    TCase *numbers = tcase_create("numbers");
    TCase *objects = tcase_create("strings and objects");

    tcase_add_test(numbers, prints_a_score_as_python_prints_it);
    tcase_add_test(numbers, reads_back_every_double_it_prints);
    tcase_add_test(numbers, keeps_the_point_in_a_locale_with_a_comma);
    suite_add_tcase(suite, numbers);
    tcase_add_test(objects, escapes_controls_quotes_and_backslashes_only);
    tcase_add_test(objects, sorts_keys_and_keeps_the_later_of_two);
    tcase_add_test(objects, writes_an_empty_object);
    suite_add_tcase(suite, objects);
    return suite;
}
