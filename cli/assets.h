/*
 * assets.h - the files of the web page, which the command carries inside it.
 *
 * cli/page/ holds them; the Makefile turns each into numbers for the compiler,
 * so that the page needs nothing but the binary.
 */
#ifndef SNT_ASSETS_H
#define SNT_ASSETS_H

#include <stddef.h>

typedef struct snt_asset {
    const char *path; /* as it is asked for: "/", "/page.js" */
    const char *type; /* Content-Type */
    const char *bytes;
    size_t len;
} snt_asset;

/** What is served at path, or NULL. */
const snt_asset *snt_asset_find(const char *path);

/** The page may use its own files and this service, and nothing else: send it
 * as Content-Security-Policy with every asset. */
#define SNT_ASSET_POLICY                                                       \
    "default-src 'none'; script-src 'self'; style-src 'self'; "                \
    "connect-src 'self'; img-src data:; base-uri 'none'; "                     \
    "form-action 'none'; frame-ancestors 'none'"

#endif
