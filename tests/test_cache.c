/*
 * test_cache.c - what a cache keeps, for how long, and what it lets go.
 *
 * The reference of what goes when it is full is sieve_model.c.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "sentiment/cache.h"
#include "sieve_model.h"
#include "suites.h"

enum { LABELS = 3, TTL = 1000 };

static uint64_t now;

static uint64_t tell_now(void *arg)
{
    return *(uint64_t *)arg;
}

static sentiment_cache *open_cache(uint64_t max_entries)
{
    sentiment_error err;
    sentiment_cache *cache;
    sentiment_cache_options opts = {
        .size = sizeof(opts),
        .ttl_ms = TTL,
        .max_entries = max_entries,
        .now_ms = tell_now,
        .clock_arg = &now};

    now = 5;
    ck_assert_sentiment_ok(
        sentiment_cache_open(&cache, LABELS, &opts, &err), err);
    return cache;
}

static sentiment_digest key_of(unsigned number)
{
    sentiment_error err;
    sentiment_digest digest;
    char text[16];

    snprintf(text, sizeof(text), "text %u", number);
    ck_assert_sentiment_ok(
        sentiment_cache_key(NULL, sentiment_text_of(text), &digest, &err), err);
    return digest;
}

/* What is kept for a number can be told from any other's. */
static void put(sentiment_cache *cache, unsigned number)
{
    sentiment_digest digest = key_of(number);
    float f = (float)number;
    sentiment_result result = {0, (int32_t)number, f, number, 1, 0};

    sentiment_cache_put(cache, &digest, &result, (float[]){f, f + 1, f + 2});
}

static bool get(sentiment_cache *cache, unsigned number)
{
    sentiment_digest digest = key_of(number);
    sentiment_result result;
    float scores[LABELS];

    if (!sentiment_cache_get(cache, &digest, &result, scores))
        return false;
    ck_assert_int_eq(result.label, (int32_t)number);
    ck_assert_uint_eq(result.tokens, number);
    ck_assert_float_eq(scores[LABELS - 1], (float)number + LABELS - 1);
    return true;
}

static sentiment_cache_stats count(sentiment_cache *cache)
{
    sentiment_error err;
    sentiment_cache_stats stats = {.size = sizeof(stats)};

    ck_assert_sentiment_ok(sentiment_cache_count(cache, &stats, &err), err);
    ck_assert_uint_eq(
        stats.entries,
        stats.inserted - stats.replaced - stats.evicted - stats.expired);
    ck_assert_uint_le(stats.entries, stats.capacity);
    return stats;
}

START_TEST(gives_back_all_of_a_result)
{
    sentiment_cache *cache = open_cache(10);
    sentiment_digest digest = key_of(1);
    sentiment_result in = {0, 2, 0.75f, 600, 3, SENTIMENT_TRUNCATED}, out;
    const float scores[LABELS] = {0.05f, 0.2f, 0.75f};
    float got[LABELS];

    ck_assert_int_eq(sentiment_cache_get(cache, &digest, &out, got), 0);
    sentiment_cache_put(cache, &digest, &in, scores);
    ck_assert_int_eq(sentiment_cache_get(cache, &digest, &out, got), 1);
    ck_assert_mem_eq(&in, &out, sizeof(in));
    ck_assert_mem_eq(scores, got, sizeof(scores));
    ck_assert_int_eq(sentiment_cache_get(cache, &digest, &out, NULL), 1);
    sentiment_cache_close(cache);
    sentiment_cache_close(NULL);
}
END_TEST

START_TEST(keeps_results_without_scores)
{
    sentiment_error err;
    sentiment_cache *cache;
    sentiment_digest digest = key_of(1);
    sentiment_result in = {.label = 1}, out;

    ck_assert_sentiment_ok(sentiment_cache_open(&cache, 0, NULL, &err), err);
    sentiment_cache_put(cache, &digest, &in, NULL);
    ck_assert_int_eq(sentiment_cache_get(cache, &digest, &out, NULL), 1);
    ck_assert_mem_eq(&in, &out, sizeof(in));
    sentiment_cache_close(cache);
}
END_TEST

