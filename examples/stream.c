/*
 * stream.c - a file of any size in constant memory, results in its order.
 *
 *     stream MODEL_DIR < texts
 */
#include <stdio.h>
#include <string.h>

#include <sentiment.h>

static void print(
    const sentiment_classifier *clf, const sentiment_stream_item *item)
{
    if (item->result.status == SENTIMENT_OK)
        puts(sentiment_classifier_label(clf, (size_t)item->result.label));
    else
        printf("(%s)\n", item->message);
}

int main(int argc, char **argv)
{
    sentiment_classifier *clf;
    sentiment_pipeline *pipe;
    sentiment_stream *stream;
    sentiment_stream_item item;
    sentiment_error err;
    char line[4096];

    if (argc != 2 || sentiment_classifier_open(&clf, argv[1], NULL, &err)) {
        fprintf(stderr, "%s\n", argc == 2 ? err.message : "usage: stream DIR");
        return 1;
    }
    if (sentiment_pipeline_open(&pipe, clf, NULL, &err) ||
        sentiment_stream_open(&stream, pipe, 0, &err)) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    while (fgets(line, sizeof(line), stdin)) {
        sentiment_text text = {line, strcspn(line, "\n")};

        /* A full window: take the oldest result, and try again. */
        while (sentiment_stream_push(stream, text, NULL, &err) ==
               SENTIMENT_EBUSY)
            if (sentiment_stream_pull(stream, 1, &item))
                print(clf, &item);
    }
    while (sentiment_stream_pull(stream, 1, &item))
        print(clf, &item);
    sentiment_stream_close(stream);
    sentiment_pipeline_close(pipe);
    sentiment_classifier_close(clf);
    return 0;
}
