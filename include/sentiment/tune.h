/*
 * tune.h - how far the lower precisions may be trusted on a checkpoint.
 *
 * A verdict compares what a checkpoint answers in bf16, int8 and the like with
 * what it answers in fp32. It is kept beside the checkpoint, bound to its
 * weights, and decides what precision "auto" is: the fastest on the device in
 * use of those that give nearly all texts the label that fp32 gives them.
 * Without a verdict, or with one on other weights, that is fp32.
 */
#ifndef SENTIMENT_TUNE_H
#define SENTIMENT_TUNE_H

#include "classifier.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The file's name in the checkpoint's directory. */
#define SENTIMENT_VERDICT_FILE "sentiment-verdict.json"

/** The share of equal labels from which "auto" takes a precision. */
#define SENTIMENT_VERDICT_BAR 0.995

/** One precision against fp32, over all texts. Frozen. */
typedef struct sentiment_agreement {
    char precision[8];     /* "bf16" */
    double labels;         /* share of texts with the same label, 0 to 1 */
    double largest_change; /* of any label's score */
} sentiment_agreement;

enum { SENTIMENT_PRECISIONS = 4 };

typedef struct sentiment_verdict {
    uint32_t size;  /* sizeof this struct, set by the caller */
    uint32_t n;     /* precisions that were compared with fp32 */
    uint64_t texts; /* how many */
    sentiment_agreement all[SENTIMENT_PRECISIONS]; /* [n] */
} sentiment_verdict;

/**
 * Classifies n texts with the checkpoint in dir in every precision that the
 * device runs, fills *verdict, and keeps it beside the checkpoint in the place
 * of an older one, whole or not at all. It also keeps what int8 needs to know
 * of the values between layers to lose less. opts may be NULL; its precision
 * has no meaning here. What fails, be it one text, fails the call; EIO names
 * the file that cannot be written, as far as possible before anything is
 * computed.
 */
sentiment_status sentiment_tune(
    const char *dir, const sentiment_classifier_options *opts,
    const sentiment_text *texts, size_t n, sentiment_verdict *verdict,
    sentiment_error *err);

/** Reads the verdict beside the checkpoint in dir. EIO: there is none.
 * EFORMAT: it is damaged, or was made for other weights. */
sentiment_status sentiment_verdict_load(
    const char *dir, sentiment_verdict *verdict, sentiment_error *err);

#ifdef __cplusplus
}
#endif

#endif
