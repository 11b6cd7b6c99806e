/* test_tune.c - verdicts on precisions: computed, kept, read back, ignored when
 * they are on other weights, and what "auto" makes of them. */
#include "sentiment/tune.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checkpoint.h"
#include "fake.h"
#include "file.h"
#include "precision.h"
#include "suites.h"

enum { N_TEXTS = 12 };

static const sentiment_text *texts(void)
{
    static char words[N_TEXTS][32];
    static sentiment_text all[N_TEXTS];

    for (int i = 0; i < N_TEXTS; i++) {
        snprintf(words[i], sizeof(words[i]), "profit rose %d", i * 37);
        all[i] = sentiment_text_of(words[i]);
    }
    return all;
}

static sentiment_status tune(sentiment_verdict *verdict, sentiment_error *err)
{
    const sentiment_classifier_options opts = {
        .size = sizeof(opts), .engine_path = fake_engine_path()};

    *verdict = (sentiment_verdict){.size = sizeof(*verdict)};
    return sentiment_tune(
        checkpoint_dir(), &opts, texts(), N_TEXTS, verdict, err);
}

/* The last warning, for as long as a test runs. */
static char warning[256];

static void keep(void *arg, sentiment_log_level level, const char *message)
{
    (void)arg;
    ck_assert_int_eq(level, SENTIMENT_LOG_WARNING);
    snprintf(warning, sizeof(warning), "%s", message);
}

/* Opens the copy and asserts which precision it computes in, and why. */
static void ck_assert_computes_in(
    const char *asked, const char *precision, const char *reason)
{
    const sentiment_classifier_options opts = {
        .size = sizeof(opts),
        .precision = asked,
        .engine_path = fake_engine_path(),
        .log = keep};
    sentiment_classifier_info info = {.size = sizeof(info)};
    sentiment_classifier *clf;
    sentiment_error err;

    warning[0] = '\0';
    ck_assert_sentiment_ok(
        sentiment_classifier_open(&clf, checkpoint_dir(), &opts, &err), err);
    ck_assert_sentiment_ok(
        sentiment_classifier_describe(clf, &info, &err), err);
    ck_assert_str_eq(info.precision, precision);
    if (!strstr(info.reason, reason))
        ck_abort_msg("\"%s\" is not in \"%s\"", reason, info.reason);
    sentiment_classifier_close(clf);
}

static const struct {
    uint32_t precisions, fast;
    const char *device;
    double bf16, int8;
    snt_precision expected;
    const char *reason;
} choices[] = {
    {SNT_BF16_COMPUTE | SNT_INT8, SNT_BF16_COMPUTE | SNT_INT8, "cpu", 1, .996,
     SNT_INT8, "int8 gives 99.60 % of labels as fp32"},
    {SNT_BF16_COMPUTE | SNT_INT8, SNT_BF16_COMPUTE | SNT_INT8, "cpu", 1, .9949,
     SNT_BF16_COMPUTE,
     "int8 gives 99.49 % of labels as fp32, less than 99.5 %"},
    {SNT_BF16_COMPUTE | SNT_INT8, SNT_BF16_COMPUTE | SNT_INT8, "cpu", .9, .9,
     SNT_FP32, "bf16 gives 90.00 %"},
    {SNT_BF16_COMPUTE | SNT_INT8, SNT_INT8, "cpu", 1, .9, SNT_FP32,
     "bf16 is no faster than fp32 here"},
    {SNT_BF16_COMPUTE, SNT_BF16_COMPUTE, "cpu", 1, 1, SNT_BF16_COMPUTE,
     "bf16 gives 100.00 %"},
    {SNT_FP32, 0, "cpu", 1, 1, SNT_FP32, "there is no other here"},
    {SNT_INT8, SNT_INT8, "cuda:0", 1, 1, SNT_BF16_COMPUTE,
     "the verdict does not know fp16; bf16 gives"},
};

enum { N_CHOICES = sizeof(choices) / sizeof(*choices) };

