/* hub_cache.c - see hub_cache.h. */
#include "hub_cache.h"

#include <dirent.h>
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "file.h"

/* The shortest beginning of a commit that names it. */
enum { SHORTEST = 6, COMMIT = 80 };

static const char prefix[] = "models--";

void snt_cache_folder(
    char folder[SNT_HUB_FOLDER], const char *cache, const char *repo)
{
    size_t owner = strcspn(repo, "/");

    snprintf(
        folder, SNT_HUB_FOLDER, "%s/%s%.*s%s%s", cache, prefix, (int)owner,
        repo, repo[owner] ? "--" : "", repo[owner] ? repo + owner + 1 : "");
}

/* ---- which snapshot ---- */

/* Reads the commit that a ref's file holds. */
static bool read_ref(char commit[COMMIT], const char *path)
{
    FILE *file = fopen(path, "r");
    bool found = file && fscanf(file, "%79[0-9a-f]", commit) == 1;

    if (file)
        fclose(file);
    return found;
}

/* The one commit that begins so. */
static bool complete(
    char commit[COMMIT], const char *folder, const char *beginning)
{
    size_t len = strlen(beginning), found = 0;
    char path[SNT_PATH];
    struct dirent *entry;
    DIR *all;

    if (len < SHORTEST || !snt_hub_is_hex(beginning, len))
        return false;
    snprintf(path, sizeof(path), "%s/snapshots", folder);
    all = opendir(path);
    while (all && (entry = readdir(all)))
        if (!strncmp(entry->d_name, beginning, len) && !found++)
            snprintf(commit, COMMIT, "%.79s", entry->d_name);
    if (all)
        closedir(all);
    return found == 1;
}

bool snt_cache_find(
    char dir[SNT_PATH], const char *cache, const snt_hub_name *name)
{
    char folder[SNT_HUB_FOLDER], commit[COMMIT];

    snt_cache_folder(folder, cache, name->repo);
    snprintf(dir, SNT_PATH, "%s/refs/%s", folder, name->revision);
    if (!read_ref(commit, dir) && !complete(commit, folder, name->revision))
        return false;
    snprintf(dir, SNT_PATH, "%s/snapshots/%s", folder, commit);
    return snt_file_is_directory(dir);
}

/* ---- walking ---- */

/* An entry of the walk as a file; false when it is none. */
static bool read_entry(
    const FTSENT *entry, const char *dir, char target[SNT_PATH],
    snt_cache_file *file)
{
    struct stat st;
    ssize_t len = 0;

    if (entry->fts_info != FTS_F && entry->fts_info != FTS_SL &&
        entry->fts_info != FTS_SLNONE)
        return false;
    *file = (snt_cache_file){
        .path = entry->fts_path, .name = entry->fts_path + strlen(dir) + 1};
    if (entry->fts_info != FTS_F) {
        len = readlink(entry->fts_accpath, target, SNT_PATH - 1);
        target[len > 0 ? len : 0] = '\0';
        file->target = target;
    }
    file->broken = stat(entry->fts_accpath, &st) != 0;
    file->bytes = file->broken ? 0 : (uint64_t)st.st_size;
    return true;
}

sentiment_status snt_cache_walk(
    const char *dir, snt_cache_see see, void *arg, sentiment_error *err)
{
    char root[SNT_PATH], target[SNT_PATH];
    char *roots[] = {root, NULL};
    sentiment_status status = SENTIMENT_OK;
    FTSENT *entry;
    FTS *walk;

    snprintf(root, sizeof(root), "%s", dir);
    walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    if (!walk)
        return snt_fail(err, SENTIMENT_EIO, "%s: %s", dir, strerror(errno));
    while (status == SENTIMENT_OK && (entry = fts_read(walk))) {
        snt_cache_file file;

        if (entry->fts_info == FTS_DNR)
            status = snt_fail(
                err, SENTIMENT_EIO, "%s: %s", entry->fts_path,
                strerror(entry->fts_errno));
        else if (read_entry(entry, dir, target, &file))
            status = see(arg, &file, err);
    }
    fts_close(walk);
    return status;
}

/* ---- the list ---- */

static sentiment_status add_size(
    void *arg, const snt_cache_file *file, sentiment_error *err)
{
    snt_cached *one = arg;

    (void)err;
    one->bytes += file->bytes;
    one->files++;
    return SENTIMENT_OK;
}

