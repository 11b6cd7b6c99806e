/*
 * test_tokenizer.c - ids and offsets against those of the official library
 * (tests/vectors/tokenizer), and what holds for any tokenizer: UTF-8, room,
 * linear time.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "suites.h"
#include "tokenizer/internal.h"
#include "tokenizer/tokenizer.h"
#include "tokens.h"
#include "utf8.h"

/* ---- vectors ---- */

/* A tokenizer, and the folder of its vectors. */
static const struct {
    const char *path, *vectors;
} tokenizers[] = {
    {VECTORS "roberta", "roberta"},
    {VECTORS "roberta/tokenizer.json", "roberta"},
    {VECTORS "roberta-files", "roberta"},
    {VECTORS "roberta-prefix", "roberta-prefix"},
    {VECTORS "roberta-untrimmed", "roberta-untrimmed"},
    {VECTORS "odd-bpe", "odd-bpe"},
    {VECTORS "uncased", "uncased"},
    {VECTORS "cased", "cased"},
    {VECTORS "cased-files", "cased"},
    {VECTORS "odd-bert", "odd-bert"},
    {"models/finsent-minilm", "finsent-minilm"},
};

static uint32_t flags_of(const json_t *vector)
{
    const char *side = json_string_value(json_object_get(vector, "side"));
    uint32_t flags = 0;

    if (side && !strcmp(side, "left"))
        flags |= SENTIMENT_ENCODE_KEEP_TAIL;
    if (json_is_false(json_object_get(vector, "special")))
        flags |= SENTIMENT_ENCODE_NO_SPECIAL;
    if (json_is_true(json_object_get(vector, "as_text")))
        flags |= SENTIMENT_ENCODE_SPECIAL_AS_TEXT;
    return flags;
}

static json_int_t number_at(const json_t *vector, const char *key, size_t i)
{
    return json_integer_value(json_array_get(json_object_get(vector, key), i));
}

/* The first token that is not the vector's, or the number of its tokens. */
static size_t first_difference(
    const json_t *vector, const sentiment_tokens *out)
{
    size_t n = json_array_size(json_object_get(vector, "ids")), i = 0;

    while (i < n && i < out->n && number_at(vector, "ids", i) == out->ids[i] &&
           number_at(vector, "offsets", 2 * i) ==
               (json_int_t)out->offsets[i].start &&
           number_at(vector, "offsets", 2 * i + 1) ==
               (json_int_t)out->offsets[i].end)
        i++;
    return i;
}

static void check_vector(
    const sentiment_tokenizer *tok, const char *line, size_t len, size_t number)
{
    json_t *vector = json_loadb(line, len, JSON_ALLOW_NUL, NULL);
    const json_t *text = json_object_get(vector, "text");
    size_t cap = (size_t)json_integer_value(json_object_get(vector, "cap"));
    size_t n = json_array_size(json_object_get(vector, "ids")), i;
    size_t bytes = json_string_length(text);
    size_t most = cap ? cap : sentiment_tokenizer_bound(tok, bytes);
    sentiment_tokens out = room_for(most), bare = {.ids = NULL, .cap = most};
    sentiment_error err;

    bare.ids = calloc(most + 1, sizeof(*bare.ids));
    ck_assert_msg(json_is_string(text), "line %zu is no vector", number);
    /* The second time from what the thread remembers; offsets that are not
     * wanted let ids take a shorter way. */
    for (int round = 0; round < 2; round++) {
        const sentiment_text all = {json_string_value(text), bytes};

        ck_assert_sentiment_ok(
            sentiment_tokenizer_encode(tok, all, flags_of(vector), &out, &err),
            err);
        ck_assert_sentiment_ok(
            sentiment_tokenizer_encode(tok, all, flags_of(vector), &bare, &err),
            err);
    }
    ck_assert_msg(
        bare.n == out.n && bare.truncated == out.truncated &&
            !memcmp(bare.ids, out.ids, out.n * sizeof(*out.ids)),
        "line %zu: other ids without offsets", number);
    free_tokens(&bare);
    i = first_difference(vector, &out);
    if (i != n || out.n != n)
        ck_abort_msg(
            "line %zu: %.*s\ntoken %zu of %zu: id %d at %zu-%zu, expected %d "
            "at %d-%d of %zu",
            number, (int)(len < 400 ? len : 400), line, i, out.n,
            (int)out.ids[i], out.offsets[i].start, out.offsets[i].end,
            (int)number_at(vector, "ids", i),
            (int)number_at(vector, "offsets", 2 * i),
            (int)number_at(vector, "offsets", 2 * i + 1), n);
    ck_assert(!out.truncated || (cap && n == cap));
    free_tokens(&out);
    json_decref(vector);
}

