/* test_convert.c - checkpoints in another type: numbers, files, what is
 * refused. The tiny checkpoints in half precision were made by torch and
 * safetensors (tests/vectors/tiny/make_tiny.py). */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checkpoint.h"
#include "model/narrow.h"
#include "sentiment/model.h"
#include "suites.h"

static const char weights[] = "model.safetensors";

/* ---- numbers ---- */

/* The value of an F16 or BF16, by its definition. */
static double value_of(unsigned bits, int digits, int bias)
{
    int sign = bits >> 15 ? -1 : 1;
    int exponent = (int)((bits & 0x7FFF) >> digits);
    double mantissa = bits & ((1u << digits) - 1);

    if (exponent)
        mantissa += 1 << digits;
    return sign * ldexp(mantissa, (exponent ? exponent : 1) - bias - digits);
}

static const struct {
    snt_dtype dtype;
    int digits, bias;
    unsigned infinity;
} halves[] = {{SNT_F16, 10, 15, 0x7C00}, {SNT_BF16, 7, 127, 0x7F80}};

static unsigned narrow(double value, snt_dtype to, size_t *finite)
{
    float single = (float)value;
    uint16_t half = 0;

    *finite = snt_narrow(&single, SNT_F32, &half, to, 1);
    return half;
}

START_TEST(every_half_is_widened_to_its_value_and_back)
{
    for (unsigned bits = 0; bits < 0x10000; bits++) {
        uint16_t half = (uint16_t)bits;
        double expected = value_of(bits, halves[_i].digits, halves[_i].bias);
        double found = (double)snt_widen(&half, halves[_i].dtype);
        size_t finite;

        if ((bits & 0x7FFF) >= halves[_i].infinity)
            continue;
        if (memcmp(&found, &expected, sizeof(found)))
            ck_abort_msg("%#06x is %.17g, not %.17g", bits, expected, found);
        ck_assert_uint_eq(narrow(found, halves[_i].dtype, &finite), bits);
        ck_assert_uint_eq(finite, 1);
    }
}
END_TEST

/* Between two neighbours: the nearer one, and from the middle the even one. */
START_TEST(what_lies_between_goes_to_the_nearest)
{
    snt_dtype to = halves[_i].dtype;
    size_t finite;

    for (unsigned bits = 0; bits < halves[_i].infinity - 1; bits++) {
        double low = value_of(bits, halves[_i].digits, halves[_i].bias);
        double high = value_of(bits + 1, halves[_i].digits, halves[_i].bias);
        float middle = (float)(low + (high - low) / 2);

        ck_assert_uint_eq(narrow(middle, to, &finite), bits + (bits & 1));
        ck_assert_uint_eq(
            narrow(nextafterf(middle, INFINITY), to, &finite), bits + 1);
        ck_assert_uint_eq(narrow(nextafterf(middle, 0), to, &finite), bits);
        ck_assert_uint_eq(
            narrow(-middle, to, &finite), 0x8000 | (bits + (bits & 1)));
    }
}
END_TEST

START_TEST(what_is_too_large_is_told)
{
    static const float numbers[] = {1, 2, 65519, 65520, 3};
    static const float largest[] = {1, 3.3895e38f, 3.3962e38f, 0};
    uint16_t out[5];

    ck_assert_uint_eq(snt_narrow(numbers, SNT_F32, out, SNT_F16, 5), 3);
    ck_assert_uint_eq(out[2], 0x7BFF);
    ck_assert_uint_eq(snt_narrow(largest, SNT_F32, out, SNT_BF16, 4), 2);
    ck_assert_uint_eq(out[1], 0x7F7F);
}
END_TEST

START_TEST(what_is_no_number_stays_none)
{
    static const uint32_t odd[] = {0x7F800001, 0xFFC00000, 0x7F800000};

    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 2; k++) {
            uint16_t half;

            ck_assert_uint_eq(
                snt_narrow(&odd[i], SNT_F32, &half, halves[k].dtype, 1), 0);
            ck_assert_int_eq(
                (half & 0x7FFF) > halves[k].infinity, odd[i] != 0x7F800000);
        }
}
END_TEST

/* ---- files ---- */

static char to[96]; /* a name beside the copy's */

static sentiment_status convert(const char *dtype, sentiment_error *err)
{
    sentiment_convert_options opts = {.size = sizeof(opts), .dtype = dtype};

    snprintf(to, sizeof(to), "%s.out", checkpoint_dir());
    return sentiment_model_convert(checkpoint_dir(), to, &opts, err);
}

