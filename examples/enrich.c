/*
 * enrich.c - what `sentiment-cli enrich` does, over a transport of one's own:
 * records in, classified in batches, each out to the topic of its label, and
 * an offset committed once everything up to it is out.
 *
 *     enrich MODEL_DIR < records       a record is a line: "KEY<tab>TEXT"
 */
#include <stdio.h>
#include <string.h>

#include <sentiment.h>

enum { BATCH = 64, RECORD = 1024 };

/* The transport: stands for a queue's consumer and producer. */
static size_t receive(char records[BATCH][RECORD])
{
    size_t n = 0;

    for (; n < BATCH && fgets(records[n], RECORD, stdin); n++)
        records[n][strcspn(records[n], "\n")] = '\0';
    return n;
}

static void deliver(const char *topic, const char *record)
{
    printf("%s: %s\n", topic, record);
}

int main(int argc, char **argv)
{
    static const char *const labels[] = {"negative", "neutral", "positive"};
    static char records[BATCH][RECORD];
    sentiment_text texts[BATCH];
    sentiment_result results[BATCH];
    sentiment_error err = {.message = "usage: enrich MODEL_DIR < records"};
    sentiment_classifier *clf;
    sentiment_router *router;
    size_t n, offset = 0, to;

    if (argc != 2 || sentiment_classifier_open(&clf, argv[1], NULL, &err) ||
        sentiment_router_open(&router, NULL, "news", labels, 3, &err))
        return fprintf(stderr, "%s\n", err.message), 1;
    while ((n = receive(records))) {
        for (size_t i = 0; i < n; i++)
            texts[i] = sentiment_text_of(strchr(records[i], '\t') + 1);
        if (sentiment_classify(clf, texts, n, results, NULL, &err))
            return fprintf(stderr, "%s\n", err.message), 1;
        for (size_t i = 0; i < n; i++) { /* label -1, a failure: "unknown" */
            to = sentiment_router_route(
                router, results[i].label, results[i].score);
            deliver(sentiment_router_destination(router, to), records[i]);
        }
        printf("committed %zu\n", offset += n);
    }
    sentiment_router_close(router);
    sentiment_classifier_close(clf);
}
