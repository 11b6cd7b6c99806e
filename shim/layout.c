/* layout.c - see layout.h. */
#include "layout.h"

#include <assert.h>

/* Texts of one width. */
typedef struct shelf {
    size_t width, texts, tokens;
} shelf;

/* By unit up to 8 of them, then four steps to each doubling. */
static size_t rung(size_t n, size_t unit)
{
    while (n > 8 * unit)
        unit *= 2;
    return (n + unit - 1) / unit * unit;
}

size_t snt_layout_width(size_t length)
{
    return rung(length, 8);
}

static size_t length_of(const int32_t *starts, size_t i)
{
    return (size_t)(starts[i + 1] - starts[i]);
}

/* The shelf of a width, put in its place if it is the first of it. */
static shelf *find(shelf *shelves, size_t *n, size_t width)
{
    size_t at = *n;

    while (at && shelves[at - 1].width >= width)
        at--;
    if (at < *n && shelves[at].width == width)
        return &shelves[at];
    assert(*n < SNT_GROUPS);
    for (size_t i = (*n)++; i > at; i--)
        shelves[i] = shelves[i - 1];
    shelves[at] = (shelf){.width = width};
    return &shelves[at];
}

static size_t sort(shelf *shelves, size_t n, const int32_t *starts)
{
    size_t n_shelves = 0;

    for (size_t i = 0; i < n; i++) {
        size_t length = length_of(starts, i);
        shelf *s = find(shelves, &n_shelves, snt_layout_width(length));

        s->texts++;
        s->tokens += length;
    }
    return n_shelves;
}

/* Shelves from first to before end as one group. */
static snt_group join(
    const shelf *shelves, size_t first, size_t end, int repeat)
{
    snt_group group = {.width = shelves[end - 1].width};
    size_t tokens = 0;

    for (size_t i = first; i < end; i++) {
        group.texts += shelves[i].texts;
        tokens += shelves[i].tokens;
    }
    if (repeat)
        group.texts = rung(group.texts, 1);
    group.full = tokens == group.texts * group.width;
    return group;
}

/* The cheapest cut: least[j] is what the first j shelves cost, from[j] where
 * the last of their groups begins. */
static void cut(snt_layout *layout, const shelf *shelves, size_t n, int repeat)
{
    size_t least[SNT_GROUPS + 1] = {0}, from[SNT_GROUPS + 1] = {0};
    size_t groups = 0;

    for (size_t j = 1; j <= n; j++) {
        least[j] = SIZE_MAX;
        for (size_t i = 0; i < j; i++) {
            snt_group g = join(shelves, i, j, repeat);
            size_t cost = least[i] + g.texts * g.width + SNT_GROUP_ROWS;

            if (cost < least[j]) {
                least[j] = cost;
                from[j] = i;
            }
        }
    }
    for (size_t j = n; j; j = from[j])
        groups++;
    layout->n_groups = groups;
    for (size_t j = n; j; j = from[j])
        layout->groups[--groups] = join(shelves, from[j], j, repeat);
}

void snt_layout_make(
    snt_layout *layout, size_t n, const int32_t *starts, int repeat,
    size_t *row, size_t *place)
{
    shelf shelves[SNT_GROUPS];
    size_t next_row[SNT_GROUPS], next_place[SNT_GROUPS];

    *layout = (snt_layout){.rows = 0};
    cut(layout, shelves, sort(shelves, n, starts), repeat);
    for (size_t g = 0; g < layout->n_groups; g++) {
        const snt_group *group = &layout->groups[g];

        next_row[g] = layout->rows;
        next_place[g] = layout->texts;
        layout->rows += group->texts * group->width;
        layout->texts += group->texts;
    }
    for (size_t i = 0; i < n; i++) {
        size_t g = 0;

        while (layout->groups[g].width < length_of(starts, i))
            g++;
        row[i] = next_row[g];
        place[i] = next_place[g]++;
        next_row[g] += layout->groups[g].width;
    }
}
