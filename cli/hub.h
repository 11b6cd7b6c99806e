/*
 * hub.h - the Hugging Face hub as the environment describes it, and how a
 * model is called there.
 */
#ifndef SNT_HUB_H
#define SNT_HUB_H

#include "args.h"

/** Room for a path with its NUL. */
enum { SNT_PATH = 4096 };

/** OWNER/NAME[@REVISION]. */
typedef struct snt_hub_name {
    char repo[200];     /* "OWNER/NAME" */
    char revision[200]; /* a branch, tag or commit; "main" when not given */
} snt_hub_name;

/** Whether text has that form, by the hub's rules for names: no name that
 * passes can lead out of a folder. */
bool snt_hub_parse(snt_hub_name *name, const char *text);

/** Room for a commit or a git object's name: 40 hexadecimal digits. */
enum { SNT_HUB_COMMIT = 41 };

/** Whether all of text is n hexadecimal digits in lower case. */
bool snt_hub_is_hex(const char *text, size_t n);

/** What the variables that huggingface_hub reads say here too. Strings are
 * borrowed from the environment unless they are arrays. */
typedef struct snt_hub {
    char endpoint[512]; /* "https://huggingface.co", no final slash */
    char token[512];    /* "": none */
    bool offline;
    const char *ca_file; /* certificates to trust; NULL: the system's */
    const char *ca_dir;
    uint32_t stall_s; /* a transfer that stands still this long has failed */
} snt_hub;

/** HF_ENDPOINT, HF_TOKEN, HF_TOKEN_PATH, HF_HUB_OFFLINE,
 * HF_HUB_DOWNLOAD_TIMEOUT, CURL_CA_BUNDLE, SSL_CERT_FILE, REQUESTS_CA_BUNDLE,
 * SSL_CERT_DIR. */
sentiment_status snt_hub_read(
    snt_hub *hub, snt_env_fn env, sentiment_error *err);

/** HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE: use what is there, ask nobody. */
bool snt_hub_is_offline(snt_env_fn env);

/** Where models are kept: HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME or
 * ~/.cache/huggingface/hub, as huggingface_hub finds it. */
void snt_hub_cache_dir(char dir[SNT_PATH / 2], snt_env_fn env);

#endif
