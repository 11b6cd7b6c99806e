/*
 * suites.h - every suite, one line each, and the assertions they share.
 */
#ifndef SNT_SUITES_H
#define SNT_SUITES_H

#include <check.h>

#include "sentiment/base.h"

/* One line a suite: SUITE(name) stands for `Suite *name_suite(void)`. */
#define SUITES(SUITE)                                                          \
    SUITE(args)                                                                \
    SUITE(base)                                                                \
    SUITE(bench)                                                               \
    SUITE(broker)                                                              \
    SUITE(cache)                                                               \
    SUITE(classifier)                                                          \
    SUITE(config)                                                              \
    SUITE(convert)                                                             \
    SUITE(copies)                                                              \
    SUITE(digest)                                                              \
    SUITE(enrich)                                                              \
    SUITE(input)                                                               \
    SUITE(json)                                                                \
    SUITE(kept)                                                                \
    SUITE(layout)                                                              \
    SUITE(letter)                                                              \
    SUITE(metrics)                                                             \
    SUITE(model)                                                               \
    SUITE(occlude)                                                             \
    SUITE(openapi)                                                             \
    SUITE(pipeline)                                                            \
    SUITE(router)                                                              \
    SUITE(safetensors)                                                         \
    SUITE(scrape)                                                              \
    SUITE(terminal)                                                            \
    SUITE(tokenizer)                                                           \
    SUITE(tokenizer_files)                                                     \
    SUITE(tune)                                                                \
    SUITE(unpickle)                                                            \
    SUITE(words)

#define DECLARE(name) Suite *name##_suite(void);
SUITES(DECLARE)
#undef DECLARE

/** The call succeeds, or the test fails with the library's own message. */
#define ck_assert_sentiment_ok(call, err)                                      \
    do {                                                                       \
        if ((call) != SENTIMENT_OK)                                            \
            ck_abort_msg("%s: %s", #call, (err).message);                      \
    } while (0)

/** The call fails with this status and a message that holds part. */
#define ck_assert_sentiment_fails(call, code, part, err)                       \
    do {                                                                       \
        ck_assert_int_eq((call), (code));                                      \
        if (!strstr((err).message, (part)))                                    \
            ck_abort_msg("\"%s\" is not in \"%s\"", (part), (err).message);    \
    } while (0)

#endif
