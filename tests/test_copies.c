/* test_copies.c - which worker has which copy of the weights, on nodes that a
 * folder of the test's tells of. Nothing here ran on a machine with several. */
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checkpoint.h"
#include "classifier.h"
#include "copies.h"
#include "fake.h"
#include "suites.h"

enum { WORKERS = 5 };

static void tell_node(unsigned node, const char *cpulist)
{
    char name[32];

    snprintf(name, sizeof(name), "node%u", node);
    mkdir(checkpoint_path(name), 0700);
    snprintf(name, sizeof(name), "node%u/cpulist", node);
    checkpoint_write(name, cpulist, strlen(cpulist));
}

static void forget_nodes(void)
{
    char name[32];

    for (unsigned node = 0; node < 10; node++) {
        snprintf(name, sizeof(name), "node%u/cpulist", node);
        unlink(checkpoint_path(name));
        snprintf(name, sizeof(name), "node%u", node);
        rmdir(checkpoint_path(name));
    }
    checkpoint_remove();
}

/* The first two CPUs of this process; false: it has one only. */
static bool two_cpus(unsigned cpus[2])
{
    cpu_set_t set;
    unsigned n = 0;

    sched_getaffinity(0, sizeof(set), &set);
    for (unsigned i = 0; i < CPU_SETSIZE && n < 2; i++)
        if (CPU_ISSET(i, &set))
            cpus[n++] = i;
    if (n < 2)
        printf("skipped: one CPU only\n");
    return n == 2;
}

/* Two nodes with a CPU each, one with memory only, and one whose CPU this
 * process may not use. */
static bool tell_two_nodes(unsigned cpus[2])
{
    char list[32];

    checkpoint_copy(NULL);
    if (!two_cpus(cpus))
        return false;
    for (unsigned i = 0; i < 2; i++) {
        snprintf(list, sizeof(list), "%u\n", cpus[i]);
        tell_node(i + 1, list);
    }
    tell_node(7, "\n");
    tell_node(9, "1000,1020-1022\n");
    return true;
}

static sentiment_classifier *open_on_nodes(uint32_t workers)
{
    const sentiment_classifier_options opts = {
        .size = sizeof(opts),
        .workers = workers,
        .engine_path = fake_engine_path()};
    sentiment_classifier *clf;
    sentiment_error err;

    ck_assert_sentiment_ok(
        snt_classifier_open_with(
            &clf, "tests/vectors/tiny/bert", &opts, NULL, checkpoint_dir(),
            &err),
        err);
    return clf;
}

static unsigned copies(const sentiment_classifier *clf)
{
    sentiment_classifier_info info = {.size = sizeof(info)};
    sentiment_error err;

    ck_assert_sentiment_ok(
        sentiment_classifier_describe(clf, &info, &err), err);
    return info.copies;
}

static void ck_assert_answers_all(sentiment_classifier *clf)
{
    enum { N = 200 };
    static char words[N][24];
    static sentiment_text texts[N];
    static sentiment_result results[N];
    sentiment_error err;

    for (int i = 0; i < N; i++) {
        snprintf(words[i], sizeof(words[i]), "profit rose %d", i);
        texts[i] = sentiment_text_of(words[i]);
    }
    ck_assert_sentiment_ok(
        sentiment_classify(clf, texts, N, results, NULL, &err), err);
    for (int i = 0; i < N; i++) {
        int32_t label;
        float score;

        fake_answer(clf, words[i], &label, &score);
        ck_assert_int_eq(results[i].label, label);
    }
}

START_TEST(makes_a_copy_for_each_node)
{
    atomic_uint *opened = fake_engine_symbol("fake_opened");
    atomic_uint *strays = fake_engine_symbol("fake_strays");
    sentiment_classifier *clf;
    cpu_set_t before, after;
    unsigned cpus[2];

    if (tell_two_nodes(cpus)) {
        sched_getaffinity(0, sizeof(before), &before);
        atomic_store(opened, 0);
        atomic_store(strays, 0);
        clf = open_on_nodes(WORKERS);
        ck_assert_uint_eq(copies(clf), 2);
        ck_assert_uint_eq(atomic_load(opened), 2);
        ck_assert_uint_eq(atomic_load(strays), 0);
        ck_assert_answers_all(clf);
        sentiment_classifier_close(clf);
        sched_getaffinity(0, sizeof(after), &after);
        ck_assert(CPU_EQUAL(&before, &after)); /* the caller's */
    }
    forget_nodes();
}
END_TEST

