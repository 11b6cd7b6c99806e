/*
 * width.c - see width.h.
 *
 * The ranges are a short reading of EastAsianWidth.txt (W and F) and of the
 * combining blocks of Unicode 15; a table of wcwidth's size would be exact,
 * and buys alignment in scripts that terminals disagree about anyway.
 */
#include "width.h"

#include <stdint.h>

#include "utf8.h"

typedef struct range {
    uint32_t first, last;
} range;

static const range zero[] = {
    {0x300, 0x36F},   {0x483, 0x489},   {0x591, 0x5BD},     {0x610, 0x61A},
    {0x64B, 0x65F},   {0x6D6, 0x6DC},   {0x900, 0x902},     {0x93C, 0x93C},
    {0x941, 0x948},   {0x94D, 0x94D},   {0xE31, 0xE31},     {0xE34, 0xE3A},
    {0xE47, 0xE4E},   {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},   {0x200B, 0x200F},
    {0x202A, 0x202E}, {0x2060, 0x2064}, {0x20D0, 0x20FF},   {0xFE00, 0xFE0F},
    {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0x1F3FB, 0x1F3FF}, {0xE0000, 0xE0FFF},
};

static const range two[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},
    {0x23E9, 0x23EC},   {0x23F0, 0x23F0},   {0x23F3, 0x23F3},
    {0x25FD, 0x25FE},   {0x2614, 0x2615},   {0x2648, 0x2653},
    {0x267F, 0x267F},   {0x2693, 0x2693},   {0x26A1, 0x26A1},
    {0x26AA, 0x26AB},   {0x26BD, 0x26BE},   {0x26C4, 0x26C5},
    {0x26CE, 0x26CE},   {0x26D4, 0x26D4},   {0x26EA, 0x26EA},
    {0x26F2, 0x26F3},   {0x26F5, 0x26F5},   {0x26FA, 0x26FA},
    {0x26FD, 0x26FD},   {0x2705, 0x2705},   {0x270A, 0x270B},
    {0x2728, 0x2728},   {0x274C, 0x274C},   {0x274E, 0x274E},
    {0x2753, 0x2755},   {0x2757, 0x2757},   {0x2795, 0x2797},
    {0x27B0, 0x27B0},   {0x27BF, 0x27BF},   {0x2B1B, 0x2B1C},
    {0x2B50, 0x2B50},   {0x2B55, 0x2B55},   {0x2E80, 0x303E},
    {0x3041, 0xA4CF},   {0xA960, 0xA97C},   {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},   {0xFE10, 0xFE19},   {0xFE30, 0xFE6F},
    {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x16FE0, 0x18AFF},
    {0x1B000, 0x1B2FF}, {0x1F004, 0x1F004}, {0x1F0CF, 0x1F0CF},
    {0x1F18E, 0x1F18E}, {0x1F191, 0x1F19A}, {0x1F200, 0x1F320},
    {0x1F32D, 0x1F335}, {0x1F337, 0x1F37C}, {0x1F37E, 0x1F393},
    {0x1F3A0, 0x1F3CA}, {0x1F3CF, 0x1F3D3}, {0x1F3E0, 0x1F3F0},
    {0x1F3F4, 0x1F3F4}, {0x1F3F8, 0x1F43E}, {0x1F440, 0x1F440},
    {0x1F442, 0x1F4FC}, {0x1F4FF, 0x1F53D}, {0x1F54B, 0x1F567},
    {0x1F57A, 0x1F57A}, {0x1F595, 0x1F596}, {0x1F5A4, 0x1F5A4},
    {0x1F5FB, 0x1F64F}, {0x1F680, 0x1F6C5}, {0x1F6CC, 0x1F6CC},
    {0x1F6D0, 0x1F6D7}, {0x1F6DC, 0x1F6DF}, {0x1F6EB, 0x1F6EC},
    {0x1F6F4, 0x1F6FC}, {0x1F7E0, 0x1F7F0}, {0x1F90C, 0x1F9FF},
    {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD},
};

static bool is_within(const range *ranges, size_t n, uint32_t c)
{
    size_t low = 0, high = n;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (c > ranges[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && c >= ranges[low].first;
}

static size_t width_of(uint32_t c)
{
    if (c < 0x300)
        return 1;
    if (is_within(zero, sizeof(zero) / sizeof(*zero), c))
        return 0;
    return is_within(two, sizeof(two) / sizeof(*two), c) ? 2 : 1;
}

size_t snt_width(const char *bytes, size_t len)
{
    size_t width = 0, n;

    for (size_t i = 0; i < len; i += n)
        width += width_of(snt_utf8_decode(bytes + i, &n));
    return width;
}

/* The text with controls blanked, as valid UTF-8. */
static void add_clean(snt_buffer *buf, const char *bytes, size_t len)
{
    while (len) {
        size_t valid = snt_utf8_valid(bytes, len), n;

        for (size_t i = 0; i < valid; i += n) {
            uint32_t c = snt_utf8_decode(bytes + i, &n);
            bool is_control = c < 0x20 || (c >= 0x7F && c < 0xA0) ||
                              c == 0x2028 || c == 0x2029 ||
                              (c >= 0x202A && c <= 0x202E) ||
                              (c >= 0x2066 && c <= 0x2069);

            snt_buffer_add(
                buf, is_control ? " " : bytes + i, is_control ? 1 : n);
        }
        if (valid < len)
            snt_buffer_add_char(buf, '?');
        bytes += valid + (valid < len);
        len -= valid + (valid < len);
    }
}

void snt_width_add(snt_buffer *buf, const char *bytes, size_t len, size_t max)
{
    size_t begin = buf->len, width = 0, n, cut = 0;

    add_clean(buf, bytes, len);
    if (!max || buf->failed)
        return;
    for (size_t i = begin; i < buf->len; i += n) {
        width += width_of(snt_utf8_decode(buf->bytes + i, &n));
        if (width < max)
            cut = i + n - begin;
        if (width > max) {
            buf->len = begin + cut;
            snt_buffer_add_string(buf, "…");
            return;
        }
    }
}
