/*
 * bpe.h - byte-level byte pair encoding.
 *
 * Symbols are vocabulary ids. A word is first looked up whole among those
 * entries that encode to themselves, which answers for nine words of ten, then
 * among those merged lately (memo.h); the rest is merged pair by pair, the
 * lowest rank first, the leftmost of equals.
 */
#ifndef SNT_BPE_H
#define SNT_BPE_H

#include "sink.h"
#include "words.h"

enum { SNT_ID_BITS = 21 };
#define SNT_NO_RANK UINT32_MAX

typedef struct snt_bpe {
    int32_t byte_ids[256];
    uint32_t *byte_ranks; /* [256 * 256]: of the merge of two bytes */
    uint64_t *pairs;      /* [pair_mask + 1]: left, right, rank; ~0: free */
    size_t pair_mask;
    int32_t *products; /* [rank]: what the pair merges into */
    snt_words words;   /* entries that encode to themselves */
    uint64_t owner;    /* of memos of merged words */
    bool prefix_space;
    bool trim_offsets;      /* spaces are no part of a token's offsets */
    bool trim_prefix_space; /* the post-processor's add_prefix_space */
} snt_bpe;

/** Room for n merges; false: out of memory. */
bool snt_bpe_init(snt_bpe *bpe, size_t n_merges);
void snt_bpe_free(snt_bpe *bpe);

/** Adds a merge of two ids under 2^21; the last of equal pairs stays. */
void snt_bpe_add(
    snt_bpe *bpe, int32_t left, int32_t right, uint32_t rank, int32_t id);

/** After all merges and byte_ids: what two bytes merge into, in one look. */
void snt_bpe_index(snt_bpe *bpe);

/** After snt_bpe_index: enters a vocabulary entry into words if it encodes to
 * itself. False: out of memory. */
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
