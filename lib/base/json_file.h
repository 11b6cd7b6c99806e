/* json_file.h - a JSON file that holds one object, read whole. */
#ifndef SNT_JSON_FILE_H
#define SNT_JSON_FILE_H

#include <jansson.h>

#include "sentiment/base.h"

/** Reads path, of at most 64 MiB; json_decref(*root) when done. flags are
 * jansson's. EFORMAT names path and line. */
sentiment_status snt_json_file_read(
    json_t **root, const char *path, size_t flags, sentiment_error *err);

#endif
