/* test_args.c - option tables: command line, environment, --config, hints. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "locate.h"
#include "nearest.h"
#include "suites.h"

typedef struct inner {
    const char *mode;
    int format;
} inner;

typedef struct options {
    bool loud;
    uint32_t port;
    snt_arg_list texts, said;
    inner inner;
} options;

static const snt_option table[] = {
    {"loud", 'l', SNT_ARG_FLAG, NULL, "LOUD", offsetof(options, loud), "x"},
    {"port", 'p', SNT_ARG_COUNT, "N", "PORT", offsetof(options, port), "x"},
    {"text", 't', SNT_ARG_LIST, "TEXT", NULL, offsetof(options, texts), "x"},
    {"say", 's', SNT_ARG_TEXTS, "TEXT", NULL, offsetof(options, said), "x"},
};

static const snt_option more[] = {
    {"mode", 0, SNT_ARG_WORD, "http|redpanda|both", "DEMO_MODE,MODE",
     offsetof(inner, mode), "x"},
    {"format", 0, SNT_ARG_CHOICE, "table|ndjson|json", NULL,
     offsetof(inner, format), "x"},
    {"secret", 0, SNT_ARG_FLAG, NULL, NULL, offsetof(inner, format), NULL},
};

static const snt_option_group groups[] = {{"A", table, 4}, {"B", more, 3}};
static const snt_args_part parts[] = {
    {&groups[0], 0}, {&groups[1], offsetof(options, inner)}};
static const snt_command command = {
    .name = "test",
    .operands = "[FILE…]",
    .parts = parts,
    .n_parts = 2,
    .options_size = sizeof(options)};

static const char *const *variables; /* name, value, …, NULL */

static char *env(const char *name)
{
    static char values[8][256];

    for (size_t i = 0; variables && variables[i]; i += 2)
        if (!strcmp(variables[i], name)) {
            snprintf(values[i], sizeof(*values), "%s", variables[i + 1]);
            return values[i];
        }
    return NULL;
}

static options opts;
static snt_args args;
static sentiment_error err;

/* Splits line at spaces and parses it. */
static sentiment_status parse(const char *line)
{
    static char copy[512];
    char *argv[32], *word;
    int argc = 0;

    snt_args_free(&command, &opts, &args);
    opts = (options){0};
    args = (snt_args){0};
    snprintf(copy, sizeof(copy), "%s", line);
    for (word = strtok(copy, " "); word; word = strtok(NULL, " "))
        argv[argc++] = word;
    return snt_args_parse(&command, argc, argv, env, &opts, &args, &err);
}

static void cleanup(void)
{
    snt_args_free(&command, &opts, &args);
}

START_TEST(reads_every_kind_of_option)
{
    ck_assert_sentiment_ok(
        parse("-l --port=80 -t a --text b -tc --mode both --format json x - y"),
        err);
    ck_assert(opts.loud);
    ck_assert_uint_eq(opts.port, 80);
    ck_assert_uint_eq(opts.texts.n, 3);
    ck_assert_str_eq(opts.texts.items[2], "c");
    ck_assert_str_eq(opts.inner.mode, "both");
    ck_assert_int_eq(opts.inner.format, 3);
    ck_assert_uint_eq(args.operands.n, 3);
    ck_assert_str_eq(args.operands.items[1], "-");
}
END_TEST

START_TEST(gives_every_operand_to_texts_in_their_order)
{
    ck_assert_sentiment_ok(parse("a -s b c -l -sd -t e -- -f"), err);
    ck_assert_uint_eq(args.operands.n, 0);
    ck_assert_uint_eq(opts.said.n, 5);
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(*opts.said.items[i], (int)('a' + i));
    ck_assert_str_eq(opts.said.items[4], "-f");
    ck_assert_uint_eq(opts.texts.n, 1);
}
END_TEST

START_TEST(takes_letters_that_stand_together)
{
    ck_assert_sentiment_ok(parse("-lt a -lp80 -ltb"), err);
    ck_assert(opts.loud);
    ck_assert_uint_eq(opts.port, 80);
    ck_assert_uint_eq(opts.texts.n, 2);
    ck_assert_str_eq(opts.texts.items[0], "a");
    ck_assert_str_eq(opts.texts.items[1], "b");
}
END_TEST

START_TEST(takes_anything_after_two_dashes_as_it_is)
{
    ck_assert_sentiment_ok(parse("-- --port -l"), err);
    ck_assert_uint_eq(args.operands.n, 2);
    ck_assert(!opts.loud);
}
END_TEST

