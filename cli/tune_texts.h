/* tune_texts.h - what `model tune` compares on when it is given no texts. */
#ifndef SNT_TUNE_TEXTS_H
#define SNT_TUNE_TEXTS_H

#include "sentiment/base.h"

/** The texts of models/tune/texts.txt: an array of *n, to be freed; NULL: no
 * memory. The texts themselves are the program's. */
sentiment_text *snt_tune_texts(size_t *n);

#endif