START_TEST(gives_the_ids_and_offsets_of_the_official_library)
{
    sentiment_tokenizer *tok = open_tokenizer(tokenizers[_i].path);
    char path[100], *line = NULL;
    size_t room = 0, number = 0;
    ssize_t len;
    FILE *file;

    snprintf(
        path, sizeof(path), VECTORS "%s/vectors.jsonl", tokenizers[_i].vectors);
    file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s is not there", path);
    while ((len = getline(&line, &room, file)) > 0)
        check_vector(tok, line, (size_t)len, ++number);
    ck_assert_uint_gt(number, 500);
    free(line);
    fclose(file);
    sentiment_tokenizer_close(tok);
}
END_TEST

/* ---- every character ---- */

static uint32_t crc_of_character(
    const sentiment_tokenizer *tok, uint32_t c, uint32_t crc)
{
    int32_t ids[64];
    sentiment_span offsets[64];
    sentiment_tokens out = {ids, offsets, 64, 0, 0, 0};
    char at[5] = "", text[40];
    sentiment_error err;

    snt_utf8_encode(c, at);
    if (c)
        snprintf(text, sizeof(text), "a%sb %s%s \xcc\x81%s", at, at, at, at);
    ck_assert_sentiment_ok(
        sentiment_tokenizer_encode(
            tok,
            c ? sentiment_text_of(text)
              : (sentiment_text){"a\0b \0\0 \xcc\x81\0", 10},
            0, &out, &err),
        err);
    for (size_t i = 0; i < out.n; i++) {
        uint32_t flat[] = {
            (uint32_t)ids[i], (uint32_t)offsets[i].start,
            (uint32_t)offsets[i].end};

        crc = crc32_of(crc, flat, sizeof(flat));
    }
    return crc;
}

static const char *const all_characters[] = {"roberta", "cased", "letters"};

START_TEST(reads_every_character_of_unicode_as_the_official_library)
{
    char path[100];
    unsigned first, crc;
    size_t n = 0;
    sentiment_tokenizer *tok;
    FILE *file;

    snprintf(path, sizeof(path), VECTORS "%s", all_characters[_i]);
    tok = open_tokenizer(path);
    snprintf(
        path, sizeof(path), VECTORS "%s/every_character.txt",
        all_characters[_i]);
    file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    for (; fscanf(file, "%x %x", &first, &crc) == 2; n++) {
        unsigned after = first + (first < 0x10000 ? 64 : 1024);
        uint32_t ours = 0;

        for (uint32_t c = first; c < after; c++)
            ours = crc_of_character(tok, c, ours);
        if (ours != crc)
            ck_abort_msg(
                "a character of U+%04X to U+%04X: tests/oracle/run.sh says "
                "which",
                first, after - 1);
    }
    ck_assert_uint_eq(n, 992 + 1024);
    fclose(file);
    sentiment_tokenizer_close(tok);
}
END_TEST

/* ---- questions, and requests that make no sense ---- */

static const struct {
    const char *path, *kind;
    size_t limit, n_ids, n_special;
} facts[] = {
    {VECTORS "roberta", "BPE", 512, 1507, 2},
    {VECTORS "roberta/tokenizer.json", "BPE", 0, 1507, 2},
    {VECTORS "roberta-prefix", "BPE", 0, 507, 2},
    {VECTORS "cased-files", "WordPiece", 512, 1500, 2},
    {VECTORS "odd-bert", "WordPiece", 0, 601, 2},
    {VECTORS "letters", "WordPiece", 0, 0, 2},
    {VECTORS "odd-bpe", "BPE", 0, 0, 0},
};

START_TEST(knows_its_kind_limit_and_ids)
{
    sentiment_tokenizer *tok = open_tokenizer(facts[_i].path);

    ck_assert_str_eq(sentiment_tokenizer_kind(tok), facts[_i].kind);
    ck_assert_uint_eq(sentiment_tokenizer_limit(tok), facts[_i].limit);
    if (facts[_i].n_ids)
        ck_assert_uint_eq(sentiment_tokenizer_n_ids(tok), facts[_i].n_ids);
    ck_assert_uint_eq(snt_tokenizer_n_special(tok), facts[_i].n_special);
    sentiment_tokenizer_close(tok);
}
END_TEST

static const struct {
    const char *bytes;
    size_t len;
    const char *message;
} not_utf8[] = {
    {"\xff", 1, "not UTF-8 at byte 0"},
    {"profit \xc3", 8, "not UTF-8 at byte 7"},
    {"a\0\xed\xa0\x80", 5, "not UTF-8 at byte 2"},
    {"12345678901234567890\xc0\xaf", 22, "not UTF-8 at byte 20"},
    {"\xf0\x9f\x9a\x80\xf0\x9f\x9a", 7, "not UTF-8 at byte 4"},
};

