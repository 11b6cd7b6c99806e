/* deadlines.c - see deadlines.h. */
#include "deadlines.h"

#include <stdlib.h>

static void put(snt_deadlines *all, size_t at, snt_deadline *one)
{
    all->heap[at] = one;
    one->at = at;
}

static void rise(snt_deadlines *all, size_t at, snt_deadline *one)
{
    while (at > 1 && one->due_ms < all->heap[at / 2]->due_ms) {
        put(all, at, all->heap[at / 2]);
        at /= 2;
    }
    put(all, at, one);
}

static void sink(snt_deadlines *all, size_t at, snt_deadline *one)
{
    size_t child;

    while ((child = 2 * at) <= all->n) {
        if (child < all->n &&
            all->heap[child + 1]->due_ms < all->heap[child]->due_ms)
            child++;
        if (one->due_ms <= all->heap[child]->due_ms)
            break;
        put(all, at, all->heap[child]);
        at = child;
    }
    put(all, at, one);
}

bool snt_deadlines_add(snt_deadlines *all, snt_deadline *one)
{
    if (all->n + 1 >= all->cap) {
        size_t cap = all->cap ? 2 * all->cap : 64;
        snt_deadline **heap = realloc(all->heap, cap * sizeof(snt_deadline *));

        if (!heap)
            return false;
        all->heap = heap;
        all->cap = cap;
    }
    all->n++;
    rise(all, all->n, one);
    return true;
}

void snt_deadlines_remove(snt_deadlines *all, snt_deadline *one)
{
    size_t at = one->at;
    snt_deadline *last;

    if (!at)
        return;
    one->at = 0;
    last = all->heap[all->n--];
    if (last == one)
        return;
    sink(all, at, last);
    rise(all, last->at, last);
}

snt_deadline *snt_deadlines_first(const snt_deadlines *all)
{
    return all->n ? all->heap[1] : NULL;
}

void snt_deadlines_free(snt_deadlines *all)
{
    free(all->heap);
    *all = (snt_deadlines){NULL, 0, 0};
}
