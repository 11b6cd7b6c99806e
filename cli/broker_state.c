/*
 * broker_state.c - what librdkafka reports, and what is said of it.
 *
 * It reports every failed attempt to connect; the user reads one line when the
 * brokers go away and one when they are back.
 */
#include "broker_state.h"

#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "error.h"
#include "report.h"

/* Keeps why a connection failed, without the time it took. */
static void keep_reason(snt_broker *b, const char *reason)
{
    const char *after = strstr(reason, " (after ");

    pthread_mutex_lock(&b->lock);
    snprintf(
        b->reason, sizeof(b->reason), "%.*s",
        (int)(after ? after - reason : (ptrdiff_t)strlen(reason)), reason);
    pthread_mutex_unlock(&b->lock);
}

static void keep_refusal(snt_broker *b, const char *reason)
{
    keep_reason(b, reason);
    pthread_mutex_lock(&b->lock);
    snt_fail(&b->refusal, SENTIMENT_ESTATE, "%s", b->reason);
    pthread_mutex_unlock(&b->lock);
}

/* librdkafka 2.0.2 sometimes calls this one a fault of transport. */
static bool is_distrust(const char *reason)
{
    return strstr(reason, "certificate verify failed") != NULL;
}

static void say_away(snt_broker *b)
{
    char reason[sizeof(b->reason)];
    bool ends;

    pthread_mutex_lock(&b->lock);
    memcpy(reason, b->reason, sizeof(reason));
    ends = b->preparing && b->refusal.status != SENTIMENT_OK;
    pthread_mutex_unlock(&b->lock);
    if (!ends && !atomic_exchange(&b->away, true))
        snt_report("no broker can be reached; waiting (%s)", reason);
}

/* On the thread that polls the client. */
static void on_error(rd_kafka_t *rk, int code, const char *reason, void *opaque)
{
    snt_broker *b = opaque;

    (void)rk;
    atomic_fetch_add(&b->errors, 1);
    switch (code) {
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR__SSL:
        keep_refusal(b, reason);
        break;
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__RESOLVE:
        if (is_distrust(reason))
            keep_refusal(b, reason);
        else
            keep_reason(b, reason);
        break;
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
        say_away(b);
        break;
    case RD_KAFKA_RESP_ERR__FATAL: /* the command asks for it itself */
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
        break;
    default:
        snt_report("%s", reason);
    }
}

/* On any of librdkafka's threads. What on_error gets too is left out, and
 * that a producer has no use for a consumer's property, and what will be
 * tried again at once. */
static void on_log(
    const rd_kafka_t *rk, int level, const char *facility, const char *message)
{
    bool debug = level == LOG_DEBUG;

    (void)rk;
    if (!debug && (level > LOG_WARNING || !strcmp(facility, "FAIL") ||
                   !strcmp(facility, "ERROR") || !strcmp(facility, "GETPID") ||
                   strstr(message, "will be ignored by this")))
        return;
    snt_report("librdkafka: %s: %s", facility, message);
}

void snt_broker_listen(snt_broker *broker, rd_kafka_conf_t *conf)
{
    rd_kafka_conf_set_opaque(conf, broker);
    rd_kafka_conf_set_error_cb(conf, on_error);
    rd_kafka_conf_set_log_cb(conf, on_log);
}

bool snt_broker_refuses(snt_broker *broker, sentiment_error *err)
{
    pthread_mutex_lock(&broker->lock);
    *err = broker->refusal;
    pthread_mutex_unlock(&broker->lock);
    return err->status != SENTIMENT_OK;
}

void snt_broker_seen(snt_broker *broker)
{
    if (atomic_load(&broker->away) && atomic_exchange(&broker->away, false))
        snt_report("a broker is back");
}

bool snt_broker_is_away(const snt_broker *broker)
{
    return atomic_load(&broker->away);
}

uint64_t snt_broker_errors(const snt_broker *broker)
{
    return atomic_load(&broker->errors);
}

sentiment_status snt_broker_fail(
    sentiment_error *err, const char *what, rd_kafka_resp_err_t code)
{
    bool refused =
        code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
        code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED ||
        code == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED ||
        code == RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED ||
        code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
        code == RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION;
    const char *reason = rd_kafka_err2str(code);

    if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
        reason = "there is no such topic at the broker";
    return snt_fail(
        err, refused ? SENTIMENT_ESTATE : SENTIMENT_EIO, "%s: %s", what,
        reason);
}
