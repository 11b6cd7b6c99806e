/*
 * scrape.h - the small server of a command that runs for long: /metrics, as it
 * was posted last, and /health, which tells a standstill from work.
 *
 * One thread posts, the server's own thread hands out: nobody reads what
 * belongs to another thread. That a poster hangs is seen here too.
 */
#ifndef SNT_SCRAPE_H
#define SNT_SCRAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "buffer.h"
#include "sentiment/base.h"

typedef struct snt_scrape snt_scrape;

/** Since when the partition that stands still longest has not advanced,
 * although there is work for it; since_ms 0: there is no such one. */
typedef struct snt_standstill {
    uint64_t since_ms; /* of the monotonic clock */
    int32_t partition;
} snt_standstill;

/** Listens on "HOST:PORT", "[HOST]:PORT", or PORT of 127.0.0.1. EINVAL: it is
 * none of them. */
sentiment_status snt_scrape_open(
    snt_scrape **scrape, const char *address, uint32_t stall_ms,
    sentiment_error *err);
void snt_scrape_close(snt_scrape *scrape);

/** Where it listens; borrowed. */
const char *snt_scrape_address(const snt_scrape *scrape);

/** From now on this is what /metrics says; takes the buffer's memory. busy:
 * another one is due before the time of a standstill is over, or the poster
 * hangs. */
void snt_scrape_post(
    snt_scrape *scrape, snt_buffer *metrics, snt_standstill standstill,
    bool busy);

/** The status that /health answers with at this time, and its body. */
unsigned snt_scrape_health(
    snt_scrape *scrape, uint64_t now_ms, snt_buffer *body);

#endif
