/* deadlines.h - the earliest first: a binary heap that knows where each of its
 * members is, so that one can leave before its time. */
#ifndef SNT_DEADLINES_H
#define SNT_DEADLINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A member embeds one; at is 0 while it is not in the heap. */
typedef struct snt_deadline {
    uint64_t due_ms;
    size_t at; /* place in the heap, from 1 */
} snt_deadline;

/** Zero it to begin. */
typedef struct snt_deadlines {
    snt_deadline **heap; /* [cap], heap[0] is not used */
    size_t n;
    size_t cap;
} snt_deadlines;

/** False: out of memory, and nothing changed. */
bool snt_deadlines_add(snt_deadlines *all, snt_deadline *one);

/** Takes one out; does nothing when it is not in. */
void snt_deadlines_remove(snt_deadlines *all, snt_deadline *one);

/** The earliest, or NULL. */
snt_deadline *snt_deadlines_first(const snt_deadlines *all);

void snt_deadlines_free(snt_deadlines *all);

#endif
