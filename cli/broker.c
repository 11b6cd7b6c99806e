/* broker.c - see broker.h: options to configuration. */
#include "broker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker_state.h"
#include "error.h"

static const snt_option table[] = {
    {"brokers", 'b', SNT_ARG_STRING, "HOST:PORT,…", "REDPANDA_BROKERS",
     offsetof(snt_broker_options, brokers),
     "where the cluster is found (default: localhost:9092)"},
    {"topic", 't', SNT_ARG_STRING, "NAME", "REDPANDA_TOPIC",
     offsetof(snt_broker_options, topic),
     "the topic, or what the topics' names end in (default: news)"},
    {"tls", 0, SNT_ARG_FLAG, NULL, "REDPANDA_TLS",
     offsetof(snt_broker_options, tls),
     "encrypt; -X ssl.ca.location=FILE for a certificate authority of your "
     "own"},
    {"sasl-mechanism", 0, SNT_ARG_CHOICE,
     "none|PLAIN|SCRAM-SHA-256|SCRAM-SHA-512|OAUTHBEARER",
     "REDPANDA_SASL_MECHANISM", offsetof(snt_broker_options, mechanism),
     "how to log in (default: none)"},
    {"sasl-username", 0, SNT_ARG_STRING, "NAME", "REDPANDA_SASL_USERNAME",
     offsetof(snt_broker_options, username), "who logs in"},
    {"sasl-password-file", 0, SNT_ARG_STRING, "FILE", NULL,
     offsetof(snt_broker_options, password_file),
     "the first line of FILE is the password (default: what the environment "
     "variable REDPANDA_SASL_PASSWORD holds)"},
    {"property", 'X', SNT_ARG_LIST, "NAME=VALUE", NULL,
     offsetof(snt_broker_options, properties),
     "set a property of librdkafka, as kcat does; may be given again"},
};

const snt_option_group snt_broker_group = {
    "Broker", table, sizeof(table) / sizeof(*table)};

static const snt_option topics[] = {
    {"create-topics", 0, SNT_ARG_FLAG, NULL, NULL,
     offsetof(snt_broker_options, create_topics),
     "make the topics that are missing"},
    {"partitions", 0, SNT_ARG_COUNT, "N", NULL,
     offsetof(snt_broker_options, partitions),
     "of a topic that is made (default: as many as the source has, or what "
     "the broker likes)"},
    {"replication", 0, SNT_ARG_COUNT, "N", NULL,
     offsetof(snt_broker_options, replication),
     "replicas of a topic that is made (default: what the broker likes)"},
};

const snt_option_group snt_broker_topics_group = {
    "Topics", topics, sizeof(topics) / sizeof(*topics)};

/* ---- opening ---- */

/* librdkafka takes no brokers for none yet, and would wait for ever. */
static sentiment_status check(
    const snt_broker_options *opts, sentiment_error *err)
{
    if (opts->brokers && !*opts->brokers)
        return snt_fail(err, SENTIMENT_EINVAL, "--brokers: empty");
    if (opts->topic && !*opts->topic)
        return snt_fail(err, SENTIMENT_EINVAL, "--topic: empty");
    for (size_t i = 0; i < opts->properties.n; i++)
        if (!strchr(opts->properties.items[i], '='))
            return snt_fail(
                err, SENTIMENT_EINVAL, "-X %s: not NAME=VALUE",
                opts->properties.items[i]);
    return SENTIMENT_OK;
}

sentiment_status snt_broker_open(
    snt_broker **broker, const snt_broker_options *opts, sentiment_error *err)
{
    snt_broker *b = calloc(1, sizeof(*b));
    sentiment_status status;

    *broker = NULL;
    if (!b)
        return snt_fail_memory(err);
    b->opts = opts;
    pthread_mutex_init(&b->lock, NULL);
    status = check(opts, err);
    if (status == SENTIMENT_OK)
        status = snt_broker_login(b, err);
    if (status == SENTIMENT_OK)
        *broker = b;
    else
        snt_broker_close(b);
    return status;
}

void snt_broker_close(snt_broker *broker)
{
    if (!broker)
        return;
    if (broker->password)
        explicit_bzero(broker->password, strlen(broker->password));
    free(broker->password);
    pthread_mutex_destroy(&broker->lock);
    free(broker);
}

const char *snt_broker_topic(const snt_broker *broker)
{
    return broker->opts->topic ? broker->opts->topic : "news";
}

void snt_broker_set_owner(snt_broker *broker, void *owner)
{
    broker->owner = owner;
}

void *snt_broker_owner(const snt_broker *broker)
{
    return broker->owner;
}

/* ---- configuration ---- */

/* librdkafka's own words quote the value, which may be a secret. */
static bool is_secret(const char *name)
{
    return strstr(name, "password") || strstr(name, "secret") ||
           strstr(name, ".pem") || strstr(name, "oauthbearer.config");
}

