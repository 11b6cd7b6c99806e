/*
 * memo.h - what a thread remembers of words that it has merged.
 *
 * Names come again and again in a day's headlines and are in no vocabulary, so
 * each thread keeps its last few thousand words with their tokens: 128 KiB,
 * made on first use and freed when the thread ends. No other thread looks at
 * it, so there is no lock; a whole key is compared, so a text can only cause
 * misses.
 */
#ifndef SNT_MEMO_H
#define SNT_MEMO_H

#include "words.h"

enum { SNT_MEMO_TOKENS = 3, SNT_MEMO_SLOTS = 4096 };

typedef struct snt_memo_word {
    uint64_t low, high; /* the key, as words.h makes it; 0, 0: free */
    int32_t ids[SNT_MEMO_TOKENS];
    uint8_t ends[SNT_MEMO_TOKENS]; /* bytes, from the start of the word */
    uint8_t n;
} snt_memo_word;

typedef struct snt_memo {
    uint64_t owner; /* whose words these are */
    snt_memo_word words[SNT_MEMO_SLOTS];
} snt_memo;

/** A number that no other tokenizer of this process has or has had. */
uint64_t snt_memo_owner(void);

/** This thread's memo, emptied if it was another owner's, or NULL. */
snt_memo *snt_memo_get(uint64_t owner);

/** Where a word is, or would go. */
static inline snt_memo_word *snt_memo_at(
    snt_memo *memo, uint64_t low, uint64_t high)
{
    return &memo->words[snt_words_hash(low, high) >> 24 & (SNT_MEMO_SLOTS - 1)];
}

#endif
