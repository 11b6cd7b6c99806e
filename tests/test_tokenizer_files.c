/* test_tokenizer_files.c - files of tokenizers that are wrong, each in one way:
 * what is said of them, and that nothing worse happens. */
#include <stdlib.h>
#include <string.h>

#include "checkpoint.h"
#include "sentiment/tokenizer.h"
#include "suites.h"

#define VECTORS "tests/vectors/tokenizer/"
#define COUNT(array) ((int)(sizeof(array) / sizeof(*(array))))

/* The value at path ("model.vocab", "added_tokens.1.lstrip") is put in place
 * of what is there, or taken away (NULL). */
static void change(json_t *root, const char *path, const char *value)
{
    char key[64];
    const char *dot;
    json_t *at = root,
           *new =
               value ? json_loads(value, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL)
                     : NULL;

    ck_assert_msg(!value || new, "not JSON: %s", value);
    for (; (dot = strchr(path, '.')); path = dot + 1) {
        snprintf(key, sizeof(key), "%.*s", (int)(dot - path), path);
        at = json_is_array(at) ? json_array_get(at, (size_t)atoi(key))
                               : json_object_get(at, key);
    }
    if (json_is_array(at))
        ck_assert_int_eq(json_array_set_new(at, (size_t)atoi(path), new), 0);
    else if (new)
        ck_assert_int_eq(json_object_set_new(at, path, new), 0);
    else
        ck_assert_int_eq(json_object_del(at, path), 0);
}

static const char *const samples[] = {
    VECTORS "roberta/tokenizer.json", VECTORS "uncased/tokenizer.json",
    VECTORS "odd-bpe/tokenizer.json", VECTORS "odd-bert/tokenizer.json"};

