/* bench_texts.c - see bench_texts.h. */
#include "bench_texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "report.h"

/* When no texts are given: as long as headlines are, 10 to 40 tokens. */
static const char *const headlines[] = {
    "Profit doubles",
    "Shares of the ferry line sink 9% after it cuts its outlook",
    "Central bank holds rates, says inflation risks are balanced",
    "Refiner to close its oldest plant, taking a charge of $240 million",
    "Chip designer beats estimates as data center orders jump 61%",
    "Retailer names new finance chief",
    "Airline and pilots reach a tentative deal, ending a nine-day strike that "
    "grounded half of its fleet",
    "Bond yields edge lower ahead of the auction",
    "Regulator fines the broker EUR 3.2 mn for late reports",
    "Order backlog at the shipyard reached a record of 14.1 billion at the end "
    "of the quarter, up from 11.8 billion a year earlier, the company said",
    "Startup lays off a fifth of its staff",
    "Utility keeps its dividend unchanged for the eighth year",
    "Copper miner raises output guidance; analysts had expected a cut after "
    "the flooding in spring",
    "The bank said it would review the loan book of its consumer unit, where "
    "impairments rose to 1.9% of lending from 1.2%",
    "Crop insurer warns of a loss",
    "Exports rise for a fifth month"};

static sentiment_status use_headlines(snt_bench_texts *t, sentiment_error *err)
{
    size_t n = sizeof(headlines) / sizeof(*headlines);

    t->texts = calloc(n, sizeof(*t->texts));
    if (!t->texts)
        return snt_fail_memory(err);
    for (t->n = 0; t->n < n; t->n++)
        t->texts[t->n] = sentiment_text_of(headlines[t->n]);
    return SENTIMENT_OK;
}

/* Room for one record more. */
static bool grow(snt_bench_texts *t)
{
    size_t cap = t->n;
    void *records, *texts;

    if (cap & (cap - 1) || (cap && cap < 16))
        return true;
    cap = cap ? 2 * cap : 16;
    records = realloc(t->records, cap * sizeof(*t->records));
    if (records)
        t->records = records;
    texts = realloc(t->texts, cap * sizeof(*t->texts));
    if (texts)
        t->texts = texts;
    return records && texts;
}

static sentiment_status read_records(
    snt_bench_texts *t, snt_input *in, sentiment_error *err)
{
    snt_record *rec;

    err->status = SENTIMENT_OK;
    while ((rec = snt_input_next(in, err))) {
        if (rec->error[0])
            snt_report(
                "%s:%llu: %s", rec->source, (unsigned long long)rec->line,
                rec->error);
        if (rec->error[0] || snt_record_is_blank(rec)) {
            snt_record_free(rec);
            continue;
        }
        if (!grow(t)) {
            snt_record_free(rec);
            return snt_fail_memory(err);
        }
        t->texts[t->n] = snt_record_text(rec);
        t->records[t->n++] = rec;
    }
    return err->status;
}

sentiment_status snt_bench_texts_open(
    snt_bench_texts *t, const snt_input_options *opts,
    const snt_arg_list *operands, sentiment_error *err)
{
    sentiment_status status;
    snt_input *in;

    *t = (snt_bench_texts){0};
    if (!operands->n && !opts->texts.n)
        return use_headlines(t, err);
    status = snt_input_open(&in, opts, operands, err);
    if (status == SENTIMENT_OK)
        status = read_records(t, in, err);
    if (status == SENTIMENT_OK && snt_input_failures(in))
        status = snt_fail(err, SENTIMENT_EIO, "%s", ""); /* it is said */
    else if (status == SENTIMENT_OK && !t->n)
        status =
            snt_fail(err, SENTIMENT_EINVAL, "there is no text to classify");
    snt_input_close(in);
    return status;
}

sentiment_status snt_bench_texts_extend(
    snt_bench_texts *t, size_t n, sentiment_error *err)
{
    size_t given = t->n - t->n_numbered, more = n > t->n ? n - t->n : 0;
    void *texts, *numbered;

    if (!more)
        return SENTIMENT_OK;
    texts = realloc(t->texts, n * sizeof(*t->texts));
    if (texts)
        t->texts = texts;
    numbered =
        realloc(t->numbered, (t->n_numbered + more) * sizeof(*t->numbered));
    if (numbered)
        t->numbered = numbered;
    if (!texts || !numbered)
        return snt_fail_memory(err);
    while (t->n < n) {
        sentiment_text from = t->texts[t->n % given];
        size_t room = from.len + 24;
        char *bytes = malloc(room);

        if (!bytes)
            return snt_fail_memory(err);
        memcpy(bytes, from.bytes, from.len);
        t->texts[t->n].bytes = bytes;
        t->texts[t->n].len =
            from.len +
            (size_t)snprintf(bytes + from.len, 24, " %zu", t->n / given + 1);
        t->numbered[t->n_numbered++] = bytes;
        t->n++;
    }
    return SENTIMENT_OK;
}

void snt_bench_texts_close(snt_bench_texts *t)
{
    size_t given = t->n - t->n_numbered;

    for (size_t i = 0; t->records && i < given; i++)
        snt_record_free(t->records[i]);
    for (size_t i = 0; i < t->n_numbered; i++)
        free(t->numbered[i]);
    free(t->numbered);
    free(t->records);
    free(t->texts);
}