START_TEST(chooses_by_verdict_cpu_and_device_alone)
{
    const snt_engine_caps caps = {
        .precisions = SNT_FP32 | choices[_i].precisions,
        .fast = choices[_i].fast};
    const sentiment_verdict verdict = {
        .n = 2,
        .texts = 1000,
        .all = {
            {"bf16", choices[_i].bf16, .01}, {"int8", choices[_i].int8, .1}}};
    char reason[192];

    ck_assert_int_eq(
        snt_precision_choose(
            &caps, choices[_i].device, &verdict, reason, sizeof(reason)),
        choices[_i].expected);
    if (!strstr(reason, choices[_i].reason))
        ck_abort_msg("\"%s\" is not in \"%s\"", choices[_i].reason, reason);
    ck_assert_int_eq(
        snt_precision_choose(
            &caps, choices[_i].device, NULL, reason, sizeof(reason)),
        SNT_FP32);
    ck_assert_ptr_nonnull(strstr(reason, "no verdict"));
}
END_TEST

START_TEST(keeps_what_it_found_beside_the_checkpoint)
{
    sentiment_verdict verdict, again = {.size = sizeof(again)};
    sentiment_error err;

    checkpoint_copy("bert");
    ck_assert_computes_in(NULL, "fp32", "no verdict");
    ck_assert_str_eq(warning, "");
    ck_assert_sentiment_ok(tune(&verdict, &err), err);
    ck_assert_uint_eq(verdict.texts, N_TEXTS);
    ck_assert_uint_eq(verdict.n, 2);
    ck_assert_str_eq(verdict.all[0].precision, "int8");
    ck_assert_double_eq(verdict.all[0].labels, 1); /* it knew the ranges */
    ck_assert_double_eq(verdict.all[0].largest_change, 0);
    ck_assert_str_eq(verdict.all[1].precision, "bf16");
    ck_assert_double_gt(verdict.all[1].largest_change, 0.01);
    ck_assert_sentiment_ok(
        sentiment_verdict_load(checkpoint_dir(), &again, &err), err);
    ck_assert_uint_eq(again.texts, N_TEXTS);
    ck_assert_uint_eq(again.n, 2);
    ck_assert_computes_in("auto", "int8", "int8 gives 100.00 %");
    ck_assert_computes_in("fp32", "fp32", "asked for");
    ck_assert_str_eq(warning, "");
}
END_TEST

START_TEST(says_that_a_verdict_is_on_other_weights)
{
    sentiment_verdict verdict;
    sentiment_error err;
    size_t len;
    char *bytes;

    checkpoint_copy("bert");
    ck_assert_sentiment_ok(tune(&verdict, &err), err);
    bytes = checkpoint_read(checkpoint_path("model.safetensors"), &len);
    bytes[len - 2] ^= 1;
    checkpoint_write("model.safetensors", bytes, len);
    free(bytes);
    ck_assert_computes_in("auto", "fp32", "no verdict");
    ck_assert_ptr_nonnull(strstr(warning, "made for other weights"));
    ck_assert_ptr_nonnull(strstr(warning, SENTIMENT_VERDICT_FILE));
    ck_assert_sentiment_fails(
        sentiment_verdict_load(checkpoint_dir(), &verdict, &err),
        SENTIMENT_EFORMAT, "made for other weights", err);
    ck_assert_sentiment_ok(tune(&verdict, &err), err);
    ck_assert_computes_in("auto", "int8", "int8");
}
END_TEST

START_TEST(ignores_a_damaged_verdict)
{
    sentiment_verdict verdict;
    sentiment_error err;
    size_t len;
    char *bytes;

    checkpoint_copy("bert");
    ck_assert_sentiment_ok(tune(&verdict, &err), err);
    bytes = checkpoint_read(checkpoint_path(SENTIMENT_VERDICT_FILE), &len);
    for (size_t cut = 0; cut < len - 2; cut += cut < 120 ? 7 : 61) {
        checkpoint_write(SENTIMENT_VERDICT_FILE, bytes, cut);
        verdict.size = sizeof(verdict);
        ck_assert_int_eq(
            sentiment_verdict_load(checkpoint_dir(), &verdict, &err),
            SENTIMENT_EFORMAT);
    }
    ck_assert_computes_in("auto", "fp32", "no verdict");
    ck_assert_ptr_nonnull(strstr(warning, "is ignored"));
    ck_assert_computes_in("int8", "int8", "asked for");
    free(bytes);
}
END_TEST

