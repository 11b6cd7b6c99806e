/* tokenizer.h - what the classifier asks of a tokenizer beyond the public
 * questions: special tokens around ids that were encoded without them. */
#ifndef SNT_TOKENIZER_H
#define SNT_TOKENIZER_H

#include "sentiment/tokenizer.h"

/** How many special tokens encode puts around a text. */
size_t snt_tokenizer_n_special(const sentiment_tokenizer *tok);

/** Writes ids[n] with the special tokens around them to
 * out[n + n_special]. */
void snt_tokenizer_wrap(
    const sentiment_tokenizer *tok, const int32_t *ids, size_t n, int32_t *out);

#endif
