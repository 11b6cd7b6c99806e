/* value.c - see value.h. */
#include "value.h"

#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "nearest.h"

/* Which of the words "a|b|c" the value is: 1 for the first, 0 for none. */
static int word_of(const char *words, const char *value, snt_nearest *nearest)
{
    size_t n = strlen(value);

    for (int i = 1;; i++) {
        size_t len = strcspn(words, "|");

        if (len == n && !memcmp(words, value, n))
            return i;
        snt_nearest_offer(nearest, value, words, len);
        if (!words[len])
            return 0;
        words += len + 1;
    }
}

static sentiment_status set_word(
    const snt_option *option, void *field, const char *value,
    const char *origin, sentiment_error *err)
{
    snt_nearest nearest = {0};
    int word = word_of(option->value, value, &nearest);

    if (!word && nearest.best)
        return snt_fail(
            err, SENTIMENT_EINVAL,
            "%s: \"%s\" is not one of %s; did you mean %.*s?", origin, value,
            option->value, (int)nearest.best_len, nearest.best);
    if (!word)
        return snt_fail(
            err, SENTIMENT_EINVAL, "%s: \"%s\" is not one of %s", origin, value,
            option->value);
    if (option->kind == SNT_ARG_CHOICE)
        memcpy(field, &word, sizeof(word));
    else
        memcpy(field, &value, sizeof(value));
    return SENTIMENT_OK;
}

static sentiment_status set_count(
    void *field, const char *value, uint32_t least, const char *origin,
    sentiment_error *err)
{
    char *end;
    unsigned long long count = strtoull(value, &end, 10);
    uint32_t small = (uint32_t)count;

    if (*value < '0' || *value > '9' || *end)
        return snt_fail(
            err, SENTIMENT_EINVAL, "%s: \"%s\" is not a whole number", origin,
            value);
    if (count > UINT32_MAX)
        return snt_fail(
            err, SENTIMENT_EINVAL, "%s: expected %u or less", origin,
            (unsigned)UINT32_MAX);
    if (small < least)
        return snt_fail(
            err, SENTIMENT_EINVAL, "%s: expected %u or more", origin,
            (unsigned)least);
    memcpy(field, &small, sizeof(small));
    return SENTIMENT_OK;
}

static sentiment_status set_port(
    void *field, const char *value, const char *origin, sentiment_error *err)
{
    size_t digits = strspn(value, "0123456789");

    if (!digits || value[digits] || strtoul(value, NULL, 10) > 65535)
        return snt_fail(
            err, SENTIMENT_EINVAL, "%s: \"%s\" is no port, 0 to 65535", origin,
            value);
    memcpy(field, &value, sizeof(value));
    return SENTIMENT_OK;
}

static sentiment_status set_flag(
    void *field, const char *value, const char *origin, sentiment_error *err)
{
    snt_nearest nearest = {0};
    int word = word_of("true|yes|on|1|false|no|off|0", value, &nearest);
    bool on = word && word <= 4;

    if (!word)
        return snt_fail(
            err, SENTIMENT_EINVAL, "%s: \"%s\" is neither true nor false",
            origin, value);
    memcpy(field, &on, sizeof(on));
    return SENTIMENT_OK;
}

sentiment_status snt_value_append(
    snt_arg_list *list, const char *value, sentiment_error *err)
{
    const char **items =
        realloc(list->items, (list->n + 1) * sizeof(*list->items));

    if (!items)
        return snt_fail_memory(err);
    list->items = items;
    list->items[list->n++] = value;
    return SENTIMENT_OK;
}

sentiment_status snt_value_set(
    const snt_option *option, void *field, const char *value,
    const char *origin, sentiment_error *err)
{
    switch (option->kind) {
    case SNT_ARG_FLAG:
        return set_flag(field, value, origin, err);
    case SNT_ARG_WORD:
    case SNT_ARG_CHOICE:
        return set_word(option, field, value, origin, err);
    case SNT_ARG_PORT:
        return set_port(field, value, origin, err);
    case SNT_ARG_COUNT:
        return set_count(field, value, 1, origin, err);
    case SNT_ARG_WHOLE:
        return set_count(field, value, 0, origin, err);
    case SNT_ARG_LIST:
    case SNT_ARG_TEXTS:
        return snt_value_append(field, value, err);
    case SNT_ARG_STRING:
        break;
    }
    memcpy(field, &value, sizeof(value));
    return SENTIMENT_OK;
}
