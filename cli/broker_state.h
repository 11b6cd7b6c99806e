/* broker_state.h - what an snt_broker is, for the files broker*.c only. */
#ifndef SNT_BROKER_STATE_H
#define SNT_BROKER_STATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "broker.h"

struct snt_broker {
    const snt_broker_options *opts; /* borrowed */
    void *owner;                    /* borrowed */
    char *password;                 /* or NULL */
    atomic_bool away;               /* no broker can be reached */
    atomic_bool hushed;             /* see snt_broker_hush */
    atomic_bool preparing;          /* a refusal ends the command */
    atomic_ullong errors;           /* that librdkafka reported */
    uint64_t looked_ms;             /* the last snt_broker_look */
    pthread_mutex_t lock;           /* guards the rest */
    sentiment_error refusal;        /* ESTATE: login or TLS was refused */
    char reason[SNT_BROKER_LINE];   /* why a connection failed last */
    char detail[SNT_BROKER_LINE];   /* see snt_broker_take_detail; or "" */
};

/** --sasl-mechanism. */
enum {
    SNT_SASL_PLAIN = 2,
    SNT_SASL_SCRAM_256,
    SNT_SASL_SCRAM_512,
    SNT_SASL_OAUTHBEARER
};

/** Reads the password and checks that nothing is missing from the login. */
sentiment_status snt_broker_login(snt_broker *broker, sentiment_error *err);

/** Adds the callbacks for logs and errors, and the broker as opaque. */
void snt_broker_listen(snt_broker *broker, rd_kafka_conf_t *conf);

#endif
