/* shard.h - one part of a cache: a lock, a table, and a list by age. */
#ifndef SNT_SHARD_H
#define SNT_SHARD_H

#include <pthread.h>

#include "clock.h"
#include "sentiment/cache.h"

/** The same for every shard of a cache. */
typedef struct snt_shard_shape {
    snt_clock clock;
    uint64_t ttl_ms;
    size_t n_labels;
    size_t slot_bytes;
} snt_shard_shape;

typedef struct snt_shard {
    _Alignas(64) pthread_mutex_t lock; /* guards what follows, and slots */
    const snt_shard_shape *shape;      /* borrowed */
    char *slots;                       /* [capacity], slot_bytes each */
    uint32_t *chains;                  /* [capacity], the first slot */
    uint32_t capacity;
    uint32_t used; /* slots that were ever taken */
    uint32_t free; /* the first of those given back */
    uint32_t newest;
    uint32_t oldest;
    uint32_t hand; /* where SIEVE goes on; 0: at the oldest */
    uint64_t entries, hits, misses, inserted, replaced, evicted, expired;
} snt_shard;

/** Bytes of a slot that keeps n_labels scores. */
size_t snt_shard_slot_bytes(size_t n_labels);

/** slots and chains are zeroed memory of the caller's, as sized above. */
void snt_shard_init(
    snt_shard *shard, const snt_shard_shape *shape, uint32_t capacity,
    char *slots, uint32_t *chains);
void snt_shard_destroy(snt_shard *shard);

/** These take the lock; what they do, cache.h says. */
int snt_shard_get(
    snt_shard *shard, const sentiment_digest *digest, sentiment_result *result,
    float *scores);
void snt_shard_put(
    snt_shard *shard, const sentiment_digest *digest,
    const sentiment_result *result, const float *scores);
size_t snt_shard_sweep(snt_shard *shard);
void snt_shard_count(snt_shard *shard, sentiment_cache_stats *sum);

#endif
