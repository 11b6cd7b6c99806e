/*
 * engine.h - the border between the C library and whatever computes.
 *
 * An engine is a shared object that exports one function, snt_engine, which
 * answers with a table of functions. It speaks of models, not of tensor
 * operations: describe (what is here), open (a model), session (a workspace
 * for one thread at a time), forward, close. libtorch's engine stands in
 * engine_torch.cc; tests/fake_engine.c is another.
 *
 * Memory does not change sides and nothing calls back from an engine but log.
 * Two devices are for tests: "cpu:stock", the code that runs on a GPU, and
 * "cpu:onednn", that of CPUs for which there is no product of our own.
 */
#ifndef SNT_ENGINE_H
#define SNT_ENGINE_H

#include "sentiment/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SNT_ENGINE_ABI 7

typedef enum snt_dtype { SNT_F32 = 0, SNT_F16 = 1, SNT_BF16 = 2 } snt_dtype;

/** Bytes of a value. */
static inline size_t snt_dtype_size(snt_dtype type)
{
    return type == SNT_F32 ? 4 : 2;
}

/** A row-major matrix; a vector has cols 1. Borrowed; data NULL: absent.
 * data may be unaligned: a file decides where a tensor lies. */
typedef struct snt_tensor {
    const void *data; /* [rows, cols] */
    int64_t rows;
    int64_t cols;
    snt_dtype dtype;
} snt_tensor;

/** y = x * weight^T + bias, or a layer norm's weight and bias (vectors). */
typedef struct snt_affine {
    snt_tensor weight; /* [out, in], or [hidden] */
    snt_tensor bias;   /* [out] */
} snt_affine;

/** One encoder layer of the BERT family. */
typedef struct snt_layer {
    snt_affine query, key, value; /* [hidden, hidden] */
    snt_affine attention_out;     /* [hidden, hidden] */
    snt_affine attention_norm;    /* [hidden] */
    snt_affine up;                /* [intermediate, hidden], exact GELU */
    snt_affine down;              /* [hidden, intermediate] */
    snt_affine out_norm;          /* [hidden] */
} snt_layer;

typedef enum snt_activation { SNT_TANH = 0, SNT_RELU = 1 } snt_activation;

/** A classifier whole: encoder, and a head that reads the first token. */
typedef struct snt_network {
    int64_t hidden;
    int64_t heads; /* divides hidden */
    int64_t intermediate;
    int64_t n_layers;
    int64_t n_labels;
    int64_t vocab;
    int64_t n_positions;
    float layer_norm_eps;
    snt_activation head_activation;
    snt_tensor word_embeddings;     /* [vocab, hidden] */
    snt_tensor position_embeddings; /* [n_positions, hidden] */
    snt_tensor type_embeddings; /* [types, hidden], row 0 is used; or NULL */
    snt_affine embeddings_norm; /* [hidden] */
    const snt_layer *layers;    /* [n_layers] */
    snt_affine head_dense;      /* [hidden, hidden], then head_activation */
    snt_affine head_out;        /* [n_labels, hidden] */
} snt_network;

/** Precisions, as bits for "which are there". */
typedef enum snt_precision {
    SNT_FP32 = 1u << 0,
    SNT_BF16_COMPUTE = 1u << 1,
    SNT_FP16_COMPUTE = 1u << 2,
    SNT_INT8 = 1u << 3
} snt_precision;

/** What an engine is and what this machine offers it. */
typedef struct snt_engine_caps {
    char version[32];      /* "2.14.1" */
    char devices[128];     /* "cpu,cuda:0" */
    char cpu[64];          /* "AVX512" */
    uint32_t precisions;   /* snt_precision bits that run on the CPU */
    uint32_t fast;         /* of them: faster than fp32, by what the CPU is */
    uint32_t batch_tokens; /* tokens a batch should aim at on the CPU, */
    uint32_t gpu_batch_tokens; /* and on any other device */
} snt_engine_caps;

