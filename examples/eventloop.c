/*
 * eventloop.c - in an event loop of one's own: the pipeline is a descriptor
 * beside the others, and callbacks run on the loop's thread, without a lock.
 *
 *     eventloop MODEL_DIR < texts
 */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sentiment.h>

static int in_hand;

static void done(void *unused, const sentiment_answer *answer)
{
    in_hand--;
    (void)unused;
    printf("%s\n", answer->label ? answer->label : answer->message);
}

/* What came in, line by line; a line in two reads is for a real program. */
static int feed(sentiment_pipeline *pipe)
{
    char bytes[65536], *line = bytes, *end;
    ssize_t n = read(STDIN_FILENO, bytes, sizeof(bytes) - 1);

    bytes[n > 0 ? n : 0] = '\0';
    for (; (end = strchr(line, '\n')); line = end + 1) {
        sentiment_text text = {line, (size_t)(end - line)};

        if (!sentiment_pipeline_submit(pipe, text, NULL, done, NULL, NULL))
            in_hand++;
    }
    return n > 0;
}

int main(int argc, char **argv)
{
    sentiment_pipeline_options opts = {.size = sizeof(opts), .polled = 1};
    sentiment_error err = {.message = "usage: eventloop MODEL_DIR < texts"};
    sentiment_classifier *clf;
    sentiment_pipeline *pipe;
    struct pollfd fds[2] = {{STDIN_FILENO, POLLIN, 0}, {-1, POLLIN, 0}};

    if (argc != 2 || sentiment_classifier_open(&clf, argv[1], NULL, &err) ||
        sentiment_pipeline_open(&pipe, clf, &opts, &err))
        return fprintf(stderr, "%s\n", err.message), 1;
    fds[1].fd = sentiment_pipeline_fd(pipe);
    while ((fds[0].fd >= 0 || in_hand) && poll(fds, 2, -1) >= 0) {
        if (fds[0].revents && !feed(pipe))
            fds[0].fd = -1;
        if (fds[1].revents)
            sentiment_pipeline_poll(pipe);
    }
    sentiment_pipeline_close(pipe);
    sentiment_classifier_close(clf);
}
