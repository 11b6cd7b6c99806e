/*
 * weights.h - the named tensors of a checkpoint, where they lie in its mapped
 * files. The readers of formats.h fill the list, model.c asks it.
 */
#ifndef SNT_WEIGHTS_H
#define SNT_WEIGHTS_H

#include <stdbool.h>

#include "file.h"
#include "shim/engine.h"

enum { SNT_MAX_DIMS = 4, SNT_DTYPE_OTHER = -1 };

/** How values are stored: the name that safetensors has for it. */
typedef struct snt_type {
    const char *name; /* "F32" */
    int dtype;        /* snt_dtype, or SNT_DTYPE_OTHER: not one of weights */
    size_t bytes;     /* of one value */
} snt_type;

/** The type of that name, or NULL. Types lie in one array, in the order that
 * safetensors gives them. */
const snt_type *snt_type_find(const char *name);

typedef struct snt_weight {
    char *name;       /* owned */
    const void *data; /* in the mapped file, maybe unaligned */
    uint64_t count;   /* values */
    const snt_type *type;
    int dtype; /* the type's */
    int n_dims;
    int64_t shape[SNT_MAX_DIMS];
} snt_weight;

/** Zero it to begin. */
typedef struct snt_weights {
    snt_weight *all; /* [n]; sorted by name once loaded */
    size_t n;
    size_t cap;
    snt_file *files; /* [n_files], mapped */
    size_t n_files;
    char *source; /* the path that was loaded */
} snt_weights;

void snt_weights_free(snt_weights *weights);

/** NULL: there is none of that name. Its own file says it only once. */
const snt_weight *snt_weights_find(
    const snt_weights *weights, const char *name);

/** Bytes of one value; 0 for SNT_DTYPE_OTHER. */
size_t snt_dtype_bytes(int dtype);

/* For the readers of formats: */

/** Maps path for as long as the list lives. */
sentiment_status snt_weights_map(
    snt_weights *weights, const char *path, snt_file *file,
    sentiment_error *err);

/** Adds a tensor, whose name is copied. */
sentiment_status snt_weights_add(
    snt_weights *weights, const snt_weight *weight, size_t name_len,
    sentiment_error *err);

/** To be searched; two of one name are refused. */
sentiment_status snt_weights_sort(snt_weights *weights, sentiment_error *err);

#endif
