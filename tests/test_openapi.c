/* test_openapi.c - what the service says of itself (cli/page/openapi.json), and
 * what it has: every route and method of one is in the other. */
#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "api_internal.h"
#include "assets.h"
#include "suites.h"

static json_t *document;
static json_t *paths;

static void open_document(void)
{
    const snt_asset *asset = snt_asset_find("/openapi.json");
    json_error_t err;

    ck_assert_ptr_nonnull(asset);
    document =
        json_loadb(asset->bytes, asset->len, JSON_REJECT_DUPLICATES, &err);
    if (!document)
        ck_abort_msg("openapi.json:%d: %s", err.line, err.text);
    paths = json_object_get(document, "paths");
    ck_assert(json_is_object(paths));
}

static void close_document(void)
{
    json_decref(document);
}

START_TEST(is_openapi_3_1)
{
    ck_assert_str_eq(
        json_string_value(json_object_get(document, "openapi")), "3.1.0");
    ck_assert_str_eq(
        json_string_value(
            json_object_get(json_object_get(document, "info"), "version")),
        sentiment_version());
}
END_TEST

/* HEAD goes with GET, and OPTIONS with everything. */
static const char *method_of(const snt_route *route)
{
    return strstr(route->methods, "POST") ? "post" : "get";
}

START_TEST(has_every_route_with_its_method_and_nothing_else)
{
    const snt_route *routes;
    size_t n = snt_api_routes(&routes);

    for (size_t i = 0; i < n; i++) {
        const json_t *path = json_object_get(paths, routes[i].path);

        if (!json_object_get(path, method_of(&routes[i])))
            ck_abort_msg(
                "%s %s is not in openapi.json", method_of(&routes[i]),
                routes[i].path);
        ck_assert_msg(
            json_object_size(path) == 1,
            "%s has methods that the service has not", routes[i].path);
    }
    ck_assert_uint_eq(json_object_size(paths), n);
}
END_TEST

/* "security": [] is how a document says that no key is needed. */
START_TEST(says_which_routes_need_no_key)
{
    const snt_route *routes;
    size_t n = snt_api_routes(&routes);

    for (size_t i = 0; i < n; i++) {
        const json_t *operation = json_object_get(
            json_object_get(paths, routes[i].path), method_of(&routes[i]));
        const json_t *security = json_object_get(operation, "security");

        ck_assert_msg(
            (security != NULL) == routes[i].open, "%s: key or no key?",
            routes[i].path);
        ck_assert_uint_eq(json_array_size(security), 0);
    }
}
END_TEST

/* "#/components/schemas/Score" from the root of the document. */
static const json_t *resolve(const char *reference)
{
    const json_t *at = document;

    ck_assert_int_eq(strncmp(reference, "#/", 2), 0);
    for (reference += 2; at && *reference;) {
        size_t len = strcspn(reference, "/");
        char name[64];

        snprintf(name, sizeof(name), "%.*s", (int)len, reference);
        at = json_object_get(at, name);
        reference += len + (reference[len] == '/');
    }
    return at;
}

static void check_references(const json_t *value)
{
    const char *key;
    json_t *member;
    size_t i;

    json_array_foreach(value, i, member) check_references(member);
    json_object_foreach((json_t *)(uintptr_t)value, key, member)
    {
        if (!strcmp(key, "$ref") && !resolve(json_string_value(member)))
            ck_abort_msg("nothing at %s", json_string_value(member));
        check_references(member);
    }
}

START_TEST(refers_only_to_what_is_there)
{
    check_references(document);
}
END_TEST

START_TEST(every_operation_has_a_name_of_its_own_and_tells_its_answers)
{
    const char *path, *method, *status;
    json_t *item, *operation, *answer, *seen = json_object();

    json_object_foreach(paths, path, item)
        json_object_foreach(item, method, operation)
    {
        const char *id =
            json_string_value(json_object_get(operation, "operationId"));
        json_t *answers = json_object_get(operation, "responses");

        ck_assert_msg(id && !json_object_get(seen, id), "%s: %s", path, id);
        json_object_set_new(seen, id, json_true());
        ck_assert_msg(json_object_get(answers, "200") != NULL, "%s", path);
        json_object_foreach(answers, status, answer) ck_assert_msg(
            strlen(status) == 3 && isdigit((unsigned char)*status), "%s: %s",
            path, status);
    }
    json_decref(seen);
}
END_TEST

Suite *openapi_suite(void)
{
    Suite *suite = suite_create("openapi");
    TCase *tc = tcase_create("document");

    tcase_add_checked_fixture(tc, open_document, close_document);
    tcase_add_test(tc, is_openapi_3_1);
    tcase_add_test(tc, has_every_route_with_its_method_and_nothing_else);
    tcase_add_test(tc, says_which_routes_need_no_key);
    tcase_add_test(tc, refers_only_to_what_is_there);
    tcase_add_test(
        tc, every_operation_has_a_name_of_its_own_and_tells_its_answers);
    suite_add_tcase(suite, tc);
    return suite;
}
