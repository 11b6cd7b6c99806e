/* test_occlude.c - words taken away one by one, on the fake engine. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"
#include "occlude.h"
#include "suites.h"

static snt_occlusion found;

static sentiment_status occlude(
    sentiment_classifier *clf, const char *string, sentiment_error *err)
{
    sentiment_text text = sentiment_text_of(string);
    sentiment_result whole;

    ck_assert_sentiment_ok(
        sentiment_classify(clf, &text, 1, &whole, NULL, err), *err);
    memset(&found, 0, sizeof(found));
    return snt_occlude(&found, clf, text, whole.label, whole.score, err);
}

/* What is left without each word, by hand. */
static const struct {
    const char *text, *word, *rest;
    size_t i, n;
} cases[] = {
    {"profit rose again", "profit", "rose again", 0, 3},
    {"profit rose again", "rose", "profit again", 1, 3},
    {"profit rose again", "again", "profit rose", 2, 3},
    {" profit \t rose\n", "profit", " rose\n", 0, 2},
    {" profit \t rose\n", "rose", " profit\n", 1, 2},
    {"profit", "profit", "", 0, 1},
};

START_TEST(is_what_the_rest_gets)
{
    sentiment_classifier *clf = fake_open("cpu", 2, SENTIMENT_LONG_TRUNCATE);
    sentiment_error err;
    snt_word *word;
    int32_t label, rest_label;
    float score, rest_score;

    ck_assert_sentiment_ok(occlude(clf, cases[_i].text, &err), err);
    ck_assert_uint_eq(found.n, cases[_i].n);
    word = &found.words[cases[_i].i];
    ck_assert_uint_eq(word->end - word->start, strlen(cases[_i].word));
    ck_assert_mem_eq(
        cases[_i].text + word->start, cases[_i].word, strlen(cases[_i].word));
    fake_answer(clf, cases[_i].text, &label, &score);
    fake_answer(clf, cases[_i].rest, &rest_label, &rest_score);
    ck_assert_int_eq(word->label, rest_label);
    if (rest_label == label)
        ck_assert_float_eq_tol(word->change, score - rest_score, 1e-6f);
    else
        ck_assert_float_gt(word->change, 0);
    snt_occlude_free(&found);
    sentiment_classifier_close(clf);
}
END_TEST

START_TEST(takes_more_words_than_one_call)
{
    sentiment_classifier *clf = fake_open("cpu", 2, SENTIMENT_LONG_TRUNCATE);
    char text[2 * SNT_OCCLUDE_WORDS + 3] = "";
    sentiment_error err;

    for (size_t i = 0; i < SNT_OCCLUDE_WORDS; i++)
        memcpy(text + 2 * i, "a ", 2);
    ck_assert_sentiment_ok(occlude(clf, text, &err), err);
    ck_assert_uint_eq(found.n, SNT_OCCLUDE_WORDS);
    for (size_t i = 1; i < found.n; i++) {
        ck_assert_uint_eq(found.words[i].start, 2 * i);
        ck_assert_float_eq(found.words[i].change, found.words[0].change);
    }
    snt_occlude_free(&found);
    strcat(text, "a");
    ck_assert_sentiment_fails(
        occlude(clf, text, &err), SENTIMENT_ETOOLONG, "more than 1024 words",
        err);
    snt_occlude_free(&found);
    sentiment_classifier_close(clf);
}
END_TEST

START_TEST(passes_the_engines_failure_on)
{
    sentiment_classifier *clf = fake_open("cpu:fail", 1, 0);
    sentiment_error err;

    memset(&found, 0, sizeof(found));
    ck_assert_int_eq(
        snt_occlude(&found, clf, sentiment_text_of("a b"), 0, .5f, &err),
        SENTIMENT_EENGINE);
    snt_occlude_free(&found);
    sentiment_classifier_close(clf);
}
END_TEST

Suite *occlude_suite(void)
{
    Suite *suite = suite_create("occlude");
    TCase *tc = tcase_create("occlude");

    tcase_add_loop_test(
        tc, is_what_the_rest_gets, 0, sizeof(cases) / sizeof(*cases));
    tcase_add_test(tc, takes_more_words_than_one_call);
    tcase_add_test(tc, passes_the_engines_failure_on);
    suite_add_tcase(suite, tc);
    return suite;
}
