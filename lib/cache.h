/* cache.h - what the pipeline asks of a cache beyond the public questions. */
#ifndef SNT_CACHE_H
#define SNT_CACHE_H

#include "sentiment/cache.h"

/** How many scores an entry has. */
size_t snt_cache_n_labels(const sentiment_cache *cache);

#endif
