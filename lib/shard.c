/*
 * shard.c - see shard.h.
 *
 * The time to live is the same for all entries, so the list by age is in the
 * order of expiry as well: what is over its time is found at its old end.
 * Along the same list SIEVE's hand goes from old to young; it takes the first
 * entry that was not visited since it last came by, and clears the marks of
 * those it spares. A hit only sets a mark: nothing moves in the list.
 */
#include "shard.h"

#include <string.h>

enum {
    DROPS_A_PUT = 2, /* expired entries: more than come in */
    DROPS_A_LOCK = 128
};

/* Slots are counted from 1; 0 is none. */
typedef struct slot {
    sentiment_digest digest;
    uint64_t expires_ms;
    sentiment_result result;
    uint32_t next;  /* in the chain, or among those given back */
    uint32_t newer; /* in the list by age */
    uint32_t older;
    uint32_t visited;
    float scores[]; /* [n_labels] */
} slot;

size_t snt_shard_slot_bytes(size_t n_labels)
{
    size_t bytes = sizeof(slot) + n_labels * sizeof(float);

    return (bytes + _Alignof(slot) - 1) / _Alignof(slot) * _Alignof(slot);
}

static slot *at(const snt_shard *shard, uint32_t i)
{
    return (slot *)(void *)(shard->slots + (i - 1) * shard->shape->slot_bytes);
}

/* ---- the list by age ---- */

static void push(snt_shard *shard, uint32_t i)
{
    slot *s = at(shard, i);

    s->newer = 0;
    s->older = shard->newest;
    if (shard->newest)
        at(shard, shard->newest)->newer = i;
    else
        shard->oldest = i;
    shard->newest = i;
}

static void unlink_slot(snt_shard *shard, uint32_t i)
{
    const slot *s = at(shard, i);

    if (shard->hand == i)
        shard->hand = s->newer;
    if (s->newer)
        at(shard, s->newer)->older = s->older;
    else
        shard->newest = s->older;
    if (s->older)
        at(shard, s->older)->newer = s->newer;
    else
        shard->oldest = s->newer;
}

/* ---- the table ---- */

/* A digest is as good as random, so its bits are the hash; the first ones
 * have chosen the shard. */
static uint32_t *chain_of(
    const snt_shard *shard, const sentiment_digest *digest)
{
    uint32_t hash;

    memcpy(&hash, digest->bytes + 4, sizeof(hash));
    return &shard->chains[(uint64_t)hash * shard->capacity >> 32];
}

static uint32_t find(const snt_shard *shard, const sentiment_digest *digest)
{
    uint32_t i = *chain_of(shard, digest);

    while (i && memcmp(&at(shard, i)->digest, digest, sizeof(*digest)))
        i = at(shard, i)->next;
    return i;
}

static void drop(snt_shard *shard, uint32_t i)
{
    slot *s = at(shard, i);
    uint32_t *link = chain_of(shard, &s->digest);

    while (*link != i)
        link = &at(shard, *link)->next;
    *link = s->next;
    unlink_slot(shard, i);
    s->next = shard->free;
    shard->free = i;
    shard->entries--;
}

static uint32_t drop_expired(snt_shard *shard, uint64_t now, uint32_t most)
{
    uint32_t n = 0;

    while (n < most && shard->oldest &&
           at(shard, shard->oldest)->expires_ms <= now) {
        drop(shard, shard->oldest);
        n++;
    }
    shard->expired += n;
    return n;
}

static void evict(snt_shard *shard)
{
    uint32_t i = shard->hand ? shard->hand : shard->oldest;
    slot *s;

    while ((s = at(shard, i))->visited) {
        s->visited = 0;
        i = s->newer ? s->newer : shard->oldest;
    }
    shard->hand = i; /* drop moves it on */
    drop(shard, i);
    shard->evicted++;
}

static uint32_t take_slot(snt_shard *shard)
{
    uint32_t i = shard->free;

    if (!i)
        return ++shard->used;
    shard->free = at(shard, i)->next;
    return i;
}

