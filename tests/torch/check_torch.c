/*
 * check_torch.c - the real engine against logits that transformers gave.
 *
 * One process, no fork: libtorch and its threads do not survive one. What runs
 * on a GPU is in check_device.c.
 */
#include <check.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "classifier.h"
#include "engine.h"
#include "model/model.h"
#include "sentiment.h"
#include "tests/suites.h"
#include "tests/torch/golden.h"

static const snt_engine_ops *engine;

/* In fp32. */
static void compare(const char *dir, const char *device, size_t at_once)
{
    const snt_engine_options opts = {.device = device, .precision = SNT_FP32};

    if (golden_is_there(dir))
        golden_compare(engine, dir, &opts, 1e-5, at_once);
}

START_TEST(equals_transformers_one_text_at_a_time)
{
    compare(checkpoints[_i], "cpu", 1);
}
END_TEST

START_TEST(equals_transformers_in_any_batch)
{
    compare(checkpoints[_i], "cpu", 3);
    compare(checkpoints[_i], "cpu", 17);
}
END_TEST

/* Of the first texts, each alone and all at once. */
static void forward_texts(
    const char *dir, size_t n, size_t at_once, float *logits)
{
    static vectors v;
    static packed p;
    snt_engine_options opts = {.device = "cpu", .precision = SNT_FP32};
    sentiment_error err;
    opened o;

    golden_load(&v, dir);
    golden_open(&o, engine, dir, &opts);
    for (size_t i = 0; i < n; i += at_once) {
        golden_pack(&p, o.model, v.texts + i, at_once, 512);
        ck_assert_sentiment_ok(
            engine->forward(o.session, &p.batch, logits, &err), err);
        logits += at_once * o.labels;
    }
    golden_close(&o);
    golden_unload(&v);
}

/* More than is promised, and only where fp32's product is our own. */
START_TEST(gives_the_same_bits_in_any_batch)
{
    static float alone[16 * MAX_LABELS], together[16 * MAX_LABELS];
    const char *dir = checkpoints[N_CHECKPOINTS - 1];
    snt_engine_caps caps;
    sentiment_error err;

    ck_assert_sentiment_ok(engine->describe(&caps, &err), err);
    if (strstr(caps.cpu, "baseline")) {
        printf("skipped: no wide registers\n");
        return;
    }
    forward_texts(dir, 16, 1, alone);
    forward_texts(dir, 16, 16, together);
    ck_assert_mem_eq(alone, together, sizeof(alone));
}
END_TEST

static const struct {
    const char *name;
    snt_precision precision;
} precisions[] = {
    {"fp32", SNT_FP32}, {"bf16", SNT_BF16_COMPUTE}, {"int8", SNT_INT8}};

/* A session, and those who help what is computed in it. */
typedef struct helped {
    snt_session *session;
    atomic_bool enough;
    pthread_t threads[2];
} helped;

static void *help(void *arg)
{
    helped *h = arg;

    while (!atomic_load(&h->enough))
        engine->help(h->session);
    return NULL;
}

/* Every text, by so many threads. */
static void forward_helped(
    const vectors *v, const sentiment_model *model, snt_precision precision,
    unsigned threads, float logits[MAX_TEXTS][MAX_LABELS])
{
    static packed p;
    const snt_engine_options opts = {
        .device = "cpu", .precision = precision, .threads = threads};
    sentiment_model_info info = {.size = sizeof(info)};
    snt_engine_model *network;
    helped h = {.enough = false};
    sentiment_error err;

    ck_assert_sentiment_ok(sentiment_model_describe(model, &info, &err), err);
    ck_assert_sentiment_ok(
        engine->open(&network, snt_model_network(model), &opts, &err), err);
    ck_assert_sentiment_ok(engine->begin(&h.session, network, &err), err);
    for (unsigned i = 0; i + 1 < threads; i++)
        pthread_create(&h.threads[i], NULL, help, &h);
    for (size_t i = 0; i < v->n; i++) {
        golden_pack(&p, model, v->texts + i, 1, info.max_tokens);
        p.batch.threads = threads;
        ck_assert_sentiment_ok(
            engine->forward(h.session, &p.batch, logits[i], &err), err);
    }
    atomic_store(&h.enough, true);
    for (unsigned i = 0; i + 1 < threads; i++)
        pthread_join(h.threads[i], NULL);
    engine->end(h.session);
    engine->close(network);
}

