/*
 * team.c - see team.h.
 *
 * A ticket holds the number of the work in hand and how many of its parts
 * nobody has taken. Whoever takes one lowers it by compare and exchange, which
 * fails when the work is another by then; and the owner changes the work only
 * when all parts are taken and done. So what a helper read of it before it got
 * its part is what belongs to that part.
 */
#include "team.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#if defined(__x86_64__)
#define pause() __builtin_ia32_pause()
#else
#define pause() atomic_signal_fence(memory_order_seq_cst)
#endif

enum {
    PATIENCE = 1000, /* looks of a helper; some microseconds */
    LOOKS = 20000    /* of the owner before it lets another thread have its
                        CPU: the helper may be waiting for just that */
};

typedef void work_fn(void *arg, size_t i);

struct snt_team {
    /* Of what both sides write to, each on a line of its own. */
    _Alignas(64) _Atomic uint64_t ticket; /* number << 32 | parts not taken */
    _Alignas(64) _Atomic uint32_t undone; /* parts not done */
    _Alignas(64) _Atomic(work_fn *) work;
    _Atomic(void *) arg;
    atomic_int begun;
};

snt_team *snt_team_open(void)
{
    snt_team *team = aligned_alloc(64, sizeof(*team));

    if (!team)
        return NULL;
    atomic_init(&team->ticket, 0);
    atomic_init(&team->undone, 0);
    atomic_init(&team->work, NULL);
    atomic_init(&team->arg, NULL);
    atomic_init(&team->begun, 0);
    return team;
}

void snt_team_close(snt_team *team)
{
    free(team);
}

void snt_team_begin(snt_team *team)
{
    atomic_store(&team->begun, 1);
}

void snt_team_end(snt_team *team)
{
    atomic_store(&team->begun, 0);
}

/* One part, if there is one. */
static int take(snt_team *team)
{
    uint64_t ticket = atomic_load_explicit(&team->ticket, memory_order_acquire);
    work_fn *work;
    void *arg;

    do {
        if (!(uint32_t)ticket)
            return 0;
        work = atomic_load_explicit(&team->work, memory_order_relaxed);
        arg = atomic_load_explicit(&team->arg, memory_order_relaxed);
    } while (!atomic_compare_exchange_weak_explicit(
        &team->ticket, &ticket, ticket - 1, memory_order_acq_rel,
        memory_order_acquire));
    work(arg, (uint32_t)ticket - 1);
    atomic_fetch_sub_explicit(&team->undone, 1, memory_order_release);
    return 1;
}

void snt_team_run(snt_team *team, size_t parts, work_fn *work, void *arg)
{
    uint64_t number =
        (atomic_load_explicit(&team->ticket, memory_order_relaxed) >> 32) + 1;

    atomic_store_explicit(&team->undone, (uint32_t)parts, memory_order_relaxed);
    atomic_store_explicit(&team->work, work, memory_order_relaxed);
    atomic_store_explicit(&team->arg, arg, memory_order_relaxed);
    atomic_store_explicit(
        &team->ticket, number << 32 | (uint32_t)parts, memory_order_release);
    while (take(team))
        ;
    for (unsigned i = 1;
         atomic_load_explicit(&team->undone, memory_order_acquire); i++)
        if (i % LOOKS)
            pause();
        else
            sched_yield();
}

int snt_team_help(snt_team *team)
{
    for (int i = 0; i < PATIENCE; i++) {
        if (!atomic_load_explicit(&team->begun, memory_order_relaxed))
            return 0;
        if (take(team))
            return 1;
        pause();
    }
    /* The owner may be waiting for just this CPU. */
    sched_yield();
    return 1;
}
