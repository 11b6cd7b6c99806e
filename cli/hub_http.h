/*
 * hub_http.h - requests to the hub, several at a time.
 *
 * Each is tried again when that may help (a cut, 408, 429, 5xx), from where it
 * stopped, waiting longer every time or as long as the server asks. The token
 * goes to the hub and to nobody else.
 */
#ifndef SNT_HUB_HTTP_H
#define SNT_HUB_HTTP_H

#include <curl/curl.h>

#include "buffer.h"
#include "hub.h"

/** What begin says when there is nothing to ask for. */
#define SNT_HTTP_NOTHING UINT64_MAX

/** Where the body of a reply goes. */
typedef struct snt_sink {
    /* Before each try: how many bytes are there already. EBUSY: not now. */
    sentiment_status (*begin)(void *arg, uint64_t *have, sentiment_error *err);
    /* False: the request has failed, and end will say why. */
    bool (*add)(void *arg, const void *bytes, size_t len);
    /* The server begins again at the first byte. */
    bool (*restart)(void *arg);
    /* All came that the server sent. EBUSY: not good, try again. */
    sentiment_status (*end)(void *arg, sentiment_error *err);
} snt_sink;

/** Collects a body of at most 64 MiB in the snt_buffer that is its arg. */
extern const snt_sink snt_buffer_sink;

typedef enum snt_request_state {
    SNT_REQUEST_WAITS,
    SNT_REQUEST_RUNS,
    SNT_REQUEST_IS_DONE
} snt_request_state;

typedef struct snt_request {
    /* Set by the caller: */
    const char *url;
    const char *what; /* for messages: "OWNER/NAME: config.json" */
    const snt_sink *sink;
    void *arg;
    /* Zeroed, and then what the last reply said: */
    char etag[80];   /* X-Linked-ETag, or the hub's own ETag; "": none */
    char next[1024]; /* the page that Link calls the next; "": none */
    /* Inside: */
    snt_request_state state;
    CURL *easy;
    const snt_hub *hub;
    uint64_t at_ms;                    /* when to begin */
    uint64_t asked_from, furthest, at; /* bytes */
    unsigned tries;
    bool began, told, sink_failed;
    snt_buffer refusal; /* the body of a reply that is none */
    char trouble[CURL_ERROR_SIZE];
} snt_request;

typedef struct snt_http {
    /* Set by the caller: */
    const snt_hub *hub;
    uint32_t parallel; /* requests at a time */
    uint32_t retries;  /* in a row that bring nothing new */
    uint32_t wait_ms;  /* before the second try; doubles, up to eightfold */
    void (*tick)(void *arg); /* now and then, or NULL */
    void *tick_arg;
    /* Zeroed: */
    CURLM *multi;
} snt_http;

sentiment_status snt_http_open(snt_http *http, sentiment_error *err);
void snt_http_close(snt_http *http);

/** Runs all n requests to their end, or to the first that fails for good.
 * ECANCELLED when a signal asked for an end. */
sentiment_status snt_http_run(
    snt_http *http, snt_request *requests, size_t n, sentiment_error *err);

#endif
