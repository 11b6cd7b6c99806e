/* internal.h - what a tokenizer is, for load.c, which makes it, and
 * tokenizer.c, which uses it. */
#ifndef SNT_TOKENIZER_INTERNAL_H
#define SNT_TOKENIZER_INTERNAL_H

#include "added.h"
#include "bpe.h"
#include "wordpiece.h"

enum { SNT_MAX_SPECIAL = 8 }; /* on one side of a text */

struct sentiment_tokenizer {
    bool is_bpe;
    snt_bpe bpe;      /* if is_bpe */
    snt_wordpiece wp; /* otherwise */
    snt_added added;
    int32_t before[SNT_MAX_SPECIAL], after[SNT_MAX_SPECIAL];
    size_t n_before, n_after;
    size_t limit;
    size_t n_ids;
};

/** Fills a zeroed tok from the file or directory at path. */
sentiment_status snt_tokenizer_load(
    sentiment_tokenizer *tok, const char *path, sentiment_error *err);

/** How many units of work encoding a text takes that is cut at cap tokens, the
 * special ones apart; for tests. */
size_t snt_tokenizer_steps(
    const sentiment_tokenizer *tok, sentiment_text text, size_t cap);

#endif
