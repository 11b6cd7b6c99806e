/*
 * sieve_model.h - SIEVE as the paper tells it, slowly: an array in the order
 * of age, a hand, and the cache's rule about what is over its time.
 */
#ifndef SIEVE_MODEL_H
#define SIEVE_MODEL_H

#include <stdbool.h>
#include <stdint.h>

enum { SIEVE_MOST = 300, SIEVE_NONE = -1 };

typedef struct sieve_model {
    struct {
        unsigned number;
        uint64_t expires_ms;
        bool visited;
    } all[SIEVE_MOST]; /* the oldest first */
    int n;
    int capacity;
    int hand; /* SIEVE_NONE to begin */
    uint64_t ttl_ms, evicted, expired;
} sieve_model;

/** Where number is, or SIEVE_NONE. */
int sieve_model_find(const sieve_model *m, unsigned number);

void sieve_model_put(sieve_model *m, unsigned number, uint64_t now_ms);
bool sieve_model_get(sieve_model *m, unsigned number, uint64_t now_ms);

#endif
