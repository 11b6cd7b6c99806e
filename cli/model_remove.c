/*
 * model_remove.c - `model remove`: takes a model, or one revision of it, out
 * of the hub's cache. Blobs that another revision uses stay.
 */
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd_model.h"
#include "error.h"
#include "hub_store.h"
#include "report.h"
#include "size.h"

typedef struct options {
    bool yes;
} options;

typedef struct removal {
    snt_hub_name name;
    bool whole; /* all revisions, and so all of the folder */
    char cache[SNT_PATH / 2];
    char folder[SNT_HUB_FOLDER];
    snt_cached_list list;
    const snt_cached *one; /* the revision, unless whole */
    char **kept;           /* [n] blobs that other revisions use */
    size_t n;
    uint64_t freed;
    sentiment_error *err;
} removal;

/* ---- what goes ---- */

static sentiment_status find(removal *r)
{
    char dir[SNT_PATH];
    sentiment_status status =
        snt_cache_scan(&r->list, r->cache, r->name.repo, r->err);

    if (status != SENTIMENT_OK)
        return status;
    if (r->whole && !access(r->folder, F_OK))
        return SENTIMENT_OK;
    if (!r->whole && snt_cache_find(dir, r->cache, &r->name))
        for (size_t i = 0; i < r->list.n; i++)
            if (!strcmp(r->list.items[i].dir, dir))
                r->one = &r->list.items[i];
    if (!r->one)
        return snt_fail(
            r->err, SENTIMENT_EIO, "%s%s%s: not in the cache, %s", r->name.repo,
            r->whole ? "" : "@", r->whole ? "" : r->name.revision, r->cache);
    /* The last revision takes everything with it. */
    r->whole = r->list.n == 1;
    return SENTIMENT_OK;
}

static const char *blob_of(const snt_cache_file *file)
{
    const char *slash = file->target ? strrchr(file->target, '/') : NULL;

    return slash && !strncmp(file->target, "../", 3) ? slash + 1 : NULL;
}

static sentiment_status keep(
    void *arg, const snt_cache_file *file, sentiment_error *err)
{
    removal *r = arg;
    const char *blob = blob_of(file);
    char **kept = blob ? realloc(r->kept, (r->n + 1) * sizeof(*kept)) : NULL;

    if (!blob)
        return SENTIMENT_OK;
    if (!kept)
        return snt_fail_memory(err);
    r->kept = kept;
    kept[r->n] = strdup(blob);
    return kept[r->n++] ? SENTIMENT_OK : snt_fail_memory(err);
}

/* Notes the blobs of all revisions but the one. */
static sentiment_status keep_others(removal *r)
{
    sentiment_status status = SENTIMENT_OK;

    for (size_t i = 0; status == SENTIMENT_OK && i < r->list.n; i++)
        if (&r->list.items[i] != r->one)
            status = snt_cache_walk(r->list.items[i].dir, keep, r, r->err);
    return status;
}

static bool is_kept(const removal *r, const char *blob)
{
    for (size_t i = 0; i < r->n; i++)
        if (!strcmp(r->kept[i], blob))
            return true;
    return false;
}

/* ---- taking it away ---- */

static sentiment_status failed(const char *path, sentiment_error *err)
{
    return snt_fail(err, SENTIMENT_EIO, "%s: %s", path, strerror(errno));
}

/* Removes what is at path, links themselves and not what they lead to. */
static sentiment_status remove_tree(removal *r, const char *path)
{
    char root[SNT_PATH];
    char *roots[] = {root, NULL};
    sentiment_status status = SENTIMENT_OK;
    FTSENT *entry;
    FTS *walk;

    snprintf(root, sizeof(root), "%s", path);
    walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    if (!walk)
        return failed(path, r->err);
    while (status == SENTIMENT_OK && (entry = fts_read(walk))) {
        if (entry->fts_info == FTS_D)
            continue;
        if (remove(entry->fts_accpath) && errno != ENOENT)
            status = failed(entry->fts_path, r->err);
        else if (entry->fts_info == FTS_F)
            r->freed += (uint64_t)entry->fts_statp->st_size;
    }
    fts_close(walk);
    return status;
}

static sentiment_status remove_blob(
    void *arg, const snt_cache_file *file, sentiment_error *err)
{
    removal *r = arg;
    const char *blob = blob_of(file);
    char path[SNT_PATH];
    struct stat st;

    if (!blob || is_kept(r, blob))
        return SENTIMENT_OK;
    snprintf(path, sizeof(path), "%s/blobs/%s", r->folder, blob);
    if (lstat(path, &st))
        return SENTIMENT_OK; /* two names of one blob */
    if (unlink(path))
        return failed(path, err);
    r->freed += S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
    return SENTIMENT_OK;
}

