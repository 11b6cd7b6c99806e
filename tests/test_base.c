/* test_base.c - errors, options, UTF-8, CPUs: what everything else stands on.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cpus.h"
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

START_TEST(passes_an_error_on)
{
    const sentiment_error why = {SENTIMENT_EDEVICE, "no such device"};
    const sentiment_error none = {.status = SENTIMENT_OK};
    sentiment_error err = {SENTIMENT_EIO, "before"};

    ck_assert_int_eq(snt_fail_as(&err, &none), SENTIMENT_OK);
    ck_assert_str_eq(err.message, "before");
    ck_assert_int_eq(snt_fail_as(&err, &why), SENTIMENT_EDEVICE);
    ck_assert_int_eq(err.status, SENTIMENT_EDEVICE);
    ck_assert_str_eq(err.message, "no such device");
    ck_assert_int_eq(snt_fail_as(NULL, &why), SENTIMENT_EDEVICE);
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

/* ---- CPUs ---- */

static const char *const folders[] = {"", "/a", "/a/b", "/cpu", "/cpu/a"};
static const char *const quotas[] = {
    "cpu.max", "cpu.cfs_quota_us", "cpu.cfs_period_us"};

static void put(const char *root, const char *name, const char *content)
{
    char path[128];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", root, name);
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(content, file);
    fclose(file);
}

/* The names that the files of a tree can have, deepest first. */
static void remove_tree(const char *root)
{
    char path[128];

    for (size_t i = sizeof(folders) / sizeof(*folders); i--;) {
        for (size_t q = 0; q < 3; q++) {
            snprintf(
                path, sizeof(path), "%s%s/%s", root, folders[i], quotas[q]);
            unlink(path);
        }
        snprintf(path, sizeof(path), "%s/groups", root);
        unlink(path);
        snprintf(path, sizeof(path), "%s%s", root, folders[i]);
        rmdir(path);
    }
}

static const struct {
    const char *groups; /* NULL: no such file */
    struct {
        const char *name, *content;
    } files[4];
    unsigned cpus;
} granted[] = {
    {"0::/\n", {{"cpu.max", "max 100000\n"}}, 0},
    {"0::/\n", {{"cpu.max", "150000 100000\n"}}, 2},
    {NULL, {{"cpu.max", "150000 100000\n"}}, 2},
    {NULL,
     {{"/cpu/cpu.cfs_quota_us", "50000"}, {"/cpu/cpu.cfs_period_us", "9"}},
     5556},
    {"0::/a/b\n", {{"a/b/cpu.max", "300000 100000"}}, 3},
    {"0::/a/b\n",
     {{"a/b/cpu.max", "300000 100000"}, {"a/cpu.max", "200000 100000"}},
     2},
    {"0::/a/b\n", {{"a/b/cpu.max", "max 100000"}, {"cpu.max", "100 100"}}, 1},
    {"0::/not/seen/here\n", {{"cpu.max", "400000 100000\n"}}, 4},
    {"0::/../a\n", {{"a/cpu.max", "1 1"}, {"cpu.max", "2 1"}}, 2},
    {"7:memory:/\n4:cpuset:/b\n3:cpuacct,cpu:/a\n0::/\n",
     {{"cpu/a/cpu.cfs_quota_us", "70000"},
      {"cpu/a/cpu.cfs_period_us", "10000"},
      {"cpu/cpu.cfs_quota_us", "-1"},
      {"cpu/cpu.cfs_period_us", "10000"}},
     7},
    {"4:cpuset:/a\n",
     {{"cpu/a/cpu.cfs_quota_us", "7"}, {"cpu/a/cpu.cfs_period_us", "1"}},
     0},
    {"nonsense\n0:\n", {{"cpu.max", "1 1"}}, 0},
};

START_TEST(finds_the_least_quota_of_its_group_and_those_above)
{
    char root[] = "/tmp/sentiment-test-XXXXXX", path[128];

    ck_assert_ptr_nonnull(mkdtemp(root));
    for (size_t i = 1; i < sizeof(folders) / sizeof(*folders); i++) {
        snprintf(path, sizeof(path), "%s%s", root, folders[i]);
        ck_assert_int_eq(mkdir(path, 0700), 0);
    }
    for (size_t i = 0; i < 4 && granted[_i].files[i].name; i++)
        put(root, granted[_i].files[i].name, granted[_i].files[i].content);
    if (granted[_i].groups)
        put(root, "groups", granted[_i].groups);
    snprintf(path, sizeof(path), "%s/groups", root);
    ck_assert_uint_eq(snt_cpus_granted(path, root), granted[_i].cpus);
    remove_tree(root);
}
END_TEST

Suite *base_suite(void)
{
    Suite *suite = suite_create("base");
    TCase *errors = tcase_create("errors and options");
    TCase *text = tcase_create("utf8");

    tcase_add_test(errors, makes_one_line_of_a_message);
    tcase_add_test(errors, cuts_a_message_that_is_too_long);
    tcase_add_test(errors, passes_an_error_on);
    tcase_add_test(errors, keeps_the_end_of_a_message_that_is_too_long);
    tcase_add_test(errors, says_nothing_that_a_terminal_obeys);
    tcase_add_test(errors, takes_an_older_and_a_newer_option_struct);
    tcase_add_test(errors, names_a_struct_whose_size_is_not_set);
    tcase_add_loop_test(
        errors, finds_the_least_quota_of_its_group_and_those_above, 0,
        (int)(sizeof(granted) / sizeof(*granted)));
    suite_add_tcase(suite, errors);
    tcase_add_loop_test(
        text, finds_the_first_byte_that_is_not_utf8, 0,
        (int)(sizeof(utf8) / sizeof(*utf8)));
    tcase_add_test(text, encodes_and_decodes_every_character);
    tcase_set_timeout(text, 30);
    suite_add_tcase(suite, text);
    return suite;
}
