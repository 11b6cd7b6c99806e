/*
 * input.h - texts from files, standard input or the command line.
 *
 * Formats: a text a line; a JSON object a line; csv with a header row; what
 * kcat -J and rpk print of Kafka records.
 */
#ifndef SNT_INPUT_H
#define SNT_INPUT_H

#include "args.h"
#include "record.h"

typedef enum snt_input_format {
    SNT_INPUT_LINES = 1,
    SNT_INPUT_JSONL,
    SNT_INPUT_CSV,
    SNT_INPUT_KCAT
} snt_input_format;

/** What the option group fills. */
typedef struct snt_input_options {
    int format;        /* snt_input_format; 0: lines */
    const char *field; /* NULL: "text", and a kcat payload as it is */
    snt_arg_list texts;
} snt_input_options;

extern const snt_option_group snt_input_group;

typedef struct snt_input snt_input;

/** Reads the operands as files, or, when texts are given, as more texts. Both
 * must outlive the input. */
sentiment_status snt_input_open(
    snt_input **in, const snt_input_options *opts, const snt_arg_list *operands,
    sentiment_error *err);
void snt_input_close(snt_input *in);

/** The next record, to be freed by the caller; NULL at the end, at a stop, or
 * without memory: then *err is filled. */
snt_record *snt_input_next(snt_input *in, sentiment_error *err);

/** A record with the columns of the open csv file, or with none, as every
 * record has them that was read of it; to be freed. NULL without memory. */
snt_record *snt_input_shape(const snt_input *in);

/** Whether the next record is there without waiting, as far as known. */
bool snt_input_ready(const snt_input *in);

/** Whether a person would have to type it: no file, no text, a terminal. */
bool snt_input_is_terminal(const snt_input *in);

/** Whether more than one file is read, so that a line needs its name. */
bool snt_input_is_many(const snt_input *in);

/** Files that could not be opened or read; each has been reported. */
size_t snt_input_failures(const snt_input *in);

/** How far it is; *all is 0 when that is not known. */
void snt_input_progress(const snt_input *in, uint64_t *done, uint64_t *all);

#endif
