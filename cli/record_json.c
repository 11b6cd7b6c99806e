/* record_json.c - see record_json.h. */
#include "record_json.h"

#include "members.h"

/* Takes the text from the member called name of root. */
static snt_record *take_member(
    snt_record *rec, const json_t *root, const char *name)
{
    const json_t *text = json_object_get(root, name);

    if (!text)
        return snt_record_fail(rec, "no member \"%.60s\"", name);
    if (!json_is_string(text))
        return snt_record_fail(rec, "member \"%.60s\" is not a string", name);
    snt_record_set_text(rec, json_string_value(text), json_string_length(text));
    return rec;
}

snt_record *snt_record_read_object(
    snt_record *rec, const char *bytes, size_t len, const char *field)
{
    sentiment_error why;
    json_t *root = snt_members_read(bytes, len, &why);

    if (!root)
        return snt_record_fail(rec, "%.127s", why.message);
    snt_members_keep(rec, bytes, len, field);
    take_member(rec, root, field);
    json_decref(root);
    return rec;
}

/* The payload's own JSON holds the text when --field was given. */
static snt_record *take_payload(
    snt_record *rec, const json_t *root, const char *field)
{
    /* kcat says payload, rpk value. */
    bool is_rpk =
        json_object_get(root, "value") && !json_object_get(root, "payload");
    const char *name = is_rpk ? "value" : "payload";
    const json_t *payload = json_object_get(root, name);
    sentiment_error why;
    json_t *inner;

    if (json_is_null(payload))
        return snt_record_fail(rec, "no payload: a tombstone");
    if (!field || !json_is_string(payload))
        return take_member(rec, root, name);
    inner = snt_members_read(
        json_string_value(payload), json_string_length(payload), &why);
    if (!inner)
        return snt_record_fail(rec, "payload: %.110s", why.message);
    take_member(rec, inner, field);
    json_decref(inner);
    return rec;
}

snt_record *snt_record_read_kafka(
    snt_record *rec, const char *bytes, size_t len, const char *field)
{
    sentiment_error why;
    json_t *root = snt_members_read(bytes, len, &why);

    if (!root)
        return snt_record_fail(rec, "%.127s", why.message);
    snt_members_keep(rec, bytes, len, NULL);
    take_payload(rec, root, field);
    json_decref(root);
    return rec;
}
