/* rules.c - see rules.h. */
#include "rules.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "error.h"

sentiment_status snt_rules_fail(
    const snt_rule *rule, const char *at, sentiment_error *err,
    const char *format, ...)
{
    char what[200];
    va_list args;

    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    if (!rule->number)
        return snt_fail(err, SENTIMENT_EINVAL, "default rule: %s", what);
    return snt_fail(
        err, SENTIMENT_EINVAL, "rule %u, column %zu: %s", rule->number,
        (size_t)(at - rule->begin) + 1, what);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool ends_rule(char c)
{
    return c == '\0' || c == ';' || c == '\n';
}

static bool is_arrow(const char *p)
{
    return p[0] == '-' && p[1] == '>';
}

static const char *skip_blanks(const char *p)
{
    while (is_blank(*p))
        p++;
    return p;
}

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : -1;
}

/* "0.75": digits, a point, digits; at most 15 of them, so that one division
 * of exact numbers gives the nearest double, in any locale. NULL: no number. */
static const char *read_number(const char *p, double *value)
{
    double number = 0, scale = 1;
    bool point = false;
    int n = 0;

    for (; digit(*p) >= 0 || (*p == '.' && !point); p++) {
        if (*p == '.') {
            point = true;
            continue;
        }
        number = number * 10 + digit(*p);
        scale *= point ? 10 : 1;
        n++;
    }
    *value = number / scale;
    return n >= 1 && n <= 15 ? p : NULL;
}

/* Narrows the rule's scores by "<= 0.5" at *p. */
static sentiment_status read_bound(
    snt_rule *rule, const char **p, sentiment_error *err)
{
    const char *op = *p, *number = skip_blanks(op + 1 + (op[1] == '='));
    bool open = op[1] != '=';
    double value;

    *p = read_number(number, &value);
    if (!*p || value > 1)
        return snt_rules_fail(
            rule, number, err, "a number from 0 to 1 is expected");
    if (*op == '<')
        rule->high = fmin(rule->high, open ? nextafter(value, -1) : value);
    else
        rule->low = fmax(rule->low, open ? nextafter(value, 2) : value);
    if (rule->low > rule->high || rule->low > 1 || rule->high < 0)
        return snt_rules_fail(rule, op, err, "there is no such score");
    return SENTIMENT_OK;
}

/* The comparison behind "score" at p, or NULL when that is not there. */
static const char *score_operator(const char *p)
{
    if (strncmp(p, "score", 5))
        return NULL;
    p = skip_blanks(p + 5);
    return *p == '<' || *p == '>' ? p : NULL;
}

static sentiment_status read_label(
    snt_rule *rule, const char **p, sentiment_error *err)
{
    const char *begin = *p, *end = begin;

    if (*begin == '"') {
        end = ++begin;
        while (*end != '"' && *end != '\n' && *end)
            end++;
        if (*end != '"')
            return snt_rules_fail(rule, *p, err, "a quote is not closed");
        *p = end + 1;
    } else {
        while (!ends_rule(*end) && !is_blank(*end) && !is_arrow(end))
            end++;
        *p = end;
        if (end - begin == 1 && *begin == '*')
            return SENTIMENT_OK;
    }
    rule->label = (sentiment_text){begin, (size_t)(end - begin)};
    return SENTIMENT_OK;
}

static sentiment_status read_condition(
    snt_rule *rule, const char **p, sentiment_error *err)
{
    sentiment_status status = SENTIMENT_OK;
    bool first = true;

    while (status == SENTIMENT_OK && !is_arrow(*p)) {
        const char *op = score_operator(*p);

        if (op) {
            *p = op;
            status = read_bound(rule, p, err);
        } else if (first && !ends_rule(**p)) {
            status = read_label(rule, p, err);
        } else {
            return snt_rules_fail(
                rule, *p, err, "a bound such as score>=0.9 or -> is expected");
        }
        first = false;
        if (status == SENTIMENT_OK)
            *p = skip_blanks(*p);
    }
    return status;
}

static sentiment_status read_destination(
    snt_rule *rule, const char **p, sentiment_error *err)
{
    const char *begin = skip_blanks(*p + 2), *end = begin; /* behind "->" */

    while (!ends_rule(*end) && !is_blank(*end))
        end++;
    rule->destination = (sentiment_text){begin, (size_t)(end - begin)};
    *p = skip_blanks(end);
    if (begin == end)
        return snt_rules_fail(rule, begin, err, "a destination is expected");
    if (!ends_rule(**p))
        return snt_rules_fail(
            rule, *p, err, "the end of the rule is expected: ; or a new line");
    return SENTIMENT_OK;
}

int snt_rules_next(snt_rules *rules, snt_rule *rule, sentiment_error *err)
{
    const char *p = rules->rest;
    sentiment_status status;

    while (*p && (is_blank(*p) || ends_rule(*p)))
        p++;
    if (!*p)
        return 0;
    *rule = (snt_rule){
        .number = ++rules->count,
        .begin = p,
        .low = -HUGE_VAL,
        .high = HUGE_VAL};
    status = read_condition(rule, &p, err);
    if (status == SENTIMENT_OK)
        status = read_destination(rule, &p, err);
    rules->rest = p;
    return status == SENTIMENT_OK ? 1 : (int)status;
}
