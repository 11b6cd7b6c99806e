/* test_pipeline.c - submit and call back, groups, deadlines, draining, and the
 * ordered stream, over the fake engine. */
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "deadlines.h"
#include "fake.h"
#include "flight.h"
#include "sentiment/pipeline.h"
#include "suites.h"

/* What came back, by status. */
typedef struct tally {
    atomic_int done, ok, text, expired, cancelled;
} tally;

static void count(void *arg, const sentiment_answer *answer)
{
    tally *t = arg;

    atomic_fetch_add(&t->ok, answer->result.status == SENTIMENT_OK);
    atomic_fetch_add(&t->text, answer->result.status == SENTIMENT_ETEXT);
    atomic_fetch_add(&t->expired, answer->result.status == SENTIMENT_EDEADLINE);
    atomic_fetch_add(
        &t->cancelled, answer->result.status == SENTIMENT_ECANCELLED);
    if (answer->result.status == SENTIMENT_OK) {
        ck_assert_str_eq(
            answer->label,
            sentiment_model_label(answer->model, (size_t)answer->result.label));
        ck_assert_str_eq(answer->message, "");
    } else {
        ck_assert_ptr_null(answer->label);
        ck_assert_str_ne(answer->message, "");
    }
    atomic_fetch_add(&t->done, 1);
}

typedef struct fixture {
    sentiment_classifier *clf;
    sentiment_pipeline *pipe;
    tally t;
    sentiment_error err;
} fixture;

static void begin(
    fixture *f, const char *device, const sentiment_pipeline_options *opts)
{
    memset(f, 0, sizeof(*f));
    f->clf = fake_open(device, 2, SENTIMENT_LONG_TRUNCATE);
    ck_assert_sentiment_ok(
        sentiment_pipeline_open(&f->pipe, f->clf, opts, &f->err), f->err);
}

static void end(fixture *f)
{
    sentiment_pipeline_close(f->pipe);
    sentiment_classifier_close(f->clf);
}

static sentiment_status submit(
    fixture *f, const char *text, const sentiment_submit_options *opts)
{
    return sentiment_pipeline_submit(
        f->pipe, sentiment_text_of(text), opts, count, &f->t, &f->err);
}

START_TEST(calls_back_exactly_once_for_each_text)
{
    fixture f;

    begin(&f, NULL, NULL);
    for (int i = 0; i < 1000; i++) {
        char text[32];

        snprintf(text, sizeof(text), i % 10 ? "profit %d" : "%d\xff", i);
        ck_assert_sentiment_ok(submit(&f, text, NULL), f.err);
    }
    end(&f); /* waits for what is in hand */
    ck_assert_int_eq(f.t.done, 1000);
    ck_assert_int_eq(f.t.ok, 900);
    ck_assert_int_eq(f.t.text, 100);
}
END_TEST

static const struct {
    const char *device;
    uint32_t workers;
} gpus[] = {{"cuda:1", 2}, {"mps", 1}};

/* On the CPU no batch is of more than 256 tokens. On a GPU what waits while the
 * first batches are held is taken by one worker, or by two, half each. */
START_TEST(gives_a_gpu_few_workers_and_large_batches)
{
    char path[] = "/tmp/snt-held-XXXXXX", text[32];
    sentiment_classifier_info info = {.size = sizeof(info)};
    sentiment_classifier_stats stats = {.size = sizeof(stats)};
    fixture f = {.clf = fake_open(gpus[_i].device, 0, SENTIMENT_LONG_TRUNCATE)};
    uint64_t large = 0;

    close(mkstemp(path));
    setenv("FAKE_ENGINE_HELD", path, 1);
    ck_assert_sentiment_ok(
        sentiment_pipeline_open(&f.pipe, f.clf, NULL, &f.err), f.err);
    for (int i = 0; i < 600; i++) {
        snprintf(text, sizeof(text), "profit %d", i);
        ck_assert_sentiment_ok(submit(&f, text, NULL), f.err);
    }
    unlink(path);
    sentiment_pipeline_close(f.pipe);
    ck_assert_int_eq(f.t.ok, 600);
    ck_assert_sentiment_ok(
        sentiment_classifier_describe(f.clf, &info, &f.err), f.err);
    ck_assert_uint_eq(info.workers, gpus[_i].workers);
    ck_assert_sentiment_ok(
        sentiment_classifier_count(f.clf, &stats, &f.err), f.err);
    for (size_t i = 0; i < SENTIMENT_BATCH_STEPS; i++)
        if (SENTIMENT_TOKENS_STEP << i > 256)
            large += stats.by_tokens[i];
    ck_assert_uint_gt(large, 0);
    sentiment_classifier_close(f.clf);
}
END_TEST

