/*
 * table.c - results for people: a label, its score, the text.
 *
 * The only format that rounds. Widths are known before the first result, so
 * that it streams like the others; on a terminal a text takes one line.
 */
#include <stdio.h>
#include <string.h>

#include "width.h"
#include "writer.h"

enum { SCORE = 5, GAP = 2 }; /* "0.973" and what parts two columns */

/* Before a text of which the model has read the beginning only. */
static const char cut[] = "[cut] ";

static size_t width_of(const char *text)
{
    return snt_width(text, strlen(text));
}

static size_t label_width(const snt_writer *w)
{
    size_t width = width_of("LABEL");

    for (size_t i = 0; i < w->n_labels; i++) {
        size_t n = width_of(sentiment_classifier_label(w->clf, i));

        width = n > width ? n : width;
    }
    return width;
}

static size_t score_width(const snt_writer *w, size_t i)
{
    size_t width = width_of(sentiment_classifier_label(w->clf, i));

    return width > SCORE ? width : SCORE;
}

static void pad(snt_buffer *buf, size_t n)
{
    while (n--)
        snt_buffer_add_char(buf, ' ');
}

/* text, then spaces up to width columns and the gap. */
static void add_cell(snt_buffer *buf, const char *text, size_t width)
{
    size_t n = width_of(text);

    snt_width_add(buf, text, strlen(text), 0);
    pad(buf, GAP + (width > n ? width - n : 0));
}

static const char *color_of(const snt_outcome *outcome)
{
    if (outcome->error)
        return "\033[35m";
    if (!strncasecmp(outcome->label, "pos", 3))
        return "\033[32m";
    if (!strncasecmp(outcome->label, "neg", 3))
        return "\033[31m";
    return "\033[33m";
}

static void add_score(snt_buffer *buf, const float *score, size_t width)
{
    char text[16] = "";

    if (score)
        snprintf(text, sizeof(text), "%.3f", (double)*score);
    /* The process's locale stays "C", so the point is a point. */
    add_cell(buf, text, width);
}

static size_t text_room(const snt_writer *w)
{
    size_t taken = label_width(w) + GAP + SCORE + GAP;

    if (!w->columns)
        return 0;
    for (size_t i = 0; w->scores && i < w->n_labels; i++)
        taken += score_width(w, i) + GAP;
    return w->columns > taken + 10 ? w->columns - taken : 10;
}

static void begin(snt_writer *w)
{
    snt_buffer *buf = &w->out->buf;

    snt_buffer_add_string(buf, w->color ? "\033[1m" : "");
    add_cell(buf, "LABEL", label_width(w));
    add_cell(buf, "SCORE", SCORE);
    for (size_t i = 0; w->scores && i < w->n_labels; i++)
        add_cell(buf, sentiment_classifier_label(w->clf, i), score_width(w, i));
    snt_buffer_add_string(buf, w->color ? "TEXT\033[0m\n" : "TEXT\n");
}

/* Ends a row, without the spaces of empty cells. */
static void end_row(snt_buffer *buf, size_t begins)
{
    while (buf->len > begins && buf->bytes[buf->len - 1] == ' ')
        buf->len--;
    snt_buffer_add_char(buf, '\n');
}

static void put(snt_writer *w, const snt_outcome *outcome)
{
    snt_buffer *buf = &w->out->buf;
    const char *label = outcome->error ? "error" : outcome->label;
    sentiment_text text = snt_record_text(outcome->record);
    const float *score = outcome->label ? &outcome->result.score : NULL;
    bool color = w->color && label;
    size_t begins = buf->len, room = text_room(w);

    snt_buffer_add_string(buf, color ? color_of(outcome) : "");
    add_cell(buf, label ? label : "", label_width(w));
    snt_buffer_add_string(buf, color ? "\033[0m" : "");
    add_score(buf, score, SCORE);
    for (size_t i = 0; w->scores && i < w->n_labels; i++)
        add_score(
            buf, outcome->label ? &outcome->scores[i] : NULL,
            score_width(w, i));
    if (outcome->error) {
        snt_buffer_clear(&w->scratch);
        snt_writer_add_error(w, &w->scratch, outcome);
        text = (sentiment_text){w->scratch.bytes, w->scratch.len};
    }
    if (outcome->result.flags & SENTIMENT_TRUNCATED) {
        snt_buffer_add_string(buf, cut);
        room -= room ? sizeof(cut) - 1 : 0;
    }
    snt_width_add(buf, text.bytes, text.len, room);
    end_row(buf, begins);
}

const snt_writer_ops snt_writer_as_table = {begin, put, NULL};
