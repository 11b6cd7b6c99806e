/*
 * digest.h - SHA-1 for users to see, SHA-256 to tell texts apart.
 *
 * libcrypto computes. Looking an algorithm up and making a context cost more
 * than hashing a headline, so both happen once: the one for the process, the
 * other for each thread.
 */
#ifndef SNT_DIGEST_H
#define SNT_DIGEST_H

#include "sentiment/base.h"

typedef enum snt_digest_kind { SNT_SHA1 = 0, SNT_SHA256 = 1 } snt_digest_kind;

enum { SNT_SHA1_BYTES = 20, SNT_SHA256_BYTES = 32 };

/** The digest of n parts, one behind the other, into out[20] or out[32]. */
sentiment_status snt_digest(
    snt_digest_kind kind, const sentiment_text *parts, size_t n,
    unsigned char *out, sentiment_error *err);

/** A digest that is fed in pieces, by one thread at a time: begin, add, end.
 * A failure is reported at the end. */
typedef struct snt_digest_stream {
    void *context; /* NULL after a failure */
    snt_digest_kind kind;
} snt_digest_stream;

void snt_digest_begin(snt_digest_stream *stream, snt_digest_kind kind);
void snt_digest_add(snt_digest_stream *stream, const void *bytes, size_t len);

/** Fills out[20] or out[32] and frees; out NULL: only frees. */
sentiment_status snt_digest_end(
    snt_digest_stream *stream, unsigned char *out, sentiment_error *err);

/** Writes n bytes as lower-case hexadecimal: out[2 * n + 1]. */
void snt_digest_hex(const unsigned char *bytes, size_t n, char *out);

#endif
