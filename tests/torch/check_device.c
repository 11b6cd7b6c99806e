/*
 * check_device.c - the code of a GPU, on every GPU there is or on the devices
 * that are named.
 *
 *     check_device [DEVICE…]
 *
 * "cpu:stock" runs that code on the CPU; of its texts a part is enough there.
 * One process, no fork, as in check_torch.c.
 */
#include <check.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "file.h"
#include "model/model.h"
#include "sentiment.h"
#include "tests/suites.h"
#include "tests/torch/golden.h"

enum { MAX_DEVICES = 32, MOST_TOKENS = 512 };

static const snt_engine_ops *engine;
static char found[128]; /* "cuda:0,mps", cut */
static const char *devices[MAX_DEVICES];
static int n_devices;

static const char *bundled(void)
{
    return checkpoints[N_CHECKPOINTS - 1];
}

/* In fp32 as exact as on the CPU. */
START_TEST(equals_transformers)
{
    const char *dir = checkpoints[_i % N_CHECKPOINTS];
    const snt_engine_options opts = {
        .device = devices[_i / N_CHECKPOINTS], .precision = SNT_FP32};

    if (!golden_is_there(dir))
        return;
    golden_compare(engine, dir, &opts, 1e-5, 1);
    golden_compare(engine, dir, &opts, 1e-5, 17);
}
END_TEST

/* What a lower precision may do to the bundled model: to logits, relative to
 * those above 1, and to scores. Of fp32's labels it keeps 99.8 %. */
static const struct {
    const char *name;
    snt_precision precision;
    double logit, score;
    size_t on_cpu; /* sentences that are enough there */
} lower[] = {
    {"fp16", SNT_FP16_COMPUTE, 0.02, 0.01, 100},
    {"bf16", SNT_BF16_COMPUTE, 0.16, 0.08, 500}};

START_TEST(is_near_transformers_in_lower_precision)
{
    const snt_engine_options opts = {
        .device = devices[_i / 2], .precision = lower[_i % 2].precision};

    golden_compare(engine, bundled(), &opts, lower[_i % 2].logit, 17);
}
END_TEST

/* Texts of any ids, by their lengths. */
typedef struct batch {
    snt_batch all;
    int32_t *ids, *positions, *starts;
} batch;

static unsigned seed;

static size_t any(size_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

/* Most texts are headlines, one in twenty is long, a few are as long as can
 * be or as short. */
static size_t any_length(size_t i)
{
    static const size_t first[] = {MOST_TOKENS, 1, 2, 8, 9, MOST_TOKENS - 1};

    if (i < sizeof(first) / sizeof(*first))
        return first[i];
    return any(20) ? 8 + any(24) : 1 + any(MOST_TOKENS);
}

static void make_batch(batch *b, const sentiment_model *model, size_t n)
{
    size_t room = n * MOST_TOKENS;

    b->ids = calloc(room, sizeof(*b->ids));
    b->positions = calloc(room, sizeof(*b->positions));
    b->starts = calloc(n + 1, sizeof(*b->starts));
    for (size_t i = 0; i < n; i++) {
        size_t start = (size_t)b->starts[i], length = any_length(i);

        for (size_t t = 0; t < length; t++)
            b->ids[start + t] = (int32_t)(5 + any(20000));
        snt_model_positions(
            model, b->ids + start, length, b->positions + start);
        b->starts[i + 1] = b->starts[i] + (int32_t)length;
    }
    b->all = (snt_batch){
        .n = n,
        .tokens = (size_t)b->starts[n],
        .ids = b->ids,
        .positions = b->positions,
        .starts = b->starts};
}

static void drop_batch(batch *b)
{
    free(b->ids);
    free(b->positions);
    free(b->starts);
}

/* Largest difference, relative where logits are large. */
static double farthest(const float *a, const float *b, size_t n)
{
    double most = 0;

    for (size_t i = 0; i < n; i++) {
        ck_assert_msg(isfinite(a[i]), "logit %zu is %g", i, (double)a[i]);
        most =
            fmax(most, fabs((double)a[i] - (double)b[i]) / fmax(1, fabs(b[i])));
    }
    return most;
}

/* Both sides are off from the truth, each by less than 1e-5. */
START_TEST(takes_any_mix_of_lengths)
{
    static const size_t sizes[] = {1, 2, 7, 60, 3, 200};
    opened here, cpu;

    golden_open(
        &here, engine, bundled(),
        &(snt_engine_options){.device = devices[_i], .precision = SNT_FP32});
    golden_open(
        &cpu, engine, bundled(),
        &(snt_engine_options){.device = "cpu", .precision = SNT_FP32});
    seed = 1;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        size_t n = sizes[i] * here.labels;
        float *got = calloc(n, sizeof(*got)), *want = calloc(n, sizeof(*want));
        sentiment_error err;
        batch b;

        make_batch(&b, here.model, sizes[i]);
        ck_assert_sentiment_ok(
            engine->forward(here.session, &b.all, got, &err), err);
        ck_assert_sentiment_ok(
            engine->forward(cpu.session, &b.all, want, &err), err);
        ck_assert_double_le(farthest(got, want, n), 2e-5);
        drop_batch(&b);
        free(got);
        free(want);
    }
    golden_close(&cpu);
    golden_close(&here);
}
END_TEST

