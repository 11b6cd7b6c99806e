/*
 * pretokenize.h - where one word of byte-level BPE ends and the next begins:
 * 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
 */
#ifndef SNT_PRETOKENIZE_H
#define SNT_PRETOKENIZE_H

#include <stddef.h>

/** The end of the word that begins at from < len; text is valid UTF-8. */
size_t snt_pretokenize(const char *text, size_t from, size_t len);

#endif
