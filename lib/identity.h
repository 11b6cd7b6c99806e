/* identity.h - a digest that stands for a checkpoint's files and settings. */
#ifndef SNT_IDENTITY_H
#define SNT_IDENTITY_H

#include <stdbool.h>

#include "sentiment/cache.h"

/**
 * Digests the name, size, inode and time of change of every file in dir, but
 * for those that lib/kept.c has named, and settings. Reading weights of
 * hundreds of megabytes to digest them would take longer than loading them; a
 * file that was replaced has another inode or time.
 *
 * lasting: the same after the disk was mounted anew, so a path stands for the
 * device, and wherever the hub's cache has been copied, whose blobs are named
 * by their content.
 */
sentiment_status snt_identity(
    const char *dir, const char *settings, bool lasting,
    sentiment_digest *identity, sentiment_error *err);

#endif
