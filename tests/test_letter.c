/* test_letter.c - what a dead letter says, which are meant, what it was. */
#include <stdlib.h>
#include <string.h>

#include "letter.h"
#include "suites.h"

static snt_krecord original, dead;

static void setup(void)
{
    original = (snt_krecord){
        .topic = "news",
        .partition = 2,
        .offset = 40,
        .timestamp_ms = 99,
        .key = "k",
        .key_len = 1,
        .value = "abc",
        .value_len = 3,
        .headers = rd_kafka_headers_new(2)};
    rd_kafka_header_add(original.headers, "trace", -1, "t1", -1);
    rd_kafka_header_add(original.headers, "trace", -1, "t2", -1);
    dead = snt_krecord_dead_letter(
        &original, "unknown-news", "Not UTF-8 at byte 7", 1500);
    dead.partition = 1;
    dead.offset = 17;
}

static void tidy(void)
{
    snt_krecord_free_headers(&dead);
    snt_krecord_free_headers(&original);
}

static void assert_json(const char *wanted)
{
    const snt_letter letter = snt_letter_of(&dead);
    snt_buffer found = {0};

    snt_letter_json(&letter, &found);
    snt_buffer_add_char(&found, '\0');
    ck_assert_str_eq(found.bytes, wanted);
    snt_buffer_free(&found);
}

START_TEST(a_letter_says_what_it_was)
{
    const snt_letter letter = snt_letter_of(&dead);

    ck_assert_str_eq(letter.reason, "Not UTF-8 at byte 7");
    ck_assert_str_eq(letter.source, "news");
    ck_assert_int_eq(letter.source_partition, 2);
    ck_assert_int_eq(letter.source_offset, 40);
    ck_assert_int_eq(letter.time_ms, 1500);
    ck_assert(!letter.headers_only);
    assert_json(
        "{\"bytes\":3,\"error\":\"Not UTF-8 at byte 7\","
        "\"headers_only\":false,\"id\":\"1:17\",\"key\":\"k\","
        "\"source\":\"news\",\"source_offset\":40,\"source_partition\":2,"
        "\"time\":\"1970-01-01T00:00:01.500Z\",\"topic\":\"unknown-news\"}");
}
END_TEST

START_TEST(a_stub_is_not_a_tombstone)
{
    snt_letter letter;

    dead.value = NULL;
    dead.value_len = 0;
    letter = snt_letter_of(&dead);
    ck_assert(!letter.headers_only);
    ck_assert_uint_eq(letter.bytes, 0);
    snt_krecord_make_stub(&dead, &original, false);
    letter = snt_letter_of(&dead);
    ck_assert(letter.headers_only);
    ck_assert_uint_eq(letter.bytes, 3);
}
END_TEST

START_TEST(what_is_no_letter_is_told_apart)
{
    rd_kafka_headers_destroy(dead.headers);
    dead.headers = NULL;
    dead.key = NULL;
    assert_json(
        "{\"bytes\":3,\"error\":null,\"headers_only\":false,\"id\":\"1:17\","
        "\"key\":null,\"source\":null,\"source_offset\":null,"
        "\"source_partition\":null,\"time\":null,\"topic\":\"unknown-news\"}");
}
END_TEST

static const char *const nonsense[] = {"", "-1", "x", "7x", " 7"};

START_TEST(a_number_that_is_none_is_not_known)
{
    snt_letter letter;

    snt_krecord_set_header(
        &dead, SNT_HEADER_PARTITION, nonsense[_i], strlen(nonsense[_i]));
    snt_krecord_set_header(
        &dead, SNT_HEADER_OFFSET, nonsense[_i], strlen(nonsense[_i]));
    snt_krecord_set_header(&dead, SNT_HEADER_TIME, "yesterday", 9);
    letter = snt_letter_of(&dead);
    ck_assert_int_eq(letter.source_partition, -1);
    ck_assert_int_eq(letter.source_offset, -1);
    ck_assert_int_eq(letter.time_ms, 0);
}
END_TEST

static const struct {
    snt_letter_filter filter;
    bool matches;
} filters[] = {
    {{NULL, -1, 0, 0}, true},       {{"utf-8", -1, 0, 0}, true},
    {{"NOT", -1, 0, 0}, true},      {{"tombstone", -1, 0, 0}, false},
    {{NULL, 2, 0, 0}, true},        {{NULL, 0, 0, 0}, false},
    {{NULL, -1, 1500, 0}, true},    {{NULL, -1, 1501, 0}, false},
    {{NULL, -1, 0, 1500}, false},   {{NULL, -1, 0, 1501}, true},
    {{"utf", 2, 1500, 1501}, true}, {{"utf", 1, 1500, 1501}, false},
};

START_TEST(a_filter_lets_through_what_it_names)
{
    snt_letter letter = snt_letter_of(&dead);
    const snt_letter_filter *filter = &filters[_i].filter;

    ck_assert_int_eq(snt_letter_matches(&letter, filter), filters[_i].matches);
    /* What has no reason, source, time is named by no bound of them. */
    letter = (snt_letter){.source_partition = -1};
    ck_assert_int_eq(snt_letter_matches(&letter, filter), _i == 0);
}
END_TEST

START_TEST(a_revived_record_is_the_one_that_died)
{
    snt_krecord back = snt_krecord_revive(&dead, "elsewhere");
    const char *name;
    const void *value;
    size_t len;

    ck_assert_str_eq(back.topic, "elsewhere");
    ck_assert_ptr_eq(back.value, original.value);
    ck_assert_ptr_eq(back.key, original.key);
    ck_assert_int_eq(back.timestamp_ms, 99);
    ck_assert_uint_eq(rd_kafka_header_cnt(back.headers), 2);
    for (size_t i = 0; i < 2; i++) {
        rd_kafka_header_get_all(back.headers, i, &name, &value, &len);
        ck_assert_str_eq(name, "trace");
        ck_assert_str_eq(value, i ? "t2" : "t1");
    }
    snt_krecord_free_headers(&back);
}
END_TEST

#define N(array) ((int)(sizeof(array) / sizeof(*(array))))

Suite *letter_suite(void)
{
    Suite *suite = suite_create("letter");
    TCase *tcase = tcase_create("letter");

    tcase_add_checked_fixture(tcase, setup, tidy);
    tcase_add_test(tcase, a_letter_says_what_it_was);
    tcase_add_test(tcase, a_stub_is_not_a_tombstone);
    tcase_add_test(tcase, what_is_no_letter_is_told_apart);
    tcase_add_loop_test(
        tcase, a_number_that_is_none_is_not_known, 0, N(nonsense));
    tcase_add_loop_test(
        tcase, a_filter_lets_through_what_it_names, 0, N(filters));
    tcase_add_test(tcase, a_revived_record_is_the_one_that_died);
    suite_add_tcase(suite, tcase);
    return suite;
}
