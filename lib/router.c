/*
 * router.c - see router.h.
 *
 * A rule becomes a row: for each label, and for unknown behind them, the
 * destination or none. While reading, each label has a span of scores that
 * earlier rules leave over; a rule that finds nothing left of a label has no
 * destination for it. So only destinations that can be reached are there.
 */
#include "sentiment/router.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "rules.h"

enum { MAX_RULES = 256, MAX_TOPIC = 249 };

#define NOWHERE UINT32_MAX

static const char *const default_rules =
    "* -> {label}-{topic}; unknown -> unknown-{topic}";

typedef struct span {
    double low, high; /* both included; low > high: empty */
} span;

typedef struct row {
    double low, high;
    uint32_t *destinations; /* [n_labels + 1], or NOWHERE */
} row;

struct sentiment_router {
    size_t n_labels;
    row *rows; /* [n_rows] */
    size_t n_rows;
    char **names; /* [n_names] */
    size_t n_names;
};

/* What open knows while it reads. */
typedef struct builder {
    sentiment_router *router;
    const char *topic;
    const char *const *labels; /* [n_labels] */
    span *left;                /* [n_labels + 1] */
    sentiment_error *err;
} builder;

static const char *label_name(const builder *b, size_t label)
{
    return label < b->router->n_labels ? b->labels[label] : "unknown";
}

static bool equals(sentiment_text text, const char *string)
{
    return strlen(string) == text.len && !memcmp(string, text.bytes, text.len);
}

/* ---- one destination ---- */

