/* csv_records.c - see csv_records.h. */
#include "csv_records.h"

#include <string.h>

#include "report.h"

static bool is_called(const snt_csv_row *row, size_t i, const char *name)
{
    return row->fields[i].len == strlen(name) &&
           !memcmp(row->bytes.bytes + row->fields[i].at, name, strlen(name));
}

bool snt_csv_records_begin(
    snt_csv_records *csv, snt_source *src, snt_line *line, const char *name)
{
    const snt_csv_row *header = &csv->header;

    if (!snt_csv_next(src, line, &csv->header))
        return true; /* an empty file, or a stop */
    for (csv->column = 0; csv->column < header->n; csv->column++)
        if (header->fields[csv->column].len &&
            is_called(header, csv->column, name))
            return true;
    snt_report(
        "%s: no column \"%s\" in its header: name the text's with --field",
        src->name, name);
    return false;
}

/* A line with nothing in it is no row, unless there is but one column. */
static bool is_row(const snt_csv_records *csv)
{
    return csv->row.n > 1 || csv->row.fields[0].len || csv->row.error ||
           csv->header.n == 1;
}

bool snt_csv_records_next(snt_csv_records *csv, snt_source *src, snt_line *line)
{
    do {
        if (!snt_csv_next(src, line, &csv->row))
            return false;
    } while (!is_row(csv));
    return true;
}

static void add_column(
    const snt_csv_records *csv, snt_record *rec, size_t i, const char *value,
    size_t len)
{
    const snt_csv_field *name = &csv->header.fields[i];

    if (i != csv->column)
        snt_record_add(
            rec, csv->header.bytes.bytes + name->at, name->len, value, len,
            false);
}

void snt_csv_records_shape(const snt_csv_records *csv, snt_record *rec)
{
    for (size_t i = 0; i < csv->header.n; i++)
        add_column(csv, rec, i, "", 0);
}

/* A malformed row has all columns. Those before the text's are known, since it
 * is mostly a text whose comma is not quoted; the others are empty. */
static snt_record *refuse_row(const snt_csv_records *csv, snt_record *rec)
{
    const snt_csv_row *row = &csv->row;
    size_t known = row->error ? 0 : csv->column;

    for (size_t i = 0; i < csv->header.n; i++) {
        bool is_known = i < known && i < row->n;

        add_column(
            csv, rec, i, is_known ? row->bytes.bytes + row->fields[i].at : "",
            is_known ? row->fields[i].len : 0);
    }
    if (row->error)
        return snt_record_fail(rec, "%s", row->error);
    return snt_record_fail(
        rec, "%zu field%s, the header has %zu", row->n, row->n == 1 ? "" : "s",
        csv->header.n);
}

snt_record *snt_csv_records_read(const snt_csv_records *csv, snt_record *rec)
{
    const snt_csv_row *row = &csv->row;

    rec->line = row->line;
    if (row->error || row->n != csv->header.n)
        return refuse_row(csv, rec);
    for (size_t i = 0; i < row->n; i++) {
        const char *value = row->bytes.bytes + row->fields[i].at;

        if (i == csv->column)
            snt_record_set_text(rec, value, row->fields[i].len);
        else
            add_column(csv, rec, i, value, row->fields[i].len);
    }
    return rec;
}

bool snt_csv_records_failed(const snt_csv_records *csv)
{
    return csv->row.bytes.failed || csv->header.bytes.failed;
}

void snt_csv_records_free(snt_csv_records *csv)
{
    snt_csv_free(&csv->header);
    snt_csv_free(&csv->row);
}