/* Expected values: Python's hashlib.sha256(identity + text). */
START_TEST(tells_texts_and_classifiers_apart)
{
    sentiment_error err;
    sentiment_digest identity, digest;
    sentiment_text text = sentiment_text_of("Profit doubled.");
    char hex[65];

    for (int i = 0; i < 32; i++)
        identity.bytes[i] = (unsigned char)i;
    ck_assert_sentiment_ok(sentiment_cache_key(NULL, text, &digest, &err), err);
    snt_digest_hex(digest.bytes, 32, hex);
    ck_assert_str_eq(
        hex,
        "f306b7041521c6d148b6153003cb156d3929a6442aca47e7324af8e3ca4ed299");
    ck_assert_sentiment_ok(
        sentiment_cache_key(&identity, text, &digest, &err), err);
    snt_digest_hex(digest.bytes, 32, hex);
    ck_assert_str_eq(
        hex,
        "df4cbfdc36065c5560ed83f2568f5f3ea48437feeb87a9cf661adc851f889a3d");
}
END_TEST

START_TEST(lets_an_answer_live_exactly_its_time)
{
    sentiment_cache *cache = open_cache(10);

    put(cache, 1);
    now += TTL - 1;
    ck_assert(get(cache, 1));
    now += 1;
    ck_assert(!get(cache, 1));
    ck_assert(!get(cache, 1));
    ck_assert_uint_eq(count(cache).expired, 1);
    ck_assert_uint_eq(count(cache).misses, 2);
    sentiment_cache_close(cache);
}
END_TEST

START_TEST(counts_the_time_from_the_newest_computing)
{
    sentiment_cache *cache = open_cache(10);

    put(cache, 1);
    now += TTL / 2;
    put(cache, 1);
    now += TTL - 1;
    ck_assert(get(cache, 1));
    now += 1;
    ck_assert(!get(cache, 1));
    ck_assert_uint_eq(count(cache).replaced, 1);
    sentiment_cache_close(cache);
}
END_TEST

START_TEST(can_let_an_answer_live_forever)
{
    sentiment_error err;
    sentiment_cache *cache;
    sentiment_cache_options opts = {
        .size = sizeof(opts),
        .ttl_ms = UINT64_MAX,
        .now_ms = tell_now,
        .clock_arg = &now};

    now = 5;
    ck_assert_sentiment_ok(
        sentiment_cache_open(&cache, LABELS, &opts, &err), err);
    put(cache, 1);
    now = UINT64_MAX - 1;
    ck_assert(get(cache, 1));
    sentiment_cache_close(cache);
}
END_TEST

START_TEST(keeps_no_failure)
{
    sentiment_cache *cache = open_cache(10);
    sentiment_digest digest = key_of(1);
    sentiment_result failed = {.status = SENTIMENT_ETEXT, .label = -1}, out;

    sentiment_cache_put(cache, &digest, &failed, (float[LABELS]){0});
    ck_assert_int_eq(sentiment_cache_get(cache, &digest, &out, NULL), 0);
    put(cache, 1);
    sentiment_cache_put(cache, &digest, &failed, (float[LABELS]){0});
    ck_assert(get(cache, 1));
    sentiment_cache_close(cache);
}
END_TEST

START_TEST(keeps_what_is_asked_for_when_others_pass_by)
{
    sentiment_cache *cache = open_cache(100);

    put(cache, 0);
    for (unsigned i = 1; i < 10000; i++) {
        put(cache, i);
        ck_assert(get(cache, 0));
    }
    ck_assert_uint_eq(count(cache).entries, 100);
    ck_assert_uint_eq(count(cache).evicted, 10000 - 100);
    sentiment_cache_close(cache);
}
END_TEST

START_TEST(sweeps_out_what_is_over_its_time)
{
    sentiment_cache *cache = open_cache(100000);

    for (unsigned i = 0; i < 3000; i++) {
        now += i == 2000;
        put(cache, i);
    }
    ck_assert_uint_eq(sentiment_cache_sweep(cache), 0);
    now += TTL - 1;
    ck_assert_uint_eq(sentiment_cache_sweep(cache), 2000);
    ck_assert_uint_eq(count(cache).entries, 1000);
    ck_assert(!get(cache, 1999));
    ck_assert(get(cache, 2000));
    now += 1;
    ck_assert_uint_eq(sentiment_cache_sweep(cache), 1000);
    ck_assert_uint_eq(count(cache).entries, 0);
    sentiment_cache_close(cache);
}
END_TEST

