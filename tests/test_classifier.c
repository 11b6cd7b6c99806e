/* test_classifier.c - texts to labels over the fake engine: order, failures of
 * one and of all, long texts, many callers, fork. */
#include <fcntl.h>
#include <pthread.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checkpoint.h"
#include "cpus.h"
#include "fake.h"
#include "identity.h"
#include "repeats.h"
#include "suites.h"

static void ck_assert_answers(
    const sentiment_classifier *clf, const char *text,
    const sentiment_result *result)
{
    int32_t label;
    float score;

    fake_answer(clf, text, &label, &score);
    ck_assert_int_eq(result->status, SENTIMENT_OK);
    if (result->label != label)
        ck_abort_msg("\"%s\": label %d, not %d", text, result->label, label);
    ck_assert_float_eq_tol(result->score, score, 1e-6f);
    ck_assert_uint_eq(result->windows, 1);
}

START_TEST(answers_in_the_order_of_the_texts)
{
    enum { N = 5000 };
    static char texts[N][24];
    static sentiment_text given[N];
    static sentiment_result results[N];
    static float scores[3 * N];
    sentiment_classifier *clf = fake_open(NULL, 3, SENTIMENT_LONG_TRUNCATE);
    sentiment_error err;

    for (int i = 0; i < N; i++) {
        snprintf(texts[i], sizeof(texts[i]), "profit rose %d", i * 7919 % N);
        given[i] = sentiment_text_of(texts[i]);
    }
    ck_assert_sentiment_ok(
        sentiment_classify(clf, given, N, results, scores, &err), err);
    for (int i = 0; i < N; i++) {
        float sum = scores[3 * i] + scores[3 * i + 1] + scores[3 * i + 2];

        ck_assert_answers(clf, texts[i], &results[i]);
        ck_assert_float_eq(scores[3 * i + results[i].label], results[i].score);
        ck_assert_float_eq_tol(sum, 1, 1e-5f);
    }
    sentiment_classifier_close(clf);
}
END_TEST

/* Against comparing each with all before it. Two letters, so that many are
 * equal, and lengths on both sides of the words that are hashed. */
START_TEST(finds_the_first_of_equal_texts)
{
    enum { N = 3000, LONGEST = 18 };
    static char bytes[N][LONGEST];
    static sentiment_text texts[N];
    static uint32_t first[N];
    unsigned random = 1;

    for (uint32_t i = 0; i < N; i++) {
        random = random * 1664525u + 1013904223u;
        texts[i] = (sentiment_text){bytes[i], (random >> 16) % LONGEST};
        for (size_t k = 0; k < texts[i].len; k++) {
            random = random * 1664525u + 1013904223u;
            bytes[i][k] = random >> 30 ? 'a' : '\0';
        }
    }
    texts[7] = (sentiment_text){NULL, 0};
    ck_assert(snt_repeats_find(texts, N, first));
    for (uint32_t i = 0; i < N; i++) {
        uint32_t want = 0;

        while (texts[want].len != texts[i].len ||
               (texts[i].len &&
                memcmp(texts[want].bytes, texts[i].bytes, texts[i].len)))
            want++;
        ck_assert_uint_eq(first[i], want);
    }
}
END_TEST

