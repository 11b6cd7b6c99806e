/*
 * completion.c - see completion.h.
 *
 * Each script is a list of what the tables say, without a call back into the
 * command. What a value may be is read from how help calls it: "a|b" are its
 * words, FILE and DIR are paths.
 */
#include "completion.h"

#include <string.h>

typedef enum hint { HINT_NONE, HINT_WORDS, HINT_FILES, HINT_FOLDERS } hint;

static hint hint_of(const snt_option *option)
{
    if (option->kind == SNT_ARG_WORD || option->kind == SNT_ARG_CHOICE)
        return HINT_WORDS;
    if (!option->value)
        return HINT_NONE;
    if (strstr(option->value, "FILE"))
        return HINT_FILES;
    return strstr(option->value, "DIR") ? HINT_FOLDERS : HINT_NONE;
}

static bool takes_value(const snt_option *option)
{
    return option->kind != SNT_ARG_FLAG;
}

static bool takes_files(const snt_command *command)
{
    return strstr(command->operands, "FILE") ||
           strstr(command->operands, "DIR");
}

/* "pull" of "model pull". */
static const char *last_word(const char *name)
{
    const char *space = strrchr(name, ' ');

    return space ? space + 1 : name;
}

/* "table|json" as "table json". */
static void print_words(FILE *out, const char *words)
{
    for (; *words; words++)
        fputc(*words == '|' ? ' ' : *words, out);
}

static void print_names(FILE *out, const snt_command *const *table)
{
    for (; *table; table++)
        fprintf(out, "%s ", last_word((*table)->name));
}

/* Text inside single quotes; escaped is what the shell reads in there besides
 * the quote. */
