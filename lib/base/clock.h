/* clock.h - the time, or what a test says it is. */
#ifndef SNT_CLOCK_H
#define SNT_CLOCK_H

#include <stdint.h>

/** Zeroed, or NULL: the monotonic clock. A clock of a test's own must not go
 * back. */
typedef struct snt_clock {
    uint64_t (*now_ms)(void *arg);
    void *arg;
} snt_clock;

uint64_t snt_clock_now_ms(const snt_clock *clock);

/** Microseconds of the monotonic clock, to measure with. */
uint64_t snt_clock_now_us(void);

#endif
