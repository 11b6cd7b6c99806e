/* cmd_enrich.c - the stage between topics: records in, labelled records out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "commands.h"
#include "enrich.h"
#include "error.h"
#include "load.h"
#include "report.h"
#include "stop.h"

enum { EXACTLY_ONCE = 2 };

static const snt_option table[] = {
    {"group", 'g', SNT_ARG_STRING, "NAME", "REDPANDA_CONSUMER_GROUP",
     offsetof(snt_enrich_options, group),
     "the consumer group (default: sentiment-analyzer)"},
    {"delivery", 0, SNT_ARG_CHOICE, "at-least-once|exactly-once", NULL,
     offsetof(snt_enrich_options, delivery),
     "at-least-once (default): none is lost, some may come twice after a "
     "failure; exactly-once: results and offsets in one transaction"},
    {"transactional-id", 0, SNT_ARG_STRING, "ID", NULL,
     offsetof(snt_enrich_options, transactional_id),
     "of exactly-once, one for each instance, the same after a restart "
     "(default: the group and the --instance-id, or else the host's name)"},
    {"instance-id", 0, SNT_ARG_STRING, "ID", NULL,
     offsetof(snt_enrich_options, instance_id),
     "static membership: a restart within the session's time-out moves no "
     "partitions"},
    {"batch", 0, SNT_ARG_COUNT, "N", NULL, offsetof(snt_enrich_options, batch),
     "records between two commits at most (default: 1000)"},
    {"batch-ms", 0, SNT_ARG_COUNT, "MS", NULL,
     offsetof(snt_enrich_options, batch_ms),
     "time between two commits at most (default: 200)"},
    {"max-in-flight-bytes", 0, SNT_ARG_COUNT, "N", NULL,
     offsetof(snt_enrich_options, max_in_flight_bytes),
     "memory for records between fetching and acknowledgement (default: 64 "
     "MiB)"},
    {"route", 0, SNT_ARG_STRING, "RULES", NULL,
     offsetof(snt_enrich_options, route),
     "which label and score goes to which topic, such as \"negative "
     "score>=0.9 -> alerts-{topic}\" (default: * -> {label}-{topic}; unknown "
     "-> unknown-{topic})"},
    {"from", 0, SNT_ARG_STRING, "WHERE", NULL,
     offsetof(snt_enrich_options, from),
     "begin, end, an offset, or a time (2026-11-25T10:00:00Z): set the "
     "group's offsets to it before the start (default: where the group has "
     "come to, or else the begin)"},
    {"until", 0, SNT_ARG_STRING, "WHERE", NULL,
     offsetof(snt_enrich_options, until),
     "stop before this offset or time, or at the end that there is at the "
     "start"},
    {"once", 0, SNT_ARG_FLAG, NULL, NULL, offsetof(snt_enrich_options, once),
     "stop at the end that there is at the start: a batch job"},
    {"dry-run", 0, SNT_ARG_FLAG, NULL, NULL,
     offsetof(snt_enrich_options, dry_run),
     "print what would be written, as kcat -J does; join no group, write and "
     "commit nothing"},
    {"drain-timeout", 0, SNT_ARG_COUNT, "SECONDS", NULL,
     offsetof(snt_enrich_options, drain_timeout),
     "after SIGTERM, how long to finish what is in hand (default: 30)"},
    {"metrics", 0, SNT_ARG_STRING, "HOST:PORT", NULL,
     offsetof(snt_enrich_options, metrics),
     "serve /metrics, for Prometheus, and /health over HTTP"},
    {"stall-seconds", 0, SNT_ARG_COUNT, "N", NULL,
     offsetof(snt_enrich_options, stall_seconds),
     "/health answers 503 when a partition with lag has not advanced for so "
     "long (default: 60)"},
};

const snt_option_group snt_enrich_group = {
    "Enrichment", table, sizeof(table) / sizeof(*table)};

typedef struct options {
    snt_broker_options broker;
    snt_enrich_options enrich;
    snt_recipe_options recipe;
    snt_load_options load;
} options;

/* Destinations that are the topic itself would feed the stage to itself. */
static sentiment_status check_loop(const snt_enrich *e, sentiment_error *err)
{
    const char *topic = snt_broker_topic(e->broker);

    for (size_t i = 0; i < sentiment_router_n_destinations(e->router); i++)
        if (!strcmp(topic, sentiment_router_destination(e->router, i)))
            return snt_fail(
                err, SENTIMENT_EINVAL,
                "--route: %s is the topic that is read: records would go "
                "round for ever",
                topic);
    return SENTIMENT_OK;
}

