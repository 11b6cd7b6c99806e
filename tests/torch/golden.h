/* golden.h - checkpoints, and the logits that transformers gave for texts. */
#ifndef SNT_GOLDEN_H
#define SNT_GOLDEN_H

#include <check.h>
#include <jansson.h>

#include "sentiment/model.h"
#include "shim/engine.h"

enum { MAX_TEXTS = 512, MAX_LABELS = 8, N_CHECKPOINTS = 9 };

/** The engine that ENGINE names; when it cannot be loaded the program ends. */
const snt_engine_ops *golden_engine(void);

/** Runs the suite in this process: what main returns. */
int golden_run(Suite *suite);

/** Folders; the last is the bundled model's. */
extern const char *const checkpoints[N_CHECKPOINTS];

/** Whether a checkpoint is there; says so when it is not. */
int golden_is_there(const char *dir);

typedef struct vectors {
    size_t n;
    json_t *lines[MAX_TEXTS];
    sentiment_text texts[MAX_TEXTS];
    float logits[MAX_TEXTS][MAX_LABELS];
} vectors;

void golden_load(vectors *v, const char *dir);
void golden_unload(vectors *v);

/** Texts as the classifier would pack them. */
typedef struct packed {
    snt_batch batch;
    int32_t ids[MAX_TEXTS * 64], positions[MAX_TEXTS * 64];
    int32_t starts[MAX_TEXTS + 1];
} packed;

void golden_pack(
    packed *p, const sentiment_model *model, const sentiment_text *texts,
    size_t n, size_t max_tokens);

/** A checkpoint on a device, with one session. */
typedef struct opened {
    const snt_engine_ops *engine;
    sentiment_model *model;
    snt_engine_model *network;
    snt_session *session;
    size_t labels, max_tokens;
} opened;

void golden_open(
    opened *o, const snt_engine_ops *engine, const char *dir,
    const snt_engine_options *opts);
void golden_close(opened *o);

/** Every text, in batches of so many: within bound of transformers' logits,
 * relative to those above 1. */
void golden_compare(
    const snt_engine_ops *engine, const char *dir,
    const snt_engine_options *opts, double bound, size_t at_once);

#endif
