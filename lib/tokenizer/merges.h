/*
 * merges.h - byte pair encoding of one word: pair by pair, the lowest rank
 * first, the leftmost of equals.
 *
 * Symbols are vocabulary ids.
 */
#ifndef SNT_MERGES_H
#define SNT_MERGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SNT_ID_BITS = 21 };
#define SNT_NO_RANK UINT32_MAX

typedef struct snt_merges {
    int32_t byte_ids[256];
    uint32_t *byte_ranks; /* [256 * 256]: of the merge of two bytes */
    uint64_t *pairs;      /* [pair_mask + 1]: left, right, rank; ~0: free */
    size_t pair_mask;
    int32_t *products; /* [rank]: what the pair merges into */
} snt_merges;

typedef struct snt_symbol {
    int32_t id; /* -1: merged into an earlier one */
    uint32_t start;
    uint32_t end;
} snt_symbol;

/** Room for n merges; false: out of memory. */
bool snt_merges_init(snt_merges *merges, size_t n);
void snt_merges_free(snt_merges *merges);

/** Adds a merge of two ids under 2^21; the last of equal pairs stays. */
void snt_merges_add(
    snt_merges *merges, int32_t left, int32_t right, uint32_t rank, int32_t id);

/** After all merges and byte_ids: what two bytes merge into, in one look. */
void snt_merges_index(snt_merges *merges);

/** Merges the bytes of a word into s[len]; how many symbols are left, or 0: out
 * of memory. Adds to *steps, units of work. */
size_t snt_merges_apply(
    const snt_merges *merges, const char *word, size_t len, snt_symbol *s,
    size_t *steps);

#endif
