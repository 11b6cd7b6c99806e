/* rules.h - reads the rules of a router, one after the other: the grammar that
 * sentiment/router.h shows, without knowing labels or topics. */
#ifndef SNT_RULES_H
#define SNT_RULES_H

#include "sentiment/base.h"

/** Pointers are into the text of the rules. */
typedef struct snt_rule {
    unsigned number;      /* from 1; 0: of the rules that are always there */
    const char *begin;    /* where columns count from */
    sentiment_text label; /* bytes NULL: every label */
    double low, high;     /* of the score, both included */
    sentiment_text destination; /* with its placeholders */
} snt_rule;

typedef struct snt_rules {
    const char *rest; /* set it to begin */
    unsigned count;   /* of rules read */
} snt_rules;

/** 1 with *rule filled, 0 at the end, or a status (negative). */
int snt_rules_next(snt_rules *rules, snt_rule *rule, sentiment_error *err);

/** EINVAL: "rule 2, column 5: …", for the place at in the rule's text. */
sentiment_status snt_rules_fail(
    const snt_rule *rule, const char *at, sentiment_error *err,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
