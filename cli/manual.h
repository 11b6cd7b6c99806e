/* manual.h - the manual pages, out of the option tables, in man(7) form. */
#ifndef SNT_MANUAL_H
#define SNT_MANUAL_H

#include <stdio.h>

#include "args.h"

/** sentiment-cli(1): what there is in a table that NULL ends, and what holds
 * for every command. */
void snt_manual_overview(FILE *out, const snt_command *const *commands);

/** sentiment-cli-NAME(1), subcommands in it. */
void snt_manual_command(FILE *out, const snt_command *command);

#endif