static void clean(void)
{
    char line[256];

    snprintf(line, sizeof(line), "rm -rf '%s' '%s'.*", to, to);
    if (*to)
        ck_assert_int_eq(system(line), 0);
    *to = '\0';
    checkpoint_remove();
}

static char *read_out(const char *name, size_t *len)
{
    char path[256];

    snprintf(path, sizeof(path), "%s/%s", to, name);
    return checkpoint_read(path, len);
}

static void ck_assert_same(const char *name, const char *golden)
{
    size_t found_len, golden_len;
    char *found = read_out(name, &found_len);
    char *expected = checkpoint_read(golden, &golden_len);

    ck_assert_uint_eq(found_len, golden_len);
    for (size_t i = 0; i < golden_len; i++)
        if (found[i] != expected[i])
            ck_abort_msg("%s and %s differ at byte %zu", name, golden, i);
    free(found);
    free(expected);
}

static const struct {
    const char *from, *dtype, *same_as;
} cases[] = {
    {"bert", "bf16", "bert-bf16"},
    {"bert", "fp16", "bert-f16"},
    {"bert", NULL, "bert"},
    {"bert", "fp32", "bert"},
    {"bert-f16", "keep", "bert-f16"},
    {"roberta-bin", NULL, "roberta"},
    {"bert-bf16", "bf16", "bert-bf16"}};

START_TEST(writes_the_bytes_that_torch_and_safetensors_write)
{
    char golden[128];
    sentiment_error err;

    checkpoint_copy(cases[_i].from);
    ck_assert_sentiment_ok(convert(cases[_i].dtype, &err), err);
    snprintf(
        golden, sizeof(golden), "tests/vectors/tiny/%s/%s", cases[_i].same_as,
        weights);
    ck_assert_same(weights, golden);
    snprintf(
        golden, sizeof(golden), "tests/vectors/tiny/%s/tokenizer.json",
        cases[_i].from);
    ck_assert_same("tokenizer.json", golden);
}
END_TEST

START_TEST(joins_shards)
{
    sentiment_model_info info = {.size = sizeof(info)};
    sentiment_model *model;
    sentiment_error err;
    char path[256];

    checkpoint_copy("bert-sharded");
    ck_assert_sentiment_ok(convert("fp16", &err), err);
    ck_assert_sentiment_ok(sentiment_model_open(&model, to, NULL, &err), err);
    ck_assert_sentiment_ok(sentiment_model_describe(model, &info, &err), err);
    ck_assert_str_eq(info.dtype, "F16");
    sentiment_model_close(model);
    snprintf(path, sizeof(path), "%s/%s.index.json", to, weights);
    ck_assert_int_eq(access(path, F_OK), -1);
}
END_TEST

/* What becomes of a config's text. */
static const struct {
    const char *before, *after;
} configs[] = {
    {"{\"torch_dtype\": \"float32\",", "{\"torch_dtype\": \"bfloat16\","},
    {"{\"dtype\"\n :\t\"float32\",", "{\"dtype\"\n :\t\"bfloat16\","},
    {"{\"x\": {\"dtype\": \"a\"}, \"y\": \"}\\\"{\", \"dtype\": \"float32\",",
     "{\"x\": {\"dtype\": \"a\"}, \"y\": \"}\\\"{\", \"dtype\": \"bfloat16\","},
    {"{\"x\": [{\"torch_dtype\": \"a\"}, \"dtype\"], \"y\": \"dtype\",",
     "{\"x\": [{\"torch_dtype\": \"a\"}, \"dtype\"], \"y\": \"dtype\","},
    {"{\"torch_dtype\": null,", "{\"torch_dtype\": null,"}};

START_TEST(changes_nothing_of_the_config_but_the_type)
{
    char text[4096], expected[4096], *found;
    size_t len;
    char *rest;
    sentiment_error err;

    checkpoint_copy("bert");
    /* The whole config without its own "dtype" and its first brace. */
    rest = checkpoint_read(checkpoint_path("config.json"), &len);
    memcpy(strstr(rest, "\"dtype\""), "\"other\"", 7);
    snprintf(text, sizeof(text), "%s%s", configs[_i].before, rest + 1);
    snprintf(expected, sizeof(expected), "%s%s", configs[_i].after, rest + 1);
    free(rest);
    checkpoint_write("config.json", text, strlen(text));
    ck_assert_sentiment_ok(convert("bf16", &err), err);
    found = read_out("config.json", &len);
    ck_assert_str_eq(found, expected);
    free(found);
}
END_TEST