/* Sample, path, value, and what is said: NULL, still good. */
static const struct {
    int of;
    const char *path, *value, *message;
} cases[] = {
    {0, "version", "\"2.0\"", "version: only \"1.0\" is supported"},
    {0, "version", NULL, NULL},
    {0, "truncation", "7", NULL},
    {0, "decoder", NULL, NULL},
    {0, "model", "[]", "model: expected an object"},
    {0, "model", NULL, "model: expected an object"},
    {0, "model.type", "\"Unigram\"",
     "model.type: \"Unigram\" is not supported with ByteLevel"},
    {0, "model.type", "\"BPE\"", NULL},
    {1, "model.type", "\"WordLevel\"",
     "model.type: \"WordLevel\" is not supported with BertPreTokenizer"},
    {0, "model.dropout", "0.1", "model.dropout: not supported"},
    {0, "model.dropout", "0", NULL},
    {0, "model.byte_fallback", "true", "model.byte_fallback: not supported"},
    {0, "model.ignore_merges", "true", "model.ignore_merges: not supported"},
    {0, "model.continuing_subword_prefix", "\"##\"",
     "model.continuing_subword_prefix: not supported"},
    {0, "model.end_of_word_suffix", "\"</w>\"",
     "model.end_of_word_suffix: not supported"},
    {0, "model.vocab", NULL, "model.vocab: expected an object"},
    {0, "model.vocab", "{}", "model.vocab: no token for byte 0"},
    {0, "model.vocab.a", NULL, "model.vocab: no token for byte 97"},
    {0, "model.vocab.a", "-1", "model.vocab.a: expected an id from 0 to"},
    {0, "model.vocab.a", "1.5", "model.vocab.a: expected an id from 0 to"},
    {0, "model.vocab.a", "\"1\"", "model.vocab.a: expected an id from 0 to"},
    {0, "model.vocab.a", "4294967295", "model.vocab.a: expected an id from 0"},
    {0, "model.merges", "{}", "model.merges: expected an array"},
    {0, "model.merges", NULL, "model.merges: expected an array"},
    {0, "model.merges", "[]", NULL},
    {0, "model.merges.3", "7", "model.merges[3]: expected two tokens"},
    {0, "model.merges.3", "[\"a\"]", "model.merges[3]: expected two tokens"},
    {0, "model.merges.3", "[\"a\", 1]", "model.merges[3]: expected two tokens"},
    {0, "model.merges.3", "[\"a\", \"\"]", "merge 4: expected two tokens"},
    {0, "model.merges.3", "\"a\"", "merge 4: expected two tokens"},
    {0, "model.merges.3", "\"a b c\"", "merge 4: expected two tokens"},
    {0, "model.merges.3", "\"a \"", "merge 4: expected two tokens"},
    {0, "model.merges.3", "\"\"", "merge 4: expected two tokens"},
    {0, "model.merges.3", "\"a \xe2\x82\xac\"",
     "merge 4: \"\xe2\x82\xac\" is not in the vocabulary"},
    {0, "model.merges.3", "\"a QQ\"", "merge 4: \"QQ\" is not in the vocab"},
    {0, "model.merges.3", "[\"a\\u0000\", \"b\"]", "\\u0000 is not allowed"},
    {0, "pre_tokenizer", "null", "pre_tokenizer.type: \"\" is not supported"},
    {0, "pre_tokenizer.type", "\"Whitespace\"",
     "pre_tokenizer.type: \"Whitespace\" is not supported"},
    {0, "pre_tokenizer.use_regex", "false",
     "pre_tokenizer.use_regex: false is not supported"},
    {0, "pre_tokenizer.add_prefix_space", "1",
     "pre_tokenizer.add_prefix_space: expected true or false"},
    {0, "normalizer", "{\"type\": \"NFC\"}",
     "normalizer.type: \"NFC\" is not supported with ByteLevel"},
    {1, "normalizer", "null",
     "normalizer.type: \"\" is not supported with BertPreTokenizer"},
    {1, "normalizer.lowercase", "\"yes\"",
     "normalizer.lowercase: expected true or false"},
    {1, "normalizer.strip_accents", "null", NULL},
    {1, "model.unk_token", "\"[NONE]\"",
     "model.unk_token: \"[NONE]\" is not in the vocabulary"},
    {1, "model.continuing_subword_prefix", "\"@@\"",
     "model.continuing_subword_prefix: only \"##\" is supported"},
    {1, "model.max_input_chars_per_word", "0",
     "model.max_input_chars_per_word: expected 1 to 1000"},
    {1, "model.max_input_chars_per_word", "1000000",
     "model.max_input_chars_per_word: expected 1 to 1000"},
    {1, "model.max_input_chars_per_word", "\"9\"",
     "model.max_input_chars_per_word: expected 1 to 1000"},
    {0, "added_tokens", "{}", "added_tokens: expected an array"},
    {0, "added_tokens.0", "3", "added_tokens[0].content: expected a token"},
    {0, "added_tokens.1.content", "null", "added_tokens[1].content: expected"},
    {0, "added_tokens.1.content", "\"a\\u0000b\"", "\\u0000 is not allowed"},
    {0, "added_tokens.1.content", "\"<s>\"",
     "added_tokens[1].content: \"<s>\" is there twice"},
    {0, "added_tokens.1.content", "\"\"", NULL},
    {0, "added_tokens.2.lstrip", NULL,
     "added_tokens[2].lstrip: expected true or false"},
    {0, "added_tokens.2.special", "0",
     "added_tokens[2].special: expected true or false"},
    {0, "added_tokens.2.single_word", "true",
     "added_tokens[2].single_word: not supported"},
    {1, "added_tokens.2.normalized", "true",
     "added_tokens[2].normalized: not supported with a normalizer"},
    {0, "post_processor", "null", NULL},
    {0, "post_processor.type", "\"Sequence\"",
     "post_processor.type: \"Sequence\" is not supported"},
    {0, "post_processor.cls", "\"<s>\"",
     "post_processor.cls: expected [token, id]"},
    {0, "post_processor.cls", "[\"<x>\", 0]",
     "post_processor.cls: \"<x>\" is not in the vocabulary"},
    {0, "post_processor.sep", "[\"</s>\", 7]",
     "post_processor.sep: the vocabulary has it as 2"},
    {0, "post_processor.trim_offsets", "\"\"",
     "post_processor.trim_offsets: expected true or false"},
    {0, "post_processor.trim_offsets", NULL, NULL},
    {1, "post_processor.single", "[]", "post_processor.single: no $A in it"},
    {1, "post_processor.single.1", "{\"Sequence\": {\"id\": \"B\"}}",
     "post_processor.single[1]: expected $A once"},
    {1, "post_processor.single.2",
     "{\"Sequence\": {\"id\": \"A\", \"type_id\": 0}}",
     "post_processor.single[2]: expected $A once"},
    {1, "post_processor.single.0", "{\"SpecialToken\": {\"id\": \"[NO]\"}}",
     "post_processor.single[0]: expected a special token"},
    {1, "post_processor.single.0", "{}",
     "post_processor.single[0]: expected a special token"},
    {1, "post_processor.special_tokens.[CLS].ids", "[99999]",
     "post_processor.special_tokens.[CLS].ids: expected ids"},
    {1, "post_processor.special_tokens.[CLS].ids", "[-1]",
     "post_processor.special_tokens.[CLS].ids: expected ids"},
    {1, "post_processor.special_tokens.[CLS].ids", "[2,2,2,2,2,2,2,2]", NULL},
    {1, "post_processor.special_tokens.[CLS].ids", "[2,2,2,2,2,2,2,2,2]",
     "of the vocabulary, at most 8"},
    {2, "added_tokens.0.content", "\"<new>\"", NULL},
    {3, "added_tokens.0.rstrip", "[]", "added_tokens[0].rstrip: expected"},
};