START_TEST(refuses_what_is_too_much_at_once)
{
    const sentiment_pipeline_options opts = {
        .size = sizeof(opts), .max_texts = 5};
    sentiment_pipeline_stats stats = {.size = sizeof(stats)};
    int refused = 0;
    fixture f;

    begin(&f, "cpu:slow", &opts);
    for (int i = 0; i < 50; i++)
        refused += submit(&f, "profit", NULL) == SENTIMENT_EBUSY;
    ck_assert_int_ge(refused, 40);
    ck_assert_sentiment_ok(
        sentiment_pipeline_count(f.pipe, &stats, &f.err), f.err);
    ck_assert_uint_eq(stats.refused, (uint64_t)refused);
    ck_assert_uint_eq(stats.submitted, (uint64_t)(50 - refused));
    end(&f);
    ck_assert_int_eq(f.t.ok, 50 - refused);
}
END_TEST

START_TEST(refuses_too_many_tokens_but_never_a_lone_text)
{
    const sentiment_pipeline_options opts = {
        .size = sizeof(opts), .max_tokens = 3};
    fixture f;

    begin(&f, "cpu:slow", &opts);
    ck_assert_sentiment_ok(
        submit(&f, "a text of more tokens than three", NULL), f.err);
    ck_assert_sentiment_fails(
        submit(&f, "profit", NULL), SENTIMENT_EBUSY, "tokens in hand", f.err);
    end(&f);
    ck_assert_int_eq(f.t.done, 1);
}
END_TEST

START_TEST(lets_a_deadline_pass)
{
    const sentiment_submit_options soon = {
        .size = sizeof(soon), .deadline_ms = 1};
    sentiment_pipeline_stats stats = {.size = sizeof(stats)};
    fixture f;

    begin(&f, "cpu:slow", NULL);
    for (int i = 0; i < 1000; i++) {
        char text[40];

        snprintf(text, sizeof(text), "profit rose again by %d", i);
        ck_assert_sentiment_ok(submit(&f, text, &soon), f.err);
    }
    ck_assert_sentiment_ok(submit(&f, "profit", NULL), f.err);
    ck_assert_sentiment_ok(
        sentiment_pipeline_drain(f.pipe, 20000, &f.err), f.err);
    ck_assert_sentiment_ok(
        sentiment_pipeline_count(f.pipe, &stats, &f.err), f.err);
    ck_assert_int_eq(f.t.done, 1001);
    ck_assert_int_gt(f.t.expired, 900);
    ck_assert_uint_eq(stats.expired, (uint64_t)f.t.expired);
    /* What nobody waits for any more is not computed. */
    ck_assert_uint_lt(stats.computed, 400);
    end(&f);
}
END_TEST

START_TEST(cancels_a_group_and_nothing_else)
{
    sentiment_group *group;
    sentiment_submit_options opts = {.size = sizeof(opts)};
    fixture f;

    begin(&f, "cpu:slow", NULL);
    ck_assert_sentiment_ok(sentiment_group_open(&group, f.pipe, &f.err), f.err);
    opts.group = group;
    for (int i = 0; i < 500; i++) {
        char text[40];

        snprintf(text, sizeof(text), "profit of %d", i);
        ck_assert_sentiment_ok(submit(&f, text, &opts), f.err);
    }
    ck_assert_sentiment_ok(submit(&f, "loss", NULL), f.err);
    sentiment_group_cancel(group);
    sentiment_group_close(group);
    end(&f);
    ck_assert_int_eq(f.t.done, 501);
    ck_assert_int_gt(f.t.cancelled, 0);
    ck_assert_int_eq(f.t.ok + f.t.cancelled, 501);
    ck_assert_int_ge(f.t.ok, 1);
}
END_TEST

typedef struct place {
    atomic_int *order;
    int at;
} place;

static void note_place(void *arg, const sentiment_answer *answer)
{
    place *p = arg;

    ck_assert_int_eq(answer->result.status, SENTIMENT_OK);
    p->at = atomic_fetch_add(p->order, 1);
}

