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

#include "clock.h"
#include "error.h"
#include "report.h"

enum { LOOK_EVERY_MS = 1000, LOOK_MS = 200, DOUBT_MS = 1000 };

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
        snt_report(
            "no broker can be reached; waiting (%s)",
            *reason ? reason : "no answer");
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

/* "[thrd:main]: TxnCoordinator/1: Failed to add partition …" without what
 * comes before. */
static void keep_detail(snt_broker *b, const char *message)
{
    const char *failed = strstr(message, "Failed to add");

    pthread_mutex_lock(&b->lock);
    snprintf(b->detail, sizeof(b->detail), "%s", failed ? failed : message);
    pthread_mutex_unlock(&b->lock);
}

void snt_broker_hush(snt_broker *broker)
{
    atomic_store(&broker->hushed, true);
}

bool snt_broker_take_detail(snt_broker *broker, char detail[SNT_BROKER_LINE])
{
    pthread_mutex_lock(&broker->lock);
    memcpy(detail, broker->detail, SNT_BROKER_LINE);
    *broker->detail = '\0';
    pthread_mutex_unlock(&broker->lock);
    return *detail;
}

/* What whoever uses the client is told by an error too, or tries again. */
static bool is_known(const char *facility, const char *message)
{
    static const char *const known[] = {
        "FAIL", "ERROR", "GETPID", "TXNERR", "METADATAUPDATE"};

    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
        if (!strcmp(facility, known[i]))
            return true;
    /* A producer has no use for a consumer's property. */
    return strstr(message, "will be ignored by this");
}

/* On any of librdkafka's threads. */
static void on_log(
    const rd_kafka_t *rk, int level, const char *facility, const char *message)
{
    snt_broker *b = rd_kafka_opaque(rk);
    bool debug = level == LOG_DEBUG;

    if (!debug && !strcmp(facility, "ADDPARTS"))
        keep_detail(b, message);
    else if (!debug && atomic_load(&b->hushed))
        return;
    else if (!debug && (level > LOG_WARNING || is_known(facility, message)))
        return;
    else
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

static bool answers(rd_kafka_t *rk, int timeout_ms)
{
    const struct rd_kafka_metadata *found;

    if (rd_kafka_metadata(rk, 0, NULL, &found, timeout_ms))
        return false;
    rd_kafka_metadata_destroy(found);
    return true;
}

/* Records and reports say nothing: they may have come before it went. */
void snt_broker_look(snt_broker *broker, rd_kafka_t *rk)
{
    uint64_t now;

    if (!snt_broker_is_away(broker))
        return;
    now = snt_clock_now_ms(NULL);
    if (now - broker->looked_ms < LOOK_EVERY_MS)
        return;
    if (answers(rk, LOOK_MS))
        snt_broker_seen(broker);
    broker->looked_ms = snt_clock_now_ms(NULL);
}

void snt_broker_doubt(snt_broker *broker, rd_kafka_t *rk)
{
    if (!snt_broker_is_away(broker) && !answers(rk, DOUBT_MS))
        say_away(broker);
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