/* Opens tokenizer.json of the test's folder and closes it again. */
static sentiment_status try_open(const char *path, sentiment_error *err)
{
    sentiment_tokenizer *tok;
    sentiment_status status = sentiment_tokenizer_open(&tok, path, err);

    ck_assert((status == SENTIMENT_OK) == (tok != NULL));
    sentiment_tokenizer_close(tok);
    return status;
}

START_TEST(names_the_file_and_the_place_in_it)
{
    json_t *root = json_load_file(samples[cases[_i].of], 0, NULL);
    sentiment_error err = {.status = SENTIMENT_OK};
    sentiment_status status;
    char *text;

    change(root, cases[_i].path, cases[_i].value);
    text = json_dumps(root, 0);
    checkpoint_write("tokenizer.json", text, strlen(text));
    status = try_open(checkpoint_path("tokenizer.json"), &err);
    if (!cases[_i].message)
        ck_assert_msg(status == SENTIMENT_OK, "%s", err.message);
    else if (
        status != SENTIMENT_EFORMAT ||
        !strstr(err.message, cases[_i].message) ||
        !strstr(err.message, checkpoint_path("tokenizer.json")))
        ck_abort_msg("status %d: \"%s\"", status, err.message);
    free(text);
    json_decref(root);
}
END_TEST

/* Whole files, and what is said. */
static const struct {
    const char *name, *bytes, *message;
} wholes[] = {
    {"tokenizer.json", "", "line 1: "},
    {"tokenizer.json", "[]", "expected a JSON object"},
    {"tokenizer.json", "{\"a\": 1, \"a\": 2}", "line 1: duplicate object key"},
    {"tokenizer.json", "{\"a\": \"\xff\"}", "line 1: unable to decode"},
    {"tokenizer.json", "{\"a\": \"\\ud800\"}", "line 1: invalid Unicode"},
    {"tokenizer.json", "{\"a\": 99999999999999999999}", "line 1: too big"},
    {"merges.txt", "#version: 0.2\na b c\n", "merge 1: expected two tokens"},
    {"merges.txt", "#version: 0.2\n\n", "merge 1: expected two tokens"},
    {"merges.txt", "# Q\n", "merge 1: \"#Q\" is not in the vocabulary"},
    {"merges.txt", "a", "merge 1: expected two tokens"},
    {"vocab.json", "{\"a\": 0}", "no token for byte 0"},
    {"vocab.json", "7", "expected"},
    {"vocab.txt", "[UNK]\n\xff\n", "line 2: expected a token"},
    {"vocab.txt", "a\nb\n", "special tokens: \"[UNK]\" is not in the vocab"},
    {"vocab.txt", "[UNK]\n[CLS]\n", "special tokens: \"[SEP]\" is not in"},
    {"vocab.txt", "", "special tokens: \"[UNK]\" is not in the vocabulary"},
    {"tokenizer_config.json", "{\"model_max_length\": \"512\"}",
     "model_max_length: expected a number over 0"},
    {"tokenizer_config.json", "{\"model_max_length\": 0}",
     "model_max_length: expected a number over 0"},
    {"tokenizer_config.json", "{", "tokenizer_config.json: line 1: "},
};

/* The folder has the good files of either family, less those named. */
static void fill(const char *of, const char *const *names)
{
    char path[100];
    size_t len;

    for (; *names; names++) {
        char *bytes;

        snprintf(path, sizeof(path), VECTORS "%s/%s", of, *names);
        bytes = checkpoint_read(path, &len);
        checkpoint_write(*names, bytes, len);
        free(bytes);
    }
}

static const char *const roberta_files[] = {"vocab.json", "merges.txt", NULL};
static const char *const bert_files[] = {"vocab.txt", NULL};

START_TEST(names_what_is_wrong_with_a_whole_file)
{
    sentiment_error err;

    if (strcmp(wholes[_i].name, "vocab.txt"))
        fill("roberta-files", roberta_files);
    checkpoint_write(
        wholes[_i].name, wholes[_i].bytes, strlen(wholes[_i].bytes));
    ck_assert_sentiment_fails(
        try_open(checkpoint_dir(), &err), SENTIMENT_EFORMAT, wholes[_i].message,
        err);
    ck_assert_msg(strstr(err.message, wholes[_i].name), "%s", err.message);
}
END_TEST

START_TEST(says_which_files_it_looked_for)
{
    sentiment_error err;

    ck_assert_sentiment_fails(
        try_open(checkpoint_dir(), &err), SENTIMENT_EIO,
        "tokenizer.json: No such file or directory; nor is there vocab.json "
        "with merges.txt, nor vocab.txt",
        err);
    ck_assert_sentiment_fails(
        try_open("/nowhere/tokenizer.json", &err), SENTIMENT_EIO,
        "/nowhere/tokenizer.json: No such file or directory", err);
}
END_TEST

