/* test_base.c - errors, options, UTF-8: what everything else stands on. */
#include <string.h>

#include "error.h"
#include "options.h"
#include "suites.h"
#include "utf8.h"

typedef struct options {
    uint32_t size;
    uint32_t count;
    const char *name;
} options;

START_TEST(makes_one_line_of_a_message)
{
    sentiment_error err;

    ck_assert_int_eq(
        snt_fail(&err, SENTIMENT_EIO, "%s: gone\nand a page more", "x"),
        SENTIMENT_EIO);
    ck_assert_str_eq(err.message, "x: gone?and a page more");
    ck_assert_int_eq(snt_fail(NULL, SENTIMENT_EIO, "x"), SENTIMENT_EIO);
}
END_TEST

START_TEST(cuts_a_message_that_is_too_long)
{
    sentiment_error err;
    char path[1000];

    memset(path, 'p', sizeof(path));
    path[sizeof(path) - 1] = '\0';
    snt_fail(&err, SENTIMENT_EIO, "%s", path);
    ck_assert_uint_eq(strlen(err.message), sizeof(err.message) - 1);
    snt_fail_within(&err, SENTIMENT_EIO, "within");
    ck_assert_uint_eq(strlen(err.message), sizeof(err.message) - 1);
    ck_assert_int_eq(strncmp(err.message, "within: ppp", 11), 0);
}
END_TEST

START_TEST(keeps_the_end_of_a_message_that_is_too_long)
{
    sentiment_error err;
    char path[5000] = "";

    for (int i = 0; i < 1200; i++)
        strcat(path, i % 2 ? "a/" : "é");
    snt_fail(&err, SENTIMENT_EIO, "%s: gone", path);
    ck_assert_int_eq(strncmp(err.message, "éa/éa/", 8), 0);
    ck_assert_ptr_nonnull(strstr(err.message, "éa/éa/: gone"));
    ck_assert_ptr_nonnull(strstr(err.message, "…"));
    ck_assert_ptr_null(strchr(err.message, '?'));
    ck_assert_uint_ge(strlen(err.message), sizeof(err.message) - 3);
}
END_TEST

START_TEST(says_nothing_that_a_terminal_obeys)
{
    sentiment_error err;

    snt_fail(&err, SENTIMENT_EFORMAT, "%s", "a\x1b[2J\tb\x7f\xc3\xa9\xe2\x82");
    ck_assert_str_eq(err.message, "a?[2J?b?\xc3\xa9??");
}
END_TEST

START_TEST(takes_an_older_and_a_newer_option_struct)
{
    sentiment_error err;
    options known;
    struct {
        options known;
        uint64_t newer;
    } long_one = {{sizeof(long_one), 7, "a"}, 0};
    options short_one = {8, 7, "never read"};

    ck_assert_sentiment_ok(
        snt_options_read(&known, sizeof(known), NULL, "options", &err), err);
    ck_assert_uint_eq(known.count, 0);
    ck_assert_sentiment_ok(
        snt_options_read(&known, sizeof(known), &short_one, "options", &err),
        err);
    ck_assert_uint_eq(known.count, 7);
    ck_assert_ptr_null(known.name);
    ck_assert_sentiment_ok(
        snt_options_read(&known, sizeof(known), &long_one, "options", &err),
        err);
    ck_assert_str_eq(known.name, "a");
    long_one.newer = 1;
    ck_assert_sentiment_fails(
        snt_options_read(&known, sizeof(known), &long_one, "options", &err),
        SENTIMENT_EINVAL, "newer than library", err);
}
END_TEST

START_TEST(names_a_struct_whose_size_is_not_set)
{
    sentiment_error err;
    options known, forgotten = {0, 7, NULL};

    ck_assert_sentiment_fails(
        snt_options_read(&known, sizeof(known), &forgotten, "options", &err),
        SENTIMENT_EINVAL, "options.size is not set", err);
}
END_TEST

static const struct {
    const char *bytes;
    size_t len, valid;
} utf8[] = {
    {"", 0, 0},
    {"plain", 5, 5},
    {"a\0b", 3, 3},
    {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 9, 9},
    {"12345678\xff", 9, 8},
    {"\x80", 1, 0},
    {"\xc0\xaf", 2, 0},
    {"\xc1\xbf", 2, 0},
    {"\xe0\x9f\xbf", 3, 0},
    {"\xed\xa0\x80", 3, 0},
    {"\xf0\x8f\xbf\xbf", 4, 0},
    {"\xf4\x90\x80\x80", 4, 0},
    {"\xf5\x80\x80\x80", 4, 0},
    {"ok\xe2\x82", 4, 2},
    {"ok\xf0\x9f\x98", 5, 2},
    {"\xf4\x8f\xbf\xbf", 4, 4},
    {"\xed\x9f\xbf\xee\x80\x80", 6, 6},
};

START_TEST(finds_the_first_byte_that_is_not_utf8)
{
    ck_assert_uint_eq(
        snt_utf8_valid(utf8[_i].bytes, utf8[_i].len), utf8[_i].valid);
}
END_TEST

START_TEST(encodes_and_decodes_every_character)
{
    char bytes[4];
    size_t n;

    for (uint32_t c = 0; c < 0x110000; c++) {
        if (c >= 0xD800 && c < 0xE000)
            continue;
        size_t len = snt_utf8_encode(c, bytes);
        ck_assert_uint_eq(snt_utf8_valid(bytes, len), len);
        ck_assert_uint_eq(snt_utf8_decode(bytes, &n), c);
        ck_assert_uint_eq(n, len);
    }
}
END_TEST

Suite *base_suite(void)
{
    Suite *suite = suite_create("base");
    TCase *errors = tcase_create("errors and options");
    TCase *text = tcase_create("utf8");

    tcase_add_test(errors, makes_one_line_of_a_message);
    tcase_add_test(errors, cuts_a_message_that_is_too_long);
    tcase_add_test(errors, keeps_the_end_of_a_message_that_is_too_long);
    tcase_add_test(errors, says_nothing_that_a_terminal_obeys);
    tcase_add_test(errors, takes_an_older_and_a_newer_option_struct);
    tcase_add_test(errors, names_a_struct_whose_size_is_not_set);
    suite_add_tcase(suite, errors);
    tcase_add_loop_test(
        text, finds_the_first_byte_that_is_not_utf8, 0,
        (int)(sizeof(utf8) / sizeof(*utf8)));
    tcase_add_test(text, encodes_and_decodes_every_character);
    tcase_set_timeout(text, 30);
    suite_add_tcase(suite, text);
    return suite;
}
