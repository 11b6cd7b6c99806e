/* locate.c - see locate.h. SNT_PATH is the PATH_MAX that realpath needs. */
#include "locate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "file.h"
#include "hub_cache.h"

#define BUNDLED "models/finsent-minilm"

/* From the folder of the program: the build tree, a variant's build tree
 * inside it, an installation. */
static const char *const places[] = {
    "../../" BUNDLED, "../../../" BUNDLED, "../share/sentiment/" BUNDLED};

static sentiment_status find_bundled(char dir[SNT_PATH], sentiment_error *err)
{
    char self[SNT_PATH / 2];
    ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
    char *slash;

    self[len > 0 ? len : 0] = '\0';
    slash = strrchr(self, '/');
    if (slash)
        *slash = '\0';
    for (size_t i = 0; slash && i < sizeof(places) / sizeof(*places); i++) {
        char path[SNT_PATH];

        snprintf(path, sizeof(path), "%s/%s", self, places[i]);
        if (snt_file_is_directory(path) && realpath(path, dir))
            return SENTIMENT_OK;
    }
    return snt_fail(
        err, SENTIMENT_EIO,
        "the bundled model is not beside the program: "
        "name one with --model DIR");
}

/* OWNER/NAME[@REVISION] in the hub's cache. */
static sentiment_status find_cached(
    char dir[SNT_PATH], const char *model, snt_env_fn env, sentiment_error *err)
{
    char cache[SNT_PATH / 2];
    snt_hub_name name;

    if (!snt_hub_parse(&name, model))
        return snt_fail(err, SENTIMENT_EIO, "%s: no such directory", model);
    snt_hub_cache_dir(cache, env);
    if (snt_cache_find(dir, cache, &name))
        return SENTIMENT_OK;
    return snt_fail(
        err, SENTIMENT_EIO,
        "%s: no such directory, and not in the cache of the Hugging Face hub; "
        "to fetch it: sentiment-cli model pull %s",
        model, model);
}

sentiment_status snt_locate_model(
    char dir[SNT_PATH], const char *model, snt_env_fn env, sentiment_error *err)
{
    if (!model)
        return find_bundled(dir, err);
    if (strlen(model) >= SNT_PATH)
        return snt_fail(err, SENTIMENT_EINVAL, "--model: a path too long");
    snprintf(dir, SNT_PATH, "%s", model);
    if (snt_file_is_directory(model) || access(model, F_OK) == 0)
        return SENTIMENT_OK; /* a file: the library says what it lacks */
    return find_cached(dir, model, env, err);
}