/* Old entries go as new ones come, so an idle sweeper does no harm. */
START_TEST(puts_do_the_sweeping_of_their_own)
{
    sentiment_cache *cache = open_cache(100);

    for (unsigned i = 0; i < 100; i++)
        put(cache, i);
    now += TTL;
    for (unsigned i = 100; i < 150; i++)
        put(cache, i);
    ck_assert_uint_eq(count(cache).entries, 50);
    ck_assert_uint_eq(count(cache).evicted, 0);
    sentiment_cache_close(cache);
}
END_TEST

static const uint64_t limits[] = {16384, 100000, 1 << 20, 3000001};

START_TEST(takes_no_more_bytes_than_it_may)
{
    sentiment_error err;
    sentiment_cache *cache;
    sentiment_cache_options opts = {
        .size = sizeof(opts), .max_entries = 1 << 30, .max_bytes = limits[_i]};
    sentiment_cache_stats stats;

    ck_assert_sentiment_ok(
        sentiment_cache_open(&cache, LABELS, &opts, &err), err);
    for (unsigned i = 0; i < 50000; i++)
        put(cache, i);
    stats = count(cache);
    ck_assert_uint_le(stats.bytes, limits[_i]);
    ck_assert_uint_gt(stats.bytes + 16384, limits[_i]);
    ck_assert_uint_eq(stats.entries, stats.capacity);
    sentiment_cache_close(cache);
}
END_TEST

START_TEST(says_what_is_wrong_with_its_options)
{
    sentiment_error err;
    sentiment_cache *cache;
    sentiment_cache_stats stats = {.size = 0};
    sentiment_cache_options opts = {.size = sizeof(opts), .max_bytes = 1000};

    ck_assert_sentiment_fails(
        sentiment_cache_open(&cache, LABELS, &opts, &err), SENTIMENT_EINVAL,
        "max_bytes 1000 has no room", err);
    ck_assert_ptr_null(cache);
    opts.size = 0;
    ck_assert_sentiment_fails(
        sentiment_cache_open(&cache, LABELS, &opts, &err), SENTIMENT_EINVAL,
        "sentiment_cache_options.size is not set", err);
    ck_assert_sentiment_ok(
        sentiment_cache_open(&cache, LABELS, NULL, &err), err);
    ck_assert_sentiment_fails(
        sentiment_cache_count(cache, &stats, &err), SENTIMENT_EINVAL,
        "sentiment_cache_stats.size is not set", err);
    ck_assert_uint_eq(count(cache).capacity, 100000);
    sentiment_cache_close(cache);
}
END_TEST

/* ---- against the model ---- */

static const struct {
    int capacity;
    unsigned numbers, ms; /* how many there are; the clock's steps, 0 to ms */
} traces[] = {{1, 3, 0},    {2, 5, 10},     {7, 30, 0},
              {7, 30, 200}, {64, 100, 0},   {64, 300, 30},
              {64, 70, 90}, {300, 1000, 0}, {300, 1000, 7}};

START_TEST(lets_go_what_the_model_lets_go)
{
    int capacity = traces[_i].capacity;
    sentiment_cache *cache = open_cache((uint64_t)capacity);
    sieve_model m = {.capacity = capacity, .ttl_ms = TTL, .hand = SIEVE_NONE};
    unsigned seed = 1;

    for (int step = 0; step < 30000; step++) {
        double r = (double)rand_r(&seed) / RAND_MAX;
        unsigned number = (unsigned)(r * r * r * traces[_i].numbers);

        if (traces[_i].ms)
            now += (unsigned)rand_r(&seed) % traces[_i].ms;
        if (rand_r(&seed) % 20 == 0) {
            sieve_model_put(&m, number, now);
            put(cache, number);
        }
        ck_assert_msg(
            get(cache, number) == sieve_model_get(&m, number, now),
            "step %d: %u is there in one only", step, number);
        if (sieve_model_find(&m, number) == SIEVE_NONE) {
            sieve_model_put(&m, number, now);
            put(cache, number);
        }
        ck_assert_uint_eq(count(cache).evicted, m.evicted);
        ck_assert_uint_eq(count(cache).expired, m.expired);
    }
    ck_assert_uint_gt(m.evicted + m.expired, 100);
    sentiment_cache_close(cache);
}
END_TEST

