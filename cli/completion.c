/*
 * completion.c - see completion.h.
 *
 * Each script is a list of what the tables say, without a call back into the
 * command. What a value may be is read from how help calls it: "a|b" are its
 * words, FILE and DIR are paths.
 */
#include "completion.h"

#include <string.h>

#include "shells.h"

snt_hint snt_shell_hint(const snt_option *option)
{
    if (option->kind == SNT_ARG_WORD || option->kind == SNT_ARG_CHOICE)
        return SNT_HINT_WORDS;
    if (!option->value)
        return SNT_HINT_NONE;
    if (strstr(option->value, "FILE"))
        return SNT_HINT_FILES;
    return strstr(option->value, "DIR") ? SNT_HINT_FOLDERS : SNT_HINT_NONE;
}

bool snt_shell_takes_value(const snt_option *option)
{
    return option->kind != SNT_ARG_FLAG;
}

bool snt_shell_takes_files(const snt_command *command)
{
    return strstr(command->operands, "FILE") ||
           strstr(command->operands, "DIR");
}

/* "pull" of "model pull". */
const char *snt_shell_last_word(const char *name)
{
    const char *space = strrchr(name, ' ');

    return space ? space + 1 : name;
}

/* "table|json" as "table json". */
void snt_shell_words(FILE *out, const char *words)
{
    for (; *words; words++)
        fputc(*words == '|' ? ' ' : *words, out);
}

void snt_shell_names(FILE *out, const snt_command *const *table)
{
    for (; *table; table++)
        fprintf(out, "%s ", snt_shell_last_word((*table)->name));
}

/* Text inside single quotes; escaped is what the shell reads in there besides
 * the quote. */
void snt_shell_quoted(FILE *out, const char *text, const char *escaped)
{
    for (; *text; text++) {
        if (*text == '\'')
            fputs("'\\'", out);
        else if (strchr(escaped, *text))
            fputc('\\', out);
        fputc(*text == '\n' ? ' ' : *text, out);
    }
}

/* Calls print for every option of the command that is shown. */
void snt_shell_each_option(
    FILE *out, const snt_command *command,
    void (*print)(FILE *, const snt_command *, const snt_option *))
{
    for (size_t g = 0; g <= command->n_parts; g++) {
        const snt_option_group *group =
            g < command->n_parts ? command->parts[g].group : &snt_args_general;

        for (size_t i = 0; i < group->n; i++)
            if (group->options[i].help)
                print(out, command, &group->options[i]);
    }
}

/* Calls print for every command, before its subcommands. */
void snt_shell_each_command(
    FILE *out, const snt_command *const *table,
    void (*print)(FILE *, const snt_command *))
{
    for (; *table; table++) {
        print(out, *table);
        if ((*table)->subcommands)
            snt_shell_each_command(out, (*table)->subcommands, print);
    }
}

bool snt_completion_write(
    FILE *out, const char *shell, const snt_command *const *commands)
{
    if (!strcmp(shell, "bash"))
        snt_shell_bash(out, commands);
    else if (!strcmp(shell, "zsh"))
        snt_shell_zsh(out, commands);
    else if (!strcmp(shell, "fish"))
        snt_shell_fish(out, commands);
    else
        return false;
    return true;
}
