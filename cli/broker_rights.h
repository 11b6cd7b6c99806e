/* broker_rights.h - whether topics may be written, for broker_topics.c. */
#ifndef SNT_BROKER_RIGHTS_H
#define SNT_BROKER_RIGHTS_H

#include "broker.h"

/**
 * Fails with ESTATE and the topic's name when the broker says that this client
 * may not write one of the topics. A broker that says nothing of rights, or a
 * librdkafka that cannot ask (before 2.3), refuses only the first record.
 */
sentiment_status snt_broker_check_rights(
    rd_kafka_t *rk, const char *const *topics, size_t n, sentiment_error *err);

#endif
