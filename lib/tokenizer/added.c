/* added.c - see added.h. */
#include "added.h"

#include <stdlib.h>
#include <string.h>

#include "unicode.h"
#include "utf8.h"

static int compare(const void *a, const void *b)
{
    const snt_added_token *x = a, *y = b;
    unsigned char cx = (unsigned char)*x->content;
    unsigned char cy = (unsigned char)*y->content;

    if (cx != cy)
        return cx < cy ? -1 : 1;
    return x->len > y->len ? -1 : x->len < y->len;
}

void snt_added_index(snt_added *added)
{
    memset(added->count, 0, sizeof(added->count));
    if (added->n)
        qsort(added->tokens, added->n, sizeof(*added->tokens), compare);
    for (size_t i = added->n; i--;) {
        unsigned char c = (unsigned char)*added->tokens[i].content;

        added->first[c] = i;
        added->count[c]++;
    }
}

void snt_added_free(snt_added *added)
{
    for (size_t i = 0; i < added->n; i++)
        free(added->tokens[i].content);
    free(added->tokens);
}

static bool is_space_at(sentiment_text text, size_t i, size_t *n)
{
    return (snt_unicode(snt_utf8_decode(text.bytes + i, n)) & 3) == SNT_SPACE;
}

/* The start of the white space that ends at end, not before from. */
static size_t spaces_before(sentiment_text text, size_t from, size_t end)
{
    size_t n;

    while (end > from) {
        size_t i = end - 1;

        while (i > from && ((unsigned char)text.bytes[i] & 0xC0) == 0x80)
            i--;
        if (!is_space_at(text, i, &n))
            break;
        end = i;
    }
    return end;
}

static size_t spaces_after(sentiment_text text, size_t i, size_t to)
{
    size_t n;

    while (i < to && is_space_at(text, i, &n))
        i += n;
    return i;
}

static const snt_added_token *match_at(
    const snt_added *added, const char *bytes, size_t len, bool normalized)
{
    unsigned char c = (unsigned char)*bytes;

    for (size_t i = 0; i < added->count[c]; i++) {
        const snt_added_token *token = &added->tokens[added->first[c] + i];

        if (token->normalized == normalized && token->len <= len &&
            !memcmp(token->content, bytes, token->len))
            return token;
    }
    return NULL;
}

const snt_added_token *snt_added_find(
    const snt_added *added, sentiment_text text, size_t from, size_t to,
    bool normalized, bool skip_special, sentiment_span *match)
{
    for (size_t i = from; i < to; i++) {
        const snt_added_token *token;

        if (!added->count[(unsigned char)text.bytes[i]])
            continue;
        token = match_at(added, text.bytes + i, to - i, normalized);
        if (!token)
            continue;
        if (skip_special && token->special) {
            i += token->len - 1;
            continue;
        }
        match->start = token->lstrip ? spaces_before(text, from, i) : i;
        match->end = i + token->len;
        if (token->rstrip)
            match->end = spaces_after(text, match->end, to);
        return token;
    }
    return NULL;
}
