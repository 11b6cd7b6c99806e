/* checkpoint.c - see checkpoint.h. */
#include "checkpoint.h"

#include <check.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char dir[64];

static void link_all(const char *name)
{
    char from[PATH_MAX], folder[PATH_MAX / 2];
    struct dirent *entry;
    DIR *files;

    snprintf(from, sizeof(from), "tests/vectors/tiny/%s", name);
    ck_assert_ptr_nonnull(realpath(from, folder));
    files = opendir(folder);
    ck_assert_ptr_nonnull(files);
    while ((entry = readdir(files))) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(from, sizeof(from), "%s/%s", folder, entry->d_name);
        ck_assert_int_eq(symlink(from, checkpoint_path(entry->d_name)), 0);
    }
    closedir(files);
}

void checkpoint_copy(const char *name)
{
    checkpoint_remove();
    snprintf(dir, sizeof(dir), "/tmp/sentiment-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    if (name)
        link_all(name);
}

void checkpoint_remove(void)
{
    DIR *files = *dir ? opendir(dir) : NULL;
    struct dirent *entry;

    if (!files)
        return;
    while ((entry = readdir(files)))
        if (entry->d_name[0] != '.')
            checkpoint_delete(entry->d_name);
    closedir(files);
    rmdir(dir);
    *dir = '\0';
}

const char *checkpoint_dir(void)
{
    return dir;
}

const char *checkpoint_path(const char *name)
{
    static char path[sizeof(dir) + NAME_MAX + 2];

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    return path;
}

void checkpoint_delete(const char *name)
{
    unlink(checkpoint_path(name));
}

void checkpoint_write(const char *name, const void *bytes, size_t len)
{
    FILE *file;

    checkpoint_delete(name);
    file = fopen(checkpoint_path(name), "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, len, file), len);
    ck_assert_int_eq(fclose(file), 0);
}

char *checkpoint_read(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    char *bytes = NULL;

    ck_assert_msg(file != NULL, "%s: cannot be opened", path);
    fseek(file, 0, SEEK_END);
    *len = (size_t)ftell(file);
    rewind(file);
    bytes = malloc(*len + 1);
    ck_assert_ptr_nonnull(bytes);
    ck_assert_uint_eq(fread(bytes, 1, *len, file), *len);
    bytes[*len] = '\0';
    fclose(file);
    return bytes;
}

void checkpoint_configure(const char *changes)
{
    json_t *config = json_load_file(checkpoint_path("config.json"), 0, NULL);
    json_t *other = json_loads(changes, 0, NULL);
    char *text;

    ck_assert_msg(other != NULL, "not JSON: %s", changes);
    ck_assert_int_eq(json_object_update(config, other), 0);
    text = json_dumps(config, 0);
    checkpoint_write("config.json", text, strlen(text));
    free(text);
    json_decref(other);
    json_decref(config);
}

/* ---- safetensors ---- */

static size_t header_len(const char *bytes)
{
    size_t len = 0;

    for (int i = 7; i >= 0; i--)
        len = len << 8 | (unsigned char)bytes[i];
    return len;
}

json_t *checkpoint_header(const char *name)
{
    size_t len;
    char *bytes = checkpoint_read(checkpoint_path(name), &len);
    json_t *header = json_loadb(bytes + 8, header_len(bytes), 0, NULL);

    ck_assert_ptr_nonnull(header);
    free(bytes);
    return header;
}

void checkpoint_set_header(const char *name, const json_t *header)
{
    char *text = json_dumps(header, 0), *bytes, *all;
    size_t n = strlen(text), len, data;

    bytes = checkpoint_read(checkpoint_path(name), &len);
    data = 8 + header_len(bytes);
    all = malloc(8 + n + len - data);
    ck_assert_ptr_nonnull(all);
    for (int i = 0; i < 8; i++)
        all[i] = (char)(n >> 8 * i);
    memcpy(all + 8, text, n);
    memcpy(all + 8 + n, bytes + data, len - data);
    checkpoint_write(name, all, 8 + n + len - data);
    free(all);
    free(bytes);
    free(text);
}
