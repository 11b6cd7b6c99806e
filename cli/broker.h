/*
 * broker.h - how the commands that speak to Kafka or Redpanda reach it.
 *
 * One option group, the librdkafka configuration made of it, and one line for
 * whatever a broker refuses. A command
 *
 *   - has snt_broker_options in its own options and snt_broker_group in its
 *     parts;
 *   - opens an snt_broker, which checks the options and reads the password;
 *   - makes clients with snt_broker_client, naming only the properties that are
 *     its own. They log and report through the broker, to standard error;
 *   - closes the broker after its last client is destroyed.
 *
 * For instance, a producer:
 *
 *     static const snt_broker_setting mine[] = {
 *         {"enable.idempotence", "true", true}, {"linger.ms", "5", false},
 * {0}}; snt_broker_open(&broker, &opts->broker, &err);
 *     snt_broker_prepare(broker, topics, n, source, &err);
 *     conf = snt_broker_conf(broker, RD_KAFKA_PRODUCER, mine, &err);
 *     rd_kafka_conf_set_dr_msg_cb(conf, delivered);
 *     rk = snt_broker_client(broker, RD_KAFKA_PRODUCER, conf, &err);
 *
 * Whoever has clients polls them: errors are reported on that thread.
 */
#ifndef SNT_BROKER_H
#define SNT_BROKER_H

#include <librdkafka/rdkafka.h>

#include "args.h"

/** What the option group fills. */
typedef struct snt_broker_options {
    const char *brokers; /* NULL: localhost:9092 */
    const char *topic;   /* NULL: news */
    bool tls;
    int mechanism; /* of SASL: 1 none, 2 PLAIN, 3 and 4 SCRAM, 5 OAUTHBEARER */
    const char *username;
    const char *password_file; /* NULL: REDPANDA_SASL_PASSWORD */
    bool create_topics;
    uint32_t partitions;     /* 0: as many as the source, or the default */
    uint32_t replication;    /* 0: the broker's default */
    snt_arg_list properties; /* "name=value" */
} snt_broker_options;

extern const snt_option_group snt_broker_group;
/** The options of those that may make topics; they fill the same struct. */
extern const snt_option_group snt_broker_topics_group;

typedef struct snt_broker snt_broker;

/** Room for a line about a broker. */
enum { SNT_BROKER_LINE = 252 };

/** Reads the password and checks what can be checked without a broker. EINVAL
 * is the command line's fault. opts must outlive the broker. */
sentiment_status snt_broker_open(
    snt_broker **broker, const snt_broker_options *opts, sentiment_error *err);
void snt_broker_close(snt_broker *broker);

/** librdkafka's callbacks get the broker as their opaque; this is how they
 * find the command's own state. */
void snt_broker_set_owner(snt_broker *broker, void *owner);
void *snt_broker_owner(const snt_broker *broker);

/** --topic, or its default. */
const char *snt_broker_topic(const snt_broker *broker);

/** A property of librdkafka that a command sets. */
typedef struct snt_broker_setting {
    const char *name, *value;
    bool fixed; /* -X may not set it: the command would break its promise */
} snt_broker_setting;

/** The configuration of a client of this kind: settings (up to the first
 * without a name), the options, and, above both, -X. Callbacks may be added
 * to it. NULL with a line in err. */
rd_kafka_conf_t *snt_broker_conf(
    snt_broker *broker, rd_kafka_type_t type,
    const snt_broker_setting *settings, sentiment_error *err);

/** A client from a configuration, which it takes; NULL with a line in err. */
rd_kafka_t *snt_broker_client(
    snt_broker *broker, rd_kafka_type_t type, rd_kafka_conf_t *conf,
    sentiment_error *err);

/**
 * Waits until a broker answers, saying so, and sees to it that the topics are
 * there: makes those that are missing when --create-topics asks for it, with
 * the partitions of the topic source (NULL: the broker's default) unless told
 * otherwise; and that they may be written, as far as librdkafka can ask. Fails
 * with a line when the broker refuses the login, TLS, or one of the topics, and
 * with ECANCELLED when the stop flag goes up.
 */
sentiment_status snt_broker_prepare(
    snt_broker *broker, const char *const *topics, size_t n, const char *source,
    sentiment_error *err);

/** Whether the broker has refused this program, as opposed to being away: err
 * then holds the reason. */
bool snt_broker_refuses(snt_broker *broker, sentiment_error *err);

/** From now on librdkafka's own words go nowhere: what comes is tidying up
 * after a failure that is said in one line. */
void snt_broker_hush(snt_broker *broker);

/** What librdkafka logged of a partition that could not become part of a
 * transaction, which no error says; once. False: nothing. */
bool snt_broker_take_detail(snt_broker *broker, char detail[SNT_BROKER_LINE]);

/** Call it when a broker has done something: after an absence it says on
 * standard error that it is back. Costs one atomic load. */
void snt_broker_seen(snt_broker *broker);

/** While no broker can be reached, asks this client once a second, for a
 * fifth of one at most, whether one is back: for those who have nothing to do
 * meanwhile that would tell. Costs one atomic load when none is away. For one
 * thread. */
void snt_broker_look(snt_broker *broker, rd_kafka_t *rk);

/** Asks this client whether a broker can be reached, and says so when none
 * can: for those whom a call keeps waiting. librdkafka itself does not always
 * notice, of a transactional producer. */
void snt_broker_doubt(snt_broker *broker, rd_kafka_t *rk);

/** Whether no broker could be reached since the last snt_broker_seen. */
bool snt_broker_is_away(const snt_broker *broker);

/** How many errors librdkafka has reported to the clients. */
uint64_t snt_broker_errors(const snt_broker *broker);

/** Fails with "what: reason": ESTATE when the broker refuses it, and asking
 * again will not help; EIO when it may pass. */
sentiment_status snt_broker_fail(
    sentiment_error *err, const char *what, rd_kafka_resp_err_t code);

#endif
