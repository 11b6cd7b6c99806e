/* completion_fish.c - see completion.h: the script for fish. */
#include "shells.h"

static void print_fish_option(
    FILE *out, const snt_command *command, const snt_option *option)
{
    static const char *const actions[] = {
        " -x", " -x", " -r -F", " -x -a '(__fish_complete_directories)'"};
    snt_hint h = snt_shell_hint(option);

    fprintf(
        out, "complete -c sentiment-cli -n '__sentiment_cli_is %s' -l %s",
        command->name, option->name);
    if (option->letter)
        fprintf(out, " -s %c", option->letter);
    if (snt_shell_takes_value(option))
        fputs(actions[h], out);
    if (h == SNT_HINT_WORDS) {
        fputs(" -a '", out);
        snt_shell_words(out, option->value);
        fputc('\'', out);
    }
    fputs(" -d '", out);
    snt_shell_quoted(out, option->help, "\\");
    fputs("'\n", out);
}

static void print_fish_command(FILE *out, const snt_command *command)
{
    const char *word = snt_shell_last_word(command->name);

    fprintf(
        out, "complete -c sentiment-cli -n '__sentiment_cli_after %.*s' -a %s",
        (int)(word - command->name), command->name, word);
    fputs(" -d '", out);
    snt_shell_quoted(out, command->summary, "\\");
    fputs("'\n", out);
    if (snt_shell_takes_files(command))
        fprintf(
            out, "complete -c sentiment-cli -n '__sentiment_cli_is %s' -F\n",
            command->name);
    if (!command->subcommands)
        snt_shell_each_option(out, command, print_fish_option);
}

void snt_shell_fish(FILE *out, const snt_command *const *commands)
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
    snt_shell_each_command(out, commands, print_fish_command);
    fputs(
        "complete -c sentiment-cli -n __sentiment_cli_after -a help -d "
        "'Explain a command'\n",
        out);
}
