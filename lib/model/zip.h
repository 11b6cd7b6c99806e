/* zip.h - where the entries of a stored (not compressed) zip archive lie. */
#ifndef SNT_ZIP_H
#define SNT_ZIP_H

#include "file.h"

typedef struct snt_zip_entry {
    const char *name; /* [name_len], in the file */
    size_t name_len;
    const unsigned char *data; /* [len], in the file */
    uint64_t len;
} snt_zip_entry;

typedef struct snt_zip {
    snt_zip_entry *entries; /* [n] */
    size_t n;
} snt_zip;

/** Reads the directory of a mapped archive; path is for messages. */
sentiment_status snt_zip_open(
    snt_zip *zip, const snt_file *file, const char *path, sentiment_error *err);
void snt_zip_close(snt_zip *zip);

/** The entry whose name is prefix and rest, or NULL. */
const snt_zip_entry *snt_zip_find(
    const snt_zip *zip, const char *prefix, size_t prefix_len, const char *rest,
    size_t rest_len);

#endif
