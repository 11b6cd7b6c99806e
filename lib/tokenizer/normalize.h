/* normalize.h - BERT's normaliser, for text that is not plain ASCII. */
#ifndef SNT_NORMALIZE_H
#define SNT_NORMALIZE_H

#include "sink.h"
#include "wordpiece.h"

/** A normalised character and the bytes of the text that it stands for. */
typedef struct snt_letter {
    uint32_t c;
    bool inserted; /* it shares the place of the one before it */
    sentiment_span span;
} snt_letter;

typedef struct snt_letters {
    snt_letter *all; /* [cap] */
    size_t n;
    size_t cap;
    bool failed; /* out of memory */
} snt_letters;

/** Normalises bytes [from, to) of text into letters, which the caller frees;
 * false: out of memory. */
bool snt_normalize(
    const snt_wordpiece *wp, sentiment_text text, size_t from, size_t to,
    snt_letters *letters);

/** Whether a text may be cut before c, and its parts normalised one by one. */
bool snt_normalize_apart(const snt_wordpiece *wp, uint32_t c);

#endif