/* A group of one is not behind a group of 3,000 that came before it. */
START_TEST(gives_every_group_its_share)
{
    enum { N = 3000 };
    static place many[N], one;
    atomic_int order = 0;
    sentiment_group *group, *other;
    sentiment_submit_options opts = {.size = sizeof(opts)};
    fixture f;

    begin(&f, "cpu:slow", NULL);
    ck_assert_sentiment_ok(sentiment_group_open(&group, f.pipe, &f.err), f.err);
    ck_assert_sentiment_ok(sentiment_group_open(&other, f.pipe, &f.err), f.err);
    opts.group = group;
    for (int i = 0; i < N; i++) {
        char text[40];

        snprintf(text, sizeof(text), "profit rose again by %d", i);
        many[i].order = &order;
        ck_assert_sentiment_ok(
            sentiment_pipeline_submit(
                f.pipe, sentiment_text_of(text), &opts, note_place, &many[i],
                &f.err),
            f.err);
    }
    one.order = &order;
    opts.group = other;
    ck_assert_sentiment_ok(
        sentiment_pipeline_submit(
            f.pipe, sentiment_text_of("loss"), &opts, note_place, &one, &f.err),
        f.err);
    sentiment_group_close(group);
    sentiment_group_close(other);
    end(&f);
    ck_assert_int_eq(order, N + 1);
    ck_assert_int_lt(one.at, N / 2);
}
END_TEST

/* ---- the same text again ---- */

START_TEST(computes_what_is_in_flight_once)
{
    sentiment_pipeline_stats stats = {.size = sizeof(stats)};
    fixture f;

    begin(&f, "cpu:slow", NULL);
    for (int i = 0; i < 1000; i++)
        ck_assert_sentiment_ok(submit(&f, "profit doubled", NULL), f.err);
    ck_assert_sentiment_ok(
        sentiment_pipeline_drain(f.pipe, 20000, &f.err), f.err);
    ck_assert_sentiment_ok(
        sentiment_pipeline_count(f.pipe, &stats, &f.err), f.err);
    ck_assert_int_eq(f.t.ok, 1000);
    /* Submitting all of them may take longer than one is computed. */
    ck_assert_uint_le(stats.computed, 10);
    ck_assert_uint_eq(stats.joined + stats.computed, 1000);
    end(&f);
}
END_TEST

typedef struct submitter {
    fixture *f;
    const char *text;
} submitter;

static void *submit_often(void *arg)
{
    const submitter *s = arg;
    sentiment_error err;

    for (int i = 0; i < 100; i++)
        ck_assert_sentiment_ok(
            sentiment_pipeline_submit(
                s->f->pipe, sentiment_text_of(s->text), NULL, count, &s->f->t,
                &err),
            err);
    return NULL;
}