START_TEST(gives_the_same_bits_with_any_number_of_threads)
{
    static vectors v;
    static float one[MAX_TEXTS][MAX_LABELS], many[MAX_TEXTS][MAX_LABELS];
    const char *dir = checkpoints[_i % 2 ? N_CHECKPOINTS - 1 : 0];
    const char *name = precisions[_i / 2].name;
    sentiment_model *model;
    snt_engine_caps caps;
    sentiment_error err;

    ck_assert_sentiment_ok(engine->describe(&caps, &err), err);
    if (!(caps.precisions & precisions[_i / 2].precision)) {
        printf("%s: skipped: not on this CPU\n", name);
        return;
    }
    golden_load(&v, dir);
    ck_assert_sentiment_ok(sentiment_model_open(&model, dir, NULL, &err), err);
    forward_helped(&v, model, precisions[_i / 2].precision, 1, one);
    for (unsigned threads = 2; threads <= 3; threads++) {
        forward_helped(&v, model, precisions[_i / 2].precision, threads, many);
        for (size_t i = 0; i < v.n; i++)
            if (memcmp(one[i], many[i], 3 * sizeof(float)))
                ck_abort_msg(
                    "%s in %s by %u threads: other logits of \"%.60s\"", dir,
                    name, threads, v.texts[i].bytes);
    }
    sentiment_model_close(model);
    golden_unload(&v);
}
END_TEST

/* n texts of so many tokens together. */
static void forward_sizes(
    snt_session *session, size_t n, size_t tokens, size_t vocab)
{
    static packed p;
    static float logits[MAX_TEXTS * MAX_LABELS];
    sentiment_error err;

    p.batch = (snt_batch){n, tokens, p.ids, p.positions, p.starts, 1};
    for (size_t i = 0; i <= n; i++)
        p.starts[i] = (int32_t)(i * tokens / n);
    for (size_t i = 0; i < n; i++)
        for (int32_t t = p.starts[i]; t < p.starts[i + 1]; t++) {
            p.ids[t] = t % (int32_t)vocab;
            p.positions[t] = t - p.starts[i];
        }
    ck_assert_sentiment_ok(
        engine->forward(session, &p.batch, logits, &err), err);
}

enum { WARM_TOKENS = 330, WARM_TEXTS = 256, POSITIONS = 60 };

/* The first of all tests: nothing has been met before. */
START_TEST(meets_no_product_for_the_first_time_once_it_is_warm)
{
    const snt_engine_options opts = {
        .device = "cpu:onednn",
        .precision = precisions[_i].precision,
        .most_tokens = WARM_TOKENS,
        .most_texts = WARM_TEXTS};
    snt_engine_model *network;
    snt_session *session;
    sentiment_model *model;
    snt_engine_caps caps;
    sentiment_error err;
    size_t before = engine->met(), vocab, met;

    ck_assert_sentiment_ok(engine->describe(&caps, &err), err);
    if (!(caps.precisions & precisions[_i].precision)) {
        printf("%s: skipped: not on this CPU\n", precisions[_i].name);
        return;
    }
    ck_assert_sentiment_ok(
        sentiment_model_open(&model, "tests/vectors/tiny/bert", NULL, &err),
        err);
    vocab = (size_t)snt_model_network(model)->vocab;
    ck_assert_sentiment_ok(
        engine->open(&network, snt_model_network(model), &opts, &err), err);
    ck_assert_sentiment_ok(engine->begin(&session, network, &err), err);
    met = engine->met();
    ck_assert_uint_gt(met, before);
    forward_sizes(session, 1, 17, vocab);
    ck_assert_uint_eq(engine->met(), met);
    forward_sizes(session, 1, 40, vocab);
    ck_assert_uint_gt(engine->met(), met);
    while (engine->warm(session))
        ;
    met = engine->met();
    for (size_t tokens = 1; tokens <= WARM_TOKENS; tokens++)
        for (size_t n = 1; n <= WARM_TEXTS && n <= tokens; n = 2 * n + 1)
            if (tokens / n < POSITIONS)
                forward_sizes(session, n, tokens, vocab);
    for (size_t n = 1; n <= WARM_TEXTS; n++)
        forward_sizes(session, n, n, vocab);
    printf(
        "%s: %zu products met while it warms\n", precisions[_i].name,
        met - before);
    ck_assert_uint_eq(engine->met(), met);
    engine->end(session);
    engine->close(network);
    sentiment_model_close(model);
}
END_TEST

