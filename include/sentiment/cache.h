/*
 * cache.h - remembers what the model said of a text.
 *
 * A cache is bounded in entries and in bytes, and no answer is older than its
 * time to live. What it keeps when it is full, SIEVE decides (Zhang et al.,
 * NSDI 2024): an entry that was asked for stays longer than one that was not.
 * Any number of threads may use it; it is split into shards with a lock each,
 * held for a few hundred nanoseconds. It computes nothing and starts no thread.
 *
 *     sentiment_digest digest;
 *     sentiment_result result;
 *     float scores[3];
 *
 *     sentiment_cache_key(NULL, text, &digest, &err);
 *     if (!sentiment_cache_get(cache, &digest, &result, scores)) {
 *         sentiment_classify(clf, &text, 1, &result, scores, &err);
 *         sentiment_cache_put(cache, &digest, &result, scores);
 *     }
 */
#ifndef SENTIMENT_CACHE_H
#define SENTIMENT_CACHE_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sentiment_cache sentiment_cache;

/** Stands for a text and for all that decides its answer. Frozen: 32 bytes. */
typedef struct sentiment_digest {
    unsigned char bytes[32]; /* SHA-256 */
} sentiment_digest;

/** In every field but size, zero or NULL asks for the default. */
typedef struct sentiment_cache_options {
    uint32_t size; /* sizeof this struct */
    uint32_t reserved;
    uint64_t ttl_ms;      /* an answer's life; default 300,000 */
    uint64_t max_entries; /* default 100,000 */
    uint64_t max_bytes;   /* of all memory it takes; default 64 Mi */
    uint64_t (*now_ms)(void *clock_arg); /* default: the monotonic clock */
    void *clock_arg;
} sentiment_cache_options;

/**
 * Opens a cache for results with n_labels scores each (0: scores are not
 * kept). The smaller of max_entries and max_bytes binds; EINVAL when not one
 * entry fits. Memory is taken as entries come. opts may be NULL.
 */
sentiment_status sentiment_cache_open(
    sentiment_cache **cache, size_t n_labels,
    const sentiment_cache_options *opts, sentiment_error *err);
void sentiment_cache_close(sentiment_cache *cache);

/**
 * The digest of text as read by the classifier with this identity; identity
 * NULL where one classifier alone uses the cache. About 0.2 µs for a headline.
 */
sentiment_status sentiment_cache_key(
    const sentiment_digest *identity, sentiment_text text,
    sentiment_digest *digest, sentiment_error *err);

/**
 * 1 with *result and, when not NULL, scores[n_labels] filled; or 0 when the
 * answer is not there or its time is over: it lives while less than ttl_ms
 * have passed since put. Asking does not make it live longer.
 */
int sentiment_cache_get(
    sentiment_cache *cache, const sentiment_digest *digest,
    sentiment_result *result, float *scores);

/**
 * Keeps a result that was computed just now, in place of an older one. A
 * failed one (result->status) is not kept. A full shard drops what is over its
 * time, or else one entry of SIEVE's choice.
 */
void sentiment_cache_put(
    sentiment_cache *cache, const sentiment_digest *digest,
    const sentiment_result *result, const float *scores);

/**
 * Drops all that is over its time, and says how many. A put does its share of
 * this anyway; call it from time to time where puts may cease. Others go on
 * meanwhile: a shard is locked for a few entries at a time.
 */
size_t sentiment_cache_sweep(sentiment_cache *cache);

/** Counts since open; entries, capacity and bytes are of this moment, and
 * entries = inserted - replaced - evicted - expired. */
typedef struct sentiment_cache_stats {
    uint32_t size; /* sizeof this struct, set by the caller */
    uint32_t reserved;
    uint64_t hits;
    uint64_t misses;
    uint64_t inserted;
    uint64_t replaced; /* by a put with the same digest */
    uint64_t evicted;  /* for want of room */
    uint64_t expired;  /* for age */
    uint64_t entries;
    uint64_t capacity; /* the most entries there can be */
    uint64_t bytes;    /* memory taken; it is kept for entries to come */
} sentiment_cache_stats;

/** Fills *stats; EINVAL when stats->size is not set. */
sentiment_status sentiment_cache_count(
    sentiment_cache *cache, sentiment_cache_stats *stats, sentiment_error *err);

#ifdef __cplusplus
}
#endif

#endif