static sentiment_status add_ref(
    void *arg, const snt_cache_file *file, sentiment_error *err)
{
    snt_cached *one = arg;
    char commit[COMMIT];

    (void)err;
    if (read_ref(commit, file->path) && !strcmp(commit, one->commit)) {
        snt_buffer_add_string(&one->refs, one->refs.len ? ", " : "");
        snt_buffer_add_string(&one->refs, file->name);
    }
    return SENTIMENT_OK;
}

static sentiment_status add_snapshot(
    snt_cached_list *list, const char *repo, const char *folder,
    const char *commit, sentiment_error *err)
{
    snt_cached *items =
        realloc(list->items, (list->n + 1) * sizeof(*list->items));
    snt_cached *one;
    char path[SNT_PATH];
    sentiment_status status;

    if (!items)
        return snt_fail_memory(err);
    list->items = items;
    one = &items[list->n++];
    snprintf(path, sizeof(path), "%s/snapshots/%.255s", folder, commit);
    *one = (snt_cached){.repo = strdup(repo), .dir = strdup(path)};
    if (!one->repo || !one->dir)
        return snt_fail_memory(err);
    one->commit = strrchr(one->dir, '/') + 1;
    status = snt_cache_walk(one->dir, add_size, one, err);
    snprintf(path, sizeof(path), "%s/refs", folder);
    if (status == SENTIMENT_OK)
        status = snt_cache_walk(path, add_ref, one, err);
    snt_buffer_add_char(&one->refs, '\0');
    if (status == SENTIMENT_OK && one->refs.failed)
        status = snt_fail_memory(err);
    return status;
}

static sentiment_status add_repo(
    snt_cached_list *list, const char *cache, const char *repo,
    sentiment_error *err)
{
    char folder[SNT_HUB_FOLDER], path[SNT_PATH];
    sentiment_status status = SENTIMENT_OK;
    struct dirent *entry;
    DIR *all;

    snt_cache_folder(folder, cache, repo);
    snprintf(path, sizeof(path), "%s/snapshots", folder);
    all = opendir(path);
    while (all && status == SENTIMENT_OK && (entry = readdir(all)))
        if (*entry->d_name != '.')
            status = add_snapshot(list, repo, folder, entry->d_name, err);
    if (all)
        closedir(all);
    return status;
}

/* "OWNER/NAME" of "models--OWNER--NAME"; false when it is another folder. */
static bool repo_of(char repo[256], const char *folder)
{
    char *parted;

    if (strncmp(folder, prefix, sizeof(prefix) - 1))
        return false;
    snprintf(repo, 256, "%s", folder + sizeof(prefix) - 1);
    parted = strstr(repo, "--");
    if (parted) {
        *parted = '/';
        memmove(parted + 1, parted + 2, strlen(parted + 2) + 1);
    }
    return true;
}

static int by_name(const void *a, const void *b)
{
    const snt_cached *x = a, *y = b;
    int order = strcmp(x->repo, y->repo);

    return order ? order : strcmp(x->commit, y->commit);
}

sentiment_status snt_cache_scan(
    snt_cached_list *list, const char *cache, const char *repo,
    sentiment_error *err)
{
    sentiment_status status = SENTIMENT_OK;
    struct dirent *entry;
    DIR *all = repo ? NULL : opendir(cache);
    char name[256];

    *list = (snt_cached_list){NULL, 0};
    if (repo)
        status = add_repo(list, cache, repo, err);
    else if (!all && errno != ENOENT)
        status = snt_fail(err, SENTIMENT_EIO, "%s: %s", cache, strerror(errno));
    while (all && status == SENTIMENT_OK && (entry = readdir(all)))
        if (repo_of(name, entry->d_name))
            status = add_repo(list, cache, name, err);
    if (all)
        closedir(all);
    if (list->n)
        qsort(list->items, list->n, sizeof(*list->items), by_name);
    return status;
}

void snt_cache_free(snt_cached_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        free(list->items[i].repo);
        free(list->items[i].dir);
        snt_buffer_free(&list->items[i].refs);
    }
    free(list->items);
    *list = (snt_cached_list){NULL, 0};
}
