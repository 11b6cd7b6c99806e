/* hub_reply.c - see hub_reply.h. The headers are those of huggingface.co as
 * huggingface_hub 1.x and 2.x read them. */
#include "hub_reply.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "error.h"

/* The last value of a header in reply number hop, -1 for the last one. */
static const char *header(const snt_request *request, const char *name, int hop)
{
    struct curl_header *found;
    size_t last = 0;

    if (curl_easy_header(request->easy, name, 0, CURLH_HEADER, hop, &found))
        return "";
    if (found->amount > 1) {
        last = found->amount - 1;
        curl_easy_header(request->easy, name, last, CURLH_HEADER, hop, &found);
    }
    return found->value;
}

/* "abc", W/"abc": abc. */
static void copy_etag(char etag[80], const char *value)
{
    size_t len;

    value += strspn(value, "W/\"");
    len = strcspn(value, "\"");
    snprintf(etag, 80, "%.*s", (int)len, value);
}

/* The hub says the hash in the reply that leads to another host, else in the
 * reply with the bytes; other hosts have ETags of their own. */
static void read_etag(snt_request *request)
{
    long hops = 0;

    request->etag[0] = '\0';
    curl_easy_getinfo(request->easy, CURLINFO_REDIRECT_COUNT, &hops);
    for (int hop = 0; !*request->etag && hop <= hops; hop++)
        copy_etag(request->etag, header(request, "X-Linked-ETag", hop));
    if (!*request->etag && !hops)
        copy_etag(request->etag, header(request, "ETag", -1));
}

/* <URL>; rel="next", maybe among others. */
static void read_next(snt_request *request)
{
    const char *link = header(request, "Link", -1);

    request->next[0] = '\0';
    while ((link = strchr(link, '<'))) {
        size_t len = strcspn(++link, ">");
        size_t end = len + strcspn(link + len, ",");
        const char *next = strstr(link + len, "rel=\"next\"");

        if (next && next < link + end && len < sizeof(request->next))
            snprintf(
                request->next, sizeof(request->next), "%.*s", (int)len, link);
        link += end;
    }
}

void snt_reply_read(snt_request *request)
{
    read_etag(request);
    read_next(request);
}

long snt_reply_wait_s(const snt_request *request)
{
    curl_off_t wait = 0;

    curl_easy_getinfo(request->easy, CURLINFO_RETRY_AFTER, &wait);
    return wait > SNT_REPLY_LONGEST_S ? SNT_REPLY_LONGEST_S + 1 : (long)wait;
}

/* ---- refusals ---- */

/* Trouble on the way, which may pass. */
static bool may_pass(CURLcode result)
{
    switch (result) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_BAD_CONTENT_ENCODING:
        return true;
    default:
        return false;
    }
}

static sentiment_status broken(
    const snt_request *request, CURLcode result, sentiment_error *err)
{
    bool untrusted = result == CURLE_PEER_FAILED_VERIFICATION;

    return snt_fail(
        err, may_pass(result) ? SENTIMENT_EBUSY : SENTIMENT_EIO, "%s: %s%s",
        request->what,
        *request->trouble ? request->trouble : curl_easy_strerror(result),
        untrusted ? ": SSL_CERT_FILE names other certificates to trust" : "");
}

/* What the hub gives as its reason: a header, or {"error": "…"}. */
static void read_reason(const snt_request *request, char reason[160])
{
    const snt_buffer *body = &request->refusal;
    json_t *root =
        body->len ? json_loadb(body->bytes, body->len, 0, NULL) : NULL;
    const char *said = json_string_value(json_object_get(root, "error"));
    const char *first = header(request, "X-Error-Message", -1);

    if (*first)
        said = first;
    snprintf(reason, 160, "%s%.150s", said ? ": " : "", said ? said : "");
    json_decref(root);
}

static sentiment_status missing(
    const snt_request *request, const char *code, const char *reason,
    sentiment_error *err)
{
    if (!strcmp(code, "RepoNotFound"))
        return snt_fail(
            err, SENTIMENT_EIO, "%s: %s has no such model%s", request->what,
            request->hub->endpoint,
            *request->hub->token
                ? ", or the token may not see it"
                : ", or it is private: HF_TOKEN holds no token");
    if (!strcmp(code, "RevisionNotFound"))
        return snt_fail(
            err, SENTIMENT_EIO, "%s: no such revision", request->what);
    return snt_fail(
        err, SENTIMENT_EIO, "%s: not found at %s%s", request->what,
        request->hub->endpoint, reason);
}

static sentiment_status forbidden(
    const snt_request *request, long code, const char *reason,
    sentiment_error *err)
{
    if (!strcmp(header(request, "X-Error-Code", -1), "GatedRepo"))
        return snt_fail(
            err, SENTIMENT_EIO,
            "%s: gated: accept its terms on its page at %s%s", request->what,
            request->hub->endpoint,
            *request->hub->token ? ", as the token's owner"
                                 : " and set HF_TOKEN");
    return snt_fail(
        err, SENTIMENT_EIO, "%s: %ld: %s%s", request->what, code,
        *request->hub->token ? "the token is not accepted"
                             : "a token is needed: set HF_TOKEN",
        reason);
}

sentiment_status snt_reply_refused(
    const snt_request *request, CURLcode result, long code,
    sentiment_error *err)
{
    const char *name;
    char reason[160];

    if (result != CURLE_OK)
        return broken(request, result, err);
    name = header(request, "X-Error-Code", -1);
    read_reason(request, reason);
    if (code == 404 || !strcmp(name, "RepoNotFound"))
        return missing(request, name, reason, err);
    if (code == 401 || code == 403)
        return forbidden(request, code, reason, err);
    return snt_fail(
        err,
        code == 408 || code == 416 || code == 429 || code >= 500
            ? SENTIMENT_EBUSY
            : SENTIMENT_EIO,
        "%s: the server answered %ld%s", request->what, code, reason);
}
