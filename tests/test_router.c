/* test_router.c - rules as they are written, and where they lead. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sentiment/router.h"
#include "suites.h"

enum { UNKNOWN = -1, NEGATIVE, NEUTRAL, POSITIVE, N_LABELS };

static const char *const labels[N_LABELS] = {"negative", "neutral", "positive"};

static sentiment_router *open_router(const char *rules)
{
    sentiment_error err;
    sentiment_router *router;

    ck_assert_sentiment_ok(
        sentiment_router_open(&router, rules, "news", labels, N_LABELS, &err),
        err);
    return router;
}

static const char *route(const sentiment_router *router, int label, float score)
{
    size_t i = sentiment_router_route(router, label, score);

    ck_assert_uint_lt(i, sentiment_router_n_destinations(router));
    return sentiment_router_destination(router, i);
}

static const struct {
    const char *rules;
    int label;
    float score;
    const char *destination;
} routes[] = {
    {NULL, NEGATIVE, 0.5f, "negative-news"},
    {"", NEUTRAL, 0.5f, "neutral-news"},
    {" ;\n\r\n; ", POSITIVE, 0, "positive-news"},
    {NULL, UNKNOWN, 0, "unknown-news"},
    {NULL, N_LABELS, 0.5f, "unknown-news"},
    {NULL, POSITIVE, NAN, "positive-news"},
    {NULL, POSITIVE, 2, "positive-news"},
    {"negative score>=0.9 -> alerts-{topic}", NEGATIVE, 0.95f, "alerts-news"},
    {"negative score>=0.9 -> alerts-{topic}", NEGATIVE, 0.8f, "negative-news"},
    {"negative score>=0.9 -> alerts-{topic}", POSITIVE, 0.95f, "positive-news"},
    /* 0.9f is 0.89999998 when it is printed. */
    {"negative score>=0.9 -> a", NEGATIVE, 0.9f, "negative-news"},
    {"negative score>=0.5 -> a", NEGATIVE, 0.5f, "a"},
    {"negative score>0.5 -> a", NEGATIVE, 0.5f, "negative-news"},
    {"negative score<=0.5 -> a", NEGATIVE, 0.5f, "a"},
    {"negative score<0.5 -> a", NEGATIVE, 0.5f, "negative-news"},
    {"negative score<0.5->a", NEGATIVE, 0.25f, "a"},
    {"negative->a", NEGATIVE, 0.25f, "a"},
    {"\"negative\"->a", NEGATIVE, 0.25f, "a"},
    {"score > .25 score <= 0.75 -> mid", NEUTRAL, 0.5f, "mid"},
    {"score > .25 score <= 0.75 -> mid", NEUTRAL, 0.25f, "neutral-news"},
    {"score > .25 score <= 0.75 -> mid", NEUTRAL, 0.8f, "neutral-news"},
    {"* score<0.5 -> low; neutral -> {topic}.{label}", NEUTRAL, 0.4f, "low"},
    {"* score<0.5 -> low; neutral -> {topic}.{label}", NEUTRAL, 0.6f,
     "news.neutral"},
    {"-> all\nunknown -> dead", POSITIVE, 0.6f, "all"},
    {"-> all\nunknown -> dead", UNKNOWN, 0, "dead"},
    {"* -> all", UNKNOWN, 0, "unknown-news"},
    {"unknown -> {label}_{topic}", UNKNOWN, NAN, "unknown_news"},
    {"negative score>=1 -> sure", NEGATIVE, 1, "sure"},
    {"negative score<=0 -> never", NEGATIVE, 0, "never"},
};

START_TEST(leads_a_text_where_the_first_rule_says)
{
    sentiment_router *router = open_router(routes[_i].rules);

    ck_assert_str_eq(
        route(router, routes[_i].label, routes[_i].score),
        routes[_i].destination);
    sentiment_router_close(router);
    sentiment_router_close(NULL);
}
END_TEST

