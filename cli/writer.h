/*
 * writer.h - outcomes as a table, ndjson, one JSON array, tsv or csv.
 */
#ifndef SNT_WRITER_H
#define SNT_WRITER_H

#include "args.h"
#include "json.h"
#include "output.h"
#include "stage.h"

typedef enum snt_format {
    SNT_FORMAT_TABLE = 1,
    SNT_FORMAT_NDJSON,
    SNT_FORMAT_JSON,
    SNT_FORMAT_TSV,
    SNT_FORMAT_CSV
} snt_format;

typedef enum snt_color {
    SNT_COLOR_AUTO = 1,
    SNT_COLOR_ALWAYS,
    SNT_COLOR_NEVER
} snt_color;

/** What the option group fills. */
typedef struct snt_writer_options {
    int format; /* snt_format; 0: a table on a terminal, ndjson in a pipe */
    int color;  /* snt_color; 0: auto */
    bool scores;
} snt_writer_options;

extern const snt_option_group snt_writer_group;

typedef struct snt_writer {
    snt_output *out;
    const sentiment_classifier *clf;
    size_t n_labels;
    const char *text_name; /* the member that holds the text: "text" */
    bool scores;           /* of every label */
    bool keep_error;       /* "error" is a member like any other */
    bool named;            /* an error says which file it is in */
    bool color;
    size_t columns;   /* of the terminal; 0: do not cut texts */
    size_t count;     /* outcomes written */
    snt_record *head; /* csv, tsv: the fields of the first record */
    bool left_out;    /* a record had a field that the first has not */
    snt_json_object object;
    snt_buffer scratch;
    const struct snt_writer_ops *ops;
} snt_writer;

/** One set of functions a format; each may be NULL. */
typedef struct snt_writer_ops {
    void (*begin)(snt_writer *w);
    void (*put)(snt_writer *w, const snt_outcome *outcome);
    void (*end)(snt_writer *w, const snt_record *shape);
} snt_writer_ops;

/** The format that the options and the output ask for. */
snt_format snt_writer_format(const snt_writer_options *opts, int fd);

/** Whether the options, NO_COLOR and the output ask for colour. */
bool snt_writer_is_colored(const snt_writer_options *opts, int fd);

void snt_writer_open(
    snt_writer *w, const snt_writer_options *opts, snt_output *out,
    const sentiment_classifier *clf, bool named);
void snt_writer_put(snt_writer *w, const snt_outcome *outcome);

/** Adds one outcome as a JSON object to the output's buffer, and nothing that
 * separates it from others. */
void snt_writer_object(snt_writer *w, const snt_outcome *outcome);

/** Writes what comes after the last outcome. Columns are named even if there
 * was no outcome: then by shape, a record without a text; NULL: no memory. */
void snt_writer_end(snt_writer *w, const snt_record *shape);

void snt_writer_close(snt_writer *w);

/* table.c and columns.c */
extern const snt_writer_ops snt_writer_as_table;
extern const snt_writer_ops snt_writer_as_tsv;
extern const snt_writer_ops snt_writer_as_csv;

/** "line 4: not UTF-8 at byte 17" for where no field says the line. */
void snt_writer_add_error(
    const snt_writer *w, snt_buffer *buf, const snt_outcome *outcome);

#endif
