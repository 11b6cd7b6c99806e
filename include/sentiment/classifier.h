/*
 * classifier.h - texts in, labels and scores out.
 *
 * A classifier owns worker threads of its own, one per usable CPU, and forms
 * batches across all its callers. Any number of threads may classify at the
 * same time; each waits for its own texts only.
 */
#ifndef SENTIMENT_CLASSIFIER_H
#define SENTIMENT_CLASSIFIER_H

#include "cache.h"
#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sentiment_classifier sentiment_classifier;

/** What to do with a text over the model's limit. */
typedef enum sentiment_long {
    SENTIMENT_LONG_TRUNCATE = 0, /* cut it on the right, and flag it */
    SENTIMENT_LONG_ERROR = 1,    /* ETOOLONG for that text */
    SENTIMENT_LONG_WINDOWS = 2   /* overlapping windows, mean of the scores */
} sentiment_long;

/** In every field but size, zero or NULL asks for the default. */
typedef struct sentiment_classifier_options {
    uint32_t size;             /* sizeof this struct */
    uint32_t workers;          /* default: usable CPUs; on CUDA 2, on MPS 1 */
    const char *device;        /* "cpu" (default), "cuda", "cuda:N" or "mps" */
    const char *precision;     /* "auto" (default), "fp32", "bf16", … */
    const char *label_map;     /* see sentiment_model_options */
    const char *engine_path;   /* the engine's shared object; default: beside
                                  the library, see docs/architecture.md */
    sentiment_long long_texts; /* default: truncate */
    uint32_t batch_tokens; /* tokens a batch aims at; default: the engine's */
    sentiment_log_fn log;  /* default: silence */
    void *log_arg;
    uint32_t deterministic; /* 1: one text a batch, so that a text's scores
                               are bit for bit the same in any company, order
                               and number of workers; slower */
    uint32_t threads; /* that the forward pass of a lone text may use: those of
                         workers that have nothing to do; default: 1 */
    const char *cache_dir; /* a folder that is there, in which the weights are
                              kept as they are computed with, for the next to
                              open; default: none. Who may write there decides
                              the answers. See docs/performance.md */
} sentiment_classifier_options;

/**
 * Opens the checkpoint in directory dir on a device and starts the workers.
 * opts may be NULL. Slow (it loads the engine and packs the weights);
 * everything after it is not.
 */
sentiment_status sentiment_classifier_open(
    sentiment_classifier **clf, const char *dir,
    const sentiment_classifier_options *opts, sentiment_error *err);

/** Waits for what is being computed, then frees everything. */
void sentiment_classifier_close(sentiment_classifier *clf);

/**
 * Classifies n texts and fills results[0 .. n - 1]; scores, when not NULL,
 * gets the probability of every label, [n, labels].
 *
 * Each text has its own status: one that is not UTF-8 fails alone, its label
 * is -1 and its scores are 0; so does an empty or blank one (ETEXT) with a
 * checkpoint that puts no special tokens around a text. The call itself fails
 * only for the model's sake, and then no result is valid. A text's logits do
 * not depend on its neighbours beyond 1e-5 * max(1, |logit|) in fp32. Equal
 * texts of a call are computed once (of every 4096).
 */
sentiment_status sentiment_classify(
    sentiment_classifier *clf, const sentiment_text *texts, size_t n,
    sentiment_result *results, float *scores, sentiment_error *err);

/** The checkpoint: its labels, its tokenizer, its shape. Borrowed. */
const sentiment_model *sentiment_classifier_model(
    const sentiment_classifier *clf);

/** Shorthand for sentiment_model_n_labels and sentiment_model_label. */
size_t sentiment_classifier_n_labels(const sentiment_classifier *clf);
const char *sentiment_classifier_label(
    const sentiment_classifier *clf, size_t i);

/**
 * Stands for all that decides clf's answers besides the text: the checkpoint's
 * files (by name, size, inode and times of change), labels, device, precision,
 * how long texts are read, engine and library version. Two classifiers with
 * one identity may share a cache.
 */
void sentiment_classifier_identity(
    const sentiment_classifier *clf, sentiment_digest *identity);

/** What computes. Strings are borrowed from the classifier. */
typedef struct sentiment_classifier_info {
    uint32_t size; /* sizeof this struct, set by the caller */
    uint32_t workers;
    const char *engine;         /* "libtorch" */
    const char *engine_version; /* "2.14.1" */
    const char *devices;        /* all there are: "cpu,cuda:0" */
    const char *cpu;            /* what the engine uses: "AVX512" */
    const char *device;         /* the one in use */
    const char *precision;      /* the one in use */
    const char *reason;         /* why that precision */
    uint32_t copies; /* of the packed weights: 1, or 1 a NUMA node in use */
    uint32_t reserved;
} sentiment_classifier_info;

/** Fills *info; EINVAL when info->size is not set. */
sentiment_status sentiment_classifier_describe(
    const sentiment_classifier *clf, sentiment_classifier_info *info,
    sentiment_error *err);

/**
 * A yardstick for clf's speed: what the engine's framework (oneDNN, in
 * libtorch) reaches in one thread, with nothing around it, on matrices of 256
 * rows in the shapes of clf's linear layers and in its precision, in 10^9
 * operations a second. 0 where there is none, as on a GPU. Takes a fraction of
 * a second, on a thread of its own.
 */
sentiment_status sentiment_classifier_gauge(
    const sentiment_classifier *clf, double *gflop_per_s, sentiment_error *err);

enum {
    SENTIMENT_BATCH_STEPS = 12, /* in the tables of batch sizes */
    SENTIMENT_TOKENS_STEP = 16
};

/** Counts since open. A text read in windows counts once for each. */
typedef struct sentiment_classifier_stats {
    uint32_t size; /* sizeof this struct, set by the caller */
    uint32_t reserved;
    uint64_t batches;
    uint64_t texts;
    uint64_t tokens;
    uint64_t compute_us; /* all workers together */
    /** Batches of up to 1, 2, 4, … texts, each counted once; the last entry
     * has all larger ones too. */
    uint64_t by_texts[SENTIMENT_BATCH_STEPS];
    /** Batches of up to 16, 32, 64, … tokens, in the same way. */
    uint64_t by_tokens[SENTIMENT_BATCH_STEPS];
    uint64_t helped; /* batches that idle workers were called to help with */
} sentiment_classifier_stats;

/** Fills *stats; EINVAL when stats->size is not set. */
sentiment_status sentiment_classifier_count(
    const sentiment_classifier *clf, sentiment_classifier_stats *stats,
    sentiment_error *err);

#ifdef __cplusplus
}
#endif

#endif
