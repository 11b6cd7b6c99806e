/*
 * csv.c - see csv.h.
 *
 * A quote counts only at the begin of a field, as spreadsheets have it; after
 * the closing one only a comma or the row's end may stand.
 */
#include "csv.h"

#include <stdlib.h>
#include <string.h>

typedef enum state { BEGIN, PLAIN, QUOTED, QUOTE_IN_QUOTED } state;

static void begin_field(snt_csv_row *row)
{
    if (row->n == row->cap) {
        size_t cap = row->cap ? 2 * row->cap : 16;
        snt_csv_field *fields = realloc(row->fields, cap * sizeof(*fields));

        if (!fields) {
            row->bytes.failed = true;
            return;
        }
        row->fields = fields;
        row->cap = cap;
    }
    row->fields[row->n++] = (snt_csv_field){row->bytes.len, 0};
}

/* One byte outside of a quoted field or at its end. */
static state step(snt_csv_row *row, state now, char c)
{
    if (c == ',') {
        begin_field(row);
        return BEGIN;
    }
    if (c == '"' && now == BEGIN)
        return QUOTED;
    if (now == QUOTE_IN_QUOTED) {
        if (c != '"') {
            row->error = "text after a closing quote";
            return PLAIN;
        }
        snt_buffer_add_char(&row->bytes, c);
        return QUOTED;
    }
    snt_buffer_add_char(&row->bytes, c);
    return PLAIN;
}

/* One line of a row; the state it ends in. */
static state read_line(snt_csv_row *row, state now, const snt_buffer *line)
{
    for (size_t i = 0; i < line->len && !row->bytes.failed; i++) {
        char c = line->bytes[i];

        if (now == QUOTED && c != '"')
            snt_buffer_add_char(&row->bytes, c);
        else
            now = now == QUOTED ? QUOTE_IN_QUOTED : step(row, now, c);
        row->fields[row->n - 1].len =
            row->bytes.len - row->fields[row->n - 1].at;
    }
    return now;
}

bool snt_csv_next(snt_source *src, snt_line *line, snt_csv_row *row)
{
    state now = BEGIN;
    bool too_long = false;

    row->n = 0;
    row->error = NULL;
    snt_buffer_clear(&row->bytes);
    if (!snt_source_line(src, line))
        return false;
    row->line = line->number;
    begin_field(row);
    for (;;) {
        now = read_line(row, now, &line->bytes);
        too_long |= line->too_long || row->bytes.len > SNT_LINE_BYTES;
        if (now != QUOTED || line->too_long || row->bytes.failed)
            break;
        if (too_long) { /* go on to the closing quote, keeping nothing */
            row->bytes.len = 0;
            row->n = 0;
            begin_field(row);
        }
        snt_buffer_add_string(&row->bytes, line->ending);
        if (!snt_source_line(src, line)) {
            row->error = "a quoted field is not closed";
            break;
        }
    }
    if (too_long)
        row->error = "a row of over 1048576 bytes";
    return true;
}

void snt_csv_free(snt_csv_row *row)
{
    snt_buffer_free(&row->bytes);
    free(row->fields);
    *row = (snt_csv_row){0};
}

void snt_csv_add(snt_buffer *buf, const char *bytes, size_t len)
{
    bool quoted = false;

    for (size_t i = 0; i < len && !quoted; i++)
        quoted = bytes[i] == ',' || bytes[i] == '"' || bytes[i] == '\n' ||
                 bytes[i] == '\r';
    if (!quoted) {
        snt_buffer_add(buf, bytes, len);
        return;
    }
    snt_buffer_add_char(buf, '"');
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] == '"')
            snt_buffer_add_char(buf, '"');
        snt_buffer_add_char(buf, bytes[i]);
    }
    snt_buffer_add_char(buf, '"');
}
