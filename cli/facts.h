/* facts.h - things to tell about a model, as lines for people or as one JSON
 * object. */
#ifndef SNT_FACTS_H
#define SNT_FACTS_H

#include "buffer.h"
#include "sentiment/model.h"

enum { SNT_FACTS = 32 };

/** A string; a list when items is set; else a number. */
typedef struct snt_fact {
    const char *key;   /* in JSON */
    const char *title; /* for people */
    const char *string;
    uint64_t number;
    const char **items; /* [number] */
} snt_fact;

/** Zero it to begin. */
typedef struct snt_facts {
    snt_fact all[SNT_FACTS]; /* [n] */
    size_t n;
    const char **labels; /* the model's, as a list; owned */
} snt_facts;

void snt_facts_add(snt_facts *facts, const snt_fact *more, size_t n);

/** Adds what a checkpoint is; strings stay the model's. */
sentiment_status snt_facts_add_model(
    snt_facts *facts, const sentiment_model *model, sentiment_error *err);

void snt_facts_put(const snt_facts *facts, snt_buffer *buf, bool as_json);
void snt_facts_free(snt_facts *facts);

#endif