/* Of the sentences of `model tune`, a line each, of which there are 2,492. */
static size_t read_sentences(snt_file *file, sentiment_text **texts)
{
    sentiment_error err;
    const char *p, *end;
    size_t n = 0;

    ck_assert_sentiment_ok(
        snt_file_open(file, "models/tune/texts.txt", &err), err);
    p = (const char *)file->bytes;
    end = p + file->len;
    *texts = calloc(file->len, sizeof(**texts));
    while (p < end) {
        const char *line = memchr(p, '\n', (size_t)(end - p));
        size_t len = (size_t)((line ? line : end) - p);

        (*texts)[n++] = (sentiment_text){p, len};
        p += len + 1;
    }
    return n;
}

/* What a classifier says of texts. */
typedef struct said {
    sentiment_result *results;
    float *scores;
} said;

static sentiment_classifier *open_classifier(
    const char *device, const char *precision, uint32_t workers)
{
    const sentiment_classifier_options opts = {
        .size = sizeof(opts),
        .device = device,
        .precision = precision,
        .workers = workers,
        .engine_path = getenv("ENGINE")};
    sentiment_classifier *clf;
    sentiment_error err;

    ck_assert_sentiment_ok(
        sentiment_classifier_open(&clf, bundled(), &opts, &err), err);
    return clf;
}

static void ask(
    sentiment_classifier *clf, const sentiment_text *texts, size_t n, said *s)
{
    sentiment_error err;

    s->results = calloc(n, sizeof(*s->results));
    s->scores =
        calloc(n * sentiment_classifier_n_labels(clf), sizeof(*s->scores));
    ck_assert_sentiment_ok(
        sentiment_classify(clf, texts, n, s->results, s->scores, &err), err);
}

static void forget(said *s)
{
    free(s->results);
    free(s->scores);
}

START_TEST(keeps_the_labels_in_lower_precision)
{
    const char *device = devices[_i / 2], *name = lower[_i % 2].name;
    sentiment_classifier *cpu = open_classifier("cpu", "fp32", 0);
    sentiment_classifier *here = open_classifier(device, name, 0);
    size_t changed = 0, labels = sentiment_classifier_n_labels(cpu), n;
    sentiment_text *texts;
    double most = 0;
    said want, got;
    snt_file file;

    n = read_sentences(&file, &texts);
    if (snt_engine_is_cpu(device) && n > lower[_i % 2].on_cpu)
        n = lower[_i % 2].on_cpu;
    ask(cpu, texts, n, &want);
    ask(here, texts, n, &got);
    for (size_t i = 0; i < n; i++)
        changed += got.results[i].label != want.results[i].label;
    for (size_t i = 0; i < n * labels; i++)
        most = fmax(most, fabs((double)got.scores[i] - (double)want.scores[i]));
    printf(
        "%s on %s: %zu of %zu labels changed, scores by %.1e at most\n", name,
        device, changed, n, most);
    ck_assert_uint_le(1000 * changed, 2 * n);
    ck_assert_double_le(most, lower[_i % 2].score);
    forget(&got);
    forget(&want);
    free(texts);
    snt_file_close(&file);
    sentiment_classifier_close(here);
    sentiment_classifier_close(cpu);
}
END_TEST