/* What CPUs run for which there is no product of our own. */
START_TEST(equals_transformers_by_onednn)
{
    compare(checkpoints[_i], "cpu:onednn", 17);
}
END_TEST

START_TEST(names_the_devices_there_are)
{
    sentiment_classifier_options opts = {
        .size = sizeof(opts),
        .device = "cuda:7",
        .engine_path = getenv("ENGINE")};
    sentiment_classifier *clf;
    sentiment_error err;

    ck_assert_sentiment_fails(
        sentiment_classifier_open(&clf, checkpoints[0], &opts, &err),
        SENTIMENT_EDEVICE, "there is cpu", err);
    ck_assert_ptr_null(clf);
}
END_TEST

START_TEST(says_which_precision_does_not_run)
{
    sentiment_classifier_options opts = {
        .size = sizeof(opts),
        .precision = "fp16",
        .engine_path = getenv("ENGINE")};
    sentiment_classifier *clf;
    sentiment_error err;

    ck_assert_sentiment_fails(
        sentiment_classifier_open(&clf, checkpoints[0], &opts, &err),
        SENTIMENT_EDEVICE, "fp16 does not run on this CPU: there is fp32", err);
    ck_assert_ptr_null(clf);
}
END_TEST

/* Replacing the bundled weights without `sentiment-cli model tune` would leave
 * everybody with fp32 and a warning. */
START_TEST(has_a_verdict_on_the_bundled_weights)
{
    sentiment_verdict verdict = {.size = sizeof(verdict)};
    sentiment_error err;

    ck_assert_sentiment_ok(
        sentiment_verdict_load(checkpoints[N_CHECKPOINTS - 1], &verdict, &err),
        err);
    ck_assert_uint_ge(verdict.texts, 1000);
}
END_TEST

/* What the first layer's query reads is the embeddings' norm: within it lies
 * each value that stock operations would give. */
START_TEST(observes_the_ranges_of_what_layers_read)
{
    static vectors v;
    static packed p;
    static float logits[MAX_TEXTS * MAX_LABELS], ranges[2 * 6 * 384];
    const char *dir = checkpoints[N_CHECKPOINTS - 1];
    snt_engine_options opts = {
        .device = "cpu", .precision = SNT_FP32, .observed = ranges};
    snt_engine_model *network;
    snt_session *session;
    sentiment_model *model;
    sentiment_error err;
    float most = 0;

    golden_load(&v, dir);
    ck_assert_sentiment_ok(sentiment_model_open(&model, dir, NULL, &err), err);
    ck_assert_sentiment_ok(
        engine->open(&network, snt_model_network(model), &opts, &err), err);
    ck_assert_sentiment_ok(engine->begin(&session, network, &err), err);
    golden_pack(&p, model, v.texts, 9, 512);
    ck_assert_sentiment_ok(
        engine->forward(session, &p.batch, logits, &err), err);
    ck_assert_float_eq(ranges[0], 0); /* not before the session's end */
    engine->end(session);
    for (size_t i = 0; i < 2 * 6 * 384; i++) {
        ck_assert_float_gt(ranges[i], 0);
        most = ranges[i] > most ? ranges[i] : most;
    }
    /* A layer norm of 384 values cannot give more than sqrt(384) times its
     * gain, and the model is known to have columns far above the others. */
    ck_assert_float_gt(most, 8);
    ck_assert_float_lt(most, 100);
    engine->close(network);
    sentiment_model_close(model);
    golden_unload(&v);
}
END_TEST

/* Scores of the whole path. */
static void classify_all(
    const vectors *v, const char *dir, sentiment_classifier_options opts,
    int reversed, float *scores)
{
    static sentiment_text texts[MAX_TEXTS];
    static sentiment_result results[MAX_TEXTS];
    static float out[MAX_TEXTS * 3];
    sentiment_classifier *clf;
    sentiment_error err;

    opts.size = sizeof(opts);
    opts.engine_path = getenv("ENGINE");
    for (size_t i = 0; i < v->n; i++)
        texts[reversed ? v->n - 1 - i : i] = v->texts[i];
    ck_assert_sentiment_ok(
        sentiment_classifier_open(&clf, dir, &opts, &err), err);
    ck_assert_sentiment_ok(
        sentiment_classify(clf, texts, v->n, results, out, &err), err);
    for (size_t i = 0; i < v->n; i++)
        memcpy(
            scores + 3 * i, out + 3 * (reversed ? v->n - 1 - i : i),
            3 * sizeof(*scores));
    sentiment_classifier_close(clf);
}