START_TEST(computes_equal_texts_once)
{
    enum { N = 1000, DIFFERENT = 7 };
    static const char *const given[DIFFERENT] = {
        "profit", "loss", "", "\xff", "profit rose", "loss narrowed", "Profit"};
    static sentiment_text texts[N];
    static sentiment_result results[N];
    static float scores[3 * N];
    sentiment_classifier_stats stats = {.size = sizeof(stats)};
    sentiment_classifier *clf = fake_open(NULL, 2, SENTIMENT_LONG_TRUNCATE);
    sentiment_error err;

    for (int i = 0; i < N; i++)
        texts[i] = sentiment_text_of(given[i * 31 % DIFFERENT]);
    ck_assert_sentiment_ok(
        sentiment_classify(clf, texts, N, results, scores, &err), err);
    for (int i = 0; i < N; i++) {
        int which = i * 31 % DIFFERENT;

        if (which == 3) {
            ck_assert_int_eq(results[i].status, SENTIMENT_ETEXT);
            ck_assert_float_eq(scores[3 * i], 0);
            continue;
        }
        ck_assert_answers(clf, given[which], &results[i]);
        ck_assert_float_eq(scores[3 * i + results[i].label], results[i].score);
    }
    ck_assert_sentiment_ok(sentiment_classifier_count(clf, &stats, &err), err);
    ck_assert_uint_eq(stats.texts, DIFFERENT - 1);
    /* Without room for scores too. */
    ck_assert_sentiment_ok(
        sentiment_classify(clf, texts, N, results, NULL, &err), err);
    ck_assert_answers(clf, given[(N - 1) * 31 % DIFFERENT], &results[N - 1]);
    sentiment_classifier_close(clf);
}
END_TEST

START_TEST(gauges_the_engine_where_it_can)
{
    sentiment_classifier *clf = fake_open(NULL, 1, SENTIMENT_LONG_TRUNCATE);
    sentiment_error err;
    double speed = -1;

    ck_assert_sentiment_ok(sentiment_classifier_gauge(clf, &speed, &err), err);
    ck_assert_double_eq(speed, 1);
    sentiment_classifier_close(clf);
    clf = fake_open("cpu:slow", 1, SENTIMENT_LONG_TRUNCATE);
    ck_assert_sentiment_ok(sentiment_classifier_gauge(clf, &speed, &err), err);
    ck_assert_double_eq(speed, 0);
    sentiment_classifier_close(clf);
}
END_TEST

START_TEST(lets_one_bad_text_fail_alone)
{
    const sentiment_text texts[] = {
        sentiment_text_of("profit"),
        {"ab\xff", 3},
        {"", 0},
        sentiment_text_of("loss")};
    sentiment_result results[4];
    float scores[12];
    sentiment_classifier *clf = fake_open(NULL, 2, SENTIMENT_LONG_TRUNCATE);
    sentiment_error err;

    ck_assert_sentiment_ok(
        sentiment_classify(clf, texts, 4, results, scores, &err), err);
    ck_assert_answers(clf, "profit", &results[0]);
    ck_assert_int_eq(results[1].status, SENTIMENT_ETEXT);
    ck_assert_int_eq(results[1].label, -1);
    ck_assert_float_eq(scores[3] + scores[4] + scores[5], 0);
    ck_assert_answers(clf, "", &results[2]);
    ck_assert_answers(clf, "loss", &results[3]);
    ck_assert_sentiment_ok(
        sentiment_classify(clf, texts, 0, NULL, NULL, &err), err);
    sentiment_classifier_close(clf);
}
END_TEST

/* A tokenizer without special tokens leaves nothing of a blank text. */
START_TEST(fails_a_text_of_no_tokens_alone)
{
    const sentiment_text texts[] = {
        sentiment_text_of("profit"), sentiment_text_of(" "), {"", 0}};
    json_t *plain;
    char *json;
    sentiment_result results[3];
    float scores[9];
    sentiment_classifier *clf;
    sentiment_error err;

    checkpoint_copy("bert");
    plain = json_load_file(checkpoint_path("tokenizer.json"), 0, NULL);
    json_object_set_new(plain, "post_processor", json_null());
    json = json_dumps(plain, 0);
    checkpoint_write("tokenizer.json", json, strlen(json));
    clf = fake_open_at(
        checkpoint_dir(), NULL, 1,
        _i ? SENTIMENT_LONG_WINDOWS : SENTIMENT_LONG_TRUNCATE);
    ck_assert_sentiment_ok(
        sentiment_classify(clf, texts, 3, results, scores, &err), err);
    ck_assert_answers(clf, "profit", &results[0]);
    for (int i = 1; i < 3; i++) {
        ck_assert_int_eq(results[i].status, SENTIMENT_ETEXT);
        ck_assert_int_eq(results[i].label, -1);
        ck_assert_float_eq(scores[3 * i], 0);
    }
    sentiment_classifier_close(clf);
    checkpoint_remove();
    free(json);
    json_decref(plain);
}
END_TEST

