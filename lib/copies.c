/* copies.c - see copies.h. */
#include "copies.h"

#include <stdlib.h>

#include "error.h"

/* The node on which one worker more is least of a crowd. */
static unsigned emptiest(
    const snt_node *nodes, const unsigned *workers, size_t n)
{
    unsigned best = 0;

    for (unsigned i = 1; i < n; i++)
        if ((workers[i] + 1) * nodes[best].n < (workers[best] + 1) * nodes[i].n)
            best = i;
    return best;
}

/* Keeps the nodes that got workers; how many. */
static size_t spread(
    snt_node *nodes, size_t n, unsigned *places, unsigned workers)
{
    unsigned counts[SNT_MAX_NODES] = {0}, place[SNT_MAX_NODES] = {0};
    size_t used = 0;

    for (unsigned i = 0; i < workers; i++) {
        places[i] = emptiest(nodes, counts, n);
        counts[places[i]]++;
    }
    for (size_t i = 0; i < n; i++)
        if (counts[i]) {
            place[i] = (unsigned)used;
            nodes[used++] = nodes[i];
        }
    for (unsigned i = 0; i < workers; i++)
        places[i] = place[places[i]];
    return used;
}

sentiment_status snt_copies_plan(
    snt_copies *all, const char *dir, unsigned workers, sentiment_error *err)
{
    snt_node nodes[SNT_MAX_NODES];
    size_t n = dir ? snt_nodes(dir, nodes) : 0;

    *all = (snt_copies){.n = 0};
    all->places = calloc(workers, sizeof(*all->places));
    if (!all->places)
        return snt_fail_memory(err);
    if (n > 1)
        n = spread(nodes, n, all->places, workers);
    if (n < 2) {
        nodes[0].n = 0;
        n = 1;
    }
    all->copies = calloc(n, sizeof(*all->copies));
    if (!all->copies)
        return snt_fail_memory(err);
    for (; all->n < n; all->n++) {
        pthread_mutex_init(&all->copies[all->n].lock, NULL);
        all->copies[all->n].node = nodes[all->n];
    }
    return SENTIMENT_OK;
}

sentiment_status snt_copies_open(
    const snt_copies *all, unsigned worker, const snt_engine_ops *engine,
    const snt_network *network, const snt_engine_options *opts,
    snt_engine_model **model, sentiment_error *err)
{
    snt_copy *copy = &all->copies[all->places[worker]];
    snt_engine_options here = *opts;
    sentiment_status status = SENTIMENT_OK;

    /* A mask that has changed since is no reason to fail. Threads that open
     * starts inherit it. */
    if (copy->node.n) {
        pthread_setaffinity_np(
            pthread_self(), sizeof(copy->node.cpus), &copy->node.cpus);
        if (here.makers > copy->node.n)
            here.makers = copy->node.n;
    }
    pthread_mutex_lock(&copy->lock);
    if (!copy->opened) {
        copy->opened = true;
        status = engine->open(&copy->model, network, &here, err);
    } else if (!copy->model) {
        status = snt_fail(err, SENTIMENT_ESTATE, "no model");
    }
    *model = copy->model;
    pthread_mutex_unlock(&copy->lock);
    return status;
}

void snt_copies_close(snt_copies *all, const snt_engine_ops *engine)
{
    for (size_t i = 0; i < all->n; i++) {
        if (all->copies[i].model)
            engine->close(all->copies[i].model);
        pthread_mutex_destroy(&all->copies[i].lock);
    }
    free(all->copies);
    free(all->places);
}
