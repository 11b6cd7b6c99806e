/*
 * main.c - sentiment-cli: a table of commands.
 *
 * Results go to standard output, everything else to standard error. Exit
 * status: 0 all well, 1 something failed, 2 wrong usage, 128 + n ended by
 * signal n.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "help.h"
#include "nearest.h"
#include "output.h"
#include "report.h"
#include "stop.h"

static const snt_command *const commands[] = {
    &snt_cmd_classify,
    &snt_cmd_eval,
    &snt_cmd_tokenize,
    &snt_cmd_info,
};

enum { N_COMMANDS = sizeof(commands) / sizeof(*commands) };

static const snt_command *find(const char *name)
{
    for (size_t i = 0; i < N_COMMANDS; i++)
        if (!strcmp(commands[i]->name, name))
            return commands[i];
    return NULL;
}

static int refuse(const char *name)
{
    snt_nearest nearest = {0};

    for (size_t i = 0; i < N_COMMANDS; i++)
        snt_nearest_offer(
            &nearest, name, commands[i]->name, strlen(commands[i]->name));
    if (nearest.best)
        snt_report(
            "unknown command %s; did you mean %.*s?", name,
            (int)nearest.best_len, nearest.best);
    else
        snt_report("unknown command %s; see sentiment-cli --help", name);
    return SNT_EXIT_USAGE;
}

/* Help that could not be written is a failure like any other. */
static int finish_stdout(void)
{
    if (!fflush(stdout) && !ferror(stdout))
        return SNT_EXIT_OK;
    snt_report("standard output: cannot be written");
    return SNT_EXIT_FAILED;
}

/* sentiment-cli help [COMMAND | --man] */
static int help(int argc, char **argv)
{
    const snt_command *command = NULL;

    if (argc > 0 && !strcmp(argv[0], "--man")) {
        snt_help_manual(stdout, commands, N_COMMANDS);
        return finish_stdout();
    }
    if (argc > 0 && argv[0][0] != '-') {
        command = find(argv[0]);
        if (!command)
            return refuse(argv[0]);
    }
    if (command)
        snt_help_command(stdout, command);
    else
        snt_help_overview(stdout, commands, N_COMMANDS);
    return finish_stdout();
}

static int run(const snt_command *command, int argc, char **argv)
{
    void *options = calloc(1, command->options_size);
    snt_args args = {0};
    sentiment_error err;
    int code = SNT_EXIT_USAGE;

    if (!options) {
        snt_report("out of memory");
        return SNT_EXIT_FAILED;
    }
    if (snt_args_parse(command, argc, argv, getenv, options, &args, &err)) {
        snt_report("%s: %s", command->name, err.message);
    } else if (args.help) {
        snt_help_command(stdout, command);
        code = finish_stdout();
    } else {
        snt_stop_install();
        code = command->run(options, &args);
    }
    snt_args_free(command, options, &args);
    free(options);
    return code;
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : NULL;
    const snt_command *command;

    if (!name) {
        snt_help_overview(stderr, commands, N_COMMANDS);
        return SNT_EXIT_USAGE;
    }
    if (!strcmp(name, "--version") || !strcmp(name, "-V")) {
        printf("sentiment-cli %s\n", sentiment_version());
        return finish_stdout();
    }
    if (!strcmp(name, "--help") || !strcmp(name, "-h") || !strcmp(name, "help"))
        return help(argc - 2, argv + 2);
    command = find(name);
    return command ? run(command, argc - 2, argv + 2) : refuse(name);
}