START_TEST(fails_as_a_whole_when_the_engine_does)
{
    const sentiment_text text = sentiment_text_of("profit");
    sentiment_classifier *clf =
        fake_open("cpu:fail", 1, SENTIMENT_LONG_TRUNCATE);
    sentiment_result result;
    sentiment_error err;

    ck_assert_sentiment_fails(
        sentiment_classify(clf, &text, 1, &result, NULL, &err),
        SENTIMENT_EENGINE, "the fake engine fails", err);
    sentiment_classifier_close(clf);
    clf = fake_open("cpu:nan", 1, SENTIMENT_LONG_TRUNCATE);
    ck_assert_sentiment_fails(
        sentiment_classify(clf, &text, 1, &result, NULL, &err),
        SENTIMENT_EENGINE, "no number", err);
    sentiment_classifier_close(clf);
}
END_TEST

static char *long_text(size_t words)
{
    char *text = calloc(words, 7);

    for (size_t i = 0; i < words; i++)
        strcat(text + 5 * i, i % 2 ? "loss " : "gain ");
    return text;
}

START_TEST(cuts_a_long_text_and_says_so)
{
    char *bytes = long_text(200);
    const sentiment_text text = sentiment_text_of(bytes);
    sentiment_classifier *clf = fake_open(NULL, 1, SENTIMENT_LONG_TRUNCATE);
    sentiment_result result;
    sentiment_error err;

    ck_assert_sentiment_ok(
        sentiment_classify(clf, &text, 1, &result, NULL, &err), err);
    ck_assert_uint_eq(result.flags, SENTIMENT_TRUNCATED);
    ck_assert_uint_eq(result.tokens, 64);
    sentiment_classifier_close(clf);
    clf = fake_open(NULL, 1, SENTIMENT_LONG_ERROR);
    ck_assert_sentiment_ok(
        sentiment_classify(clf, &text, 1, &result, NULL, &err), err);
    ck_assert_int_eq(result.status, SENTIMENT_ETOOLONG);
    sentiment_classifier_close(clf);
    free(bytes);
}
END_TEST

/* The mean of the windows' own scores, weighted by the tokens each adds. */
START_TEST(reads_a_long_text_in_windows)
{
    char *bytes = long_text(100);
    const sentiment_text text = sentiment_text_of(bytes);
    sentiment_classifier *clf = fake_open(NULL, 2, SENTIMENT_LONG_WINDOWS);
    const sentiment_tokenizer *tok =
        sentiment_model_tokenizer(sentiment_classifier_model(clf));
    int32_t ids[1024];
    sentiment_tokens all = {.ids = ids, .cap = 1024};
    sentiment_result result;
    float scores[3];
    double want[3] = {0, 0, 0}, total = 0;
    size_t room = 62, stride = 31, end = 0, windows = 0;
    sentiment_error err;

    ck_assert_sentiment_ok(
        sentiment_tokenizer_encode(
            tok, text, SENTIMENT_ENCODE_NO_SPECIAL, &all, &err),
        err);
    ck_assert_uint_gt(all.n, room);
    for (size_t start = 0; end < all.n; start += stride, windows++) {
        size_t n = all.n - start < room ? all.n - start : room;
        unsigned long sum = 2 + 3; /* [CLS] and [SEP] */
        double top = exp(1 + (double)((n + 2) % 4)), weight;

        for (size_t i = start; i < start + n; i++)
            sum += (unsigned long)ids[i];
        weight = (double)(start + n - end);
        for (size_t l = 0; l < 3; l++)
            want[l] += weight * (l == sum % 3 ? top : 1) / (top + 2);
        total += weight;
        end = start + n;
    }
    ck_assert_sentiment_ok(
        sentiment_classify(clf, &text, 1, &result, scores, &err), err);
    ck_assert_uint_eq(result.windows, windows);
    ck_assert_uint_eq(result.flags, 0);
    ck_assert_uint_eq(result.tokens, all.n + 2);
    for (int l = 0; l < 3; l++)
        ck_assert_double_eq_tol((double)scores[l], want[l] / total, 1e-6);
    sentiment_classifier_close(clf);
    free(bytes);
}
END_TEST

