/*
 * main.c - sentiment-cli: a table of commands.
 *
 * Results go to standard output, everything else to standard error. Exit
 * status: 0 all well, 1 something failed, 2 wrong usage, 128 + n ended by
 * signal n.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "completion.h"
#include "help.h"
#include "manual.h"
#include "nearest.h"
#include "output.h"
#include "report.h"
#include "stop.h"

static const snt_command *const commands[] = {
    &snt_cmd_classify,
    &snt_cmd_serve,
    &snt_cmd_enrich,
    &snt_cmd_dlq,
    &snt_cmd_explain,
    &snt_cmd_eval,
    &snt_cmd_tokenize,
    &snt_cmd_info,
    &snt_cmd_bench,
    &snt_cmd_model,
    NULL,
};

/* "pull" of "model pull". */
static const char *last_word(const char *name)
{
    const char *space = strrchr(name, ' ');

    return space ? space + 1 : name;
}

static void refuse(
    const snt_command *const *table, const snt_command *above, const char *word)
{
    const char *name = above ? above->name : "";
    const char *colon = above ? ": " : "", *space = above ? " " : "";
    snt_nearest nearest = {0};

    if (*word == '-') {
        snt_report(
            "unknown option %s: options follow the command; see sentiment-cli "
            "--help",
            word);
        return;
    }
    for (; *table; table++) {
        const char *one = last_word((*table)->name);

        snt_nearest_offer(&nearest, word, one, strlen(one));
    }
    if (nearest.best)
        snt_report(
            "%s%sunknown command %s; did you mean %.*s?", name, colon, word,
            (int)nearest.best_len, nearest.best);
    else
        snt_report(
            "%s%sunknown command %s; see sentiment-cli %s%s--help", name, colon,
            word, name, space);
}

static const snt_command *find(
    const snt_command *const *table, const char *word)
{
    for (; *table; table++)
        if (!strcmp(last_word((*table)->name), word))
            return *table;
    return NULL;
}

/* The command that the arguments begin with, past whose words they are moved.
 * NULL, after saying so, when there is none of that name. */
static const snt_command *pick(int *argc, char ***argv)
{
    const snt_command *const *table = commands;
    const snt_command *above = NULL;

    while (table && *argc > 0 && (!above || ***argv != '-')) {
        const snt_command *found = find(table, **argv);

        if (!found) {
            refuse(table, above, **argv);
            return NULL;
        }
        above = found;
        table = found->subcommands;
        --*argc;
        ++*argv;
    }
    return above;
}

/* sentiment-cli help --completion SHELL */
static int completion(const char *shell)
{
    if (shell && snt_completion_write(stdout, shell, commands))
        return snt_output_finish_stdio();
    snt_report(
        "help: --completion %s is none of bash, zsh and fish",
        shell ? shell : "\"\"");
    return SNT_EXIT_USAGE;
}

/* Every command that runs: for scripts that look at all of them. */
static void list(const snt_command *const *table)
{
    for (; *table; table++)
        if ((*table)->subcommands)
            list((*table)->subcommands);
        else
            puts((*table)->name);
}

/* sentiment-cli help [--man] [COMMAND…] | --completion SHELL | --commands */
static int help(int argc, char **argv)
{
    bool is_manual = argc > 0 && !strcmp(argv[0], "--man");
    const snt_command *command = NULL;

    argc -= is_manual;
    argv += is_manual;
    if (argc > 0 && !strcmp(argv[0], "--completion"))
        return completion(argc > 1 ? argv[1] : NULL);
    if (argc > 0 && argv[0][0] != '-') {
        command = pick(&argc, &argv);
        if (!command)
            return SNT_EXIT_USAGE;
    }
    if (argc > 0 && !strcmp(argv[0], "--commands"))
        list(commands);
    else if (is_manual && command)
        snt_manual_command(stdout, command);
    else if (is_manual)
        snt_manual_overview(stdout, commands);
    else if (command)
        snt_help_command(stdout, command);
    else
        snt_help_overview(stdout, commands);
    return snt_output_finish_stdio();
}

static int run(const snt_command *command, int argc, char **argv)
{
    void *options = calloc(1, command->options_size + 1);
    snt_args args = {0};
    sentiment_error err;
    int code = SNT_EXIT_USAGE;

    if (!options) {
        snt_report("out of memory");
        return SNT_EXIT_FAILED;
    }
    if (command->usual)
        memcpy(options, command->usual, command->options_size);
    if (snt_args_parse(command, argc, argv, getenv, options, &args, &err)) {
        snt_report("%s: %s", command->name, err.message);
    } else if (args.help) {
        snt_help_command(stdout, command);
        code = snt_output_finish_stdio();
    } else if (command->subcommands) {
        snt_help_command(stderr, command);
    } else {
        snt_stop_install();
        code = command->run(options, &args);
    }
    snt_args_free(command, options, &args);
    free(options);
    return code;
}

/* A standard file that the caller closed would become the next one that is
 * opened here, a model or a socket. /dev/null takes its place, opened the wrong
 * way round: using it fails as using a closed one does. */
static void hold_standard_files(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            /* The lowest number that is free is fd. */
            (void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

/* A sanitizer speaks when a program ends as usual. gcc and clang each have
 * their own way of saying that there is one. */
#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) ||           \
    __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
enum { ENDS_AS_USUAL = 1 };
#else
enum { ENDS_AS_USUAL = 0 };
#endif

/* Ends the program without the destructors of libraries, which have nothing
 * that the kernel does not take back: libtorch's alone take 80 ms. */
static int leave(int code)
{
    if (ENDS_AS_USUAL)
        return code;
    fflush(NULL);
    _exit(code);
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : NULL;
    const snt_command *command;

    hold_standard_files();

    if (!name) {
        snt_help_overview(stderr, commands);
        return SNT_EXIT_USAGE;
    }
    if (!strcmp(name, "--version") || !strcmp(name, "-V")) {
        printf("sentiment-cli %s\n", sentiment_version());
        return snt_output_finish_stdio();
    }
    if (!strcmp(name, "--help") || !strcmp(name, "-h") || !strcmp(name, "help"))
        return help(argc - 2, argv + 2);
    argc--;
    argv++;
    command = pick(&argc, &argv);
    return command ? leave(run(command, argc, argv)) : SNT_EXIT_USAGE;
}