START_TEST(leaves_other_weights_and_verdicts_behind)
{
    static const char *const names[] = {
        "pytorch_model.bin", "tf_model.h5", "sentiment-verdict.json", ".hidden",
        "training_args.bin"};
    sentiment_error err;
    char path[256];
    size_t len;

    checkpoint_copy("bert");
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        checkpoint_write(names[i], "x", 1);
    checkpoint_write("LICENSE", "Mine", 4);
    ck_assert_sentiment_ok(convert(NULL, &err), err);
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        snprintf(path, sizeof(path), "%s/%s", to, names[i]);
        ck_assert_int_eq(access(path, F_OK), -1);
    }
    free(read_out("LICENSE", &len));
    ck_assert_uint_eq(len, 4);
}
END_TEST

/* ---- what is refused ---- */

/* It fails like this and leaves nothing. */
static void ck_assert_refused(
    const char *dtype, sentiment_status status, const char *message)
{
    sentiment_error err;
    char line[256];

    ck_assert_sentiment_fails(convert(dtype, &err), status, message, err);
    snprintf(line, sizeof(line), "ls -d '%s'* >/dev/null 2>&1", to);
    ck_assert_int_ne(system(line), 0);
}

static void end_with(float value)
{
    size_t len;
    char *all = checkpoint_read(checkpoint_path(weights), &len);

    memcpy(all + len - sizeof(value), &value, sizeof(value));
    checkpoint_write(weights, all, len);
    free(all);
}

START_TEST(refuses_a_value_that_the_type_cannot_hold)
{
    sentiment_error err;

    checkpoint_copy("bert");
    end_with(-70000);
    ck_assert_refused(
        "fp16", SENTIMENT_EFORMAT,
        "classifier.weight: -70000 has no finite counterpart in F16");
    ck_assert_sentiment_ok(convert("bf16", &err), err);
}
END_TEST

START_TEST(refuses_weights_that_are_not_finite)
{
    checkpoint_copy("bert");
    end_with(NAN);
    ck_assert_refused("bf16", SENTIMENT_EFORMAT, "no finite counterpart");
    ck_assert_refused("keep", SENTIMENT_EFORMAT, "not a finite number");
}
END_TEST

START_TEST(refuses_what_it_cannot_read_or_write)
{
    sentiment_error err;

    checkpoint_copy("bert");
    ck_assert_refused("int8", SENTIMENT_EINVAL, "no type \"int8\"");
    ck_assert_sentiment_ok(convert(NULL, &err), err);
    ck_assert_sentiment_fails(
        convert(NULL, &err), SENTIMENT_EINVAL, "it is there already", err);
    ck_assert_sentiment_fails(
        sentiment_model_convert(
            checkpoint_dir(), "/nowhere/at/all", NULL, &err),
        SENTIMENT_EIO, "/nowhere/at/all", err);
    checkpoint_delete(weights);
    ck_assert_sentiment_fails(
        sentiment_model_convert(checkpoint_dir(), "/tmp/not made", NULL, &err),
        SENTIMENT_EIO, "no model.safetensors there", err);
}
END_TEST

#define N(table) (int)(sizeof(table) / sizeof(*(table)))

Suite *convert_suite(void)
{
    Suite *suite = suite_create("convert");
    TCase *numbers = tcase_create("numbers");
    TCase *files = tcase_create("files");

    tcase_add_loop_test(
        numbers, every_half_is_widened_to_its_value_and_back, 0, N(halves));
    tcase_add_loop_test(
        numbers, what_lies_between_goes_to_the_nearest, 0, N(halves));
    tcase_add_test(numbers, what_is_too_large_is_told);
    tcase_add_test(numbers, what_is_no_number_stays_none);
    suite_add_tcase(suite, numbers);
    tcase_add_checked_fixture(files, NULL, clean);
    tcase_add_loop_test(
        files, writes_the_bytes_that_torch_and_safetensors_write, 0, N(cases));
    tcase_add_test(files, joins_shards);
    tcase_add_loop_test(
        files, changes_nothing_of_the_config_but_the_type, 0, N(configs));
    tcase_add_test(files, leaves_other_weights_and_verdicts_behind);
    tcase_add_test(files, refuses_a_value_that_the_type_cannot_hold);
    tcase_add_test(files, refuses_weights_that_are_not_finite);
    tcase_add_test(files, refuses_what_it_cannot_read_or_write);
    suite_add_tcase(suite, files);
    return suite;
}
