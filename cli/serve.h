/* serve.h - the life of a server: open, load, answer, reload, drain. */
#ifndef SNT_SERVE_H
#define SNT_SERVE_H

#include "api.h"
#include "load.h"

/** What `serve` is told. Times in ms. */
typedef struct snt_serve_options {
    snt_load_options load;
    snt_broker_options broker;
    const char *host, *port, *unix_path;
    const char *tls_cert, *tls_key, *tls_client_ca;
    const char *api_keys, *cors;
    uint32_t timeout, read_timeout, idle_timeout, write_timeout;
    uint32_t drain_timeout, drain_delay;
    uint32_t max_connections, max_header_bytes, max_body_bytes;
    uint32_t max_batch_bytes, max_texts, max_queue, http_threads;
    uint32_t cache_ttl, cache_entries, cache_bytes;
    bool no_cache;
    const char *output_mode;
    const char *routes;
    uint32_t publish_buffer_bytes;
    int log; /* snt_log_format */
} snt_serve_options;

/** Runs until a signal ends it; the exit status. Fields that are not set get
 * their defaults. */
int snt_serve(const snt_serve_options *opts);

#endif