START_TEST(lets_many_threads_ask_for_the_same)
{
    pthread_t threads[8];
    submitter s;
    fixture f;

    begin(&f, NULL, NULL);
    s = (submitter){&f, "sales fell"};
    for (int i = 0; i < 8; i++)
        pthread_create(&threads[i], NULL, submit_often, &s);
    for (int i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    end(&f);
    ck_assert_int_eq(f.t.ok, 800);
}
END_TEST

START_TEST(goes_on_for_those_who_still_wait)
{
    const sentiment_submit_options soon = {
        .size = sizeof(soon), .deadline_ms = 1};
    fixture f;

    begin(&f, "cpu:slow", NULL);
    for (int i = 0; i < 20; i++) { /* so that the next one has to wait */
        char text[32];

        snprintf(text, sizeof(text), "keep %d workers busy", i);
        ck_assert_sentiment_ok(submit(&f, text, NULL), f.err);
    }
    ck_assert_sentiment_ok(submit(&f, "profit doubled", &soon), f.err);
    ck_assert_sentiment_ok(submit(&f, "profit doubled", NULL), f.err);
    end(&f);
    ck_assert_int_eq(f.t.done, 22);
    ck_assert_int_ge(f.t.ok, 21);
}
END_TEST

typedef struct last_answer {
    sentiment_answer answer;
    float scores[3];
    atomic_int n;
} last_answer;

static void keep(void *arg, const sentiment_answer *answer)
{
    last_answer *last = arg;

    last->answer = *answer;
    memcpy(last->scores, answer->scores, sizeof(last->scores));
    atomic_fetch_add(&last->n, 1);
}

static void ask(fixture *f, const char *text, size_t len, last_answer *last)
{
    ck_assert_sentiment_ok(
        sentiment_pipeline_submit(
            f->pipe, (sentiment_text){text, len}, NULL, keep, last, &f->err),
        f->err);
    while (!last->n)
        usleep(100);
    last->n = 0;
}

START_TEST(answers_from_the_cache_what_it_has_seen)
{
    sentiment_pipeline_options opts = {.size = sizeof(opts)};
    sentiment_pipeline_stats stats = {.size = sizeof(stats)};
    last_answer first = {.n = 0}, again = {.n = 0};
    sentiment_cache *cache;
    fixture f;

    ck_assert_sentiment_ok(
        sentiment_cache_open(&cache, 3, NULL, &f.err), f.err);
    opts.cache = cache;
    begin(&f, NULL, &opts);
    ask(&f, "profit doubled", 14, &first);
    ck_assert_uint_eq(first.answer.cached, 0);
    ask(&f, "profit doubled", 14, &again);
    ck_assert_uint_eq(again.answer.cached, 1);
    ck_assert_mem_eq(
        &first.answer.result, &again.answer.result, sizeof(sentiment_result));
    ck_assert_mem_eq(first.scores, again.scores, sizeof(first.scores));
    ck_assert_str_eq(first.answer.label, again.answer.label);
    /* What has failed is not remembered, and fails again. */
    for (int i = 0; i < 2; i++) {
        ask(&f, "profit\xff", 7, &again);
        ck_assert_int_eq(again.answer.result.status, SENTIMENT_ETEXT);
        ck_assert_uint_eq(again.answer.cached, 0);
    }
    ck_assert_sentiment_ok(
        sentiment_pipeline_count(f.pipe, &stats, &f.err), f.err);
    ck_assert_uint_eq(stats.hits, 1);
    ck_assert_uint_eq(stats.computed, 1);
    ck_assert_uint_eq(stats.failed, 2);
    end(&f);
    sentiment_cache_close(cache);
}
END_TEST

START_TEST(refuses_a_cache_for_other_labels)
{
    sentiment_pipeline_options opts = {.size = sizeof(opts)};
    sentiment_classifier *clf = fake_open(NULL, 1, SENTIMENT_LONG_TRUNCATE);
    sentiment_pipeline *pipe;
    sentiment_error err;

    ck_assert_sentiment_ok(
        sentiment_cache_open(&opts.cache, _i ? 64 : 2, NULL, &err), err);
    ck_assert_sentiment_fails(
        sentiment_pipeline_open(&pipe, clf, &opts, &err), SENTIMENT_EINVAL,
        _i ? "for 64 labels, the model has 3" : "for 2 labels", err);
    ck_assert_ptr_null(pipe);
    sentiment_cache_close(opts.cache);
    sentiment_classifier_close(clf);
}
END_TEST

/* A cache may be shared: who reads long texts otherwise gets no other's
 * answer. */
START_TEST(does_not_mix_classifiers_in_one_cache)
{
    sentiment_classifier *cut = fake_open(NULL, 1, SENTIMENT_LONG_TRUNCATE);
    sentiment_classifier *same = fake_open(NULL, 2, SENTIMENT_LONG_TRUNCATE);
    sentiment_classifier *windows = fake_open(NULL, 1, SENTIMENT_LONG_WINDOWS);
    sentiment_digest a, b, c;

    sentiment_classifier_identity(cut, &a);
    sentiment_classifier_identity(same, &b);
    sentiment_classifier_identity(windows, &c);
    ck_assert_mem_eq(&a, &b, sizeof(a));
    ck_assert_mem_ne(&a, &c, sizeof(a));
    sentiment_classifier_close(cut);
    sentiment_classifier_close(same);
    sentiment_classifier_close(windows);
}
END_TEST

START_TEST(drains_and_then_refuses)
{
    fixture f;

    begin(&f, "cpu:slow", NULL);
    ck_assert_sentiment_ok(submit(&f, "profit", NULL), f.err);
    ck_assert_sentiment_fails(
        sentiment_pipeline_drain(f.pipe, 0, &f.err), SENTIMENT_EDEADLINE,
        "still in hand", f.err);
    ck_assert_sentiment_fails(
        submit(&f, "profit", NULL), SENTIMENT_ESTATE, "draining", f.err);
    ck_assert_sentiment_ok(
        sentiment_pipeline_drain(f.pipe, UINT64_MAX, &f.err), f.err);
    ck_assert_int_eq(f.t.ok, 1);
    end(&f);
}
END_TEST

START_TEST(calls_back_where_it_is_polled)
{
    const sentiment_pipeline_options opts = {.size = sizeof(opts), .polled = 1};
    sentiment_stream *stream;
    struct pollfd fd = {.events = POLLIN};
    size_t called = 0;
    fixture f;

    begin(&f, NULL, &opts);
    fd.fd = sentiment_pipeline_fd(f.pipe);
    ck_assert_int_ge(fd.fd, 0);
    for (int i = 0; i < 100; i++)
        ck_assert_sentiment_ok(submit(&f, "profit", NULL), f.err);
    ck_assert_int_eq(f.t.done, 0);
    while (called < 100 && poll(&fd, 1, 10000) == 1)
        called += sentiment_pipeline_poll(f.pipe);
    ck_assert_uint_eq(called, 100);
    ck_assert_int_eq(f.t.ok, 100);
    ck_assert_sentiment_fails(
        sentiment_stream_open(&stream, f.pipe, 0, &f.err), SENTIMENT_EINVAL,
        "polled", f.err);
    ck_assert_sentiment_ok(submit(&f, "profit", NULL), f.err);
    end(&f); /* what nobody polls for is called back here */
    ck_assert_int_eq(f.t.ok, 101);
}
END_TEST

/* ---- stream ---- */

START_TEST(gives_results_in_the_order_of_pushing)
{
    enum { N = 3000, WINDOW = 64 };
    static char texts[N][32];
    sentiment_stream_item item;
    sentiment_stream *stream;
    size_t pushed = 0, pulled = 0;
    fixture f;

    begin(&f, NULL, NULL);
    ck_assert_sentiment_ok(
        sentiment_stream_open(&stream, f.pipe, WINDOW, &f.err), f.err);
    while (pulled < N) {
        if (pushed < N) {
            sentiment_status status;

            snprintf(
                texts[pushed], sizeof(texts[pushed]), "sales %zu up",
                pushed * pushed % 977);
            status = sentiment_stream_push(
                stream, sentiment_text_of(texts[pushed]), texts[pushed],
                &f.err);
            if (status == SENTIMENT_OK)
                pushed++;
            else
                ck_assert_int_eq(status, SENTIMENT_EBUSY);
            if (status == SENTIMENT_OK && pushed % 3)
                continue;
        }
        if (sentiment_stream_pull(stream, pushed == N, &item)) {
            int32_t label;
            float score;

            ck_assert_ptr_eq(item.tag, texts[pulled]);
            fake_answer(f.clf, texts[pulled], &label, &score);
            ck_assert_int_eq(item.result.label, label);
            ck_assert_float_eq_tol(item.scores[label], score, 1e-6f);
            pulled++;
        }
    }
    ck_assert_uint_eq(sentiment_stream_pending(stream), 0);
    ck_assert_int_eq(sentiment_stream_pull(stream, 1, &item), 0);
    sentiment_stream_close(stream);
    end(&f);
}
END_TEST

START_TEST(closes_with_texts_in_hand)
{
    sentiment_stream *stream;
    fixture f;

    begin(&f, "cpu:slow", NULL);
    ck_assert_sentiment_ok(
        sentiment_stream_open(&stream, f.pipe, 300, &f.err), f.err);
    for (int i = 0; i < 300; i++)
        ck_assert_sentiment_ok(
            sentiment_stream_push(
                stream, sentiment_text_of("profit"), NULL, &f.err),
            f.err);
    ck_assert_sentiment_fails(
        sentiment_stream_push(stream, sentiment_text_of("x"), NULL, &f.err),
        SENTIMENT_EBUSY, "300 texts", f.err);
    sentiment_stream_close(stream);
    end(&f);
}
END_TEST

#if !defined(__SANITIZE_THREAD__) /* which knows no fork with threads */
/* What a child gets of everything that its parent left it, locks included. */
static int ask_in_a_child(
    fixture *f, sentiment_group *group, sentiment_stream *stream)
{
    sentiment_pipeline_stats stats = {.size = sizeof(stats)};
    sentiment_classifier_stats counts = {.size = sizeof(counts)};
    const sentiment_text text = sentiment_text_of("profit");
    sentiment_stream_item item;
    sentiment_group *group_too;
    sentiment_stream *stream_too;
    const sentiment_status all[] = {
        sentiment_pipeline_count(f->pipe, &stats, NULL),
        sentiment_pipeline_drain(f->pipe, 10, NULL),
        sentiment_pipeline_swap(f->pipe, f->clf, NULL),
        sentiment_pipeline_submit(f->pipe, text, NULL, count, &f->t, NULL),
        sentiment_group_open(&group_too, f->pipe, NULL),
        sentiment_stream_open(&stream_too, f->pipe, 0, NULL),
        sentiment_stream_push(stream, text, NULL, NULL),
        sentiment_classifier_count(f->clf, &counts, NULL)};
    int wrong = 0;

    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
        wrong += all[i] != SENTIMENT_ESTATE;
    wrong += sentiment_stream_pull(stream, 1, &item) != 0;
    wrong += sentiment_stream_pending(stream) != 0;
    wrong += sentiment_pipeline_poll(f->pipe) != 0;
    sentiment_group_cancel(group);
    sentiment_stream_close(stream);
    sentiment_group_close(group);
    end(f);
    return wrong;
}

START_TEST(answers_estate_in_a_forked_child)
{
    sentiment_stream *stream;
    sentiment_group *group;
    int status;
    pid_t child;
    fixture f;

    begin(&f, "cpu:slow", NULL);
    ck_assert_sentiment_ok(
        sentiment_stream_open(&stream, f.pipe, 300, &f.err), f.err);
    ck_assert_sentiment_ok(sentiment_group_open(&group, f.pipe, &f.err), f.err);
    for (int i = 0; i < 300; i++)
        ck_assert_sentiment_ok(
            sentiment_stream_push(
                stream, sentiment_text_of("profit"), NULL, &f.err),
            f.err);
    child = fork();
    if (!child) {
        alarm(10); /* for one that hangs */
        _exit(ask_in_a_child(&f, group, stream));
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 0);
    sentiment_group_close(group);
    sentiment_stream_close(stream);
    end(&f);
}
END_TEST
#endif

/* ---- another classifier ---- */

typedef struct swap_load {
    fixture *f;
    atomic_bool stop;
    atomic_int sent;
} swap_load;

/* Texts of many kinds, as fast as they go, until it is told to stop. */
static void *send_texts(void *arg)
{
    const sentiment_submit_options at_once = {
        .size = sizeof(at_once), .at_once = 1};
    swap_load *load = arg;

    for (int i = 0; !atomic_load(&load->stop); i++) {
        sentiment_error err;
        char text[32];

        snprintf(text, sizeof(text), "profit %d", i % 500);
        if (!sentiment_pipeline_submit(
                load->f->pipe, sentiment_text_of(text), i % 2 ? &at_once : NULL,
                count, &load->f->t, &err))
            atomic_fetch_add(&load->sent, 1);
    }
    return NULL;
}

START_TEST(swaps_its_classifier_under_load)
{
    enum { THREADS = 2, SWAPS = 20 };
    sentiment_pipeline_options opts = {.size = sizeof(opts), .max_texts = 64};
    sentiment_classifier *next;
    pthread_t threads[THREADS];
    swap_load load = {0};
    fixture f;

    memset(&f, 0, sizeof(f));
    f.clf = fake_open(NULL, 2, SENTIMENT_LONG_TRUNCATE);
    ck_assert_sentiment_ok(
        sentiment_cache_open(
            &opts.cache, sentiment_classifier_n_labels(f.clf), NULL, &f.err),
        f.err);
    ck_assert_sentiment_ok(
        sentiment_pipeline_open(&f.pipe, f.clf, &opts, &f.err), f.err);
    load.f = &f;
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, send_texts, &load);
    for (int i = 0; i < SWAPS; i++) {
        next = fake_open(NULL, 1, SENTIMENT_LONG_TRUNCATE);
        ck_assert_sentiment_ok(
            sentiment_pipeline_swap(f.pipe, next, &f.err), f.err);
        ck_assert_ptr_eq(sentiment_pipeline_classifier(f.pipe), next);
        sentiment_classifier_close(f.clf);
        f.clf = next;
    }
    atomic_store(&load.stop, true);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    end(&f);
    sentiment_cache_close(opts.cache);
    ck_assert_int_gt(load.sent, SWAPS);
    ck_assert_int_eq(f.t.ok, load.sent);
    ck_assert_int_eq(f.t.done, load.sent);
}
END_TEST