typedef struct snt_engine_options {
    const char *device; /* "cpu", "cuda", "cuda:N", "mps" */
    snt_precision precision;
    sentiment_log_fn log; /* or NULL */
    void *log_arg;
    /** For int8: the largest magnitudes that the inputs of each layer's query
     * and of its up are known to take, [n_layers, 2, hidden]; or NULL. */
    const float *ranges;
    /** Threads that a forward pass may use at most: one in forward, the others
     * in help. 0 and 1: no engine is asked for help. */
    unsigned threads;
    /** Of the batches that are to come: what may be prepared ahead. 0 tokens:
     * nothing is. */
    size_t most_tokens, most_texts;
    /** Threads that open may use at most, its own among them; 0 is 1. */
    unsigned makers;
    /** Where to keep such magnitudes of all that is computed, in fp32 on a CPU;
     * or NULL. Complete when all sessions have ended. */
    float *observed;
    /** A path without its end, which stands for the files and all else that the
     * layers are made of in this precision: there an engine may keep what it
     * makes of them, for the next to open the same; or NULL. */
    const char *kept;
} snt_engine_options;

/** Packed texts, without padding. */
typedef struct snt_batch {
    size_t n;                 /* texts, at least 1 */
    size_t tokens;            /* of all texts together, at least n */
    const int32_t *ids;       /* [tokens], each below vocab */
    const int32_t *positions; /* [tokens], each below n_positions */
    const int32_t *starts;    /* [n + 1], starts[0] 0, starts[n] tokens */
    unsigned threads;         /* that may be in help; with 0 and 1 none is
                                 expected and nothing prepared for it */
} snt_batch;

typedef struct snt_engine_model snt_engine_model;
typedef struct snt_session snt_session;

typedef struct snt_engine_ops {
    uint32_t abi;     /* SNT_ENGINE_ABI */
    const char *name; /* "libtorch" */
    sentiment_status (*describe)(snt_engine_caps *caps, sentiment_error *err);

    /** Packs the network for a device. The tensors stay where they are until
     * close: an engine may go on reading them. Called, like begin and forward,
     * on a thread of the library's own, whose settings the engine may change.
     * EDEVICE names the devices that are there. */
    sentiment_status (*open)(
        snt_engine_model **model, const snt_network *network,
        const snt_engine_options *opts, sentiment_error *err);
    void (*close)(snt_engine_model *model);

    /** A workspace. Threads compute at the same time in sessions of their own:
     * begin and forward of one session belong to one thread. It ends when no
     * thread is in forward or in help. */
    sentiment_status (*begin)(
        snt_session **session, snt_engine_model *model, sentiment_error *err);
    void (*end)(snt_session *session);

    /** Fills logits [n, n_labels] in float. */
    sentiment_status (*forward)(
        snt_session *session, const snt_batch *batch, float *logits,
        sentiment_error *err);

    /** Computes a part of what another thread's forward computes in session,
     * or waits some microseconds for one: 1 as long as that pass goes on, 0:
     * there is none, or it takes no help. The logits are the same, bit for
     * bit. */
    int (*help)(snt_session *session);

    /** Prepares one thing that a forward would otherwise have to, of
     * milliseconds: 1, or 0 when nothing is left. Of the session's thread. What
     * a lone text needs open has prepared. */
    int (*warm)(snt_session *session);

    /** Products that were given a number of rows for the first time, in this
     * process, where that is what is compiled: for tests. */
    size_t (*met)(void);

    /** Operations a second that the engine's framework reaches in one thread,
     * with nothing around it, on matrices like the network's linear layers:
     * what forward is compared with. 0: there is no such figure. Takes a
     * fraction of a second. */
    sentiment_status (*gauge)(
        double *flop_per_s, const snt_network *network,
        const snt_engine_options *opts, sentiment_error *err);
} snt_engine_ops;

/** The symbol that a shared object of this kind exports. */
#define SNT_ENGINE_SYMBOL "snt_engine"
const snt_engine_ops *snt_engine(void);

#ifdef __cplusplus
}
#endif

#endif