static const struct {
    const char *precision, *device;
    float near; /* scores that come in batches */
} companies[] = {{"fp32", "cpu", 1e-5f}, {"fp32", "cpu:onednn", 1e-5f},
                 {"bf16", "cpu", .02f},  {"bf16", "cpu:onednn", .02f},
                 {"int8", "cpu", .02f},  {"int8", "cpu:onednn", .02f}};

/* Alone in order by one worker; the other way round by three, of which two
 * compute together where they can; and in batches. */
START_TEST(does_not_depend_on_company_order_or_workers)
{
    static vectors v;
    static float one[MAX_TEXTS * 3], other[MAX_TEXTS * 3];
    const char *dir = checkpoints[_i % 2 ? N_CHECKPOINTS - 1 : 0];
    sentiment_classifier_options opts = {
        .device = companies[_i / 2].device,
        .precision = companies[_i / 2].precision,
        .workers = 1,
        .deterministic = 1};
    snt_engine_caps caps;
    sentiment_error err;

    ck_assert_sentiment_ok(engine->describe(&caps, &err), err);
    if (_i > 3 && !(caps.precisions & (_i < 8 ? SNT_BF16_COMPUTE : SNT_INT8))) {
        printf("%s: skipped: not on this CPU\n", opts.precision);
        return;
    }
    golden_load(&v, dir);
    classify_all(&v, dir, opts, 0, one);
    opts.workers = 3;
    opts.threads = 2;
    classify_all(&v, dir, opts, 1, other);
    ck_assert_mem_eq(one, other, v.n * 3 * sizeof(*one));
    opts.deterministic = 0;
    classify_all(&v, dir, opts, 1, other);
    for (size_t i = 0; i < 3 * v.n; i++)
        ck_assert_float_eq_tol(one[i], other[i], companies[_i / 2].near);
    golden_unload(&v);
}
END_TEST