static const struct {
    const char *rules;
    const char *all; /* destinations, separated by blanks */
} lists[] = {
    {NULL, "negative-news neutral-news positive-news unknown-news"},
    {"negative score>=0.9 -> alerts-{topic}",
     "alerts-news negative-news neutral-news positive-news unknown-news"},
    {"* -> all; unknown -> all", "all"},
    {"* score>=0.5 -> sure; * score<0.5 -> unsure; unknown -> dead",
     "sure unsure dead"},
    {"neutral score>0.9 -> a; neutral score<=0.9 score>0.2 -> b; * -> c",
     "a b c unknown-news"},
    {"negative -> x; * -> x; unknown -> {label}", "x unknown"},
};

START_TEST(lists_what_can_be_reached_and_nothing_else)
{
    sentiment_router *router = open_router(lists[_i].rules);
    char all[256] = "";
    size_t n = sentiment_router_n_destinations(router);

    for (size_t i = 0; i < n; i++) {
        strcat(all, i ? " " : "");
        strcat(all, sentiment_router_destination(router, i));
    }
    ck_assert_str_eq(all, lists[_i].all);
    ck_assert_ptr_null(sentiment_router_destination(router, n));
    sentiment_router_close(router);
}
END_TEST

static const struct {
    const char *rules;
    const char *message;
} mistakes[] = {
    {"negativ -> x", "rule 1, column 1: no label \"negativ\"; there are "
                     "negative, neutral, positive"},
    {"neutral -> x; \"1 star\" -> y", "rule 2, column 2: no label \"1 star\""},
    {"neutral -> x\n\n  \"open -> y", "rule 2, column 1: a quote is not"},
    {"neutral", "rule 1, column 8: a bound such as score>=0.9 or -> is"},
    {"neutral; positive -> x", "rule 1, column 8: a bound"},
    {"neutral positive -> x", "rule 1, column 9: a bound"},
    {"neutral score -> x", "rule 1, column 9: a bound"},
    {"neutral score=0.9 -> x", "rule 1, column 9: a bound"},
    {"neutral score>= -> x", "rule 1, column 17: a number from 0 to 1"},
    {"neutral score>=90 -> x", "rule 1, column 16: a number from 0 to 1"},
    {"neutral score>=-1 -> x", "rule 1, column 16: a number from 0 to 1"},
    {"neutral score>=. -> x", "rule 1, column 16: a number from 0 to 1"},
    {"neutral score>=0.1234567890123456 -> x", "rule 1, column 16: a number"},
    {"neutral score>0.9x -> x", "rule 1, column 18: a bound"},
    {"neutral score>=0.9 score<0.9 -> x", "rule 1, column 25: there is no"},
    {"neutral score<=0.5 -> a; neutral score>=0.5 score<=0.5 -> b",
     "rule 2, column 1: no text comes here"},
    {"neutral score>1 -> x", "rule 1, column 14: there is no such score"},
    {"neutral ->", "rule 1, column 11: a destination is expected"},
    {"neutral -> ; positive -> x", "rule 1, column 12: a destination"},
    {"neutral -> x y", "rule 1, column 14: the end of the rule is expected"},
    {"neutral -> x-{text}", "rule 1, column 14: {text} is neither {label} nor"},
    {"neutral -> x-{label", "rule 1, column 14: {label is neither"},
    {"neutral -> a/b", "rule 1, column 13: a topic name cannot have byte "
                       "0x2f, as \"a/b\" has"},
    {"neutral -> \xc3\xa9", "rule 1, column 12: a topic name cannot have byte "
                            "0xc3"},
    {"neutral -> .", "rule 1, column 12: \".\" is no topic name"},
    {"neutral -> ..", "rule 1, column 12: \"..\" is no topic name"},
    {"* -> x; neutral -> y", "rule 2, column 1: no text comes here"},
    {"neutral score>0.3 -> x; neutral score>0.5 -> y",
     "rule 2, column 1: no text comes here"},
    {"unknown score>0.5 -> x", "rule 1, column 1: what is unknown has no"},
};

START_TEST(names_the_rule_and_the_column_of_a_mistake)
{
    sentiment_error err;
    sentiment_router *router;

    ck_assert_sentiment_fails(
        sentiment_router_open(
            &router, mistakes[_i].rules, "news", labels, N_LABELS, &err),
        strstr(mistakes[_i].message, "topic name") ? SENTIMENT_EFORMAT
                                                   : SENTIMENT_EINVAL,
        mistakes[_i].message, err);
    ck_assert_ptr_null(router);
}
END_TEST

