/* memo.c - see memo.h. A thread-local array would be simpler, but in a shared
 * library it would be taken from the stack of every thread of the process. */
#include "memo.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static bool has_key;

static void make_key(void)
{
    has_key = !pthread_key_create(&key, free);
}

uint64_t snt_memo_owner(void)
{
    static atomic_uint_least64_t last;

    return atomic_fetch_add(&last, 1) + 1;
}

static snt_memo *make(void)
{
    snt_memo *memo = aligned_alloc(_Alignof(snt_memo), sizeof(*memo));

    if (memo && pthread_setspecific(key, memo)) {
        free(memo);
        return NULL;
    }
    if (memo)
        memo->owner = 0;
    return memo;
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
        memset(memo->words, 0, sizeof(memo->words));
        memo->owner = owner;
    }
    return memo;
}