static void print_quoted(FILE *out, const char *text, const char *escaped)
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
static void each_option(
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
static void each_command(
    FILE *out, const snt_command *const *table,
    void (*print)(FILE *, const snt_command *))
{
    for (; *table; table++) {
        print(out, *table);
        if ((*table)->subcommands)
            each_command(out, (*table)->subcommands, print);
    }
}

/* ---- bash ---- */

static void print_bash_name(
    FILE *out, const snt_command *command, const snt_option *option)
{
    (void)command;
    fprintf(out, " --%s", option->name);
}

/* What follows the option, when it takes a value. */
static void print_bash_value(
    FILE *out, const snt_command *command, const snt_option *option)
{
    static const char *const actions[] = {
        "", "", " _sentiment_cli_f;", " _sentiment_cli_d;"};
    hint h = hint_of(option);

    (void)command;
    if (!takes_value(option))
        return;
    fputs("        ", out);
    if (option->letter)
        fprintf(out, "-%c | ", option->letter);
    fprintf(out, "--%s)%s", option->name, actions[h]);
    if (h == HINT_WORDS) {
        fputs(" _sentiment_cli_w '", out);
        print_words(out, option->value);
        fputs("';", out);
    }
    fputs(" return ;;\n", out);
}

static void print_bash_command(FILE *out, const snt_command *command)
{
    fprintf(out, "    '%s')\n", command->name);
    if (command->subcommands) {
        fputs("        options='--help' words='", out);
        print_names(out, command->subcommands);
        fputs("'\n        ;;\n", out);
        return;
    }
    fputs("        case $before in\n", out);
    each_option(out, command, print_bash_value);
    fputs("        esac\n        options='", out);
    each_option(out, command, print_bash_name);
    fprintf(out, "' files=%s\n        ;;\n", takes_files(command) ? "yes" : "");
}

/* Of the commands that have subcommands, two words name one. */
static void print_bash_group(FILE *out, const snt_command *command)
{
    if (command->subcommands)
        fprintf(
            out,
            "    ((COMP_CWORD > 2)) && [[ $command == %s ]] && "
            "command+=\" ${COMP_WORDS[2]}\"\n",
            command->name);
}

static void write_bash(FILE *out, const snt_command *const *commands)
{
    fputs(
        "# bash completion for sentiment-cli\n"
        "_sentiment_cli_w() { COMPREPLY=($(compgen -W \"$1\" -- \"$word\")); "
        "}\n"
        "_sentiment_cli_f() { local IFS=$'\\n'; compopt -o filenames "
        "2>/dev/null; COMPREPLY=($(compgen -f -- \"$word\")); }\n"
        "_sentiment_cli_d() { local IFS=$'\\n'; compopt -o filenames "
        "2>/dev/null; COMPREPLY=($(compgen -d -- \"$word\")); }\n"
        "_sentiment_cli()\n{\n"
        "    local word=${COMP_WORDS[COMP_CWORD]} options= files= words=\n"
        "    local before=${COMP_WORDS[COMP_CWORD - 1]} "
        "command=${COMP_WORDS[1]} commands='",
        out);
    print_names(out, commands);
    fputs(
        "help'\n"
        "    COMPREPLY=()\n"
        "    # --name=value is three words here.\n"
        "    if [[ $word == = ]]; then word=\n"
        "    elif [[ $before == = ]]; then before=${COMP_WORDS[COMP_CWORD - "
        "2]}; fi\n"
        "    if ((COMP_CWORD == 1)); then\n"
        "        _sentiment_cli_w \"$commands --help --version\"; return\n"
        "    fi\n",
        out);
    each_command(out, commands, print_bash_group);
    fputs(
        "    case $command in\n"
        "    help)\n"
        "        words=$commands options='--man --completion'\n"
        "        if [[ $before == --completion ]]; then words='bash zsh fish'; "
        "fi\n"
        "        ;;\n",
        out);
    each_command(out, commands, print_bash_command);
    fputs(
        "    esac\n"
        "    if [[ $word == -* ]]; then _sentiment_cli_w \"$options\"\n"
        "    elif [[ $words ]]; then _sentiment_cli_w \"$words\"\n"
        "    elif [[ $files ]]; then _sentiment_cli_f; fi\n"
        "}\n"
        "complete -F _sentiment_cli sentiment-cli\n",
        out);
}

/* ---- zsh ---- */

static void print_zsh_option(
    FILE *out, const snt_command *command, const snt_option *option)
{
    static const char *const actions[] = {" ", "", "_files", "_files -/"};
    hint h = hint_of(option);
    bool many = option->kind == SNT_ARG_LIST;
    const char *glue = takes_value(option) ? "=" : "";

    (void)command;
    if (option->letter)
        fprintf(
            out, " \\\n            %s{-%c,--%s%s}'[", many ? "'*'" : "",
            option->letter, option->name, glue);
    else
        fprintf(
            out, " \\\n            '%s--%s%s[", many ? "*" : "", option->name,
            glue);
    print_quoted(out, option->help, "[]:\\");
    fputc(']', out);
    if (h == HINT_WORDS) {
        fputs(":value:(", out);
        print_words(out, option->value);
        fputc(')', out);
    } else if (takes_value(option)) {
        fprintf(out, ":value:%s", actions[h]);
    }
    fputc('\'', out);
}

static void print_zsh_names(FILE *out, const snt_command *const *table)
{
    fputs("commands=(", out);
    for (; *table; table++) {
        fprintf(out, "\n        '%s:", last_word((*table)->name));
        print_quoted(out, (*table)->summary, ":\\");
        fputc('\'', out);
    }
}

static void print_zsh_group(FILE *out, const snt_command *command)
{
    if (!command->subcommands)
        return;
    fprintf(out, "    if [[ $name == %s ]]; then\n        ", command->name);
    print_zsh_names(out, command->subcommands);
    fputs(
        ")\n"
        "        if ((CURRENT == 2)); then _describe command commands; return; "
        "fi\n"
        "        name+=\" $words[2]\"\n        shift words\n"
        "        ((CURRENT--))\n    fi\n",
        out);
}

static void print_zsh_command(FILE *out, const snt_command *command)
{
    if (command->subcommands)
        return;
    fprintf(out, "    '%s')\n        _arguments -s -S", command->name);
    each_option(out, command, print_zsh_option);
    fputs(takes_files(command) ? " \\\n            '*:file:_files'" : "", out);
    fputs("\n        ;;\n", out);
}

static void write_zsh(FILE *out, const snt_command *const *commands)
{
    fputs(
        "#compdef sentiment-cli\n"
        "_sentiment-cli()\n{\n"
        "    local -a commands\n    ",
        out);
    print_zsh_names(out, commands);
    fputs(
        "\n        'help:Explain a command')\n"
        "    if ((CURRENT == 2)); then _describe command commands; return; fi\n"
        "    local name=$words[2]\n    shift words\n    ((CURRENT--))\n",
        out);
    each_command(out, commands, print_zsh_group);
    fputs("    case $name in\n    help) _describe command commands ;;\n", out);
    each_command(out, commands, print_zsh_command);
    fputs("    esac\n}\n_sentiment-cli \"$@\"\n", out);
}

/* ---- fish ---- */

static void print_fish_option(
    FILE *out, const snt_command *command, const snt_option *option)
{
    static const char *const actions[] = {
        " -x", " -x", " -r -F", " -x -a '(__fish_complete_directories)'"};
    hint h = hint_of(option);

    fprintf(
        out, "complete -c sentiment-cli -n '__sentiment_cli_is %s' -l %s",
        command->name, option->name);
    if (option->letter)
        fprintf(out, " -s %c", option->letter);
    if (takes_value(option))
        fputs(actions[h], out);
    if (h == HINT_WORDS) {
        fputs(" -a '", out);
        print_words(out, option->value);
        fputc('\'', out);
    }
    fputs(" -d '", out);
    print_quoted(out, option->help, "\\");
    fputs("'\n", out);
}

static void print_fish_command(FILE *out, const snt_command *command)
{
    const char *word = last_word(command->name);

    fprintf(
        out, "complete -c sentiment-cli -n '__sentiment_cli_after %.*s' -a %s",
        (int)(word - command->name), command->name, word);
    fputs(" -d '", out);
    print_quoted(out, command->summary, "\\");
    fputs("'\n", out);
    if (takes_files(command))
        fprintf(
            out, "complete -c sentiment-cli -n '__sentiment_cli_is %s' -F\n",
            command->name);
    if (!command->subcommands)
        each_option(out, command, print_fish_option);
}

static void write_fish(FILE *out, const snt_command *const *commands)
{
    fputs(
        "# fish completion for sentiment-cli\n"
        "# Whether the words before begin with these; whether they are these.\n"
        "function __sentiment_cli_is\n"
        "    set -l words (commandline -opc)[2..]\n"
        "    string match -q -- \"$argv *\" \"$words \"\n"
        "end\n"
        "function __sentiment_cli_after\n"
        "    set -l words (commandline -opc)[2..]\n"
        "    test \"$words\" = \"$argv\"\n"
        "end\n"
        "complete -c sentiment-cli -f\n",
        out);
    each_command(out, commands, print_fish_command);
    fputs(
        "complete -c sentiment-cli -n __sentiment_cli_after -a help -d "
        "'Explain a command'\n",
        out);
}

bool snt_completion_write(
    FILE *out, const char *shell, const snt_command *const *commands)
{
    if (!strcmp(shell, "bash"))
        write_bash(out, commands);
    else if (!strcmp(shell, "zsh"))
        write_zsh(out, commands);
    else if (!strcmp(shell, "fish"))
        write_fish(out, commands);
    else
        return false;
    return true;
}