START_TEST(names_the_first_byte_that_is_not_utf8)
{
    const char *const paths[] = {VECTORS "roberta", VECTORS "uncased"};
    int32_t ids[32];
    sentiment_tokens out = {.ids = ids, .cap = 32};
    sentiment_error err;

    for (size_t i = 0; i < 2; i++) {
        sentiment_tokenizer *tok = open_tokenizer(paths[i]);

        ck_assert_sentiment_fails(
            sentiment_tokenizer_encode(
                tok, (sentiment_text){not_utf8[_i].bytes, not_utf8[_i].len}, 0,
                &out, &err),
            SENTIMENT_ETEXT, not_utf8[_i].message, err);
        sentiment_tokenizer_close(tok);
    }
}
END_TEST

START_TEST(needs_room_for_the_special_tokens)
{
    sentiment_tokenizer *tok = open_tokenizer(VECTORS "roberta");
    int32_t ids[2] = {-7, -7};
    sentiment_tokens out = {.ids = ids, .cap = 1};
    sentiment_text text = sentiment_text_of("profit");
    sentiment_error err;

    ck_assert_sentiment_fails(
        sentiment_tokenizer_encode(tok, text, 0, &out, &err), SENTIMENT_EINVAL,
        "the special ones alone are 2", err);
    out.cap = 2;
    ck_assert_sentiment_ok(
        sentiment_tokenizer_encode(tok, text, 0, &out, &err), err);
    ck_assert(out.n == 2 && out.truncated && ids[0] == 0 && ids[1] == 2);
    out.cap = 0;
    ck_assert_sentiment_ok(
        sentiment_tokenizer_encode(
            tok, text, SENTIMENT_ENCODE_NO_SPECIAL, &out, &err),
        err);
    ck_assert(out.n == 0 && out.truncated);
    ck_assert_sentiment_ok(
        sentiment_tokenizer_encode(
            tok, (sentiment_text){NULL, 0}, SENTIMENT_ENCODE_NO_SPECIAL, &out,
            &err),
        err);
    ck_assert(out.n == 0 && !out.truncated);
    sentiment_tokenizer_close(tok);
}
END_TEST

/* Ids encoded alone, as windows of a long text are, then wrapped, are those
 * that encode gives for the text. */
START_TEST(wraps_ids_in_the_special_tokens)
{
    sentiment_tokenizer *tok = open_tokenizer(VECTORS "uncased");
    sentiment_text text = sentiment_text_of("Profit rose 5% to EUR 3 mn.");
    sentiment_tokens alone = room_for(40), whole = room_for(40);
    int32_t wrapped[42];
    sentiment_error err;

    ck_assert_sentiment_ok(
        sentiment_tokenizer_encode(
            tok, text, SENTIMENT_ENCODE_NO_SPECIAL, &alone, &err),
        err);
    ck_assert_sentiment_ok(
        sentiment_tokenizer_encode(tok, text, 0, &whole, &err), err);
    snt_tokenizer_wrap(tok, alone.ids, alone.n, wrapped);
    ck_assert_uint_eq(whole.n, alone.n + snt_tokenizer_n_special(tok));
    ck_assert_mem_eq(wrapped, whole.ids, whole.n * sizeof(*wrapped));
    free_tokens(&alone);
    free_tokens(&whole);
    sentiment_tokenizer_close(tok);
}
END_TEST

/* ---- linear time ---- */

static const char *const units[] = {
    "a",
    "Z",
    " ",
    "\n",
    "<",
    "<s>",
    "\xf0\x9f\x9a\x80",
    "\xc3\xa9",
    "e\xcc\x81",
    "\xcc\x81",
    "1",
    "=",
    "'",
    "'s",
    "[",
    "#",
    "\xe6\xa0\xaa",
    "ab ",
    "\xc2\xa0",
    " <mask>",
    "[MASK]",
    "\xef\xbb\xbf",
    "\xea\xb0\x81",
    "etaoin",
    "profitability"};

static char *repeated(const char *unit, size_t len, size_t n)
{
    char *text = malloc(n * len);

    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < n; i++)
        memcpy(text + i * len, unit, len);
    return text;
}

static size_t steps(
    const sentiment_tokenizer *tok, const char *bytes, size_t len)
{
    return snt_tokenizer_steps(tok, (sentiment_text){bytes, len}, SIZE_MAX);
}

/* Twice as long a text may take twice the steps, and a step is worth a few
 * bytes: so for any unit repeated to a megabyte. */
