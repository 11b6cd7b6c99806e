/* hub_fetch.c - see hub_fetch.h. */
#include "hub_fetch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

static void draw(void *arg)
{
    snt_fetch *f = arg;
    uint64_t done = f->had, came = 0;

    for (size_t i = 0; i < f->n; i++) {
        const snt_blob *blob = &f->blobs[i];

        done += blob->there ? blob->size : blob->have;
        came += blob->came;
    }
    snt_progress_draw_bytes(&f->progress, done, f->all, came);
}

/* Two files of the same bytes are one blob. */
static bool is_among(const snt_blob *blobs, size_t n, const char *etag)
{
    for (size_t i = 0; i < n; i++)
        if (!strcmp(blobs[i].etag, etag))
            return true;
    return false;
}

/* The blobs of files that are not there yet. */
static void list_blobs(snt_fetch *f, const snt_hub_files *files)
{
    f->all = f->had = 0;
    f->n = 0;
    for (size_t i = 0; i < files->n; i++) {
        const snt_hub_file *file = files->all[i];
        const snt_blob blob = {
            .store = f->store,
            .name = file->name,
            .etag = file->etag,
            .size = file->size,
            .anew = f->anew};

        if (is_among(f->blobs, f->n, file->etag))
            continue;
        f->all += file->size;
        if (snt_blob_is_there(&blob))
            f->had += file->size;
        else
            f->blobs[f->n++] = blob;
    }
}

/* The hub names the same bytes in its listing and in its reply. */
static sentiment_status check_etags(
    const snt_fetch *f, const snt_request *requests)
{
    for (size_t i = 0; i < f->n; i++) {
        const char *said = requests[i].etag, *listed = f->blobs[i].etag;

        if (snt_hub_is_hex(said, strlen(listed)) && strcmp(said, listed))
            return snt_fail(
                f->err, SENTIMENT_EFORMAT,
                "%s: the hub lists %.12s… and sends %.12s…: try again",
                f->blobs[i].name, listed, said);
    }
    return SENTIMENT_OK;
}

enum { URL = 1200 };

static sentiment_status fetch_blobs(snt_fetch *f)
{
    snt_request *requests = calloc(f->n + 1, sizeof(*requests));
    char(*urls)[URL] = calloc(f->n + 1, sizeof(*urls));
    sentiment_status status =
        requests && urls ? SENTIMENT_OK : snt_fail_memory(f->err);

    for (size_t i = 0; status == SENTIMENT_OK && i < f->n; i++) {
        snprintf(
            urls[i], URL, "%s/%s/resolve/%s/%s", f->http->hub->endpoint,
            f->repo, f->commit, f->blobs[i].name);
        requests[i] = (snt_request){
            .url = urls[i],
            .what = f->blobs[i].name,
            .sink = &snt_blob_sink,
            .arg = &f->blobs[i]};
    }
    if (status == SENTIMENT_OK)
        status = snt_http_run(f->http, requests, f->n, f->err);
    if (status == SENTIMENT_OK)
        status = check_etags(f, requests);
    free(urls);
    free(requests);
    return status;
}

/* What `model tune` found on this machine stays. */
static bool is_own_verdict(const snt_fetch *f, const char *name)
{
    return !strcmp(name, snt_tree_verdict) &&
           snt_store_has_file(f->store, f->commit, name);
}

static sentiment_status link_all(snt_fetch *f, const snt_hub_files *files)
{
    sentiment_status status = SENTIMENT_OK;

    for (size_t i = 0; status == SENTIMENT_OK && i < files->n; i++)
        if (!is_own_verdict(f, files->all[i]->name))
            status = snt_store_link(
                f->store, f->commit, files->all[i]->name, files->all[i]->etag,
                f->err);
    return status;
}

sentiment_status snt_fetch_files(
    snt_fetch *f, const snt_hub_files *files, sentiment_error *err)
{
    sentiment_status status;

    f->err = err;
    f->blobs = calloc(files->n + 1, sizeof(*f->blobs));
    if (!f->blobs)
        return snt_fail_memory(f->err);
    f->http->tick = draw;
    f->http->tick_arg = f;
    list_blobs(f, files);
    status = snt_store_need(f->store, f->all - f->had, f->err);
    snt_progress_begin(&f->progress, f->shows);
    if (status == SENTIMENT_OK)
        status = fetch_blobs(f);
    snt_progress_end(&f->progress);
    f->http->tick = NULL;
    for (size_t i = 0; i < f->n; i++) {
        f->came += f->blobs[i].came;
        f->fetched += f->blobs[i].came > 0;
        snt_blob_close(&f->blobs[i]);
    }
    free(f->blobs);
    f->blobs = NULL;
    f->n = 0;
    return status == SENTIMENT_OK ? link_all(f, files) : status;
}
