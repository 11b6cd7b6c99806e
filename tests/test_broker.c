/* test_broker.c - options to librdkafka's configuration; no broker needed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "broker.h"
#include "suites.h"

static const snt_broker_setting mine[] = {
    {"enable.idempotence", "true", true}, {"linger.ms", "7", false}, {0}};

static snt_broker *broker;
static rd_kafka_conf_t *conf;
static sentiment_error err;

/* Opens a broker with these options and makes a producer's configuration. */
static sentiment_status configure(const snt_broker_options *opts)
{
    if (snt_broker_open(&broker, opts, &err) != SENTIMENT_OK)
        return err.status;
    conf = snt_broker_conf(broker, RD_KAFKA_PRODUCER, mine, &err);
    return conf ? SENTIMENT_OK : err.status;
}

static void tidy(void)
{
    if (conf)
        rd_kafka_conf_destroy(conf);
    snt_broker_close(broker);
    conf = NULL;
    broker = NULL;
    unsetenv("REDPANDA_SASL_PASSWORD");
}

static void assert_set(const char *name, const char *value)
{
    char found[256] = "";
    size_t size = sizeof(found);

    ck_assert_int_eq(
        rd_kafka_conf_get(conf, name, found, &size), RD_KAFKA_CONF_OK);
    ck_assert_str_eq(found, value);
}

START_TEST(without_options_it_is_a_local_broker_in_the_clear)
{
    const snt_broker_options opts = {0};

    ck_assert_sentiment_ok(configure(&opts), err);
    assert_set("bootstrap.servers", "localhost:9092");
    assert_set("security.protocol", "plaintext");
    assert_set("linger.ms", "7");
    assert_set("partitioner", "murmur2_random");
    ck_assert_str_eq(snt_broker_topic(broker), "news");
}
END_TEST

START_TEST(a_login_is_checked_and_passed_on)
{
    snt_broker_options opts = {.tls = true, .mechanism = 2};

    ck_assert_sentiment_fails(
        configure(&opts), SENTIMENT_EINVAL, "--sasl-username", err);
    opts.username = "demo";
    ck_assert_sentiment_fails(
        configure(&opts), SENTIMENT_EINVAL, "--sasl-password-file", err);
    setenv("REDPANDA_SASL_PASSWORD", "hush", 1);
    ck_assert_sentiment_ok(configure(&opts), err);
    assert_set("security.protocol", "sasl_ssl");
    assert_set("sasl.mechanisms", "PLAIN");
    assert_set("sasl.username", "demo");
    assert_set("sasl.password", "hush");
}
END_TEST

static struct {
    const char *properties[2];
    size_t n;
    const char *refusal; /* NULL: none */
} tokens[] = {
    {{NULL}, 0, "needs to know where tokens come from"},
    {{"sasl.oauthbearer.config=principal=a"}, 1, "where tokens come from"},
    {{"enable.sasl.oauthbearer.unsecure.jwt=false"}, 1, "where tokens"},
    {{"sasl.oauthbearer.method=default"}, 1, "where tokens come from"},
    {{"sasl.oauthbearer.method=oidc"}, 1, NULL},
    {{"sasl.oauthbearer.metadata.authentication.type=azure_imds"}, 1, NULL},
    {{"enable.sasl.oauthbearer.unsecure.jwt=true", "client.id=x"}, 2, "crash"},
};

START_TEST(a_token_comes_from_somewhere)
{
    const snt_broker_options opts = {
        .mechanism = 5, .properties = {tokens[_i].properties, tokens[_i].n}};
    const char *refusal = tokens[_i].refusal;

    if (refusal && !strcmp(refusal, "crash") && rd_kafka_version() > 0x020300ff)
        refusal = NULL;
    if (refusal)
        ck_assert_sentiment_fails(
            snt_broker_open(&broker, &opts, &err), SENTIMENT_EINVAL, refusal,
            err);
    else
        ck_assert_sentiment_ok(snt_broker_open(&broker, &opts, &err), err);
}
END_TEST

START_TEST(a_password_file_counts_to_its_line_end)
{
    char path[] = "/tmp/sentiment-test-XXXXXX";
    int fd = mkstemp(path);
    const snt_broker_options opts = {
        .mechanism = 3, .username = "demo", .password_file = path};

    ck_assert_int_eq(write(fd, "hu sh\r\n", 7), 7);
    close(fd);
    setenv("REDPANDA_SASL_PASSWORD", "another", 1);
    ck_assert_sentiment_ok(configure(&opts), err);
    unlink(path);
    assert_set("sasl.password", "hu sh");
    assert_set("sasl.mechanisms", "SCRAM-SHA-256");
}
END_TEST

START_TEST(a_property_wins_unless_the_command_needs_it)
{
    const char *items[] = {
        "linger.ms=9", "topic.message.timeout.ms=1234",
        "enable.idempotence=false"};
    snt_broker_options opts = {.properties = {items, 2}};

    ck_assert_sentiment_ok(configure(&opts), err);
    assert_set("linger.ms", "9");
    assert_set("message.timeout.ms", "1234");
    tidy();
    opts.properties.n = 3;
    ck_assert_sentiment_fails(
        configure(&opts), SENTIMENT_EINVAL, "-X enable.idempotence", err);
}
END_TEST

static const struct {
    const char *item, *part;
} refused[] = {
    {"linger.ms", "not NAME=VALUE"},
    {"no.such.thing=1", "no.such.thing"},
    {"linger.ms=never", "linger.ms"},
};

START_TEST(a_property_that_makes_no_sense_is_named)
{
    const char *items[] = {refused[_i].item};
    const snt_broker_options opts = {.properties = {items, 1}};

    ck_assert_sentiment_fails(
        configure(&opts), SENTIMENT_EINVAL, refused[_i].part, err);
}
END_TEST

START_TEST(a_secret_is_never_quoted)
{
    const char *items[] = {"ssl.key.pem=hunter2"};
    const snt_broker_options opts = {.tls = true, .properties = {items, 1}};
    rd_kafka_t *rk;

    if (configure(&opts) == SENTIMENT_OK) {
        rk = snt_broker_client(broker, RD_KAFKA_PRODUCER, conf, &err);
        ck_assert_ptr_null(rk);
        conf = NULL;
    }
    ck_assert_ptr_null(strstr(err.message, "hunter2"));
}
END_TEST

Suite *broker_suite(void)
{
    Suite *suite = suite_create("broker");
    TCase *tc = tcase_create("broker");

    tcase_add_checked_fixture(tc, NULL, tidy);
    tcase_add_test(tc, without_options_it_is_a_local_broker_in_the_clear);
    tcase_add_test(tc, a_login_is_checked_and_passed_on);
    tcase_add_loop_test(
        tc, a_token_comes_from_somewhere, 0, sizeof(tokens) / sizeof(*tokens));
    tcase_add_test(tc, a_password_file_counts_to_its_line_end);
    tcase_add_test(tc, a_property_wins_unless_the_command_needs_it);
    tcase_add_loop_test(
        tc, a_property_that_makes_no_sense_is_named, 0,
        sizeof(refused) / sizeof(*refused));
    tcase_add_test(tc, a_secret_is_never_quoted);
    suite_add_tcase(suite, tc);
    return suite;
}
