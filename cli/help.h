/* help.h - --help: what the option tables say, for a terminal. */
#ifndef SNT_HELP_H
#define SNT_HELP_H

#include <stdio.h>

#include "args.h"

/** sentiment-cli COMMAND --help. */
void snt_help_command(FILE *out, const snt_command *command);

/** sentiment-cli --help: what there is in a table that NULL ends. */
void snt_help_overview(FILE *out, const snt_command *const *commands);

#endif
