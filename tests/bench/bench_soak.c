/*
 * bench_soak.c - whether memory stays the same over many texts.
 *
 *     bench_soak MODEL TEXTS [PRECISION]
 *
 * Classifies texts of every length, no two alike, and compares the memory in
 * use after the first tenth with that at the end. Exit status 1 when it grew by
 * more than a twentieth.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sentiment.h"
#include "tests/bench/resident.h"

enum { AT_ONCE = 1000, TEXT_BYTES = 512, MAX_WORDS = 60 };

static char bytes[AT_ONCE][TEXT_BYTES];
static sentiment_text texts[AT_ONCE];
static sentiment_result results[AT_ONCE];

/* Texts first to first + AT_ONCE, of 1 to MAX_WORDS words. */
static void write_texts(unsigned long first)
{
    static const char *const words[] = {"profit", "loss", "rose", "fell",
                                        "the",    "bank", "of",   "shares"};

    for (unsigned long i = 0; i < AT_ONCE; i++) {
        unsigned long n = first + i, count = n * 7919 % MAX_WORDS + 1;
        int len = snprintf(bytes[i], TEXT_BYTES, "%lu", n);

        for (unsigned long w = 0; w < count && len < TEXT_BYTES - 8; w++)
            len += snprintf(
                bytes[i] + len, (size_t)(TEXT_BYTES - len), " %s",
                words[(n * 31 + w * 17 + n / 64) % 8]);
        texts[i] = (sentiment_text){bytes[i], (size_t)len};
    }
}

int main(int argc, char **argv)
{
    unsigned long all = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
    sentiment_classifier_options opts = {
        .size = sizeof(opts),
        .precision = argc > 3 ? argv[3] : NULL,
        .engine_path = getenv("ENGINE")};
    sentiment_classifier *clf;
    sentiment_error err;
    double early = 0, late;

    if (all < 10 * AT_ONCE) {
        fprintf(stderr, "bench_soak: MODEL TEXTS [PRECISION], 10000 texts\n");
        return 2;
    }
    if (sentiment_classifier_open(&clf, argv[1], &opts, &err))
        goto failed;
    for (unsigned long i = 0; i < all; i += AT_ONCE) {
        write_texts(i);
        if (sentiment_classify(clf, texts, AT_ONCE, results, NULL, &err))
            goto failed;
        if (i <= all / 10)
            early = snt_resident();
    }
    late = snt_resident();
    printf(
        "%lu texts: %.1f MB after a tenth, %.1f MB at the end\n", all, early,
        late);
    sentiment_classifier_close(clf);
    return late > early * 1.05;
failed:
    fprintf(stderr, "bench_soak: %s\n", err.message);
    return 1;
}