START_TEST(takes_names_up_to_what_a_broker_takes)
{
    sentiment_error err;
    sentiment_router *router;
    char rules[300] = "* -> ";

    memset(rules + 5, 'a', 249);
    router = open_router(rules);
    ck_assert_uint_eq(strlen(route(router, 0, 0.5f)), 249);
    sentiment_router_close(router);
    rules[5 + 249] = 'a';
    ck_assert_sentiment_fails(
        sentiment_router_open(&router, rules, "news", labels, N_LABELS, &err),
        SENTIMENT_EFORMAT, "rule 1, column 6: a topic name has at most 249",
        err);
}
END_TEST

START_TEST(says_when_a_models_labels_make_no_topics)
{
    static const char *const stars[] = {"1 star", "2 stars"};
    sentiment_error err;
    sentiment_router *router;

    ck_assert_sentiment_fails(
        sentiment_router_open(&router, NULL, "news", stars, 2, &err),
        SENTIMENT_EFORMAT,
        "default rule: a topic name cannot have byte 0x20, as \"1 star\" has",
        err);
    ck_assert_sentiment_ok(
        sentiment_router_open(
            &router, "\"1 star\" -> worst; * -> rest", "news", stars, 2, &err),
        err);
    ck_assert_str_eq(route(router, 0, 1), "worst");
    ck_assert_str_eq(route(router, 1, 1), "rest");
    sentiment_router_close(router);
}
END_TEST

START_TEST(refuses_more_rules_than_anybody_writes)
{
    sentiment_error err;
    sentiment_router *router;
    char rules[8192] = "";

    for (int i = 0; i < 257; i++)
        sprintf(
            rules + strlen(rules), "neutral score>%.4f -> x\n",
            0.9 - 0.001 * i);
    ck_assert_sentiment_fails(
        sentiment_router_open(&router, rules, "news", labels, N_LABELS, &err),
        SENTIMENT_EINVAL, "rule 257, column 1: more than 256 rules", err);
}
END_TEST

START_TEST(survives_rules_that_end_anywhere)
{
    static const char whole[] = "negative score>=0.9 score < 1 -> a-{topic};\n"
                                "\"neutral\" -> {label}.{topic}\n"
                                "unknown -> dead";

    for (size_t len = 0; len < sizeof(whole); len++) {
        char *cut = strndup(whole, len);
        sentiment_error err;
        sentiment_router *router;

        if (sentiment_router_open(
                &router, cut, "news", labels, N_LABELS, &err) == SENTIMENT_OK)
            route(router, NEUTRAL, 0.5f);
        else
            ck_assert_ptr_nonnull(strstr(err.message, "rule "));
        sentiment_router_close(router);
        free(cut);
    }
}
END_TEST

/* ---- random rules, read by the router and followed one by one here ---- */

enum { MAX_RANDOM = 6 };

typedef struct random_rule {
    int label; /* N_LABELS: all of them */
    int n_bounds;
    struct {
        int op, tenths;
    } bounds[2];
} random_rule;

static const char *const ops[] = {"<", "<=", ">", ">="};

static void make_rule(random_rule *rule, unsigned *seed)
{
    rule->label = rand_r(seed) % (N_LABELS + 1);
    rule->n_bounds = rand_r(seed) % 3;
    for (int i = 0; i < rule->n_bounds; i++) {
        rule->bounds[i].op = rand_r(seed) % 4;
        rule->bounds[i].tenths = rand_r(seed) % 11;
    }
}

static void write_rule(const random_rule *rule, int number, char *text)
{
    text += sprintf(
        text, "%s", rule->label == N_LABELS ? "*" : labels[rule->label]);
    for (int i = 0; i < rule->n_bounds; i++)
        text += sprintf(
            text, " score%s%d.%d", ops[rule->bounds[i].op],
            rule->bounds[i].tenths / 10, rule->bounds[i].tenths % 10);
    sprintf(text, " -> d%d;", number);
}

