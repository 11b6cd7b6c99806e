/* load.h - the options of every command that loads a model. */
#ifndef SNT_LOAD_H
#define SNT_LOAD_H

#include "args.h"
#include "locate.h"
#include "sentiment/classifier.h"

/** What the option group fills. */
typedef struct snt_load_options {
    const char *model;
    const char *device;
    const char *precision;
    uint32_t workers;
    uint32_t threads;
    int long_texts; /* 1 truncate, 2 window, 3 error */
    const char *label_map;
    const char *engine;
    bool deterministic;
    const char *cache_dir;
} snt_load_options;

extern const snt_option_group snt_load_group;

/** Opens the classifier that the options ask for. */
sentiment_status snt_load_classifier(
    sentiment_classifier **clf, const snt_load_options *opts,
    sentiment_error *err);

/** Says how many texts were cut, when any was. */
void snt_load_report_cut(
    const sentiment_classifier *clf, const snt_load_options *opts, uint64_t n);

/** Whether a failure to open it is the command line's: exit status 2. */
int snt_load_exit(sentiment_status status);

#endif