static sentiment_status set(
    rd_kafka_conf_t *conf, const char *name, const char *value,
    sentiment_error *err)
{
    char why[256];

    if (rd_kafka_conf_set(conf, name, value, why, sizeof(why)) ==
        RD_KAFKA_CONF_OK)
        return SENTIMENT_OK;
    if (is_secret(name))
        return snt_fail(err, SENTIMENT_EINVAL, "not accepted");
    return snt_fail(err, SENTIMENT_EINVAL, "%s", why);
}

static const char *protocol(const snt_broker_options *opts)
{
    bool sasl = opts->mechanism >= SNT_SASL_PLAIN;

    if (opts->tls)
        return sasl ? "sasl_ssl" : "ssl";
    return sasl ? "sasl_plaintext" : "plaintext";
}

static const char *mechanism(int choice)
{
    static const char *const names[] = {
        [SNT_SASL_PLAIN] = "PLAIN",
        [SNT_SASL_SCRAM_256] = "SCRAM-SHA-256",
        [SNT_SASL_SCRAM_512] = "SCRAM-SHA-512",
        [SNT_SASL_OAUTHBEARER] = "OAUTHBEARER"};

    return names[choice];
}

static sentiment_status set_options(
    const snt_broker *broker, rd_kafka_conf_t *conf, sentiment_error *err)
{
    const snt_broker_options *opts = broker->opts;
    const snt_broker_setting settings[] = {
        {"bootstrap.servers", opts->brokers ? opts->brokers : "localhost:9092",
         false},
        {"security.protocol", protocol(opts), false},
        /* Back within a second of the broker, not within ten. */
        {"reconnect.backoff.max.ms", "1000", false},
        {"client.id", "sentiment-cli", false},
        {"sasl.mechanisms",
         opts->mechanism >= SNT_SASL_PLAIN ? mechanism(opts->mechanism) : NULL,
         false},
        {"sasl.username", opts->username, false},
        {"sasl.password", broker->password, false}};
    size_t n = sizeof(settings) / sizeof(*settings);

    for (size_t i = 0; i < n; i++)
        if (settings[i].value &&
            set(conf, settings[i].name, settings[i].value, err))
            return err->status;
    return SENTIMENT_OK;
}

static sentiment_status set_property(
    rd_kafka_conf_t *conf, const char *item, const snt_broker_setting *settings,
    sentiment_error *err)
{
    const char *equals = strchr(item, '=');
    char name[128], origin[136];

    item += strncmp(item, "topic.", 6) ? 0 : 6;
    snprintf(name, sizeof(name), "%.*s", (int)(equals - item), item);
    snprintf(origin, sizeof(origin), "-X %s", name);
    for (; settings->name; settings++)
        if (settings->fixed && !strcmp(settings->name, name))
            return snt_fail(
                err, SENTIMENT_EINVAL,
                "%s: this command needs it to be %s, to keep its promises",
                origin, settings->value);
    if (set(conf, name, equals + 1, err) != SENTIMENT_OK)
        return snt_fail_within(err, err->status, origin);
    return SENTIMENT_OK;
}

rd_kafka_conf_t *snt_broker_conf(
    snt_broker *broker, rd_kafka_type_t type,
    const snt_broker_setting *settings, sentiment_error *err)
{
    const snt_arg_list *properties = &broker->opts->properties;
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    sentiment_status status = set_options(broker, conf, err);

    /* As Java's clients and Redpanda Connect spread keys. */
    if (status == SENTIMENT_OK && type == RD_KAFKA_PRODUCER)
        status = set(conf, "partitioner", "murmur2_random", err);
    for (const snt_broker_setting *s = settings; s->name && !status; s++)
        status = set(conf, s->name, s->value, err);
    for (size_t i = 0; i < properties->n && status == SENTIMENT_OK; i++)
        status = set_property(conf, properties->items[i], settings, err);
    if (status != SENTIMENT_OK) {
        rd_kafka_conf_destroy(conf);
        return NULL;
    }
    snt_broker_listen(broker, conf);
    return conf;
}

rd_kafka_t *snt_broker_client(
    snt_broker *broker, rd_kafka_type_t type, rd_kafka_conf_t *conf,
    sentiment_error *err)
{
    char why[256];
    rd_kafka_t *rk;
    bool tokens = broker->opts->mechanism == SNT_SASL_OAUTHBEARER;

    /* Tokens are then renewed whether or not someone polls. */
    if (tokens)
        rd_kafka_conf_enable_sasl_queue(conf, 1);
    rk = rd_kafka_new(type, conf, why, sizeof(why));
    if (!rk) {
        rd_kafka_conf_destroy(conf);
        snt_fail(err, SENTIMENT_EINVAL, "%s", why);
        return NULL;
    }
    if (tokens)
        rd_kafka_error_destroy(rd_kafka_sasl_background_callbacks_enable(rk));
    return rk;
}
