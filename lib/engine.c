/* engine.c - see engine.h. */
#include "engine.h"

#include <dlfcn.h>
#include <limits.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "file.h"

#define SHIM "libsentiment_torch.so"

/* Beside a shared library, or beside the bin/ of a program linked with the
 * static one. */
static const char *const places[] = {
    "%.*s/sentiment/" SHIM, "%.*s/../lib/sentiment/" SHIM};

static sentiment_status find(char path[PATH_MAX], sentiment_error *err)
{
    Dl_info self;
    const char *slash;
    int dir;

    if (!dladdr(&places, &self) || !self.dli_fname)
        return snt_fail(err, SENTIMENT_EENGINE, "the library cannot be found");
    slash = strrchr(self.dli_fname, '/');
    dir = slash ? (int)(slash - self.dli_fname) : 1;
    for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(path, PATH_MAX, places[i], dir, slash ? self.dli_fname : ".");
#pragma GCC diagnostic pop
        if (snt_file_exists(path))
            return SENTIMENT_OK;
    }
    snprintf(path, PATH_MAX, places[0], dir, slash ? self.dli_fname : ".");
    return snt_fail(
        err, SENTIMENT_EENGINE, "%s: no engine there: build or install it",
        path);
}

/* A process that holds another libtorch already would mix the two. */
static sentiment_status check_alone(const char *path, sentiment_error *err)
{
    char ours[PATH_MAX], *resolved, *slash;
    struct link_map *map;
    void *loaded = dlopen("libtorch_cpu.so", RTLD_LAZY | RTLD_NOLOAD);
    sentiment_status status = SENTIMENT_OK;

    if (!loaded)
        return SENTIMENT_OK;
    snprintf(ours, sizeof(ours), "%s", path);
    slash = strrchr(ours, '/');
    snprintf(
        slash ? slash + 1 : ours,
        sizeof(ours) - (slash ? (size_t)(slash + 1 - ours) : 0), "%s",
        "libtorch_cpu.so");
    resolved = realpath(ours, NULL);
    if (!dlinfo(loaded, RTLD_DI_LINKMAP, &map) && resolved) {
        char *theirs = realpath(map->l_name, NULL);

        if (theirs && strcmp(theirs, resolved))
            status = snt_fail(
                err, SENTIMENT_EENGINE,
                "this process has another libtorch loaded: %s", theirs);
        free(theirs);
    }
    free(resolved);
    dlclose(loaded);
    return status;
}

sentiment_status snt_engine_load(
    const snt_engine_ops **engine, const char *path, sentiment_error *err)
{
    char found[PATH_MAX];
    void *library;
    union {
        void *symbol;
        const snt_engine_ops *(*function)(void);
    } entry;

    if (!path) {
        if (find(found, err) != SENTIMENT_OK)
            return SENTIMENT_EENGINE;
        path = found;
    }
    if (check_alone(path, err) != SENTIMENT_OK)
        return SENTIMENT_EENGINE;
    library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return snt_fail(err, SENTIMENT_EENGINE, "%s", dlerror());
    entry.symbol = dlsym(library, SNT_ENGINE_SYMBOL);
    if (!entry.symbol)
        return snt_fail(
            err, SENTIMENT_EENGINE, "%s: not an engine: no %s in it", path,
            SNT_ENGINE_SYMBOL);
    *engine = entry.function();
    if ((*engine)->abi != SNT_ENGINE_ABI)
        return snt_fail(
            err, SENTIMENT_EENGINE,
            "%s: made for engine border %u, this library has %u", path,
            (unsigned)(*engine)->abi, (unsigned)SNT_ENGINE_ABI);
    return SENTIMENT_OK;
}

bool snt_engine_is_cpu(const char *device)
{
    return !strncmp(device, "cpu", 3);
}
