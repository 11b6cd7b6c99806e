/* locate.c - see locate.h. SNT_PATH is the PATH_MAX that realpath needs. */
#include "locate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"

#define BUNDLED "models/finsent-minilm"

/* From the folder of the program: the build tree, a variant's build tree
 * inside it, an installation. */
static const char *const places[] = {
    "../../" BUNDLED, "../../../" BUNDLED, "../share/sentiment/" BUNDLED};

static bool is_directory(const char *path)
{
    struct stat st;

    return !stat(path, &st) && S_ISDIR(st.st_mode);
}

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
        if (is_directory(path) && realpath(path, dir))
            return SENTIMENT_OK;
    }
    return snt_fail(
        err, SENTIMENT_EIO,
        "the bundled model is not beside the program: "
        "name one with --model DIR");
}

static const char *set_or_null(snt_env_fn env, const char *name)
{
    const char *value = env(name);

    return value && *value ? value : NULL;
}

/* The hub's cache folder, as huggingface_hub finds it. */
static void find_cache(char path[SNT_PATH / 2], snt_env_fn env)
{
    const char *cache = set_or_null(env, "HF_HUB_CACHE");
    const char *home = set_or_null(env, "HF_HOME");
    const char *xdg = set_or_null(env, "XDG_CACHE_HOME");
    const char *user = set_or_null(env, "HOME");

    if (cache)
        snprintf(path, SNT_PATH / 2, "%s", cache);
    else if (home)
        snprintf(path, SNT_PATH / 2, "%s/hub", home);
    else if (xdg)
        snprintf(path, SNT_PATH / 2, "%s/huggingface/hub", xdg);
    else
        snprintf(
            path, SNT_PATH / 2, "%s/.cache/huggingface/hub", user ? user : "");
}

/* Reads the commit that a revision points at; false when it has none. */
static bool read_ref(
    char commit[80], const char *model_cache, const char *revision)
{
    char path[SNT_PATH];
    FILE *file;
    bool found;

    snprintf(path, sizeof(path), "%s/refs/%s", model_cache, revision);
    file = fopen(path, "r");
    if (!file)
        return false;
    found = fscanf(file, "%79[0-9a-f]", commit) == 1;
    fclose(file);
    return found;
}

/* OWNER/NAME[@REVISION] in the cache: models--OWNER--NAME/snapshots/COMMIT. */
static bool find_cached(char dir[SNT_PATH], const char *model, snt_env_fn env)
{
    const char *slash = strchr(model, '/'), *at = strchr(model, '@');
    size_t len = at ? (size_t)(at - model) : strlen(model);
    char cache[SNT_PATH / 2], folder[SNT_PATH * 3 / 4], commit[80] = "";

    find_cache(cache, env);
    snprintf(
        folder, sizeof(folder), "%s/models--%.*s--%.*s", cache,
        (int)(slash - model), model, (int)(model + len - slash - 1), slash + 1);
    if (!read_ref(commit, folder, at ? at + 1 : "main"))
        snprintf(commit, sizeof(commit), "%.79s", at ? at + 1 : "main");
    snprintf(dir, SNT_PATH, "%s/snapshots/%s", folder, commit);
    return is_directory(dir);
}

/* Whether it has the form OWNER/NAME: one slash, not at an end. */
static bool is_hub_name(const char *model)
{
    const char *slash = strchr(model, '/');

    return slash && slash > model && slash[1] && !strchr(slash + 1, '/') &&
           *model != '.' && strlen(model) < 200;
}

sentiment_status snt_locate_model(
    char dir[SNT_PATH], const char *model, snt_env_fn env, sentiment_error *err)
{
    if (!model)
        return find_bundled(dir, err);
    if (strlen(model) >= SNT_PATH)
        return snt_fail(err, SENTIMENT_EINVAL, "--model: a path too long");
    snprintf(dir, SNT_PATH, "%s", model);
    if (is_directory(model) || access(model, F_OK) == 0)
        return SENTIMENT_OK; /* a file: the library says what it lacks */
    if (!is_hub_name(model))
        return snt_fail(err, SENTIMENT_EIO, "%s: no such directory", model);
    if (find_cached(dir, model, env))
        return SENTIMENT_OK;
    return snt_fail(
        err, SENTIMENT_EIO,
        "%s: no such directory, and not in the cache of "
        "the Hugging Face hub: download it there first",
        model);
}
