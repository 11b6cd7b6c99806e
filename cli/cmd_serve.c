/* cmd_serve.c - the HTTP service: its options. What it does is in serve.c. */
#include <string.h>

#include "commands.h"
#include "report.h"
#include "serve.h"

typedef snt_serve_options options;

#define FIELD(name) offsetof(options, name)

static const options usual = {
    .host = "127.0.0.1",
    .port = "8080",
    .output_mode = "http",
    .timeout = 30000,
    .read_timeout = 10000,
    .idle_timeout = 60000,
    .write_timeout = 60000,
    .drain_timeout = 30000,
    .max_connections = 4096,
    .max_header_bytes = 16 << 10,
    .max_body_bytes = 1 << 20,
    .max_batch_bytes = 16 << 20,
    .max_texts = 1024,
    .max_queue = 4096,
    .http_threads = 1,
    .publish_buffer_bytes = 64 << 20};

static const snt_option listening[] = {
    {"host", 0, SNT_ARG_STRING, "ADDRESS", "HOST", FIELD(host),
     "where to listen (default: 127.0.0.1); \"\" with --unix: not on TCP"},
    {"port", 'p', SNT_ARG_PORT, "PORT", "PORT", FIELD(port),
     "the port (default: 8080); 0: a free one, which the log tells"},
    {"unix", 0, SNT_ARG_STRING, "PATH", NULL, FIELD(unix_path),
     "listen on this Unix socket too"},
    {"tls-cert", 0, SNT_ARG_STRING, "FILE", NULL, FIELD(tls_cert),
     "speak HTTPS with this PEM certificate, its chain after it"},
    {"tls-key", 0, SNT_ARG_STRING, "FILE", NULL, FIELD(tls_key),
     "the certificate's PEM key"},
    {"tls-client-ca", 0, SNT_ARG_STRING, "FILE", NULL, FIELD(tls_client_ca),
     "clients need a certificate of this authority"},
    {"api-keys", 0, SNT_ARG_STRING, "FILE", "SENTIMENT_API_KEYS",
     FIELD(api_keys),
     "clients need one of these keys, one a line, as Authorization: Bearer; "
     "/health, /ready, /ping and the page are for all; read again on SIGHUP"},
    {"cors", 0, SNT_ARG_STRING, "ORIGIN", NULL, FIELD(cors),
     "let pages of this origin use the service; *: of any"},
};

static const snt_option limits[] = {
    {"timeout", 0, SNT_ARG_COUNT, "MS", NULL, FIELD(timeout),
     "a text without an answer by then gets 504 (default: 30000)"},
    {"read-timeout", 0, SNT_ARG_COUNT, "MS", NULL, FIELD(read_timeout),
     "for a request to arrive in full (default: 10000)"},
    {"idle-timeout", 0, SNT_ARG_COUNT, "MS", NULL, FIELD(idle_timeout),
     "a connection without a request is closed then (default: 60000)"},
    {"write-timeout", 0, SNT_ARG_COUNT, "MS", NULL, FIELD(write_timeout),
     "for a reply to be taken by its client (default: 60000)"},
    {"drain-timeout", 0, SNT_ARG_WHOLE, "MS", NULL, FIELD(drain_timeout),
     "after SIGTERM, for requests in hand (default: 30000)"},
    {"drain-delay", 0, SNT_ARG_WHOLE, "MS", NULL, FIELD(drain_delay),
     "after SIGTERM, how long texts are still answered while /ready says 503, "
     "for balancers to see (default: 0)"},
    {"max-connections", 0, SNT_ARG_COUNT, "N", NULL, FIELD(max_connections),
     "at once, on each socket that it listens on (default: 4096)"},
    {"max-header-bytes", 0, SNT_ARG_COUNT, "N", NULL, FIELD(max_header_bytes),
     "of a connection's headers and buffers (default: 16384)"},
    {"max-body-bytes", 0, SNT_ARG_COUNT, "N", NULL, FIELD(max_body_bytes),
     "of a request, or of a line of one to /batch (default: 1048576)"},
    {"max-batch-bytes", 0, SNT_ARG_COUNT, "N", NULL, FIELD(max_batch_bytes),
     "of a request to /batch (default: 16777216)"},
    {"max-texts", 0, SNT_ARG_COUNT, "N", NULL, FIELD(max_texts),
     "in a request, /batch aside (default: 1024)"},
    {"max-queue", 0, SNT_ARG_COUNT, "N", NULL, FIELD(max_queue),
     "texts in hand at once; more get 503 (default: 4096)"},
    {"http-threads", 0, SNT_ARG_COUNT, "N", NULL, FIELD(http_threads),
     "that read and write, and tokenize (default: 1)"},
};

