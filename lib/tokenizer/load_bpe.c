/* load_bpe.c - byte-level BPE from tokenizer.json, or from vocab.json and
 * merges.txt. */
#include "error.h"
#include "file.h"
#include "loader.h"
#include "utf8.h"

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

/* The bytes that a token stands for into bytes[SNT_MAX_TOKEN]; 0: it has a
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

/* The tokens of single bytes: there must be one for each, because the
 * reference reads a text with others in a way of its own. */
static sentiment_status read_bytes(const snt_loader *l)
{
    snt_bpe *bpe = &l->tok->bpe;
    char token[5];

    for (uint32_t c = 0; c < 256; c++)
        bpe->merges.byte_ids[c] = SNT_NO_ID;
    for (uint32_t c = 33; c < 0x100 + 68; c++) {
        int byte = byte_of(c);
        const json_t *id;

        token[snt_utf8_encode(c, token)] = '\0';
        id = byte < 0 ? NULL : json_object_get(l->vocab, token);
        if (id)
            bpe->merges.byte_ids[byte] = (int32_t)json_integer_value(id);
    }
    for (int byte = 0; byte < 256; byte++)
        if (bpe->merges.byte_ids[byte] == SNT_NO_ID)
            return snt_loader_fail(
                l, "model.vocab: no token for byte %d", byte);
    return SENTIMENT_OK;
}

/* ---- merges ---- */

static sentiment_status merge_id(
    const snt_loader *l, size_t rank, const char *token, size_t len,
    int32_t *id)
{
    const json_t *value = json_object_getn(l->vocab, token, len);

    if (!value)
        return snt_loader_fail(
            l, "merge %zu: \"%.*s\" is not in the vocabulary", rank + 1,
            len < 40 ? (int)len : 40, token);
    *id = (int32_t)json_integer_value(value);
    return SENTIMENT_OK;
}

static sentiment_status add_merge(
    const snt_loader *l, size_t rank, const char *left, size_t left_len,
    const char *right, size_t right_len)
{
    char product[2 * SNT_MAX_TOKEN];
    int32_t a = 0, b = 0, both = 0;
    sentiment_status status;

    if (!left_len || !right_len || left_len > SNT_MAX_TOKEN ||
        right_len > SNT_MAX_TOKEN)
        return snt_loader_fail(l, "merge %zu: expected two tokens", rank + 1);
    memcpy(product, left, left_len);
    memcpy(product + left_len, right, right_len);
    status = merge_id(l, rank, left, left_len, &a);
    if (status == SENTIMENT_OK)
        status = merge_id(l, rank, right, right_len, &b);
    if (status == SENTIMENT_OK)
        status = merge_id(l, rank, product, left_len + right_len, &both);
    if (status == SENTIMENT_OK)
        snt_merges_add(&l->tok->bpe.merges, a, b, (uint32_t)rank, both);
    return status;
}

static sentiment_status add_merge_line(
    const snt_loader *l, size_t rank, const char *line, size_t len)
{
    const char *space = memchr(line, ' ', len);
    size_t left = space ? (size_t)(space - line) : 0;

    if (!space || memchr(space + 1, ' ', len - left - 1))
        return snt_loader_fail(l, "merge %zu: expected two tokens", rank + 1);
    return add_merge(l, rank, line, left, space + 1, len - left - 1);
}

/* "left right", or since tokenizers 0.20 ["left", "right"]. */
static sentiment_status add_merge_value(
    const snt_loader *l, size_t rank, const json_t *merge)
{
    const json_t *left = json_array_get(merge, 0);
    const json_t *right = json_array_get(merge, 1);

    if (json_is_string(merge))
        return add_merge_line(
            l, rank, json_string_value(merge), json_string_length(merge));
    if (json_array_size(merge) != 2 || !json_is_string(left) ||
        !json_is_string(right))
        return snt_loader_fail(
            l, "model.merges[%zu]: expected two tokens", rank);
    return add_merge(
        l, rank, json_string_value(left), json_string_length(left),
        json_string_value(right), json_string_length(right));
}

