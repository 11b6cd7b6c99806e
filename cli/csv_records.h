/* csv_records.h - the rows of a csv file with a header as records. */
#ifndef SNT_CSV_RECORDS_H
#define SNT_CSV_RECORDS_H

#include "csv.h"
#include "record.h"

/** Zero it to begin. */
typedef struct snt_csv_records {
    snt_csv_row header; /* of the open file */
    snt_csv_row row;
    size_t column; /* of the text */
} snt_csv_records;

/** Reads the open file's header, in which the text's column has this name;
 * false, and says so, when it is not there. */
bool snt_csv_records_begin(
    snt_csv_records *csv, snt_source *src, snt_line *line, const char *name);

/** Reads the next row that is not empty; false at the file's end. */
bool snt_csv_records_next(
    snt_csv_records *csv, snt_source *src, snt_line *line);

/** Fills the record from the row that was read, and returns it. */
snt_record *snt_csv_records_read(const snt_csv_records *csv, snt_record *rec);

/** Adds every column but the text's, empty. */
void snt_csv_records_shape(const snt_csv_records *csv, snt_record *rec);

/** Whether memory has run out. */
bool snt_csv_records_failed(const snt_csv_records *csv);

void snt_csv_records_free(snt_csv_records *csv);

#endif
