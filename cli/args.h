/*
 * args.h - a command and its options as data.
 *
 * One table for each set of options: it parses the command line, reads the
 * environment and the --config file, prints --help and suggests the nearest
 * name, so that none of them can disagree. Flags win over the environment,
 * which wins over the file.
 */
#ifndef SNT_ARGS_H
#define SNT_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sentiment/base.h"

/** What a command returns and the process exits with; 128 + n after signal n.
 */
enum { SNT_EXIT_OK = 0, SNT_EXIT_FAILED = 1, SNT_EXIT_USAGE = 2 };

/** The kind of an option says what its field is. */
typedef enum snt_arg_kind {
    SNT_ARG_FLAG,   /* bool; on the command line it takes no value */
    SNT_ARG_STRING, /* const char * */
    SNT_ARG_WORD,   /* const char *, one of the words in value */
    SNT_ARG_PORT,   /* const char *, a number up to 65535 */
    SNT_ARG_CHOICE, /* int: 1 for the first of the words, 0 when not set */
    SNT_ARG_COUNT,  /* uint32_t, 1 or more */
    SNT_ARG_WHOLE,  /* uint32_t */
    SNT_ARG_LIST,   /* snt_arg_list: may be given more than once */
    SNT_ARG_TEXTS   /* the same, and once given it takes every operand too; of
                       such options a command has one at most */
} snt_arg_kind;

typedef struct snt_arg_list {
    const char **items; /* [n] */
    size_t n;
} snt_arg_list;

typedef struct snt_option {
    const char *name; /* "input-format" */
    char letter;      /* 't' for -t, or 0 */
    snt_arg_kind kind;
    const char *value; /* how help calls it: "DIR"; words: "table|json" */
    const char *env;   /* environment variable, or two that mean the same,
                          "A,B"; NULL: none */
    size_t offset;     /* of its field in the struct that the group fills */
    const char *help;  /* NULL: works, but is not shown */
} snt_option;

/** Options that belong together and fill one struct. */
typedef struct snt_option_group {
    const char *title;         /* "Model" */
    const snt_option *options; /* [n] */
    size_t n;
} snt_option_group;

/** A group, and where in the command's options its struct begins. */
typedef struct snt_args_part {
    const snt_option_group *group;
    size_t base;
} snt_args_part;

typedef struct snt_args snt_args;

typedef struct snt_command snt_command;

struct snt_command {
    const char *name;           /* "classify"; a subcommand's: "model pull" */
    const char *summary;        /* one line, no final stop */
    const char *operands;       /* "[FILE…]", or "" when it takes none */
    const char *details;        /* paragraphs for --help, or NULL */
    const char *examples;       /* lines for --help */
    const snt_args_part *parts; /* [n_parts] */
    size_t n_parts;
    size_t options_size; /* of the struct that the parts fill */
    const void *usual;   /* what it holds to begin with; NULL: zeros */
    int (*run)(const void *options, const snt_args *args);
    /* A table of commands, ended by NULL, that this one is only the name of;
     * it then has neither run nor parts. NULL: it runs itself. */
    const snt_command *const *subcommands;
};

/** What the command line held besides the command's own options. */
struct snt_args {
    snt_arg_list operands;
    bool help;
    const char *config; /* path of the --config file, or NULL */
    char *config_text;  /* that file; options point into it */
};

/** Looks up an environment variable, as getenv does. */
typedef char *(*snt_env_fn)(const char *name);

/**
 * Fills options, zeroed by the caller, and args from argv[0 .. argc - 1],
 * which begins after the command's name. Fails with EINVAL and a line that
 * names the option, and the nearest one when it is unknown; stops early with
 * args->help set when help is asked for. Call snt_args_free either way.
 */
sentiment_status snt_args_parse(
    const snt_command *command, int argc, char **argv, snt_env_fn env,
    void *options, snt_args *args, sentiment_error *err);

void snt_args_free(const snt_command *command, void *options, snt_args *args);

/** --help and --config, which every command has. */
extern const snt_option_group snt_args_general;

#endif
