/* completion_zsh.c - see completion.h: the script for zsh. */
#include "shells.h"

static void print_zsh_option(
    FILE *out, const snt_command *command, const snt_option *option)
{
    static const char *const actions[] = {" ", "", "_files", "_files -/"};
    snt_hint h = snt_shell_hint(option);
    bool many = option->kind == SNT_ARG_LIST || option->kind == SNT_ARG_TEXTS;
    const char *glue = snt_shell_takes_value(option) ? "=" : "";

    (void)command;
    if (option->letter)
        fprintf(
            out, " \\\n            %s{-%c,--%s%s}'[", many ? "'*'" : "",
            option->letter, option->name, glue);
    else
        fprintf(
            out, " \\\n            '%s--%s%s[", many ? "*" : "", option->name,
            glue);
    snt_shell_quoted(out, option->help, "[]:\\");
    fputc(']', out);
    if (h == SNT_HINT_WORDS) {
        fputs(":value:(", out);
        snt_shell_words(out, option->value);
        fputc(')', out);
    } else if (snt_shell_takes_value(option)) {
        fprintf(out, ":value:%s", actions[h]);
    }
    fputc('\'', out);
}

static void print_zsh_names(FILE *out, const snt_command *const *table)
{
    fputs("commands=(", out);
    for (; *table; table++) {
        fprintf(out, "\n        '%s:", snt_shell_last_word((*table)->name));
        snt_shell_quoted(out, (*table)->summary, ":\\");
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
    snt_shell_each_option(out, command, print_zsh_option);
    fputs(
        snt_shell_takes_files(command) ? " \\\n            '*:file:_files'"
                                       : "",
        out);
    fputs("\n        ;;\n", out);
}

void snt_shell_zsh(FILE *out, const snt_command *const *commands)
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
    snt_shell_each_command(out, commands, print_zsh_group);
    fputs("    case $name in\n    help) _describe command commands ;;\n", out);
    snt_shell_each_command(out, commands, print_zsh_command);
    fputs("    esac\n}\n_sentiment-cli \"$@\"\n", out);
}
