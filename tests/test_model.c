/* test_model.c - checkpoints as a whole: config, weights and tokenizer held
 * against each other, questions, verify. */
#include "model/model.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checkpoint.h"
#include "suites.h"

static const char weights[] = "model.safetensors";

static sentiment_status open_copy(
    sentiment_model **model, const char *label_map, sentiment_error *err)
{
    sentiment_model_options opts = {
        .size = sizeof(opts), .label_map = label_map};

    return sentiment_model_open(model, checkpoint_dir(), &opts, err);
}

/* Opening the copy fails like this, and nothing is left of it. */
static void ck_assert_refused(sentiment_status status, const char *message)
{
    sentiment_model *model;
    sentiment_error err;

    ck_assert_sentiment_fails(
        open_copy(&model, NULL, &err), status, message, err);
    ck_assert_ptr_null(model);
}

/* ---- what there is ---- */

static const struct {
    const char *name, *family, *dtype;
    uint32_t layers, hidden, labels, multi_label;
} tiny[] = {
    {"roberta", "roberta", "F32", 3, 32, 3, 0},
    {"distilroberta", "roberta", "F32", 2, 48, 5, 0},
    {"bert", "bert", "F32", 2, 32, 3, 0},
    {"distilbert", "distilbert", "F32", 2, 40, 2, 0},
    {"bert-f16", "bert", "F16", 2, 32, 3, 0},
    {"bert-bf16", "bert", "BF16", 2, 32, 3, 0},
    {"bert-sharded", "bert", "F32", 1, 32, 3, 1},
    {"roberta-bin", "roberta", "F32", 3, 32, 3, 0},
};

START_TEST(describes_what_it_opened)
{
    sentiment_model_info info = {.size = sizeof(info)}, forgotten = {0};
    sentiment_model *model;
    sentiment_error err;

    checkpoint_copy(tiny[_i].name);
    ck_assert_sentiment_ok(open_copy(&model, NULL, &err), err);
    ck_assert_sentiment_ok(sentiment_model_describe(model, &info, &err), err);
    ck_assert_str_eq(info.dir, checkpoint_dir());
    ck_assert_str_eq(info.family, tiny[_i].family);
    ck_assert_str_eq(info.dtype, tiny[_i].dtype);
    ck_assert_uint_eq(info.layers, tiny[_i].layers);
    ck_assert_uint_eq(info.hidden, tiny[_i].hidden);
    ck_assert_uint_eq(info.multi_label, tiny[_i].multi_label);
    ck_assert_uint_eq(info.max_tokens, 64);
    ck_assert_uint_gt(info.parameters, 20000);
    ck_assert_uint_eq(sentiment_model_n_labels(model), tiny[_i].labels);
    ck_assert_ptr_nonnull(sentiment_model_label(model, tiny[_i].labels - 1));
    ck_assert_ptr_null(sentiment_model_label(model, tiny[_i].labels));
    ck_assert_sentiment_ok(sentiment_model_verify(model, &err), err);
    ck_assert_sentiment_fails(
        sentiment_model_describe(model, &forgotten, &err), SENTIMENT_EINVAL,
        "size is not set", err);
    sentiment_model_close(model);
}
END_TEST

START_TEST(counts_positions_as_each_family_does)
{
    static const int32_t ids[] = {0, 1, 9, 1, 1, 2};
    static const int32_t roberta[] = {2, 1, 3, 1, 1, 4};
    static const int32_t bert[] = {0, 1, 2, 3, 4, 5};
    int32_t positions[6];
    sentiment_model *model;
    sentiment_error err;

    for (int i = 0; i < 2; i++) {
        checkpoint_copy(i ? "bert" : "roberta");
        ck_assert_sentiment_ok(open_copy(&model, NULL, &err), err);
        snt_model_positions(model, ids, 6, positions);
        ck_assert_mem_eq(positions, i ? bert : roberta, sizeof(positions));
        sentiment_model_close(model);
    }
}
END_TEST

