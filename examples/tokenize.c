/*
 * tokenize.c - the tokenizer alone: it needs no engine.
 *
 *     tokenize MODEL_DIR TEXT
 */
#include <stdio.h>

#include <sentiment/tokenizer.h>

int main(int argc, char **argv)
{
    sentiment_tokenizer *tok;
    sentiment_error err;
    int32_t ids[512];
    sentiment_span offsets[512];
    sentiment_tokens out = {.ids = ids, .offsets = offsets, .cap = 512};

    if (argc != 3) {
        fprintf(stderr, "usage: tokenize MODEL_DIR TEXT\n");
        return 2;
    }
    if (sentiment_tokenizer_open(&tok, argv[1], &err) ||
        sentiment_tokenizer_encode(
            tok, sentiment_text_of(argv[2]), 0, &out, &err)) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    for (size_t i = 0; i < out.n; i++)
        printf(
            "%6d  %.*s\n", (int)ids[i],
            (int)(offsets[i].end - offsets[i].start),
            argv[2] + offsets[i].start);
    sentiment_tokenizer_close(tok);
    return 0;
}
