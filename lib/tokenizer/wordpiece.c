/* wordpiece.c - see wordpiece.h. */
#include "wordpiece.h"

#include "block.h"
#include "letters.h"
#include "memo.h"
#include "pieces.h"

/* What goes into the encoding of a text. */
typedef struct encoder {
    const snt_wordpiece *wp;
    sentiment_text text;
    snt_memo *memo; /* or NULL */
    snt_sink *sink;
} encoder;

/* A word of letters and digits, or a punctuation, that is not remembered. */
static void encode_new(const encoder *e, size_t from, size_t len, snt_key key)
{
    char copy[SNT_MAX_PIECES + 16];
    const snt_wordpiece *wp = e->wp;
    snt_memo_word word = {.key = key};
    snt_pieces pieces;
    size_t start = from;

    if (len > wp->max_characters) {
        snt_sink_add(e->sink, wp->unknown, from, from + len);
        return;
    }
    for (size_t i = 0; i < len; i++) {
        char c = e->text.bytes[from + i];

        copy[i] = wp->lowercase && c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    snt_pieces_cut(wp, copy, len, &pieces, &e->sink->steps);
    for (size_t i = 0; i < pieces.n; i++) {
        size_t end = from + pieces.ends[i];

        snt_sink_add(e->sink, pieces.ids[i], start, end);
        start = end;
    }
    if (!e->memo || len > SNT_SHORT_WORD || pieces.n > SNT_MEMO_TOKENS)
        return;
    word.n = (uint8_t)pieces.n;
    for (size_t i = 0; i < pieces.n; i++) {
        word.ids[i] = pieces.ids[i];
        word.ends[i] = (uint8_t)pieces.ends[i];
    }
    snt_memo_put(e->memo, &word);
}

static void emit_word(const encoder *e, size_t from, const snt_memo_word *word)
{
    size_t start = from;

    for (size_t i = 0; i < word->n; i++) {
        size_t end = from + word->ends[i];

        snt_sink_add(e->sink, word->ids[i], start, end);
        start = end;
    }
}

/* Words of a block that lies at `at` of the text and can be read at bytes: a
 * bit for where each starts, one for each end. Returns the starts of words that
 * have no end. */
static uint64_t encode_words(
    const encoder *e, size_t at, const char *bytes, uint64_t starts,
    uint64_t ends)
{
    const bool roomy = snt_sink_roomy(e->sink, SNT_BLOCK);

    for (; ends; ends &= ends - 1, starts &= starts - 1) {
        size_t start = (size_t)__builtin_ctzll(starts);
        size_t len = (size_t)__builtin_ctzll(ends) - start;
        const snt_memo_word *word = NULL;
        snt_key key = {0, 0};

        if (len <= SNT_SHORT_WORD) {
            key = snt_words_key(bytes + start, len, 0);
            word = e->memo ? snt_memo_find(e->memo, key) : NULL;
        }
        if (word && roomy)
            snt_memo_take(word, e->sink);
        else if (word)
            emit_word(e, at + start, word);
        else
            encode_new(e, at + start, len, key);
    }
    return starts;
}

/* The words at the beginning of a block that has room bytes: how many bytes it
 * got on. A word that goes on behind the block, or with what is not plain
 * ASCII, is left. */
static size_t encode_block(
    const encoder *e, size_t at, const char *bytes, size_t room)
{
    const snt_block block = snt_block_read(bytes);
    const size_t len = room < SNT_BLOCK_WORDS ? room : SNT_BLOCK_WORDS;
    const uint64_t blanks = snt_block_between(&block, '\t', '\n') |
                            snt_block_between(&block, '\r', '\r') |
                            snt_block_between(&block, ' ', ' ');
    const uint64_t printed = snt_block_between(&block, '!', '~');
    const size_t end =
        (size_t)__builtin_ctzll(~((blanks | printed) & snt_block_first(len)));
    const uint64_t known = snt_block_first(end);
    const uint64_t words =
        (snt_block_letters(&block) | snt_block_between(&block, '0', '9')) &
        known;
    const uint64_t marks = printed & ~words & known;
    const uint64_t starts = (words & ~(words << 1)) | marks;
    uint64_t ends = (~words & words << 1) | marks << 1, left;

    if (end < room)
        ends &= known;
    left = encode_words(e, at, bytes, starts, ends);
    return left ? (size_t)__builtin_ctzll(left) : end;
}

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool is_plain(char c)
{
    return snt_is_blank(c) || (c >= '!' && c <= '~');
}

/* A word that encode_block has left: it is long, or not plain ASCII. */
static bool encode_left(const encoder *e, size_t from, size_t to, size_t *end)
{
    const char *bytes = e->text.bytes;

    for (*end = from; *end < to && is_word(bytes[*end]);)
        ++*end;
    if (*end == from || (*end < to && !is_plain(bytes[*end])))
        return snt_letters_encode(e->wp, e->text, from, to, end, e->sink);
    encode_new(e, from, *end - from, (snt_key){0, 0});
    return true;
}

bool snt_wordpiece_encode(
    const snt_wordpiece *wp, sentiment_text text, size_t from, size_t to,
    snt_sink *sink)
{
    const encoder e = {wp, text, snt_memo_get(wp->owner), sink};
    char tail[SNT_BLOCK_ROOM];

    while (from < to && !sink->full) {
        const char *block = snt_block_at(text.bytes, from, to, tail);
        size_t end = from + encode_block(&e, from, block, to - from);

        sink->steps += SNT_BLOCK / 8;
        if (end == from && !encode_left(&e, from, to, &end))
            return false;
        from = end;
    }
    return true;
}