static sentiment_status remove_refs(removal *r)
{
    sentiment_status status = SENTIMENT_OK;

    for (char *ref = r->one->refs.bytes; *ref && status == SENTIMENT_OK;) {
        size_t len = strcspn(ref, ",");
        char path[SNT_PATH];

        snprintf(path, sizeof(path), "%s/refs/%.*s", r->folder, (int)len, ref);
        if (unlink(path) && errno != ENOENT)
            status = failed(path, r->err);
        ref += len + (ref[len] ? 2 : 0);
    }
    return status;
}

/* First what leads there, then what it leads to. */
static sentiment_status remove_one(removal *r)
{
    sentiment_status status = keep_others(r);

    if (status == SENTIMENT_OK)
        status = remove_refs(r);
    if (status == SENTIMENT_OK)
        status = snt_cache_walk(r->one->dir, remove_blob, r, r->err);
    return status == SENTIMENT_OK ? remove_tree(r, r->one->dir) : status;
}

static sentiment_status remove_whole(removal *r)
{
    char path[SNT_PATH];
    sentiment_status status;

    snprintf(path, sizeof(path), "%s/refs", r->folder);
    status = remove_tree(r, path);
    if (status == SENTIMENT_OK)
        status = remove_tree(r, r->folder);
    snt_store_locks(path, r->cache, r->name.repo);
    return status == SENTIMENT_OK ? remove_tree(r, path) : status;
}

/* ---- asking ---- */

static bool is_agreed(const removal *r)
{
    char size[SNT_SIZE], answer[16] = "";
    uint64_t bytes = 0;

    for (size_t i = 0; i < r->list.n; i++)
        if (r->whole || &r->list.items[i] == r->one)
            bytes += r->list.items[i].bytes;
    snt_size_format(size, bytes);
    fprintf(
        stderr, "Remove %s%s%s, %s, from %s? [y/N] ", r->name.repo,
        r->whole ? "" : " at ", r->whole ? "" : r->one->commit, size, r->cache);
    return fgets(answer, sizeof(answer), stdin) &&
           (*answer == 'y' || *answer == 'Y');
}

static int remove_named(removal *r, bool yes)
{
    char size[SNT_SIZE];
    sentiment_status status = find(r);

    if (status == SENTIMENT_OK && !yes && !isatty(STDIN_FILENO)) {
        snt_report(
            "%s: nobody to ask: --yes removes without asking", r->name.repo);
        return SNT_EXIT_USAGE;
    }
    if (status == SENTIMENT_OK && !yes && !is_agreed(r)) {
        snt_report("%s: stays", r->name.repo);
        return SNT_EXIT_FAILED;
    }
    if (status == SENTIMENT_OK && snt_store_is_busy(r->cache, r->name.repo))
        status = snt_fail(
            r->err, SENTIMENT_EBUSY, "%s: another process fetches it",
            r->name.repo);
    if (status == SENTIMENT_OK)
        status = r->whole ? remove_whole(r) : remove_one(r);
    if (status != SENTIMENT_OK) {
        snt_report("%s", r->err->message);
        return SNT_EXIT_FAILED;
    }
    snt_size_format(size, r->freed);
    snt_report("%s: removed, %s freed", r->name.repo, size);
    return SNT_EXIT_OK;
}

static int run(const void *arg, const snt_args *args)
{
    const options *opts = arg;
    sentiment_error err;
    removal r = {.err = &err};
    bool ok;
    const char *given = snt_model_operand(&snt_model_remove, args, true, &ok);
    int code;

    if (!ok)
        return SNT_EXIT_USAGE;
    if (!snt_hub_parse(&r.name, given)) {
        snt_report("%s: \"%s\" is no OWNER/NAME", snt_model_remove.name, given);
        return SNT_EXIT_USAGE;
    }
    r.whole = !strchr(given, '@');
    snt_hub_cache_dir(r.cache, getenv);
    snt_cache_folder(r.folder, r.cache, r.name.repo);
    code = remove_named(&r, opts->yes);
    for (size_t i = 0; i < r.n; i++)
        free(r.kept[i]);
    free(r.kept);
    snt_cache_free(&r.list);
    return code;
}

static const snt_option table[] = {
    {"yes", 'y', SNT_ARG_FLAG, NULL, NULL, offsetof(options, yes),
     "do not ask"},
};

static const snt_option_group group = {
    "Removing", table, sizeof(table) / sizeof(*table)};

const snt_command snt_model_remove = {
    .name = "model remove",
    .summary = "Remove a model from the Hugging Face hub's cache",
    .operands = "OWNER/NAME[@REVISION]",
    .details = "All of it, or one revision: then files that others share "
               "stay. Asks first, and says how many bytes it freed. "
               "Directories elsewhere are not touched.",
    .examples =
        "  sentiment-cli model remove ProsusAI/finbert\n"
        "  sentiment-cli model remove --yes ProsusAI/finbert@0123456789ab\n",
    .parts = (const snt_args_part[]){{&group, 0}},
    .n_parts = 1,
    .options_size = sizeof(options),
    .run = run};
