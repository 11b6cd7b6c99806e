/* pretokenize.c - see pretokenize.h. The expression needs no backtracking: its
 * first alternative that can begin here decides. */
#include "pretokenize.h"

#include "block.h"
#include "unicode.h"
#include "utf8.h"

/* The class of each ASCII character: what snt_unicode says, in one load. */
#define L SNT_LETTER
#define N SNT_NUMBER
#define S SNT_SPACE
static const uint8_t ascii[128] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, S, S, S, S, S, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, S, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, N, N, N, N, N, N, N, N, N, N, 0, 0, 0, 0, 0, 0, 0, L,
    L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L,
    L, L, L, 0, 0, 0, 0, 0, 0, L, L, L, L, L, L, L, L, L, L, L, L, L,
    L, L, L, L, L, L, L, L, L, L, L, L, L, 0, 0, 0, 0, 0};
#undef L
#undef N
#undef S

static unsigned class_at(const char *text, size_t i, size_t *n)
{
    unsigned char c = (unsigned char)text[i];

    if (c < 128) {
        *n = 1;
        return ascii[c];
    }
    return snt_unicode(snt_utf8_decode(text + i, n)) & 3u;
}

/* The end of the run of one class that goes on at i. */
static size_t run(const char *text, size_t i, size_t len, unsigned class)
{
    size_t n;

    while (i < len && class_at(text, i, &n) == class)
        i += n;
    return i;
}

/* The length of a contraction at i, which holds an apostrophe; 0: none. */
static size_t contraction(const char *text, size_t i, size_t len)
{
    char a = i + 1 < len ? text[i + 1] : 0;
    char b = i + 2 < len ? text[i + 2] : 0;

    if (a == 's' || a == 't' || a == 'm' || a == 'd')
        return 2;
    if ((a == 'r' && b == 'e') || (a == 'v' && b == 'e') ||
        (a == 'l' && b == 'l'))
        return 3;
    return 0;
}

/* White space: the run, less its last character when a word follows. */
static size_t spaces(const char *text, size_t from, size_t len)
{
    size_t i = from, last = from, n;

    while (i < len && class_at(text, i, &n) == SNT_SPACE) {
        last = i;
        i += n;
    }
    return i == len || last == from ? i : last;
}

size_t snt_pretokenize(const char *text, size_t from, size_t len)
{
    size_t i = from, n;
    unsigned class;

    if (text[from] == '\'') {
        n = contraction(text, from, len);
        if (n)
            return from + n;
    }
    if (text[from] == ' ' && from + 1 < len)
        i++;
    class = class_at(text, i, &n);
    if (class == SNT_SPACE)
        return spaces(text, from, len);
    return run(text, i + n, len, class);
}

/* Bits that are set and the one before is not. */
static uint64_t first_of(uint64_t run)
{
    return run & ~(run << 1);
}

/* What a contraction at bit i, which begins a word, does to the words' starts:
 * one begins behind it, none in it. */
static uint64_t contract(
    const char *bytes, size_t room, size_t i, uint64_t starts)
{
    size_t n = contraction(bytes, i, room);

    if (!n)
        return starts;
    starts &= ~(UINT64_C(2) << i);
    return i + n < SNT_BLOCK ? starts | UINT64_C(1) << (i + n) : starts;
}

/* Words begin where the class changes, or at the space before that; white space
 * leaves its last character to what follows. */
uint64_t snt_pretokenize_block(const char *bytes, size_t room)
{
    const snt_block block = snt_block_read(bytes);
    const size_t len = room < SNT_BLOCK_WORDS ? room : SNT_BLOCK_WORDS;
    const size_t end = (size_t)__builtin_ctzll(
        ~(snt_block_between(&block, 0, 127) & snt_block_first(len)));
    const uint64_t known = snt_block_first(end);
    const uint64_t letters = snt_block_letters(&block) & known;
    const uint64_t digits = snt_block_between(&block, '0', '9') & known;
    const uint64_t space = snt_block_between(&block, ' ', ' ') & known;
    const uint64_t blank =
        (snt_block_between(&block, '\t', '\r') & known) | space;
    const uint64_t others = known & ~(letters | digits | blank);
    const uint64_t words =
        (first_of(letters) | first_of(digits) | first_of(others)) &
        ~(space << 1);
    uint64_t quotes = snt_block_between(&block, '\'', '\'') & words;
    uint64_t starts = words | first_of(blank) | (blank & (known & ~blank) >> 1);

    for (; quotes; quotes &= quotes - 1)
        starts = contract(bytes, room, (size_t)__builtin_ctzll(quotes), starts);
    /* The last word is left for the next block, but at the end of the text. */
    return (starts & known & ~UINT64_C(1)) | (uint64_t)(end == room) << end;
}
