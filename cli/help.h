/* help.h - prints what the option tables say. */
#ifndef SNT_HELP_H
#define SNT_HELP_H

#include <stdio.h>

#include "args.h"

/** sentiment-cli COMMAND --help. */
void snt_help_command(FILE *out, const snt_command *command);

/** sentiment-cli --help: what there is in a table that NULL ends. */
void snt_help_overview(FILE *out, const snt_command *const *commands);

/** The manual page sentiment-cli(1) in man(7) form, all commands in it. */
void snt_help_manual(FILE *out, const snt_command *const *commands);

#endif
