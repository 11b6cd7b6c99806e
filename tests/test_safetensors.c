/* test_safetensors.c - model.safetensors and its sharded index: every way in
 * which a file can be wrong, and what is said of it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checkpoint.h"
#include "model/formats.h"
#include "suites.h"

static const char name[] = "model.safetensors";

/* Loads from the test's folder; what it gave must lie in its files. */
static sentiment_status load(sentiment_error *err)
{
    snt_weights weights = {.all = NULL};
    sentiment_status status = snt_weights_load(&weights, checkpoint_dir(), err);

    for (size_t i = 0; status == SENTIMENT_OK && i < weights.n; i++) {
        const snt_weight *w = &weights.all[i];
        const unsigned char *begin = w->data;
        bool inside = false;

        for (size_t k = 0; k < weights.n_files; k++)
            inside |= begin >= weights.files[k].bytes &&
                      begin + w->count * snt_dtype_bytes(w->dtype) <=
                          weights.files[k].bytes + weights.files[k].len;
        ck_assert_msg(inside, "%s lies outside its file", w->name);
    }
    snt_weights_free(&weights);
    return status;
}

static void write_file(
    const char *to, const char *header, size_t header_len, size_t data)
{
    size_t n = strlen(header), len = 8 + n + data;
    char *bytes = calloc(1, len);

    ck_assert_ptr_nonnull(bytes);
    for (int i = 0; i < 8; i++)
        bytes[i] = (char)(header_len >> 8 * i);
    memcpy(bytes + 8, header, n);
    checkpoint_write(to, bytes, len);
    free(bytes);
}

/* With the length that the header has. */
static void write_good(const char *to, const char *header, size_t data)
{
    write_file(to, header, strlen(header), data);
}

#define A "\"a\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": "

/* A header, how many bytes follow it, and what is wrong; NULL: nothing. */
static const struct {
    const char *header;
    size_t data;
    const char *message;
} cases[] = {
    {"{}", 0, NULL},
    {"{\"__metadata__\": {\"format\": \"pt\"}}", 0, NULL},
    {"{" A "[0, 8]}}", 8, NULL},
    {"{" A "[0, 8]}}   ", 8, NULL},
    {"{\"a\": {\"dtype\": \"F64\", \"shape\": [], \"data_offsets\": [0, 8]}}",
     8, NULL},
    {"{\"a\": {\"dtype\": \"F32\", \"shape\": [0, 7],"
     " \"data_offsets\": [0, 0]}}",
     0, NULL},
    {"{" A "[0, 8]}, \"b\": {\"dtype\": \"I8\", \"shape\": [3],"
     " \"data_offsets\": [8, 11]}}",
     11, NULL},
    {"{" A "[0, 8]}}", 7, "a: data_offsets: ends at 8 of 7 bytes"},
    {"{" A "[0, 8]}}", 9, "9 bytes behind the header, the tensors are 8"},
    {"{" A "[4, 12]}}", 12, "a: data_offsets: begins at 4"},
    {"{" A "[0, 9]}}", 9, "a: data_offsets: 9 bytes, type and shape make 8"},
    {"{" A "[8, 0]}}", 8, "a: data_offsets: expected [begin, end]"},
    {"{" A "[-8, 0]}}", 8, "a: data_offsets: expected [begin, end]"},
    {"{" A "[0, 8, 16]}}", 8, "a: data_offsets: expected [begin, end]"},
    {"{" A "[0, 8.0]}}", 8, "a: data_offsets: expected [begin, end]"},
    {"{" A "[9223372036854775800, 9223372036854775807]}}", 8,
     "a: data_offsets: ends at 9223372036854775807 of 8 bytes"},
    {"{" A "[0, 9223372036854775808]}}", 8, "header: "},
    {"{\"a\": {\"dtype\": \"F32\", \"shape\": [2]}}", 8,
     "a: data_offsets: expected [begin, end]"},
    {"{\"a\": {\"dtype\": \"F33\", \"shape\": [2], \"data_offsets\": [0, 8]}}",
     8, "a: dtype: expected a known one"},
    {"{\"a\": {\"shape\": [2], \"data_offsets\": [0, 8]}}", 8, "a: dtype: "},
    {"{\"a\": {\"dtype\": \"F32\", \"data_offsets\": [0, 8]}}", 8,
     "a: shape: expected at most 4 sizes"},
    {"{\"a\": {\"dtype\": \"F32\", \"shape\": [1, 1, 1, 1, 2],"
     " \"data_offsets\": [0, 8]}}",
     8, "a: shape: expected at most 4 sizes"},
    {"{\"a\": {\"dtype\": \"F32\", \"shape\": [-2], \"data_offsets\": [0, 8]}}",
     8, "a: shape: expected sizes that make sense"},
    {"{\"a\": {\"dtype\": \"F32\", \"shape\": [\"2\"],"
     " \"data_offsets\": [0, 8]}}",
     8, "a: shape: expected sizes"},
    {"{\"a\": {\"dtype\": \"F32\", \"shape\":"
     " [2147483647, 2147483647, 2147483647], \"data_offsets\": [0, 8]}}",
     8, "a: shape: expected sizes that make sense"},
    {"{" A "[0, 8]}, \"b\": {\"dtype\": \"F32\", \"shape\": [2],"
     " \"data_offsets\": [4, 12]}}",
     12, "b: data_offsets: begins at 4, the tensor before it ends at 8"},
    {"{" A "[0, 8]}, \"b\": {\"dtype\": \"F32\", \"shape\": [2],"
     " \"data_offsets\": [0, 8]}}",
     8, "data_offsets: begins at 0"},
    {"{" A "[0, 8]}, \"b\": {\"dtype\": \"F32\", \"shape\": [2],"
     " \"data_offsets\": [12, 20]}}",
     20, "b: data_offsets: begins at 12"},
    {"{" A "[0, 8]}, " A "[8, 16]}}", 16, "header: "},
    {"{\"a\": 5}", 0, "a: expected an object"},
    {"[]", 0, "header: expected an object"},
    {"{\"a\": ", 0, "header: "},
    {"", 0, "header: "},
    {"{} x", 0, "header: "},
};

