/* precision.h - precisions by name, and which of them "auto" is. */
#ifndef SNT_PRECISION_H
#define SNT_PRECISION_H

#include <stdbool.h>

#include "sentiment/tune.h"
#include "shim/engine.h"

/** "bf16"; "unknown" for what is no precision. */
const char *snt_precision_name(snt_precision precision);

/** EINVAL lists the names. Not for "auto". */
sentiment_status snt_precision_find(
    snt_precision *precision, const char *name, sentiment_error *err);

/** What a device runs besides fp32, fastest first; 0 ends the list. */
void snt_precision_ladder(
    const snt_engine_caps *caps, const char *device,
    snt_precision ladder[SENTIMENT_PRECISIONS]);

/** "auto": the first rung of the ladder that beats fp32 on this device and is
 * within the verdict (NULL: there is none), else fp32. A function of its
 * arguments alone, so that replicas agree. Writes why to reason[size]. */
snt_precision snt_precision_choose(
    const snt_engine_caps *caps, const char *device,
    const sentiment_verdict *verdict, char *reason, size_t size);

#endif
