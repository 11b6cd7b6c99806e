/* fake.h - a classifier on the fake engine and a tiny checkpoint, whose answers
 * a test can predict: see fake_engine.c. Opened inside each test, because Check
 * forks and threads do not survive that. */
#ifndef SNT_FAKE_H
#define SNT_FAKE_H

#include "sentiment/classifier.h"

/** The fake engine's shared object. */
const char *fake_engine_path(void);

/** What it exports by this name, for tests to look at. */
void *fake_engine_symbol(const char *name);

/** Opens it on device with so many workers, or fails the test. */
sentiment_classifier *fake_open(
    const char *device, uint32_t workers, sentiment_long long_texts);

/** The same on another checkpoint, which dir holds. */
sentiment_classifier *fake_open_at(
    const char *dir, const char *device, uint32_t workers,
    sentiment_long long_texts);

/** What the fake engine answers for text: label and score. */
void fake_answer(
    const sentiment_classifier *clf, const char *text, int32_t *label,
    float *score);

#endif