START_TEST(names_the_tensor_and_what_it_expected)
{
    sentiment_error err;
    sentiment_status status;

    checkpoint_copy(NULL);
    write_good(name, cases[_i].header, cases[_i].data);
    status = load(&err);
    if (!cases[_i].message)
        ck_assert_msg(status == SENTIMENT_OK, "%s", err.message);
    else
        ck_assert_msg(
            status == SENTIMENT_EFORMAT &&
                strstr(err.message, cases[_i].message) &&
                strstr(err.message, name),
            "%s: status %d, \"%s\"", cases[_i].header, status, err.message);
}
END_TEST

START_TEST(believes_no_header_length)
{
    static const size_t lengths[] = {
        0,
        1,
        12,
        15,
        16,
        24,
        1u << 20,
        100u << 20,
        UINT32_MAX,
        SIZE_MAX >> 1,
        SIZE_MAX - 7,
        SIZE_MAX - 8,
        SIZE_MAX};
    static const char header[] = "{\"b\": [1, 2]}";
    sentiment_error err;

    checkpoint_copy(NULL);
    for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
        write_file(name, header, lengths[i], 8);
        ck_assert_sentiment_fails(
            load(&err), SENTIMENT_EFORMAT,
            lengths[i] < 20 ? "header: " : "a header of", err);
    }
}
END_TEST

START_TEST(survives_a_file_cut_at_every_byte)
{
    sentiment_error err;
    const char *shard = "model-00002-of-00002.safetensors";
    size_t len;
    char *whole;

    checkpoint_copy("bert-sharded");
    whole = checkpoint_read(checkpoint_path(shard), &len);
    checkpoint_copy(NULL);
    checkpoint_write(name, whole, len);
    free(whole);
    ck_assert_sentiment_ok(load(&err), err);
    while (len--) {
        ck_assert_int_eq(truncate(checkpoint_path(name), (off_t)len), 0);
        ck_assert_int_eq(load(&err), SENTIMENT_EFORMAT);
    }
}
END_TEST

/* Each bit of the length and the header in turn: refused, or read within the
 * file, which load() checks. */