static void *open_streams(void *arg)
{
    swap_load *load = arg;

    for (; !atomic_load(&load->stop); atomic_fetch_add(&load->sent, 1)) {
        sentiment_stream *stream;
        sentiment_error err;

        ck_assert_sentiment_ok(
            sentiment_stream_open(&stream, load->f->pipe, 0, &err), err);
        sentiment_stream_close(stream);
    }
    return NULL;
}

/* Under make sanitize: none reads a classifier that was closed after a swap. */
START_TEST(opens_streams_while_it_swaps)
{
    sentiment_classifier *next;
    pthread_t thread;
    swap_load load = {0};
    fixture f;

    begin(&f, NULL, NULL);
    load.f = &f;
    pthread_create(&thread, NULL, open_streams, &load);
    for (int i = 0; i < 20; i++) {
        int sent = atomic_load(&load.sent);

        next = fake_open(NULL, 1, SENTIMENT_LONG_TRUNCATE);
        ck_assert_sentiment_ok(
            sentiment_pipeline_swap(f.pipe, next, &f.err), f.err);
        sentiment_classifier_close(f.clf);
        f.clf = next;
        while (atomic_load(&load.sent) == sent)
            usleep(100);
    }
    atomic_store(&load.stop, true);
    pthread_join(thread, NULL);
    end(&f);
}
END_TEST

