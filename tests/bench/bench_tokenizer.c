/*
 * bench_tokenizer.c - our side of bench_tokenizer.py.
 *
 *     bench_tokenizer TOKENIZER FILE...
 *
 * Each FILE holds one text a line. For each number read from standard input
 * the file of that number is encoded once, all lines, with special tokens and
 * no offsets; seconds, tokens and bytes go out on one line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "file.h"
#include "sentiment/tokenizer.h"

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static size_t encode_lines(
    const sentiment_tokenizer *tok, const snt_file *file, sentiment_tokens *out)
{
    const char *at = (const char *)file->bytes, *end = at + file->len;
    size_t tokens = 0;

    while (at < end) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));

        if (!line_end)
            line_end = end;
        sentiment_tokenizer_encode(
            tok, (sentiment_text){at, (size_t)(line_end - at)}, 0, out, NULL);
        tokens += out->n;
        at = line_end + 1;
    }
    return tokens;
}

int main(int argc, char **argv)
{
    sentiment_tokenizer *tok;
    sentiment_error err;
    sentiment_tokens out = {.cap = 1 << 22};
    snt_file files[8];
    int i;

    if (argc < 3 || argc > 10) {
        fprintf(stderr, "usage: bench_tokenizer TOKENIZER FILE...\n");
        return 2;
    }
    out.ids = malloc(out.cap * sizeof(*out.ids));
    if (!out.ids ||
        sentiment_tokenizer_open(&tok, argv[1], &err) != SENTIMENT_OK) {
        fprintf(stderr, "%s\n", out.ids ? err.message : "out of memory");
        return 1;
    }
    for (i = 0; i < argc - 2; i++)
        if (snt_file_open(&files[i], argv[i + 2], &err) != SENTIMENT_OK) {
            fprintf(stderr, "%s\n", err.message);
            return 1;
        }
    while (scanf("%d", &i) == 1 && i >= 0 && i < argc - 2) {
        double start = now();
        size_t tokens = encode_lines(tok, &files[i], &out);

        printf("%.9f %zu %zu\n", now() - start, tokens, files[i].len);
        fflush(stdout);
    }
    for (i = 0; i < argc - 2; i++)
        snt_file_close(&files[i]);
    free(out.ids);
    sentiment_tokenizer_close(tok);
    return 0;
}
