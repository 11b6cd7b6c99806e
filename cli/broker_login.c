/* broker_login.c - the password, and whether the login makes sense. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker_state.h"
#include "error.h"
#include "file.h"
#include "report.h"

/* Versions of librdkafka: 2.6.1, and 2.3.0, the first of those tried that does
 * not crash when it makes a second token itself. */
enum { SCRAM_FIXED = 0x020601ff, TOKENS_FIXED = 0x020300ff };

/* The first line of the file, or the environment's password. */
static sentiment_status read_password(
    snt_broker *broker, const snt_broker_options *opts, sentiment_error *err)
{
    const char *given = getenv("REDPANDA_SASL_PASSWORD");
    snt_file file = {0};

    if (!opts->password_file) {
        broker->password = given && *given ? strdup(given) : NULL;
        return SENTIMENT_OK;
    }
    if (snt_file_open(&file, opts->password_file, err) != SENTIMENT_OK)
        return err->status;
    broker->password = strndup((const char *)file.bytes, file.len);
    snt_file_close(&file);
    if (!broker->password)
        return snt_fail_memory(err);
    broker->password[strcspn(broker->password, "\r\n")] = '\0';
    return *broker->password
               ? SENTIMENT_OK
               : snt_fail(
                     err, SENTIMENT_EINVAL, "%s: the first line is empty",
                     opts->password_file);
}

/* What -X sets name to, or NULL. kcat's "topic." before a name is allowed. */
static const char *property(const snt_broker_options *opts, const char *name)
{
    size_t len = strlen(name);

    for (size_t i = opts->properties.n; i-- > 0;) {
        const char *item = opts->properties.items[i];

        item += strncmp(item, "topic.", 6) ? 0 : 6;
        if (!strncmp(item, name, len) && item[len] == '=')
            return item + len + 1;
    }
    return NULL;
}

/* librdkafka waits for a token without a word when nobody makes one. */
static sentiment_status check_tokens(
    const snt_broker_options *opts, sentiment_error *err)
{
    const char *own = property(opts, "enable.sasl.oauthbearer.unsecure.jwt");
    const char *method = property(opts, "sasl.oauthbearer.method");

    if (own && !strcmp(own, "true"))
        return rd_kafka_version() >= TOKENS_FIXED
                   ? SENTIMENT_OK
                   : snt_fail(
                         err, SENTIMENT_EINVAL,
                         "librdkafka %s crashes when it renews a token that "
                         "it has made itself; 2.3.0 or newer does not: make "
                         "deps RDKAFKA=source",
                         rd_kafka_version_str());
    if (method && !strcmp(method, "oidc"))
        return SENTIMENT_OK;
    if (property(opts, "sasl.oauthbearer.metadata.authentication.type"))
        return SENTIMENT_OK;
    return snt_fail(
        err, SENTIMENT_EINVAL,
        "--sasl-mechanism OAUTHBEARER needs to know where tokens come from, "
        "such as -X sasl.oauthbearer.method=oidc with its client and endpoint");
}

static bool needs_password(int mechanism)
{
    return mechanism >= SNT_SASL_PLAIN && mechanism <= SNT_SASL_SCRAM_512;
}

static sentiment_status check_login(
    const snt_broker *broker, sentiment_error *err)
{
    const snt_broker_options *opts = broker->opts;
    bool scram = opts->mechanism == SNT_SASL_SCRAM_256 ||
                 opts->mechanism == SNT_SASL_SCRAM_512;

    if (opts->mechanism == SNT_SASL_OAUTHBEARER)
        return check_tokens(opts, err);
    if (!needs_password(opts->mechanism))
        return SENTIMENT_OK;
    if (!opts->username && !property(opts, "sasl.username"))
        return snt_fail(
            err, SENTIMENT_EINVAL, "--sasl-mechanism needs --sasl-username");
    if (!broker->password && !property(opts, "sasl.password"))
        return snt_fail(
            err, SENTIMENT_EINVAL,
            "--sasl-mechanism needs --sasl-password-file, or "
            "REDPANDA_SASL_PASSWORD in the environment");
    if (scram && rd_kafka_version() < SCRAM_FIXED)
        snt_report(
            "librdkafka %s cannot log in by SCRAM to Kafka 4 or newer, which "
            "then says that the password is wrong; 2.6.1 or newer can: make "
            "deps RDKAFKA=source",
            rd_kafka_version_str());
    return SENTIMENT_OK;
}

sentiment_status snt_broker_login(snt_broker *broker, sentiment_error *err)
{
    sentiment_status status = read_password(broker, broker->opts, err);

    return status ? status : check_login(broker, err);
}
