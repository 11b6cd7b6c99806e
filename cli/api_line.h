/* api_line.h - a line of /batch: the text in it, and its result as a line. */
#ifndef SNT_API_LINE_H
#define SNT_API_LINE_H

#include "record.h"
#include "sentiment/pipeline.h"

/** Reads a line that is not empty: a JSON string, or an object with "text";
 * one of more than max bytes is an error. NULL without memory. */
snt_record *snt_api_line_read(sentiment_text line, uint64_t number, size_t max);

/** Adds the result to buf; answer NULL: the text is blank. */
void snt_api_line_put(
    snt_buffer *buf, const snt_record *rec, const sentiment_answer *answer,
    bool scores);

/** Adds an error in its place. */
void snt_api_line_put_error(
    snt_buffer *buf, const snt_record *rec, const char *message);

#endif