START_TEST(stops_early_when_help_is_asked_for)
{
    ck_assert_sentiment_ok(parse("--format json --help"), err);
    ck_assert(args.help);
    ck_assert_sentiment_ok(parse("-h"), err);
    ck_assert(args.help);
}
END_TEST

static const struct {
    const char *line, *message;
} mistakes[] = {
    {"--prot 80", "unknown option --prot; did you mean --port?"},
    {"--xyzzy", "unknown option --xyzzy"},
    {"--secert", "unknown option --secert"}, /* hidden ones are not named */
    {"-q", "unknown option -q"},
    {"--port", "--port needs a value: N"},
    {"--loud=yes", "--loud takes no value"},
    {"--port 80x", "--port: \"80x\" is not a whole number"},
    {"--port -1", "--port: \"-1\" is not a whole number"},
    {"--port 4294967296", "--port: expected 4294967295 or less"},
    {"--port 99999999999999999999", "--port: expected 4294967295 or less"},
    {"--mode htpt", "\"htpt\" is not one of http|redpanda|both; did you mean "
                    "http?"},
    {"--mode both|http", "not one of"},
    {"--format=", "--format: \"\" is not one of table|ndjson|json"},
    {"--config /nonexistent/f", "/nonexistent/f: No such file"},
};

START_TEST(names_what_is_wrong)
{
    ck_assert_int_ne(parse(mistakes[_i].line), SENTIMENT_OK);
    ck_assert_msg(
        strstr(err.message, mistakes[_i].message) != NULL, "%s: %s",
        mistakes[_i].line, err.message);
}
END_TEST

/* Writes a config file; its path. */
static const char *config(const char *text)
{
    static char path[] = "/tmp/snt_args_XXXXXX";
    int fd;

    memcpy(path + sizeof(path) - 7, "XXXXXX", 6);
    fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    return path;
}

START_TEST(flags_win_over_environment_over_file)
{
    static const char *const set[] = {"PORT", "2", "LOUD", "", NULL};
    char line[128];
    const char *path =
        config("# a comment\n\n port = 1 \r\nformat=ndjson\nloud = yes\n"
               "mode= http\ntext = with = sign\n");

    snprintf(line, sizeof(line), "--config %s --format json", path);
    ck_assert_sentiment_ok(parse(line), err);
    ck_assert_uint_eq(opts.port, 1);
    ck_assert(opts.loud);
    ck_assert_str_eq(opts.inner.mode, "http");
    ck_assert_str_eq(opts.texts.items[0], "with = sign");
    ck_assert_int_eq(opts.inner.format, 3);
    variables = set;
    ck_assert_sentiment_ok(parse(line), err);
    ck_assert_uint_eq(opts.port, 2);
    ck_assert(opts.loud); /* an empty variable is not set */
    snprintf(line, sizeof(line), "--port 3 --config %s", path);
    ck_assert_sentiment_ok(parse(line), err);
    ck_assert_uint_eq(opts.port, 3);
    unlink(path);
}
END_TEST

static const struct {
    const char *text, *message;
} bad_files[] = {
    {"port = 1\nprot = 2\n", ":2: unknown option prot; did you mean port?"},
    {"port\n", ":1: not `name = value`"},
    {"\n = 80\n", ":2: not `name = value`"},
    {"port = many", ":1: \"many\" is not a whole number"},
    {"\nhelp = true", ":2: help cannot stand in a file"},
    {"config = x", ":1: config cannot stand in a file"},
    {"loud = maybe", ":1: \"maybe\" is neither true nor false"},
};

START_TEST(names_the_line_of_a_bad_file)
{
    char line[128];
    const char *path = config(bad_files[_i].text);

    snprintf(line, sizeof(line), "--config %s", path);
    ck_assert_int_ne(parse(line), SENTIMENT_OK);
    ck_assert_msg(
        strstr(err.message, bad_files[_i].message) != NULL, "%s", err.message);
    unlink(path);
}
END_TEST

START_TEST(refuses_two_variables_that_disagree)
{
    static const char *const same[] = {
        "DEMO_MODE", "both", "MODE", "both", NULL};
    static const char *const other[] = {
        "DEMO_MODE", "both", "MODE", "http", NULL};
    static const char *const second[] = {"MODE", "http", NULL};

    variables = same;
    ck_assert_sentiment_ok(parse(""), err);
    ck_assert_str_eq(opts.inner.mode, "both");
    variables = second;
    ck_assert_sentiment_ok(parse(""), err);
    ck_assert_str_eq(opts.inner.mode, "http");
    variables = other;
    ck_assert_sentiment_fails(
        parse("--mode both"), SENTIMENT_EINVAL,
        "DEMO_MODE is \"both\" and MODE is \"http\"", err);
}
END_TEST

