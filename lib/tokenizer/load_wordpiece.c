/* load_wordpiece.c - WordPiece from tokenizer.json or from vocab.txt. */
#include "error.h"
#include "file.h"
#include "loader.h"
#include "utf8.h"

enum { MAX_WORD = 1000, USUAL_WORD = 100 /* characters */ };

static sentiment_status learn(const snt_loader *l)
{
    snt_wordpiece *wp = &l->tok->wp;
    const char *token;
    json_t *value;

    if (!snt_words_init(&wp->words, json_object_size(l->vocab)))
        return snt_fail_memory(l->err);
    json_object_foreach(l->vocab, token, value)
    {
        unsigned kind = strncmp(token, "##", 2) ? SNT_BEGINS : SNT_CONTINUES;
        const char *rest = kind == SNT_CONTINUES ? token + 2 : token;

        if (*rest && !snt_words_add(
                         &wp->words, rest, strlen(rest), kind,
                         (int32_t)json_integer_value(value)))
            return snt_fail_memory(l->err);
    }
    return SENTIMENT_OK;
}

static sentiment_status read_normalizer(
    const snt_loader *l, const json_t *normalizer)
{
    static const char where[] = "normalizer";
    snt_wordpiece *wp = &l->tok->wp;
    sentiment_status status = snt_loader_flag(
        l, normalizer, where, "clean_text", true, &wp->clean_text);

    if (status == SENTIMENT_OK)
        status = snt_loader_flag(
            l, normalizer, where, "handle_chinese_chars", true, &wp->chinese);
    if (status == SENTIMENT_OK)
        status = snt_loader_flag(
            l, normalizer, where, "lowercase", true, &wp->lowercase);
    if (status == SENTIMENT_OK)
        status = snt_loader_flag(
            l, normalizer, where, "strip_accents", wp->lowercase,
            &wp->strip_accents);
    return status;
}

sentiment_status snt_load_wordpiece(
    const snt_loader *l, const json_t *model, const json_t *normalizer)
{
    const json_t *prefix = json_object_get(model, "continuing_subword_prefix");
    const json_t *most = json_object_get(model, "max_input_chars_per_word");
    const char *unknown =
        json_string_value(json_object_get(model, "unk_token"));
    sentiment_status status = read_normalizer(l, normalizer);

    if (status != SENTIMENT_OK)
        return status;
    if (prefix &&
        (!json_is_string(prefix) || strcmp(json_string_value(prefix), "##")))
        return snt_loader_fail(
            l, "model.continuing_subword_prefix: only \"##\" is supported");
    l->tok->wp.max_characters = USUAL_WORD;
    if (most) {
        json_int_t n = json_integer_value(most);

        if (n < 1 || n > MAX_WORD)
            return snt_loader_fail(
                l, "model.max_input_chars_per_word: expected 1 to %d",
                MAX_WORD);
        l->tok->wp.max_characters = (size_t)n;
    }
    status = snt_loader_id(
        l, unknown ? unknown : "[UNK]", "model.unk_token", &l->tok->wp.unknown);
    return status == SENTIMENT_OK ? learn(l) : status;
}

/* ---- vocab.txt ---- */

/* Trailing white space is no part of a token; the last of equals counts. */
static sentiment_status add_line(
    const snt_loader *l, const char *line, size_t len, json_int_t id)
{
    char token[SNT_MAX_TOKEN + 1];

    while (len && (line[len - 1] == ' ' || line[len - 1] == '\t'))
        len--;
    if (len > SNT_MAX_TOKEN || memchr(line, '\0', len) ||
        snt_utf8_valid(line, len) < len)
        return snt_loader_fail(l, "line %d: expected a token", (int)id + 1);
    memcpy(token, line, len);
    token[len] = '\0';
    if (json_object_set_new(l->vocab, token, json_integer(id)))
        return snt_fail_memory(l->err);
    return SENTIMENT_OK;
}

static sentiment_status read_lines(const snt_loader *l)
{
    snt_file file;
    size_t at = 0, len;
    json_int_t id = 0;
    sentiment_status status = snt_file_open(&file, l->path, l->err);

    if (status != SENTIMENT_OK)
        return status;
    if (file.len > SNT_MAX_FILE)
        status = snt_loader_fail(l, "over %d MiB", SNT_MAX_FILE >> 20);
    while (status == SENTIMENT_OK && at < file.len) {
        const char *line = snt_loader_line(file.bytes, file.len, &at, &len);

        status = add_line(l, line, len, id++);
    }
    snt_file_close(&file);
    return status == SENTIMENT_OK ? snt_loader_vocab(l) : status;
}

sentiment_status snt_load_lines(const snt_loader *l, const json_t *config)
{
    static const char where[] = "tokenizer_config";
    snt_wordpiece *wp = &l->tok->wp;
    sentiment_status status = read_lines(l);

    wp->clean_text = true;
    wp->max_characters = USUAL_WORD;
    if (status == SENTIMENT_OK)
        status = snt_loader_flag(
            l, config, where, "do_lower_case", true, &wp->lowercase);
    if (status == SENTIMENT_OK)
        status = snt_loader_flag(
            l, config, where, "strip_accents", wp->lowercase,
            &wp->strip_accents);
    if (status == SENTIMENT_OK)
        status = snt_loader_flag(
            l, config, where, "tokenize_chinese_chars", true, &wp->chinese);
    if (status == SENTIMENT_OK)
        status = snt_loader_id(l, "[UNK]", "special tokens", &wp->unknown);
    return status == SENTIMENT_OK ? learn(l) : status;
}
