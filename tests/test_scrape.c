/* test_scrape.c - /metrics as it was posted, /health by the clock. */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "scrape.h"
#include "suites.h"

enum { STALL_MS = 5000, POSTS = 300 };

static snt_scrape *scrape;
static sentiment_error err;

static void setup(void)
{
    ck_assert_sentiment_ok(
        snt_scrape_open(&scrape, "127.0.0.1:0", STALL_MS, &err), err);
}

static void tidy(void)
{
    snt_scrape_close(scrape);
}

static void post(const char *text, uint64_t since_ms, bool busy)
{
    const snt_standstill standstill = {since_ms, 3};
    snt_buffer buf = {0};

    snt_buffer_add_string(&buf, text);
    snt_scrape_post(scrape, &buf, standstill, busy);
    ck_assert_ptr_null(buf.bytes);
}

static void assert_health(uint64_t now_ms, unsigned status, const char *body)
{
    snt_buffer found = {0};

    ck_assert_uint_eq(snt_scrape_health(scrape, now_ms, &found), status);
    snt_buffer_add_char(&found, '\0');
    ck_assert_str_eq(found.bytes, body);
    snt_buffer_free(&found);
}

/* The whole reply to GET path; the caller frees it. */
static char *get(const char *path)
{
    char request[128], *reply = calloc(1, 1 << 16);
    const char *colon = strrchr(snt_scrape_address(scrape), ':');
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0), len;
    size_t n = 0;
    ssize_t got;

    ck_assert_ptr_nonnull(colon);
    at.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    len = snprintf(
        request, sizeof(request),
        "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", path);
    ck_assert_int_eq(write(fd, request, (size_t)len), len);
    while ((got = read(fd, reply + n, (1 << 16) - n - 1)) > 0)
        n += (size_t)got;
    close(fd);
    return reply;
}

START_TEST(a_standstill_is_one_after_its_time)
{
    const uint64_t t = 1000000;

    assert_health(t, 200, "{\"status\":\"ok\"}\n");
    post("", t, false);
    assert_health(t - 1, 200, "{\"status\":\"ok\"}\n");
    assert_health(t + STALL_MS - 1, 200, "{\"status\":\"ok\"}\n");
    assert_health(
        t + STALL_MS, 503,
        "{\"partition\":3,\"seconds\":5,\"status\":\"stalled\"}\n");
    post("", 0, false);
    assert_health(t + 100 * STALL_MS, 200, "{\"status\":\"ok\"}\n");
}
END_TEST

START_TEST(a_poster_that_hangs_is_a_standstill)
{
    uint64_t now = snt_clock_now_ms(NULL);

    post("", 0, true);
    assert_health(now + STALL_MS - 1, 200, "{\"status\":\"ok\"}\n");
    assert_health(
        now + 60500 + STALL_MS, 503,
        "{\"seconds\":65,\"status\":\"stalled\"}\n");
}
END_TEST

START_TEST(what_was_posted_last_is_handed_out)
{
    char *reply;

    post("first 1\n", 0, false);
    post("second 2\n", 0, false);
    reply = get("/metrics");
    ck_assert_ptr_nonnull(strstr(reply, "HTTP/1.1 200 OK\r\n"));
    ck_assert_ptr_nonnull(strstr(reply, "text/plain; version=0.0.4"));
    ck_assert_ptr_nonnull(strstr(reply, "\r\n\r\nsecond 2\n"));
    free(reply);
    post("", 1, false);
    reply = get("/health");
    ck_assert_ptr_nonnull(strstr(reply, "HTTP/1.1 503 "));
    free(reply);
}
END_TEST

static void *post_often(void *arg)
{
    atomic_bool *stop = arg;

    while (!atomic_load(stop))
        post("one 1\ntwo 2\n", 0, true);
    return NULL;
}

START_TEST(one_posts_while_others_ask)
{
    atomic_bool stop = false;
    pthread_t poster;

    post("one 1\ntwo 2\n", 0, true);
    ck_assert_int_eq(pthread_create(&poster, NULL, post_often, &stop), 0);
    for (int i = 0; i < POSTS; i++) {
        char *reply = get(i % 3 ? "/metrics" : "/health");

        ck_assert_ptr_nonnull(
            strstr(reply, i % 3 ? "\r\n\r\none 1\ntwo 2\n" : "\"ok\""));
        free(reply);
    }
    atomic_store(&stop, true);
    pthread_join(poster, NULL);
}
END_TEST

START_TEST(an_address_is_a_host_and_a_port)
{
    static const char *const bad[] = {
        "",        "nowhere", "127.0.0.1:", ":80",        "::1:80",
        "[::1]80", "[::1]:",  "a:b",        "1.2.3.4:80x"};
    snt_scrape *made;

    ck_assert_sentiment_fails(
        snt_scrape_open(&made, bad[_i], STALL_MS, &err), SENTIMENT_EINVAL,
        bad[_i], err);
    ck_assert_ptr_null(made);
}
END_TEST

START_TEST(a_port_alone_is_this_machines)
{
    snt_scrape *made;

    ck_assert_sentiment_ok(snt_scrape_open(&made, "0", STALL_MS, &err), err);
    ck_assert_int_eq(strncmp(snt_scrape_address(made), "127.0.0.1:", 10), 0);
    snt_scrape_close(made);
}
END_TEST

START_TEST(an_address_that_is_taken_is_no_wrong_usage)
{
    snt_scrape *made;

    ck_assert_sentiment_fails(
        snt_scrape_open(&made, snt_scrape_address(scrape), STALL_MS, &err),
        SENTIMENT_EIO, snt_scrape_address(scrape), err);
}
END_TEST

Suite *scrape_suite(void)
{
    Suite *suite = suite_create("scrape");
    TCase *tcase = tcase_create("scrape");

    tcase_add_checked_fixture(tcase, setup, tidy);
    tcase_add_test(tcase, a_standstill_is_one_after_its_time);
    tcase_add_test(tcase, a_poster_that_hangs_is_a_standstill);
    tcase_add_test(tcase, what_was_posted_last_is_handed_out);
    tcase_add_test(tcase, one_posts_while_others_ask);
    tcase_add_loop_test(tcase, an_address_is_a_host_and_a_port, 0, 9);
    tcase_add_test(tcase, a_port_alone_is_this_machines);
    tcase_add_test(tcase, an_address_that_is_taken_is_no_wrong_usage);
    tcase_set_timeout(tcase, 60);
    suite_add_tcase(suite, tcase);
    return suite;
}
