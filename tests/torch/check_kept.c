/*
 * check_kept.c - cache_dir with the real engine: the same bits, whatever lies
 * in the folder. Two processes at once are in tests/kept.sh.
 */
#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine.h"
#include "model/model.h"
#include "sentiment.h"
#include "tests/suites.h"
#include "tests/torch/golden.h"

enum { N = 32 };

static const char *const precisions[] = {"fp32", "bf16", "int8"};
static const snt_precision bits[] = {SNT_FP32, SNT_BF16_COMPUTE, SNT_INT8};

static const snt_engine_ops *engine;
static char folder[64], path[512];
static vectors v;
static unsigned said;
static char last[512];

static void hear(void *arg, sentiment_log_level level, const char *message)
{
    (void)arg, (void)level;
    said++;
    snprintf(last, sizeof(last), "%s", message);
}

static void begin(void)
{
    snprintf(folder, sizeof(folder), "/tmp/sentiment-kept-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    golden_load(&v, checkpoints[N_CHECKPOINTS - 1]);
    said = 0;
}

/* How many files there are; path is one of them. */
static unsigned files(int removed)
{
    DIR *dir = opendir(folder);
    unsigned n = 0;

    for (struct dirent *entry; (entry = readdir(dir));) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        n++;
        if (removed)
            unlink(path);
    }
    closedir(dir);
    return n;
}

static void end(void)
{
    files(1);
    rmdir(folder);
    golden_unload(&v);
}

static sentiment_classifier *open_bundled(
    const sentiment_classifier_options *opts)
{
    sentiment_classifier *clf;
    sentiment_error err;

    ck_assert_sentiment_ok(
        sentiment_classifier_open(
            &clf, checkpoints[N_CHECKPOINTS - 1], opts, &err),
        err);
    return clf;
}

/* Scores of the bundled model's first texts, each alone. */
static void classify(
    const char *precision, const char *device, const char *cache_dir,
    float scores[3 * N])
{
    const sentiment_classifier_options opts = {
        .size = sizeof(opts),
        .workers = 2,
        .deterministic = 1,
        .precision = precision,
        .device = device,
        .cache_dir = cache_dir,
        .log = hear,
        .engine_path = getenv("ENGINE")};
    sentiment_classifier *clf = open_bundled(&opts);
    sentiment_result results[N];
    sentiment_error err;

    ck_assert_sentiment_ok(
        sentiment_classify(clf, v.texts, N, results, scores, &err), err);
    sentiment_classifier_close(clf);
}

/* Whether packed weights of this precision are our own here. */
static bool is_kept(int i)
{
    snt_engine_caps caps;
    sentiment_error err;
    float scores[3 * N];

    ck_assert_sentiment_ok(engine->describe(&caps, &err), err);
    if (caps.precisions & bits[i])
        classify(precisions[i], NULL, folder, scores);
    if (files(0))
        return true;
    printf("%s: skipped: no product of our own here\n", precisions[i]);
    return false;
}

START_TEST(gives_the_same_bits_at_the_first_start_and_the_second)
{
    float without[3 * N], with[3 * N];
    struct stat first, second;

    if (!is_kept(_i))
        return;
    classify(precisions[_i], NULL, NULL, without);
    ck_assert_uint_eq(files(1), 1);
    for (int start = 0; start < 2; start++) {
        classify(precisions[_i], NULL, folder, with);
        ck_assert_mem_eq(without, with, sizeof(with));
        ck_assert_uint_eq(files(0), 1);
        ck_assert_int_eq(stat(path, start ? &second : &first), 0);
    }
    ck_assert_uint_eq(first.st_ino, second.st_ino);
    ck_assert_uint_eq(said, 0);
}
END_TEST

