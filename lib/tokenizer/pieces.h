/* pieces.h - a normalised word as the longest entries of the vocabulary, one
 * after the other. */
#ifndef SNT_PIECES_H
#define SNT_PIECES_H

#include "sink.h"
#include "wordpiece.h"

/* Loading keeps max_characters, and so the pieces of a word, below. */
enum { SNT_MAX_PIECES = 1024 };

typedef struct snt_pieces {
    size_t n;
    int32_t ids[SNT_MAX_PIECES];
    size_t ends[SNT_MAX_PIECES]; /* bytes, from the start of the word */
} snt_pieces;

/** Cuts a word of at most max_characters, of which 16 more bytes can be read;
 * one that has no such pieces is a single unknown one. Adds to *steps, units of
 * work. */
void snt_pieces_cut(
    const snt_wordpiece *wp, const char *word, size_t len, snt_pieces *pieces,
    size_t *steps);

#endif
