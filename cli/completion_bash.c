/* completion_bash.c - see completion.h: the script for bash. */
#include "shells.h"

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
    snt_hint h = snt_shell_hint(option);

    (void)command;
    if (!snt_shell_takes_value(option))
        return;
    fputs("        ", out);
    if (option->letter)
        fprintf(out, "-%c | ", option->letter);
    fprintf(out, "--%s)%s", option->name, actions[h]);
    if (h == SNT_HINT_WORDS) {
        fputs(" _sentiment_cli_w '", out);
        snt_shell_words(out, option->value);
        fputs("';", out);
    }
    fputs(" return ;;\n", out);
}

static void print_bash_command(FILE *out, const snt_command *command)
{
    fprintf(out, "    '%s')\n", command->name);
    if (command->subcommands) {
        fputs("        options='--help' words='", out);
        snt_shell_names(out, command->subcommands);
        fputs("'\n        ;;\n", out);
        return;
    }
    fputs("        case $before in\n", out);
    snt_shell_each_option(out, command, print_bash_value);
    fputs("        esac\n        options='", out);
    snt_shell_each_option(out, command, print_bash_name);
    fprintf(
        out, "' files=%s\n        ;;\n",
        snt_shell_takes_files(command) ? "yes" : "");
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

void snt_shell_bash(FILE *out, const snt_command *const *commands)
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
    snt_shell_names(out, commands);
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
    snt_shell_each_command(out, commands, print_bash_group);
    fputs(
        "    case $command in\n"
        "    help)\n"
        "        words=$commands options='--man --completion'\n"
        "        if [[ $before == --completion ]]; then words='bash zsh fish'; "
        "fi\n"
        "        ;;\n",
        out);
    snt_shell_each_command(out, commands, print_bash_command);
    fputs(
        "    esac\n"
        "    if [[ $word == -* ]]; then _sentiment_cli_w \"$options\"\n"
        "    elif [[ $words ]]; then _sentiment_cli_w \"$words\"\n"
        "    elif [[ $files ]]; then _sentiment_cli_f; fi\n"
        "}\n"
        "complete -F _sentiment_cli sentiment-cli\n",
        out);
}