static const char *const lies[] = {
    "{\"precisions\":{},\"texts\":0,",
    "{\"precisions\":[],\"texts\":1,",
    "{\"precisions\":{\"int8\":{\"labels\":1}},\"texts\":1,",
    "{\"precisions\":{\"int8\":{\"labels\":2,\"largest_change\":0}},\"texts\":"
    "1,",
    "{\"precisions\":{\"of-a-long-name\":{\"labels\":1,\"largest_change\":0}},"
    "\"texts\":1,",
    "{\"precisions\":{},\"texts\":1,\"ranges\":[1,2],",
    "{\"precisions\":{},\"texts\":1,\"ranges\":7,",
};

enum { N_LIES = sizeof(lies) / sizeof(*lies) };

START_TEST(refuses_what_is_no_verdict)
{
    sentiment_verdict verdict;
    sentiment_error err;
    char *bytes, *weights, lie[512];
    size_t len;

    checkpoint_copy("bert");
    ck_assert_sentiment_ok(tune(&verdict, &err), err);
    bytes = checkpoint_read(checkpoint_path(SENTIMENT_VERDICT_FILE), &len);
    weights = strstr(bytes, "\"weights\"");
    snprintf(lie, sizeof(lie), "%s%s", lies[_i], weights);
    checkpoint_write(SENTIMENT_VERDICT_FILE, lie, strlen(lie));
    ck_assert_sentiment_fails(
        sentiment_verdict_load(checkpoint_dir(), &verdict, &err),
        SENTIMENT_EFORMAT, "not a verdict", err);
    free(bytes);
}
END_TEST

START_TEST(names_what_it_cannot_do)
{
    const sentiment_text bad[] = {sentiment_text_of("profit"), {"ab\xff", 3}};
    sentiment_classifier_options opts = {
        .size = sizeof(opts), .engine_path = fake_engine_path()};
    sentiment_verdict verdict = {.size = sizeof(verdict)};
    sentiment_error err;

    checkpoint_copy("bert");
    ck_assert_sentiment_fails(
        sentiment_tune(checkpoint_dir(), &opts, bad, 2, &verdict, &err),
        SENTIMENT_ETEXT, "text 2: not UTF-8", err);
    ck_assert_int_eq(access(checkpoint_path(SENTIMENT_VERDICT_FILE), F_OK), -1);
    ck_assert_sentiment_fails(
        sentiment_tune(checkpoint_dir(), &opts, bad, 0, &verdict, &err),
        SENTIMENT_EINVAL, "no texts", err);
    ck_assert_sentiment_fails(
        sentiment_tune("/proc/nowhere", &opts, bad, 1, &verdict, &err),
        SENTIMENT_EIO, "/proc/nowhere/sentiment-verdict.json: cannot be", err);
    ck_assert_sentiment_fails(
        sentiment_verdict_load(checkpoint_dir(), &verdict, &err), SENTIMENT_EIO,
        "No such file", err);
}
END_TEST

START_TEST(replaces_a_file_whole)
{
    char *path, *bytes;
    sentiment_error err;
    size_t len;

    checkpoint_copy(NULL);
    path = strdup(checkpoint_path("a"));
    ck_assert_sentiment_ok(snt_file_replace(path, "first", 5, &err), err);
    ck_assert_sentiment_ok(snt_file_replace(path, "second", 6, &err), err);
    bytes = checkpoint_read(path, &len);
    ck_assert_str_eq(bytes, "second");
    free(bytes);
    free(path);
    ck_assert_sentiment_fails(
        snt_file_replace("/proc/nowhere/a", "x", 1, &err), SENTIMENT_EIO,
        "/proc/nowhere/a: ", err);
}
END_TEST

Suite *tune_suite(void)
{
    Suite *suite = suite_create("tune");
    TCase *tests = tcase_create("tune");

    tcase_add_checked_fixture(tests, NULL, checkpoint_remove);
    tcase_add_loop_test(
        tests, chooses_by_verdict_cpu_and_device_alone, 0, N_CHOICES);
    tcase_add_test(tests, keeps_what_it_found_beside_the_checkpoint);
    tcase_add_test(tests, says_that_a_verdict_is_on_other_weights);
    tcase_add_test(tests, ignores_a_damaged_verdict);
    tcase_add_loop_test(tests, refuses_what_is_no_verdict, 0, N_LIES);
    tcase_add_test(tests, names_what_it_cannot_do);
    tcase_add_test(tests, replaces_a_file_whole);
    tcase_set_timeout(tests, 30);
    suite_add_tcase(suite, tests);
    return suite;
}
