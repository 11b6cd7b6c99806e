/* hub.c - see hub.h. */
#include "hub.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "error.h"
#include "file.h"

enum { STALL_S = 30 };

/* ---- names ---- */

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

/* One part of a name or revision: no "." in front, no ".." or, in names,
 * "--", which the cache's folders use to part owner and name. */
static bool is_part(const char *part, size_t len, bool is_revision)
{
    if (!len || *part == '.' || *part == '-')
        return false;
    for (size_t i = 0; i < len; i++) {
        bool twice = i && part[i] == part[i - 1];

        if (!is_name_char(part[i]) || (twice && part[i] == '.') ||
            (twice && part[i] == '-' && !is_revision))
            return false;
    }
    return true;
}

static bool is_revision(const char *revision)
{
    for (;;) {
        size_t len = strcspn(revision, "/");

        if (!is_part(revision, len, true))
            return false;
        if (!revision[len])
            return true;
        revision += len + 1;
    }
}

bool snt_hub_parse(snt_hub_name *name, const char *text)
{
    size_t len = strcspn(text, "@"), owner = strcspn(text, "/@");
    const char *revision = text[len] ? text + len + 1 : "main";

    if (text[owner] != '/' || len >= sizeof(name->repo) ||
        strlen(revision) >= sizeof(name->revision) ||
        !is_part(text, owner, false) ||
        !is_part(text + owner + 1, len - owner - 1, false) ||
        !is_revision(revision))
        return false;
    snprintf(name->repo, sizeof(name->repo), "%.*s", (int)len, text);
    snprintf(name->revision, sizeof(name->revision), "%s", revision);
    return true;
}

bool snt_hub_is_hex(const char *text, size_t n)
{
    return strlen(text) == n && strspn(text, "0123456789abcdef") == n;
}

/* ---- the environment ---- */

static const char *set_or_null(snt_env_fn env, const char *name)
{
    const char *value = env(name);

    return value && *value ? value : NULL;
}

static const char *first_set(snt_env_fn env, const char *const *names, size_t n)
{
    const char *value = NULL;

    for (size_t i = 0; !value && i < n; i++)
        value = set_or_null(env, names[i]);
    return value;
}

static bool is_true(const char *value)
{
    static const char *const words[] = {"1", "on", "yes", "true"};

    for (size_t i = 0; value && i < sizeof(words) / sizeof(*words); i++)
        if (!strcasecmp(value, words[i]))
            return true;
    return false;
}

bool snt_hub_is_offline(snt_env_fn env)
{
    static const char *const names[] = {
        "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"};

    return is_true(first_set(env, names, 2));
}

/* A variable's path, in which a leading ~ is the home folder. */
static void expand(char *path, size_t size, const char *value, snt_env_fn env)
{
    const char *home = set_or_null(env, "HOME");

    if (value[0] == '~' && (value[1] == '/' || !value[1]))
        snprintf(path, size, "%s%s", home ? home : "", value + 1);
    else
        snprintf(path, size, "%s", value);
}

/* The folder of everything that belongs to the hub. */
static void find_home(char dir[SNT_PATH / 4], snt_env_fn env)
{
    const char *home = set_or_null(env, "HF_HOME");
    const char *xdg = set_or_null(env, "XDG_CACHE_HOME");
    char base[SNT_PATH / 8];

    if (home) {
        expand(dir, SNT_PATH / 4, home, env);
        return;
    }
    expand(base, sizeof(base), xdg ? xdg : "~/.cache", env);
    snprintf(dir, SNT_PATH / 4, "%s/huggingface", base);
}

void snt_hub_cache_dir(char dir[SNT_PATH / 2], snt_env_fn env)
{
    static const char *const names[] = {
        "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"};
    const char *cache = first_set(env, names, 2);
    char home[SNT_PATH / 4];

    if (cache) {
        expand(dir, SNT_PATH / 2, cache, env);
        return;
    }
    find_home(home, env);
    snprintf(dir, SNT_PATH / 2, "%s/hub", home);
}

