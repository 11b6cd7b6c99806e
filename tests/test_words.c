/*
 * test_words.c - what makes the tokenizer fast: a text is cut into words 64
 * bytes at a time, and a thread remembers words. Neither may be seen in the
 * tokens, nor may a text be read beyond its end.
 */
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tokenizer/block.h"
#include "tokenizer/internal.h"
#include "tokenizer/memo.h"
#include "tokenizer/pretokenize.h"
#include "tokens.h"

/* ---- blocks ---- */

/* What CPUs without an instruction for it do is tested on all of them. */
START_TEST(gathers_bits_without_an_instruction_too)
{
    for (unsigned bits = 0; bits < 1 << 16; bits++) {
        snt_lanes lanes;

        for (unsigned i = 0; i < 16; i++)
            lanes[i] = bits >> i & 1 ? 0xFF : 0;
        ck_assert_uint_eq(snt_block_gather(lanes), bits);
        ck_assert_uint_eq(snt_block_gather_plainly(lanes), bits);
    }
}
END_TEST

/* Words of a block end where they end one by one. */
START_TEST(cuts_a_block_into_the_same_words)
{
    static const char *const parts[] = {
        " ",
        " ",
        "  ",
        "\n",
        "\t",
        "\r\n",
        "a",
        "Z",
        "it",
        "'",
        "'s",
        "'re",
        "'ll",
        "'v",
        "7",
        "42",
        ".",
        "$-",
        "_",
        "\x7f",
        "\v",
        "\xc3\xa9",
        "\xc2\xa0",
        "\xe2\x80\x99",
        "\xf0\x9f\x9a\x80",
        "profitability"};
    uint32_t seed = 1;

    for (int round = 0; round < 20000; round++) {
        char text[400], tail[SNT_BLOCK_ROOM];
        size_t len = 0, most = 1 + (size_t)round % 300;

        while (len < most) {
            const char *unit = parts
                [((seed = seed * 1664525 + 1013904223) >> 16) %
                 (unsigned)COUNT(parts)];

            memcpy(text + len, unit, strlen(unit));
            len += strlen(unit);
        }
        for (size_t at = 0, next; at < len; at = next) {
            const char *bytes = snt_block_at(text, at, len, tail);
            uint64_t ends = snt_pretokenize_block(bytes, len - at);

            next = snt_pretokenize(text, at, len);
            ck_assert_msg(
                !ends || at + (size_t)__builtin_ctzll(ends) == next,
                "byte %zu of \"%.*s\"", at, (int)len, text);
            /* The others begin where the last one has ended. */
            for (ends = ends ? ends & (ends - 1) : 0; ends; ends &= ends - 1) {
                size_t end = at + (size_t)__builtin_ctzll(ends);

                next = snt_pretokenize(text, next, len);
                ck_assert_msg(
                    end == next, "byte %zu of \"%.*s\"", end, (int)len, text);
            }
        }
    }
}
END_TEST

static const char *const all_kinds[] = {
    VECTORS "roberta", VECTORS "roberta-prefix", VECTORS "uncased",
    VECTORS "cased"};

/* A page before one that cannot be read; munmap() both. */
static char *last_page(size_t page)
{
    char *pages = mmap(
        NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
        0);

    ck_assert(pages != MAP_FAILED);
    ck_assert_int_eq(mprotect(pages + page, page, PROT_NONE), 0);
    return pages;
}

START_TEST(reads_nothing_behind_a_text)
{
    static const char text[] =
        "Profit isn't up 3.5% \xf0\x9f\x9a\x80 <s>a</s> [MASK] e\xcc\x81  \n"
        "internationalization of caf\xc3\xa9s, said qwxzqwxzqwxzqwxzq PLC's!! "
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        " \xe6\xa0\xaa\xe4\xbe\xa1 '''''ll. the shares rose 1,234 to the "
        "end of the day, as it was said; they are up 5 % in a year or so";
    sentiment_tokenizer *tok = open_tokenizer(all_kinds[_i]);
    sentiment_tokens whole = room_for(600), out = room_for(600);
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *pages = last_page(page);

    for (size_t from = 0; from < sizeof(text); from++)
        for (size_t to = from; to < sizeof(text); to += 1 + (to - from) / 40) {
            const sentiment_text here = {text + from, to - from};
            const sentiment_text there = {
                memcpy(pages + page - here.len, here.bytes, here.len),
                here.len};

            if (sentiment_tokenizer_encode(tok, here, 0, &whole, NULL))
                continue; /* a character was cut */
            ck_assert_int_eq(
                sentiment_tokenizer_encode(tok, there, 0, &out, NULL), 0);
            ck_assert_uint_eq(out.n, whole.n);
            ck_assert_mem_eq(out.ids, whole.ids, out.n * sizeof(*out.ids));
        }
    munmap(pages, 2 * page);
    free_tokens(&out);
    free_tokens(&whole);
    sentiment_tokenizer_close(tok);
}
END_TEST

/* ---- threads ---- */

enum { THREADS = 4, ROUNDS = 200 };

static const char shared_text[] =
    "Internationalization of \xf0\x9f\x9a\x80 caf\xc3\xa9s <mask> isn't free, "
    "said qwxzqwxzqwxzqwxzqwxzqwxzqwxzqwxz plc.";

