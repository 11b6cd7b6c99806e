/*
 * memo.h - what a thread remembers of the words that it has encoded.
 *
 * A text's words are mostly those of the texts before it, so each thread keeps
 * some thousands of them with their tokens: one look answers for a word, be it
 * an entry of the vocabulary or several. The memo is made on first use, grows
 * while new words keep coming, from 128 KiB to 2 MiB, and is freed when the
 * thread ends. No other thread looks at it, so there is no lock; a whole key is
 * compared, so a text can only cause misses.
 */
#ifndef SNT_MEMO_H
#define SNT_MEMO_H

#include "sink.h"
#include "words.h"

enum { SNT_MEMO_TOKENS = 3 };

typedef struct snt_memo_word {
    snt_key key; /* of the bytes as they are in the text */
    int32_t ids[SNT_MEMO_TOKENS];
    uint8_t ends[SNT_MEMO_TOKENS]; /* bytes, from the start of the word */
    uint8_t n;
} snt_memo_word;

/* A cache line: the newer word is the first. */
typedef struct snt_memo_pair {
    snt_memo_word words[2];
} snt_memo_pair;

typedef struct snt_memo {
    uint64_t owner;       /* whose words these are */
    snt_memo_pair *pairs; /* [mask + 1] */
    size_t mask;
    size_t n_new; /* words put in since it has had this size */
} snt_memo;

/** A number that no other tokenizer of this process has or has had. */
uint64_t snt_memo_owner(void);

/** This thread's memo, emptied if it was another owner's, or NULL. */
snt_memo *snt_memo_get(uint64_t owner);

/** Remembers a word that is not there. */
void snt_memo_put(snt_memo *memo, const snt_memo_word *word);

static inline snt_memo_pair *snt_memo_at(const snt_memo *memo, snt_key key)
{
    return &memo->pairs[snt_words_hash(key) >> 24 & memo->mask];
}

/** A word that is remembered, or NULL. */
static inline const snt_memo_word *snt_memo_find(
    const snt_memo *memo, snt_key key)
{
    const snt_memo_word *word = snt_memo_at(memo, key)->words;

    word += !snt_words_same(word->key, key);
    return snt_words_same(word->key, key) ? word : NULL;
}

/** Adds the tokens of a word to a roomy sink. */
static inline void snt_memo_take(const snt_memo_word *word, snt_sink *sink)
{
    memcpy(sink->ids + sink->n, word->ids, sizeof(word->ids));
    sink->n += word->n;
}

#endif
