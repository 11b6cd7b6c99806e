/*
 * pretokenize.h - where one word of byte-level BPE ends and the next begins:
 * 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
 */
#ifndef SNT_PRETOKENIZE_H
#define SNT_PRETOKENIZE_H

#include <stddef.h>
#include <stdint.h>

/** The end of the word that begins at from < len; text is valid UTF-8. */
size_t snt_pretokenize(const char *text, size_t from, size_t len);

/**
 * The same for the next words of a text at once, a bit for each end, of which
 * bit n is what bytes[n] begins with. At bytes, where a word begins, room bytes
 * are left, and SNT_BLOCK_ROOM can be read. 0: the first word is long, or not
 * all of it is ASCII.
 */
uint64_t snt_pretokenize_block(const char *bytes, size_t room);

#endif
