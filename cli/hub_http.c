/* hub_http.c - see hub_http.h: libcurl's multi interface in one thread. */
#include "hub_http.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "error.h"
#include "hub_reply.h"
#include "report.h"
#include "stop.h"

#if LIBCURL_VERSION_NUM < 0x075500
#error "libcurl 7.85 or newer is needed"
#endif

enum {
    MAX_REFUSAL = 4096,
    CONNECT_S = 15,
    MAX_REDIRECTS = 5,
    LOCK_MS = 200, /* between looks at a lock that someone else has */
    TICK_MS = 100
};

/* ---- starting one ---- */

static long code_of(CURL *easy)
{
    long code = 0;

    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &code);
    return code;
}

/* libcurl's callback for a body. Whoever ignores Range sends all of it. */
static size_t receive(char *bytes, size_t one, size_t len, void *arg)
{
    snt_request *request = arg;
    long code = code_of(request->easy);
    bool ok = true;

    (void)one;
    if (code != 200 && code != 206) {
        if (request->refusal.len < MAX_REFUSAL)
            snt_buffer_add(&request->refusal, bytes, len);
        return len;
    }
    if (code == 200 && request->asked_from) {
        ok = request->sink->restart(request->arg);
        request->asked_from = request->at = 0;
    }
    ok = ok && request->sink->add(request->arg, bytes, len);
    request->sink_failed = !ok;
    request->at += len;
    return ok ? len : 0;
}

/* The hub's own addresses begin with the endpoint. */
static bool is_of_hub(const snt_hub *hub, const char *url)
{
    size_t len = strlen(hub->endpoint);

    return !strncmp(url, hub->endpoint, len) && url[len] == '/';
}

/* Whom to trust, and whom to show the token: libcurl takes it back when a
 * redirect leads to another host. Nothing leads from https to http. */
static void set_trust(snt_request *request)
{
    const snt_hub *hub = request->hub;
    CURL *easy = request->easy;
    bool plain = !strncmp(hub->endpoint, "http:", 5);

    curl_easy_setopt(
        easy, CURLOPT_PROTOCOLS_STR, plain ? "http,https" : "https");
    curl_easy_setopt(
        easy, CURLOPT_REDIR_PROTOCOLS_STR, plain ? "http,https" : "https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, (long)MAX_REDIRECTS);
    if (hub->ca_file)
        curl_easy_setopt(easy, CURLOPT_CAINFO, hub->ca_file);
    if (hub->ca_dir)
        curl_easy_setopt(easy, CURLOPT_CAPATH, hub->ca_dir);
    if (*hub->token && is_of_hub(hub, request->url)) {
        curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
        curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, hub->token);
    }
}

static void set_up(snt_request *request)
{
    CURL *easy = request->easy;
    char agent[64], range[32];

    snprintf(agent, sizeof(agent), "sentiment-cli/%s", sentiment_version());
    snprintf(
        range, sizeof(range), "%llu-", (unsigned long long)request->asked_from);
    curl_easy_setopt(easy, CURLOPT_URL, request->url);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, request);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, agent);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, request->trouble);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, request);
    /* Ranges count the bytes as they are stored; what is packed all the same
     * is unpacked. */
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "identity");
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)request->hub->stall_s);
    if (request->asked_from)
        curl_easy_setopt(easy, CURLOPT_RANGE, range);
    set_trust(request);
}

static sentiment_status start(
    snt_http *http, snt_request *request, sentiment_error *err)
{
    request->hub = http->hub;
    request->easy = curl_easy_init();
    if (!request->easy)
        return snt_fail_memory(err);
    snt_buffer_clear(&request->refusal);
    request->trouble[0] = '\0';
    request->sink_failed = false;
    request->at = request->asked_from;
    set_up(request);
    if (curl_multi_add_handle(http->multi, request->easy)) {
        curl_easy_cleanup(request->easy);
        request->easy = NULL;
        return snt_fail_memory(err);
    }
    request->state = SNT_REQUEST_RUNS;
    return SENTIMENT_OK;
}

/* Asks the sink from where, and starts it unless there is nothing to do. */
static sentiment_status begin(
    snt_http *http, snt_request *request, sentiment_error *err)
{
    uint64_t have = 0;
    sentiment_status status = request->sink->begin(request->arg, &have, err);

    if (status == SENTIMENT_EBUSY) {
        if (!request->told)
            snt_report(
                "%s: another process fetches it; waiting", request->what);
        request->told = true;
        request->at_ms = snt_clock_now_ms(NULL) + LOCK_MS;
        return SENTIMENT_OK;
    }
    if (status != SENTIMENT_OK)
        return status;
    if (have == SNT_HTTP_NOTHING) {
        request->state = SNT_REQUEST_IS_DONE;
        return SENTIMENT_OK;
    }
    request->asked_from = have;
    if (!request->began)
        request->furthest = have;
    request->began = true;
    return start(http, request, err);
}

