/* test_enrich.c - offsets, dead letters, what is written; no broker needed. */
#include <stdlib.h>
#include <string.h>

#include "enrich.h"
#include "fake.h"
#include "suites.h"

/* ---- offsets ---- */

static snt_track track;
static snt_part *part;

static void setup(void)
{
    track = (snt_track){0};
    part = snt_track_part(&track, 3);
    snt_track_assign(&track, part, 0);
}

static void tidy(void)
{
    snt_track_close(&track);
}

static snt_held *take(int64_t offset)
{
    return snt_track_take(&track, part, offset, 100, NULL);
}

START_TEST(an_offset_moves_only_over_what_is_done)
{
    snt_held *a = take(10), *b = take(11), *c = take(15);

    ck_assert_int_eq(snt_track_due(part), SNT_OFFSET_NONE);
    snt_track_done(&track, c, 0);
    snt_track_done(&track, b, 0);
    ck_assert_int_eq(snt_track_due(part), SNT_OFFSET_NONE);
    snt_track_done(&track, a, 7);
    ck_assert_int_eq(snt_track_due(part), 16);
    ck_assert_int_eq((int64_t)part->moved_ms, 7);
    ck_assert_uint_eq(track.held, 0);
    ck_assert_uint_eq(track.bytes, 0);
}
END_TEST

/* Every order in which five records may be done: next never passes one that
 * is not. */
START_TEST(an_offset_is_right_in_every_order)
{
    snt_held *held[5];
    bool done[5] = {false};
    int order = _i, first;

    for (int i = 0; i < 5; i++)
        held[i] = take(i);
    for (int left = 5; left > 0; left--) {
        int pick = order % left, at = 0;

        order /= left;
        while (done[at] || pick-- > 0)
            at++;
        done[at] = true;
        snt_track_done(&track, held[at], 0);
        for (first = 0; first < 5 && done[first];)
            first++;
        ck_assert_int_eq(part->next, first ? first : (int64_t)SNT_OFFSET_NONE);
    }
}
END_TEST

START_TEST(a_stale_record_counts_for_nothing)
{
    snt_held *a = take(10), *b = take(11);

    snt_track_done(&track, a, 0);
    snt_track_revoke(&track, part);
    snt_track_assign(&track, part, 0);
    ck_assert(snt_track_is_stale(b));
    snt_track_done(&track, b, 0);
    ck_assert_int_eq(snt_track_due(part), SNT_OFFSET_NONE);
    ck_assert_int_eq(part->resume, SNT_OFFSET_NONE);
    ck_assert_uint_eq(track.held, 0);
}
END_TEST

START_TEST(a_new_epoch_reads_on_where_the_last_one_broke_off)
{
    snt_held *a = take(20), *b = take(21);

    snt_track_renew(&track, part);
    ck_assert_int_eq(part->resume, 20);
    snt_track_renew(&track, part);
    ck_assert_int_eq(part->resume, 20);
    snt_track_done(&track, a, 0);
    snt_track_done(&track, b, 0);
    snt_track_done(&track, take(20), 0);
    take(21);
    snt_track_renew(&track, part);
    ck_assert_int_eq(part->resume, 21);
    ck_assert_int_eq(part->origin, 20);
}
END_TEST

START_TEST(what_is_committed_is_not_due_again)
{
    snt_track_done(&track, take(5), 0);
    part->sent = 6;
    ck_assert_int_eq(snt_track_due(part), SNT_OFFSET_NONE);
    part->sent = SNT_OFFSET_NONE;
    part->committed = 6;
    ck_assert_int_eq(snt_track_due(part), SNT_OFFSET_NONE);
    snt_track_at_end(part, 9, 0); /* behind records that nobody sees */
    ck_assert_int_eq(snt_track_due(part), 9);
}
END_TEST

START_TEST(the_end_of_a_partition_is_not_passed_with_records_in_hand)
{
    snt_held *a = take(5);

    snt_track_at_end(part, 9, 0);
    snt_track_done(&track, a, 0);
    ck_assert_int_eq(snt_track_due(part), 6);
}
END_TEST

