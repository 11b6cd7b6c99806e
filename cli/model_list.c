/* model_list.c - `model list`: what the hub's cache holds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd_model.h"
#include "hub_cache.h"
#include "json.h"
#include "output.h"
#include "report.h"
#include "sentiment/model.h"
#include "size.h"
#include "width.h"

enum { AS_JSON = 2, SHORT_COMMIT = 12, COLUMNS = 5 };

typedef struct options {
    int format;
} options;

/* ["a","b"], or a, b; null, or why not, when it is no classifier to read. */
static void put_labels(snt_buffer *buf, const char *dir, bool as_json)
{
    sentiment_model *model;
    sentiment_error err;

    if (sentiment_model_open(&model, dir, NULL, &err)) {
        snt_buffer_add_string(buf, as_json ? "null" : "(not for here)");
        return;
    }
    snt_buffer_add_string(buf, as_json ? "[" : "");
    for (size_t i = 0; i < sentiment_model_n_labels(model); i++) {
        const char *label = sentiment_model_label(model, i);

        snt_buffer_add_string(buf, !i ? "" : as_json ? "," : ", ");
        if (as_json)
            snt_json_string(buf, label, strlen(label));
        else
            snt_buffer_add_string(buf, label);
    }
    snt_buffer_add_string(buf, as_json ? "]" : "");
    sentiment_model_close(model);
}

static void add_string(
    snt_json_object *object, const char *key, const char *value)
{
    snt_json_add_string(object, key, value, strlen(value));
}

/* "main, v1" as ["main","v1"]; a ref's name has no comma in it. */
static void put_refs(snt_buffer *buf, const char *refs)
{
    snt_buffer_add_string(buf, "[");
    while (*refs) {
        size_t len = strcspn(refs, ",");

        snt_json_string(buf, refs, len);
        refs += len + (refs[len] ? 2 : 0);
        snt_buffer_add_string(buf, *refs ? "," : "");
    }
    snt_buffer_add_string(buf, "]");
}

static void put_json(snt_buffer *buf, const snt_cached_list *list)
{
    snt_json_object object = {0};
    snt_buffer part = {0};

    snt_buffer_add_string(buf, "[");
    for (size_t i = 0; i < list->n; i++) {
        const snt_cached *one = &list->items[i];

        snt_buffer_add_string(buf, i ? "," : "");
        add_string(&object, "model", one->repo);
        add_string(&object, "commit", one->commit);
        add_string(&object, "path", one->dir);
        snt_json_add_uint(&object, "size_bytes", one->bytes);
        snt_json_add_uint(&object, "files", one->files);
        put_refs(&part, one->refs.bytes);
        snt_json_add_raw(&object, "revisions", 9, part.bytes, part.len);
        snt_buffer_clear(&part);
        put_labels(&part, one->dir, true);
        snt_json_add_raw(&object, "labels", 6, part.bytes, part.len);
        snt_buffer_clear(&part);
        snt_json_end(&object, buf);
    }
    snt_buffer_add_string(buf, "]\n");
    snt_buffer_free(&part);
    snt_json_free(&object);
}

/* One row's cells; labels are the last one and as long as they are. */
static void fill_cells(
    const snt_cached *one, char size[SNT_SIZE], char commit[SHORT_COMMIT + 1],
    const char *cells[COLUMNS - 1])
{
    snt_size_format(size, one->bytes);
    snprintf(commit, SHORT_COMMIT + 1, "%.*s", SHORT_COMMIT, one->commit);
    cells[0] = one->repo;
    cells[1] = one->refs.len > 1 ? one->refs.bytes : "-";
    cells[2] = commit;
    cells[3] = size;
}

static void put_row(
    snt_buffer *buf, const char *const cells[COLUMNS - 1],
    const size_t widths[COLUMNS - 1])
{
    for (int c = 0; c < COLUMNS - 1; c++) {
        size_t n = snt_width(cells[c], strlen(cells[c]));

        snt_width_add(buf, cells[c], strlen(cells[c]), 0);
        for (; n < widths[c] + 2; n++)
            snt_buffer_add_char(buf, ' ');
    }
}

static void put_table(snt_buffer *buf, const snt_cached_list *list)
{
    static const char *const heads[] = {"MODEL", "REVISION", "COMMIT", "SIZE"};
    size_t widths[COLUMNS - 1] = {5, 8, 6, 4};
    char size[SNT_SIZE], commit[SHORT_COMMIT + 1];
    const char *cells[COLUMNS - 1];

    for (size_t i = 0; i < list->n; i++) {
        fill_cells(&list->items[i], size, commit, cells);
        for (int c = 0; c < COLUMNS - 1; c++) {
            size_t n = snt_width(cells[c], strlen(cells[c]));

            widths[c] = n > widths[c] ? n : widths[c];
        }
    }
    put_row(buf, heads, widths);
    snt_buffer_add_string(buf, "LABELS\n");
    for (size_t i = 0; i < list->n; i++) {
        snt_buffer labels = {0};

        fill_cells(&list->items[i], size, commit, cells);
        put_row(buf, cells, widths);
        put_labels(&labels, list->items[i].dir, false);
        snt_width_add(buf, labels.bytes, labels.len, 0);
        snt_buffer_add_char(buf, '\n');
        snt_buffer_free(&labels);
    }
}

static int run(const void *arg, const snt_args *args)
{
    const options *opts = arg;
    snt_output out = {.fd = STDOUT_FILENO};
    char cache[SNT_PATH / 2];
    snt_cached_list list;
    sentiment_error err;
    sentiment_status status;

    (void)args;
    snt_hub_cache_dir(cache, getenv);
    status = snt_cache_scan(&list, cache, NULL, &err);
    if (status != SENTIMENT_OK)
        snt_report("%s", err.message);
    else if (opts->format == AS_JSON)
        put_json(&out.buf, &list);
    else if (list.n)
        put_table(&out.buf, &list);
    else
        snt_report("%s: no models there", cache);
    snt_cache_free(&list);
    return status == SENTIMENT_OK ? snt_output_close(&out) : SNT_EXIT_FAILED;
}

static const snt_option table[] = {
    {"format", 'f', SNT_ARG_CHOICE, "table|json", NULL,
     offsetof(options, format), "how to print it (default: table)"},
};

static const snt_option_group group = {
    "Output", table, sizeof(table) / sizeof(*table)};

const snt_command snt_model_list = {
    .name = "model list",
    .summary = "List the models in the Hugging Face hub's cache",
    .operands = "",
    .details = "One line a revision, whoever put it there. Without labels are "
               "those that this program cannot read: other kinds of models, "
               "or ones that are not whole.",
    .examples =
        "  sentiment-cli model list\n"
        "  sentiment-cli model list --format json | jq -r '.[].model'\n",
    .parts = (const snt_args_part[]){{&group, 0}},
    .n_parts = 1,
    .options_size = sizeof(options),
    .run = run};
