/* hub_tree.c - see hub_tree.h: two calls of the hub's API, the second in
 * pages. */
#include "hub_tree.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

enum { MAX_PAGES = 100, URL = 1200 };

/* ---- asking ---- */

static sentiment_status get_json(
    json_t **root, snt_request *request, snt_http *http, const char *url,
    const char *what, sentiment_error *err)
{
    snt_buffer body = {0};
    json_error_t error;
    sentiment_status status;

    *request = (snt_request){
        .url = url, .what = what, .sink = &snt_buffer_sink, .arg = &body};
    *root = NULL;
    status = snt_http_run(http, request, 1, err);
    if (status == SENTIMENT_OK)
        *root = json_loadb(body.len ? body.bytes : "", body.len, 0, &error);
    snt_buffer_free(&body);
    if (status == SENTIMENT_OK && !*root)
        status = snt_fail(
            err, SENTIMENT_EFORMAT, "%s: %s does not answer as a hub: %s", what,
            http->hub->endpoint, error.text);
    return status;
}

/* A revision in a URL: its slashes are not the path's. */
static void add_revision(char url[URL], const char *revision)
{
    size_t len = strlen(url);

    for (; *revision && len + 4 < URL; revision++)
        len += (size_t)snprintf(
            url + len, URL - len, *revision == '/' ? "%%2F" : "%c", *revision);
}

static sentiment_status read_commit(
    snt_hub_tree *tree, snt_http *http, const snt_hub_name *name,
    const char *what, sentiment_error *err)
{
    snt_request request;
    json_t *root;
    const char *sha;
    char url[URL];
    sentiment_status status;

    snprintf(
        url, sizeof(url), "%s/api/models/%s/revision/", http->hub->endpoint,
        name->repo);
    add_revision(url, name->revision);
    status = get_json(&root, &request, http, url, what, err);
    if (status != SENTIMENT_OK)
        return status;
    sha = json_string_value(json_object_get(root, "sha"));
    if (sha && snt_hub_is_hex(sha, SNT_HUB_COMMIT - 1))
        memcpy(tree->commit, sha, SNT_HUB_COMMIT);
    else
        status = snt_fail(
            err, SENTIMENT_EFORMAT,
            "%s: %s does not answer as a hub: no commit in it", what,
            http->hub->endpoint);
    json_decref(root);
    return status;
}

/* An entry of the listing, if it is a file at the top with a name that can
 * stand in a URL and a folder as it is. */
static bool read_file(snt_hub_file *file, const json_t *entry)
{
    const json_t *lfs = json_object_get(entry, "lfs");
    const json_t *of = json_is_object(lfs) ? lfs : entry;
    const char *type = json_string_value(json_object_get(entry, "type"));
    const char *name = json_string_value(json_object_get(entry, "path"));
    const char *oid = json_string_value(json_object_get(of, "oid"));
    json_int_t size = json_integer_value(json_object_get(of, "size"));
    const size_t digits = json_is_object(lfs) ? SNT_HUB_ETAG - 1 : 40;

    if (!type || strcmp(type, "file") || !name || !oid || size < 0 ||
        *name == '.' || strlen(name) > 200 || !snt_hub_is_hex(oid, digits) ||
        name[strspn(
            name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                  "0123456789._-")])
        return false;
    snprintf(file->etag, sizeof(file->etag), "%s", oid);
    file->size = (uint64_t)size;
    file->name = strdup(name);
    return file->name != NULL;
}

static sentiment_status add_page(
    snt_hub_tree *tree, const json_t *page, sentiment_error *err)
{
    size_t n = json_array_size(page);
    snt_hub_file *files =
        realloc(tree->files, (tree->n + n + 1) * sizeof(*files));

    if (!files)
        return snt_fail_memory(err);
    tree->files = files;
    for (size_t i = 0; i < n; i++)
        tree->n += read_file(&files[tree->n], json_array_get(page, i));
    return SENTIMENT_OK;
}

/* The address of the next page, as Link gives it: whole, or from the root. */
static void follow(char url[URL], const snt_hub *hub, const char *next)
{
    const char *host = strstr(hub->endpoint, "://") + 3;
    size_t origin = (size_t)(host - hub->endpoint) + strcspn(host, "/");

    if (*next == '/')
        snprintf(url, URL, "%.*s%s", (int)origin, hub->endpoint, next);
    else
        snprintf(url, URL, "%s", next);
}

static sentiment_status read_pages(
    snt_hub_tree *tree, snt_http *http, const snt_hub_name *name,
    const char *what, sentiment_error *err)
{
    snt_request request;
    json_t *root;
    char url[URL];
    sentiment_status status = SENTIMENT_OK;

    snprintf(
        url, sizeof(url), "%s/api/models/%s/tree/%s", http->hub->endpoint,
        name->repo, tree->commit);
    for (int i = 0; status == SENTIMENT_OK && *url && i < MAX_PAGES; i++) {
        status = get_json(&root, &request, http, url, what, err);
        if (status == SENTIMENT_OK)
            status = add_page(tree, root, err);
        json_decref(root);
        follow(url, http->hub, request.next);
    }
    return status;
}