START_TEST(renames_labels_or_says_why_not)
{
    sentiment_model *model;
    sentiment_error err;

    checkpoint_copy("bert");
    ck_assert_sentiment_ok(
        open_copy(&model, "positive=up,negative=down", &err), err);
    ck_assert_str_eq(sentiment_model_label(model, 0), "down");
    ck_assert_str_eq(sentiment_model_label(model, 2), "up");
    sentiment_model_close(model);
    ck_assert_sentiment_fails(
        open_copy(&model, "bullish=up", &err), SENTIMENT_EINVAL,
        "no label \"bullish\"", err);
    ck_assert_ptr_null(model);
}
END_TEST

/* ---- what does not fit together ---- */

static const struct {
    const char *of, *changes, *message;
} misfits[] = {
    {"bert", "{\"id2label\": {\"0\": \"a\", \"1\": \"b\"}}",
     "classifier.weight: shape [3, 32], config.json makes it [2, 32]"},
    {"roberta", "{\"id2label\": null, \"num_labels\": 4}",
     "classifier.out_proj.weight: shape [3, 32], config.json makes it [4, 32]"},
    {"bert", "{\"vocab_size\": 701}",
     "word_embeddings.weight: shape [700, 32], config.json makes it [701, 32]"},
    {"bert", "{\"intermediate_size\": 63}", "makes it [63, 32]"},
    {"bert", "{\"max_position_embeddings\": 65}",
     "position_embeddings.weight: shape [64, 32]"},
    {"bert", "{\"type_vocab_size\": 1}", "token_type_embeddings.weight: shape"},
    {"bert", "{\"num_hidden_layers\": 3}",
     "no tensor \"bert.encoder.layer.2.attention.self.query.weight\""},
    {"bert",
     "{\"architectures\": [\"RobertaForSequenceClassification\"],"
     " \"model_type\": \"roberta\"}",
     "no tensor \"roberta.embeddings.word_embeddings.weight\""},
    {"roberta-bin", "{\"num_hidden_layers\": 4}",
     "pytorch_model.bin: no tensor \"roberta.encoder.layer.3."},
    {"roberta", "{\"pad_token_id\": 66}", "room for 0 tokens only"},
    {"roberta", "{\"pad_token_id\": 63}", "room for 2 tokens only"},
};

START_TEST(holds_weights_against_the_config)
{
    checkpoint_copy(misfits[_i].of);
    checkpoint_configure(misfits[_i].changes);
    ck_assert_refused(SENTIMENT_EFORMAT, misfits[_i].message);
}
END_TEST

START_TEST(says_that_weights_cannot_be_read)
{
    checkpoint_copy("bert");
    checkpoint_write(weights, "", 0);
    ck_assert_int_eq(chmod(checkpoint_path(weights), 0), 0);
    ck_assert_int_eq(chmod(checkpoint_dir(), 0755), 0);
    /* As root everything can be read; nobody else's is 65534. */
    if (!geteuid())
        ck_assert_int_eq(setresuid(65534, 65534, 0), 0);
    if (access(checkpoint_path("config.json"), R_OK))
        puts("skipped: this checkout is readable by root only");
    else
        ck_assert_refused(
            SENTIMENT_EIO, "model.safetensors: Permission denied");
    if (getuid() == 65534)
        ck_assert_int_eq(setresuid(0, 0, 0), 0);
    checkpoint_remove();
}
END_TEST

START_TEST(needs_every_file)
{
    checkpoint_copy("bert");
    checkpoint_delete("config.json");
    ck_assert_refused(SENTIMENT_EIO, "config.json: No such file or directory");
    checkpoint_copy("bert");
    checkpoint_delete(weights);
    ck_assert_refused(SENTIMENT_EIO, "no model.safetensors there");
    checkpoint_copy("bert");
    checkpoint_delete("tokenizer.json");
    ck_assert_refused(SENTIMENT_EIO, "tokenizer.json");
    checkpoint_remove();
    ck_assert_refused(SENTIMENT_EIO, "config.json");
}
END_TEST

