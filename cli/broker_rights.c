/* broker_rights.c - see broker_rights.h. */
#include "broker_rights.h"

#include "error.h"

#if RD_KAFKA_VERSION >= 0x020300ff

enum { ANSWER_MS = 5000 };

static bool may_write(const rd_kafka_TopicDescription_t *topic)
{
    size_t n = 0;
    const rd_kafka_AclOperation_t *allowed =
        rd_kafka_TopicDescription_authorized_operations(topic, &n);

    for (size_t i = 0; i < n; i++)
        if (allowed[i] == RD_KAFKA_ACL_OPERATION_WRITE ||
            allowed[i] == RD_KAFKA_ACL_OPERATION_ALL)
            return true;
    return !n; /* not known */
}

static sentiment_status read_answer(
    rd_kafka_event_t *event, sentiment_error *err)
{
    const rd_kafka_TopicDescription_t **found;
    size_t n = 0;

    if (rd_kafka_event_error(event))
        return SENTIMENT_OK;
    found = rd_kafka_DescribeTopics_result_topics(
        rd_kafka_event_DescribeTopics_result(event), &n);
    for (size_t i = 0; i < n; i++)
        if (!rd_kafka_error_code(rd_kafka_TopicDescription_error(found[i])) &&
            !may_write(found[i]))
            return snt_broker_fail(
                err, rd_kafka_TopicDescription_name(found[i]),
                RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    return SENTIMENT_OK;
}

sentiment_status snt_broker_check_rights(
    rd_kafka_t *rk, const char *const *topics, size_t n, sentiment_error *err)
{
    rd_kafka_AdminOptions_t *options =
        rd_kafka_AdminOptions_new(rk, RD_KAFKA_ADMIN_OP_DESCRIBETOPICS);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(rk);
    rd_kafka_TopicCollection_t *wanted =
        rd_kafka_TopicCollection_of_topic_names((const char **)topics, n);
    sentiment_status status = SENTIMENT_OK;
    rd_kafka_event_t *event;

    rd_kafka_error_destroy(
        rd_kafka_AdminOptions_set_include_authorized_operations(options, 1));
    rd_kafka_DescribeTopics(rk, wanted, options, queue);
    event = rd_kafka_queue_poll(queue, ANSWER_MS);
    if (event) {
        status = read_answer(event, err);
        rd_kafka_event_destroy(event);
    }
    rd_kafka_TopicCollection_destroy(wanted);
    rd_kafka_queue_destroy(queue);
    rd_kafka_AdminOptions_destroy(options);
    return status;
}

#else

sentiment_status snt_broker_check_rights(
    rd_kafka_t *rk, const char *const *topics, size_t n, sentiment_error *err)
{
    (void)rk;
    (void)topics;
    (void)n;
    (void)err;
    return SENTIMENT_OK;
}

#endif
