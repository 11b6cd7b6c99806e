/*
 * loader.h - what the files that load a tokenizer share.
 *
 * load.c decides which files of a checkpoint count; load_json.c reads
 * tokenizer.json, load_post.c its special tokens; load_bpe.c and
 * load_wordpiece.c fill the two models. What a file may ask for is listed
 * construct by construct; anything else is refused with its place in the file,
 * because a tokenizer that is nearly right gives answers that are quietly
 * wrong.
 */
#ifndef SNT_LOADER_H
#define SNT_LOADER_H

#include <jansson.h>

#include "internal.h"

enum {
    SNT_MAX_FILE = 64 << 20,
    SNT_MAX_IDS = 1 << SNT_ID_BITS,
    SNT_MAX_TOKEN = 4096 /* bytes */
};

/** What is being read. */
typedef struct snt_loader {
    sentiment_tokenizer *tok;
    const char *path; /* of the file, for messages */
    sentiment_error *err;
    json_t *vocab; /* object: token to id; borrowed */
} snt_loader;

/** EFORMAT: "path: " and the rest; returns it. */
sentiment_status snt_loader_fail(const snt_loader *l, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** A flag; absent and null are the default. */
sentiment_status snt_loader_flag(
    const snt_loader *l, const json_t *object, const char *where,
    const char *key, bool otherwise, bool *flag);

/** The "type" of a part of tokenizer.json, "" when it has none. */
const char *snt_loader_type(const json_t *object);

/** Checks that l->vocab is a vocabulary, and counts its ids. */
sentiment_status snt_loader_vocab(const snt_loader *l);

/** The id of a token that must be in the vocabulary. */
sentiment_status snt_loader_id(
    const snt_loader *l, const char *token, const char *where, int32_t *id);

/** Makes room for n added tokens. */
sentiment_status snt_loader_room(const snt_loader *l, size_t n);

/** Adds a token that is like this one, of len > 0 bytes. */
sentiment_status snt_loader_add(
    const snt_loader *l, const char *content, size_t len,
    const snt_added_token *like);

/** The next line of the file from *at on, without its end. */
const char *snt_loader_line(
    const unsigned char *bytes, size_t file_len, size_t *at, size_t *len);

/* tokenizer.json, and its post_processor. */
sentiment_status snt_load_json(snt_loader *l);
sentiment_status snt_load_post(const snt_loader *l, const json_t *post);

/* Byte-level BPE: from "model" and "pre_tokenizer" of tokenizer.json, or from
 * the vocabulary in l->vocab and the file merges.txt. */
sentiment_status snt_load_bpe(
    const snt_loader *l, const json_t *model, const json_t *split);
sentiment_status snt_load_merges(const snt_loader *l, const char *merges);

/* WordPiece: from "model" and "normalizer" of tokenizer.json, or from
 * vocab.txt, whose tokens are added to the object l->vocab. */
sentiment_status snt_load_wordpiece(
    const snt_loader *l, const json_t *model, const json_t *normalizer);
sentiment_status snt_load_lines(const snt_loader *l, const json_t *config);

#endif
