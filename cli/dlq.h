/*
 * dlq.h - what the subcommands of `dlq` share: where the dead letters lie,
 * which of them are meant, and going through them.
 */
#ifndef SNT_DLQ_H
#define SNT_DLQ_H

#include "broker.h"
#include "kread.h"
#include "letter.h"

extern const snt_command snt_dlq_list;
extern const snt_command snt_dlq_show;
extern const snt_command snt_dlq_replay;

/** What the option groups fill. */
typedef struct snt_dlq_options {
    const char *letters; /* topic; NULL: unknown- and --topic */
    const char *reason, *partition, *from, *until;
} snt_dlq_options;

/** Where they lie; and which are meant. */
extern const snt_option_group snt_dlq_place_group, snt_dlq_filter_group;

typedef struct snt_dlq {
    snt_broker *broker;
    char topic[256]; /* of the dead letters */
    snt_letter_filter filter;
    snt_kread *read;
} snt_dlq;

/** Close it either way. EINVAL is wrong usage. */
sentiment_status snt_dlq_open(
    snt_dlq *dlq, const snt_dlq_options *opts, const snt_broker_options *broker,
    sentiment_error *err);
void snt_dlq_close(snt_dlq *dlq);

/** A visitor; the letter is its own until it returns. */
typedef sentiment_status (*snt_dlq_visit)(
    void *arg, const snt_letter *letter, sentiment_error *err);

/** Visits the letters that ids name ("PARTITION:OFFSET"), or without any all
 * that the filter lets through, partition by partition in order. Stops at the
 * first failure; one that is not there is one. */
sentiment_status snt_dlq_each(
    snt_dlq *dlq, const snt_arg_list *ids, snt_dlq_visit visit, void *arg,
    sentiment_error *err);

/** Says the failure, if there is one; the exit status. */
int snt_dlq_exit(sentiment_status status, const sentiment_error *err);

#endif
