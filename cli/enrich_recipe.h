/*
 * enrich_recipe.h - what `enrich` reads out of a record's value, and what it
 * writes in its place.
 */
#ifndef SNT_ENRICH_RECIPE_H
#define SNT_ENRICH_RECIPE_H

#include "args.h"
#include "krecord.h"
#include "writer.h"

typedef enum snt_envelope {
    SNT_ENVELOPE_DEMO = 1, /* label, score, text */
    SNT_ENVELOPE_OBJECT,   /* the JSON object that was there, and these */
    SNT_ENVELOPE_HEADERS   /* the value as it was, label and score as headers */
} snt_envelope;

/** What the option group fills. */
typedef struct snt_recipe_options {
    int format; /* 1 text, 2 jsonl; 0: text */
    const char *field;
    int envelope; /* snt_envelope; 0: object for jsonl, else demo */
    bool scores;
    uint32_t max_text_bytes; /* 0: 1 MiB */
} snt_recipe_options;

extern const snt_option_group snt_recipe_group;

typedef struct snt_recipe {
    bool json;
    const char *field;
    snt_envelope envelope;
    size_t max_text_bytes;
    const sentiment_classifier *clf;
    snt_output out; /* the value in the making; never written out */
    snt_writer writer;
} snt_recipe;

sentiment_status snt_recipe_open(
    snt_recipe *recipe, const snt_recipe_options *opts,
    const sentiment_classifier *clf, sentiment_error *err);
void snt_recipe_close(snt_recipe *recipe);

/** The text of a record; when there is none to classify, its error says why.
 * NULL without memory. */
snt_record *snt_recipe_read(
    const snt_recipe *recipe, const void *value, size_t len);

/** The record that carries the result; its value stands until the next call.
 * Headers are NULL, or the buffer has failed, without memory. */
snt_krecord snt_recipe_result(
    snt_recipe *recipe, const snt_krecord *from, const snt_outcome *outcome,
    const char *topic);

#endif