static sentiment_status open_router(snt_enrich *e, sentiment_error *err)
{
    size_t n = sentiment_classifier_n_labels(e->clf);
    const char **labels = calloc(n, sizeof(*labels));
    sentiment_status status;

    e->counts.labels = calloc(n, sizeof(*e->counts.labels));
    if (!labels || !e->counts.labels) {
        free(labels);
        return snt_fail_memory(err);
    }
    for (size_t i = 0; i < n; i++)
        labels[i] = sentiment_classifier_label(e->clf, i);
    status = sentiment_router_open(
        &e->router, e->opts->route, snt_broker_topic(e->broker), labels, n,
        err);
    free(labels);
    return status ? status : check_loop(e, err);
}

/* What needs no broker. */
static sentiment_status open_parts(
    snt_enrich *e, const options *opts, sentiment_error *err)
{
    const sentiment_pipeline_options pipeline = {.size = sizeof(pipeline)};

    if (snt_place_parse(&e->from, "--from", e->opts->from, err) ||
        snt_place_parse(&e->until, "--until", e->opts->until, err) ||
        snt_broker_open(&e->broker, &opts->broker, err) ||
        snt_enrich_metrics_open(e, err) ||
        snt_load_classifier(&e->clf, &opts->load, err) ||
        snt_recipe_open(&e->recipe, &opts->recipe, e->clf, err) ||
        open_router(e, err) ||
        sentiment_pipeline_open(&e->pipe, e->clf, &pipeline, err))
        return err->status;
    return sentiment_stream_open(&e->stream, e->pipe, 0, err);
}

static void name_producer(snt_enrich *e)
{
    const snt_enrich_options *opts = e->opts;
    char host[128] = "localhost";

    if (opts->transactional_id) {
        snprintf(
            e->transactional_id, sizeof(e->transactional_id), "%s",
            opts->transactional_id);
        return;
    }
    gethostname(host, sizeof(host) - 1);
    snprintf(
        e->transactional_id, sizeof(e->transactional_id), "%s-%s", opts->group,
        opts->instance_id ? opts->instance_id : host);
}

static sentiment_status prepare_topics(snt_enrich *e, sentiment_error *err)
{
    size_t n =
        e->opts->dry_run ? 0 : sentiment_router_n_destinations(e->router);
    const char **topics = calloc(n + 1, sizeof(*topics));
    sentiment_status status;

    if (!topics)
        return snt_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        topics[i] = sentiment_router_destination(e->router, i);
    status = snt_broker_prepare(
        e->broker, topics, n, snt_broker_topic(e->broker), err);
    free(topics);
    return status;
}

/* Producer before consumer: a transaction that an earlier run has left is
 * ended before its partitions' offsets are asked for. */
static sentiment_status join(snt_enrich *e, sentiment_error *err)
{
    snt_broker_set_owner(e->broker, e);
    name_producer(e);
    if (prepare_topics(e, err) != SENTIMENT_OK)
        return err->status;
    if (!e->opts->dry_run && snt_sink_open(e, err) != SENTIMENT_OK)
        return err->status;
    if (e->producer && e->exactly_once && snt_txn_init(e, err) != SENTIMENT_OK)
        return err->status;
    return snt_group_join(e, err);
}

static void leave(snt_enrich *e)
{
    if (snt_enrich_failed(e))
        snt_broker_hush(e->broker);
    else if (e->consumer)
        snt_commit_now(e);
    snt_txn_abandon(e);
    snt_group_leave(e);
}