static sentiment_status begin_some(
    snt_http *http, snt_request *requests, size_t n, sentiment_error *err)
{
    uint64_t now = snt_clock_now_ms(NULL);
    sentiment_status status = SENTIMENT_OK;
    uint32_t running = 0;

    for (size_t i = 0; i < n; i++)
        running += requests[i].state == SNT_REQUEST_RUNS;
    for (size_t i = 0; status == SENTIMENT_OK && i < n; i++) {
        snt_request *request = &requests[i];

        if (request->state != SNT_REQUEST_WAITS || request->at_ms > now ||
            running >= http->parallel)
            continue;
        status = begin(http, request, err);
        running += request->state == SNT_REQUEST_RUNS;
    }
    return status;
}

/* ---- ending one ---- */

static void drop(snt_http *http, snt_request *request)
{
    if (!request->easy)
        return;
    curl_multi_remove_handle(http->multi, request->easy);
    curl_easy_cleanup(request->easy);
    request->easy = NULL;
}

/* Puts it back to wait, or gives it up with what err says. */
static sentiment_status again(
    const snt_http *http, snt_request *request, sentiment_error *err)
{
    uint64_t wait = http->wait_ms;
    char last[sizeof(err->message)];
    long asked = snt_reply_wait_s(request);

    if (request->at > request->furthest)
        request->tries = 0;
    request->furthest =
        request->at > request->furthest ? request->at : request->furthest;
    if (request->tries == http->retries || asked > SNT_REPLY_LONGEST_S) {
        snprintf(last, sizeof(last), "%s", err->message);
        return snt_fail(
            err, SENTIMENT_EIO, "%s (tried %u times)", last,
            request->tries + 1);
    }
    wait <<= request->tries < 3 ? request->tries : 3;
    /* The first time in a row, since the others follow within seconds. */
    if (asked > 0)
        snt_report("%s; trying again in %ld s", err->message, asked);
    else if (!request->tries)
        snt_report("%s; trying again", err->message);
    wait = asked > 0 ? (uint64_t)asked * 1000 : wait;
    request->tries++;
    request->at_ms = snt_clock_now_ms(NULL) + wait;
    request->state = SNT_REQUEST_WAITS;
    return SENTIMENT_OK;
}

static sentiment_status end(
    const snt_http *http, snt_request *request, CURLcode result,
    sentiment_error *err)
{
    long code = code_of(request->easy);
    sentiment_status status;

    request->state = SNT_REQUEST_IS_DONE;
    snt_reply_read(request);
    if (request->sink_failed || (!result && (code == 200 || code == 206)))
        status = request->sink->end(request->arg, err);
    else
        status = snt_reply_refused(request, result, code, err);
    if (code == 416 && !request->sink->restart(request->arg))
        return request->sink->end(request->arg, err);
    return status == SENTIMENT_EBUSY ? again(http, request, err) : status;
}

/* Moves bytes, and ends what has ended. */
static sentiment_status step(snt_http *http, sentiment_error *err)
{
    sentiment_status status = SENTIMENT_OK;
    int left;
    CURLMsg *message;

    curl_multi_perform(http->multi, &left);
    while (status == SENTIMENT_OK &&
           (message = curl_multi_info_read(http->multi, &left))) {
        CURLcode result = message->data.result;
        snt_request *request = NULL;

        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(
            message->easy_handle, CURLINFO_PRIVATE, (char **)&request);
        status = end(http, request, result, err);
        drop(http, request);
    }
    return status;
}

/* Until bytes come, a signal, or the next thing to do. */
static void wait_for_more(snt_http *http, const snt_request *requests, size_t n)
{
    struct curl_waitfd stop = {.fd = snt_stop_fd(), .events = CURL_WAIT_POLLIN};
    uint64_t now = snt_clock_now_ms(NULL), until = now + TICK_MS;

    for (size_t i = 0; i < n; i++)
        if (requests[i].state == SNT_REQUEST_WAITS && requests[i].at_ms > now &&
            requests[i].at_ms < until)
            until = requests[i].at_ms;
    curl_multi_poll(http->multi, &stop, stop.fd >= 0, (int)(until - now), NULL);
}

static bool are_done(const snt_request *requests, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (requests[i].state != SNT_REQUEST_IS_DONE)
            return false;
    return true;
}

sentiment_status snt_http_run(
    snt_http *http, snt_request *requests, size_t n, sentiment_error *err)
{
    sentiment_status status = SENTIMENT_OK;

    while (status == SENTIMENT_OK && !are_done(requests, n)) {
        if (snt_stop_signal())
            status = snt_fail(err, SENTIMENT_ECANCELLED, "stopped");
        if (status == SENTIMENT_OK)
            status = begin_some(http, requests, n, err);
        if (status == SENTIMENT_OK)
            status = step(http, err);
        if (http->tick)
            http->tick(http->tick_arg);
        if (status == SENTIMENT_OK && !are_done(requests, n))
            wait_for_more(http, requests, n);
    }
    for (size_t i = 0; i < n; i++) {
        drop(http, &requests[i]);
        snt_buffer_free(&requests[i].refusal);
    }
    return status;
}

sentiment_status snt_http_open(snt_http *http, sentiment_error *err)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT))
        return snt_fail(err, SENTIMENT_ENOMEM, "libcurl cannot start");
    http->multi = curl_multi_init();
    return http->multi ? SENTIMENT_OK : snt_fail_memory(err);
}

void snt_http_close(snt_http *http)
{
    if (http->multi)
        curl_multi_cleanup(http->multi);
    http->multi = NULL;
}