START_TEST(stops_at_64_windows_and_says_so)
{
    char *bytes = long_text(5000);
    const sentiment_text text = sentiment_text_of(bytes);
    sentiment_classifier *clf = fake_open(NULL, 2, SENTIMENT_LONG_WINDOWS);
    sentiment_result result;
    sentiment_error err;

    ck_assert_sentiment_ok(
        sentiment_classify(clf, &text, 1, &result, NULL, &err), err);
    ck_assert_uint_eq(result.windows, 64);
    ck_assert_uint_eq(result.flags, SENTIMENT_TRUNCATED);
    ck_assert_uint_eq(result.tokens, 62 + 63 * 31 + 2);
    sentiment_classifier_close(clf);
    free(bytes);
}
END_TEST

static void *call_often(void *arg)
{
    sentiment_classifier *clf = arg;
    sentiment_error err;

    for (int i = 0; i < 50; i++) {
        char bytes[3][32];
        sentiment_text texts[3];
        sentiment_result results[3];

        for (int k = 0; k < 3; k++) {
            snprintf(bytes[k], sizeof(bytes[k]), "sales %d fell %d", i, k);
            texts[k] = sentiment_text_of(bytes[k]);
        }
        ck_assert_sentiment_ok(
            sentiment_classify(clf, texts, 3, results, NULL, &err), err);
        for (int k = 0; k < 3; k++)
            ck_assert_answers(clf, bytes[k], &results[k]);
    }
    return NULL;
}

static sentiment_classifier *open_to_help(const char *device)
{
    const sentiment_classifier_options opts = {
        .size = sizeof(opts),
        .device = device,
        .workers = 2,
        .threads = 9, /* no more than workers */
        .deterministic = 1,
        .engine_path = fake_engine_path()};
    sentiment_classifier *clf;
    sentiment_error err;

    ck_assert_sentiment_ok(
        sentiment_classifier_open(&clf, "tests/vectors/tiny/bert", &opts, &err),
        err);
    return clf;
}

static void *call_once(void *arg)
{
    const sentiment_text text = sentiment_text_of("sales fell");
    sentiment_result result;
    sentiment_error err;

    ck_assert_sentiment_ok(
        sentiment_classify(arg, &text, 1, &result, NULL, &err), err);
    return NULL;
}

static uint64_t helped(sentiment_classifier *clf)
{
    sentiment_classifier_stats stats = {.size = sizeof(stats)};
    sentiment_error err;

    ck_assert_sentiment_ok(sentiment_classifier_count(clf, &stats, &err), err);
    return stats.helped;
}

static atomic_uint *passes_helped;

static void *call_until_helped(void *clf)
{
    while (!atomic_load(passes_helped))
        call_once(clf);
    return NULL;
}

/* A pass goes on until the other worker has come to help, which it does when it
 * is idle, and has left to compute the other caller's text. */
START_TEST(idle_workers_help_until_a_text_comes)
{
    sentiment_classifier *clf = open_to_help("cpu:help");
    pthread_t thread;

    passes_helped = fake_engine_symbol("fake_helped");
    pthread_create(&thread, NULL, call_until_helped, clf);
    call_until_helped(clf);
    pthread_join(thread, NULL);
    ck_assert_uint_gt(helped(clf), 0);
    sentiment_classifier_close(clf);
}
END_TEST

