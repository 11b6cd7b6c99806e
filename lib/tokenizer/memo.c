/* memo.c - see memo.h. A thread-local array would be simpler, but in a shared
 * library it would be taken from the stack of every thread of the process. */
#include "memo.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { LEAST = 1 << 11, MOST = 1 << 15 }; /* pairs */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static bool has_key;

static void drop(void *arg)
{
    snt_memo *memo = arg;

    free(memo->pairs);
    free(memo);
}

static void make_key(void)
{
    has_key = !pthread_key_create(&key, drop);
}

uint64_t snt_memo_owner(void)
{
    static atomic_uint_least64_t last;

    return atomic_fetch_add(&last, 1) + 1;
}

static snt_memo_pair *empty_pairs(size_t n)
{
    size_t bytes = n * sizeof(snt_memo_pair);
    snt_memo_pair *pairs = aligned_alloc(sizeof(*pairs), bytes);

    return pairs ? memset(pairs, 0, bytes) : NULL;
}

static snt_memo *make(void)
{
    snt_memo *memo = calloc(1, sizeof(*memo));

    if (!memo)
        return NULL;
    memo->pairs = empty_pairs(LEAST);
    memo->mask = LEAST - 1;
    if (memo->pairs && !pthread_setspecific(key, memo))
        return memo;
    drop(memo);
    return NULL;
}

snt_memo *snt_memo_get(uint64_t owner)
{
    snt_memo *memo;

    pthread_once(&once, make_key);
    if (!has_key)
        return NULL;
    memo = pthread_getspecific(key);
    if (!memo)
        memo = make();
    if (memo && memo->owner != owner) {
        memset(memo->pairs, 0, LEAST * sizeof(*memo->pairs));
        memo->mask = LEAST - 1;
        memo->n_new = 0;
        memo->owner = owner;
    }
    return memo;
}

static void insert(const snt_memo *memo, const snt_memo_word *word)
{
    snt_memo_pair *pair = snt_memo_at(memo, word->key);

    pair->words[1] = pair->words[0];
    pair->words[0] = *word;
}

/* Without memory for it, the memo stays as it is. */
static void grow(snt_memo *memo)
{
    snt_memo old = *memo;
    snt_memo_pair *pairs = empty_pairs(2 * (old.mask + 1));

    memo->n_new = 0;
    if (!pairs)
        return;
    memo->pairs = pairs;
    memo->mask = 2 * old.mask + 1;
    for (size_t i = 0; i <= old.mask; i++)
        for (size_t way = 2; way--;)
            if (old.pairs[i].words[way].n)
                insert(memo, &old.pairs[i].words[way]);
    free(old.pairs);
}

void snt_memo_put(snt_memo *memo, const snt_memo_word *word)
{
    if (++memo->n_new > 2 * (memo->mask + 1) && memo->mask + 1 < MOST)
        grow(memo);
    insert(memo, word);
}