static bool is_legal(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

/* What the template's next element stands for: *p moves behind it. */
static sentiment_status read_element(
    const builder *b, const snt_rule *rule, size_t label, const char **p,
    sentiment_text *element)
{
    const char *end = rule->destination.bytes + rule->destination.len;
    const char *begin = *p, *close;

    if (*begin != '{') {
        while (*p < end && **p != '{')
            ++*p;
        *element = (sentiment_text){begin, (size_t)(*p - begin)};
        return SENTIMENT_OK;
    }
    close = memchr(begin, '}', (size_t)(end - begin));
    *p = close ? close + 1 : end;
    *element = (sentiment_text){begin, (size_t)(*p - begin)};
    if (equals(*element, "{label}"))
        *element = sentiment_text_of(label_name(b, label));
    else if (equals(*element, "{topic}"))
        *element = sentiment_text_of(b->topic);
    else
        return snt_rules_fail(
            rule, begin, b->err, "%.*s is neither {label} nor {topic}",
            (int)(element->len < 40 ? element->len : 40), begin);
    return SENTIMENT_OK;
}

/* The rule is understood, but no broker takes the name that it makes. */
static sentiment_status refuse_name(const builder *b)
{
    if (b->err)
        b->err->status = SENTIMENT_EFORMAT;
    return SENTIMENT_EFORMAT;
}

static sentiment_status append(
    const builder *b, const snt_rule *rule, const char *from,
    sentiment_text element, char *name, size_t *len)
{
    for (size_t i = 0; i < element.len; i++) {
        char c = element.bytes[i];

        if (!is_legal(c)) {
            snt_rules_fail(
                rule, from + (*from == '{' ? 0 : i), b->err,
                "a topic name cannot have byte 0x%02x, as \"%.*s\" has",
                (unsigned)(unsigned char)c,
                (int)(element.len < 40 ? element.len : 40), element.bytes);
            return refuse_name(b);
        }
        if (*len == MAX_TOPIC) {
            snt_rules_fail(
                rule, from, b->err, "a topic name has at most %d bytes",
                MAX_TOPIC);
            return refuse_name(b);
        }
        name[(*len)++] = c;
    }
    return SENTIMENT_OK;
}

/* Fills the template in for one label: name[MAX_TOPIC + 1]. */
static sentiment_status expand(
    const builder *b, const snt_rule *rule, size_t label, char *name)
{
    const char *begin = rule->destination.bytes, *p = begin;
    size_t len = 0;

    while (p < begin + rule->destination.len) {
        const char *from = p;
        sentiment_text element;
        sentiment_status status = read_element(b, rule, label, &p, &element);

        if (status == SENTIMENT_OK)
            status = append(b, rule, from, element, name, &len);
        if (status != SENTIMENT_OK)
            return status;
    }
    name[len] = '\0';
    if (len && strcmp(name, ".") && strcmp(name, ".."))
        return SENTIMENT_OK;
    snt_rules_fail(rule, begin, b->err, "\"%s\" is no topic name", name);
    return refuse_name(b);
}

/* The index of name among the destinations, where it is added if it is new. */
static sentiment_status enter(const builder *b, const char *name, uint32_t *at)
{
    sentiment_router *router = b->router;
    size_t i = 0;
    char **names;

    while (i < router->n_names && strcmp(router->names[i], name))
        i++;
    *at = (uint32_t)i;
    if (i < router->n_names)
        return SENTIMENT_OK;
    names = realloc(router->names, (i + 1) * sizeof(*names));
    if (!names)
        return snt_fail_memory(b->err);
    router->names = names;
    names[i] = strdup(name);
    if (!names[i])
        return snt_fail_memory(b->err);
    router->n_names++;
    return SENTIMENT_OK;
}

/* ---- one rule ---- */

/* Takes the rule's scores out of what is left of a label. What lies in the
 * middle stays: a span too large costs a destination, not a mistake. */
static void take(span *left, const snt_rule *rule)
{
    bool from_below = rule->low <= left->low;
    bool from_above = rule->high >= left->high;

    if (from_below)
        left->low = nextafter(rule->high, HUGE_VAL);
    if (from_above)
        left->high = nextafter(rule->low, -HUGE_VAL);
}

static sentiment_status check_label(const builder *b, const snt_rule *rule)
{
    size_t n = b->router->n_labels;
    char all[120] = "";

    if (!rule->label.bytes)
        return SENTIMENT_OK;
    if (equals(rule->label, "unknown"))
        return rule->low <= 0 && rule->high >= 1
                   ? SENTIMENT_OK
                   : snt_rules_fail(
                         rule, rule->label.bytes, b->err,
                         "what is unknown has no score");
    for (size_t i = 0; i < n; i++) {
        if (equals(rule->label, b->labels[i]))
            return SENTIMENT_OK;
        if (strlen(all) + strlen(b->labels[i]) + 3 < sizeof(all)) {
            strcat(all, i ? ", " : "");
            strcat(all, b->labels[i]);
        }
    }
    return snt_rules_fail(
        rule, rule->label.bytes, b->err, "no label \"%.*s\"; there are %s",
        (int)(rule->label.len < 40 ? rule->label.len : 40), rule->label.bytes,
        all);
}

static bool concerns(const builder *b, const snt_rule *rule, size_t label)
{
    const span *left = &b->left[label];

    if (fmax(left->low, rule->low) > fmin(left->high, rule->high))
        return false;
    if (!rule->label.bytes)
        return label < b->router->n_labels;
    return equals(rule->label, label_name(b, label));
}

static sentiment_status fill_row(
    const builder *b, const snt_rule *rule, const row *made)
{
    size_t reached = 0;

    for (size_t i = 0; i <= b->router->n_labels; i++) {
        char name[MAX_TOPIC + 1];
        sentiment_status status;

        made->destinations[i] = NOWHERE;
        if (!concerns(b, rule, i))
            continue;
        status = expand(b, rule, i, name);
        if (status == SENTIMENT_OK)
            status = enter(b, name, &made->destinations[i]);
        if (status != SENTIMENT_OK)
            return status;
        take(&b->left[i], rule);
        reached++;
    }
    if (!reached && rule->number)
        return snt_rules_fail(
            rule, rule->begin, b->err,
            "no text comes here, earlier rules take them all");
    return SENTIMENT_OK;
}

static sentiment_status add(const builder *b, const snt_rule *rule)
{
    sentiment_router *router = b->router;
    row made = {.low = rule->low, .high = rule->high}, *rows;

    if (router->n_rows >= MAX_RULES && rule->number)
        return snt_rules_fail(
            rule, rule->begin, b->err, "more than %d rules", MAX_RULES);
    if (check_label(b, rule) != SENTIMENT_OK)
        return SENTIMENT_EINVAL;
    rows = realloc(router->rows, (router->n_rows + 1) * sizeof(*rows));
    if (!rows)
        return snt_fail_memory(b->err);
    router->rows = rows;
    made.destinations =
        malloc((router->n_labels + 1) * sizeof(*made.destinations));
    if (!made.destinations)
        return snt_fail_memory(b->err);
    rows[router->n_rows++] = made;
    return fill_row(b, rule, &made);
}

static sentiment_status add_all(
    const builder *b, const char *text, bool numbered)
{
    snt_rules rules = {.rest = text};
    sentiment_status status = SENTIMENT_OK;
    snt_rule rule;
    int found;

    while (status == SENTIMENT_OK &&
           (found = snt_rules_next(&rules, &rule, b->err)) != 0) {
        if (!numbered)
            rule.number = 0;
        status = found > 0 ? add(b, &rule) : (sentiment_status)found;
    }
    return status;
}

/* ---- public ---- */

sentiment_status sentiment_router_open(
    sentiment_router **router, const char *rules, const char *topic,
    const char *const *labels, size_t n_labels, sentiment_error *err)
{
    assert(router && (labels || !n_labels));
    sentiment_router *made = calloc(1, sizeof(*made));
    span *left = malloc((n_labels + 1) * sizeof(*left));
    builder b = {made, topic, labels, left, err};
    sentiment_status status = SENTIMENT_OK;

    *router = NULL;
    if (!made || !left)
        status = snt_fail_memory(err);
    else
        made->n_labels = n_labels;
    for (size_t i = 0; left && i <= n_labels; i++)
        left[i] = (span){0, 1};
    if (status == SENTIMENT_OK && rules)
        status = add_all(&b, rules, true);
    if (status == SENTIMENT_OK)
        status = add_all(&b, default_rules, false);
    free(left);
    if (status == SENTIMENT_OK)
        *router = made;
    else
        sentiment_router_close(made);
    return status;
}

void sentiment_router_close(sentiment_router *router)
{
    if (!router)
        return;
    for (size_t i = 0; i < router->n_rows; i++)
        free(router->rows[i].destinations);
    for (size_t i = 0; i < router->n_names; i++)
        free(router->names[i]);
    free(router->rows);
    free(router->names);
    free(router);
}

/* The last rules leave nothing over, so some row takes every score. */
size_t sentiment_router_route(
    const sentiment_router *router, int32_t label, float score)
{
    assert(router);
    size_t n = router->n_labels;
    size_t i = label >= 0 && (size_t)label < n ? (size_t)label : n;
    double bounded = i == n ? 0 : fmin(fmax((double)score, 0), 1);
    const row *r = router->rows;

    while (r->destinations[i] == NOWHERE || bounded < r->low ||
           bounded > r->high)
        r++;
    return r->destinations[i];
}

size_t sentiment_router_n_destinations(const sentiment_router *router)
{
    assert(router);
    return router->n_names;
}

const char *sentiment_router_destination(
    const sentiment_router *router, size_t i)
{
    assert(router);
    return i < router->n_names ? router->names[i] : NULL;
}
