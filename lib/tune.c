/* tune.c - computing a verdict; see tune.h, and verdict.c, which keeps it. */
#include "sentiment/tune.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "classifier.h"
#include "error.h"
#include "model/model.h"
#include "options.h"
#include "precision.h"
#include "verdict.h"

/* What one precision answers. */
typedef struct answers {
    sentiment_result *results; /* [n] */
    float *scores;             /* [n, n_labels] */
    size_t n_labels;
} answers;

typedef struct tuning {
    const char *dir;
    sentiment_classifier_options opts;
    const sentiment_text *texts; /* [n] */
    size_t n;
    sentiment_model *model;
    snt_precision ladder[SENTIMENT_PRECISIONS];
    answers fp32;
    snt_verdict verdict;
    sentiment_error *err;
} tuning;

static void forget(answers *a)
{
    free(a->results);
    free(a->scores);
    *a = (answers){NULL, NULL, 0};
}

static sentiment_status check_each(const tuning *t, const answers *a)
{
    for (size_t i = 0; i < t->n; i++) {
        sentiment_status status = (sentiment_status)a->results[i].status;

        if (status != SENTIMENT_OK)
            return snt_fail(
                t->err, status, "text %zu: %s", i + 1,
                sentiment_status_name(status));
    }
    return SENTIMENT_OK;
}

static sentiment_status ask(tuning *t, sentiment_classifier *clf, answers *a)
{
    sentiment_status status;

    a->n_labels = sentiment_classifier_n_labels(clf);
    a->results = calloc(t->n, sizeof(*a->results));
    a->scores = calloc(t->n * a->n_labels, sizeof(*a->scores));
    if (!a->results || !a->scores)
        return snt_fail_memory(t->err);
    status =
        sentiment_classify(clf, t->texts, t->n, a->results, a->scores, t->err);
    return status == SENTIMENT_OK ? check_each(t, a) : status;
}

/* Answers in a precision. fp32, the first, finds the ranges, and what others
 * there are. */
static sentiment_status answer(tuning *t, snt_precision precision, answers *a)
{
    bool first = precision == SNT_FP32;
    const snt_classifier_ranges ranges = {
        .known = first ? NULL : t->verdict.ranges,
        .observed = first ? t->verdict.ranges : NULL};
    sentiment_classifier *clf;
    sentiment_status status;

    *a = (answers){NULL, NULL, 0};
    t->opts.precision = snt_precision_name(precision);
    status =
        snt_classifier_open_with(&clf, t->dir, &t->opts, &ranges, NULL, t->err);
    if (status != SENTIMENT_OK)
        return status;
    if (first)
        snt_classifier_ladder(clf, t->ladder);
    status = ask(t, clf, a);
    sentiment_classifier_close(clf);
    if (status != SENTIMENT_OK)
        forget(a);
    return status;
}

/* An engine that observes nothing leaves zeros. */
static void drop_empty_ranges(tuning *t)
{
    size_t n = snt_verdict_ranges(snt_model_network(t->model)), i = 0;

    while (i < n && t->verdict.ranges[i] == 0.0f)
        i++;
    if (i < n)
        return;
    free(t->verdict.ranges);
    t->verdict.ranges = NULL;
}

static void compare(
    const tuning *t, const answers *a, sentiment_agreement *agreement)
{
    size_t same = 0;
    double largest = 0;

    for (size_t i = 0; i < t->n; i++)
        same += a->results[i].label == t->fp32.results[i].label;
    for (size_t i = 0; i < t->n * a->n_labels; i++) {
        double change = fabs((double)a->scores[i] - (double)t->fp32.scores[i]);

        largest = change > largest ? change : largest;
    }
    agreement->labels = (double)same / (double)t->n;
    agreement->largest_change = largest;
}

static sentiment_status compare_all(tuning *t)
{
    sentiment_verdict *verdict = &t->verdict.told;

    *verdict = (sentiment_verdict){.size = sizeof(*verdict), .texts = t->n};
    for (size_t i = 0; t->ladder[i]; i++) {
        sentiment_agreement *entry = &verdict->all[verdict->n];
        answers a;
        sentiment_status status = answer(t, t->ladder[i], &a);

        if (status != SENTIMENT_OK)
            return status;
        strcpy(entry->precision, snt_precision_name(t->ladder[i]));
        compare(t, &a, entry);
        forget(&a);
        verdict->n++;
    }
    return SENTIMENT_OK;
}

static sentiment_status tune(tuning *t)
{
    const snt_network *network;
    sentiment_status status = snt_verdict_writable(t->dir, t->err);

    if (status == SENTIMENT_OK)
        status = sentiment_model_open(&t->model, t->dir, NULL, t->err);
    if (status != SENTIMENT_OK)
        return status;
    network = snt_model_network(t->model);
    t->verdict.ranges =
        calloc(snt_verdict_ranges(network), sizeof(*t->verdict.ranges));
    if (!t->verdict.ranges)
        return snt_fail_memory(t->err);
    status = answer(t, SNT_FP32, &t->fp32);
    if (status != SENTIMENT_OK)
        return status;
    drop_empty_ranges(t);
    status = compare_all(t);
    if (status == SENTIMENT_OK)
        status = snt_verdict_write(&t->verdict, t->dir, network, t->err);
    return status;
}

sentiment_status sentiment_tune(
    const char *dir, const sentiment_classifier_options *opts,
    const sentiment_text *texts, size_t n, sentiment_verdict *verdict,
    sentiment_error *err)
{
    assert(dir && verdict && (texts || !n));
    tuning t = {.dir = dir, .texts = texts, .n = n, .err = err};
    sentiment_status status = snt_options_read(
        &t.opts, sizeof(t.opts), opts, "sentiment_classifier_options", err);

    t.opts.size = sizeof(t.opts);
    if (status == SENTIMENT_OK && !n)
        status = snt_fail(err, SENTIMENT_EINVAL, "no texts to compare on");
    if (status == SENTIMENT_OK)
        status = tune(&t);
    if (status == SENTIMENT_OK)
        status = snt_options_write(
            verdict, &t.verdict.told, sizeof(t.verdict.told),
            "sentiment_verdict", err);
    forget(&t.fp32);
    snt_verdict_free(&t.verdict);
    sentiment_model_close(t.model);
    return status;
}