sentiment_status snt_tree_read(
    snt_hub_tree *tree, snt_http *http, const snt_hub_name *name,
    sentiment_error *err)
{
    char what[sizeof(*name) + 2];
    sentiment_status status;

    *tree = (snt_hub_tree){.files = NULL};
    snprintf(what, sizeof(what), "%s@%s", name->repo, name->revision);
    status = read_commit(tree, http, name, what, err);
    return status == SENTIMENT_OK ? read_pages(tree, http, name, what, err)
                                  : status;
}

void snt_tree_free(snt_hub_tree *tree)
{
    for (size_t i = 0; i < tree->n; i++)
        free(tree->files[i].name);
    free(tree->files);
    tree->files = NULL;
    tree->n = 0;
}

const snt_hub_file *snt_tree_find(const snt_hub_tree *tree, const char *name)
{
    for (size_t i = 0; i < tree->n; i++)
        if (!strcmp(tree->files[i].name, name))
            return &tree->files[i];
    return NULL;
}

/* ---- choosing ---- */

const char snt_tree_index[] = "model.safetensors.index.json";
static const char single[] = "model.safetensors";
static const char pickle[] = "pytorch_model.bin";

const char snt_tree_verdict[] = "sentiment-verdict.json";

/* config.json, what the tokenizers of this library and of transformers read,
 * and what `model tune` found. */
static const char *const small[] = {
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "vocab.json",
    "merges.txt",
    "vocab.txt",
    "added_tokens.json",
    "special_tokens_map.json",
    snt_tree_verdict,
};

static sentiment_status add(
    snt_hub_files *files, const snt_hub_file *file, sentiment_error *err)
{
    const snt_hub_file **all =
        realloc(files->all, (files->n + 1) * sizeof(*all));

    if (!all)
        return snt_fail_memory(err);
    files->all = all;
    all[files->n++] = file;
    return SENTIMENT_OK;
}

void snt_files_free(snt_hub_files *files)
{
    free(files->all);
    *files = (snt_hub_files){NULL, 0};
}

sentiment_status snt_tree_choose(
    snt_hub_files *files, const snt_hub_tree *tree, const char *what,
    sentiment_error *err)
{
    const snt_hub_file *index = snt_tree_find(tree, snt_tree_index);
    sentiment_status status = SENTIMENT_OK;

    if (!snt_tree_find(tree, small[0]))
        return snt_fail(
            err, SENTIMENT_EFORMAT, "%s: no config.json there: no checkpoint",
            what);
    for (size_t i = 0; i < sizeof(small) / sizeof(*small); i++) {
        const snt_hub_file *file = snt_tree_find(tree, small[i]);

        if (file && status == SENTIMENT_OK)
            status = add(files, file, err);
    }
    if (status == SENTIMENT_OK && index && !snt_tree_find(tree, single))
        status = add(files, index, err);
    return status;
}

static bool has(const snt_hub_files *files, const snt_hub_file *file)
{
    for (size_t i = 0; i < files->n; i++)
        if (files->all[i] == file)
            return true;
    return false;
}

static sentiment_status choose_shards(
    snt_hub_files *files, const snt_hub_tree *tree, const char *what,
    const snt_buffer *index, sentiment_error *err)
{
    json_t *root = json_loadb(index->bytes, index->len, 0, NULL), *value;
    json_t *map = json_object_get(root, "weight_map");
    sentiment_status status = SENTIMENT_OK;
    const char *tensor;

    json_object_foreach(map, tensor, value)
    {
        const char *name = json_string_value(value);
        const snt_hub_file *shard = name ? snt_tree_find(tree, name) : NULL;

        if (!shard)
            status = snt_fail(
                err, SENTIMENT_EFORMAT,
                "%s: %s: no such file there as the one of %.60s", what,
                snt_tree_index, tensor);
        else if (!has(files, shard))
            status = add(files, shard, err);
        if (status != SENTIMENT_OK)
            break;
    }
    json_decref(root);
    if (status == SENTIMENT_OK && !files->n)
        status = snt_fail(
            err, SENTIMENT_EFORMAT, "%s: %s: no weight_map in it", what,
            snt_tree_index);
    return status;
}

sentiment_status snt_tree_choose_weights(
    snt_hub_files *files, const snt_hub_tree *tree, const char *what,
    const snt_buffer *index, sentiment_error *err)
{
    const snt_hub_file *file = snt_tree_find(tree, single);

    if (!file && index)
        return choose_shards(files, tree, what, index, err);
    if (!file)
        file = snt_tree_find(tree, pickle);
    if (file)
        return add(files, file, err);
    return snt_fail(
        err, SENTIMENT_EFORMAT,
        "%s: no weights there that can be read here: neither %s nor %s", what,
        single, pickle);
}