START_TEST(needs_an_embedding_for_every_token)
{
    size_t len;
    char *tokenizer =
        checkpoint_read("tests/vectors/tiny/roberta/tokenizer.json", &len);

    checkpoint_copy("bert");
    checkpoint_write("tokenizer.json", tokenizer, len);
    free(tokenizer);
    ck_assert_refused(
        SENTIMENT_EFORMAT,
        "the tokenizer has ids up to 899, vocab_size is 700");
}
END_TEST

/* Moves one tensor of the copy's header to another name; NULL: drops it. */
static void rename_tensor(json_t *header, const char *from, const char *to)
{
    json_t *entry = json_incref(json_object_get(header, from));

    ck_assert_msg(entry != NULL, "no tensor %s", from);
    json_object_del(header, from);
    ck_assert_int_eq(json_object_set_new(header, to, entry), 0);
}

START_TEST(needs_every_tensor)
{
    static const char *const needed[] = {
        "bert.embeddings.LayerNorm.bias",
        "bert.encoder.layer.1.output.dense.bias", "bert.pooler.dense.weight",
        "classifier.bias"};

    for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++) {
        json_t *header;
        char message[128];

        checkpoint_copy("bert");
        header = checkpoint_header(weights);
        rename_tensor(header, needed[i], "something.else");
        checkpoint_set_header(weights, header);
        json_decref(header);
        snprintf(message, sizeof(message), "no tensor \"%s\"", needed[i]);
        ck_assert_refused(SENTIMENT_EFORMAT, message);
    }
}
END_TEST

START_TEST(knows_what_layer_norms_were_called_once)
{
    sentiment_model *model;
    sentiment_error err;
    json_t *header;

    checkpoint_copy("bert");
    header = checkpoint_header(weights);
    rename_tensor(
        header, "bert.embeddings.LayerNorm.weight",
        "bert.embeddings.LayerNorm.gamma");
    rename_tensor(
        header, "bert.embeddings.LayerNorm.bias",
        "bert.embeddings.LayerNorm.beta");
    checkpoint_set_header(weights, header);
    json_decref(header);
    ck_assert_sentiment_ok(open_copy(&model, NULL, &err), err);
    sentiment_model_close(model);
}
END_TEST

/* Changes to the header's entry of classifier.bias. */
static const struct {
    const char *key, *value, *message;
} entries[] = {
    {"dtype", "\"I32\"", "classifier.bias: expected F32, F16 or BF16"},
    {"shape", "[3, 1]",
     "classifier.bias: shape [3, 1], config.json makes it [3]"},
    {"shape", "[1, 1, 1, 3]",
     "classifier.bias: shape [1, 1, 1, 3], config.json makes it [3]"},
};

START_TEST(needs_the_type_and_shape_of_each_tensor)
{
    json_t *header;

    checkpoint_copy("bert");
    header = checkpoint_header(weights);
    json_object_set_new(
        json_object_get(header, "classifier.bias"), entries[_i].key,
        json_loads(entries[_i].value, JSON_DECODE_ANY, NULL));
    checkpoint_set_header(weights, header);
    json_decref(header);
    ck_assert_refused(SENTIMENT_EFORMAT, entries[_i].message);
}
END_TEST

/* ---- verify ---- */

/* Replaces the last bytes of the copy's weights; fills message with how verify
 * names the tensor they belong to. */
static void end_with(const void *bytes, size_t n, char *message, size_t size)
{
    json_t *header = checkpoint_header(weights), *entry;
    json_int_t last = 0;
    const char *name;
    size_t len;
    char *all = checkpoint_read(checkpoint_path(weights), &len);

    memcpy(all + len - n, bytes, n);
    checkpoint_write(weights, all, len);
    free(all);
    json_object_foreach(header, name, entry)
    {
        json_int_t end = json_integer_value(
            json_array_get(json_object_get(entry, "data_offsets"), 1));

        if (end <= last)
            continue;
        last = end;
        snprintf(
            message, size, "%s: %s: a value that is not a finite number",
            weights, name);
    }
    json_decref(header);
}

