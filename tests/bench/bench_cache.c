/*
 * bench_cache.c - how fast a cache answers, what hashing costs beside it, and
 * whether the bytes it accounts for are those it takes.
 *
 * The baseline of get is the same cache behind one lock; that of hashing is
 * libcrypto's one-call form.
 */
#include <openssl/evp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "digest.h"
#include "sentiment/cache.h"

enum {
    LABELS = 3,
    ENTRIES = 90000, /* of DIGESTS that are asked for: 90 % hits */
    DIGESTS = 100000,
    GETS = 4000000, /* a thread */
    HASHES = 1000000,
    MOST_THREADS = 2
};

static sentiment_digest *digests; /* [DIGESTS] */
static sentiment_cache *cache;
static pthread_mutex_t one_lock = PTHREAD_MUTEX_INITIALIZER;

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void require(int ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "bench_cache: %s failed\n", what);
    exit(EXIT_FAILURE);
}

static void *ask(void *locked)
{
    uint32_t random = 2463534242u ^ (uint32_t)(uintptr_t)&random;
    sentiment_result result;
    float scores[LABELS];

    for (int i = 0; i < GETS; i++) {
        random ^= random << 13;
        random ^= random >> 17;
        random ^= random << 5;
        if (locked)
            pthread_mutex_lock(&one_lock);
        sentiment_cache_get(cache, &digests[random % DIGESTS], &result, scores);
        if (locked)
            pthread_mutex_unlock(&one_lock);
    }
    return NULL;
}

/* Gets a second, of all threads together. */
static double rate(int n, void *locked)
{
    pthread_t threads[MOST_THREADS];
    double begun = seconds();

    for (int i = 0; i < n; i++)
        require(!pthread_create(&threads[i], NULL, ask, locked), "a thread");
    for (int i = 0; i < n; i++)
        pthread_join(threads[i], NULL);
    return (double)n * GETS / (seconds() - begun);
}

static sentiment_cache_stats count(void)
{
    sentiment_cache_stats stats = {.size = sizeof(stats)};

    require(!sentiment_cache_count(cache, &stats, NULL), "count");
    return stats;
}

static void measure_gets(void)
{
    double one = rate(1, NULL), two = rate(2, NULL);
    sentiment_cache_stats stats = count();
    double baseline = rate(2, &one_lock);

    printf("cache get, 1 thread: %.1f M/s\n", one / 1e6);
    printf(
        "cache get, 2 threads: %.1f M/s at %.1f %% hits; behind one lock %.1f "
        "M/s; ratio %.2f\n",
        two / 1e6,
        100 * (double)stats.hits / (double)(stats.hits + stats.misses),
        baseline / 1e6, two / baseline);
}

static size_t resident_bytes(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    unsigned long size = 0, pages = 0;

    require(file && fscanf(file, "%lu %lu", &size, &pages) == 2, "statm");
    fclose(file);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static void fill(void)
{
    sentiment_result result = {.label = 1, .score = 0.5f};
    size_t before = resident_bytes(), grown, accounted;
    double begun;

    require(!sentiment_cache_open(&cache, LABELS, NULL, NULL), "open");
    begun = seconds();
    for (size_t i = 0; i < ENTRIES; i++)
        sentiment_cache_put(cache, &digests[i], &result, (float[LABELS]){0});
    printf("cache put: %.1f M/s\n", ENTRIES / (seconds() - begun) / 1e6);
    grown = resident_bytes() - before;
    accounted = (size_t)count().bytes;
    printf(
        "cache of %d entries: %zu bytes accounted, %zu bytes grown; ratio "
        "%.3f\n",
        ENTRIES, accounted, grown, (double)accounted / (double)grown);
}

static void measure_hashing(size_t len)
{
    char text[4096] = "";
    sentiment_digest digest;
    sentiment_text part = {text, len};
    double begun, ours, theirs;

    begun = seconds();
    for (int i = 0; i < HASHES; i++)
        sentiment_cache_key(NULL, part, &digest, NULL);
    ours = seconds() - begun;
    begun = seconds();
    for (int i = 0; i < HASHES; i++)
        EVP_Digest(text, len, digest.bytes, NULL, EVP_sha256(), NULL);
    theirs = seconds() - begun;
    printf(
        "cache key of %zu bytes: %.0f ns; EVP_Digest %.0f ns; ratio %.2f\n",
        len, ours / HASHES * 1e9, theirs / HASHES * 1e9, ours / theirs);
    begun = seconds();
    for (int i = 0; i < HASHES; i++)
        snt_digest(SNT_SHA1, &part, 1, digest.bytes, NULL);
    printf(
        "sha1 of %zu bytes: %.0f ns\n", len,
        (seconds() - begun) / HASHES * 1e9);
}

int main(void)
{
    digests = malloc(DIGESTS * sizeof(*digests));
    require(digests != NULL, "memory");
    for (uint32_t i = 0; i < DIGESTS; i++)
        require(
            !sentiment_cache_key(
                NULL, (sentiment_text){(const char *)&i, sizeof(i)},
                &digests[i], NULL),
            "key");
    fill();
    measure_gets();
    measure_hashing(64);
    measure_hashing(512);
    sentiment_cache_close(cache);
    free(digests);
    return EXIT_SUCCESS;
}
