/*
 * wordpiece.h - BERT: normalise, split into words, cut words greedily.
 *
 * Normalising follows the reference step by step: clean, set Chinese apart,
 * decompose and drop marks, lower. Stretches of ASCII take a short cut.
 */
#ifndef SNT_WORDPIECE_H
#define SNT_WORDPIECE_H

#include "sink.h"
#include "words.h"

enum { SNT_BEGINS = 0, SNT_CONTINUES = 1 }; /* kinds of vocabulary entries */

typedef struct snt_wordpiece {
    snt_words words; /* SNT_CONTINUES: stored without the prefix */
    uint64_t owner;  /* of memos */
    int32_t unknown;
    size_t max_characters; /* a longer word is unknown */
    bool clean_text;
    bool chinese;
    bool strip_accents;
    bool lowercase;
} snt_wordpiece;

/** Encodes bytes [from, to) of text, which lie between special tokens. False:
 * out of memory. */
bool snt_wordpiece_encode(
    const snt_wordpiece *wp, sentiment_text text, size_t from, size_t to,
    snt_sink *sink);

#endif
