/* clock.c - see clock.h. */
#include "clock.h"

#include <time.h>

uint64_t snt_clock_now_ms(const snt_clock *clock)
{
    struct timespec t;

    if (clock && clock->now_ms)
        return clock->now_ms(clock->arg);
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

uint64_t snt_clock_now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}