/* Without tokenizer.json a family's own rules are all there is. */
START_TEST(refuses_another_family_in_the_older_files)
{
    static const char japanese[] =
        "{\"tokenizer_class\": \"BertJapaneseTokenizer\"}";
    static const char fast[] = "{\"tokenizer_class\": \"BertTokenizerFast\"}";
    sentiment_error err;

    fill("cased-files", bert_files);
    checkpoint_write("tokenizer_config.json", fast, strlen(fast));
    ck_assert_sentiment_ok(try_open(checkpoint_dir(), &err), err);
    checkpoint_write("tokenizer_config.json", japanese, strlen(japanese));
    ck_assert_sentiment_fails(
        try_open(checkpoint_dir(), &err), SENTIMENT_EFORMAT,
        "tokenizer_class \"BertJapaneseTokenizer\"", err);
    checkpoint_delete("tokenizer_config.json");
    checkpoint_write("added_tokens.json", "{}", 2);
    ck_assert_sentiment_fails(
        try_open(checkpoint_dir(), &err), SENTIMENT_EFORMAT,
        "added_tokens.json: not supported without tokenizer.json", err);
}
END_TEST

START_TEST(reads_line_ends_of_any_system)
{
    size_t len, n = 0;
    char *bytes = checkpoint_read(VECTORS "cased-files/vocab.txt", &len);
    char *other = malloc(2 * len);
    sentiment_error err;

    for (size_t i = 0; i < len; i++) {
        if (bytes[i] == '\n')
            other[n++] = '\r';
        other[n++] = bytes[i];
    }
    checkpoint_write("vocab.txt", other, n);
    ck_assert_sentiment_ok(try_open(checkpoint_dir(), &err), err);
    free(other);
    free(bytes);
}
END_TEST

/* ---- damage ---- */

START_TEST(fails_on_a_file_cut_at_any_byte)
{
    size_t len;
    char *bytes = checkpoint_read(samples[_i], &len);
    size_t step = len > 4096 ? len / 1009 : 1;
    sentiment_error err;

    for (size_t cut = 0; cut < len; cut += cut + 64 < len ? step : 1) {
        checkpoint_write("tokenizer.json", bytes, cut);
        if (try_open(checkpoint_dir(), &err) == SENTIMENT_OK)
            ck_abort_msg("a file of %zu bytes, cut at %zu", len, cut);
    }
    free(bytes);
}
END_TEST

/* A byte changed may leave a good file; then it encodes without harm. */
START_TEST(bears_any_byte_changed)
{
    static const char text[] =
        "It isn't \xc3\xa9 \xf0\x9f\x9a\x80 <mask> [SEP]";
    size_t len, at = 0;
    char *bytes = checkpoint_read(samples[_i], &len);
    int32_t ids[64];
    sentiment_tokens out = {.ids = ids, .cap = 64};

    for (int round = 0; round < 600; round++, at = (at + len / 601 + 1) % len) {
        char was = bytes[at];
        sentiment_tokenizer *tok;

        bytes[at] = "\"}]0,\\x\xff"[round % 8];
        checkpoint_write("tokenizer.json", bytes, len);
        if (sentiment_tokenizer_open(&tok, checkpoint_dir(), NULL) ==
            SENTIMENT_OK)
            sentiment_tokenizer_encode(
                tok, sentiment_text_of(text), 0, &out, NULL);
        sentiment_tokenizer_close(tok);
        bytes[at] = was;
    }
    free(bytes);
}
END_TEST

static void empty_folder(void)
{
    checkpoint_copy(NULL);
}

Suite *tokenizer_files_suite(void)
{
    Suite *suite = suite_create("tokenizer files");
    TCase *wrong = tcase_create("what is wrong");

    tcase_add_checked_fixture(wrong, empty_folder, checkpoint_remove);
    tcase_set_timeout(wrong, 240);
    tcase_add_loop_test(
        wrong, names_the_file_and_the_place_in_it, 0, COUNT(cases));
    tcase_add_loop_test(
        wrong, names_what_is_wrong_with_a_whole_file, 0, COUNT(wholes));
    tcase_add_test(wrong, says_which_files_it_looked_for);
    tcase_add_test(wrong, refuses_another_family_in_the_older_files);
    tcase_add_test(wrong, reads_line_ends_of_any_system);
    tcase_add_loop_test(
        wrong, fails_on_a_file_cut_at_any_byte, 0, COUNT(samples));
    tcase_add_loop_test(wrong, bears_any_byte_changed, 0, COUNT(samples));
    suite_add_tcase(suite, wrong);
    return suite;
}