static bool matches(const random_rule *rule, int label, float score)
{
    if (rule->label != N_LABELS && rule->label != label)
        return false;
    for (int i = 0; i < rule->n_bounds; i++) {
        double s = (double)score, bound = rule->bounds[i].tenths / 10.0;
        const bool holds[] = {s<bound, s <= bound, s> bound, s >= bound};

        if (!holds[rule->bounds[i].op])
            return false;
    }
    return true;
}

/* The number of the rule that decides, or n. */
static int follow(const random_rule *rules, int n, int label, float score)
{
    int i = 0;

    while (i < n && !matches(&rules[i], label, score))
        i++;
    return i;
}

/* Calls f for scores on the bounds, beside them and between. */
static float score_at(int i)
{
    float tenth = (float)((i / 4) / 10.0);

    switch (i % 4) {
    case 0:
        return tenth;
    case 1:
        return fminf(nextafterf(tenth, 2), 1);
    case 2:
        return fmaxf(nextafterf(tenth, -1), 0);
    default:
        return fminf(tenth + 0.05f, 1);
    }
}

enum { N_SCORES = 44 };

static void compare(
    const sentiment_router *router, const random_rule *rules, int n,
    const char *text)
{
    for (int label = 0; label < N_LABELS; label++)
        for (int i = 0; i < N_SCORES; i++) {
            float score = score_at(i);
            int rule = follow(rules, n, label, score);
            char expected[32];

            snprintf(expected, sizeof(expected), "d%d", rule);
            if (rule == n)
                snprintf(expected, sizeof(expected), "%s-news", labels[label]);
            ck_assert_msg(
                !strcmp(route(router, label, score), expected),
                "%s: %s %.9g leads to %s", text, labels[label], (double)score,
                route(router, label, score));
        }
}

/* A rule that was refused is one that no text reaches. */
static void check_refusal(
    const sentiment_error *err, const random_rule *rules, const char *text)
{
    int refused = 0;

    ck_assert_int_eq(sscanf(err->message, "rule %d,", &refused), 1);
    for (int label = 0; label < N_LABELS; label++)
        for (int i = 0; i < N_SCORES; i++)
            ck_assert_msg(
                follow(rules, refused, label, score_at(i)) != refused - 1,
                "%s: %s", text, err->message);
}

START_TEST(agrees_with_rules_that_are_followed_one_by_one)
{
    unsigned seed = 7;
    int opened = 0;

    for (int round = 0; round < 3000; round++) {
        random_rule rules[MAX_RANDOM];
        int n = rand_r(&seed) % (MAX_RANDOM + 1);
        char text[512] = "";
        sentiment_error err;
        sentiment_router *router;

        for (int i = 0; i < n; i++) {
            make_rule(&rules[i], &seed);
            write_rule(&rules[i], i, text + strlen(text));
        }
        if (sentiment_router_open(
                &router, text, "news", labels, N_LABELS, &err) ==
            SENTIMENT_OK) {
            compare(router, rules, n, text);
            opened++;
        } else {
            check_refusal(&err, rules, text);
        }
        sentiment_router_close(router);
    }
    ck_assert_int_gt(opened, 500);
    ck_assert_int_lt(opened, 2900);
}
END_TEST

#define ADD_ROWS(tcase, test, table)                                           \
    tcase_add_loop_test(tcase, test, 0, (int)(sizeof(table) / sizeof(*(table))))

Suite *router_suite(void)
{
    Suite *suite = suite_create("router");
    TCase *tables = tcase_create("tables");
    TCase *limits = tcase_create("limits");

    ADD_ROWS(tables, leads_a_text_where_the_first_rule_says, routes);
    ADD_ROWS(tables, lists_what_can_be_reached_and_nothing_else, lists);
    ADD_ROWS(tables, names_the_rule_and_the_column_of_a_mistake, mistakes);
    suite_add_tcase(suite, tables);
    tcase_add_test(limits, takes_names_up_to_what_a_broker_takes);
    tcase_add_test(limits, says_when_a_models_labels_make_no_topics);
    tcase_add_test(limits, refuses_more_rules_than_anybody_writes);
    tcase_add_test(limits, survives_rules_that_end_anywhere);
    tcase_add_test(limits, agrees_with_rules_that_are_followed_one_by_one);
    tcase_set_timeout(limits, 60);
    suite_add_tcase(suite, limits);
    return suite;
}