static bool is_warm(atomic_int *cold)
{
    for (int i = 0; i < 10000 && atomic_load(cold) > 0; i++)
        usleep(1000);
    return atomic_load(cold) <= 0;
}

/* With nothing to do, and with texts all the time. */
START_TEST(prepares_the_rest_when_nothing_waits)
{
    atomic_int *cold = fake_engine_symbol("fake_cold");
    sentiment_classifier *clf;

    atomic_store(cold, 100);
    clf = fake_open(NULL, 2, SENTIMENT_LONG_TRUNCATE);
    ck_assert(is_warm(cold));
    sentiment_classifier_close(clf);
    atomic_store(cold, 1000000000);
    clf = fake_open(NULL, 1, SENTIMENT_LONG_TRUNCATE);
    for (int i = 0; i < 100; i++)
        call_once(clf);
    ck_assert_int_gt(atomic_load(cold), 0);
    sentiment_classifier_close(clf);
    ck_assert_int_gt(atomic_load(cold), 0);
    atomic_store(cold, 0);
}
END_TEST

START_TEST(nobody_helps_unless_asked)
{
    sentiment_classifier *clf =
        fake_open("cpu:help", 2, SENTIMENT_LONG_TRUNCATE);

    for (int i = 0; i < 50; i++)
        call_once(clf);
    ck_assert_uint_eq(helped(clf), 0);
    sentiment_classifier_close(clf);
}
END_TEST

