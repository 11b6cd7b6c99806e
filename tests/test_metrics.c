/*
 * test_metrics.c - the figures of `eval` against numpy's.
 *
 * vectors/metrics/ was written by make_metrics.py there.
 */
#include <math.h>
#include <stdio.h>

#include "metrics.h"
#include "suites.h"

#define assert_close(a, b) ck_assert_double_eq_tol((a), (b), 1e-12)

static void read_rows(snt_metrics *m)
{
    FILE *file = fopen("tests/vectors/metrics/rows.txt", "r");
    size_t truth, predicted;
    double score;

    ck_assert_ptr_nonnull(file);
    while (fscanf(file, "%zu %zu %lf", &truth, &predicted, &score) == 3)
        snt_metrics_add(m, truth, predicted, score);
    fclose(file);
}

START_TEST(agrees_with_numpy)
{
    FILE *file = fopen("tests/vectors/metrics/figures.txt", "r");
    double expected[3];
    sentiment_error err;
    snt_metrics m;

    ck_assert_ptr_nonnull(file);
    ck_assert_sentiment_ok(snt_metrics_open(&m, 3, &err), err);
    read_rows(&m);
    ck_assert_uint_eq(m.n, 997);
    ck_assert_int_eq(
        fscanf(file, "%lf %lf %lf", &expected[0], &expected[1], &expected[2]),
        3);
    assert_close(snt_metrics_accuracy(&m), expected[0]);
    assert_close(snt_metrics_macro_f1(&m), expected[1]);
    assert_close(snt_metrics_ece(&m), expected[2]);
    for (size_t i = 0; i < 3; i++) {
        snt_metrics_class c = snt_metrics_of(&m, i);

        ck_assert_int_eq(
            fscanf(
                file, "%lf %lf %lf", &expected[0], &expected[1], &expected[2]),
            3);
        assert_close(c.precision, expected[0]);
        assert_close(c.recall, expected[1]);
        assert_close(c.f1, expected[2]);
    }
    fclose(file);
    snt_metrics_close(&m);
}
END_TEST

START_TEST(never_divides_by_nothing)
{
    sentiment_error err;
    snt_metrics m;

    ck_assert_sentiment_ok(snt_metrics_open(&m, 2, &err), err);
    assert_close(snt_metrics_accuracy(&m), 0);
    assert_close(snt_metrics_macro_f1(&m), 0);
    assert_close(snt_metrics_ece(&m), 0);
    snt_metrics_add(&m, 0, 0, 1.0); /* a score of 1 falls into the last bin */
    assert_close(snt_metrics_macro_f1(&m), 0.5);
    assert_close(snt_metrics_ece(&m), 0);
    snt_metrics_close(&m);
}
END_TEST

Suite *metrics_suite(void)
{
    Suite *suite = suite_create("metrics");
    TCase *figures = tcase_create("figures");

    tcase_add_test(figures, agrees_with_numpy);
    tcase_add_test(figures, never_divides_by_nothing);
    suite_add_tcase(suite, figures);
    return suite;
}
