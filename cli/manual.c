/*
 * manual.c - see manual.h.
 *
 * Plain man(7), which every formatter reads alike. Sentences are not broken at
 * their ends: a formatter fills the lines either way.
 */
#include "manual.h"

#include <string.h>

#include "utf8.h"

static int upper(char c)
{
    return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
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

/* The page's head; its title is in capitals, "SENTIMENT-CLI-INFO". */
static void print_title(FILE *out, const char *name)
{
    fputs(
        ".\\\" Written by `sentiment-cli help --man` from the option "
        "tables.\n.TH SENTIMENT\\-CLI",
        out);
    fputs(*name ? "\\-" : "", out);
    for (; *name; name++)
        fputc(upper(*name), out);
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

void snt_manual_overview(FILE *out, const snt_command *const *commands)
{
    print_title(out, "");
    fputs(
        ".SH NAME\nsentiment\\-cli \\- says of financial text whether it is "
        "negative, neutral or positive\n"
        ".SH SYNOPSIS\n.B sentiment\\-cli\n"
        "\\fICOMMAND\\fR [\\fIOPTION\\fR\\[u2026]]\n.br\n"
        ".B sentiment\\-cli help\n[\\fICOMMAND\\fR]\n"
        ".SH DESCRIPTION\nEach command has a page of its own.\n",
        out);
    for (; *commands; commands++) {
        fprintf(
            out, ".TP\n\\fBsentiment\\-cli\\-%s\\fR(1)\n", (*commands)->name);
        print(out, (*commands)->summary);
        fputs(".\n", out);
    }
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

static void print_subcommand(FILE *out, const snt_command *command)
{
    fputs(".SH \"", out);
    for (const char *p = command->name; *p; p++)
        fputc(upper(*p), out);
    fputs("\"\n", out);
    print_synopsis(out, command);
    fputs(".PP\n", out);
    print_description(out, command);
    for (size_t g = 0; g < command->n_parts; g++)
        print_group(out, command->parts[g].group);
    if (command->examples) {
        fputs(".SS Examples\n", out);
        print_examples(out, command);
    }
}

void snt_manual_command(FILE *out, const snt_command *command)
{
    print_title(out, command->name);
    fprintf(
        out, ".SH NAME\nsentiment\\-cli\\-%s \\- %c", command->name,
        lower(command->summary[0]));
    print(out, command->summary + 1);
    fputs("\n.SH SYNOPSIS\n", out);
    print_synopsis(out, command);
    fputs(".SH DESCRIPTION\n", out);
    print_description(out, command);
    for (const snt_command *const *sub = command->subcommands; sub && *sub;
         sub++)
        print_subcommand(out, *sub);
    fputs(".SH OPTIONS\n", out);
    for (size_t g = 0; g < command->n_parts; g++)
        print_group(out, command->parts[g].group);
    print_group(out, &snt_args_general);
    fputs(".SH EXAMPLES\n", out);
    print_examples(out, command);
    print_end(out);
    fputs(".SH \"SEE ALSO\"\n.BR sentiment\\-cli (1)\n", out);
}
