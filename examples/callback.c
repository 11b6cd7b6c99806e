/*
 * callback.c - the pipeline: submit and go on; an answer calls back.
 *
 *     callback MODEL_DIR < texts
 */
#include <stdio.h>
#include <string.h>

#include <sentiment.h>

/* On the pipeline's own thread, once for each submitted text. */
static void done(void *arg, const sentiment_answer *answer)
{
    unsigned long line = (unsigned long)arg;

    if (answer->label)
        printf(
            "%lu %s %.3f\n", line, answer->label, (double)answer->result.score);
    else
        printf("%lu (%s)\n", line, answer->message);
}

int main(int argc, char **argv)
{
    const sentiment_submit_options soon = {
        .size = sizeof(soon), .deadline_ms = 5000};
    sentiment_classifier *clf;
    sentiment_pipeline *pipe;
    sentiment_error err;
    char line[4096];

    if (argc != 2 || sentiment_classifier_open(&clf, argv[1], NULL, &err)) {
        fprintf(
            stderr, "%s\n", argc == 2 ? err.message : "usage: callback DIR");
        return 1;
    }
    if (sentiment_pipeline_open(&pipe, clf, NULL, &err)) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    for (unsigned long n = 1; fgets(line, sizeof(line), stdin); n++) {
        sentiment_text text = {line, strcspn(line, "\n")};

        if (sentiment_pipeline_submit(pipe, text, &soon, done, (void *)n, &err))
            fprintf(stderr, "%lu: %s\n", n, err.message);
    }
    sentiment_pipeline_close(pipe); /* every callback has run after this */
    sentiment_classifier_close(clf);
    return 0;
}
