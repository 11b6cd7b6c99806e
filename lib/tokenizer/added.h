/* added.h - tokens that are recognised in a text before anything else. */
#ifndef SNT_ADDED_H
#define SNT_ADDED_H

#include "sentiment/tokenizer.h"
#include "sink.h"

typedef struct snt_added_token {
    char *content; /* [len], owned */
    size_t len;
    int32_t id;
    bool normalized; /* looked for in the second pass */
    bool special;
    bool lstrip; /* takes the white space before it along */
    bool rstrip;
} snt_added_token;

/* The tokens of one pass: by first byte, of those the longest first. */
typedef struct snt_added_pass {
    size_t n;
    int only;          /* the first byte of all of them, or -1 */
    size_t first[256]; /* where each first byte's tokens begin */
    size_t count[256];
} snt_added_pass;

typedef struct snt_added {
    snt_added_token *tokens; /* [n] */
    size_t n;
    snt_added_pass passes[2]; /* not normalized, normalized */
} snt_added;

/** Sorts the tokens and makes the index. */
void snt_added_index(snt_added *added);
void snt_added_free(snt_added *added);

/**
 * Finds the first match of a pass in bytes [from, to): the leftmost, of those
 * the longest. Returns the token, with the bytes that it covers in *match, or
 * NULL. skip_special: special tokens are plain text.
 */
const snt_added_token *snt_added_find(
    const snt_added *added, sentiment_text text, size_t from, size_t to,
    bool normalized, bool skip_special, sentiment_span *match);

#endif
