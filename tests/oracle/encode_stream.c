/*
 * encode_stream.c - our side of the comparison with the official tokenizer.
 *
 *     encode_stream TOKENIZER [CAP] < texts > results
 *
 * Texts come as a four-byte little-endian length and the bytes. For each, a
 * line goes out: "id start end" of each token, separated by spaces, or the
 * error. CAP cuts texts to so many tokens; a negative one cuts on the left.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sentiment/tokenizer.h"

static int read_text(char **bytes, size_t *room, uint32_t *len)
{
    if (fread(len, sizeof(*len), 1, stdin) != 1)
        return 0;
    if (*len > *room) {
        free(*bytes);
        *room = *len;
        *bytes = malloc(*room);
    }
    return *bytes && fread(*bytes, 1, *len, stdin) == *len;
}

static void encode(
    const sentiment_tokenizer *tok, sentiment_text text, long cap)
{
    size_t bound = sentiment_tokenizer_bound(tok, text.len);
    sentiment_tokens out = {.cap = cap ? (size_t)labs(cap) : bound};
    sentiment_tokens bare = {.cap = out.cap};
    sentiment_error err;
    uint32_t flags = cap < 0 ? SENTIMENT_ENCODE_KEEP_TAIL : 0;

    out.ids = calloc(out.cap, sizeof(*out.ids));
    out.offsets = calloc(out.cap, sizeof(*out.offsets));
    bare.ids = calloc(out.cap, sizeof(*bare.ids));
    if (sentiment_tokenizer_encode(tok, text, flags, &out, &err) !=
        SENTIMENT_OK)
        printf("%s", err.message);
    else if (
        sentiment_tokenizer_encode(tok, text, flags, &bare, &err) !=
            SENTIMENT_OK ||
        bare.n != out.n || bare.truncated != out.truncated ||
        memcmp(bare.ids, out.ids, out.n * sizeof(*out.ids)))
        printf("other ids without offsets");
    else
        for (size_t i = 0; i < out.n; i++)
            printf(
                "%s%d %zu %zu", i ? " " : "", (int)out.ids[i],
                out.offsets[i].start, out.offsets[i].end);
    putchar('\n');
    free(bare.ids);
    free(out.offsets);
    free(out.ids);
}

int main(int argc, char **argv)
{
    sentiment_tokenizer *tok;
    sentiment_error err;
    char *bytes = malloc(1);
    size_t room = 1;
    uint32_t len;

    if (argc < 2 || argc > 3) {
        fprintf(stderr, "usage: encode_stream TOKENIZER [CAP]\n");
        return 2;
    }
    if (sentiment_tokenizer_open(&tok, argv[1], &err) != SENTIMENT_OK) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    while (read_text(&bytes, &room, &len))
        encode(
            tok, (sentiment_text){bytes, len},
            argc > 2 ? strtol(argv[2], NULL, 10) : 0);
    free(bytes);
    sentiment_tokenizer_close(tok);
    return 0;
}
