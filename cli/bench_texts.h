/* bench_texts.h - what `bench` has classified. */
#ifndef SNT_BENCH_TEXTS_H
#define SNT_BENCH_TEXTS_H

#include "input.h"

/** Texts that are classified again and again. */
typedef struct snt_bench_texts {
    sentiment_text *texts; /* [n] */
    size_t n;
    snt_record **records; /* [n], whose texts they are; NULL: built in */
    char **numbered;      /* [n_numbered], what the last of texts point to */
    size_t n_numbered;
} snt_bench_texts;

/** Reads the input's texts, without blank ones, or takes headlines that are
 * built in when there is no operand and no text. Fails when there is none;
 * with an empty message when a file could not be read, which is reported. */
sentiment_status snt_bench_texts_open(
    snt_bench_texts *texts, const snt_input_options *opts,
    const snt_arg_list *operands, sentiment_error *err);

/** Adds the texts again, with a number behind them, until there are n: equal
 * ones would be computed once in a call. */
sentiment_status snt_bench_texts_extend(
    snt_bench_texts *texts, size_t n, sentiment_error *err);
void snt_bench_texts_close(snt_bench_texts *texts);

#endif
