/* test_kept.c - under which name the layers of a checkpoint are kept. */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checkpoint.h"
#include "identity.h"
#include "kept.h"
#include "suites.h"

/* Of what is in no file here. */
static float bias[3];
static const snt_network network = {.head_out.bias = {bias, 3, 1, SNT_F32}};

/* Of the checkpoint in dir; free() it. */
static char *path_of(const char *dir, snt_precision precision)
{
    snt_kept kept;
    char *path;

    snt_kept_begin(&kept, dir, "/cache");
    path = snt_kept_path(&kept, dir, &network, precision);
    ck_assert_ptr_nonnull(path);
    return path;
}

static void assert_same(char *a, char *b, bool same)
{
    ck_assert_msg(!strcmp(a, b) == same, "%s and %s", a, b);
    free(a);
    free(b);
}

START_TEST(is_the_same_for_the_same_files_and_precision)
{
    char *path;

    checkpoint_copy("bert");
    path = path_of(checkpoint_dir(), SNT_INT8);
    ck_assert_int_eq(strncmp(path, "/cache/", 7), 0);
    ck_assert_str_eq(path + strlen(path) - 5, "-int8");
    free(path);
    assert_same(
        path_of(checkpoint_dir(), SNT_INT8),
        path_of(checkpoint_dir(), SNT_INT8), true);
    assert_same(
        path_of(checkpoint_dir(), SNT_INT8),
        path_of(checkpoint_dir(), SNT_BF16_COMPUTE), false);
}
END_TEST

/* Neither its own name nor that of the classifier's answers. */
START_TEST(is_the_same_when_it_lies_beside_the_weights)
{
    sentiment_digest before, after;
    char *path;
    sentiment_error err;

    checkpoint_copy("bert");
    path = path_of(checkpoint_dir(), SNT_INT8);
    ck_assert_sentiment_ok(
        snt_identity(checkpoint_dir(), "", false, &before, &err), err);
    checkpoint_write(strrchr(path, '/') + 1, "what is kept", 12);
    assert_same(path, path_of(checkpoint_dir(), SNT_INT8), true);
    ck_assert_sentiment_ok(
        snt_identity(checkpoint_dir(), "", false, &after, &err), err);
    ck_assert_mem_eq(&before, &after, sizeof(before));
}
END_TEST

/* An index may call its shards anything. */
START_TEST(is_another_for_another_shard_of_any_name)
{
    char *path;

    checkpoint_copy("bert");
    checkpoint_write("weights.part1", "one", 3);
    path = path_of(checkpoint_dir(), SNT_INT8);
    checkpoint_write("weights.part1", "three", 5);
    assert_same(path, path_of(checkpoint_dir(), SNT_INT8), false);
}
END_TEST

