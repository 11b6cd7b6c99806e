/* shells.h - what the completions of all shells are written with. */
#ifndef SNT_SHELLS_H
#define SNT_SHELLS_H

#include <stdio.h>

#include "args.h"

/** What an option's value may be. */
typedef enum snt_hint {
    SNT_HINT_NONE,
    SNT_HINT_WORDS,
    SNT_HINT_FILES,
    SNT_HINT_FOLDERS
} snt_hint;

snt_hint snt_shell_hint(const snt_option *option);
bool snt_shell_takes_value(const snt_option *option);
bool snt_shell_takes_files(const snt_command *command);

/** "pull" of "model pull". */
const char *snt_shell_last_word(const char *name);

/** "table|json" as "table json". */
void snt_shell_words(FILE *out, const char *words);

/** The last words of the names in a table that NULL ends. */
void snt_shell_names(FILE *out, const snt_command *const *table);

/** Text inside single quotes; escaped is what the shell reads in there besides
 * the quote. */
void snt_shell_quoted(FILE *out, const char *text, const char *escaped);

/** Calls print for every option of the command that is shown. */
void snt_shell_each_option(
    FILE *out, const snt_command *command,
    void (*print)(FILE *, const snt_command *, const snt_option *));

/** Calls print for every command, before its subcommands. */
void snt_shell_each_command(
    FILE *out, const snt_command *const *table,
    void (*print)(FILE *, const snt_command *));

/** Each writes its script. */
void snt_shell_bash(FILE *out, const snt_command *const *commands);
void snt_shell_zsh(FILE *out, const snt_command *const *commands);
void snt_shell_fish(FILE *out, const snt_command *const *commands);

#endif
