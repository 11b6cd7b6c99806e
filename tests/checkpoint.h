/* checkpoint.h - a checkpoint of a test's own, to be damaged: a folder of links
 * to the files of one in tests/vectors/tiny, whose files can be replaced. */
#ifndef SNT_CHECKPOINT_H
#define SNT_CHECKPOINT_H

#include <jansson.h>
#include <stddef.h>

/** Makes the folder, of what name has (NULL: empty); the one before is gone. */
void checkpoint_copy(const char *name);
void checkpoint_remove(void);

/** The folder, or with a name a file in it; good until the next call. */
const char *checkpoint_dir(void);
const char *checkpoint_path(const char *name);

/** Replaces a file, which need not be there. */
void checkpoint_write(const char *name, const void *bytes, size_t len);
void checkpoint_delete(const char *name);

/** A file's bytes, with a NUL behind them; free() them. */
char *checkpoint_read(const char *path, size_t *len);

/** Replaces keys of config.json by those of a JSON object. */
void checkpoint_configure(const char *changes);

/** A safetensors file's header; json_decref() it. */
json_t *checkpoint_header(const char *name);

/** Replaces the header, keeps the data behind it. */
void checkpoint_set_header(const char *name, const json_t *header);

#endif