/* What was kept wins over the layers that it stands for. */
START_TEST(reads_what_was_kept)
{
    static const float zeros[4096 * 4];
    snt_engine_options opts = {.device = "cpu", .precision = bits[_i]};
    const char *dir = checkpoints[N_CHECKPOINTS - 1];
    sentiment_model *model;
    snt_network other;
    snt_engine_model *network;
    snt_session *session;
    static packed p;
    float first[3], second[3];
    sentiment_error err;

    if (!is_kept(_i))
        return;
    snprintf(last, sizeof(last), "%s/name", folder);
    opts.kept = last;
    ck_assert_sentiment_ok(sentiment_model_open(&model, dir, NULL, &err), err);
    golden_pack(&p, model, v.texts, 1, 512);
    other = *snt_model_network(model);
    for (int start = 0; start < 2; start++) {
        ck_assert_sentiment_ok(
            engine->open(&network, &other, &opts, &err), err);
        ck_assert_sentiment_ok(engine->begin(&session, network, &err), err);
        ck_assert_sentiment_ok(
            engine->forward(session, &p.batch, start ? second : first, &err),
            err);
        engine->end(session);
        engine->close(network);
        other.head_out.weight.data = zeros;
    }
    ck_assert_mem_eq(first, second, sizeof(first));
    sentiment_model_close(model);
}
END_TEST

/* Which int8 alone makes use of: whether there is a verdict to be read depends
 * on how a precision was asked for. */
START_TEST(is_the_same_file_whether_ranges_are_known_or_not)
{
    static float ranges[1 << 14];
    snt_engine_options opts = {
        .device = "cpu", .precision = bits[_i], .log = hear, .ranges = ranges};
    char name[128];
    sentiment_model *model;
    snt_engine_model *network;
    sentiment_error err;

    if (!is_kept(_i))
        return;
    files(1);
    snprintf(name, sizeof(name), "%s/name", folder);
    opts.kept = name;
    ck_assert_sentiment_ok(
        sentiment_model_open(
            &model, checkpoints[N_CHECKPOINTS - 1], NULL, &err),
        err);
    for (int start = 0; start < 2; start++) {
        ck_assert_sentiment_ok(
            engine->open(&network, snt_model_network(model), &opts, &err), err);
        engine->close(network);
        opts.ranges = NULL;
    }
    ck_assert_uint_eq(files(0), 1);
    ck_assert_msg(said == 0, "%s", last);
    sentiment_model_close(model);
}
END_TEST

enum { FLIPPED, LENGTHENED, CUT, EMPTY, FOREIGN, RENAMED, N_DAMAGES };

static void damage(int how)
{
    struct stat st;
    int fd;
    char byte;

    ck_assert_int_eq(stat(path, &st), 0);
    fd = open(path, O_RDWR);
    ck_assert_int_ge(fd, 0);
    switch (how) {
    case FLIPPED:
        ck_assert_int_eq(pread(fd, &byte, 1, st.st_size / 2), 1);
        byte ^= 1;
        ck_assert_int_eq(pwrite(fd, &byte, 1, st.st_size / 2), 1);
        break;
    case LENGTHENED:
        ck_assert_int_eq(pwrite(fd, "x", 1, st.st_size), 1);
        break;
    case CUT:
        ck_assert_int_eq(ftruncate(fd, st.st_size - 1), 0);
        break;
    case EMPTY:
        ck_assert_int_eq(ftruncate(fd, 0), 0);
        break;
    case FOREIGN:
        ck_assert_int_eq(ftruncate(fd, 0), 0);
        ck_assert_int_eq(ftruncate(fd, st.st_size), 0);
        break;
    case RENAMED: /* as if another's had been moved there */
        ck_assert_int_eq(pwrite(fd, "0", 1, 9), 1);
        ck_assert_int_eq(pwrite(fd, "1", 1, 10), 1);
        ck_assert_int_eq(pwrite(fd, "2", 1, 11), 1);
        break;
    }
    close(fd);
}

