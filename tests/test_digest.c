/*
 * test_digest.c - digests and the clock.
 *
 * Expected values: FIPS 180-4's examples, and Python 3.11's hashlib:
 *
 *     s = bytes((i * 7 + 3) % 256 for i in range(200))
 *     all = hashlib.new(name)
 *     for k in range(201):
 *         all.update(hashlib.new(name, s[:k]).digest())
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "digest.h"
#include "suites.h"

static const struct {
    snt_digest_kind kind;
    size_t bytes;
    const char *million, *lengths;
} kinds[] = {
    {SNT_SHA1, SNT_SHA1_BYTES, "34aa973cd4c4daa4f61eeb2bdbad27316534016f",
     "02d79069dc73ad0af03448abfaffbb710334f1e9"},
    {SNT_SHA256, SNT_SHA256_BYTES,
     "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
     "3275febb4612d86d586eb9f11cd21e648a9fc7d95e0f6b8d362786e28c9c5b79"}};

static const struct {
    snt_digest_kind kind;
    size_t bytes;
    const char *text, *hex;
} known[] = {
    {SNT_SHA1, 20, "", "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
    {SNT_SHA1, 20, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
    {SNT_SHA1, 20, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
    {SNT_SHA1, 20,
     "The latest recall of Happy Fun Ball has sent ACME's stock plummeting.",
     "d7452c7cc882d1c690635cac92945e815947708d"},
    {SNT_SHA256, 32, "",
     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {SNT_SHA256, 32, "abc",
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {SNT_SHA256, 32, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
};

static void hash(
    snt_digest_kind kind, const void *bytes, size_t len, unsigned char *out)
{
    sentiment_error err;
    sentiment_text text = {bytes, len};

    ck_assert_sentiment_ok(snt_digest(kind, &text, 1, out, &err), err);
}

static void check_hex(
    const unsigned char *bytes, size_t n, const char *expected)
{
    char hex[2 * SNT_SHA256_BYTES + 1];

    snt_digest_hex(bytes, n, hex);
    ck_assert_str_eq(hex, expected);
}

START_TEST(gives_the_known_digests)
{
    unsigned char out[SNT_SHA256_BYTES];

    hash(known[_i].kind, known[_i].text, strlen(known[_i].text), out);
    check_hex(out, known[_i].bytes, known[_i].hex);
}
END_TEST

START_TEST(agrees_with_hashlib_on_every_length)
{
    sentiment_error err;
    unsigned char s[200], out[SNT_SHA256_BYTES];
    snt_digest_stream all;

    for (unsigned i = 0; i < sizeof(s); i++)
        s[i] = (unsigned char)(i * 7 + 3);
    snt_digest_begin(&all, kinds[_i].kind);
    for (size_t len = 0; len <= sizeof(s); len++) {
        hash(kinds[_i].kind, s, len, out);
        snt_digest_add(&all, out, kinds[_i].bytes);
    }
    ck_assert_sentiment_ok(snt_digest_end(&all, out, &err), err);
    check_hex(out, kinds[_i].bytes, kinds[_i].lengths);
}
END_TEST

START_TEST(takes_a_million_letters_in_uneven_pieces)
{
    sentiment_error err;
    unsigned char out[SNT_SHA256_BYTES];
    char letters[1009];
    snt_digest_stream stream;
    size_t left = 1000000, piece;

    memset(letters, 'a', sizeof(letters));
    snt_digest_begin(&stream, kinds[_i].kind);
    for (size_t i = 0; left; left -= piece, i = (i * 31 + 17) % 1010) {
        piece = i < left ? i : left;
        snt_digest_add(&stream, letters, piece);
    }
    ck_assert_sentiment_ok(snt_digest_end(&stream, out, &err), err);
    check_hex(out, kinds[_i].bytes, kinds[_i].million);
    snt_digest_begin(&stream, kinds[_i].kind);
    ck_assert_sentiment_ok(snt_digest_end(&stream, NULL, &err), err);
}
END_TEST

START_TEST(joins_parts_wherever_they_are_cut)
{
    static const char whole[] = "Orders fell short of estimates.";
    sentiment_error err;
    unsigned char expected[SNT_SHA256_BYTES], out[SNT_SHA256_BYTES];

    hash(SNT_SHA256, whole, strlen(whole), expected);
    for (size_t cut = 0; cut <= strlen(whole); cut++) {
        sentiment_text parts[2] = {
            {whole, cut}, {whole + cut, strlen(whole) - cut}};

        ck_assert_sentiment_ok(
            snt_digest(SNT_SHA256, parts, 2, out, &err), err);
        ck_assert_mem_eq(out, expected, sizeof(out));
    }
}
END_TEST

/* Returns arg when every digest was right. */
static void *hash_again_and_again(void *arg)
{
    sentiment_text text = sentiment_text_of("abc");
    unsigned char out[SNT_SHA256_BYTES];
    char hex[2 * SNT_SHA256_BYTES + 1];

    for (int i = 0; i < 2000; i++) {
        size_t row = i % 2 ? 1 : 5; /* of known[], "abc" in both kinds */

        if (snt_digest(known[row].kind, &text, 1, out, NULL) != SENTIMENT_OK)
            return NULL;
        snt_digest_hex(out, known[row].bytes, hex);
        if (strcmp(hex, known[row].hex))
            return NULL;
    }
    return arg;
}

START_TEST(serves_threads_at_the_same_time)
{
    pthread_t threads[4];
    void *right;

    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(
            pthread_create(&threads[i], NULL, hash_again_and_again, &threads),
            0);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], &right);
        ck_assert_ptr_nonnull(right);
    }
}
END_TEST

static uint64_t tell_seven(void *arg)
{
    (void)arg;
    return 7;
}

START_TEST(tells_the_time_or_what_it_is_told)
{
    snt_clock real = {0}, told = {.now_ms = tell_seven};
    uint64_t before = snt_clock_now_ms(&real);

    ck_assert_uint_gt(before, 0);
    ck_assert_uint_ge(snt_clock_now_ms(&real), before);
    ck_assert_uint_eq(snt_clock_now_ms(&told), 7);
}
END_TEST

Suite *digest_suite(void)
{
    Suite *suite = suite_create("digest");
    TCase *digests = tcase_create("digests");
    int n_known = (int)(sizeof(known) / sizeof(*known));

    tcase_add_loop_test(digests, gives_the_known_digests, 0, n_known);
    tcase_add_loop_test(digests, agrees_with_hashlib_on_every_length, 0, 2);
    tcase_add_loop_test(
        digests, takes_a_million_letters_in_uneven_pieces, 0, 2);
    tcase_add_test(digests, joins_parts_wherever_they_are_cut);
    tcase_add_test(digests, serves_threads_at_the_same_time);
    tcase_add_test(digests, tells_the_time_or_what_it_is_told);
    suite_add_tcase(suite, digests);
    return suite;
}
