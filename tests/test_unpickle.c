/*
 * test_unpickle.c - pytorch_model.bin: what torch.save makes is read, and
 * nothing else, whatever it asks for. The archives are those of
 * tests/vectors/unpickle (made by make_unpickle.py there); small programs for
 * the stack machine are written here.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checkpoint.h"
#include "model/formats.h"
#include "model/pickle.h"
#include "model/weights.h"
#include "suites.h"

static const char *archive(const char *which)
{
    static char path[128];

    snprintf(path, sizeof(path), "tests/vectors/unpickle/%s.bin", which);
    return path;
}

/* Reads an archive; what it gave must lie in it. */
static sentiment_status load(
    snt_weights *weights, const char *path, sentiment_error *err)
{
    sentiment_status status;

    *weights = (snt_weights){.source = strdup(path)};
    status = snt_unpickle_read(weights, path, err);
    for (size_t i = 0; status == SENTIMENT_OK && i < weights->n; i++) {
        const snt_weight *w = &weights->all[i];
        const unsigned char *begin = w->data;
        size_t bytes = (size_t)w->count * snt_dtype_bytes(w->dtype);

        if (snt_dtype_bytes(w->dtype))
            ck_assert_msg(
                begin >= weights->files[0].bytes &&
                    begin + bytes <=
                        weights->files[0].bytes + weights->files[0].len,
                "%s: %s lies outside", path, w->name);
    }
    return status;
}

static const snt_weight *find(const snt_weights *weights, const char *name)
{
    for (size_t i = 0; i < weights->n; i++)
        if (!strcmp(weights->all[i].name, name))
            return &weights->all[i];
    ck_abort_msg("no tensor %s", name);
    return NULL;
}

static const char *const good[] = {"good", "good_protocol4", "good_zip64"};

START_TEST(reads_tensors_where_they_lie)
{
    static const float matrix[] = {0, 1, 2, 3, 4, 5}, threes[] = {3, 3};
    static const float seven = 7;
    static const unsigned char half[] = {0, 0x3c, 0, 0xc0};
    static const unsigned char brain[] = {0, 0x3f, 0x80, 0x40};
    snt_weights weights;
    sentiment_error err;
    const snt_weight *w;

    ck_assert_sentiment_ok(load(&weights, archive(good[_i]), &err), err);
    ck_assert_uint_eq(weights.n, 8);
    w = find(&weights, "matrix");
    ck_assert_int_eq(w->n_dims, 2);
    ck_assert_int_eq(w->shape[0], 2);
    ck_assert_int_eq(w->shape[1], 3);
    ck_assert_int_eq(w->dtype, SNT_F32);
    ck_assert_mem_eq(w->data, matrix, sizeof(matrix));
    w = find(&weights, "tied");
    ck_assert_uint_eq(w->count, 3);
    ck_assert_mem_eq(w->data, matrix + 3, 3 * sizeof(*matrix));
    w = find(&weights, "half");
    ck_assert_int_eq(w->dtype, SNT_F16);
    ck_assert_mem_eq(w->data, half, sizeof(half));
    w = find(&weights, "brain");
    ck_assert_int_eq(w->dtype, SNT_BF16);
    ck_assert_mem_eq(w->data, brain, sizeof(brain));
    w = find(&weights, "scalar");
    ck_assert_int_eq(w->n_dims, 0);
    ck_assert_mem_eq(w->data, &seven, sizeof(seven));
    ck_assert_mem_eq(find(&weights, "parameter")->data, threes, sizeof(threes));
    ck_assert_int_eq(find(&weights, "position_ids")->dtype, SNT_DTYPE_OTHER);
    ck_assert_int_eq(find(&weights, "double")->dtype, SNT_DTYPE_OTHER);
    snt_weights_free(&weights);
}
END_TEST

static const struct {
    const char *archive, *message;
} bad[] = {
    {"bad_legacy", "made by a torch before 1.6: save it again"},
    {"bad_transposed", "turned: a tensor that is not contiguous"},
    {"bad_module", "asks for torch.nn.modules.linear.Linear, which a dict of"},
    {"bad_nested", "model: expected a tensor"},
    {"bad_list", "expected a dict of tensors"},
    {"bad_number_key", "expected names as keys"},
    {"bad_sparse", "asks for torch._utils._rebuild_sparse_tensor"},
    {"bad_command", "asks for posix.system, which a dict of tensors does not"},
    {"bad_command_protocol4", "asks for posix.system"},
    {"bad_big_endian", "byteorder: expected little"},
    {"bad_no_pickle", "no data.pkl in it"},
    {"bad_no_storage", "matrix: its storage is not there"},
    {"bad_short_storage", "matrix: its storage is too short"},
    {"bad_deflated", "compressed entries are not supported"},
    {"bad_offset_wraps", "w: its storage is too short"},
    {"bad_offset", "w: a tensor outside its storage"},
    {"bad_beyond_storage", "w: a tensor outside its storage"},
    {"bad_size_overflows", "w: a tensor that is not contiguous"},
};

