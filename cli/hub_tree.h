/* hub_tree.h - which files a model has on the hub, and which of them are
 * needed here. */
#ifndef SNT_HUB_TREE_H
#define SNT_HUB_TREE_H

#include "hub_http.h"
#include "hub_store.h"

typedef struct snt_hub_file {
    char *name; /* at the top of the repository */
    char etag[SNT_HUB_ETAG];
    uint64_t size;
} snt_hub_file;

typedef struct snt_hub_tree {
    char commit[SNT_HUB_COMMIT];
    snt_hub_file *files; /* [n] */
    size_t n;
} snt_hub_tree;

/** Asks which commit a revision is, and what files it has. Call
 * snt_tree_free either way. */
sentiment_status snt_tree_read(
    snt_hub_tree *tree, snt_http *http, const snt_hub_name *name,
    sentiment_error *err);
void snt_tree_free(snt_hub_tree *tree);

/** The file of that name, or NULL. */
const snt_hub_file *snt_tree_find(const snt_hub_tree *tree, const char *name);

/** Files of a tree, borrowed from it. */
typedef struct snt_hub_files {
    const snt_hub_file **all; /* [n] */
    size_t n;
} snt_hub_files;
void snt_files_free(snt_hub_files *files);

/** All that is needed but weights; the index of sharded weights is one of
 * them. Fails when this is no checkpoint that can be read here. */
sentiment_status snt_tree_choose(
    snt_hub_files *files, const snt_hub_tree *tree, const char *what,
    sentiment_error *err);

/** The weights: of model.safetensors, the shards of the index (whose text is
 * given, or NULL when there is none) and pytorch_model.bin the first that is
 * there. */
sentiment_status snt_tree_choose_weights(
    snt_hub_files *files, const snt_hub_tree *tree, const char *what,
    const snt_buffer *index, sentiment_error *err);

/** The index's name. */
extern const char snt_tree_index[];

/** What `model tune` found, at the publisher's or here. */
extern const char snt_tree_verdict[];

#endif
