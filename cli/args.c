/*
 * args.c - see args.h.
 *
 * The command line is walked twice: first for --help and --config alone, then,
 * after the file and the environment have been applied, for the rest.
 */
#include "args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "file.h"
#include "nearest.h"
#include "value.h"

static const snt_option general[] = {
    {"config", 0, SNT_ARG_STRING, "FILE", NULL, offsetof(snt_args, config),
     "read options from FILE: lines of `name = value` with the long names"},
    {"help", 'h', SNT_ARG_FLAG, NULL, NULL, offsetof(snt_args, help),
     "print this help"},
};

const snt_option_group snt_args_general = {
    "General", general, sizeof(general) / sizeof(*general)};

/* The parse in hand. */
typedef struct parse {
    const snt_command *command;
    char *options; /* the command's struct */
    snt_args *args;
    sentiment_error *err;
} parse;

/* An option and the field that it sets. */
typedef struct place {
    const snt_option *option; /* NULL: there is no such option */
    char *field;
    bool is_general;
} place;

/* Group i of the command's, or the general one after them. */
static const snt_option_group *group_at(const parse *p, size_t i)
{
    return i < p->command->n_parts ? p->command->parts[i].group
                                   : &snt_args_general;
}

static bool is_called(
    const snt_option *option, const char *name, size_t len, char letter)
{
    if (letter)
        return option->letter == letter;
    return strlen(option->name) == len && !memcmp(option->name, name, len);
}

/* By letter when it is not 0, else by name. */
static place find(const parse *p, const char *name, size_t len, char letter)
{
    for (size_t g = 0; g <= p->command->n_parts; g++) {
        const snt_option_group *group = group_at(p, g);
        bool is_general = g == p->command->n_parts;
        char *base = is_general ? (char *)p->args
                                : p->options + p->command->parts[g].base;

        for (size_t i = 0; i < group->n; i++) {
            const snt_option *option = &group->options[i];

            if (is_called(option, name, len, letter))
                return (place){option, base + option->offset, is_general};
        }
    }
    return (place){0};
}

static sentiment_status unknown(
    const parse *p, const char *typed, const char *dashes)
{
    snt_nearest nearest = {0};

    for (size_t g = 0; g <= p->command->n_parts; g++) {
        const snt_option_group *group = group_at(p, g);

        for (size_t i = 0; i < group->n; i++)
            if (group->options[i].help)
                snt_nearest_offer(
                    &nearest, typed, group->options[i].name,
                    strlen(group->options[i].name));
    }
    if (!nearest.best)
        return snt_fail(
            p->err, SENTIMENT_EINVAL, "unknown option %s%s", dashes, typed);
    return snt_fail(
        p->err, SENTIMENT_EINVAL, "unknown option %s%s; did you mean %s%.*s?",
        dashes, typed, dashes, (int)nearest.best_len, nearest.best);
}

/* The list that takes operands; NULL: the command has none. */
static snt_arg_list *texts_of(const parse *p)
{
    for (size_t g = 0; g < p->command->n_parts; g++) {
        const snt_args_part *part = &p->command->parts[g];

        for (size_t i = 0; i < part->group->n; i++)
            if (part->group->options[i].kind == SNT_ARG_TEXTS)
                return (snt_arg_list *)(void *)(p->options + part->base +
                                                part->group->options[i].offset);
    }
    return NULL;
}

static sentiment_status add_operand(const parse *p, const char *operand)
{
    snt_arg_list *texts = texts_of(p);
    bool is_text = texts && texts->n;

    return snt_value_append(
        is_text ? texts : &p->args->operands, operand, p->err);
}

/* Moves the operands so far into the list, so that they stay in order. */
static sentiment_status take_operands(const parse *p, snt_arg_list *texts)
{
    snt_arg_list *operands = &p->args->operands;
    sentiment_status status = SENTIMENT_OK;

    for (size_t i = 0; i < operands->n && status == SENTIMENT_OK; i++)
        status = snt_value_append(texts, operands->items[i], p->err);
    operands->n = 0;
    return status;
}

static sentiment_status set(
    const parse *p, place at, const char *value, const char *origin)
{
    if (at.option->kind == SNT_ARG_TEXTS &&
        take_operands(p, (snt_arg_list *)(void *)at.field) != SENTIMENT_OK)
        return p->err->status;
    return snt_value_set(at.option, at.field, value, origin, p->err);
}

/* One argument that begins with "-"; *taken is 1 when it used the next one.
 * Letters without values may stand together: -st TEXT. */
static sentiment_status read_option(
    const parse *p, char *arg, char *next, bool only_general, int *taken)
{
    bool is_long = arg[1] == '-';
    char *name = arg + (is_long ? 2 : 1);
    const char *value = NULL;
    size_t len = is_long ? strcspn(name, "=") : 1;
    place at = find(p, name, len, is_long ? 0 : *name);
    char origin[64];

    *taken = 0;
    snprintf(
        origin, sizeof(origin), "%s%.*s", is_long ? "--" : "-", (int)len, name);
    if (!at.option) {
        name = is_long ? strndup(name, len) : name;
        if (name)
            unknown(p, name, is_long ? "--" : "-");
        if (is_long)
            free(name);
        return SENTIMENT_EINVAL;
    }
    if (name[len])
        value = name + len + is_long;
    if (at.option->kind == SNT_ARG_FLAG) {
        bool more = !is_long && value && *value != '=' && *value != '-';

        if (more && at.is_general == only_general &&
            set(p, at, "true", origin) != SENTIMENT_OK)
            return p->err->status;
        if (more) /* the first byte counts for nothing, as "-" does not */
            return read_option(p, arg + 1, next, only_general, taken);
        if (value)
            return snt_fail(
                p->err, SENTIMENT_EINVAL, "%s takes no value", origin);
        value = "true";
    } else if (!value) {
        *taken = 1;
        value = next;
    }
    if (!value)
        return snt_fail(
            p->err, SENTIMENT_EINVAL, "%s needs a value: %s", origin,
            at.option->value);
    if (at.is_general != only_general)
        return SENTIMENT_OK;
    return set(p, at, value, origin);
}

