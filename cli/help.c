/* help.c - see help.h. */
#include "help.h"

#include <string.h>

enum { COLUMN = 26, WIDTH = 79 };

/* Characters, not bytes: the tables hold an ellipsis. */
static size_t width_of(const char *text, size_t len)
{
    size_t width = 0;

    for (size_t i = 0; i < len; i++)
        width += ((unsigned char)text[i] & 0xC0) != 0x80;
    return width;
}

/* Prints text in words, broken before WIDTH, every line but the first
 * indented; at is the column where the first begins. A newline stays. */
static void wrap(FILE *out, const char *text, size_t at, size_t indent)
{
    bool begins = true;

    while (*text) {
        size_t len = strcspn(text, " \n");
        size_t width = width_of(text, len);

        if (!begins && at + 1 + width > WIDTH) {
            fprintf(out, "\n%*s", (int)indent, "");
            at = indent;
            begins = true;
        }
        fprintf(out, "%s%.*s", begins ? "" : " ", (int)len, text);
        at += width + !begins;
        begins = false;
        text += len;
        if (*text == '\n') {
            fprintf(out, "\n%*s", (int)indent, "");
            at = indent;
            begins = true;
        }
        text += *text != '\0';
    }
    fputc('\n', out);
}

/* "  -t, --text TEXT"; its width. */
static size_t print_names(FILE *out, const snt_option *option)
{
    const char *value = option->value ? option->value : "";
    size_t width = 6 + 2 + strlen(option->name);

    if (option->letter)
        fprintf(out, "  -%c, ", option->letter);
    else
        fprintf(out, "      ");
    fprintf(out, "--%s%s%s", option->name, *value ? " " : "", value);
    return width + (*value ? 1 + width_of(value, strlen(value)) : 0);
}

static void print_option(FILE *out, const snt_option *option)
{
    size_t width = print_names(out, option);

    if (width + 2 > COLUMN) {
        fputc('\n', out);
        width = 0;
    }
    fprintf(out, "%*s", (int)(COLUMN - width), "");
    wrap(out, option->help, COLUMN, COLUMN);
    if (option->env)
        fprintf(out, "%*s[environment: %s]\n", COLUMN, "", option->env);
}

static void print_group(FILE *out, const snt_option_group *group)
{
    fprintf(out, "\n%s:\n", group->title);
    for (size_t i = 0; i < group->n; i++)
        if (group->options[i].help)
            print_option(out, &group->options[i]);
}

static void print_commands(FILE *out, const snt_command *const *commands)
{
    fputs("\nCommands:\n", out);
    for (; *commands; commands++)
        fprintf(out, "  %-14s %s\n", (*commands)->name, (*commands)->summary);
}

void snt_help_command(FILE *out, const snt_command *command)
{
    fprintf(
        out, "Usage: sentiment-cli %s %s%s%s\n", command->name,
        command->subcommands ? "COMMAND [OPTION…]" : "[OPTION…]",
        *command->operands ? " " : "", command->operands);
    wrap(out, command->summary, 0, 0);
    if (command->details) {
        fputc('\n', out);
        wrap(out, command->details, 0, 0);
    }
    if (command->subcommands)
        print_commands(out, command->subcommands);
    for (size_t g = 0; g < command->n_parts; g++)
        print_group(out, command->parts[g].group);
    print_group(out, &snt_args_general);
    fprintf(out, "\nExamples:\n%s", command->examples);
}

void snt_help_overview(FILE *out, const snt_command *const *commands)
{
    fputs(
        "Usage: sentiment-cli COMMAND [OPTION…]\n"
        "Says of financial text whether it is negative, neutral or "
        "positive.\n",
        out);
    print_commands(out, commands);
    fputs(
        "\nsentiment-cli COMMAND --help explains a command, sentiment-cli "
        "--version prints\nthe version, sentiment-cli help --completion "
        "bash|zsh|fish writes completions.\n\nExamples:\n"
        "  sentiment-cli classify -t \"Profit rose 12%\"\n"
        "  sentiment-cli classify < headlines.txt\n",
        out);
}
