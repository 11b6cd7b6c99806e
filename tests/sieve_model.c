/* sieve_model.c - see sieve_model.h. */
#include "sieve_model.h"

#include <string.h>

int sieve_model_find(const sieve_model *m, unsigned number)
{
    for (int i = 0; i < m->n; i++)
        if (m->all[i].number == number)
            return i;
    return SIEVE_NONE;
}

static void take_out(sieve_model *m, int i)
{
    m->n--;
    memmove(&m->all[i], &m->all[i + 1], (size_t)(m->n - i) * sizeof(*m->all));
    if (m->hand > i)
        m->hand--;
    if (m->hand == m->n)
        m->hand = SIEVE_NONE;
}

static void evict(sieve_model *m)
{
    int i = m->hand == SIEVE_NONE ? 0 : m->hand;

    for (; m->all[i].visited; i = (i + 1) % m->n)
        m->all[i].visited = false;
    m->hand = i;
    take_out(m, i);
    m->evicted++;
}

void sieve_model_put(sieve_model *m, unsigned number, uint64_t now_ms)
{
    int i = sieve_model_find(m, number);

    if (i != SIEVE_NONE)
        take_out(m, i);
    for (i = 0; i < 2 && m->n && m->all[0].expires_ms <= now_ms; i++) {
        take_out(m, 0);
        m->expired++;
    }
    if (m->n == m->capacity)
        evict(m);
    m->all[m->n].number = number;
    m->all[m->n].expires_ms = now_ms + m->ttl_ms;
    m->all[m->n++].visited = false;
}

bool sieve_model_get(sieve_model *m, unsigned number, uint64_t now_ms)
{
    int i = sieve_model_find(m, number);

    if (i == SIEVE_NONE)
        return false;
    if (m->all[i].expires_ms <= now_ms) {
        take_out(m, i);
        m->expired++;
        return false;
    }
    return m->all[i].visited = true;
}
