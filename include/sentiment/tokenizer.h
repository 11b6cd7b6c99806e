/*
 * tokenizer.h - text in, token ids out, exactly as Hugging Face does it.
 *
 * Byte-level BPE (RoBERTa) and WordPiece (BERT, cased and uncased); ids and
 * offsets equal those of the `tokenizers` library 0.23.3. A tokenizer never
 * changes after open: any number of threads may use one, without a lock; each
 * keeps 128 KiB of words of its own until it ends, and up to 2 MiB while new
 * ones keep coming. libtorch is not needed.
 *
 *     int32_t ids[512];
 *     sentiment_tokens out = {.ids = ids, .cap = 512};
 *     sentiment_tokenizer_encode(tok, sentiment_text_of("Profit rose"), 0,
 *                                &out, &err);
 */
#ifndef SENTIMENT_TOKENIZER_H
#define SENTIMENT_TOKENIZER_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sentiment_tokenizer sentiment_tokenizer;

/** Bytes [start, end) of the text; [0, 0) for a special token. Frozen. */
typedef struct sentiment_span {
    size_t start;
    size_t end;
} sentiment_span;

/** Where the ids of a text go. The arrays are the caller's. Frozen. */
typedef struct sentiment_tokens {
    int32_t *ids;            /* [cap] */
    sentiment_span *offsets; /* [cap], or NULL when they are not wanted */
    size_t cap;              /* a text with more tokens is cut to this many */
    size_t n;                /* set by encode: how many there are */
    int32_t truncated;       /* set by encode: 1 when the text was cut */
    int32_t reserved;        /* zero */
} sentiment_tokens;

/** How to encode; combine with |. */
enum {
    SENTIMENT_ENCODE_NO_SPECIAL = 1u << 0, /* without <s> … </s>, [CLS] … */
    SENTIMENT_ENCODE_KEEP_TAIL = 1u << 1,  /* cut on the left, not the right */
    SENTIMENT_ENCODE_SPECIAL_AS_TEXT = 1u << 2 /* "</s>" in a text is text */
};

/**
 * Reads the tokenizer of a checkpoint: path is tokenizer.json, or a directory
 * that holds tokenizer.json, or vocab.json and merges.txt, or vocab.txt, with
 * tokenizer_config.json beside them where it matters. What is not understood
 * is refused by name, never approximated.
 */
sentiment_status sentiment_tokenizer_open(
    sentiment_tokenizer **tok, const char *path, sentiment_error *err);
void sentiment_tokenizer_close(sentiment_tokenizer *tok);

/**
 * Encodes one text into out. Linear in the text's length; memory does not grow
 * with it, but for a run of combining marks. When the text is cut on the right,
 * what comes soon after out->cap tokens is only looked over, for bytes that are
 * not UTF-8 and for tokens that stand in the text by their name. The special
 * tokens count towards cap, and cap must have room for them (EINVAL). Fails
 * with ETEXT, naming the byte, when the text is not UTF-8, and with ETOOLONG
 * when it has more than 2 GiB. To keep the tail a text is read twice.
 */
sentiment_status sentiment_tokenizer_encode(
    const sentiment_tokenizer *tok, sentiment_text text, uint32_t flags,
    sentiment_tokens *out, sentiment_error *err);

/** A cap that no text of len bytes exceeds. */
size_t sentiment_tokenizer_bound(const sentiment_tokenizer *tok, size_t len);

/** The model_max_length of the checkpoint, or 0 when it states none. */
size_t sentiment_tokenizer_limit(const sentiment_tokenizer *tok);

/** One more than the largest id that encode can give. */
size_t sentiment_tokenizer_n_ids(const sentiment_tokenizer *tok);

/** "BPE" or "WordPiece". */
const char *sentiment_tokenizer_kind(const sentiment_tokenizer *tok);

#ifdef __cplusplus
}
#endif

#endif