START_TEST(makes_one_copy_for_one_worker)
{
    atomic_uint *opened = fake_engine_symbol("fake_opened");
    sentiment_classifier *clf;
    unsigned cpus[2];

    if (tell_two_nodes(cpus)) {
        atomic_store(opened, 0);
        clf = open_on_nodes(1);
        ck_assert_uint_eq(copies(clf), 1);
        ck_assert_uint_eq(atomic_load(opened), 1);
        sentiment_classifier_close(clf);
    }
    forget_nodes();
}
END_TEST

/* As on this machine, and where nothing tells of nodes. */
START_TEST(makes_one_copy_for_one_node)
{
    atomic_uint *opened = fake_engine_symbol("fake_opened");
    snt_copies all;
    sentiment_classifier *clf;
    sentiment_error err;

    checkpoint_copy(NULL);
    if (_i)
        tell_node(0, "0-1023\n");
    atomic_store(opened, 0);
    clf = open_on_nodes(WORKERS);
    ck_assert_uint_eq(copies(clf), 1);
    ck_assert_uint_eq(atomic_load(opened), 1);
    ck_assert_answers_all(clf);
    sentiment_classifier_close(clf);
    ck_assert_sentiment_ok(
        snt_copies_plan(&all, checkpoint_dir(), WORKERS, &err), err);
    ck_assert_uint_eq(all.n, 1);
    ck_assert_uint_eq(all.copies[0].node.n, 0); /* on any CPU */
    snt_copies_close(&all, NULL);
    forget_nodes();
}
END_TEST

/* Which node is which does not matter, so the copies are told by their CPU. */
START_TEST(spreads_workers_by_the_cpus_of_nodes)
{
    unsigned on_first = 0, first;
    snt_copies all;
    sentiment_error err;
    char list[32];
    unsigned cpus[2];

    if (tell_two_nodes(cpus)) {
        ck_assert_sentiment_ok(
            snt_copies_plan(&all, checkpoint_dir(), WORKERS, &err), err);
        ck_assert_uint_eq(all.n, 2);
        first = CPU_ISSET(cpus[0], &all.copies[0].node.cpus) ? 0 : 1;
        for (unsigned i = 0; i < 2; i++)
            ck_assert_uint_eq(all.copies[i].node.n, 1);
        ck_assert(CPU_ISSET(cpus[1], &all.copies[1 - first].node.cpus));
        for (unsigned i = 0; i < WORKERS; i++)
            on_first += all.places[i] == first;
        ck_assert(on_first == 2 || on_first == 3);
        snt_copies_close(&all, NULL);
        /* Twice as many CPUs: two of three workers, at any time. */
        snprintf(list, sizeof(list), "%u-%u\n", cpus[0], cpus[1]);
        tell_node(1, list);
        ck_assert_sentiment_ok(
            snt_copies_plan(&all, checkpoint_dir(), 6, &err), err);
        first = all.copies[0].node.n == 2 ? 0 : 1;
        ck_assert_uint_eq(all.copies[first].node.n, 2);
        on_first = 0;
        for (unsigned i = 0; i < 6; i++)
            on_first += all.places[i] == first;
        ck_assert_uint_eq(on_first, 4);
        snt_copies_close(&all, NULL);
    }
    forget_nodes();
}
END_TEST

Suite *copies_suite(void)
{
    Suite *suite = suite_create("copies");
    TCase *tests = tcase_create("copies");

    tcase_add_test(tests, makes_a_copy_for_each_node);
    tcase_add_test(tests, makes_one_copy_for_one_worker);
    tcase_add_loop_test(tests, makes_one_copy_for_one_node, 0, 2);
    tcase_add_test(tests, spreads_workers_by_the_cpus_of_nodes);
    suite_add_tcase(suite, tests);
    return suite;
}