static sentiment_status walk(
    const parse *p, int argc, char **argv, bool only_general)
{
    sentiment_status status = SENTIMENT_OK;
    bool options_ended = false;
    int taken;

    for (int i = 0; i < argc && status == SENTIMENT_OK; i++) {
        bool is_option =
            !options_ended && argv[i][0] == '-' && argv[i][1] != '\0';

        if (is_option && !strcmp(argv[i], "--")) {
            options_ended = true;
        } else if (is_option) {
            char *next = i + 1 < argc ? argv[i + 1] : NULL;

            status = read_option(p, argv[i], next, only_general, &taken);
            i += taken;
        } else if (!only_general) {
            status = add_operand(p, argv[i]);
        }
    }
    return status;
}

/* One or two variables; two that are both set must agree. */
static sentiment_status read_variables(const parse *p, place at, snt_env_fn env)
{
    char first[64];
    const char *second = strchr(at.option->env, ',');
    const char *value, *other;

    snprintf(
        first, sizeof(first), "%.*s", (int)strcspn(at.option->env, ","),
        at.option->env);
    value = env(first);
    other = second ? env(second + 1) : NULL;
    if (value && !*value)
        value = NULL;
    if (other && *other) {
        if (value && strcmp(value, other))
            return snt_fail(
                p->err, SENTIMENT_EINVAL,
                "%s is \"%s\" and %s is \"%s\": they "
                "mean the same, set one",
                first, value, second + 1, other);
        return set(p, at, other, second + 1);
    }
    return value ? set(p, at, value, first) : SENTIMENT_OK;
}

static sentiment_status read_environment(const parse *p, snt_env_fn env)
{
    for (size_t g = 0; g < p->command->n_parts; g++) {
        const snt_args_part *part = &p->command->parts[g];

        for (size_t i = 0; i < part->group->n; i++) {
            const snt_option *option = &part->group->options[i];
            char *field = p->options + part->base + option->offset;

            if (option->env &&
                read_variables(p, (place){option, field, false}, env) !=
                    SENTIMENT_OK)
                return SENTIMENT_EINVAL;
        }
    }
    return SENTIMENT_OK;
}

/* Cuts white space off both ends of [begin, end). */
static char *trim(char *begin, char *end)
{
    while (begin < end && strchr(" \t\r", *begin))
        begin++;
    while (end > begin && strchr(" \t\r", end[-1]))
        end--;
    *end = '\0';
    return begin;
}

static sentiment_status read_config_line(
    const parse *p, char *line, const char *origin)
{
    char *end = line + strlen(line), *equals = strchr(line, '=');
    char *name = trim(line, equals ? equals : end);
    place at;

    if ((!*name && !equals) || *name == '#')
        return SENTIMENT_OK;
    if (!*name || !equals)
        return snt_fail(
            p->err, SENTIMENT_EINVAL, "%s: not `name = value`", origin);
    at = find(p, name, strlen(name), 0);
    if (!at.option)
        return snt_fail_within(p->err, unknown(p, name, ""), origin);
    if (at.is_general)
        return snt_fail(
            p->err, SENTIMENT_EINVAL, "%s: %s cannot stand in a file", origin,
            name);
    return set(p, at, trim(equals + 1, end), origin);
}

static sentiment_status read_config(const parse *p)
{
    sentiment_status status;
    snt_file file = {0};
    char *line, *end;
    char origin[256];
    int number = 0;

    status = snt_file_open(&file, p->args->config, p->err);
    if (status != SENTIMENT_OK)
        return status;
    line = p->args->config_text = strndup((const char *)file.bytes, file.len);
    snt_file_close(&file);
    if (!line)
        return snt_fail_memory(p->err);
    while (status == SENTIMENT_OK && line) {
        end = strchr(line, '\n');
        if (end)
            *end++ = '\0';
        snprintf(
            origin, sizeof(origin), "%.200s:%d", p->args->config, ++number);
        status = read_config_line(p, line, origin);
        line = end;
    }
    return status;
}

sentiment_status snt_args_parse(
    const snt_command *command, int argc, char **argv, snt_env_fn env,
    void *options, snt_args *args, sentiment_error *err)
{
    const parse p = {command, options, args, err};
    sentiment_status status = walk(&p, argc, argv, true);

    if (status != SENTIMENT_OK || args->help)
        return status;
    if (args->config)
        status = read_config(&p);
    if (status == SENTIMENT_OK)
        status = read_environment(&p, env);
    if (status == SENTIMENT_OK)
        status = walk(&p, argc, argv, false);
    if (status == SENTIMENT_OK && args->operands.n && !*command->operands)
        return snt_fail(
            err, SENTIMENT_EINVAL, "\"%s\" is one argument too many",
            args->operands.items[0]);
    return status;
}

void snt_args_free(const snt_command *command, void *options, snt_args *args)
{
    for (size_t g = 0; g < command->n_parts; g++) {
        const snt_args_part *part = &command->parts[g];

        for (size_t i = 0; i < part->group->n; i++) {
            const snt_option *option = &part->group->options[i];
            char *field = (char *)options + part->base + option->offset;

            if (option->kind == SNT_ARG_LIST || option->kind == SNT_ARG_TEXTS)
                free(((snt_arg_list *)(void *)field)->items);
        }
    }
    free(args->operands.items);
    free(args->config_text);
}