START_TEST(serves_many_callers_at_once)
{
    sentiment_classifier *clf =
        _i ? open_to_help(NULL) : fake_open(NULL, 2, SENTIMENT_LONG_TRUNCATE);
    pthread_t threads[8];

    for (int i = 0; i < 8; i++)
        pthread_create(&threads[i], NULL, call_often, clf);
    for (int i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    sentiment_classifier_close(clf);
}
END_TEST

#if !defined(__SANITIZE_THREAD__) /* which knows no fork with threads */
START_TEST(answers_estate_in_a_forked_child)
{
    const sentiment_text text = sentiment_text_of("profit");
    sentiment_classifier *clf = fake_open(NULL, 1, SENTIMENT_LONG_TRUNCATE);
    sentiment_result result;
    int status;
    pid_t child = fork();

    if (!child) {
        int good = sentiment_classify(clf, &text, 1, &result, NULL, NULL) ==
                   SENTIMENT_ESTATE;

        sentiment_classifier_close(clf);
        _exit(good ? 0 : 1);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 0);
    sentiment_classifier_close(clf);
}
END_TEST
#endif

static const struct {
    sentiment_classifier_options opts;
    sentiment_status status;
    const char *message;
} refused[] = {
    {{.precision = "fp8"}, SENTIMENT_EINVAL, "no precision \"fp8\""},
    {{.workers = 100000}, SENTIMENT_EINVAL, "100000 workers"},
    {{.long_texts = (sentiment_long)7}, SENTIMENT_EINVAL, "long_texts"},
    {{.device = "tpu"}, SENTIMENT_EDEVICE, "there is cpu"},
    {{.engine_path = "nowhere.so"}, SENTIMENT_EENGINE, "nowhere.so"},
    {{.engine_path = "Makefile"}, SENTIMENT_EENGINE, "Makefile"},
    {{.label_map = "bad=good"}, SENTIMENT_EINVAL, "no label \"bad\""},
};

START_TEST(refuses_what_it_cannot_do)
{
    sentiment_classifier_options opts = refused[_i].opts;
    sentiment_classifier *clf;
    sentiment_error err;

    opts.size = sizeof(opts);
    if (!opts.engine_path)
        opts.engine_path = fake_engine_path();
    ck_assert_sentiment_fails(
        sentiment_classifier_open(&clf, "tests/vectors/tiny/bert", &opts, &err),
        refused[_i].status, refused[_i].message, err);
    ck_assert_ptr_null(clf);
}
END_TEST

/* They are read at once; what one can mend is said first. */
START_TEST(blames_the_checkpoint_before_the_engine)
{
    const sentiment_classifier_options opts = {
        .size = sizeof(opts), .engine_path = "nowhere.so"};
    sentiment_classifier *clf;
    sentiment_error err;

    checkpoint_copy("bert");
    checkpoint_write("tokenizer.json", "{}", 2);
    ck_assert_sentiment_fails(
        sentiment_classifier_open(&clf, checkpoint_dir(), &opts, &err),
        SENTIMENT_EFORMAT, "tokenizer.json: model: expected an object", err);
    ck_assert_ptr_null(clf);
    checkpoint_remove();
}
END_TEST

/* A file that is written over, with its size, inode and time put back. */
START_TEST(knows_a_checkpoint_that_was_written_over)
{
    sentiment_digest a, same, b;
    struct timespec times[2];
    struct stat st;
    const char *path;
    sentiment_error err;
    int fd;

    checkpoint_copy("bert");
    checkpoint_write("notes", "old", 3);
    path = checkpoint_path("notes");
    ck_assert_int_eq(stat(path, &st), 0);
    times[0] = st.st_atim;
    times[1] = st.st_mtim;
    snt_identity(checkpoint_dir(), "", false, &a, &err);
    snt_identity(checkpoint_dir(), "", false, &same, &err);
    ck_assert_mem_eq(&a, &same, sizeof(a));
    usleep(50000); /* a file system's clock ticks every few milliseconds */
    fd = open(checkpoint_path("notes"), O_WRONLY);
    ck_assert_int_eq(write(fd, "new", 3), 3);
    ck_assert_int_eq(futimens(fd, times), 0);
    close(fd);
    snt_identity(checkpoint_dir(), "", false, &b, &err);
    ck_assert_mem_ne(&a, &b, sizeof(a));
    checkpoint_remove();
}
END_TEST

START_TEST(counts_at_least_one_cpu)
{
    ck_assert_uint_ge(snt_cpus(), 1);
}
END_TEST

Suite *classifier_suite(void)
{
    Suite *suite = suite_create("classifier");
    TCase *tests = tcase_create("classifier");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, answers_in_the_order_of_the_texts);
    tcase_add_test(tests, finds_the_first_of_equal_texts);
    tcase_add_test(tests, computes_equal_texts_once);
    tcase_add_test(tests, gauges_the_engine_where_it_can);
    tcase_add_test(tests, lets_one_bad_text_fail_alone);
    tcase_add_loop_test(tests, fails_a_text_of_no_tokens_alone, 0, 2);
    tcase_add_test(tests, fails_as_a_whole_when_the_engine_does);
    tcase_add_test(tests, cuts_a_long_text_and_says_so);
    tcase_add_test(tests, reads_a_long_text_in_windows);
    tcase_add_test(tests, stops_at_64_windows_and_says_so);
    tcase_add_loop_test(tests, serves_many_callers_at_once, 0, 2);
    tcase_add_test(tests, idle_workers_help_until_a_text_comes);
    tcase_add_test(tests, nobody_helps_unless_asked);
    tcase_add_test(tests, prepares_the_rest_when_nothing_waits);
#if !defined(__SANITIZE_THREAD__)
    tcase_add_test(tests, answers_estate_in_a_forked_child);
#endif
    tcase_add_loop_test(
        tests, refuses_what_it_cannot_do, 0,
        (int)(sizeof(refused) / sizeof(*refused)));
    tcase_add_test(tests, blames_the_checkpoint_before_the_engine);
    tcase_add_test(tests, knows_a_checkpoint_that_was_written_over);
    tcase_add_test(tests, counts_at_least_one_cpu);
    suite_add_tcase(suite, tests);
    return suite;
}