static const snt_option caching[] = {
    {"cache-ttl", 0, SNT_ARG_COUNT, "MS", NULL, FIELD(cache_ttl),
     "an answer's life (default: 300000)"},
    {"cache-entries", 0, SNT_ARG_COUNT, "N", NULL, FIELD(cache_entries),
     "answers kept (default: 100000)"},
    {"cache-bytes", 0, SNT_ARG_COUNT, "N", NULL, FIELD(cache_bytes),
     "memory for them (default: 67108864)"},
    {"no-cache", 0, SNT_ARG_FLAG, NULL, NULL, FIELD(no_cache),
     "compute every text"},
};

static const snt_option output[] = {
    {"output-mode", 0, SNT_ARG_WORD, "http|redpanda|both",
     "DEMO_OUTPUT_MODE,REDPANDA_OUTPUT_MODE", FIELD(output_mode),
     "http: reply only (default); both: reply, and publish to Kafka in the "
     "background; redpanda: reply 202 when the broker has the text"},
    {"route", 0, SNT_ARG_STRING, "RULES", NULL, FIELD(routes),
     "which topic a text goes to (default: * -> {label}-{topic})"},
    {"publish-buffer-bytes", 0, SNT_ARG_COUNT, "N", NULL,
     FIELD(publish_buffer_bytes),
     "records that may wait for the broker; more are dropped and counted "
     "(default: 67108864)"},
    {"log", 0, SNT_ARG_CHOICE, "text|json|off", NULL, FIELD(log),
     "a line a request on standard error (default: text)"},
};

#define GROUP(title, table)                                                    \
    {                                                                          \
        title, table, sizeof(table) / sizeof(*(table))                         \
    }

static const snt_option_group listening_group = GROUP("Listening", listening);
static const snt_option_group limits_group = GROUP("Limits", limits);
static const snt_option_group caching_group = GROUP("Cache", caching);
static const snt_option_group output_group = GROUP("Output", output);

static int refuse(const char *why)
{
    snt_report("serve: %s", why);
    return SNT_EXIT_USAGE;
}

static int run(const void *given, const snt_args *args)
{
    const options *opts = given;

    (void)args;
    if (!opts->tls_cert != !opts->tls_key)
        return refuse("--tls-cert and --tls-key go together");
    if (opts->tls_client_ca && !opts->tls_cert)
        return refuse("--tls-client-ca needs --tls-cert");
    if (opts->host && !*opts->host && !opts->unix_path)
        return refuse("with an empty --host there is nowhere to listen");
    if (opts->max_header_bytes < 1024)
        return refuse("--max-header-bytes: expected 1024 or more");
    if (!strcmp(opts->output_mode, "http") &&
        (opts->routes || opts->broker.create_topics))
        return refuse(
            "--route and --create-topics need --output-mode both or redpanda");
    return snt_serve(opts);
}

const snt_command snt_cmd_serve = {
    .name = "serve",
    .summary = "Answer over HTTP, and publish to Kafka when asked to",
    .operands = "",
    .details =
        "POST a text to /sentiment, or open / in a browser. Also: /predict "
        "(text-embeddings-inference), /v1/classify (vLLM), /batch (a line a "
        "text), /health, /ready, /metrics, /info, /openapi.json. SIGTERM "
        "finishes what is in hand, SIGHUP loads the model and the keys anew.",
    .examples = "  sentiment-cli serve\n"
                "  curl -d 'Profit rose 12%' http://localhost:8080/sentiment\n",
    .parts =
        (const snt_args_part[]){
            {&listening_group, 0},
            {&limits_group, 0},
            {&caching_group, 0},
            {&output_group, 0},
            {&snt_broker_group, FIELD(broker)},
            {&snt_broker_topics_group, FIELD(broker)},
            {&snt_load_group, FIELD(load)}},
    .n_parts = 7,
    .options_size = sizeof(options),
    .usual = &usual,
    .run = run};
