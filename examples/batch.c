/*
 * batch.c - many texts in one call, with every label's score.
 *
 *     batch MODEL_DIR TEXT…
 */
#include <stdio.h>
#include <stdlib.h>

#include <sentiment.h>

static void print(
    const sentiment_classifier *clf, const char *text,
    const sentiment_result *result, const float *scores)
{
    if (result->status != SENTIMENT_OK) {
        printf("(%s)\n", sentiment_status_name(result->status));
        return;
    }
    for (size_t i = 0; i < sentiment_classifier_n_labels(clf); i++)
        printf(
            "%s %.3f  ", sentiment_classifier_label(clf, i), (double)scores[i]);
    printf("%s\n", text);
}

int main(int argc, char **argv)
{
    sentiment_classifier_options opts = {.size = sizeof(opts), .workers = 2};
    sentiment_classifier *clf;
    sentiment_error err;
    size_t n = argc > 2 ? (size_t)argc - 2 : 0, labels;

    if (!n || sentiment_classifier_open(&clf, argv[1], &opts, &err)) {
        fprintf(stderr, "%s\n", n ? err.message : "usage: batch DIR TEXT…");
        return 1;
    }
    labels = sentiment_classifier_n_labels(clf);

    sentiment_text *texts = calloc(n, sizeof(*texts));
    sentiment_result *results = calloc(n, sizeof(*results));
    float *scores = calloc(n * labels, sizeof(*scores)); /* [n, labels] */

    for (size_t i = 0; i < n; i++)
        texts[i] = sentiment_text_of(argv[i + 2]);
    if (sentiment_classify(clf, texts, n, results, scores, &err))
        fprintf(stderr, "%s\n", err.message);
    else
        for (size_t i = 0; i < n; i++)
            print(clf, argv[i + 2], &results[i], scores + i * labels);
    free(scores);
    free(results);
    free(texts);
    sentiment_classifier_close(clf);
    return 0;
}
