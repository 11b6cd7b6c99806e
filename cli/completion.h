/* completion.h - completions for shells, out of the option tables. */
#ifndef SNT_COMPLETION_H
#define SNT_COMPLETION_H

#include <stdio.h>

#include "args.h"

/** Writes the script for "bash", "zsh" or "fish" and a table that NULL ends;
 * false: no such shell. */
bool snt_completion_write(
    FILE *out, const char *shell, const snt_command *const *commands);

#endif