START_TEST(survives_every_flipped_bit_of_a_header)
{
    sentiment_error err;
    size_t len;
    char *bytes;

    checkpoint_copy(NULL);
    write_good(
        name,
        "{" A "[0, 8]}, \"b\": {\"dtype\": \"F16\", \"shape\": [2, 3],"
        " \"data_offsets\": [8, 20]}}",
        20);
    ck_assert_sentiment_ok(load(&err), err);
    bytes = checkpoint_read(checkpoint_path(name), &len);
    for (size_t bit = 0; bit < 8 * (len - 20); bit++) {
        sentiment_status status;

        bytes[bit / 8] ^= (char)(1 << bit % 8);
        checkpoint_write(name, bytes, len);
        bytes[bit / 8] ^= (char)(1 << bit % 8);
        status = load(&err);
        ck_assert_msg(
            status == SENTIMENT_OK || status == SENTIMENT_EFORMAT,
            "bit %zu: status %d, %s", bit, status, err.message);
    }
    free(bytes);
}
END_TEST

/* ---- shards ---- */

static const struct {
    const char *index;
    sentiment_status status;
    const char *message;
} indexes[] = {
    {"{", SENTIMENT_EFORMAT, "index.json: line 1: "},
    {"[]", SENTIMENT_EFORMAT, "index.json: expected a JSON object"},
    {"{}", SENTIMENT_EFORMAT, "weight_map: expected an object"},
    {"{\"weight_map\": []}", SENTIMENT_EFORMAT, "weight_map: expected an"},
    {"{\"weight_map\": {\"a\": 5}}", SENTIMENT_EFORMAT,
     "weight_map.a: expected the name of a file beside it"},
    {"{\"weight_map\": {\"a\": \"\"}}", SENTIMENT_EFORMAT, "weight_map.a: "},
    {"{\"weight_map\": {\"a\": \"../b\"}}", SENTIMENT_EFORMAT,
     "weight_map.a: expected the name of a file beside it"},
    {"{\"weight_map\": {\"a\": \"/etc/passwd\"}}", SENTIMENT_EFORMAT,
     "weight_map.a: expected the name of a file beside it"},
    {"{\"weight_map\": {\"a\": \"..\"}}", SENTIMENT_EIO, "Is a directory"},
    {"{\"weight_map\": {\"a\": \"none\"}}", SENTIMENT_EIO,
     "none: No such file or directory"},
    {"{\"weight_map\": {\"a\": \"one\", \"b\": \"two\"}}", SENTIMENT_EFORMAT,
     "tensor \"a\" twice"},
    {"{\"weight_map\": {\"a\": \"one\", \"b\": \"one\"}}", SENTIMENT_OK, ""},
};

START_TEST(reads_shards_beside_the_index_only)
{
    sentiment_error err;

    checkpoint_copy(NULL);
    write_good("one", "{" A "[0, 8]}}", 8);
    write_good("two", "{" A "[0, 8]}}", 8);
    checkpoint_write(
        "model.safetensors.index.json", indexes[_i].index,
        strlen(indexes[_i].index));
    if (indexes[_i].status == SENTIMENT_OK)
        ck_assert_sentiment_ok(load(&err), err);
    else
        ck_assert_sentiment_fails(
            load(&err), indexes[_i].status, indexes[_i].message, err);
}
END_TEST

START_TEST(says_which_files_it_looked_for)
{
    sentiment_error err;

    checkpoint_copy(NULL);
    ck_assert_sentiment_fails(
        load(&err), SENTIMENT_EIO,
        "no model.safetensors there; nor is there "
        "model.safetensors.index.json or pytorch_model.bin",
        err);
}
END_TEST

#define N(table) (int)(sizeof(table) / sizeof(*(table)))

Suite *safetensors_suite(void)
{
    Suite *suite = suite_create("safetensors");
    TCase *files = tcase_create("one file");
    TCase *shards = tcase_create("shards");

    tcase_set_timeout(files, 120);
    tcase_add_checked_fixture(files, NULL, checkpoint_remove);
    tcase_add_loop_test(
        files, names_the_tensor_and_what_it_expected, 0, N(cases));
    tcase_add_test(files, believes_no_header_length);
    tcase_add_test(files, survives_a_file_cut_at_every_byte);
    tcase_add_test(files, survives_every_flipped_bit_of_a_header);
    suite_add_tcase(suite, files);
    tcase_add_checked_fixture(shards, NULL, checkpoint_remove);
    tcase_add_loop_test(
        shards, reads_shards_beside_the_index_only, 0, N(indexes));
    tcase_add_test(shards, says_which_files_it_looked_for);
    suite_add_tcase(suite, shards);
    return suite;
}
