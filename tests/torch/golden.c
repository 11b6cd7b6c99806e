/*
 * golden.c - see golden.h. The vectors are those of tests/vectors/tiny (made by
 * make_tiny.py there) and, for the bundled model, of tests/vectors/bundled.
 */
#include "golden.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "file.h"
#include "model/model.h"
#include "precision.h"
#include "sentiment.h"
#include "tests/suites.h"

const snt_engine_ops *golden_engine(void)
{
    const snt_engine_ops *engine;
    sentiment_error err;

    if (snt_engine_load(&engine, getenv("ENGINE"), &err) == SENTIMENT_OK)
        return engine;
    fprintf(stderr, "%s\n", err.message);
    exit(EXIT_FAILURE);
}

int golden_run(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    int failed;

    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

const char *const checkpoints[N_CHECKPOINTS] = {
    "tests/vectors/tiny/roberta",
    "tests/vectors/tiny/distilroberta",
    "tests/vectors/tiny/bert",
    "tests/vectors/tiny/distilbert",
    "tests/vectors/tiny/bert-f16",
    "tests/vectors/tiny/bert-bf16",
    "tests/vectors/tiny/bert-sharded",
    "tests/vectors/tiny/roberta-bin",
    "models/finsent-minilm"};

int golden_is_there(const char *dir)
{
    char path[256];

    snprintf(path, sizeof(path), "%s/config.json", dir);
    if (snt_file_exists(path))
        return 1;
    printf("%s: skipped: not there\n", dir);
    return 0;
}

void golden_load(vectors *v, const char *dir)
{
    char path[256], *line = NULL;
    size_t room = 0;
    FILE *file;

    snprintf(path, sizeof(path), "%s/vectors.jsonl", dir);
    if (!strncmp(dir, "models/", 7))
        snprintf(path, sizeof(path), "tests/vectors/bundled/vectors.jsonl");
    file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s: cannot be opened", path);
    v->n = 0;
    while (getline(&line, &room, file) > 0 && v->n < MAX_TEXTS) {
        json_t *root = json_loads(line, JSON_ALLOW_NUL, NULL);
        const json_t *text = json_object_get(root, "text");
        const json_t *logits = json_object_get(root, "logits");

        if (!text) { /* the line of versions */
            json_decref(root);
            continue;
        }
        v->lines[v->n] = root;
        v->texts[v->n] =
            (sentiment_text){json_string_value(text), json_string_length(text)};
        for (size_t l = 0; l < json_array_size(logits); l++)
            v->logits[v->n][l] =
                (float)json_real_value(json_array_get(logits, l));
        v->n++;
    }
    free(line);
    fclose(file);
    ck_assert_uint_gt(v->n, 20);
}

void golden_unload(vectors *v)
{
    while (v->n)
        json_decref(v->lines[--v->n]);
}

void golden_pack(
    packed *p, const sentiment_model *model, const sentiment_text *texts,
    size_t n, size_t max_tokens)
{
    sentiment_error err;
    size_t at = 0;

    for (size_t i = 0; i < n; i++) {
        sentiment_tokens out = {.ids = p->ids + at, .cap = max_tokens};

        ck_assert_uint_lt(at + max_tokens, MAX_TEXTS * 64);
        ck_assert_sentiment_ok(
            sentiment_tokenizer_encode(
                sentiment_model_tokenizer(model), texts[i], 0, &out, &err),
            err);
        snt_model_positions(model, p->ids + at, out.n, p->positions + at);
        p->starts[i] = (int32_t)at;
        at += out.n;
    }
    p->starts[n] = (int32_t)at;
    p->batch = (snt_batch){n, at, p->ids, p->positions, p->starts, 1};
}

static double worst(
    const vectors *v, size_t first, size_t n, const float *logits,
    size_t labels, double bound, const char *what)
{
    double most = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t l = 0; l < labels; l++) {
            double want = v->logits[first + i][l];
            double off =
                fabs(logits[i * labels + l] - want) / fmax(1, fabs(want));

            if (!(off <= bound))
                ck_abort_msg(
                    "%s, text %zu \"%.60s\", label %zu: %.8g, transformers "
                    "has %.8g",
                    what, first + i, v->texts[first + i].bytes, l,
                    (double)logits[i * labels + l], want);
            most = fmax(most, off);
        }
    return most;
}

void golden_open(
    opened *o, const snt_engine_ops *engine, const char *dir,
    const snt_engine_options *opts)
{
    sentiment_model_info info = {.size = sizeof(info)};
    sentiment_error err;

    o->engine = engine;
    ck_assert_sentiment_ok(
        sentiment_model_open(&o->model, dir, NULL, &err), err);
    ck_assert_sentiment_ok(
        sentiment_model_describe(o->model, &info, &err), err);
    o->labels = sentiment_model_n_labels(o->model);
    o->max_tokens = info.max_tokens;
    ck_assert_sentiment_ok(
        engine->open(&o->network, snt_model_network(o->model), opts, &err),
        err);
    ck_assert_sentiment_ok(engine->begin(&o->session, o->network, &err), err);
}

void golden_close(opened *o)
{
    o->engine->end(o->session);
    o->engine->close(o->network);
    sentiment_model_close(o->model);
}

void golden_compare(
    const snt_engine_ops *engine, const char *dir,
    const snt_engine_options *opts, double bound, size_t at_once)
{
    static vectors v;
    static packed p;
    static float logits[MAX_TEXTS * MAX_LABELS];
    sentiment_error err;
    char what[128];
    double most = 0;
    opened o;

    golden_load(&v, dir);
    golden_open(&o, engine, dir, opts);
    snprintf(
        what, sizeof(what), "%s in %s on %s by %zu", dir,
        snt_precision_name(opts->precision), opts->device, at_once);
    for (size_t i = 0; i < v.n; i += at_once) {
        size_t n = v.n - i < at_once ? v.n - i : at_once;
        double off;

        golden_pack(&p, o.model, v.texts + i, n, o.max_tokens);
        ck_assert_sentiment_ok(
            engine->forward(o.session, &p.batch, logits, &err), err);
        off = worst(&v, i, n, logits, o.labels, bound, what);
        most = off > most ? off : most;
    }
    printf("%s: off by %.1e at most\n", what, most);
    golden_close(&o);
    golden_unload(&v);
}
