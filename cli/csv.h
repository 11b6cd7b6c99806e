/* csv.h - rows of RFC 4180: quoted fields may hold commas, quotes, newlines. */
#ifndef SNT_CSV_H
#define SNT_CSV_H

#include "source.h"

typedef struct snt_csv_field {
    size_t at; /* in the row's bytes */
    size_t len;
} snt_csv_field;

/** Zero it to begin; a row's content stands until the next row. */
typedef struct snt_csv_row {
    snt_buffer bytes;      /* the fields, unquoted, one after the other */
    snt_csv_field *fields; /* [n] */
    size_t n;
    size_t cap;
    uint64_t line;     /* where the row begins */
    const char *error; /* why it is malformed, or NULL */
} snt_csv_row;

/** Reads the next row of the open file; false at its end. */
bool snt_csv_next(snt_source *src, snt_line *line, snt_csv_row *row);

void snt_csv_free(snt_csv_row *row);

/** Adds a field with commas, quotes or newlines in it quoted. */
void snt_csv_add(snt_buffer *buf, const char *bytes, size_t len);

#endif