/* Takes white space off both ends; what is left goes into a header's line. */
static sentiment_status set_token(
    snt_hub *hub, const char *text, size_t len, const char *origin,
    sentiment_error *err)
{
    bool is_plain = true;

    while (len && strchr(" \t\r\n", text[len - 1]))
        len--;
    while (len && strchr(" \t\r\n", *text)) {
        text++;
        len--;
    }
    for (size_t i = 0; i < len; i++)
        is_plain = is_plain && text[i] > ' ' && text[i] <= '~';
    if (!is_plain || len >= sizeof(hub->token))
        return snt_fail(
            err, SENTIMENT_EINVAL, "%s: this is not a token", origin);
    snprintf(hub->token, sizeof(hub->token), "%.*s", (int)len, text);
    return SENTIMENT_OK;
}

/* The file that `hf auth login` writes; none is no failure. */
static sentiment_status read_token_file(
    snt_hub *hub, snt_env_fn env, sentiment_error *err)
{
    const char *given = set_or_null(env, "HF_TOKEN_PATH");
    char path[SNT_PATH / 2], home[SNT_PATH / 4];
    snt_file file;
    sentiment_status status;

    find_home(home, env);
    if (given)
        expand(path, sizeof(path), given, env);
    else
        snprintf(path, sizeof(path), "%s/token", home);
    if (!snt_file_exists(path))
        return SENTIMENT_OK;
    status = snt_file_open(&file, path, err);
    if (status != SENTIMENT_OK)
        return status;
    status = set_token(hub, (const char *)file.bytes, file.len, path, err);
    snt_file_close(&file);
    return status;
}

static sentiment_status read_token(
    snt_hub *hub, snt_env_fn env, sentiment_error *err)
{
    static const char *const names[] = {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"};
    const char *token = first_set(env, names, 2);

    if (token)
        return set_token(hub, token, strlen(token), "HF_TOKEN", err);
    if (is_true(set_or_null(env, "HF_HUB_DISABLE_IMPLICIT_TOKEN")))
        return SENTIMENT_OK;
    return read_token_file(hub, env, err);
}

static sentiment_status read_endpoint(
    snt_hub *hub, snt_env_fn env, sentiment_error *err)
{
    const char *given = set_or_null(env, "HF_ENDPOINT");
    size_t len;

    given = given ? given : "https://huggingface.co";
    len = strlen(given);
    while (len && given[len - 1] == '/')
        len--;
    if (len >= sizeof(hub->endpoint) || strpbrk(given, "?#@ ") ||
        (strncmp(given, "https://", 8) && strncmp(given, "http://", 7)))
        return snt_fail(
            err, SENTIMENT_EINVAL,
            "HF_ENDPOINT: \"%.100s\" is not http://HOST or https://HOST",
            given);
    snprintf(hub->endpoint, sizeof(hub->endpoint), "%.*s", (int)len, given);
    return SENTIMENT_OK;
}

sentiment_status snt_hub_read(
    snt_hub *hub, snt_env_fn env, sentiment_error *err)
{
    static const char *const bundles[] = {
        "CURL_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"};
    const char *stall = set_or_null(env, "HF_HUB_DOWNLOAD_TIMEOUT");
    sentiment_status status = read_endpoint(hub, env, err);

    hub->token[0] = '\0';
    hub->offline = snt_hub_is_offline(env);
    hub->ca_file = first_set(env, bundles, 3);
    hub->ca_dir = set_or_null(env, "SSL_CERT_DIR");
    hub->stall_s = stall ? (uint32_t)strtoul(stall, NULL, 10) : 0;
    if (!hub->stall_s)
        hub->stall_s = STALL_S;
    return status == SENTIMENT_OK ? read_token(hub, env, err) : status;
}
