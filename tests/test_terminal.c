/* test_terminal.c - widths, cleaning and the progress bar. */
#include <string.h>

#include "progress.h"
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
    suite_add_tcase(suite, cells_case);
    return suite;
}
