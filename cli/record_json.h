/* record_json.h - a record from one JSON object. */
#ifndef SNT_RECORD_JSON_H
#define SNT_RECORD_JSON_H

#include "record.h"

/** Takes the text from the member called field, and keeps the others. */
snt_record *snt_record_read_object(
    snt_record *rec, const char *bytes, size_t len, const char *field);

/** Takes the text from a Kafka record as kcat -J ("payload") or rpk ("value")
 * prints it, or, when field is not NULL, from that member of the JSON in the
 * payload; keeps the whole envelope. */
snt_record *snt_record_read_kafka(
    snt_record *rec, const char *bytes, size_t len, const char *field);

#endif
