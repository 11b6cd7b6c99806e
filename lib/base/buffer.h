/* buffer.h - bytes that grow. */
#ifndef SNT_BUFFER_H
#define SNT_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

/** Zero it to begin. After a failed allocation every call is a no-op and
 * failed stays set, so that a writer checks once, at the end. */
typedef struct snt_buffer {
    char *bytes; /* [cap] */
    size_t len;
    size_t cap;
    bool failed;
} snt_buffer;

void snt_buffer_add(snt_buffer *buf, const void *bytes, size_t len);
void snt_buffer_add_string(snt_buffer *buf, const char *string);
void snt_buffer_add_char(snt_buffer *buf, char c);

/** Forgets the content, keeps the memory. */
void snt_buffer_clear(snt_buffer *buf);

/** Frees the memory; the buffer can be used again. */
void snt_buffer_free(snt_buffer *buf);

#endif