/* ---- with the lock ---- */

int snt_shard_get(
    snt_shard *shard, const sentiment_digest *digest, sentiment_result *result,
    float *scores)
{
    uint64_t now = snt_clock_now_ms(&shard->shape->clock);
    uint32_t i;

    pthread_mutex_lock(&shard->lock);
    i = find(shard, digest);
    if (i && at(shard, i)->expires_ms <= now) {
        drop(shard, i);
        shard->expired++;
        i = 0;
    }
    if (i) {
        slot *s = at(shard, i);

        s->visited = 1;
        *result = s->result;
        if (scores)
            memcpy(scores, s->scores, shard->shape->n_labels * sizeof(float));
        shard->hits++;
    } else {
        shard->misses++;
    }
    pthread_mutex_unlock(&shard->lock);
    return i != 0;
}

static uint64_t expiry(const snt_shard *shard, uint64_t now)
{
    uint64_t ttl = shard->shape->ttl_ms;

    return ttl < UINT64_MAX - now ? now + ttl : UINT64_MAX;
}

/* A slot for digest, at the young end, with room made for it. */
static slot *insert(
    snt_shard *shard, const sentiment_digest *digest, uint64_t now)
{
    uint32_t *chain = chain_of(shard, digest);
    uint32_t i = find(shard, digest);
    slot *s;

    if (i) {
        drop(shard, i);
        shard->replaced++;
    }
    drop_expired(shard, now, DROPS_A_PUT);
    if (shard->entries == shard->capacity)
        evict(shard);
    i = take_slot(shard);
    s = at(shard, i);
    s->digest = *digest;
    s->next = *chain;
    s->visited = 0;
    *chain = i;
    push(shard, i);
    shard->entries++;
    shard->inserted++;
    return s;
}

/* The clock is read under the lock: the list is to be in order of expiry. */
void snt_shard_put(
    snt_shard *shard, const sentiment_digest *digest,
    const sentiment_result *result, const float *scores)
{
    uint64_t now;
    slot *s;

    pthread_mutex_lock(&shard->lock);
    now = snt_clock_now_ms(&shard->shape->clock);
    s = insert(shard, digest, now);
    s->expires_ms = expiry(shard, now);
    s->result = *result;
    if (shard->shape->n_labels)
        memcpy(s->scores, scores, shard->shape->n_labels * sizeof(float));
    pthread_mutex_unlock(&shard->lock);
}

size_t snt_shard_sweep(snt_shard *shard)
{
    size_t n = 0;
    uint32_t dropped;

    do {
        pthread_mutex_lock(&shard->lock);
        dropped = drop_expired(
            shard, snt_clock_now_ms(&shard->shape->clock), DROPS_A_LOCK);
        pthread_mutex_unlock(&shard->lock);
        n += dropped;
    } while (dropped == DROPS_A_LOCK);
    return n;
}

void snt_shard_count(snt_shard *shard, sentiment_cache_stats *sum)
{
    pthread_mutex_lock(&shard->lock);
    sum->hits += shard->hits;
    sum->misses += shard->misses;
    sum->inserted += shard->inserted;
    sum->replaced += shard->replaced;
    sum->evicted += shard->evicted;
    sum->expired += shard->expired;
    sum->entries += shard->entries;
    sum->bytes += shard->used * shard->shape->slot_bytes;
    pthread_mutex_unlock(&shard->lock);
}

void snt_shard_init(
    snt_shard *shard, const snt_shard_shape *shape, uint32_t capacity,
    char *slots, uint32_t *chains)
{
    *shard = (snt_shard){
        .shape = shape, .capacity = capacity, .slots = slots, .chains = chains};
    pthread_mutex_init(&shard->lock, NULL);
}

void snt_shard_destroy(snt_shard *shard)
{
    pthread_mutex_destroy(&shard->lock);
}
