/* help.c - see help.h: --help as text, and the manual page in man(7). */
#include "help.h"

#include <string.h>

#include "utf8.h"

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
        "\nsentiment-cli COMMAND --help explains a command; sentiment-cli "
        "--version\nprints the version.\n\nExamples:\n"
        "  sentiment-cli classify -t \"Profit rose 12%\"\n"
        "  sentiment-cli classify < headlines.txt\n",
        out);
}

/* Text in a manual page: a hyphen is a minus, no line is a request, and what
 * is not ASCII is named by its number. */
static void print_roff(FILE *out, const char *text)
{
    bool begins = true;
    size_t n;

    for (; *text; text += n) {
        uint32_t c = snt_utf8_decode(text, &n);

        if (begins && (c == '.' || c == '\''))
            fputs("\\&", out);
        if (c == '-')
            fputs("\\-", out);
        else if (c == '\\')
            fputs("\\e", out);
        else if (c >= 0x80)
            fprintf(out, "\\[u%04X]", (unsigned)c);
        else
            fputc((int)c, out);
        begins = c == '\n';
    }
}

static void print_roff_option(FILE *out, const snt_option *option)
{
    fputs(".TP\n", out);
    if (option->letter)
        fprintf(out, "\\fB\\-%c\\fR, ", option->letter);
    fputs("\\fB\\-\\-", out);
    print_roff(out, option->name);
    fputs("\\fR", out);
    if (option->value) {
        fputs(" \\fI", out);
        print_roff(out, option->value);
        fputs("\\fR", out);
    }
    fputc('\n', out);
    print_roff(out, option->help);
    if (option->env)
        fprintf(out, "\n.br\nEnvironment: \\fB%s\\fR", option->env);
    fputc('\n', out);
}

static void print_roff_group(FILE *out, const snt_option_group *group)
{
    fprintf(out, ".PP\n%s options:\n", group->title);
    for (size_t i = 0; i < group->n; i++)
        if (group->options[i].help)
            print_roff_option(out, &group->options[i]);
}

static void print_roff_command(FILE *out, const snt_command *command)
{
    fprintf(out, ".SH \"");
    print_roff(out, command->name);
    fprintf(out, "\"\n.B sentiment\\-cli %s\n", command->name);
    print_roff(out, command->subcommands ? "COMMAND " : "");
    print_roff(out, "[OPTION…] ");
    print_roff(out, command->operands);
    fputs("\n.PP\n", out);
    print_roff(out, command->summary);
    fputs(".\n", out);
    for (const char *p = command->details; p && *p;) {
        size_t len = strcspn(p, "\n");
        char line[1024];

        snprintf(line, sizeof(line), "%.*s", (int)len, p);
        fputs(".PP\n", out);
        print_roff(out, line);
        fputc('\n', out);
        p += len + strspn(p + len, "\n");
    }
    for (size_t g = 0; g < command->n_parts; g++)
        print_roff_group(out, command->parts[g].group);
    fputs(".PP\nExamples:\n.PP\n.EX\n", out);
    print_roff(out, command->examples);
    fputs(".EE\n", out);
    for (const snt_command *const *sub = command->subcommands; sub && *sub;
         sub++)
        print_roff_command(out, *sub);
}

static void print_roff_list(FILE *out, const snt_command *const *commands)
{
    for (; *commands; commands++) {
        fprintf(out, ".TP\n.B %s\n", (*commands)->name);
        print_roff(out, (*commands)->summary);
        fputc('\n', out);
    }
}

void snt_help_manual(FILE *out, const snt_command *const *commands)
{
    fprintf(
        out,
        ".\\\" Written by `sentiment-cli help --man` from the option "
        "tables.\n.TH SENTIMENT\\-CLI 1 \"\" \"libsentiment %s\"\n"
        ".SH NAME\nsentiment\\-cli \\- says of financial text whether it is "
        "negative, neutral or positive\n"
        ".SH SYNOPSIS\n.B sentiment\\-cli\n\\fICOMMAND\\fR [OPTION\\[u2026]]\n"
        ".SH DESCRIPTION\nCommands:\n",
        sentiment_version());
    print_roff_list(out, commands);
    fputs(".PP\nEvery command has these options. ", out);
    fputs("Flags win over the environment, which wins over the file.\n", out);
    print_roff_group(out, &snt_args_general);
    for (; *commands; commands++)
        print_roff_command(out, *commands);
    fputs(
        ".SH \"EXIT STATUS\"\n0: all well. 1: some inputs failed, or a "
        "failure at run time. 2: wrong usage.\n128 + n: ended by signal "
        "n.\n",
        out);
}