START_TEST(refuses_by_name_what_is_no_dict_of_tensors)
{
    snt_weights weights;
    sentiment_error err;
    sentiment_status status = load(&weights, archive(bad[_i].archive), &err);

    snt_weights_free(&weights);
    ck_assert_msg(
        status == SENTIMENT_EFORMAT && strstr(err.message, bad[_i].message) &&
            strstr(err.message, bad[_i].archive),
        "status %d, \"%s\"", status, err.message);
    ck_assert_int_ne(access("owned", F_OK), 0);
}
END_TEST

START_TEST(survives_an_archive_cut_at_every_byte)
{
    snt_weights weights;
    sentiment_error err;
    size_t len;
    char *whole = checkpoint_read(archive(good[_i]), &len);

    checkpoint_copy(NULL);
    checkpoint_write("cut", whole, len);
    free(whole);
    while (len--) {
        ck_assert_int_eq(truncate(checkpoint_path("cut"), (off_t)len), 0);
        ck_assert_int_eq(
            load(&weights, checkpoint_path("cut"), &err), SENTIMENT_EFORMAT);
        snt_weights_free(&weights);
    }
}
END_TEST

/* Every byte changed in four ways: read within the file, or refused. */
START_TEST(survives_an_archive_changed_at_any_byte)
{
    static const unsigned char masks[] = {0x01, 0x80, 0x55, 0xff};
    snt_weights weights;
    sentiment_error err;
    size_t len;
    char *bytes = checkpoint_read(archive(good[_i]), &len);

    checkpoint_copy(NULL);
    for (size_t i = 0; i < 4 * len; i++) {
        sentiment_status status;

        bytes[i / 4] ^= (char)masks[i % 4];
        checkpoint_write("changed", bytes, len);
        bytes[i / 4] ^= (char)masks[i % 4];
        status = load(&weights, checkpoint_path("changed"), &err);
        snt_weights_free(&weights);
        ck_assert_msg(
            status == SENTIMENT_OK || status == SENTIMENT_EFORMAT,
            "byte %zu: status %d, %s", i / 4, status, err.message);
    }
    free(bytes);
}
END_TEST

/* ---- the stack machine ---- */

#define PROGRAM(bytes) bytes, sizeof(bytes) - 1

static const struct {
    const char *bytes;
    size_t len;
    const char *message; /* NULL: it makes something */
} programs[] = {
    {PROGRAM("\x80\x02}."), NULL},
    {PROGRAM("\x80\x02}X\1\0\0\0aK\1s."), NULL},
    {PROGRAM("}(]e."), "items for what holds none"},
    {PROGRAM(""), "it ends too early"},
    {PROGRAM("}"), "it ends too early"},
    {PROGRAM("."), "it makes nothing"},
    {PROGRAM("(."), "it makes nothing"},
    {PROGRAM("X\xff\xff\xff\xff."), "it ends too early"},
    {PROGRAM("\x8c\x05"
             "abc."),
     "it ends too early"},
    {PROGRAM("\x8a\x09"
             "123456789."),
     "a number of over 64 bits"},
    {PROGRAM("\x8a\x04"
             "12"),
     "it ends too early"},
    {PROGRAM("J12"), "it ends too early"},
    {PROGRAM("cos"), "it ends too early"},
    {PROGRAM("cos\nsystem\n."), "asks for os.system, which a dict"},
    {PROGRAM("cbuiltins\neval\n."), "asks for builtins.eval"},
    {PROGRAM("ctorch\nload\n."), "asks for torch.load"},
    {PROGRAM("\x8c\x02os\x8c\x06system\x93."), "asks for os.system"},
    {PROGRAM("K\1\x8c\x06system\x93."), "a global without a name"},
    {PROGRAM("\x93."), "a global without a name"},
    {PROGRAM("(ios\nsystem\n."), "opcode 0x69"},
    {PROGRAM("(os."), "opcode 0x6f"},
    {PROGRAM("\x82\1."), "opcode 0x82"},
    {PROGRAM("\x81."), "opcode 0x81"},
    {PROGRAM("R."), "a call of what is no function"},
    {PROGRAM("})R."), "a call of what is no function"},
    {PROGRAM("ccollections\nOrderedDict\n(K\1tR."), "with arguments"},
    {PROGRAM("ctorch\nFloatStorage\n)R."), "a call of a storage type"},
    {PROGRAM("ctorch._utils\n_rebuild_tensor_v2\n)R."),
     "a tensor without storage"},
    {PROGRAM("ctorch._utils\n_rebuild_parameter\n)R."),
     "a parameter that is no tensor"},
    {PROGRAM("Q."), "a persistent id that is no storage"},
    {PROGRAM("(K\1K\2tQ."), "a persistent id that is no storage"},
    {PROGRAM("h\0."), "it asks for what it did not remember"},
    {PROGRAM("j\xff\xff\xff\xff."), "it asks for what it did not remember"},
    {PROGRAM("q\0."), "nothing to remember"},
    {PROGRAM("}r\xff\xff\xff\xff."), "it remembers too much"},
    {PROGRAM("t."), "a tuple of nothing"},
    {PROGRAM("\x87."), "a tuple of nothing"},
    {PROGRAM("a."), "items for nothing"},
    {PROGRAM("K\1a."), "items for nothing"},
    {PROGRAM("s."), "items for nothing"},
    {PROGRAM("}K\1s."), "items for nothing"},
    {PROGRAM("u."), "items for nothing"},
    {PROGRAM("(K\1u."), "items for nothing"},
    {PROGRAM("}(K\1u."), "items for what holds none"},
    {PROGRAM("b."), "attributes for nothing"},
    {PROGRAM("]q\0h\0a."), NULL}, /* a list in itself */
};

