/*
 * kread.h - a topic from one end to the other, one partition after the other;
 * no group is joined and nothing is committed.
 *
 * The end is the one that there is when a partition is begun. Records of
 * aborted transactions are not seen. For one thread, which is told of the
 * broker's absence as broker.h says.
 */
#ifndef SNT_KREAD_H
#define SNT_KREAD_H

#include "broker.h"

typedef struct snt_kread snt_kread;

/** Waits for the broker; fails when there is no such topic. The broker must
 * outlive the reader. */
sentiment_status snt_kread_open(
    snt_kread **read, snt_broker *broker, const char *topic,
    sentiment_error *err);
void snt_kread_close(snt_kread *read);

int32_t snt_kread_n_partitions(const snt_kread *read);

/** From now on records of this partition come, from this offset on. */
sentiment_status snt_kread_begin(
    snt_kread *read, int32_t partition, int64_t offset, sentiment_error *err);

/** The next record, for the caller to destroy, or NULL: at the partition's
 * end. Fails with ECANCELLED when the stop flag goes up. */
sentiment_status snt_kread_next(
    snt_kread *read, rd_kafka_message_t **message, sentiment_error *err);

#endif