START_TEST(refuses_operands_where_there_are_none)
{
    snt_command none = command;
    char *argv[] = {(char[]){"x"}};

    none.operands = "";
    opts = (options){0};
    args = (snt_args){0};
    ck_assert_int_ne(
        snt_args_parse(&none, 1, argv, env, &opts, &args, &err), SENTIMENT_OK);
    ck_assert_str_eq(err.message, "\"x\" is one argument too many");
}
END_TEST

START_TEST(finds_the_name_that_was_meant)
{
    static const char *const names[] = {"classify", "eval", "tokenize", "info"};
    static const struct {
        const char *typed, *meant;
    } cases[] = {
        {"clasify", "classify"},
        {"calssify", "classify"},
        {"tokenise", "tokenize"},
        {"eavl", "eval"},
        {"inf", "info"},
        {"xyz", NULL},
        {"", NULL},
        {"serve", NULL}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        snt_nearest nearest = {0};

        for (size_t k = 0; k < 4; k++)
            snt_nearest_offer(
                &nearest, cases[i].typed, names[k], strlen(names[k]));
        ck_assert_pstr_eq(nearest.best, cases[i].meant);
    }
}
END_TEST

/* A hub cache with one model in it. */
START_TEST(looks_up_a_model_in_the_hubs_cache)
{
    char root[] = "/tmp/snt_hub_XXXXXX", line[512], dir[SNT_PATH];
    const char *set[] = {"HF_HUB_CACHE", root, NULL};

    ck_assert_ptr_nonnull(mkdtemp(root));
    snprintf(
        line, sizeof(line),
        "cd %s && mkdir -p models--a--b/refs models--a--b/snapshots/c0ffee && "
        "printf c0ffee > models--a--b/refs/main",
        root);
    ck_assert_int_eq(system(line), 0);
    variables = set;
    ck_assert_sentiment_ok(snt_locate_model(dir, "a/b", env, &err), err);
    snprintf(line, sizeof(line), "%s/models--a--b/snapshots/c0ffee", root);
    ck_assert_str_eq(dir, line);
    ck_assert_sentiment_ok(snt_locate_model(dir, "a/b@c0ffee", env, &err), err);
    ck_assert_str_eq(dir, line);
    ck_assert_sentiment_ok(snt_locate_model(dir, root, env, &err), err);
    ck_assert_str_eq(dir, root);
    ck_assert_sentiment_fails(
        snt_locate_model(dir, "a/c", env, &err), SENTIMENT_EIO,
        "a/c: no such directory, and not in the cache", err);
    ck_assert_sentiment_fails(
        snt_locate_model(dir, "nowhere", env, &err), SENTIMENT_EIO,
        "nowhere: no such directory", err);
    snprintf(line, sizeof(line), "rm -r %s", root);
    ck_assert_int_eq(system(line), 0);
}
END_TEST

Suite *args_suite(void)
{
    Suite *suite = suite_create("args");
    TCase *line = tcase_create("command line");
    TCase *around = tcase_create("environment and files");

    tcase_add_checked_fixture(line, NULL, cleanup);
    tcase_add_test(line, reads_every_kind_of_option);
    tcase_add_test(line, gives_every_operand_to_texts_in_their_order);
    tcase_add_test(line, takes_letters_that_stand_together);
    tcase_add_test(line, takes_anything_after_two_dashes_as_it_is);
    tcase_add_test(line, stops_early_when_help_is_asked_for);
    tcase_add_loop_test(
        line, names_what_is_wrong, 0,
        (int)(sizeof(mistakes) / sizeof(*mistakes)));
    tcase_add_test(line, refuses_operands_where_there_are_none);
    tcase_add_test(line, finds_the_name_that_was_meant);
    suite_add_tcase(suite, line);
    tcase_add_checked_fixture(around, NULL, cleanup);
    tcase_add_test(around, flags_win_over_environment_over_file);
    tcase_add_loop_test(
        around, names_the_line_of_a_bad_file, 0,
        (int)(sizeof(bad_files) / sizeof(*bad_files)));
    tcase_add_test(around, refuses_two_variables_that_disagree);
    tcase_add_test(around, looks_up_a_model_in_the_hubs_cache);
    suite_add_tcase(suite, around);
    return suite;
}