START_TEST(refuses_a_swap_when_it_drains)
{
    sentiment_classifier *next = fake_open(NULL, 1, SENTIMENT_LONG_TRUNCATE);
    fixture f;

    begin(&f, NULL, NULL);
    ck_assert_sentiment_ok(sentiment_pipeline_drain(f.pipe, 0, &f.err), f.err);
    ck_assert_sentiment_fails(
        sentiment_pipeline_swap(f.pipe, next, &f.err), SENTIMENT_ESTATE,
        "draining", f.err);
    end(&f);
    sentiment_classifier_close(next);
}
END_TEST

/* ---- what the cache knows ---- */

START_TEST(answers_at_once_when_it_is_asked_to)
{
    const sentiment_submit_options at_once = {
        .size = sizeof(at_once), .at_once = 1};
    sentiment_pipeline_options opts = {.size = sizeof(opts), .max_texts = 1};
    sentiment_pipeline_stats stats = {.size = sizeof(stats)};
    fixture f;

    memset(&f, 0, sizeof(f));
    f.clf = fake_open("cpu:slow", 1, SENTIMENT_LONG_TRUNCATE);
    sentiment_cache_open(
        &opts.cache, sentiment_classifier_n_labels(f.clf), NULL, &f.err);
    ck_assert_sentiment_ok(
        sentiment_pipeline_open(&f.pipe, f.clf, &opts, &f.err), f.err);
    ck_assert_sentiment_ok(submit(&f, "profit", &at_once), f.err);
    while (!atomic_load(&f.t.done))
        usleep(1000);
    while (submit(&f, "loss", NULL) == SENTIMENT_EBUSY)
        usleep(1000); /* the place of the first text is not free yet */
    ck_assert_sentiment_ok(submit(&f, "profit", &at_once), f.err);
    ck_assert_int_ge(f.t.done, 2); /* though the pipeline is full */
    ck_assert_sentiment_fails(
        submit(&f, "profit", NULL), SENTIMENT_EBUSY, "in hand", f.err);
    ck_assert_sentiment_ok(
        sentiment_pipeline_count(f.pipe, &stats, &f.err), f.err);
    ck_assert_uint_eq(stats.hits, 1);
    ck_assert_uint_eq(stats.submitted, 3);
    end(&f);
    sentiment_cache_close(opts.cache);
    ck_assert_int_eq(f.t.ok, 3);
}
END_TEST

