/* value.h - how what was typed gets into an option's field. */
#ifndef SNT_VALUE_H
#define SNT_VALUE_H

#include "args.h"

/** Checks value and stores it as the option's kind says. origin is how the
 * user calls the option: "--format", "PORT", "serve.conf:3". */
sentiment_status snt_value_set(
    const snt_option *option, void *field, const char *value,
    const char *origin, sentiment_error *err);

/** Appends a value to a list; value is not copied. */
sentiment_status snt_value_append(
    snt_arg_list *list, const char *value, sentiment_error *err);

#endif