/* Two nodes of one CPU each, which this machine need not have. */
static bool tell_nodes(char dir[64])
{
    cpu_set_t set;
    unsigned n = 0;

    snprintf(dir, 64, "/tmp/sentiment-nodes-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    sched_getaffinity(0, sizeof(set), &set);
    for (unsigned cpu = 0; cpu < CPU_SETSIZE && n < 2; cpu++) {
        char path[128];
        FILE *file;

        if (!CPU_ISSET(cpu, &set))
            continue;
        snprintf(path, sizeof(path), "%s/node%u", dir, n);
        mkdir(path, 0700);
        snprintf(path, sizeof(path), "%s/node%u/cpulist", dir, n++);
        file = fopen(path, "w");
        ck_assert_ptr_nonnull(file);
        fprintf(file, "%u\n", cpu);
        fclose(file);
    }
    return n == 2;
}

static void forget_nodes(const char *dir)
{
    char path[128];

    for (unsigned n = 0; n < 2; n++) {
        snprintf(path, sizeof(path), "%s/node%u/cpulist", dir, n);
        unlink(path);
        snprintf(path, sizeof(path), "%s/node%u", dir, n);
        rmdir(path);
    }
    rmdir(dir);
}

START_TEST(gives_the_same_bits_from_each_copy_of_the_weights)
{
    static vectors v;
    static sentiment_result results[MAX_TEXTS];
    static float one[MAX_TEXTS * 3], two[MAX_TEXTS * 3];
    const char *dir = checkpoints[N_CHECKPOINTS - 1];
    char nodes[64];
    const sentiment_classifier_options opts = {
        .size = sizeof(opts),
        .precision = precisions[_i].name,
        .workers = 2,
        .deterministic = 1,
        .engine_path = getenv("ENGINE")};
    sentiment_classifier_info info = {.size = sizeof(info)};
    snt_engine_caps caps;
    sentiment_classifier *clf;
    sentiment_error err;

    ck_assert_sentiment_ok(engine->describe(&caps, &err), err);
    if (!tell_nodes(nodes) || !(caps.precisions & precisions[_i].precision)) {
        printf("skipped: one CPU only, or no %s on it\n", opts.precision);
        forget_nodes(nodes);
        return;
    }
    golden_load(&v, dir);
    for (unsigned copies = 1; copies <= 2; copies++) {
        ck_assert_sentiment_ok(
            snt_classifier_open_with(
                &clf, dir, &opts, NULL, copies == 2 ? nodes : NULL, &err),
            err);
        ck_assert_sentiment_ok(
            sentiment_classifier_describe(clf, &info, &err), err);
        ck_assert_uint_eq(info.copies, copies);
        ck_assert_sentiment_ok(
            sentiment_classify(
                clf, v.texts, v.n, results, copies == 2 ? two : one, &err),
            err);
        sentiment_classifier_close(clf);
    }
    ck_assert_mem_eq(one, two, v.n * 3 * sizeof(*one));
    golden_unload(&v);
    forget_nodes(nodes);
}
END_TEST

static size_t argmax(const float *values, size_t n)
{
    size_t best = 0;

    for (size_t i = 1; i < n; i++)
        if (values[i] > values[best])
            best = i;
    return best;
}

/* Labels of the bundled model that a lower precision may change, of its 320
 * vectors. */
static const struct {
    const char *name;
    snt_precision precision;
    const char *device;
    size_t changed;
} lower[] = {
    {"bf16", SNT_BF16_COMPUTE, "cpu", 3},
    {"bf16", SNT_BF16_COMPUTE, "cpu:onednn", 3},
    {"int8", SNT_INT8, "cpu", 8},
    {"int8", SNT_INT8, "cpu:onednn", 8}};

START_TEST(keeps_the_labels_in_lower_precision)
{
    static vectors v;
    static packed p;
    static float logits[MAX_TEXTS * MAX_LABELS];
    const char *dir = checkpoints[N_CHECKPOINTS - 1];
    snt_engine_options opts = {
        .device = lower[_i].device, .precision = lower[_i].precision};
    snt_engine_caps caps;
    sentiment_error err;
    opened o;
    size_t changed = 0;

    ck_assert_sentiment_ok(engine->describe(&caps, &err), err);
    if (!(caps.precisions & lower[_i].precision)) {
        printf("%s: skipped: not on this CPU\n", lower[_i].name);
        return;
    }
    golden_load(&v, dir);
    golden_open(&o, engine, dir, &opts);
    for (size_t i = 0; i < v.n; i += 9) {
        size_t n = v.n - i < 9 ? v.n - i : 9;

        golden_pack(&p, o.model, v.texts + i, n, 512);
        ck_assert_sentiment_ok(
            engine->forward(o.session, &p.batch, logits, &err), err);
        for (size_t k = 0; k < n; k++)
            changed += argmax(logits + 3 * k, 3) != argmax(v.logits[i + k], 3);
    }
    printf(
        "%s on %s: %zu of %zu labels changed\n", lower[_i].name,
        lower[_i].device, changed, v.n);
    ck_assert_uint_le(changed, lower[_i].changed);
    golden_close(&o);
    golden_unload(&v);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("torch");
    TCase *tests = tcase_create("parity");

    engine = golden_engine();
    tcase_set_timeout(tests, 300);
    tcase_add_loop_test(
        tests, meets_no_product_for_the_first_time_once_it_is_warm, 0, 3);
    tcase_add_loop_test(
        tests, equals_transformers_one_text_at_a_time, 0, N_CHECKPOINTS);
    tcase_add_loop_test(
        tests, equals_transformers_in_any_batch, 0, N_CHECKPOINTS);
    tcase_add_test(tests, gives_the_same_bits_in_any_batch);
    tcase_add_loop_test(
        tests, gives_the_same_bits_with_any_number_of_threads, 0, 6);
    tcase_add_loop_test(tests, equals_transformers_by_onednn, 0, N_CHECKPOINTS);
    tcase_add_loop_test(tests, keeps_the_labels_in_lower_precision, 0, 4);
    tcase_add_test(tests, names_the_devices_there_are);
    tcase_add_test(tests, says_which_precision_does_not_run);
    tcase_add_test(tests, has_a_verdict_on_the_bundled_weights);
    tcase_add_test(tests, observes_the_ranges_of_what_layers_read);
    tcase_add_loop_test(
        tests, does_not_depend_on_company_order_or_workers, 0, 12);
    tcase_add_loop_test(
        tests, gives_the_same_bits_from_each_copy_of_the_weights, 0, 3);
    suite_add_tcase(suite, tests);
    return golden_run(suite);
}
