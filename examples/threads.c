/*
 * threads.c - one pipeline, many threads: each reads lines of the same file and
 * submits them; the pipeline computes a text once, however many bring it.
 *
 *     threads MODEL_DIR < texts
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include <sentiment.h>

enum { THREADS = 4 };

static sentiment_pipeline *pipe_;
static atomic_uint counts[8]; /* answers of each label */

static void done(void *arg, const sentiment_answer *answer)
{
    (void)arg;
    if (answer->label)
        counts[answer->result.label % 8]++;
}

/* fgets locks standard input, so a line goes to one thread. */
static void *work(void *arg)
{
    char line[4096];

    (void)arg;
    while (fgets(line, sizeof(line), stdin)) {
        sentiment_text text = {line, strcspn(line, "\n")};

        sentiment_pipeline_submit(pipe_, text, NULL, done, NULL, NULL);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    sentiment_classifier *clf = NULL;
    sentiment_error err = {.message = "usage: threads MODEL_DIR < texts"};
    pthread_t threads[THREADS];

    if (argc != 2 || sentiment_classifier_open(&clf, argv[1], NULL, &err) ||
        sentiment_pipeline_open(&pipe_, clf, NULL, &err)) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    sentiment_pipeline_close(pipe_); /* waits for every callback */
    for (size_t i = 0; i < sentiment_classifier_n_labels(clf) && i < 8; i++)
        printf("%s %u\n", sentiment_classifier_label(clf, i), counts[i]);
    sentiment_classifier_close(clf);
}
