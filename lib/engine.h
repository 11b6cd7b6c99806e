/* engine.h - finds and loads an engine, once per process and path. */
#ifndef SNT_LOAD_H
#define SNT_LOAD_H

#include <stdbool.h>

#include "shim/engine.h"

/**
 * Loads the engine at path, or, when path is NULL, libtorch's: it lies in
 * sentiment/ beside the library. An engine stays loaded for good. EENGINE
 * names what is missing.
 */
sentiment_status snt_engine_load(
    const snt_engine_ops **engine, const char *path, sentiment_error *err);

/** Whether a device is a CPU: "cpu", or one of those for tests. */
bool snt_engine_is_cpu(const char *device);

#endif