/* ---- threads ---- */

enum { THREADS = 4, STEPS = 20000 };

static atomic_ullong common_ms;

static uint64_t tell_common(void *arg)
{
    (void)arg;
    return atomic_load(&common_ms);
}

static void *work(void *arg)
{
    sentiment_cache *cache = arg;
    unsigned seed = (unsigned)(uintptr_t)&seed;

    for (int i = 0; i < STEPS; i++) {
        unsigned number = (unsigned)rand_r(&seed) % 3000;

        if (!get(cache, number))
            put(cache, number);
        if (i % 100 == 0)
            atomic_fetch_add(&common_ms, 5);
        if (i % 1000 == 0)
            sentiment_cache_sweep(cache);
    }
    return NULL;
}

START_TEST(serves_threads_without_mixing_answers_up)
{
    sentiment_error err;
    sentiment_cache *cache;
    sentiment_cache_stats stats;
    pthread_t threads[THREADS];
    sentiment_cache_options opts = {
        .size = sizeof(opts),
        .ttl_ms = TTL,
        .max_entries = 1500,
        .now_ms = tell_common};

    ck_assert_sentiment_ok(
        sentiment_cache_open(&cache, LABELS, &opts, &err), err);
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, work, cache), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    stats = count(cache);
    ck_assert_uint_eq(stats.hits + stats.misses, THREADS * STEPS);
    ck_assert_uint_eq(stats.inserted, stats.misses);
    ck_assert_uint_gt(stats.evicted, 0);
    ck_assert_uint_gt(stats.expired, 0);
    sentiment_cache_close(cache);
}
END_TEST

/* What every function of the library does. */
START_TEST(takes_null_for_a_broken_promise)
{
    sentiment_cache_sweep(NULL);
}
END_TEST

Suite *cache_suite(void)
{
    const char *fork = getenv("CK_FORK");
    Suite *suite = suite_create("cache");
    TCase *answers = tcase_create("answers");
    TCase *bounds = tcase_create("bounds");
    TCase *threads = tcase_create("threads");

    tcase_add_test(answers, gives_back_all_of_a_result);
    tcase_add_test(answers, keeps_results_without_scores);
    tcase_add_test(answers, tells_texts_and_classifiers_apart);
    tcase_add_test(answers, lets_an_answer_live_exactly_its_time);
    tcase_add_test(answers, counts_the_time_from_the_newest_computing);
    tcase_add_test(answers, can_let_an_answer_live_forever);
    tcase_add_test(answers, keeps_no_failure);
    if (!fork || strcmp(fork, "no"))
        tcase_add_test_raise_signal(
            answers, takes_null_for_a_broken_promise, SIGABRT);
    suite_add_tcase(suite, answers);
    tcase_add_test(bounds, keeps_what_is_asked_for_when_others_pass_by);
    tcase_add_test(bounds, sweeps_out_what_is_over_its_time);
    tcase_add_test(bounds, puts_do_the_sweeping_of_their_own);
    tcase_add_test(bounds, says_what_is_wrong_with_its_options);
    tcase_add_loop_test(
        bounds, takes_no_more_bytes_than_it_may, 0,
        (int)(sizeof(limits) / sizeof(*limits)));
    tcase_add_loop_test(
        bounds, lets_go_what_the_model_lets_go, 0,
        (int)(sizeof(traces) / sizeof(*traces)));
    tcase_set_timeout(bounds, 60);
    suite_add_tcase(suite, bounds);
    tcase_add_test(threads, serves_threads_without_mixing_answers_up);
    tcase_set_timeout(threads, 60);
    suite_add_tcase(suite, threads);
    return suite;
}
