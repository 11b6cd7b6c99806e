/*
 * classify.c - the simplest use: open a model, classify a string, close.
 *
 *     classify MODEL_DIR TEXT
 */
#include <stdio.h>

#include <sentiment.h>

int main(int argc, char **argv)
{
    sentiment_classifier *clf;
    sentiment_error err;
    sentiment_result result;
    sentiment_text text;

    if (argc != 3) {
        fprintf(stderr, "usage: classify MODEL_DIR TEXT\n");
        return 2;
    }
    text = sentiment_text_of(argv[2]);
    if (sentiment_classifier_open(&clf, argv[1], NULL, &err) != SENTIMENT_OK) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    if (sentiment_classify(clf, &text, 1, &result, NULL, &err) !=
        SENTIMENT_OK) {
        fprintf(stderr, "%s\n", err.message);
        sentiment_classifier_close(clf);
        return 1;
    }
    if (result.status == SENTIMENT_OK)
        printf(
            "%s %.3f\n", sentiment_classifier_label(clf, (size_t)result.label),
            (double)result.score);
    else
        fprintf(
            stderr, "%s\n",
            sentiment_status_name((sentiment_status)result.status));
    sentiment_classifier_close(clf);
    return result.status == SENTIMENT_OK ? 0 : 1;
}
