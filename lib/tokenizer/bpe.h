/*
 * bpe.h - byte-level byte pair encoding of a text.
 *
 * The text is cut into words a block at a time (pretokenize.h). Most words are
 * remembered (memo.h); of the others most are entries of the vocabulary that
 * encode to themselves; the rest is merged pair by pair (merges.h).
 */
#ifndef SNT_BPE_H
#define SNT_BPE_H

#include "merges.h"
#include "sink.h"
#include "words.h"

typedef struct snt_bpe {
    snt_merges merges;
    snt_words words; /* entries that encode to themselves */
    uint64_t owner;  /* of memos */
    bool prefix_space;
    bool trim_offsets;      /* spaces are no part of a token's offsets */
    bool trim_prefix_space; /* the post-processor's add_prefix_space */
} snt_bpe;

void snt_bpe_free(snt_bpe *bpe);

/** After all merges and their index: enters a vocabulary entry into words if it
 * encodes to itself. False: out of memory. */
bool snt_bpe_learn(snt_bpe *bpe, const char *bytes, size_t len, int32_t id);

/** Encodes bytes [from, to) of text, which lie between special tokens. False:
 * out of memory. */
bool snt_bpe_encode(
    const snt_bpe *bpe, sentiment_text text, size_t from, size_t to,
    snt_sink *sink);

/** Moves the ends of a token's span past the white space it begins and ends
 * with: leading and trailing characters of it. first: no token lies before. */
void snt_bpe_trim(
    const snt_bpe *bpe, sentiment_text text, bool first, size_t leading,
    size_t trailing, size_t *start, size_t *end);

#endif
