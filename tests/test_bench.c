/* test_bench.c - the figures of `bench`, on the fake engine. */
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "fake.h"
#include "suites.h"

START_TEST(ranks_as_the_definition_says)
{
    double values[100];

    for (size_t n = 1; n <= 100; n++) {
        for (size_t i = 0; i < n; i++)
            values[i] = (double)i;
        for (int percent = 1; percent <= 100; percent++) {
            double p = snt_bench_percentile(values, n, percent / 100.0);
            size_t at_most = (size_t)p + 1; /* values that are <= p */

            /* The smallest value that so many percent do not exceed. */
            ck_assert(at_most * 100 >= n * (size_t)percent);
            ck_assert(
                p == 0 || (at_most - 1) * 100 < n * (size_t)percent ||
                n * (size_t)percent % 100 == 0);
        }
    }
    ck_assert_double_eq(snt_bench_percentile(values, 0, .5), 0);
}
END_TEST

/* Equal ones would be computed once. */
START_TEST(has_as_many_different_texts_as_a_call)
{
    const snt_input_options opts = {0};
    const snt_arg_list none = {0};
    snt_bench_texts texts;
    sentiment_error err;
    size_t given;

    ck_assert_sentiment_ok(
        snt_bench_texts_open(&texts, &opts, &none, &err), err);
    given = texts.n;
    ck_assert_sentiment_ok(snt_bench_texts_extend(&texts, 3, &err), err);
    ck_assert_uint_eq(texts.n, given);
    ck_assert_sentiment_ok(snt_bench_texts_extend(&texts, 100, &err), err);
    ck_assert_sentiment_ok(snt_bench_texts_extend(&texts, 130, &err), err);
    ck_assert_uint_eq(texts.n, 130);
    ck_assert_uint_eq(texts.n - texts.n_numbered, given);
    for (size_t i = 0; i < texts.n; i++)
        for (size_t k = 0; k < i; k++)
            ck_assert(
                texts.texts[i].len != texts.texts[k].len ||
                memcmp(
                    texts.texts[i].bytes, texts.texts[k].bytes,
                    texts.texts[i].len));
    ck_assert_int_eq(
        memcmp(texts.texts[given].bytes, "Profit doubles 2", 16), 0);
    snt_bench_texts_close(&texts);
}
END_TEST

/* Multiply-adds of one text, counted product by product. */
static double count_flop(const sentiment_model_info *m, int tokens)
{
    double sum = 0;

    for (uint32_t layer = 0; layer < m->layers; layer++)
        for (int t = 0; t < tokens; t++) {
            bool is_read = layer + 1 < m->layers || !t;

            sum += 2.0 * m->hidden * m->hidden * 2; /* key, value */
            if (!is_read)
                continue;
            sum += 2.0 * m->hidden * m->hidden * 2;       /* query, output */
            sum += 2.0 * m->hidden * m->intermediate * 2; /* up, down */
            sum += 2.0 * tokens * m->hidden * 2; /* products, weighted sum */
        }
    return sum;
}

START_TEST(counts_the_arithmetic)
{
    const sentiment_model_info info = {
        .layers = 3, .hidden = 8, .intermediate = 24};

    for (int tokens = 1; tokens < 20; tokens++)
        ck_assert_double_eq_tol(
            snt_bench_flop(&info, tokens), count_flop(&info, tokens), 1e-6);
}
END_TEST

START_TEST(measures_what_was_done)
{
    sentiment_text texts[] = {
        sentiment_text_of("Profit rose"), sentiment_text_of("Sales fell")};
    const snt_bench_texts all = {.texts = texts, .n = 2};
    sentiment_classifier *clf =
        fake_open("cpu:slow", 2, SENTIMENT_LONG_TRUNCATE);
    snt_bench_cell cell = {.workers = 2, .threads = 1, .batch = 3};
    sentiment_error err;

    /* A batch takes 20 ms or more, and each caller waits for its own. */
    ck_assert_sentiment_ok(snt_bench_run(&cell, clf, &all, 1000, &err), err);
    ck_assert_uint_gt(cell.calls, 0);
    ck_assert_uint_le(cell.calls, 2 * 1020 / 20);
    ck_assert_uint_eq(cell.texts, 3 * cell.calls);
    ck_assert_uint_ge(cell.tokens, 4 * cell.texts);
    ck_assert_double_ge(cell.p50_ms, 20);
    ck_assert_double_le(cell.p50_ms, cell.p90_ms);
    ck_assert_double_le(cell.p90_ms, cell.p99_ms);
    ck_assert_double_le(cell.texts_per_s, 2 * 3 * 1000 / 20.0);
    sentiment_classifier_close(clf);
}
END_TEST

START_TEST(a_text_that_fails_ends_it)
{
    sentiment_text text = {"\xff", 1};
    const snt_bench_texts all = {.texts = &text, .n = 1};
    sentiment_classifier *clf = fake_open("cpu", 1, SENTIMENT_LONG_TRUNCATE);
    snt_bench_cell cell = {.workers = 1, .threads = 1, .batch = 1};
    sentiment_error err;

    ck_assert_sentiment_fails(
        snt_bench_run(&cell, clf, &all, 60000, &err), SENTIMENT_ETEXT,
        "a text cannot be classified", err);
    sentiment_classifier_close(clf);
}
END_TEST

START_TEST(recommends_the_best)
{
    const snt_bench_cell cells[] = {
        {.precision = "fp32",
         .batch = 1,
         .calls = 9,
         .texts_per_s = 5,
         .p99_ms = 3},
        {.precision = "fp32",
         .batch = 8,
         .calls = 9,
         .texts_per_s = 7,
         .p99_ms = 1},
        {.precision = "int8",
         .batch = 1,
         .calls = 9,
         .texts_per_s = 9,
         .p99_ms = 2},
        {.precision = "int8", .batch = 1, .calls = 0, .texts_per_s = 99}};

    ck_assert_ptr_eq(snt_bench_fastest(cells, 4, NULL), &cells[2]);
    ck_assert_ptr_eq(snt_bench_fastest(cells, 4, "fp32"), &cells[1]);
    ck_assert_ptr_null(snt_bench_fastest(cells, 4, "bf16"));
    ck_assert_ptr_eq(snt_bench_soonest(cells, 4), &cells[2]);
    ck_assert_ptr_null(snt_bench_soonest(cells, 0));
}
END_TEST

Suite *bench_suite(void)
{
    Suite *suite = suite_create("bench");
    TCase *tc = tcase_create("bench");

    tcase_add_test(tc, ranks_as_the_definition_says);
    tcase_add_test(tc, counts_the_arithmetic);
    tcase_add_test(tc, has_as_many_different_texts_as_a_call);
    tcase_add_test(tc, measures_what_was_done);
    tcase_add_test(tc, a_text_that_fails_ends_it);
    tcase_add_test(tc, recommends_the_best);
    suite_add_tcase(suite, tc);
    return suite;
}
