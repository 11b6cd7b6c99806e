/*
 * cache.c - see cache.h.
 *
 * A cache is up to 64 shards, each a cache of its own; the digest says which.
 * All memory is one mapping, sized at open, so a put never allocates and never
 * fails; the system gives its pages as slots are first used.
 */
#include "cache.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "digest.h"
#include "error.h"
#include "options.h"
#include "shard.h"

enum {
    MAX_SHARDS = 64,
    LEAST_A_SHARD = 256 /* entries: fewer are spread too unevenly */
};

struct sentiment_cache {
    snt_shard_shape shape;
    uint64_t capacity;
    size_t fixed_bytes; /* this, shards and chains; slots follow */
    size_t map_bytes;
    uint32_t n_shards;  /* a power of two */
    snt_shard shards[]; /* [n_shards] */
};

static snt_shard *shard_of(
    sentiment_cache *cache, const sentiment_digest *digest)
{
    return &cache->shards[digest->bytes[0] & (cache->n_shards - 1)];
}

int sentiment_cache_get(
    sentiment_cache *cache, const sentiment_digest *digest,
    sentiment_result *result, float *scores)
{
    assert(cache && digest && result);
    return snt_shard_get(shard_of(cache, digest), digest, result, scores);
}

void sentiment_cache_put(
    sentiment_cache *cache, const sentiment_digest *digest,
    const sentiment_result *result, const float *scores)
{
    assert(cache && digest && result);
    assert(scores || !cache->shape.n_labels);
    if (result->status == SENTIMENT_OK)
        snt_shard_put(shard_of(cache, digest), digest, result, scores);
}

size_t sentiment_cache_sweep(sentiment_cache *cache)
{
    assert(cache);
    size_t n = 0;

    for (uint32_t i = 0; i < cache->n_shards; i++)
        n += snt_shard_sweep(&cache->shards[i]);
    return n;
}

sentiment_status sentiment_cache_count(
    sentiment_cache *cache, sentiment_cache_stats *stats, sentiment_error *err)
{
    assert(cache && stats);
    sentiment_cache_stats sum = {
        .capacity = cache->capacity, .bytes = cache->fixed_bytes};

    for (uint32_t i = 0; i < cache->n_shards; i++)
        snt_shard_count(&cache->shards[i], &sum);
    return snt_options_write(
        stats, &sum, sizeof(sum), "sentiment_cache_stats", err);
}

sentiment_status sentiment_cache_key(
    const sentiment_digest *identity, sentiment_text text,
    sentiment_digest *digest, sentiment_error *err)
{
    assert(digest && (text.bytes || !text.len));
    static const sentiment_digest none;
    const sentiment_text parts[2] = {
        {(const char *)(identity ? identity : &none)->bytes, sizeof(none)},
        text};

    return snt_digest(SNT_SHA256, parts, 2, digest->bytes, err);
}

size_t snt_cache_n_labels(const sentiment_cache *cache)
{
    return cache->shape.n_labels;
}

/* ---- open and close ---- */

static void set_defaults(sentiment_cache_options *opts)
{
    if (!opts->ttl_ms)
        opts->ttl_ms = 300000;
    if (!opts->max_entries)
        opts->max_entries = 100000;
    if (!opts->max_bytes)
        opts->max_bytes = UINT64_C(64) << 20;
}

/* How many entries there is room for, given the most that comes before. */
static uint64_t capacity_of(
    const sentiment_cache_options *opts, size_t slot_bytes)
{
    size_t head = sizeof(sentiment_cache) + MAX_SHARDS * sizeof(snt_shard);
    size_t entry = slot_bytes + sizeof(uint32_t);
    uint64_t most =
        opts->max_bytes < head + _Alignof(snt_shard)
            ? 0
            : (opts->max_bytes - head - _Alignof(snt_shard)) / entry;

    return most < opts->max_entries ? most : opts->max_entries;
}

/* Decides every size. */
static sentiment_cache plan(
    size_t n_labels, const sentiment_cache_options *opts)
{
    size_t line = _Alignof(snt_shard), slot = snt_shard_slot_bytes(n_labels);
    sentiment_cache cache = {
        .shape =
            {.clock = {opts->now_ms, opts->clock_arg},
             .ttl_ms = opts->ttl_ms,
             .n_labels = n_labels,
             .slot_bytes = slot},
        .capacity = capacity_of(opts, slot),
        .n_shards = 1};

    while (cache.n_shards < MAX_SHARDS &&
           cache.capacity / (2 * cache.n_shards) >= LEAST_A_SHARD)
        cache.n_shards *= 2;
    cache.fixed_bytes = sizeof(cache) + cache.n_shards * sizeof(snt_shard) +
                        cache.capacity * sizeof(uint32_t);
    cache.fixed_bytes = (cache.fixed_bytes + line - 1) / line * line;
    cache.map_bytes = cache.fixed_bytes + cache.capacity * slot;
    return cache;
}

/* Hands each shard its part of the mapping. */
static void lay_out(sentiment_cache *cache)
{
    uint32_t *chains = (uint32_t *)(void *)&cache->shards[cache->n_shards];
    char *slots = (char *)cache + cache->fixed_bytes;

    for (uint32_t i = 0; i < cache->n_shards; i++) {
        uint32_t capacity = (uint32_t)(cache->capacity / cache->n_shards) +
                            (i < cache->capacity % cache->n_shards);

        snt_shard_init(
            &cache->shards[i], &cache->shape, capacity, slots, chains);
        chains += capacity;
        slots += capacity * cache->shape.slot_bytes;
    }
}

sentiment_status sentiment_cache_open(
    sentiment_cache **cache, size_t n_labels,
    const sentiment_cache_options *opts, sentiment_error *err)
{
    assert(cache);
    sentiment_cache_options known;
    sentiment_cache sizes;
    void *memory;
    sentiment_status status = snt_options_read(
        &known, sizeof(known), opts, "sentiment_cache_options", err);

    *cache = NULL;
    if (status != SENTIMENT_OK)
        return status;
    set_defaults(&known);
    sizes = plan(n_labels, &known);
    if (!sizes.capacity)
        return snt_fail(
            err, SENTIMENT_EINVAL, "max_bytes %llu has no room for an entry",
            (unsigned long long)known.max_bytes);
    memory = mmap(
        NULL, sizes.map_bytes, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        return snt_fail(
            err, SENTIMENT_ENOMEM, "a cache of %zu bytes: %s", sizes.map_bytes,
            strerror(errno));
    *cache = memory;
    memcpy(*cache, &sizes, sizeof(sizes));
    lay_out(*cache);
    return SENTIMENT_OK;
}

void sentiment_cache_close(sentiment_cache *cache)
{
    if (!cache)
        return;
    for (uint32_t i = 0; i < cache->n_shards; i++)
        snt_shard_destroy(&cache->shards[i]);
    munmap(cache, cache->map_bytes);
}