/* A caller that hands over parts of the texts, and what one worker said. */
typedef struct caller {
    pthread_t thread;
    sentiment_classifier *clf;
    const sentiment_text *texts;
    const said *want;
    size_t n, first;
    double off;
} caller;

static void *call(void *arg)
{
    enum { PART = 37 };
    caller *c = arg;
    size_t labels = sentiment_classifier_n_labels(c->clf);

    for (size_t i = c->first; i < c->n; i += 2 * PART) {
        size_t n = c->n - i < PART ? c->n - i : PART;
        said s;

        ask(c->clf, c->texts + i, n, &s);
        c->off = fmax(
            c->off,
            farthest(s.scores, c->want->scores + i * labels, n * labels));
        forget(&s);
    }
    return NULL;
}

/* Two workers, each with its stream, and four callers, whose texts get into
 * other company each time. */
START_TEST(computes_two_batches_at_once)
{
    sentiment_classifier *one = open_classifier(devices[_i], "fp32", 1);
    sentiment_classifier *two = open_classifier(devices[_i], "fp32", 2);
    caller callers[4];
    sentiment_text *texts;
    snt_file file;
    said want;
    size_t n = read_sentences(&file, &texts);

    if (snt_engine_is_cpu(devices[_i]) && n > 200)
        n = 200;
    ask(one, texts, n, &want);
    for (size_t i = 0; i < 4; i++) {
        callers[i] = (caller){
            .clf = two,
            .texts = texts,
            .want = &want,
            .n = n,
            .first = 37 * (i % 2)};
        ck_assert_int_eq(
            pthread_create(&callers[i].thread, NULL, call, &callers[i]), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        pthread_join(callers[i].thread, NULL);
        ck_assert_double_le(callers[i].off, 1e-5);
    }
    forget(&want);
    free(texts);
    snt_file_close(&file);
    sentiment_classifier_close(two);
    sentiment_classifier_close(one);
}
END_TEST

START_TEST(refuses_int8)
{
    const sentiment_classifier_options opts = {
        .size = sizeof(opts),
        .device = devices[_i],
        .precision = "int8",
        .engine_path = getenv("ENGINE")};
    sentiment_classifier *clf;
    sentiment_error err;

    ck_assert_sentiment_fails(
        sentiment_classifier_open(&clf, checkpoints[0], &opts, &err),
        SENTIMENT_EDEVICE, "int8 runs on the CPU only", err);
    ck_assert_ptr_null(clf);
}
END_TEST

/* Those that are named, or all that are no CPU. */
static void find_devices(int argc, char **argv)
{
    snt_engine_caps caps = {.devices = ""};
    sentiment_error err;

    for (int i = 1; i < argc && n_devices < MAX_DEVICES; i++)
        devices[n_devices++] = argv[i];
    if (n_devices || engine->describe(&caps, &err) != SENTIMENT_OK)
        return;
    strcpy(found, caps.devices);
    for (char *p = strtok(found, ","); p; p = strtok(NULL, ","))
        if (!snt_engine_is_cpu(p) && n_devices < MAX_DEVICES)
            devices[n_devices++] = p;
}

static Suite *make_suite(void)
{
    Suite *suite = suite_create("device");
    TCase *tests = tcase_create("device");

    tcase_set_timeout(tests, 600);
    tcase_add_loop_test(
        tests, equals_transformers, 0, n_devices * N_CHECKPOINTS);
    tcase_add_loop_test(tests, takes_any_mix_of_lengths, 0, n_devices);
    tcase_add_loop_test(
        tests, is_near_transformers_in_lower_precision, 0, 2 * n_devices);
    tcase_add_loop_test(
        tests, keeps_the_labels_in_lower_precision, 0, 2 * n_devices);
    tcase_add_loop_test(tests, computes_two_batches_at_once, 0, n_devices);
    tcase_add_loop_test(tests, refuses_int8, 0, n_devices);
    suite_add_tcase(suite, tests);
    return suite;
}

int main(int argc, char **argv)
{
    engine = golden_engine();
    find_devices(argc, argv);
    if (!n_devices) {
        printf("skipped: no CUDA or MPS device\n");
        return EXIT_SUCCESS;
    }
    return golden_run(make_suite());
}