static void close_all(snt_enrich *e)
{
    snt_scrape_close(e->scrape);
    sentiment_stream_close(e->stream);
    snt_sink_close(e);
    snt_track_close(&e->track);
    snt_group_destroy(e);
    sentiment_pipeline_close(e->pipe);
    sentiment_router_close(e->router);
    snt_recipe_close(&e->recipe);
    sentiment_classifier_close(e->clf);
    snt_broker_close(e->broker);
    free(e->counts.labels);
}

static int run_stage(snt_enrich *e)
{
    sentiment_error err;

    snt_enrich_metrics_post(e, false);
    if (join(e, &err) != SENTIMENT_OK) {
        if (err.status == SENTIMENT_ECANCELLED)
            return SNT_EXIT_OK;
        snt_report("%s", err.message);
        return err.status == SENTIMENT_EINVAL ? SNT_EXIT_USAGE
                                              : SNT_EXIT_FAILED;
    }
    e->begun_ms = e->shown_ms = snt_clock_now_ms(NULL);
    e->shown = isatty(STDERR_FILENO) && !e->opts->dry_run;
    snt_enrich_loop(e);
    leave(e);
    if (fflush(stdout) && !snt_enrich_failed(e))
        snt_fail(
            &e->error, SENTIMENT_EIO, "standard output: cannot be written");
    if (isatty(STDERR_FILENO))
        snt_enrich_summary(e);
    if (!snt_enrich_failed(e))
        return SNT_EXIT_OK;
    snt_report("%s", e->error.message);
    return SNT_EXIT_FAILED;
}

static const options usual = {
    .enrich = {
        .group = "sentiment-analyzer",
        .batch = 1000,
        .batch_ms = 200,
        .max_in_flight_bytes = 64 << 20,
        .drain_timeout = 30}};

static int run(const void *given, const snt_args *args)
{
    const options *opts = given;
    const snt_enrich_options *mine = &opts->enrich;
    snt_enrich e = {
        .opts = mine,
        .exactly_once = mine->delivery == EXACTLY_ONCE && !mine->dry_run};
    sentiment_error err;
    int code;

    (void)args;
    if (open_parts(&e, opts, &err) == SENTIMENT_OK) {
        code = run_stage(&e);
    } else {
        snt_report("%s", err.message);
        code = snt_load_exit(err.status);
    }
    close_all(&e);
    return code;
}

const snt_command snt_cmd_enrich = {
    .name = "enrich",
    .summary = "Label the records of a Kafka or Redpanda topic",
    .operands = "",
    .details =
        "Reads a topic in a consumer group, labels every record, and writes "
        "it to the topic of its label: positive-news, negative-news and "
        "neutral-news for the topic news. What cannot be labelled goes to "
        "unknown-news unchanged, with headers that say why; one bad record "
        "stops nothing. Key, headers and time are kept.\n\n"
        "Any number of instances may run in one group. SIGTERM finishes and "
        "commits what is in hand. When the broker is away, the stage waits "
        "for it.",
    .examples =
        "  sentiment-cli enrich --topic news --create-topics\n"
        "  sentiment-cli enrich --topic news --delivery exactly-once "
        "--instance-id a\n"
        "  sentiment-cli enrich --topic news --once --dry-run --from begin\n"
        "  sentiment-cli enrich --brokers b.example:9092 --tls "
        "--sasl-mechanism SCRAM-SHA-256 --sasl-username me "
        "--sasl-password-file secret\n",
    .parts =
        (const snt_args_part[]){
            {&snt_broker_group, offsetof(options, broker)},
            {&snt_broker_topics_group, offsetof(options, broker)},
            {&snt_enrich_group, offsetof(options, enrich)},
            {&snt_recipe_group, offsetof(options, recipe)},
            {&snt_load_group, offsetof(options, load)}},
    .n_parts = 5,
    .options_size = sizeof(options),
    .usual = &usual,
    .run = run};