START_TEST(makes_a_damaged_file_again_and_says_so)
{
    float without[3 * N], with[3 * N];

    if (!is_kept(2))
        return;
    classify("int8", NULL, NULL, without);
    damage(_i);
    classify("int8", NULL, folder, with);
    ck_assert_mem_eq(without, with, sizeof(with));
    ck_assert_uint_eq(said, 1);
    ck_assert_ptr_nonnull(strstr(last, "not the packed weights"));
    classify("int8", NULL, folder, with);
    ck_assert_mem_eq(without, with, sizeof(with));
    ck_assert_uint_eq(said, 1);
    ck_assert_uint_eq(files(0), 1);
}
END_TEST

START_TEST(works_without_a_place_and_says_so_once)
{
    float without[3 * N], with[3 * N];

    if (!is_kept(2))
        return;
    classify("int8", NULL, NULL, without);
    classify("int8", NULL, "/proc/nowhere", with);
    ck_assert_mem_eq(without, with, sizeof(with));
    ck_assert_uint_eq(said, 1);
    ck_assert_ptr_nonnull(strstr(last, "/proc/nowhere"));
    files(1);
    chmod(folder, 0500);
    if (access(folder, W_OK)) {
        classify("int8", NULL, folder, with);
        ck_assert_mem_eq(without, with, sizeof(with));
        ck_assert_uint_eq(said, 2);
    } else {
        printf("a read-only folder: skipped: root writes there too\n");
    }
    chmod(folder, 0700);
}
END_TEST

START_TEST(keeps_a_file_for_each_precision_and_none_of_what_onednn_packs)
{
    float scores[3 * N];
    unsigned n = 0;

    for (int i = 0; i < 3; i++) {
        if (!is_kept(i))
            return;
        ck_assert_uint_eq(files(0), ++n);
    }
    classify("fp32", "cpu:onednn", folder, scores);
    ck_assert_uint_eq(files(0), n);
    ck_assert_uint_eq(said, 0);
}
END_TEST

/* Pages of the mapped checkpoint that the process holds, in KB. */
static long held(void)
{
    FILE *maps = fopen("/proc/self/smaps", "r");
    char line[1024];
    unsigned long begins, ends;
    long kb = 0, n;
    int ours = 0;

    if (!maps)
        return -1;
    while (fgets(line, sizeof(line), maps)) {
        if (sscanf(line, "%lx-%lx ", &begins, &ends) == 2)
            ours = strstr(line, "/finsent-minilm/model.safetensors") != NULL;
        if (ours && sscanf(line, "Rss: %ld", &n) == 1)
            kb += n;
    }
    fclose(maps);
    return kb;
}

START_TEST(lets_go_of_the_checkpoint_once_it_is_packed)
{
    const sentiment_classifier_options opts = {
        .size = sizeof(opts), .engine_path = getenv("ENGINE")};
    sentiment_classifier *clf = open_bundled(&opts);

    if (held() < 0)
        printf("skipped: no /proc/self/smaps\n");
    else
        ck_assert_int_lt(held(), 4096); /* of 45 MB */
    sentiment_classifier_close(clf);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("kept");
    TCase *tests = tcase_create("kept");

    engine = golden_engine();
    tcase_set_timeout(tests, 300);
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_loop_test(
        tests, gives_the_same_bits_at_the_first_start_and_the_second, 0, 3);
    tcase_add_loop_test(tests, reads_what_was_kept, 0, 3);
    tcase_add_loop_test(
        tests, is_the_same_file_whether_ranges_are_known_or_not, 0, 2);
    tcase_add_loop_test(
        tests, makes_a_damaged_file_again_and_says_so, 0, N_DAMAGES);
    tcase_add_test(tests, works_without_a_place_and_says_so_once);
    tcase_add_test(
        tests, keeps_a_file_for_each_precision_and_none_of_what_onednn_packs);
    tcase_add_test(tests, lets_go_of_the_checkpoint_once_it_is_packed);
    suite_add_tcase(suite, tests);
    return golden_run(suite);
}
