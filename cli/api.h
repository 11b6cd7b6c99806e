/*
 * api.h - the routes of `serve`: requests in, replies out, through one
 * pipeline. Knows no socket; what it answers is docs/http-api.md.
 */
#ifndef SNT_API_H
#define SNT_API_H

#include "http.h"
#include "keys.h"
#include "log.h"
#include "publish.h"
#include "sentiment/pipeline.h"

typedef struct snt_api snt_api;

typedef struct snt_api_options {
    uint32_t timeout_ms; /* a text's deadline */
    size_t max_body_bytes;
    size_t max_batch_bytes;   /* of /batch */
    size_t max_texts;         /* in one request, /batch aside */
    const char *cors;         /* origin that may use the service, "*", NULL */
    snt_keys *keys;           /* NULL: none needed */
    snt_publisher *publisher; /* NULL: replies only */
    bool acknowledged;        /* reply when the broker has the text: 202 */
    const snt_log *log;
    const char *model_name; /* what replies call the model */
} snt_api_options;

sentiment_status snt_api_open(
    snt_api **api, const snt_api_options *opts, sentiment_error *err);

/** The pipeline must still be there, without texts in hand. */
void snt_api_close(snt_api *api);

/** What the server calls. */
snt_http_handler snt_api_handler(snt_api *api);

/** The server, whose connections /metrics counts. */
void snt_api_set_http(snt_api *api, const snt_server *http);

/** From now on texts are answered; until then with 503. */
void snt_api_ready(
    snt_api *api, sentiment_pipeline *pipe, sentiment_cache *cache);

/**
 * Goes on with another classifier, which the pipeline has then; *old, no longer
 * in use, is for the caller to close. Texts are answered all the while.
 */
sentiment_status snt_api_swap(
    snt_api *api, sentiment_classifier *clf, sentiment_classifier **old,
    sentiment_error *err);

/** From now on /ready says 503, while texts are answered as before. */
void snt_api_leave(snt_api *api);

/** From now on new ones are refused again, and /ready says so. */
void snt_api_drain(snt_api *api);

/** Gives up what is in hand: 503. */
void snt_api_cancel(snt_api *api);

/** Counts an attempt to load the model anew. */
void snt_api_count_reload(snt_api *api, bool good);

#endif
