/*
 * normalize.c - see normalize.h.
 *
 * Each step reads one list and writes the next. The reference keeps, for each
 * character, what it was made of, by position: a character put in shares the
 * place of the one before it, every other one takes the next place of the list
 * it was made from, also where canonical order has swapped two of them.
 */
#include "normalize.h"

#include <stdlib.h>

#include "unicode.h"
#include "utf8.h"

static bool make_room(snt_letters *to)
{
    size_t cap = to->cap ? 2 * to->cap : 32;
    snt_letter *all = realloc(to->all, cap * sizeof(*all));

    if (!all) {
        to->failed = true;
        return false;
    }
    to->all = all;
    to->cap = cap;
    return true;
}

static inline void add(
    snt_letters *to, uint32_t c, bool inserted, sentiment_span span)
{
    if (to->n < to->cap || make_room(to))
        to->all[to->n++] = (snt_letter){c, inserted, span};
}

/* Clean, and set Chinese apart. */
static void read_text(
    const snt_wordpiece *wp, sentiment_text text, size_t from, size_t to,
    snt_letters *out)
{
    size_t n;

    for (size_t i = from; i < to; i += n) {
        uint32_t c = snt_utf8_decode(text.bytes + i, &n);
        unsigned bits = snt_unicode(c);
        sentiment_span span = {i, i + n};

        if (wp->clean_text && (bits & SNT_REMOVED))
            continue;
        if (wp->clean_text && (bits & 3) == SNT_SPACE)
            c = ' ';
        if (wp->chinese && (bits & SNT_CHINESE)) {
            add(out, ' ', false, span);
            add(out, c, false, span);
            add(out, ' ', false, span);
        } else {
            add(out, c, false, span);
        }
    }
}

/* Stable, by combining class: one pass a class that occurs. */
static void sort_by_order(snt_letter *run, size_t n, snt_letter *scratch)
{
    size_t count[256] = {0}, at = 0;

    for (size_t i = 0; i < n; i++)
        count[snt_unicode_order(run[i].c)]++;
    for (size_t order = 0; order < 256; order++) {
        size_t these = count[order];

        count[order] = at;
        at += these;
    }
    for (size_t i = 0; i < n; i++)
        scratch[count[snt_unicode_order(run[i].c)]++] = run[i];
    memcpy(run, scratch, n * sizeof(*run));
}

/* The end of the letters from i on that have a class. */
static size_t classed_run(const snt_letters *letters, size_t i)
{
    while (i < letters->n && snt_unicode_order(letters->all[i].c))
        i++;
    return i;
}

static bool reorder(snt_letters *letters)
{
    snt_letter *scratch = NULL;

    for (size_t i = 0; i < letters->n; i++) {
        size_t start = i;

        i = classed_run(letters, i);
        if (i - start < 2)
            continue;
        if (!scratch)
            scratch = malloc(letters->n * sizeof(*scratch));
        if (!scratch)
            return false;
        sort_by_order(letters->all + start, i - start, scratch);
    }
    free(scratch);
    return true;
}

/* Gives each of letters its place in the list it was made from. */
static void place(snt_letters *letters, const snt_letters *source)
{
    size_t next = 0;

    for (size_t i = 0; i < letters->n; i++) {
        if (!letters->all[i].inserted)
            next++;
        letters->all[i].span =
            next ? source->all[next - 1].span : (sentiment_span){0, 0};
        letters->all[i].inserted = false;
    }
}

static bool decompose(snt_letters *letters)
{
    snt_letters out = {NULL, 0, 0, false};
    uint32_t parts[SNT_LONGEST_MAPPING];
    size_t kept = 0;

    for (size_t i = 0; i < letters->n; i++) {
        size_t n = snt_unicode_decompose(letters->all[i].c, parts);

        for (size_t p = 0; p < n; p++)
            add(&out, parts[p], p > 0, letters->all[i].span);
    }
    if (out.failed || !reorder(&out)) {
        free(out.all);
        return false;
    }
    place(&out, letters);
    for (size_t i = 0; i < out.n; i++)
        if (!(snt_unicode(out.all[i].c) & SNT_MARK))
            out.all[kept++] = out.all[i];
    out.n = kept;
    free(letters->all);
    *letters = out;
    return true;
}

static bool lower(snt_letters *letters)
{
    snt_letters out = {NULL, 0, 0, false};
    uint32_t parts[SNT_LONGEST_MAPPING];

    for (size_t i = 0; i < letters->n; i++) {
        size_t n = snt_unicode_lower(letters->all[i].c, parts);

        for (size_t p = 0; p < n; p++)
            add(&out, parts[p], false, letters->all[i].span);
    }
    free(letters->all);
    *letters = out;
    return !out.failed;
}

bool snt_normalize(
    const snt_wordpiece *wp, sentiment_text text, size_t from, size_t to,
    snt_letters *letters)
{
    *letters = (snt_letters){NULL, 0, 0, false};
    read_text(wp, text, from, to, letters);
    if (letters->failed)
        return false;
    if (wp->strip_accents && letters->n && !decompose(letters))
        return false;
    return !wp->lowercase || !letters->n || lower(letters);
}

/* Canonical order moves nothing across a character of class 0; one that is
 * removed leaves its neighbours side by side. */
bool snt_normalize_apart(const snt_wordpiece *wp, uint32_t c)
{
    uint32_t parts[SNT_LONGEST_MAPPING];

    if (wp->clean_text && (snt_unicode(c) & SNT_REMOVED))
        return false;
    snt_unicode_decompose(c, parts);
    return !snt_unicode_order(parts[0]);
}