/* ---- deadlines ---- */

START_TEST(keeps_the_earliest_deadline_first)
{
    enum { N = 200 };
    static snt_deadline all[N];
    snt_deadlines heap = {NULL, 0, 0};
    uint64_t before = 0;
    size_t left = 0;

    for (int i = 0; i < N; i++) {
        all[i] = (snt_deadline){(uint64_t)(i * 7919 % 211), 0};
        ck_assert(snt_deadlines_add(&heap, &all[i]));
    }
    for (int i = 0; i < N; i += 3) {
        snt_deadlines_remove(&heap, &all[i]);
        snt_deadlines_remove(&heap, &all[i]);
    }
    while (snt_deadlines_first(&heap)) {
        snt_deadline *first = snt_deadlines_first(&heap);

        ck_assert_uint_ge(first->due_ms, before);
        before = first->due_ms;
        snt_deadlines_remove(&heap, first);
        left++;
    }
    ck_assert_uint_eq(left, N - (N + 2) / 3);
    snt_deadlines_free(&heap);
}
END_TEST

/* The oldest of many who wait for one text gives up first, and the next: that
 * must not walk over all the others. */
START_TEST(gives_up_each_of_many_for_one_text_at_once)
{
    enum { N = 60000 };
    static sentiment_pipeline pipe = {.n_labels = 3, .event = -1};
    static snt_waiter waiters[N];
    const sentiment_digest digest = {{7}};
    snt_flight *f;
    clock_t began;

    pthread_cond_init(&pipe.changed, NULL);
    pipe.common = (sentiment_group){.pipe = &pipe, .holders = 1};
    f = snt_flight_new(&pipe.generations[0], &pipe.common, &digest);
    ck_assert_ptr_nonnull(f);
    snt_flight_list(f);
    for (size_t i = 0; i < N; i++) {
        waiters[i].group = &pipe.common;
        ck_assert(snt_flight_board(f, &waiters[i], i + 1));
    }
    began = clock();
    for (size_t i = 0; i < N; i++) {
        ck_assert_ptr_eq(snt_flight_find(&pipe, &digest), f);
        snt_flight_give_up(&waiters[i], SENTIMENT_EDEADLINE);
    }
    ck_assert_double_lt((double)(clock() - began) / CLOCKS_PER_SEC, 1);
    ck_assert_ptr_null(f->waiters);
    ck_assert_ptr_null(snt_flight_find(&pipe, &digest));
    ck_assert(atomic_load(&f->task.cancelled));
    for (const snt_waiter *w = pipe.first, *at = waiters; w; at++) {
        ck_assert_ptr_eq(w, at);
        w = w->next_answered;
    }
    ck_assert_ptr_eq(pipe.last, &waiters[N - 1]);
    ck_assert_ptr_null(snt_deadlines_first(&pipe.deadlines));
    while (f->holders > 1)
        snt_flight_release(f);
    snt_flight_release(f);
    snt_deadlines_free(&pipe.deadlines);
}
END_TEST

