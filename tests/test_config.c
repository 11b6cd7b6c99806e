/* test_config.c - config.json: what is read, what is refused and how it is
 * said, label maps. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checkpoint.h"
#include "model/config.h"
#include "suites.h"

static sentiment_status read_config(snt_config *config, sentiment_error *err)
{
    *config = (snt_config){.labels = NULL};
    return snt_config_read(config, checkpoint_path("config.json"), err);
}

/* Changes to a good config.json, and the part of the message that names what
 * is wrong; NULL: still good. */
static const struct {
    const char *of, *changes, *message;
} cases[] = {
    {"bert", "{}", NULL},
    {"bert", "{\"architectures\": [\"BertForMaskedLM\"]}",
     "architectures: \"BertForMaskedLM\" is not supported"},
    {"bert", "{\"architectures\": [\"DebertaV2ForSequenceClassification\"]}",
     "architectures: \"DebertaV2ForSequenceClassification\" is not supported"},
    {"bert", "{\"architectures\": []}", "architectures: expected one"},
    {"bert", "{\"architectures\": 3}", "architectures: expected one"},
    {"bert", "{\"model_type\": \"roberta\"}",
     "model_type: \"roberta\" does not go with BertForSequenceClassification"},
    {"bert", "{\"model_type\": null}", NULL},
    {"bert", "{\"model_type\": 7}", "model_type: expected a string"},
    {"bert", "{\"hidden_act\": \"gelu_new\"}",
     "hidden_act: \"gelu_new\" is not supported: gelu is"},
    {"bert", "{\"hidden_act\": 1}", "hidden_act: expected a string"},
    {"distilbert", "{\"activation\": \"relu\"}",
     "activation: \"relu\" is not supported"},
    {"bert", "{\"position_embedding_type\": \"relative_key\"}",
     "position_embedding_type: \"relative_key\" is not supported"},
    {"bert", "{\"position_embedding_type\": \"absolute\"}", NULL},
    {"bert", "{\"is_decoder\": true}", "is_decoder: true is not supported"},
    {"bert", "{\"hidden_size\": 0}", "hidden_size: expected a number"},
    {"bert", "{\"hidden_size\": -4}", "hidden_size: expected a number"},
    {"bert", "{\"hidden_size\": 32.5}", "hidden_size: expected a number"},
    {"bert", "{\"hidden_size\": null}", "hidden_size: expected a number"},
    {"bert", "{\"hidden_size\": 4611686018427387904}", "hidden_size: expected"},
    {"bert", "{\"num_attention_heads\": 5}",
     "num_attention_heads: does not divide the hidden size"},
    {"distilbert", "{\"n_heads\": 3}", "n_heads: does not divide"},
    {"distilbert", "{\"dim\": \"40\"}", "dim: expected a number"},
    {"bert", "{\"num_hidden_layers\": 16000000}",
     "num_hidden_layers: over 1024 layers"},
    {"bert", "{\"vocab_size\": []}", "vocab_size: expected a number"},
    {"bert", "{\"pad_token_id\": -1}", "pad_token_id: expected a number"},
    {"bert", "{\"layer_norm_eps\": 0}", "layer_norm_eps: expected a small"},
    {"bert", "{\"layer_norm_eps\": \"1\"}", "layer_norm_eps: expected a small"},
    {"bert", "{\"layer_norm_eps\": 5}", "layer_norm_eps: expected a small"},
    {"bert", "{\"problem_type\": \"regression\"}",
     "problem_type: regression is not supported"},
    {"bert", "{\"problem_type\": \"ranking\"}",
     "problem_type: \"ranking\" is not known"},
    {"bert", "{\"problem_type\": 1}", "problem_type: expected a string"},
    {"bert", "{\"id2label\": {\"0\": \"score\"}}",
     "id2label: a head with one output (regression) is not supported"},
    {"bert", "{\"id2label\": null, \"num_labels\": 1}",
     "a head with one output (regression) is not supported"},
    {"bert", "{\"id2label\": {}}", "id2label: a head with one output"},
    {"bert", "{\"id2label\": [\"a\", \"b\"]}", "id2label: expected an object"},
    {"bert", "{\"id2label\": {\"0\": \"a\", \"2\": \"b\"}}",
     "id2label.1: expected a label"},
    {"bert", "{\"id2label\": {\"0\": \"a\", \"1\": 5}}",
     "id2label.1: expected a label"},
    {"bert", "{\"id2label\": {\"0\": \"a\", \"1\": \"\"}}",
     "id2label.1: expected a label"},
    {"bert", "{\"id2label\": {\"0\": \"a\", \"1\": \"a\"}}",
     "id2label: \"a\" twice"},
    {"bert", "{\"id2label\": null, \"num_labels\": 100000}",
     "id2label: over 1024 labels"},
};

START_TEST(names_the_key_and_what_it_expected)
{
    snt_config config;
    sentiment_error err;
    sentiment_status status;

    checkpoint_copy(cases[_i].of);
    checkpoint_configure(cases[_i].changes);
    status = read_config(&config, &err);
    snt_config_free(&config);
    if (!cases[_i].message) {
        ck_assert_msg(status == SENTIMENT_OK, "%s", err.message);
        return;
    }
    ck_assert_msg(
        status == SENTIMENT_EFORMAT && strstr(err.message, cases[_i].message) &&
            !strncmp(err.message, checkpoint_dir(), strlen(checkpoint_dir())),
        "%s: status %d, \"%s\"", cases[_i].changes, status, err.message);
}
END_TEST