static sentiment_status add_merges(const snt_loader *l, const json_t *merges)
{
    size_t i;
    json_t *merge;

    if (!json_is_array(merges) || json_array_size(merges) > SNT_MAX_IDS)
        return snt_loader_fail(
            l, "model.merges: expected an array of at most %d", SNT_MAX_IDS);
    if (!snt_merges_init(&l->tok->bpe.merges, json_array_size(merges)))
        return snt_fail_memory(l->err);
    json_array_foreach(merges, i, merge)
    {
        sentiment_status status = add_merge_value(l, i, merge);

        if (status != SENTIMENT_OK)
            return status;
    }
    return SENTIMENT_OK;
}

/* The short cut for whole words, once all merges are there. */
static sentiment_status learn(const snt_loader *l)
{
    snt_bpe *bpe = &l->tok->bpe;
    char bytes[SNT_MAX_TOKEN];
    const char *token;
    json_t *id;

    if (!snt_words_init(&bpe->words, json_object_size(l->vocab)))
        return snt_fail_memory(l->err);
    snt_merges_index(&bpe->merges);
    json_object_foreach(l->vocab, token, id)
    {
        size_t len = bytes_of(token, bytes);

        if (len &&
            !snt_bpe_learn(bpe, bytes, len, (int32_t)json_integer_value(id)))
            return snt_fail_memory(l->err);
    }
    return SENTIMENT_OK;
}

/* ---- tokenizer.json ---- */

/* What these would turn on is not there. */
static sentiment_status check_off(const snt_loader *l, const json_t *model)
{
    static const char *const keys[] = {
        "dropout", "continuing_subword_prefix", "end_of_word_suffix",
        "byte_fallback", "ignore_merges"};

    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
        const json_t *value = json_object_get(model, keys[i]);

        if (!value || json_is_null(value) || json_is_false(value) ||
            (json_is_string(value) && !json_string_length(value)) ||
            (json_is_number(value) && json_number_value(value) == 0))
            continue;
        return snt_loader_fail(l, "model.%s: not supported", keys[i]);
    }
    return SENTIMENT_OK;
}

static sentiment_status read_split(const snt_loader *l, const json_t *split)
{
    bool regex;
    sentiment_status status = snt_loader_flag(
        l, split, "pre_tokenizer", "add_prefix_space", true,
        &l->tok->bpe.prefix_space);

    if (status == SENTIMENT_OK)
        status = snt_loader_flag(
            l, split, "pre_tokenizer", "use_regex", true, &regex);
    if (status == SENTIMENT_OK && !regex)
        return snt_loader_fail(
            l, "pre_tokenizer.use_regex: false is not supported");
    return status;
}

sentiment_status snt_load_bpe(
    const snt_loader *l, const json_t *model, const json_t *split)
{
    sentiment_status status = read_split(l, split);

    if (status == SENTIMENT_OK)
        status = check_off(l, model);
    if (status == SENTIMENT_OK)
        status = read_bytes(l);
    if (status == SENTIMENT_OK)
        status = add_merges(l, json_object_get(model, "merges"));
    return status == SENTIMENT_OK ? learn(l) : status;
}

/* ---- merges.txt ---- */

static sentiment_status read_merges(const snt_loader *l)
{
    snt_file file;
    size_t at = 0, rank = 0, len, lines = 1;
    sentiment_status status = snt_file_open(&file, l->path, l->err);

    if (status != SENTIMENT_OK)
        return status;
    for (size_t i = 0; i < file.len; i++)
        lines += file.bytes[i] == '\n';
    if (file.len > SNT_MAX_FILE || lines > SNT_MAX_IDS)
        status = snt_loader_fail(l, "over %d lines", SNT_MAX_IDS);
    else if (!snt_merges_init(&l->tok->bpe.merges, lines))
        status = snt_fail_memory(l->err);
    while (status == SENTIMENT_OK && at < file.len) {
        const char *line = snt_loader_line(file.bytes, file.len, &at, &len);

        /* No other "#" begins a comment: "# #" is a merge. */
        if (len < 8 || memcmp(line, "#version", 8))
            status = add_merge_line(l, rank++, line, len);
    }
    snt_file_close(&file);
    return status;
}

sentiment_status snt_load_merges(const snt_loader *l, const char *merges)
{
    snt_loader file = *l;
    sentiment_status status = read_bytes(l);

    file.path = merges;
    if (status == SENTIMENT_OK)
        status = read_merges(&file);
    return status == SENTIMENT_OK ? learn(l) : status;
}
