/*
 * pickle.h - reads the pickles that torch.save makes of a state dict, and no
 * others.
 *
 * A pickle is a program for a stack machine that can call anything it names.
 * This machine calls nothing: it knows how a dict of tensors is written and
 * refuses, by name, whatever else a pickle asks for.
 */
#ifndef SNT_PICKLE_H
#define SNT_PICKLE_H

#include "sentiment/base.h"
#include "weights.h"

typedef enum snt_kind {
    SNT_PICKLE_NONE,
    SNT_PICKLE_BOOL,
    SNT_PICKLE_INT,
    SNT_PICKLE_FLOAT,
    SNT_PICKLE_STRING,
    SNT_PICKLE_LIST, /* a tuple or list of items */
    SNT_PICKLE_DICT, /* items: key, value, key, value, … */
    SNT_PICKLE_GLOBAL,
    SNT_PICKLE_STORAGE,
    SNT_PICKLE_TENSOR,
    SNT_PICKLE_MARK
} snt_kind;

typedef struct snt_value {
    snt_kind kind;
    int64_t integer;          /* BOOL, INT; GLOBAL: its place in the list */
    const char *bytes;        /* STRING, STORAGE's key; in the file */
    size_t len;               /* of bytes, of items */
    const snt_type *type;     /* STORAGE, TENSOR */
    struct snt_value **items; /* LIST, DICT; STORAGE, TENSOR: NULL */
    size_t cap;
    struct snt_value *storage; /* TENSOR */
    int64_t offset;            /* TENSOR: values from its storage's start */
    int n_dims;
    int64_t shape[SNT_MAX_DIMS];
    struct snt_value *next; /* all values, for freeing */
} snt_value;

/** Zero it to begin. */
typedef struct snt_pickle {
    snt_value *result; /* what the pickle is of */
    snt_value *all;
} snt_pickle;

sentiment_status snt_pickle_read(
    snt_pickle *pickle, const unsigned char *bytes, size_t len,
    const char *path, sentiment_error *err);
void snt_pickle_free(snt_pickle *pickle);

#endif