/* What is not an object of config.json's kind at all. */
static const char *const not_configs[] = {
    "",
    "{",
    "[]",
    "3",
    "null",
    "\"config\"",
    "{\"a\": 1, \"a\": 2}",
    "{\"architectures\": [\"\\u0000\"]}",
    "\xff\xfe",
    "{} {}"};

START_TEST(refuses_what_is_no_json_object)
{
    snt_config config;
    sentiment_error err;

    checkpoint_copy("bert");
    checkpoint_write("config.json", not_configs[_i], strlen(not_configs[_i]));
    ck_assert_sentiment_fails(
        read_config(&config, &err), SENTIMENT_EFORMAT, "config.json: ", err);
    snt_config_free(&config);
}
END_TEST

START_TEST(survives_a_config_cut_at_every_byte)
{
    snt_config config;
    sentiment_error err;
    size_t len;
    char *whole;

    checkpoint_copy("roberta");
    whole = checkpoint_read(checkpoint_path("config.json"), &len);
    while (len && whole[len - 1] != '}')
        len--;
    for (size_t i = 0; i < len; i++) {
        checkpoint_write("config.json", whole, i);
        ck_assert_sentiment_fails(
            read_config(&config, &err), SENTIMENT_EFORMAT, "config.json: line",
            err);
        snt_config_free(&config);
    }
    free(whole);
}
END_TEST

START_TEST(reads_shape_labels_and_kind)
{
    snt_config c;
    sentiment_error err;

    checkpoint_copy("distilbert");
    checkpoint_configure(
        "{\"id2label\": null, \"num_labels\": 3, \"layer_norm_eps\": 0.5,"
        " \"problem_type\": \"multi_label_classification\"}");
    ck_assert_sentiment_ok(read_config(&c, &err), err);
    ck_assert_int_eq(c.family, SNT_DISTILBERT);
    ck_assert_int_eq(c.hidden, 40);
    ck_assert_int_eq(c.intermediate, 80);
    ck_assert_int_eq(c.layers, 2);
    ck_assert_int_eq(c.heads, 5);
    ck_assert_int_eq(c.positions, 64);
    ck_assert(c.multi_label);
    ck_assert_uint_eq(c.n_labels, 3);
    ck_assert_str_eq(c.labels[2], "LABEL_2");
    ck_assert_double_eq(c.layer_norm_eps, 1e-12);
    snt_config_free(&c);
}
END_TEST

/* labels negative, neutral, positive under a map: label 0, or what is wrong. */
static const struct {
    const char *map, *first, *message;
} maps[] = {
    {"", "negative", NULL},
    {"negative=bad", "bad", NULL},
    {"negative=bad,positive=good", "bad", NULL},
    {"negative=positive,positive=negative", "positive", NULL},
    {"negative=a=b,", "a=b", NULL},
    {"negative=\xe6\x82\xaa", "\xe6\x82\xaa", NULL},
    {"Negative=bad", NULL, "the model has no label \"Negative\""},
    {"negative", NULL, "\"negative\": expected old=new"},
    {"negative=", NULL, "\"negative=\": expected old=new"},
    {"=bad", NULL, "\"=bad\": expected old=new"},
    {"negative=bad,,positive=good", NULL, "\"\": expected old=new"},
    {"negative=a,negative=b", NULL, "\"negative\" is renamed twice"},
    {"negative=neutral", NULL, "two labels of one name"},
    {"negative=\xff", NULL, "expected UTF-8"},
};

START_TEST(renames_labels)
{
    snt_config config;
    sentiment_error err;
    sentiment_status status;

    checkpoint_copy("bert");
    ck_assert_sentiment_ok(read_config(&config, &err), err);
    status = snt_config_rename(&config, maps[_i].map, &err);
    if (maps[_i].first) {
        ck_assert_msg(status == SENTIMENT_OK, "%s", err.message);
        ck_assert_str_eq(config.labels[0], maps[_i].first);
        ck_assert_str_eq(config.labels[1], "neutral");
    } else {
        ck_assert_sentiment_fails(
            status, SENTIMENT_EINVAL, maps[_i].message, err);
    }
    snt_config_free(&config);
}
END_TEST

START_TEST(refuses_a_file_that_is_too_large)
{
    snt_config config;
    sentiment_error err;

    checkpoint_copy("bert");
    checkpoint_write("config.json", "{}", 2);
    ck_assert_int_eq(
        truncate(checkpoint_path("config.json"), (64 << 20) + 1), 0);
    ck_assert_sentiment_fails(
        read_config(&config, &err), SENTIMENT_EFORMAT,
        "config.json: over 64 MiB", err);
}
END_TEST

#define N(table) (int)(sizeof(table) / sizeof(*(table)))

Suite *config_suite(void)
{
    Suite *suite = suite_create("config");
    TCase *reading = tcase_create("config.json and label maps");

    tcase_add_checked_fixture(reading, NULL, checkpoint_remove);
    tcase_add_loop_test(
        reading, names_the_key_and_what_it_expected, 0, N(cases));
    tcase_add_loop_test(
        reading, refuses_what_is_no_json_object, 0, N(not_configs));
    tcase_add_test(reading, refuses_a_file_that_is_too_large);
    tcase_add_test(reading, survives_a_config_cut_at_every_byte);
    tcase_add_test(reading, reads_shape_labels_and_kind);
    tcase_add_loop_test(reading, renames_labels, 0, N(maps));
    suite_add_tcase(suite, reading);
    return suite;
}
