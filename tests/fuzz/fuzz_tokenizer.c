/* fuzz_tokenizer.c - any bytes as tokenizer.json, which then reads a text. */
#include <stdlib.h>

#include "fuzz.h"
#include "sentiment/tokenizer.h"

static const char text[] = "Profit isn't up 3.5% \xf0\x9f\x9a\x80 \xe6\xa0\xaa "
                           "<s>a</s> [MASK] \xcc\x81";

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    int32_t ids[32];
    sentiment_span offsets[32];
    sentiment_tokens out = {ids, offsets, 32, 0, 0, 0};
    sentiment_tokenizer *tok;

    if (sentiment_tokenizer_open(&tok, fuzz_file(bytes, len), NULL) ==
        SENTIMENT_OK) {
        for (uint32_t flags = 0; flags < 8; flags++)
            if (sentiment_tokenizer_encode(
                    tok, sentiment_text_of(text), flags, &out, NULL) ==
                SENTIMENT_OK)
                for (size_t i = 0; i < out.n; i++)
                    if (ids[i] < 0 ||
                        (size_t)ids[i] >= sentiment_tokenizer_n_ids(tok) ||
                        offsets[i].start > offsets[i].end ||
                        offsets[i].end > sizeof(text))
                        abort();
    }
    sentiment_tokenizer_close(tok);
    return 0;
}