static void *encode_again_and_again(void *arg)
{
    const sentiment_tokenizer *tok = arg;
    sentiment_tokens first = room_for(100), out = room_for(100);
    intptr_t wrong = 0;

    for (int i = 0; i < ROUNDS; i++) {
        sentiment_tokenizer_encode(
            tok, sentiment_text_of(shared_text), 0, i ? &out : &first, NULL);
        if (i && (out.n != first.n ||
                  memcmp(out.ids, first.ids, out.n * sizeof(*out.ids))))
            wrong++;
    }
    free_tokens(&first);
    free_tokens(&out);
    return (void *)wrong;
}

START_TEST(serves_many_threads_at_once)
{
    sentiment_tokenizer *tok = open_tokenizer(all_kinds[_i]);
    pthread_t threads[THREADS];
    void *wrong;

    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(
            pthread_create(&threads[i], NULL, encode_again_and_again, tok), 0);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], &wrong);
        ck_assert_ptr_null(wrong);
    }
    sentiment_tokenizer_close(tok);
}
END_TEST

/* A thread remembers words of one tokenizer at a time. */
START_TEST(keeps_tokenizers_apart_on_one_thread)
{
    sentiment_tokenizer *a = open_tokenizer(VECTORS "roberta");
    sentiment_tokenizer *b = open_tokenizer(VECTORS "roberta-prefix");
    sentiment_text text = sentiment_text_of("qwzx qwzx");
    sentiment_tokens out = room_for(30),
                     first[2] = {room_for(30), room_for(30)};

    for (int i = 0; i < 6; i++) {
        sentiment_tokens *to = i < 2 ? &first[i] : &out;

        sentiment_tokenizer_encode(i % 2 ? b : a, text, 0, to, NULL);
        ck_assert_uint_eq(to->n, first[i % 2].n);
        ck_assert_mem_eq(to->ids, first[i % 2].ids, to->n * sizeof(*to->ids));
        ck_assert_mem_eq(
            to->offsets, first[i % 2].offsets, to->n * sizeof(*to->offsets));
    }
    ck_assert(
        first[0].n != first[1].n ||
        memcmp(first[0].ids, first[1].ids, first[0].n * sizeof(int32_t)));
    free_tokens(&out);
    free_tokens(&first[0]);
    free_tokens(&first[1]);
    sentiment_tokenizer_close(a);
    sentiment_tokenizer_close(b);
}
END_TEST

static const char *const remembering[] = {
    VECTORS "roberta", "models/finsent-minilm"};

/* Each word is first merged or cut, then it is found, or once more merged; the
 * memo grows meanwhile, up to a bound. */
START_TEST(remembers_words_as_it_encoded_them)
{
    enum { WORDS = 90000, MOST_BYTES = 2 << 20 };
    sentiment_tokenizer *tok = open_tokenizer(remembering[_i]);
    sentiment_tokens out = room_for(40);
    uint32_t *first = calloc(WORDS, sizeof(*first));
    const snt_memo *memo = NULL;

    ck_assert_ptr_nonnull(first);
    for (uint32_t i = 0; i < 2 * WORDS; i++) {
        char word[4] = "";
        uint32_t crc;

        for (uint32_t k = 0, n = i % WORDS; k < 3; k++, n /= 52)
            word[k] = (char)((n % 52 < 26 ? 'A' : 'a') + n % 26);
        sentiment_tokenizer_encode(tok, sentiment_text_of(word), 0, &out, NULL);
        crc = crc32_of(0, out.ids, out.n * sizeof(*out.ids));
        crc = crc32_of(crc, out.offsets, out.n * sizeof(*out.offsets));
        if (i < WORDS)
            first[i] = crc;
        ck_assert_msg(crc == first[i % WORDS], "%s: other tokens now", word);
        memo = snt_memo_get(tok->is_bpe ? tok->bpe.owner : tok->wp.owner);
        ck_assert_uint_le(
            (memo->mask + 1) * sizeof(*memo->pairs), (size_t)MOST_BYTES);
    }
    ck_assert_uint_eq(
        (memo->mask + 1) * sizeof(*memo->pairs), (size_t)MOST_BYTES);
    free(first);
    free_tokens(&out);
    sentiment_tokenizer_close(tok);
}
END_TEST

Suite *words_suite(void)
{
    Suite *suite = suite_create("words");
    TCase *tests = tcase_create("words");
    TCase *threads = tcase_create("threads");

    tcase_set_timeout(tests, 240);
    tcase_add_test(tests, gathers_bits_without_an_instruction_too);
    tcase_add_test(tests, cuts_a_block_into_the_same_words);
    tcase_add_loop_test(
        tests, reads_nothing_behind_a_text, 0, COUNT(all_kinds));
    tcase_add_loop_test(
        tests, remembers_words_as_it_encoded_them, 0, COUNT(remembering));
    suite_add_tcase(suite, tests);
    tcase_set_timeout(threads, 240);
    tcase_add_loop_test(
        threads, serves_many_threads_at_once, 0, COUNT(all_kinds));
    tcase_add_test(threads, keeps_tokenizers_apart_on_one_thread);
    suite_add_tcase(suite, threads);
    return suite;
}