static void check_steps(const sentiment_tokenizer *tok, const char *unit)
{
    size_t len = strlen(unit), n = (1 << 20) / len, half, whole;
    char *text = repeated(unit, len, n);

    half = steps(tok, text, n / 2 * len);
    whole = steps(tok, text, n * len);
    if (whole > 2 * half + half / 10 || whole > 24 * n * len)
        ck_abort_msg(
            "\"%s\": %zu steps for %zu bytes, %zu for twice that", unit, half,
            n / 2 * len, whole);
    free(text);
}

static const char *const linear[] = {
    VECTORS "roberta", VECTORS "roberta-prefix", VECTORS "uncased",
    VECTORS "odd-bert"};

START_TEST(takes_steps_in_proportion_to_the_text)
{
    sentiment_tokenizer *tok = open_tokenizer(linear[_i]);

    for (int i = 0; i < COUNT(units); i++)
        check_steps(tok, units[i]);
    sentiment_tokenizer_close(tok);
}
END_TEST

/* What has no blank in it is read by slices: that neither changes its tokens,
 * nor makes of a text that is cut more than the search for added tokens (two
 * steps a byte) and a few slices, nor takes memory for all of it. The last ones
 * are one word. */
static const char *const unbroken[] = {
    "\xe6\xa0\xaa",
    "caf\xc3\xa9.",
    "e\xcc\xa3\xcc\x81\xe3\x80\x82",
    "\xe3\x80\x80\xc3\xa9",
    "\xe1\x84\x80\xe3\x80\x81\xea\xb0\x81\xcc\x81-",
    "\xc3\xa9",
    "e\xcc\x81"};

START_TEST(reads_what_has_no_blank_by_slices)
{
    enum { BYTES = 16 << 20, CAP = 128 };
    sentiment_tokenizer *tok = open_tokenizer(VECTORS "uncased");
    size_t len = strlen(unbroken[_i]), n = BYTES / len;
    char *text = repeated(unbroken[_i], len, n);
    sentiment_tokens out = room_for(CAP), one = room_for(CAP);
    struct rusage before, after;
    sentiment_error err;

    sentiment_tokenizer_encode(
        tok, sentiment_text_of(unbroken[_i]), SENTIMENT_ENCODE_NO_SPECIAL, &one,
        &err);
    getrusage(RUSAGE_SELF, &before);
    ck_assert_sentiment_ok(
        sentiment_tokenizer_encode(
            tok, (sentiment_text){text, n * len}, SENTIMENT_ENCODE_NO_SPECIAL,
            &out, &err),
        err);
    getrusage(RUSAGE_SELF, &after);
    ck_assert_int_lt(after.ru_maxrss - before.ru_maxrss, 400 << 10);
    ck_assert_int_eq(out.truncated, out.n == CAP);
    for (size_t i = 0; out.truncated && i < CAP; i++)
        ck_assert_int_eq(out.ids[i], one.ids[i % one.n]);
    if (out.truncated)
        ck_assert_uint_lt(
            snt_tokenizer_steps(tok, (sentiment_text){text, n * len}, CAP),
            2 * n * len + 100000);
    else
        ck_assert_uint_eq(out.n, 1);
    free_tokens(&out);
    free_tokens(&one);
    free(text);
    sentiment_tokenizer_close(tok);
}
END_TEST

Suite *tokenizer_suite(void)
{
    Suite *suite = suite_create("tokenizer");
    TCase *vectors = tcase_create("vectors");
    TCase *every = tcase_create("every character");
    TCase *any = tcase_create("any tokenizer");

    tcase_set_timeout(vectors, 240);
    tcase_add_loop_test(
        vectors, gives_the_ids_and_offsets_of_the_official_library, 0,
        COUNT(tokenizers));
    suite_add_tcase(suite, vectors);
    tcase_set_timeout(every, 240);
    tcase_add_loop_test(
        every, reads_every_character_of_unicode_as_the_official_library, 0,
        COUNT(all_characters));
    suite_add_tcase(suite, every);
    tcase_set_timeout(any, 240);
    tcase_add_loop_test(any, knows_its_kind_limit_and_ids, 0, COUNT(facts));
    tcase_add_loop_test(
        any, names_the_first_byte_that_is_not_utf8, 0, COUNT(not_utf8));
    tcase_add_test(any, needs_room_for_the_special_tokens);
    tcase_add_test(any, wraps_ids_in_the_special_tokens);
    tcase_add_loop_test(
        any, takes_steps_in_proportion_to_the_text, 0, COUNT(linear));
    tcase_add_loop_test(
        any, reads_what_has_no_blank_by_slices, 0, COUNT(unbroken));
    suite_add_tcase(suite, any);
    return suite;
}
