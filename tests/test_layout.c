/* test_layout.c - how texts are grouped and padded for a device. */
#include <stdlib.h>
#include <string.h>

#include "shim/layout.h"
#include "suites.h"

enum { MOST = 1024, ROWS = 1 << 20 };

typedef struct batch {
    size_t n;
    int32_t starts[MOST + 1];
    size_t row[MOST], place[MOST];
    snt_layout layout;
} batch;

static unsigned seed;

static size_t any(size_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

/* So many texts of shortest to longest tokens, mostly short ones. */
static void fill(batch *b, size_t n, size_t shortest, size_t longest)
{
    size_t span = longest - shortest + 1;

    b->n = n;
    b->starts[0] = 0;
    for (size_t i = 0; i < n; i++)
        b->starts[i + 1] =
            b->starts[i] +
            (int32_t)(shortest + (any(4) ? any(span) / 8 : any(span)));
}

static void lay_out(batch *b, int repeat)
{
    snt_layout_make(&b->layout, b->n, b->starts, repeat, b->row, b->place);
}

static size_t length_of(const batch *b, size_t i)
{
    return (size_t)(b->starts[i + 1] - b->starts[i]);
}

static void fill_case(batch *b, int i)
{
    static const size_t most[] = {3, 8, 9, 40, 64, 65, 128, 513, 4000};

    seed = (unsigned)i;
    fill(b, 1 + any(i % 2 ? 20 : MOST), 1, most[any(9)]);
}

START_TEST(gives_every_text_rows_of_its_own)
{
    static batch b;
    static char taken[ROWS], placed[2 * MOST];

    fill_case(&b, _i);
    lay_out(&b, _i % 3 == 0);
    memset(taken, 0, sizeof(taken));
    memset(placed, 0, sizeof(placed));
    ck_assert_uint_le(b.layout.rows, ROWS);
    for (size_t i = 0; i < b.n; i++) {
        size_t row = 0, place = 0, g = 0;

        /* The group that place falls into, and where it begins. */
        while (b.place[i] >= place + b.layout.groups[g].texts) {
            row += b.layout.groups[g].texts * b.layout.groups[g].width;
            place += b.layout.groups[g++].texts;
            ck_assert_uint_lt(g, b.layout.n_groups);
        }
        ck_assert_uint_ge(b.layout.groups[g].width, length_of(&b, i));
        ck_assert_uint_eq(
            b.row[i], row + (b.place[i] - place) * b.layout.groups[g].width);
        ck_assert(!placed[b.place[i]]++);
        for (size_t k = 0; k < length_of(&b, i); k++)
            ck_assert(!taken[b.row[i] + k]++);
    }
}
END_TEST

START_TEST(adds_up)
{
    static batch b;
    size_t rows = 0, texts = 0;

    fill_case(&b, _i);
    lay_out(&b, _i % 3 == 0);
    for (size_t g = 0; g < b.layout.n_groups; g++) {
        const snt_group *group = &b.layout.groups[g];
        size_t used = 0;

        for (size_t i = 0; i < b.n; i++)
            if (b.place[i] >= texts && b.place[i] < texts + group->texts)
                used += length_of(&b, i);
        ck_assert_int_eq(group->full, used == group->texts * group->width);
        rows += group->texts * group->width;
        texts += group->texts;
        ck_assert_uint_eq(group->width, snt_layout_width(group->width));
        if (g)
            ck_assert_uint_gt(group->width, b.layout.groups[g - 1].width);
    }
    ck_assert_uint_eq(rows, b.layout.rows);
    ck_assert_uint_eq(texts, b.layout.texts);
}
END_TEST

static size_t cost_of(size_t rows, size_t groups)
{
    return rows + groups * SNT_GROUP_ROWS;
}

/* What it costs to cut the n widths where bits says, texts[i] on each. */
static size_t cost_of_cut(
    const size_t *widths, const size_t *texts, size_t n, unsigned bits)
{
    size_t cost = 0, together = 0;

    for (size_t i = 0; i < n; i++) {
        together += texts[i];
        if (i + 1 < n && !(bits >> i & 1u))
            continue;
        cost += cost_of(together * widths[i], 1);
        together = 0;
    }
    return cost;
}

START_TEST(finds_the_cheapest_groups)
{
    static batch b;
    size_t texts[17] = {0}, widths[17], least = SIZE_MAX;

    /* Widths of up to 256: sixteen of them. */
    seed = (unsigned)_i;
    fill(&b, 1 + any(MOST), 1, 256);
    for (size_t i = 0, w = 0; i < 16; i++)
        widths[i] = w = snt_layout_width(w + 1);
    for (size_t i = 0; i < b.n; i++)
        for (size_t w = 0; w < 16; w++)
            texts[w] += snt_layout_width(length_of(&b, i)) == widths[w];
    for (size_t w = 16; w--;)
        if (!texts[w]) {
            memmove(texts + w, texts + w + 1, (16 - w) * sizeof(*texts));
            memmove(widths + w, widths + w + 1, (16 - w) * sizeof(*widths));
        }
    size_t n = 0;
    while (texts[n])
        n++;
    for (unsigned bits = 0; bits < 1u << (n - 1); bits++) {
        size_t cost = cost_of_cut(widths, texts, n, bits);

        least = cost < least ? cost : least;
    }
    lay_out(&b, 0);
    ck_assert_uint_eq(cost_of(b.layout.rows, b.layout.n_groups), least);
}
END_TEST

/* A full batch of headlines: what all padded to the longest would cost thrice
 * as much as, costs a quarter more than no padding. */
START_TEST(pads_little)
{
    static batch b;
    size_t tokens, longest = 0;

    seed = 7;
    b.n = 465;
    b.starts[0] = 0;
    for (size_t i = 0; i < b.n;
         i++) /* 17 in the middle, 40 and more at times */
        b.starts[i + 1] = b.starts[i] + (int32_t)(8 + any(10) + any(10)) +
                          (any(20) ? 0 : (int32_t)any(60));
    for (size_t i = 0; i < b.n; i++)
        longest = length_of(&b, i) > longest ? length_of(&b, i) : longest;
    tokens = (size_t)b.starts[b.n];
    lay_out(&b, 0);
    ck_assert_uint_gt(longest * b.n, 3 * tokens);
    ck_assert_uint_lt(b.layout.rows, tokens + tokens / 3);
    lay_out(&b, 1);
    ck_assert_uint_lt(b.layout.rows, tokens + tokens / 2);
}
END_TEST

START_TEST(has_four_widths_to_each_doubling)
{
    size_t last = 0, n = 0;

    for (size_t length = 1; length <= 8192; length++) {
        size_t width = snt_layout_width(length);

        ck_assert_uint_ge(width, length);
        ck_assert_uint_eq(width % 8, 0);
        ck_assert_uint_lt(width - length, length < 32 ? 8 : length / 4);
        n += width != last;
        last = width;
    }
    ck_assert_uint_eq(n, 8 + 4 * 7);
}
END_TEST

START_TEST(repeats_shapes_where_they_cost)
{
    static batch b;
    size_t shapes = 0, last = 0;

    for (size_t n = 1; n <= MOST; n++) {
        b.n = n;
        for (size_t i = 0; i < n; i++)
            b.starts[i + 1] = (int32_t)(8 * (i + 1));
        lay_out(&b, 0);
        ck_assert_uint_eq(b.layout.texts, n);
        ck_assert(b.layout.groups[0].full);
        lay_out(&b, 1);
        ck_assert_uint_ge(b.layout.texts, n);
        ck_assert_uint_le(b.layout.texts, n + n / 4);
        ck_assert_int_eq(b.layout.groups[0].full, b.layout.texts == n);
        shapes += b.layout.texts != last;
        last = b.layout.texts;
    }
    ck_assert_uint_eq(shapes, 8 + 4 * 7);
}
END_TEST

Suite *layout_suite(void)
{
    Suite *suite = suite_create("layout");
    TCase *tests = tcase_create("layout");

    tcase_add_loop_test(tests, gives_every_text_rows_of_its_own, 0, 60);
    tcase_add_loop_test(tests, adds_up, 0, 60);
    tcase_add_loop_test(tests, finds_the_cheapest_groups, 0, 10);
    tcase_add_test(tests, pads_little);
    tcase_add_test(tests, has_four_widths_to_each_doubling);
    tcase_add_test(tests, repeats_shapes_where_they_cost);
    suite_add_tcase(suite, tests);
    return suite;
}
