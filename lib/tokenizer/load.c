/*
 * load.c - a tokenizer from the files of a checkpoint.
 *
 * What the files may ask for is listed here construct by construct; anything
 * else is refused with its place in the file, because a tokenizer that is
 * nearly right gives answers that are quietly wrong.
 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "error.h"
#include "file.h"
#include "internal.h"
#include "utf8.h"

enum {
    MAX_FILE = 64 << 20,
    MAX_IDS = 1 << 21,
    MAX_TOKEN = 4096,
    MAX_ADDED = 4096,
    MAX_WORD = 1000
};

/* What is being read, for messages. */
typedef struct loader {
    sentiment_tokenizer *tok;
    const char *path;
    sentiment_error *err;
    json_t *vocab; /* object: token to id; borrowed */
} loader;

#define FAIL(l, ...) fail_at(l, (l)->path, __VA_ARGS__)

static sentiment_status fail_at(
    const loader *l, const char *path, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static sentiment_status fail_at(
    const loader *l, const char *path, const char *format, ...)
{
    char what[200];
    va_list args;

    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    return snt_fail(l->err, SENTIMENT_EFORMAT, "%s: %s", path, what);
}

/* ---- JSON ---- */

static sentiment_status read_json(loader *l, json_t **root)
{
    snt_file file;
    json_error_t error;
    sentiment_status status = snt_file_open(&file, l->path, l->err);

    *root = NULL;
    if (status != SENTIMENT_OK)
        return status;
    if (file.len > MAX_FILE)
        status = FAIL(l, "over %d MiB", MAX_FILE >> 20);
    else
        *root = json_loadb(
            (const char *)file.bytes, file.len,
            JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (status == SENTIMENT_OK && !*root)
        status = FAIL(l, "line %d: %s", error.line, error.text);
    else if (status == SENTIMENT_OK && !json_is_object(*root)) {
        json_decref(*root);
        *root = NULL;
        status = FAIL(l, "not a JSON object");
    }
    snt_file_close(&file);
    return status;
}

/* A flag; absent and null are the default. */
static sentiment_status get_flag(
    const loader *l, const json_t *object, const char *where, const char *key,
    bool otherwise, bool *flag)
{
    const json_t *value = json_object_get(object, key);

    *flag = otherwise;
    if (!value || json_is_null(value))
        return SENTIMENT_OK;
    if (!json_is_boolean(value))
        return FAIL(l, "%s.%s: expected true or false", where, key);
    *flag = json_is_true(value);
    return SENTIMENT_OK;
}

static const char *type_of(const json_t *object)
{
    const char *type = json_string_value(json_object_get(object, "type"));

    return type ? type : "";
}

/* Keys whose value must be null, false, "", 0 or absent: what they would turn
 * on is not there. */
static sentiment_status expect_off(
    const loader *l, const json_t *object, const char *where,
    const char *const *keys)
{
    for (; *keys; keys++) {
        const json_t *value = json_object_get(object, *keys);

        if (!value || json_is_null(value) || json_is_false(value) ||
            (json_is_string(value) && !json_string_length(value)) ||
            (json_is_number(value) && json_number_value(value) == 0))
            continue;
        return FAIL(l, "%s.%s: not supported", where, *keys);
    }
    return SENTIMENT_OK;
}

static sentiment_status id_of(
    const loader *l, const char *token, const char *where, int32_t *id)
{
    const json_t *value = json_object_get(l->vocab, token);

    if (!value)
        return FAIL(l, "%s: \"%s\" is not in the vocabulary", where, token);
    *id = (int32_t)json_integer_value(value);
    return SENTIMENT_OK;
}

/* ---- vocabulary ---- */

static sentiment_status check_vocab(loader *l)
{
    const char *token;
    json_t *value;

    if (!json_is_object(l->vocab))
        return FAIL(l, "model.vocab: expected an object");
    if (json_object_size(l->vocab) > MAX_IDS)
        return FAIL(l, "model.vocab: over %d tokens", MAX_IDS);
    json_object_foreach(l->vocab, token, value) {
        json_int_t id = json_integer_value(value);

        if (!json_is_integer(value) || id < 0 || id >= MAX_IDS)
            return FAIL(
                l, "model.vocab.%.40s: expected an id from 0 to %d", token,
                MAX_IDS - 1);
        if (strlen(token) > MAX_TOKEN)
            return FAIL(
                l, "model.vocab: a token of over %d bytes", MAX_TOKEN);
        if ((size_t)id >= l->tok->n_ids)
            l->tok->n_ids = (size_t)id + 1;
    }
    return SENTIMENT_OK;
}

/* ---- byte-level BPE ---- */

/* The byte that a character of the byte alphabet stands for, or -1. The bytes
 * that print stand for themselves, the others follow from U+0100 on. */
static int byte_of(uint32_t c)
{
    static const unsigned char moved[] = {
        0,   1,   2,   3,   4,   5,   6,   7,   8,   9,   10,  11,  12,  13,
        14,  15,  16,  17,  18,  19,  20,  21,  22,  23,  24,  25,  26,  27,
        28,  29,  30,  31,  32,  127, 128, 129, 130, 131, 132, 133, 134, 135,
        136, 137, 138, 139, 140, 141, 142, 143, 144, 145, 146, 147, 148, 149,
        150, 151, 152, 153, 154, 155, 156, 157, 158, 159, 160, 173};

    if (c >= 0x100 && c < 0x100 + sizeof(moved))
        return moved[c - 0x100];
    if ((c >= 33 && c <= 126) || (c >= 161 && c <= 172) ||
        (c >= 174 && c <= 255))
        return (int)c;
    return -1;
}

/* The bytes that a token stands for into bytes[MAX_TOKEN]; 0: it has a
 * character outside the alphabet, so no text encodes to it. */
static size_t bytes_of(const char *token, char *bytes)
{
    size_t len = strlen(token), n = 0, step;

    for (size_t i = 0; i < len; i += step) {
        int byte = byte_of(snt_utf8_decode(token + i, &step));

        if (byte < 0)
            return 0;
        bytes[n++] = (char)byte;
    }
    return n;
}

static sentiment_status read_bytes(loader *l, bool may_lack)
{
    snt_bpe *bpe = &l->tok->bpe;
    char token[5];

    for (uint32_t c = 0; c < 256; c++)
        bpe->byte_ids[c] = SNT_NO_ID;
    for (uint32_t c = 33; c < 0x100 + 68; c++) {
        int byte = byte_of(c);
        const json_t *id;

        token[snt_utf8_encode(c, token)] = '\0';
        id = byte < 0 ? NULL : json_object_get(l->vocab, token);
        if (id)
            bpe->byte_ids[byte] = (int32_t)json_integer_value(id);
    }
    for (int byte = 0; byte < 256 && !may_lack; byte++)
        if (bpe->byte_ids[byte] == SNT_NO_ID)
            return FAIL(l, "model.vocab: no token for byte %d", byte);
    return SENTIMENT_OK;
}

/* One merge "left right", each len bytes long. */
static sentiment_status add_merge(
    loader *l, size_t rank, const char *left, size_t left_len,
    const char *right, size_t right_len)
{
    char product[2 * MAX_TOKEN + 1];
    int32_t ids[3];
    const char *parts[3];
    char copies[2][MAX_TOKEN + 1];

    if (!left_len || !right_len || left_len > MAX_TOKEN ||
        right_len > MAX_TOKEN)
        return FAIL(l, "merge %zu: expected two tokens", rank + 1);
    memcpy(copies[0], left, left_len);
    memcpy(copies[1], right, right_len);
    copies[0][left_len] = copies[1][right_len] = '\0';
    memcpy(product, left, left_len);
    memcpy(product + left_len, right, right_len);
    product[left_len + right_len] = '\0';
    parts[0] = copies[0];
    parts[1] = copies[1];
    parts[2] = product;
    for (int i = 0; i < 3; i++) {
        const json_t *id = json_object_get(l->vocab, parts[i]);

        if (!id)
            return FAIL(
                l, "merge %zu: \"%.40s\" is not in the vocabulary", rank + 1,
                parts[i]);
        ids[i] = (int32_t)json_integer_value(id);
    }
    snt_bpe_add(&l->tok->bpe, ids[0], ids[1], (int32_t)rank, ids[2]);
    return SENTIMENT_OK;
}

static sentiment_status add_merge_line(
    loader *l, size_t rank, const char *line, size_t len)
{
    const char *space = memchr(line, ' ', len);
    size_t left = space ? (size_t)(space - line) : 0;

    if (!space || memchr(space + 1, ' ', len - left - 1))
        return FAIL(l, "merge %zu: expected two tokens", rank + 1);
    return add_merge(l, rank, line, left, space + 1, len - left - 1);
}

static sentiment_status add_merges(loader *l, const json_t *merges)
{
    size_t i;
    json_t *merge;
    sentiment_status status = SENTIMENT_OK;

    if (!json_is_array(merges) || json_array_size(merges) > MAX_IDS)
        return FAIL(l, "model.merges: expected an array");
    if (!snt_bpe_init(&l->tok->bpe, json_array_size(merges)))
        return snt_fail_memory(l->err);
    json_array_foreach(merges, i, merge) {
        const json_t *left = json_array_get(merge, 0);
        const json_t *right = json_array_get(merge, 1);

        if (json_is_string(merge))
            status = add_merge_line(
                l, i, json_string_value(merge), json_string_length(merge));
        else if (
            json_array_size(merge) == 2 && json_is_string(left) &&
            json_is_string(right))
            status = add_merge(
                l, i, json_string_value(left), json_string_length(left),
                json_string_value(right), json_string_length(right));
        else
            status = FAIL(l, "model.merges[%zu]: expected two tokens", i);
        if (status != SENTIMENT_OK)
            return status;
    }
    return SENTIMENT_OK;
}

/* The short cut for whole words, once all merges are there. */
static sentiment_status learn_words(loader *l)
{
    snt_bpe *bpe = &l->tok->bpe;
    char bytes[MAX_TOKEN];
    const char *token;
    json_t *id;

    if (!snt_words_init(&bpe->words, json_object_size(l->vocab)))
        return snt_fail_memory(l->err);
    json_object_foreach(l->vocab, token, id) {
        size_t len = bytes_of(token, bytes);

        if (len && !snt_bpe_learn(
                       bpe, bytes, len, (int32_t)json_integer_value(id)))
            return snt_fail_memory(l->err);
    }
    return SENTIMENT_OK;
}

static sentiment_status read_bpe(loader *l, const json_t *model)
{
    static const char *const off[] = {
        "dropout", "continuing_subword_prefix", "end_of_word_suffix",
        "byte_fallback", "ignore_merges", NULL};
    const json_t *unknown = json_object_get(model, "unk_token");
    sentiment_status status = expect_off(l, model, "model", off);

    if (status == SENTIMENT_OK)
        status = read_bytes(l, !unknown || json_is_null(unknown));
    if (status == SENTIMENT_OK)
        status = add_merges(l, json_object_get(model, "merges"));
    return status == SENTIMENT_OK ? learn_words(l) : status;
}

static sentiment_status read_byte_level(loader *l, const json_t *split)
{
    bool regex;
    sentiment_status status = get_flag(
        l, split, "pre_tokenizer", "add_prefix_space", true,
        &l->tok->bpe.prefix_space);

    if (status == SENTIMENT_OK)
        status = get_flag(l, split, "pre_tokenizer", "use_regex", true, &regex);
    if (status == SENTIMENT_OK && !regex)
        return FAIL(l, "pre_tokenizer.use_regex: false is not supported");
    return status;
}

/* ---- WordPiece ---- */

static sentiment_status learn_pieces(loader *l)
{
    snt_wordpiece *wp = &l->tok->wp;
    const char *token;
    json_t *value;

    if (!snt_words_init(&wp->words, json_object_size(l->vocab)))
        return snt_fail_memory(l->err);
    json_object_foreach(l->vocab, token, value) {
        unsigned kind = strncmp(token, "##", 2) ? SNT_BEGINS : SNT_CONTINUES;
        const char *rest = kind == SNT_CONTINUES ? token + 2 : token;

        if (*rest &&
            !snt_words_add(
                &wp->words, rest, strlen(rest), kind,
                (int32_t)json_integer_value(value)))
            return snt_fail_memory(l->err);
    }
    return SENTIMENT_OK;
}

static sentiment_status read_wordpiece(loader *l, const json_t *model)
{
    const json_t *prefix = json_object_get(model, "continuing_subword_prefix");
    const json_t *most = json_object_get(model, "max_input_chars_per_word");
    const char *unknown =
        json_string_value(json_object_get(model, "unk_token"));
    sentiment_status status;

    if (prefix && (!json_is_string(prefix) ||
                   strcmp(json_string_value(prefix), "##")))
        return FAIL(
            l, "model.continuing_subword_prefix: only \"##\" is supported");
    l->tok->wp.max_characters = 100;
    if (most) {
        if (!json_is_integer(most) || json_integer_value(most) < 1 ||
            json_integer_value(most) > MAX_WORD)
            return FAIL(
                l, "model.max_input_chars_per_word: expected 1 to %d",
                MAX_WORD);
        l->tok->wp.max_characters = (size_t)json_integer_value(most);
    }
    status = id_of(
        l, unknown ? unknown : "[UNK]", "model.unk_token",
        &l->tok->wp.unknown);
    return status == SENTIMENT_OK ? learn_pieces(l) : status;
}

static sentiment_status read_bert_normalizer(loader *l, const json_t *bert)
{
    snt_wordpiece *wp = &l->tok->wp;
    sentiment_status status = get_flag(
        l, bert, "normalizer", "clean_text", true, &wp->clean_text);

    if (status == SENTIMENT_OK)
        status = get_flag(
            l, bert, "normalizer", "handle_chinese_chars", true, &wp->chinese);
    if (status == SENTIMENT_OK)
        status = get_flag(
            l, bert, "normalizer", "lowercase", true, &wp->lowercase);
    if (status == SENTIMENT_OK)
        status = get_flag(
            l, bert, "normalizer", "strip_accents", wp->lowercase,
            &wp->strip_accents);
    return status;
}

/* ---- added tokens ---- */

static sentiment_status add_token(
    loader *l, const char *content, size_t len, const snt_added_token *like)
{
    snt_added *added = &l->tok->added;
    snt_added_token *token = &added->tokens[added->n];

    if (!len)
        return SENTIMENT_OK;
    *token = *like;
    token->content = malloc(len + 1);
    if (!token->content)
        return snt_fail_memory(l->err);
    memcpy(token->content, content, len);
    token->content[len] = '\0';
    token->len = len;
    added->n++;
    return SENTIMENT_OK;
}

/* Only the vocabulary says a token's id; one that is not there gets the next
 * free id, in the order of the file. */
static int32_t added_id(loader *l, const char *content)
{
    const json_t *value = json_object_get(l->vocab, content);

    if (value)
        return (int32_t)json_integer_value(value);
    return (int32_t)l->tok->n_ids++;
}

static sentiment_status read_added_token(
    loader *l, const json_t *entry, size_t i)
{
    static const char *const flags[] = {
        "single_word", "lstrip", "rstrip", "normalized", "special"};
    const json_t *content = json_object_get(entry, "content");
    snt_added_token token = {.id = 0};
    bool on[5];

    if (!json_is_string(content) || json_string_length(content) > 1024)
        return FAIL(l, "added_tokens[%zu].content: expected a token", i);
    for (size_t f = 0; f < 5; f++) {
        const json_t *value = json_object_get(entry, flags[f]);

        if (!json_is_boolean(value))
            return FAIL(
                l, "added_tokens[%zu].%s: expected true or false", i,
                flags[f]);
        on[f] = json_is_true(value);
    }
    if (on[0])
        return FAIL(l, "added_tokens[%zu].single_word: not supported", i);
    if (on[3] && !l->tok->is_bpe)
        return FAIL(
            l, "added_tokens[%zu].normalized: not supported with a normalizer",
            i);
    token.lstrip = on[1];
    token.rstrip = on[2];
    token.normalized = on[3];
    token.special = on[4];
    token.id = added_id(l, json_string_value(content));
    return add_token(
        l, json_string_value(content), json_string_length(content), &token);
}

static bool room_for_added(loader *l, size_t n)
{
    l->tok->added.tokens = calloc(n + 1, sizeof(snt_added_token));
    return l->tok->added.tokens != NULL;
}

static sentiment_status read_added(loader *l, const json_t *all)
{
    size_t i;
    json_t *entry;

    if (all && !json_is_null(all) && !json_is_array(all))
        return FAIL(l, "added_tokens: expected an array");
    if (json_array_size(all) > MAX_ADDED)
        return FAIL(l, "added_tokens: over %d", MAX_ADDED);
    if (!room_for_added(l, json_array_size(all)))
        return snt_fail_memory(l->err);
    json_array_foreach(all, i, entry) {
        sentiment_status status = read_added_token(l, entry, i);

        if (status != SENTIMENT_OK)
            return status;
    }
    return SENTIMENT_OK;
}

/* ---- post-processor ---- */

/* The id of a special token: an added one, or one of the vocabulary. */
static sentiment_status special_id(
    const loader *l, const char *content, const char *where, int32_t *id)
{
    const snt_added *added = &l->tok->added;

    for (size_t i = 0; content && i < added->n; i++)
        if (!strcmp(added->tokens[i].content, content)) {
            *id = added->tokens[i].id;
            return SENTIMENT_OK;
        }
    return id_of(l, content ? content : "", where, id);
}

/* RobertaProcessing and BertProcessing name the pair ["token", id]. */
static sentiment_status read_pair(
    const loader *l, const json_t *post, const char *key, int32_t *id)
{
    const json_t *pair = json_object_get(post, key);
    const json_t *stated = json_array_get(pair, 1);
    char where[64];
    sentiment_status status;

    snprintf(where, sizeof(where), "post_processor.%s", key);
    if (!json_is_string(json_array_get(pair, 0)) || !json_is_integer(stated))
        return FAIL(l, "%s: expected [token, id]", where);
    status = special_id(
        l, json_string_value(json_array_get(pair, 0)), where, id);
    if (status == SENTIMENT_OK && json_integer_value(stated) != *id)
        return FAIL(l, "%s: the vocabulary has it as %d", where, (int)*id);
    return status;
}

static sentiment_status read_sep_and_cls(loader *l, const json_t *post)
{
    sentiment_tokenizer *tok = l->tok;
    sentiment_status status = read_pair(l, post, "cls", tok->before);

    if (status == SENTIMENT_OK)
        status = read_pair(l, post, "sep", tok->after);
    tok->n_before = tok->n_after = 1;
    return status;
}

static sentiment_status read_template_token(
    loader *l, const json_t *post, const json_t *piece, size_t i, bool after)
{
    sentiment_tokenizer *tok = l->tok;
    size_t *n = after ? &tok->n_after : &tok->n_before;
    const char *name = json_string_value(
        json_object_get(json_object_get(piece, "SpecialToken"), "id"));
    const json_t *token = json_object_get(
        json_object_get(post, "special_tokens"), name ? name : "");
    const json_t *ids = json_object_get(token, "ids"), *id;
    size_t k;

    if (!name || !json_array_size(ids))
        return FAIL(
            l, "post_processor.single[%zu]: expected a special token", i);
    json_array_foreach(ids, k, id) {
        json_int_t value = json_integer_value(id);

        if (!json_is_integer(id) || value < 0 ||
            (size_t)value >= tok->n_ids || *n == SNT_MAX_SPECIAL)
            return FAIL(
                l, "post_processor.special_tokens.%.40s.ids: expected ids of "
                   "the vocabulary", name);
        (after ? tok->after : tok->before)[(*n)++] = (int32_t)value;
    }
    return SENTIMENT_OK;
}

static sentiment_status read_template(loader *l, const json_t *post)
{
    const json_t *single = json_object_get(post, "single"), *piece;
    bool after = false;
    size_t i;

    json_array_foreach(single, i, piece) {
        const char *sequence = json_string_value(
            json_object_get(json_object_get(piece, "Sequence"), "id"));
        sentiment_status status;

        if (sequence && (after || strcmp(sequence, "A")))
            return FAIL(l, "post_processor.single[%zu]: expected $A once", i);
        if (sequence) {
            after = true;
            continue;
        }
        status = read_template_token(l, post, piece, i, after);
        if (status != SENTIMENT_OK)
            return status;
    }
    return after ? SENTIMENT_OK
                 : FAIL(l, "post_processor.single: no $A in it");
}

static sentiment_status read_trim(loader *l, const json_t *post)
{
    snt_bpe *bpe = &l->tok->bpe;
    sentiment_status status = get_flag(
        l, post, "post_processor", "trim_offsets", true, &bpe->trim_offsets);

    if (status == SENTIMENT_OK)
        status = get_flag(
            l, post, "post_processor", "add_prefix_space", true,
            &bpe->trim_prefix_space);
    return status;
}

static sentiment_status read_post(loader *l, const json_t *post)
{
    const char *type = type_of(post);
    sentiment_status status;

    if (!post || json_is_null(post))
        return SENTIMENT_OK;
    if (!strcmp(type, "TemplateProcessing"))
        return read_template(l, post);
    if (!strcmp(type, "ByteLevel"))
        return read_trim(l, post);
    if (!strcmp(type, "BertProcessing"))
        return read_sep_and_cls(l, post);
    if (strcmp(type, "RobertaProcessing"))
        return FAIL(l, "post_processor.type: \"%.40s\" is not supported", type);
    /* The reference reads one without these as BertProcessing. */
    if (!json_object_get(post, "trim_offsets") ||
        !json_object_get(post, "add_prefix_space"))
        return read_sep_and_cls(l, post);
    status = read_trim(l, post);
    return status == SENTIMENT_OK ? read_sep_and_cls(l, post) : status;
}

/* ---- tokenizer.json ---- */

static sentiment_status read_model(loader *l, const json_t *root)
{
    const json_t *model = json_object_get(root, "model");
    const json_t *normalizer = json_object_get(root, "normalizer");
    const json_t *split = json_object_get(root, "pre_tokenizer");
    bool has_normalizer = normalizer && !json_is_null(normalizer);
    sentiment_status status;

    if (!json_is_object(model))
        return FAIL(l, "model: expected an object");
    l->vocab = json_object_get(model, "vocab");
    status = check_vocab(l);
    if (status != SENTIMENT_OK)
        return status;
    if (!strcmp(type_of(split), "ByteLevel")) {
        if (has_normalizer)
            return FAIL(
                l, "normalizer.type: \"%.40s\" is not supported with ByteLevel",
                type_of(normalizer));
        if (*type_of(model) && strcmp(type_of(model), "BPE"))
            return FAIL(
                l, "model.type: \"%.40s\" is not supported with ByteLevel",
                type_of(model));
        l->tok->is_bpe = true;
        status = read_byte_level(l, split);
        return status == SENTIMENT_OK ? read_bpe(l, model) : status;
    }
    if (strcmp(type_of(split), "BertPreTokenizer"))
        return FAIL(
            l, "pre_tokenizer.type: \"%.40s\" is not supported",
            type_of(split));
    if (!has_normalizer || strcmp(type_of(normalizer), "BertNormalizer"))
        return FAIL(
            l, "normalizer.type: \"%.40s\" is not supported with "
               "BertPreTokenizer", type_of(normalizer));
    if (*type_of(model) && strcmp(type_of(model), "WordPiece"))
        return FAIL(
            l, "model.type: \"%.40s\" is not supported with BertPreTokenizer",
            type_of(model));
    status = read_bert_normalizer(l, normalizer);
    return status == SENTIMENT_OK ? read_wordpiece(l, model) : status;
}

static sentiment_status load_json(loader *l)
{
    json_t *root;
    sentiment_status status = read_json(l, &root);

    if (status == SENTIMENT_OK)
        status = read_model(l, root);
    if (status == SENTIMENT_OK)
        status = read_added(l, json_object_get(root, "added_tokens"));
    if (status == SENTIMENT_OK)
        status = read_post(l, json_object_get(root, "post_processor"));
    json_decref(root);
    return status;
}

/* ---- the older files ---- */

static sentiment_status add_named(
    loader *l, const char *const *names, size_t n, bool normalized)
{
    if (!room_for_added(l, n))
        return snt_fail_memory(l->err);
    for (size_t i = 0; i < n; i++) {
        const json_t *id = json_object_get(l->vocab, names[i]);
        snt_added_token token = {
            .normalized = normalized,
            .special = true,
            .lstrip = !strcmp(names[i], "<mask>")};
        sentiment_status status;

        if (!id)
            continue;
        token.id = (int32_t)json_integer_value(id);
        status = add_token(l, names[i], strlen(names[i]), &token);
        if (status != SENTIMENT_OK)
            return status;
    }
    return SENTIMENT_OK;
}

static sentiment_status wrap_in(
    loader *l, const char *before, const char *after)
{
    sentiment_status status =
        id_of(l, before, "special tokens", l->tok->before);

    if (status == SENTIMENT_OK)
        status = id_of(l, after, "special tokens", l->tok->after);
    l->tok->n_before = l->tok->n_after = 1;
    return status;
}

/* The line of file that begins at *at, without its end. */
static const char *next_line(const snt_file *file, size_t *at, size_t *len)
{
    const char *line = (const char *)file->bytes + *at;
    const char *end = memchr(line, '\n', file->len - *at);

    *len = end ? (size_t)(end - line) : file->len - *at;
    *at += *len + (end != NULL);
    if (*len && line[*len - 1] == '\r')
        --*len;
    return line;
}

static sentiment_status read_merges_file(loader *l)
{
    snt_file file;
    size_t at = 0, rank = 0, len, lines = 1;
    sentiment_status status = snt_file_open(&file, l->path, l->err);

    if (status != SENTIMENT_OK)
        return status;
    for (size_t i = 0; i < file.len; i++)
        lines += file.bytes[i] == '\n';
    if (file.len > MAX_FILE || lines > MAX_IDS)
        status = FAIL(l, "too large");
    else if (!snt_bpe_init(&l->tok->bpe, lines))
        status = snt_fail_memory(l->err);
    while (status == SENTIMENT_OK && at < file.len) {
        const char *line = next_line(&file, &at, &len);

        if (len < 8 || memcmp(line, "#version", 8))
            status = add_merge_line(l, rank++, line, len);
    }
    snt_file_close(&file);
    return status;
}

/* config: tokenizer_config.json, or NULL. */
static sentiment_status load_vocab_and_merges(
    loader *l, const char *merges, const json_t *config)
{
    static const char *const special[] = {
        "<s>", "<pad>", "</s>", "<unk>", "<mask>"};
    const char *vocab_path = l->path;
    json_t *root;
    sentiment_status status = read_json(l, &root);

    if (status != SENTIMENT_OK)
        return status;
    l->tok->is_bpe = true;
    l->tok->bpe.trim_offsets = true;
    l->vocab = root;
    status = check_vocab(l);
    if (status == SENTIMENT_OK)
        status = read_bytes(l, true);
    if (status == SENTIMENT_OK)
        status = get_flag(
            l, config, "tokenizer_config", "add_prefix_space", false,
            &l->tok->bpe.prefix_space);
    l->tok->bpe.trim_prefix_space = l->tok->bpe.prefix_space;
    l->path = merges;
    if (status == SENTIMENT_OK)
        status = read_merges_file(l);
    l->path = vocab_path;
    if (status == SENTIMENT_OK)
        status = learn_words(l);
    if (status == SENTIMENT_OK)
        status = add_named(l, special, 5, true);
    if (status == SENTIMENT_OK)
        status = wrap_in(l, "<s>", "</s>");
    json_decref(root);
    return status;
}

/* Trailing white space is no part of a token; the last of equals counts. */
static sentiment_status read_vocab_file(loader *l, json_t *vocab)
{
    snt_file file;
    size_t at = 0, len;
    json_int_t id = 0;
    sentiment_status status = snt_file_open(&file, l->path, l->err);

    if (status != SENTIMENT_OK)
        return status;
    if (file.len > MAX_FILE)
        status = FAIL(l, "over %d MiB", MAX_FILE >> 20);
    for (; status == SENTIMENT_OK && at < file.len; id++) {
        const char *line = next_line(&file, &at, &len);
        char token[MAX_TOKEN + 1];

        while (len && (line[len - 1] == ' ' || line[len - 1] == '\t'))
            len--;
        if (len > MAX_TOKEN || memchr(line, '\0', len) ||
            snt_utf8_valid(line, len) < len) {
            status = FAIL(l, "line %d: expected a token", (int)id + 1);
            break;
        }
        memcpy(token, line, len);
        token[len] = '\0';
        if (json_object_set_new(vocab, token, json_integer(id)))
            status = snt_fail_memory(l->err);
    }
    snt_file_close(&file);
    return status;
}

static sentiment_status load_vocab_txt(loader *l, const json_t *config)
{
    static const char *const special[] = {
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};
    const char *const where = "tokenizer_config";
    snt_wordpiece *wp = &l->tok->wp;
    json_t *vocab = json_object();
    sentiment_status status =
        vocab ? read_vocab_file(l, vocab) : snt_fail_memory(l->err);

    l->vocab = vocab;
    wp->clean_text = true;
    wp->max_characters = 100;
    if (status == SENTIMENT_OK)
        status = check_vocab(l);
    if (status == SENTIMENT_OK)
        status = get_flag(
            l, config, where, "do_lower_case", true, &wp->lowercase);
    if (status == SENTIMENT_OK)
        status = get_flag(
            l, config, where, "strip_accents", wp->lowercase,
            &wp->strip_accents);
    if (status == SENTIMENT_OK)
        status = get_flag(
            l, config, where, "tokenize_chinese_chars", true, &wp->chinese);
    if (status == SENTIMENT_OK)
        status = id_of(l, "[UNK]", "special tokens", &wp->unknown);
    if (status == SENTIMENT_OK)
        status = learn_pieces(l);
    if (status == SENTIMENT_OK)
        status = add_named(l, special, 5, false);
    if (status == SENTIMENT_OK)
        status = wrap_in(l, "[CLS]", "[SEP]");
    json_decref(vocab);
    return status;
}

/* ---- which files there are ---- */

static bool is_directory(const char *path)
{
    struct stat st;

    return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* tokenizer_config.json of dir, or NULL in *config when there is none. */
static sentiment_status read_config(
    loader *l, const char *dir, json_t **config)
{
    loader own = *l;
    char *path = snt_file_join(dir, "tokenizer_config.json");
    const json_t *limit;
    sentiment_status status = SENTIMENT_OK;

    *config = NULL;
    if (!path)
        return snt_fail_memory(l->err);
    own.path = path;
    if (snt_file_exists(path))
        status = read_json(&own, config);
    limit = json_object_get(*config, "model_max_length");
    /* A huge number means none. */
    if (json_is_integer(limit) && json_integer_value(limit) > 0 &&
        json_integer_value(limit) < 1 << 24)
        l->tok->limit = (size_t)json_integer_value(limit);
    free(path);
    return status;
}

static sentiment_status load_older(
    loader *l, const char *dir, const char *json, const json_t *config)
{
    char *vocab = snt_file_join(dir, "vocab.json");
    char *merges = snt_file_join(dir, "merges.txt");
    char *lines = snt_file_join(dir, "vocab.txt");
    sentiment_status status;

    if (!vocab || !merges || !lines) {
        status = snt_fail_memory(l->err);
    } else if (snt_file_exists(vocab) && snt_file_exists(merges)) {
        l->path = vocab;
        status = load_vocab_and_merges(l, merges, config);
    } else if (snt_file_exists(lines)) {
        l->path = lines;
        status = load_vocab_txt(l, config);
    } else {
        status = snt_fail(
            l->err, SENTIMENT_EIO, "%s: %s; nor is there vocab.json with "
            "merges.txt, nor vocab.txt", json, strerror(ENOENT));
    }
    free(lines);
    free(merges);
    free(vocab);
    return status;
}

static sentiment_status load_directory(loader *l, const char *dir)
{
    char *json = snt_file_join(dir, "tokenizer.json");
    json_t *config = NULL;
    sentiment_status status =
        json ? read_config(l, dir, &config) : snt_fail_memory(l->err);

    if (status == SENTIMENT_OK) {
        l->path = json;
        status = snt_file_exists(json) ? load_json(l)
                                       : load_older(l, dir, json, config);
    }
    json_decref(config);
    free(json);
    return status;
}

sentiment_status snt_tokenizer_load(
    sentiment_tokenizer *tok, const char *path, sentiment_error *err)
{
    loader l = {.tok = tok, .path = path, .err = err};
    sentiment_status status =
        is_directory(path) ? load_directory(&l, path) : load_json(&l);

    if (status == SENTIMENT_OK)
        snt_added_index(&tok->added);
    return status;
}
