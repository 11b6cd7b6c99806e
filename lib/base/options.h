/* options.h - reads a caller's option struct of whatever length it has. */
#ifndef SNT_OPTIONS_H
#define SNT_OPTIONS_H

#include "sentiment/base.h"

/**
 * Copies the option struct at given (NULL: all defaults) into known, which
 * has known_size bytes and, like every option struct, begins with a uint32_t
 * size. A shorter struct (an older program) leaves new fields zero; a longer
 * one (a newer program) is accepted while the part not known here is zero.
 */
sentiment_status snt_options_read(
    void *known, size_t known_size, const void *given, const char *name,
    sentiment_error *err);

/**
 * The same for a struct that the library fills: how many bytes of it may be
 * written, given the size that the caller set. Fails when it is not set.
 */
sentiment_status snt_options_write(
    void *given, const void *known, size_t known_size, const char *name,
    sentiment_error *err);

#endif
