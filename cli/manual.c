/*
 * manual.c - see manual.h.
 *
 * Plain man(7), which every formatter reads alike. Sentences are not broken at
 * their ends: a formatter fills the lines either way.
 */
#include "manual.h"

#include <string.h>

#include "utf8.h"

static char upper(char c)
{
    return (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* len bytes of text: a hyphen is a minus, no line is a request, and what is
 * not ASCII is named by its number. */
static void print_part(FILE *out, const char *text, size_t len)
{
    bool begins = true;
    size_t n;

    for (const char *end = text + len; text < end; text += n) {
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

static void print(FILE *out, const char *text)
{
    print_part(out, text, strlen(text));
}

static void print_option(FILE *out, const snt_option *option)
{
    fputs(".TP\n", out);
    if (option->letter)
        fprintf(out, "\\fB\\-%c\\fR, ", option->letter);
    fputs("\\fB\\-\\-", out);
    print(out, option->name);
    fputs("\\fR", out);
    if (option->value) {
        fputs(" \\fI", out);
        print(out, option->value);
        fputs("\\fR", out);
    }
    fputc('\n', out);
    print(out, option->help);
    if (option->env)
        fprintf(out, "\n.br\nEnvironment: \\fB%s\\fR", option->env);
    fputc('\n', out);
}

static void print_group(FILE *out, const snt_option_group *group)
{
    fprintf(out, ".SS %s\n", group->title);
    for (size_t i = 0; i < group->n; i++)
        if (group->options[i].help)
            print_option(out, &group->options[i]);
}

/* Paragraphs, parted by an empty line; a single newline breaks the line. */
static void print_paragraphs(FILE *out, const char *text)
{
    while (*text) {
        size_t len = strcspn(text, "\n"), gap = strspn(text + len, "\n");

        print_part(out, text, len);
        fputc('\n', out);
        text += len + gap;
        if (*text)
            fputs(gap > 1 ? ".PP\n" : ".br\n", out);
    }
}

/* "-model-pull" of "model pull": a page's name has no space in it. */
static void print_page_name(FILE *out, const char *name)
{
    fputs(*name ? "\\-" : "", out);
    for (; *name; name++)
        if (*name == ' ')
            fputs("\\-", out);
        else
            fputc(*name, out);
}

/* The page's head; its title is in capitals, "SENTIMENT-CLI-INFO". */
static void print_title(FILE *out, const char *name)
{
    char title[64] = "";

    fputs(
        ".\\\" Written by `sentiment-cli help --man` from the option "
        "tables.\n.TH SENTIMENT\\-CLI",
        out);
    for (size_t i = 0; name[i] && i + 1 < sizeof(title); i++)
        title[i] = upper(name[i]);
    print_page_name(out, title);
    fprintf(out, " 1 \"\" \"libsentiment %s\"\n", sentiment_version());
}

static void print_end(FILE *out)
{
    fputs(
        ".SH \"EXIT STATUS\"\n"
        "0: all well. 1: some inputs failed, or a failure at run time. "
        "2: wrong usage.\n128 + n: ended by signal n.\n",
        out);
}

static void print_commands(FILE *out, const snt_command *const *commands)
{
    fputs("Each command has a page of its own.\n", out);
    for (; *commands; commands++) {
        fputs(".TP\n\\fBsentiment\\-cli", out);
        print_page_name(out, (*commands)->name);
        fputs("\\fR(1)\n", out);
        print(out, (*commands)->summary);
        fputs(".\n", out);
    }
}

void snt_manual_overview(FILE *out, const snt_command *const *commands)
{
    print_title(out, "");
    fputs(
        ".SH NAME\nsentiment\\-cli \\- says of financial text whether it is "
        "negative, neutral or positive\n"
        ".SH SYNOPSIS\n.B sentiment\\-cli\n"
        "\\fICOMMAND\\fR [\\fIOPTION\\fR\\[u2026]]\n.br\n"
        ".B sentiment\\-cli help\n[\\fICOMMAND\\fR]\n"
        ".SH DESCRIPTION\n",
        out);
    print_commands(out, commands);
    fputs(
        ".SH OPTIONS\nEvery command has these. Flags win over the "
        "environment, which wins over the file.\n",
        out);
    print_group(out, &snt_args_general);
    print_end(out);
    fputs(
        ".SH \"SEE ALSO\"\n.BR sentiment (3)\n"
        ".PP\n"
        "Completions for shells: \\fBsentiment\\-cli help \\-\\-completion\\fR "
        "\\fIbash|zsh|fish\\fR\n",
        out);
}

static void print_synopsis(FILE *out, const snt_command *command)
{
    fprintf(out, ".B sentiment\\-cli %s\n", command->name);
    fputs(command->subcommands ? "\\fICOMMAND\\fR " : "", out);
    fputs("[\\fIOPTION\\fR\\[u2026]] ", out);
    print(out, command->operands);
    fputc('\n', out);
}

static void print_description(FILE *out, const snt_command *command)
{
    print(out, command->summary);
    fputs(".\n", out);
    if (command->details) {
        fputs(".PP\n", out);
        print_paragraphs(out, command->details);
    }
}

static void print_examples(FILE *out, const snt_command *command)
{
    fputs(".EX\n", out);
    print(out, command->examples);
    fputs(".EE\n", out);
}

void snt_manual_command(FILE *out, const snt_command *command)
{
    print_title(out, command->name);
    fputs(".SH NAME\nsentiment\\-cli", out);
    print_page_name(out, command->name);
    fprintf(out, " \\- %c", lower(command->summary[0]));
    print(out, command->summary + 1);
    fputs("\n.SH SYNOPSIS\n", out);
    print_synopsis(out, command);
    fputs(".SH DESCRIPTION\n", out);
    print_description(out, command);
    if (command->subcommands) {
        fputs(".PP\n", out);
        print_commands(out, command->subcommands);
    }
    fputs(".SH OPTIONS\n", out);
    for (size_t g = 0; g < command->n_parts; g++)
        print_group(out, command->parts[g].group);
    print_group(out, &snt_args_general);
    fputs(".SH EXAMPLES\n", out);
    print_examples(out, command);
    print_end(out);
    fputs(".SH \"SEE ALSO\"\n.BR sentiment\\-cli (1)\n", out);
}
