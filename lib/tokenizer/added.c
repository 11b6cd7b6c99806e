/* added.c - see added.h. */
#include "added.h"

#include <stdlib.h>
#include <string.h>

#include "unicode.h"

static int compare(const void *a, const void *b)
{
    const snt_added_token *x = a, *y = b;
    unsigned char cx = (unsigned char)*x->content;
    unsigned char cy = (unsigned char)*y->content;

    if (x->normalized != y->normalized)
        return x->normalized ? 1 : -1;
    if (cx != cy)
        return cx < cy ? -1 : 1;
    return x->len > y->len ? -1 : x->len < y->len;
}

void snt_added_index(snt_added *added)
{
    memset(added->passes, 0, sizeof(added->passes));
    if (added->n)
        qsort(added->tokens, added->n, sizeof(*added->tokens), compare);
    for (size_t i = added->n; i--;) {
        snt_added_pass *pass = &added->passes[added->tokens[i].normalized];
        unsigned char c = (unsigned char)*added->tokens[i].content;

        pass->only = !pass->n || pass->only == c ? c : -1;
        pass->n++;
        pass->first[c] = i;
        pass->count[c]++;
    }
}

void snt_added_free(snt_added *added)
{
    for (size_t i = 0; i < added->n; i++)
        free(added->tokens[i].content);
    free(added->tokens);
}

/* The start of the white space that ends at end, not before from. */
static size_t spaces_before(sentiment_text text, size_t from, size_t end)
{
    size_t n;

    while (end > from) {
        size_t i = end - 1;

        while (i > from && ((unsigned char)text.bytes[i] & 0xC0) == 0x80)
            i--;
        if (!snt_unicode_space_at(text.bytes + i, &n))
            break;
        end = i;
    }
    return end;
}

static size_t spaces_after(sentiment_text text, size_t i, size_t to)
{
    size_t n;

    while (i < to && snt_unicode_space_at(text.bytes + i, &n))
        i += n;
    return i;
}

static const snt_added_token *match_at(
    const snt_added *added, const snt_added_pass *pass, const char *bytes,
    size_t len)
{
    unsigned char c = (unsigned char)*bytes;

    for (size_t i = 0; i < pass->count[c]; i++) {
        const snt_added_token *token = &added->tokens[pass->first[c] + i];

        if (token->len <= len && !memcmp(token->content, bytes, token->len))
            return token;
    }
    return NULL;
}

/* The next place from i on where a token can begin, or to. */
static size_t next_start(
    const snt_added_pass *pass, const char *bytes, size_t i, size_t to)
{
    const char *at;

    if (pass->only >= 0) {
        at = memchr(bytes + i, pass->only, to - i);
        return at ? (size_t)(at - bytes) : to;
    }
    while (i < to && !pass->count[(unsigned char)bytes[i]])
        i++;
    return i;
}

const snt_added_token *snt_added_find(
    const snt_added *added, sentiment_text text, size_t from, size_t to,
    bool normalized, bool skip_special, sentiment_span *match)
{
    const snt_added_pass *pass = &added->passes[normalized];
    const snt_added_token *token;

    for (size_t i = from; pass->n && i < to; i++) {
        i = next_start(pass, text.bytes, i, to);
        token = i < to ? match_at(added, pass, text.bytes + i, to - i) : NULL;
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
