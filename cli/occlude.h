/*
 * occlude.h - which words of a text drive its label.
 *
 * Each word is taken away in turn, and the rest is classified: what the score
 * of the text's own label loses is what the word gave to it. Words are what
 * white space parts, so punctuation stays with its word.
 */
#ifndef SNT_OCCLUDE_H
#define SNT_OCCLUDE_H

#include "buffer.h"
#include "sentiment/classifier.h"

/** A text costs a forward pass for each word; one with more is refused. */
enum { SNT_OCCLUDE_WORDS = 1024 };

typedef struct snt_word {
    size_t start, end; /* bytes of the text, [start, end) */
    int32_t label;     /* that the rest gets */
    float change;      /* score of the text's label: whole - rest */
} snt_word;

/** Zero it to begin; used for one text after the other. */
typedef struct snt_occlusion {
    snt_word words[SNT_OCCLUDE_WORDS]; /* [n], in the order of the text */
    size_t n;
    float largest; /* of all |change| */
    float *scores; /* scratch */
    snt_buffer bytes;
} snt_occlusion;

/** The words of text, which clf gave this label and score. */
sentiment_status snt_occlude(
    snt_occlusion *o, sentiment_classifier *clf, sentiment_text text,
    int32_t label, float score, sentiment_error *err);

void snt_occlude_free(snt_occlusion *o);

#endif