Suite *pipeline_suite(void)
{
    Suite *suite = suite_create("pipeline");
    TCase *tests = tcase_create("pipeline");
    TCase *stream = tcase_create("stream");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, calls_back_exactly_once_for_each_text);
    tcase_add_loop_test(tests, gives_a_gpu_few_workers_and_large_batches, 0, 2);
    tcase_add_test(tests, refuses_what_is_too_much_at_once);
    tcase_add_test(tests, refuses_too_many_tokens_but_never_a_lone_text);
    tcase_add_test(tests, lets_a_deadline_pass);
    tcase_add_test(tests, cancels_a_group_and_nothing_else);
    tcase_add_test(tests, gives_every_group_its_share);
    tcase_add_test(tests, computes_what_is_in_flight_once);
    tcase_add_test(tests, lets_many_threads_ask_for_the_same);
    tcase_add_test(tests, goes_on_for_those_who_still_wait);
    tcase_add_test(tests, answers_from_the_cache_what_it_has_seen);
    tcase_add_loop_test(tests, refuses_a_cache_for_other_labels, 0, 2);
    tcase_add_test(tests, does_not_mix_classifiers_in_one_cache);
    tcase_add_test(tests, drains_and_then_refuses);
    tcase_add_test(tests, calls_back_where_it_is_polled);
    tcase_add_test(tests, swaps_its_classifier_under_load);
    tcase_add_test(tests, opens_streams_while_it_swaps);
    tcase_add_test(tests, refuses_a_swap_when_it_drains);
    tcase_add_test(tests, answers_at_once_when_it_is_asked_to);
    tcase_add_test(tests, keeps_the_earliest_deadline_first);
    tcase_add_test(tests, gives_up_each_of_many_for_one_text_at_once);
    suite_add_tcase(suite, tests);
    tcase_set_timeout(stream, 60);
    tcase_add_test(stream, gives_results_in_the_order_of_pushing);
    tcase_add_test(stream, closes_with_texts_in_hand);
#if !defined(__SANITIZE_THREAD__)
    tcase_add_test(stream, answers_estate_in_a_forked_child);
#endif
    suite_add_tcase(suite, stream);
    return suite;
}