START_TEST(what_a_dead_sink_held_is_let_go)
{
    snt_held *a = take(5), *b = take(6);

    a->in_sink = true;
    snt_track_renew(&track, part);
    snt_track_sweep(&track);
    ck_assert_uint_eq(track.held, 1);
    snt_track_done(&track, b, 0);
    ck_assert_uint_eq(track.held, 0);
}
END_TEST

/* ---- places ---- */

static const struct {
    const char *text;
    snt_place_kind kind;
    int64_t value;
} places[] = {
    {"begin", SNT_PLACE_BEGIN, 0},
    {"end", SNT_PLACE_END, 0},
    {"0", SNT_PLACE_OFFSET, 0},
    {"123456789012", SNT_PLACE_OFFSET, 123456789012},
    {"1970-01-02", SNT_PLACE_TIME, 86400000},
    {"1970-01-01T00:01Z", SNT_PLACE_TIME, 60000},
    {"2026-11-25T10:00:00Z", SNT_PLACE_TIME, 1795600800000},
    {"2026-11-25T10:00:00.007Z", SNT_PLACE_TIME, 1795600800007},
    {"2026-11-25T10:00:00.07Z", SNT_PLACE_NONE, 0},
    {"2026-11-25T10:00.007Z", SNT_PLACE_NONE, 0},
    {"2026-11-25T10:00:00", SNT_PLACE_NONE, 0},
    {"", SNT_PLACE_NONE, 0},
    {"-5", SNT_PLACE_NONE, 0},
    {"12x", SNT_PLACE_NONE, 0},
    {"99999999999999999999", SNT_PLACE_NONE, 0},
    {"2026-13-01", SNT_PLACE_NONE, 0},
};

START_TEST(a_place_is_an_offset_or_a_time)
{
    snt_place place;
    sentiment_error err;
    sentiment_status status =
        snt_place_parse(&place, "--from", places[_i].text, &err);

    ck_assert_int_eq(status, places[_i].kind ? SENTIMENT_OK : SENTIMENT_EINVAL);
    ck_assert_int_eq(place.kind, places[_i].kind);
    if (places[_i].kind)
        ck_assert_int_eq(place.value, places[_i].value);
}
END_TEST

/* ---- records ---- */

static snt_krecord source(const char *value)
{
    snt_krecord rec = {
        .topic = "news",
        .partition = 2,
        .offset = 40,
        .timestamp_ms = 99,
        .key = "k",
        .key_len = 1,
        .value = value,
        .value_len = value ? strlen(value) : 0,
        .headers = rd_kafka_headers_new(2)};

    rd_kafka_header_add(rec.headers, "trace", -1, "t1", -1);
    rd_kafka_header_add(rec.headers, "schema", -1, "theirs/7", -1);
    return rec;
}

static void assert_json(const snt_krecord *rec, const char *wanted)
{
    snt_buffer found = {0};

    snt_krecord_json(rec, &found);
    snt_buffer_add_char(&found, '\0');
    ck_assert_str_eq(found.bytes, wanted);
    snt_buffer_free(&found);
}

START_TEST(a_dead_letter_says_why_and_from_where)
{
    snt_krecord from = source("bad \xff"), letter;

    letter = snt_krecord_dead_letter(&from, "unknown-news", "not UTF-8", 1500);
    assert_json(
        &letter,
        "{\"headers\":[\"trace\",\"t1\",\"schema\",\"theirs/7\","
        "\"sentiment-error\",\"not UTF-8\",\"sentiment-topic\",\"news\","
        "\"sentiment-partition\",\"2\",\"sentiment-offset\",\"40\","
        "\"sentiment-time\",\"1970-01-01T00:00:01.500Z\"],\"key\":\"k\","
        "\"offset\":40,\"partition\":2,\"payload\":\"bad \xEF\xBF\xBD\","
        "\"topic\":\"unknown-news\",\"ts\":99}");
    snt_krecord_free_headers(&letter);
    snt_krecord_free_headers(&from);
}
END_TEST