START_TEST(does_what_a_program_says_only_where_it_makes_sense)
{
    snt_pickle pickle = {NULL, NULL};
    sentiment_error err;
    sentiment_status status = snt_pickle_read(
        &pickle, (const unsigned char *)programs[_i].bytes, programs[_i].len,
        "program", &err);

    snt_pickle_free(&pickle);
    if (!programs[_i].message)
        ck_assert_msg(status == SENTIMENT_OK, "%s", err.message);
    else
        ck_assert_msg(
            status == SENTIMENT_EFORMAT &&
                strstr(err.message, programs[_i].message),
            "status %d, \"%s\", not \"%s\"", status, err.message,
            programs[_i].message);
}
END_TEST

/* A program of one instruction, over and over. */
static const struct {
    char instruction;
    const char *message;
} endless[] = {
    {'(', "its stack is too deep"},
    {'}', "its stack is too deep"},
    {'\x94', "it is too long"}, /* MEMOIZE */
};

START_TEST(ends_a_program_that_is_too_long)
{
    enum { LEN = 1 << 21 };
    snt_pickle pickle = {NULL, NULL};
    sentiment_error err;
    char *bytes = malloc(LEN);

    ck_assert_ptr_nonnull(bytes);
    memset(bytes, endless[_i].instruction, LEN);
    bytes[0] = ']';
    ck_assert_sentiment_fails(
        snt_pickle_read(&pickle, (unsigned char *)bytes, LEN, "program", &err),
        SENTIMENT_EFORMAT, endless[_i].message, err);
    snt_pickle_free(&pickle);
    free(bytes);
}
END_TEST

#define N(table) (int)(sizeof(table) / sizeof(*(table)))

Suite *unpickle_suite(void)
{
    Suite *suite = suite_create("unpickle");
    TCase *archives = tcase_create("archives");
    TCase *machine = tcase_create("stack machine");

    tcase_set_timeout(archives, 120);
    tcase_add_checked_fixture(archives, NULL, checkpoint_remove);
    tcase_add_loop_test(archives, reads_tensors_where_they_lie, 0, N(good));
    tcase_add_loop_test(
        archives, refuses_by_name_what_is_no_dict_of_tensors, 0, N(bad));
    tcase_add_loop_test(
        archives, survives_an_archive_cut_at_every_byte, 0, N(good));
    tcase_add_loop_test(
        archives, survives_an_archive_changed_at_any_byte, 0, N(good));
    suite_add_tcase(suite, archives);
    tcase_set_timeout(machine, 60);
    tcase_add_loop_test(
        machine, does_what_a_program_says_only_where_it_makes_sense, 0,
        N(programs));
    tcase_add_loop_test(
        machine, ends_a_program_that_is_too_long, 0, N(endless));
    suite_add_tcase(suite, machine);
    return suite;
}
