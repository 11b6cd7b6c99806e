/*
 * pretokenize.h - where one word of byte-level BPE ends and the next begins:
 * 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
 */
#ifndef SNT_PRETOKENIZE_H
#define SNT_PRETOKENIZE_H

#include <stddef.h>

#include "ascii.h"

/** The end of the word that begins at from < len; text is valid UTF-8. */
size_t snt_pretokenize(const char *text, size_t from, size_t len);

/** The same, with a short cut for the words that most of a text is made of: a
 * space, or none, and ASCII letters. */
static inline size_t snt_pretokenize_word(
    const char *text, size_t from, size_t len)
{
    size_t start = from + (text[from] == ' ');
    size_t end = snt_ascii_run(text, start, len, snt_ascii_letters);

    if (end > start && (end == len || (unsigned char)text[end] < 0x80))
        return end;
    return snt_pretokenize(text, from, len);
}

#endif
