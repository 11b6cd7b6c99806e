/* digest.c - see digest.h. */
#include "digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "error.h"

enum { KINDS = 2 };

static const char *const names[KINDS] = {"SHA1", "SHA2-256"};

/* One thread's contexts. Each keeps its algorithm: a change costs as much as
 * a context of its own. */
typedef struct contexts {
    EVP_MD_CTX *of[KINDS];
} contexts;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static EVP_MD *algorithms[KINDS];
static pthread_key_t key;
static bool has_key;

static void free_contexts(void *arg)
{
    contexts *own = arg;

    for (int i = 0; i < KINDS; i++)
        EVP_MD_CTX_free(own->of[i]);
    free(own);
}

/* Without libcrypto's atexit handler: threads may hash until the very end. */
static void set_up(void)
{
    OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL);
    for (int i = 0; i < KINDS; i++)
        algorithms[i] = EVP_MD_fetch(NULL, names[i], NULL);
    has_key = !pthread_key_create(&key, free_contexts);
}

static contexts *make_contexts(void)
{
    contexts *own = calloc(1, sizeof(*own));

    if (!own)
        return NULL;
    for (int i = 0; i < KINDS; i++)
        own->of[i] = EVP_MD_CTX_new();
    if (own->of[SNT_SHA1] && own->of[SNT_SHA256] &&
        !pthread_setspecific(key, own))
        return own;
    free_contexts(own);
    return NULL;
}

static EVP_MD_CTX *context_of_thread(snt_digest_kind kind)
{
    contexts *own;

    pthread_once(&once, set_up);
    if (!has_key || !algorithms[kind])
        return NULL;
    own = pthread_getspecific(key);
    if (!own)
        own = make_contexts();
    return own ? own->of[kind] : NULL;
}

static sentiment_status fail(snt_digest_kind kind, sentiment_error *err)
{
    if (algorithms[kind])
        return snt_fail_memory(err);
    return snt_fail(
        err, SENTIMENT_ESTATE, "libcrypto offers no %s here", names[kind]);
}

sentiment_status snt_digest(
    snt_digest_kind kind, const sentiment_text *parts, size_t n,
    unsigned char *out, sentiment_error *err)
{
    EVP_MD_CTX *ctx = context_of_thread(kind);
    bool ok = ctx && EVP_DigestInit_ex2(ctx, algorithms[kind], NULL);

    for (size_t i = 0; ok && i < n; i++)
        ok = EVP_DigestUpdate(ctx, parts[i].bytes, parts[i].len);
    if (ok && EVP_DigestFinal_ex(ctx, out, NULL))
        return SENTIMENT_OK;
    return fail(kind, err);
}

static void give_up(snt_digest_stream *stream)
{
    EVP_MD_CTX_free(stream->context);
    stream->context = NULL;
}

void snt_digest_begin(snt_digest_stream *stream, snt_digest_kind kind)
{
    pthread_once(&once, set_up);
    stream->kind = kind;
    stream->context = algorithms[kind] ? EVP_MD_CTX_new() : NULL;
    if (stream->context &&
        !EVP_DigestInit_ex2(stream->context, algorithms[kind], NULL))
        give_up(stream);
}

void snt_digest_add(snt_digest_stream *stream, const void *bytes, size_t len)
{
    if (stream->context && !EVP_DigestUpdate(stream->context, bytes, len))
        give_up(stream);
}

sentiment_status snt_digest_end(
    snt_digest_stream *stream, unsigned char *out, sentiment_error *err)
{
    bool ok = !out || (stream->context &&
                       EVP_DigestFinal_ex(stream->context, out, NULL));

    give_up(stream);
    return ok ? SENTIMENT_OK : fail(stream->kind, err);
}

void snt_digest_hex(const unsigned char *bytes, size_t n, char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < n; i++) {
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 15];
    }
    *out = '\0';
}
