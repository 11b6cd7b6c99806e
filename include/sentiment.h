/*
 * sentiment.h - financial text in; negative, neutral or positive out.
 *
 * The whole of it, from a C program:
 *
 *     sentiment_classifier *clf;
 *     sentiment_error err;
 *     sentiment_result result;
 *     sentiment_text text = sentiment_text_of("Profit doubled.");
 *
 *     if (sentiment_classifier_open(&clf, "models/finsent-minilm", NULL,
 *                                   &err) != SENTIMENT_OK ||
 *         sentiment_classify(clf, &text, 1, &result, NULL, &err) !=
 *             SENTIMENT_OK) {
 *         fprintf(stderr, "%s\n", err.message);
 *         return 1;
 *     }
 *     printf("%s %.3f\n", sentiment_classifier_label(clf, result.label),
 *            result.score);
 *     sentiment_classifier_close(clf);
 *
 * The parts, from the simple to the advanced; each may be included alone:
 *
 *     base.h        version, status, error, text, result
 *     tokenizer.h   text to token ids; needs no libtorch
 *     model.h       a checkpoint on disk: inspect, verify
 *     classifier.h  texts to labels, in batches, on worker threads
 *     tune.h        how far lower precisions may be trusted on a checkpoint
 *     pipeline.h    many texts at once: submit and call back, or a stream
 *     cache.h       remembers what the model said; bounded in bytes and time
 *     router.h      label and score to a destination, by rules
 *
 * What holds everywhere:
 *
 * Errors.     A function that can fail returns a sentiment_status. On failure
 *             it also fills *err, if err is not NULL; on success it leaves
 *             *err alone. After a failure, output arguments are unspecified,
 *             except that a failed _open stores NULL. A NULL where a
 *             header does not allow it is an assert; bad data never is.
 * Ownership.  What _open makes, _close frees; _close(NULL) does nothing.
 *             A pointer that a function returns is borrowed: it is valid
 *             until the handle it came from is closed. A pointer that a
 *             function takes is read during the call and not kept.
 * Threads.    Any number of threads may use a handle at once; each header says
 *             what that costs. _close comes last, and alone. Threads that the
 *             library starts block all signals. After fork the child may only
 *             close what it inherited, which does nothing there; a classifier,
 *             a pipeline or a stream answers ESTATE to anything else that takes
 *             a lock, or 0 where there is no status.
 * Options.    A struct with size first; in every other field zero or NULL asks
 *             for the default: {.size = sizeof(opts), .workers = 2}. Old
 *             programs run with new libraries and the reverse.
 * Arguments.  The handle comes first, then inputs, then outputs, then err.
 * Text.       A text is bytes and a length; it must be UTF-8 and may hold
 *             NUL bytes. Paths and names are NUL-terminated.
 * Units.      Times are milliseconds, sizes are bytes, scores are
 *             probabilities from 0 to 1; the name says so (_ms, _bytes).
 */
#ifndef SENTIMENT_H
#define SENTIMENT_H

#include "sentiment/base.h"
#include "sentiment/tokenizer.h"
#include "sentiment/model.h"
#include "sentiment/classifier.h"
#include "sentiment/tune.h"
#include "sentiment/pipeline.h"
#include "sentiment/cache.h"
#include "sentiment/router.h"

#endif
