/* test_terminal.c - widths, cleaning and the progress bar. */
#include <string.h>

#include "progress.h"
#include "size.h"
#include "suites.h"
#include "width.h"

static const struct {
    const char *text;
    size_t width;
} widths[] = {
    {"", 0},         {"plain", 5}, {"naïve", 5},   {"nai\u0308ve", 5},
    {"日経平均", 8}, {"ｱ", 1},     {"Ａ", 2},      {"📈📉", 4},
    {"한국", 4},     {"€50", 3},   {"Прибыль", 7}, {"a\u200bb", 2},
};

START_TEST(counts_columns)
{
    ck_assert_uint_eq(
        snt_width(widths[_i].text, strlen(widths[_i].text)), widths[_i].width);
}
END_TEST

static const struct {
    const char *text;
    size_t max;
    const char *shown;
} cells[] = {
    {"plain", 0, "plain"},
    {"plain", 5, "plain"},
    {"plain", 4, "pla…"},
    {"日経平均", 7, "日経平…"},
    {"日経平均", 6, "日経…"},
    {"日経平均", 8, "日経平均"},
    {"a\x1b[31mb\tc\nd\x7f", 0, "a [31mb c d "},
    {"bad\xff\xfe.", 0, "bad??."},
    {"\u202Eevil\xC2\x85", 0, " evil "},
};

START_TEST(cuts_and_cleans_a_cell)
{
    snt_buffer buf = {0};

    snt_buffer_add_string(&buf, ">");
    snt_width_add(&buf, cells[_i].text, strlen(cells[_i].text), cells[_i].max);
    snt_buffer_add_char(&buf, '\0');
    ck_assert_str_eq(buf.bytes + 1, cells[_i].shown);
    snt_buffer_free(&buf);
}
END_TEST

START_TEST(draws_how_far_it_is)
{
    char line[128];

    snt_progress_format(line, 10000, 250, 1000, 500);
    ck_assert_str_eq(
        line, "[######..................]  25 %  500 texts  50/s  0:30 left");
    snt_progress_format(line, 1000, 1, 7201, 3);
    ck_assert_ptr_nonnull(strstr(line, "2:00:00 left"));
    snt_progress_format(line, 1000, 1001, 1000, 3); /* the file has grown */
    ck_assert_ptr_nonnull(strstr(line, "100 %"));
    snt_progress_format(line, 0, 0, 0, 3);
    ck_assert_str_eq(line, "3 texts  3000/s");
    snt_progress_format(line, 1, UINT64_MAX, UINT64_MAX, UINT64_MAX);
    ck_assert_uint_lt(strlen(line), 128);
}
END_TEST

START_TEST(the_bar_of_a_transfer_counts_bytes)
{
    char line[128];

    snt_progress_format_bytes(line, 10000, 250000000, 1000000000, 100000000);
    ck_assert_str_eq(
        line, "[######..................]  25 % of 1.0 GB  10 MB/s  1:15 left");
    snt_progress_format_bytes(line, 1000, 500, 1000, 0);
    ck_assert_str_eq(
        line, "[############............]  50 % of 1.0 kB  0 B/s  -:-- left");
    snt_progress_format_bytes(line, 0, 0, 0, 0);
    ck_assert_ptr_nonnull(strstr(line, "  0 % of 0 B"));
    snt_progress_format_bytes(line, UINT64_MAX, 1, UINT64_MAX, 1);
    ck_assert_uint_lt(strlen(line), 80);
    ck_assert_ptr_nonnull(strstr(line, "99:59:59 left"));
}
END_TEST

START_TEST(sizes_are_rounded_to_two_digits_or_three)
{
    static const struct {
        uint64_t bytes;
        const char *text;
    } sizes[] = {
        {0, "0 B"},         {999, "999 B"},        {1000, "1.0 kB"},
        {9949, "9.9 kB"},   {9950, "10 kB"},       {999499, "999 kB"},
        {999500, "1.0 MB"}, {328525639, "329 MB"}, {UINT64_MAX, "18446744 TB"}};

    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        char text[SNT_SIZE];

        snt_size_format(text, sizes[i].bytes);
        ck_assert_str_eq(text, sizes[i].text);
    }
}
END_TEST

Suite *terminal_suite(void)
{
    Suite *suite = suite_create("terminal");
    TCase *cells_case = tcase_create("cells");

    tcase_add_loop_test(
        cells_case, counts_columns, 0, (int)(sizeof(widths) / sizeof(*widths)));
    tcase_add_loop_test(
        cells_case, cuts_and_cleans_a_cell, 0,
        (int)(sizeof(cells) / sizeof(*cells)));
    tcase_add_test(cells_case, draws_how_far_it_is);
    tcase_add_test(cells_case, the_bar_of_a_transfer_counts_bytes);
    tcase_add_test(cells_case, sizes_are_rounded_to_two_digits_or_three);
    suite_add_tcase(suite, cells_case);
    return suite;
}