static void set_time(const char *path)
{
    static const struct timespec times[2] = {{1, 0}, {1, 0}};

    ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

/* Its size, its time, and a file of the same size and time in its place. */
START_TEST(is_another_for_other_files)
{
    char *weights, *paths[4];

    checkpoint_copy("bert");
    weights = strdup(checkpoint_path("model.safetensors"));
    checkpoint_write("model.safetensors", "one", 3);
    paths[0] = path_of(checkpoint_dir(), SNT_INT8);
    checkpoint_write("model.safetensors", "three", 5);
    paths[1] = path_of(checkpoint_dir(), SNT_INT8);
    set_time(weights);
    paths[2] = path_of(checkpoint_dir(), SNT_INT8);
    checkpoint_write("beside", "seven", 5);
    set_time(checkpoint_path("beside"));
    ck_assert_int_eq(rename(checkpoint_path("beside"), weights), 0);
    paths[3] = path_of(checkpoint_dir(), SNT_INT8);
    for (int i = 0; i < 3; i++)
        ck_assert_str_ne(paths[i], paths[i + 1]);
    for (int i = 0; i < 4; i++)
        free(paths[i]);
    free(weights);
}
END_TEST

/* As when a blob of the hub is written over. */
START_TEST(is_another_for_other_values_in_the_same_files)
{
    char *path;

    checkpoint_copy("bert");
    path = path_of(checkpoint_dir(), SNT_INT8);
    bias[2] = 1;
    assert_same(path, path_of(checkpoint_dir(), SNT_INT8), false);
    bias[2] = 0;
}
END_TEST

START_TEST(is_nowhere_when_files_change_while_they_are_read)
{
    snt_kept kept;

    checkpoint_copy("bert");
    snt_kept_begin(&kept, checkpoint_dir(), "/cache");
    checkpoint_write("config.json", "{}", 2);
    ck_assert_ptr_null(
        snt_kept_path(&kept, checkpoint_dir(), &network, SNT_INT8));
    snt_kept_begin(&kept, checkpoint_dir(), NULL);
    ck_assert_ptr_null(
        snt_kept_path(&kept, checkpoint_dir(), &network, SNT_INT8));
    snt_kept_begin(&kept, checkpoint_dir(), "");
    ck_assert_ptr_null(
        snt_kept_path(&kept, checkpoint_dir(), &network, SNT_INT8));
    snt_kept_begin(&kept, "/proc/nowhere", "/cache");
    ck_assert_ptr_null(
        snt_kept_path(&kept, "/proc/nowhere", &network, SNT_INT8));
}
END_TEST

/* A folder of the hub's cache: a snapshot of links to blobs. */
static char *hub(const char *name, const char *blob)
{
    char path[256], *dir;

    snprintf(path, sizeof(path), "%s", checkpoint_path(name));
    mkdir(path, 0700);
    dir = malloc(sizeof(path));
    snprintf(dir, sizeof(path), "%.200s/blobs", path);
    mkdir(dir, 0700);
    snprintf(dir, sizeof(path), "%s/blobs/%s", name, blob);
    checkpoint_write(dir, "weights", 7);
    snprintf(dir, sizeof(path), "%.200s/snapshot", path);
    mkdir(dir, 0700);
    snprintf(path, sizeof(path), "../blobs/%s", blob);
    snprintf(
        dir, sizeof(path), "%.200s/snapshot/model.safetensors",
        checkpoint_path(name));
    ck_assert_int_eq(symlink(path, dir), 0);
    *strrchr(dir, '/') = '\0';
    return dir;
}

static void forget(const char *name, const char *blob, char *snapshot)
{
    char path[256];

    snprintf(path, sizeof(path), "%.200s/model.safetensors", snapshot);
    unlink(path);
    rmdir(snapshot);
    free(snapshot);
    snprintf(path, sizeof(path), "%s/blobs/%s", name, blob);
    checkpoint_delete(path);
    snprintf(path, sizeof(path), "%s/blobs", name);
    rmdir(checkpoint_path(path));
    rmdir(checkpoint_path(name));
}

#define SHA1 "da39a3ee5e6b4b0d3255bfef95601890afd80709"
#define SHA256                                                                 \
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static const struct {
    const char *a, *b;
    bool same;
} blobs[] = {
    {SHA256, SHA256, true},  {SHA1, SHA1, true},
    {SHA256, SHA1, false},   {"model.safetensors", "model.safetensors", false},
    {"6f1d", "6f1d", false}, {SHA256 ".old", SHA256 ".old", false},
};

/* And of nothing else that lies in a folder of that name. */
START_TEST(is_the_same_wherever_a_blob_of_the_hub_lies)
{
    char *a, *b;

    checkpoint_copy(NULL);
    a = hub("a", blobs[_i].a);
    b = hub("b", blobs[_i].b);
    assert_same(path_of(a, SNT_INT8), path_of(b, SNT_INT8), blobs[_i].same);
    forget("a", blobs[_i].a, a);
    forget("b", blobs[_i].b, b);
}
END_TEST

Suite *kept_suite(void)
{
    Suite *suite = suite_create("kept");
    TCase *tests = tcase_create("kept");

    tcase_add_checked_fixture(tests, NULL, checkpoint_remove);
    tcase_add_test(tests, is_the_same_for_the_same_files_and_precision);
    tcase_add_test(tests, is_the_same_when_it_lies_beside_the_weights);
    tcase_add_test(tests, is_another_for_other_files);
    tcase_add_test(tests, is_another_for_another_shard_of_any_name);
    tcase_add_test(tests, is_another_for_other_values_in_the_same_files);
    tcase_add_test(tests, is_nowhere_when_files_change_while_they_are_read);
    tcase_add_loop_test(
        tests, is_the_same_wherever_a_blob_of_the_hub_lies, 0,
        sizeof(blobs) / sizeof(*blobs));
    suite_add_tcase(suite, tests);
    return suite;
}
