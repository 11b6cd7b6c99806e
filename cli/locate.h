/*
 * locate.h - which directory a --model means.
 *
 * An existing directory; or OWNER/NAME, looked up where huggingface_hub keeps
 * what it has downloaded; or none at all: the bundled model.
 */
#ifndef SNT_LOCATE_H
#define SNT_LOCATE_H

#include "hub.h"

/** Writes the directory of model (NULL: the bundled one) to dir. */
sentiment_status snt_locate_model(
    char dir[SNT_PATH], const char *model, snt_env_fn env,
    sentiment_error *err);

#endif
