/* cache.c - classifies the lines of standard input, none of them twice. */
#include <stdio.h>
#include <string.h>

#include <sentiment.h>

/* Asks the cache first, and the model for what it does not know. */
static sentiment_status classify(
    sentiment_cache *cache, sentiment_classifier *clf, sentiment_text text,
    int *hit, sentiment_result *result, float *scores, sentiment_error *err)
{
    sentiment_digest digest;
    sentiment_status status = sentiment_cache_key(NULL, text, &digest, err);

    if (status != SENTIMENT_OK)
        return status;
    *hit = sentiment_cache_get(cache, &digest, result, scores);
    if (*hit)
        return SENTIMENT_OK;
    status = sentiment_classify(clf, &text, 1, result, scores, err);
    if (status == SENTIMENT_OK)
        sentiment_cache_put(cache, &digest, result, scores);
    return status;
}

int main(int argc, char **argv)
{
    const char *dir = argc > 1 ? argv[1] : "models/finsent-minilm";
    sentiment_cache_options opts = {.size = sizeof(opts), .ttl_ms = 60000};
    sentiment_classifier *clf = NULL;
    sentiment_cache *cache = NULL;
    sentiment_error err = {SENTIMENT_OK, ""};
    sentiment_result result;
    char line[4096];
    int hit;

    if (sentiment_classifier_open(&clf, dir, NULL, &err) == SENTIMENT_OK &&
        sentiment_cache_open(&cache, 0, &opts, &err) == SENTIMENT_OK)
        while (fgets(line, sizeof(line), stdin) &&
               classify(
                   cache, clf, (sentiment_text){line, strcspn(line, "\n")},
                   &hit, &result, NULL, &err) == SENTIMENT_OK)
            printf(
                "%-8s %s\n", hit ? "known" : "computed",
                result.label < 0
                    ? sentiment_status_name((sentiment_status)result.status)
                    : sentiment_classifier_label(clf, (size_t)result.label));
    fprintf(stderr, "%s", err.message);
    sentiment_cache_close(cache);
    sentiment_classifier_close(clf);
    return err.status != SENTIMENT_OK;
}