static const struct {
    const char *of;
    size_t len;
    unsigned char bytes[4];
} not_finite[] = {
    {"bert", 4, {0, 0, 0xc0, 0x7f}},      /* a NaN */
    {"bert", 4, {0, 0, 0x80, 0xff}},      /* minus infinity */
    {"bert-f16", 2, {0x01, 0x7c}},        /* a NaN */
    {"bert-f16", 2, {0x00, 0xfc}},        /* minus infinity */
    {"bert-bf16", 2, {0x80, 0x7f}},       /* infinity */
    {"roberta", 4, {0x01, 0, 0x80, 0x7f}} /* a NaN with its last bit only */
};

START_TEST(verify_names_the_tensor_that_is_not_finite)
{
    sentiment_model *model;
    sentiment_error err;
    char message[128] = "";

    checkpoint_copy(not_finite[_i].of);
    end_with(
        not_finite[_i].bytes, not_finite[_i].len, message, sizeof(message));
    ck_assert_sentiment_ok(open_copy(&model, NULL, &err), err);
    ck_assert_sentiment_fails(
        sentiment_model_verify(model, &err), SENTIMENT_EFORMAT, message, err);
    sentiment_model_close(model);
}
END_TEST

START_TEST(verify_takes_the_largest_finite_numbers)
{
    static const struct {
        const char *of;
        unsigned char bytes[4];
    } largest[] = {
        {"bert", {0xff, 0xff, 0x7f, 0xff}},
        {"bert-f16", {0xff, 0x7b, 0xff, 0xfb}},
        {"bert-bf16", {0x7f, 0x7f, 0x7f, 0xff}}};

    for (size_t i = 0; i < sizeof(largest) / sizeof(*largest); i++) {
        sentiment_model *model;
        sentiment_error err;
        char message[128];

        checkpoint_copy(largest[i].of);
        end_with(largest[i].bytes, 4, message, sizeof(message));
        ck_assert_sentiment_ok(open_copy(&model, NULL, &err), err);
        ck_assert_sentiment_ok(sentiment_model_verify(model, &err), err);
        sentiment_model_close(model);
    }
}
END_TEST

#define N(table) (int)(sizeof(table) / sizeof(*(table)))

Suite *model_suite(void)
{
    Suite *suite = suite_create("model");
    TCase *opening = tcase_create("opening");
    TCase *misfit = tcase_create("what does not fit");
    TCase *verify = tcase_create("verify");

    tcase_add_checked_fixture(opening, NULL, checkpoint_remove);
    tcase_add_loop_test(opening, describes_what_it_opened, 0, N(tiny));
    tcase_add_test(opening, counts_positions_as_each_family_does);
    tcase_add_test(opening, renames_labels_or_says_why_not);
    suite_add_tcase(suite, opening);
    tcase_add_checked_fixture(misfit, NULL, checkpoint_remove);
    tcase_add_loop_test(
        misfit, holds_weights_against_the_config, 0, N(misfits));
    tcase_add_test(misfit, needs_every_file);
    tcase_add_test(misfit, says_that_weights_cannot_be_read);
    tcase_add_test(misfit, needs_an_embedding_for_every_token);
    tcase_add_test(misfit, needs_every_tensor);
    tcase_add_test(misfit, knows_what_layer_norms_were_called_once);
    tcase_add_loop_test(
        misfit, needs_the_type_and_shape_of_each_tensor, 0, N(entries));
    suite_add_tcase(suite, misfit);
    tcase_add_checked_fixture(verify, NULL, checkpoint_remove);
    tcase_add_loop_test(
        verify, verify_names_the_tensor_that_is_not_finite, 0, N(not_finite));
    tcase_add_test(verify, verify_takes_the_largest_finite_numbers);
    suite_add_tcase(suite, verify);
    return suite;
}
