/* width.h - how many columns of a terminal a text takes. */
#ifndef SNT_WIDTH_H
#define SNT_WIDTH_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"

/** The columns of valid UTF-8: 0 for what combines, 2 for East Asian wide
 * characters and emoji, 1 for the rest. No locale is asked. */
size_t snt_width(const char *bytes, size_t len);

/** Adds text for a terminal, cut with an ellipsis to at most max columns (0:
 * as long as it is). Controls become spaces and what is not UTF-8 becomes "?",
 * so that no text can drive the terminal. */
void snt_width_add(snt_buffer *buf, const char *bytes, size_t len, size_t max);

#endif
