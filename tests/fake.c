/* fake.c - see fake.h. */
#include "fake.h"

#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"

const char *fake_engine_path(void)
{
    static char path[256];
    const char *build = getenv("B");

    snprintf(
        path, sizeof(path), "%s/lib/libfake_engine.so",
        build ? build : "build");
    return path;
}

void *fake_engine_symbol(const char *name)
{
    void *engine = dlopen(fake_engine_path(), RTLD_NOW | RTLD_LOCAL);
    void *symbol = engine ? dlsym(engine, name) : NULL;

    ck_assert_msg(symbol != NULL, "%s: not in the fake engine", name);
    return symbol;
}

sentiment_classifier *fake_open(
    const char *device, uint32_t workers, sentiment_long long_texts)
{
    return fake_open_at("tests/vectors/tiny/bert", device, workers, long_texts);
}

sentiment_classifier *fake_open_at(
    const char *dir, const char *device, uint32_t workers,
    sentiment_long long_texts)
{
    sentiment_classifier_options opts = {
        .size = sizeof(opts),
        .device = device,
        .workers = workers,
        .long_texts = long_texts,
        .engine_path = fake_engine_path()};
    sentiment_classifier *clf;
    sentiment_error err;

    ck_assert_sentiment_ok(
        sentiment_classifier_open(&clf, dir, &opts, &err), err);
    return clf;
}

void fake_answer(
    const sentiment_classifier *clf, const char *text, int32_t *label,
    float *score)
{
    const sentiment_model *model = sentiment_classifier_model(clf);
    size_t labels = sentiment_model_n_labels(model);
    int32_t ids[64];
    sentiment_tokens out = {.ids = ids, .cap = 64};
    sentiment_error err;
    unsigned long sum = 0;
    float top;

    ck_assert_sentiment_ok(
        sentiment_tokenizer_encode(
            sentiment_model_tokenizer(model), sentiment_text_of(text), 0, &out,
            &err),
        err);
    for (size_t i = 0; i < out.n; i++)
        sum += (unsigned long)ids[i];
    *label = (int32_t)(sum % labels);
    top = 1 + (float)(out.n % 4);
    *score = 1 / (1 + (float)(labels - 1) * expf(-top));
}
