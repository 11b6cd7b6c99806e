/* letters.h - WordPiece of text that is not plain ASCII. */
#ifndef SNT_LETTERS_H
#define SNT_LETTERS_H

#include "sink.h"
#include "wordpiece.h"

/** ASCII's blanks, as BERT cleans a text. */
static inline bool snt_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/** Encodes what begins at from, where a word may begin, up to the next blank of
 * ASCII or until sink is full; *end is then where it stopped. False: out of
 * memory. */
bool snt_letters_encode(
    const snt_wordpiece *wp, sentiment_text text, size_t from, size_t to,
    size_t *end, snt_sink *sink);

#endif