START_TEST(a_stub_says_what_it_stands_for)
{
    snt_krecord from = source("abc"), letter;

    letter = snt_krecord_dead_letter(&from, "unknown-news", "too large", 0);
    snt_krecord_make_stub(&letter, &from, false);
    ck_assert_ptr_null(letter.value);
    ck_assert_str_eq(snt_krecord_header(&letter, "trace"), "t1");
    ck_assert_str_eq(snt_krecord_header(&letter, SNT_HEADER_BYTES), "3");
    ck_assert_str_eq(
        snt_krecord_header(&letter, SNT_HEADER_SHA256), /* FIPS 180-2, B.1 */
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    snt_krecord_make_stub(&letter, &from, true);
    ck_assert_ptr_null(letter.key);
    ck_assert_ptr_null(snt_krecord_header(&letter, "trace"));
    ck_assert_str_eq(
        snt_krecord_header(&letter, SNT_HEADER_ERROR), "too large");
    ck_assert_str_eq(snt_krecord_header(&letter, SNT_HEADER_BYTES), "3");
    snt_krecord_free_headers(&letter);
    snt_krecord_free_headers(&from);
}
END_TEST

START_TEST(a_null_key_is_not_an_empty_one)
{
    snt_krecord rec = {.topic = "news", .offset = -1, .value = "", .key = NULL};

    assert_json(
        &rec,
        "{\"headers\":[],\"key\":null,\"payload\":\"\",\"topic\":\"news\"}");
    rec.key = "";
    rec.value = NULL;
    assert_json(
        &rec,
        "{\"headers\":[],\"key\":\"\",\"payload\":null,\"topic\":\"news\"}");
}
END_TEST

/* ---- the recipe ---- */

static sentiment_classifier *clf;
static snt_recipe recipe;

static void open_recipe(const snt_recipe_options *opts)
{
    sentiment_error err;

    clf = fake_open("cpu", 1, SENTIMENT_LONG_TRUNCATE);
    ck_assert_sentiment_ok(snt_recipe_open(&recipe, opts, clf, &err), err);
}

static void close_recipe(void)
{
    snt_recipe_close(&recipe);
    sentiment_classifier_close(clf);
}

static const struct {
    int format;
    const char *value;
    size_t len;
    const char *error; /* NULL: its text is "ok" */
} values[] = {
    {1, "ok", 2, NULL},
    {1, NULL, 0, "tombstone"},
    {1, "", 0, "empty"},
    {1, " \t\r\n", 4, "blank"},
    {1, "12345678901", 11, "text of 11 bytes, over the limit of 10"},
    {2, "{\"text\":\"ok\"}", 13, NULL},
    {2, "{\"text\":\"ok\",\"more\":[1,2,3]}", 28, NULL},
    {2, "{\"text\":\"\"}", 11, "empty"},
    {2, "{\"txt\":\"ok\"}", 12, "no member \"text\""},
    {2, "{\"text\":1}", 10, "member \"text\" is not a string"},
    {2, "", 0, "not JSON"},
    {2, "ok", 2, "not JSON"},
    {2, NULL, 0, "tombstone"},
};

START_TEST(a_value_holds_a_text_or_says_why_not)
{
    const snt_recipe_options opts = {
        .format = values[_i].format, .max_text_bytes = 10};
    snt_record *rec;

    open_recipe(&opts);
    rec = snt_recipe_read(&recipe, values[_i].value, values[_i].len);
    if (values[_i].error) {
        if (strncmp(rec->error, values[_i].error, strlen(values[_i].error)))
            ck_abort_msg("\"%s\" is not \"%s\"", rec->error, values[_i].error);
    } else {
        ck_assert_str_eq(rec->error, "");
        ck_assert_uint_eq(snt_record_text(rec).len, 2);
    }
    snt_record_free(rec);
    close_recipe();
}
END_TEST

static const struct {
    int format, envelope;
    const char *value, *wanted, *label;
} results[] = {
    {1, 0, "Profit rose",
     "{\"label\":\"positive\",\"score\":0.75,\"text\":\"Profit rose\"}", NULL},
    {2, 0, "{\"id\":9007199254740993, \"text\":\"up\"}",
     "{\"id\":9007199254740993,\"label\":\"positive\",\"score\":0.75,\"text\":"
     "\"up\"}",
     NULL},
    {2, SNT_ENVELOPE_DEMO, "{\"id\":1,\"text\":\"up\"}",
     "{\"label\":\"positive\",\"score\":0.75,\"text\":\"up\"}", NULL},
    {1, SNT_ENVELOPE_HEADERS, "Profit rose", "Profit rose", "positive"},
};

START_TEST(a_result_has_the_envelope_that_was_asked_for)
{
    const snt_recipe_options opts = {
        .format = results[_i].format, .envelope = results[_i].envelope};
    snt_krecord from = source(results[_i].value), rec;
    snt_outcome outcome = {
        .label = "positive",
        .result = {.label = 2, .score = 0.75f, .windows = 1}};

    open_recipe(&opts);
    outcome.record = snt_recipe_read(&recipe, from.value, from.value_len);
    rec = snt_recipe_result(&recipe, &from, &outcome, "positive-news");
    ck_assert_uint_eq(rec.value_len, strlen(results[_i].wanted));
    ck_assert_mem_eq(rec.value, results[_i].wanted, rec.value_len);
    ck_assert_str_eq(rec.topic, "positive-news");
    ck_assert_str_eq(snt_krecord_header(&rec, "schema"), "enrich/1");
    ck_assert_str_eq(snt_krecord_header(&rec, "trace"), "t1");
    ck_assert_int_eq(rec.timestamp_ms, 99);
    if (results[_i].label) {
        ck_assert_str_eq(
            snt_krecord_header(&rec, SNT_HEADER_LABEL), results[_i].label);
        ck_assert_str_eq(snt_krecord_header(&rec, SNT_HEADER_SCORE), "0.75");
    }
    snt_record_free((snt_record *)(uintptr_t)outcome.record);
    snt_krecord_free_headers(&rec);
    snt_krecord_free_headers(&from);
    close_recipe();
}
END_TEST

#define N(table) (int)(sizeof(table) / sizeof(*(table)))

Suite *enrich_suite(void)
{
    Suite *suite = suite_create("enrich");
    TCase *offsets = tcase_create("offsets");
    TCase *records = tcase_create("records");

    tcase_add_checked_fixture(offsets, setup, tidy);
    tcase_add_test(offsets, an_offset_moves_only_over_what_is_done);
    tcase_add_loop_test(offsets, an_offset_is_right_in_every_order, 0, 120);
    tcase_add_test(offsets, a_stale_record_counts_for_nothing);
    tcase_add_test(offsets, a_new_epoch_reads_on_where_the_last_one_broke_off);
    tcase_add_test(offsets, what_is_committed_is_not_due_again);
    tcase_add_test(
        offsets, the_end_of_a_partition_is_not_passed_with_records_in_hand);
    tcase_add_test(offsets, what_a_dead_sink_held_is_let_go);
    suite_add_tcase(suite, offsets);
    tcase_add_loop_test(records, a_place_is_an_offset_or_a_time, 0, N(places));
    tcase_add_test(records, a_dead_letter_says_why_and_from_where);
    tcase_add_test(records, a_stub_says_what_it_stands_for);
    tcase_add_test(records, a_null_key_is_not_an_empty_one);
    tcase_add_loop_test(
        records, a_value_holds_a_text_or_says_why_not, 0, N(values));
    tcase_add_loop_test(
        records, a_result_has_the_envelope_that_was_asked_for, 0, N(results));
    suite_add_tcase(suite, records);
    return suite;
}
