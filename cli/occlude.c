/* occlude.c - see occlude.h. */
#include "occlude.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

enum { SLICE = 64 }; /* texts in one call: bounds the memory */

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static sentiment_status split(
    snt_occlusion *o, sentiment_text text, sentiment_error *err)
{
    size_t i = 0;

    for (o->n = 0;; o->n++) {
        while (i < text.len && is_space(text.bytes[i]))
            i++;
        if (i == text.len)
            return SENTIMENT_OK;
        if (o->n == SNT_OCCLUDE_WORDS)
            return snt_fail(
                err, SENTIMENT_ETOOLONG,
                "more than %d words: explain a passage of it",
                SNT_OCCLUDE_WORDS);
        o->words[o->n].start = i;
        while (i < text.len && !is_space(text.bytes[i]))
            i++;
        o->words[o->n].end = i;
    }
}

/* Adds the text without word i and the white space behind it; of the last one,
 * before it. */
static void add_rest(snt_occlusion *o, sentiment_text text, size_t i)
{
    size_t start = o->words[i].start, end = text.len;

    if (i + 1 < o->n)
        end = o->words[i + 1].start;
    else if (i)
        start = o->words[i - 1].end;
    snt_buffer_add(&o->bytes, text.bytes, start);
    snt_buffer_add(&o->bytes, text.bytes + end, text.len - end);
}

/* Words first .. first + n - 1, at most SLICE. */
static sentiment_status classify_rests(
    snt_occlusion *o, sentiment_classifier *clf, sentiment_text text,
    size_t first, size_t n, sentiment_result *results, sentiment_error *err)
{
    size_t ends[SLICE], begins = 0;
    sentiment_text rests[SLICE];

    snt_buffer_clear(&o->bytes);
    for (size_t i = 0; i < n; i++) {
        add_rest(o, text, first + i);
        ends[i] = o->bytes.len;
    }
    if (o->bytes.failed)
        return snt_fail_memory(err);
    for (size_t i = 0; i < n; i++) {
        rests[i].bytes = o->bytes.len ? o->bytes.bytes + begins : "";
        rests[i].len = ends[i] - begins;
        begins = ends[i];
    }
    return sentiment_classify(clf, rests, n, results, o->scores, err);
}

static sentiment_status occlude_slice(
    snt_occlusion *o, sentiment_classifier *clf, sentiment_text text,
    int32_t label, float score, size_t first, size_t n, sentiment_error *err)
{
    size_t n_labels = sentiment_classifier_n_labels(clf);
    sentiment_result results[SLICE];

    if (classify_rests(o, clf, text, first, n, results, err) != SENTIMENT_OK)
        return err->status;
    for (size_t i = 0; i < n; i++) {
        snt_word *word = &o->words[first + i];

        if (results[i].status != SENTIMENT_OK)
            return snt_fail(
                err, (sentiment_status)results[i].status,
                "without its word %zu: %s", first + i + 1,
                sentiment_status_name((sentiment_status)results[i].status));
        word->label = results[i].label;
        word->change = score - o->scores[i * n_labels + (size_t)label];
        o->largest = fmaxf(o->largest, fabsf(word->change));
    }
    return SENTIMENT_OK;
}

sentiment_status snt_occlude(
    snt_occlusion *o, sentiment_classifier *clf, sentiment_text text,
    int32_t label, float score, sentiment_error *err)
{
    sentiment_status status = split(o, text, err);

    o->largest = 0;
    if (!o->scores)
        o->scores = calloc(
            SLICE * sentiment_classifier_n_labels(clf), sizeof(*o->scores));
    if (!o->scores)
        return snt_fail_memory(err);
    for (size_t i = 0; i < o->n && status == SENTIMENT_OK; i += SLICE)
        status = occlude_slice(
            o, clf, text, label, score, i, o->n - i < SLICE ? o->n - i : SLICE,
            err);
    return status;
}

void snt_occlude_free(snt_occlusion *o)
{
    free(o->scores);
    snt_buffer_free(&o->bytes);
}
