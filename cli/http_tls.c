/* http_tls.c - certificates of http.h: the server's own, and the clients'. */
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "file.h"
#include "http_internal.h"

/* A PEM file as a string; NULL stays NULL. */
static sentiment_status load(char **pem, const char *path, sentiment_error *err)
{
    snt_file file;

    if (!path)
        return SENTIMENT_OK;
    if (snt_file_open(&file, path, err) != SENTIMENT_OK)
        return err->status;
    *pem = strndup((const char *)file.bytes, file.len);
    snt_file_close(&file);
    if (!*pem)
        return snt_fail_memory(err);
    if (strstr(*pem, "-----BEGIN "))
        return SENTIMENT_OK;
    return snt_fail(err, SENTIMENT_EFORMAT, "%s: not a PEM file", path);
}

sentiment_status snt_http_tls_load(snt_server *http, sentiment_error *err)
{
    const snt_http_options *o = &http->opts;
    sentiment_status status = load(&http->cert, o->tls_cert, err);

    if (status == SENTIMENT_OK)
        status = load(&http->key, o->tls_key, err);
    if (status == SENTIMENT_OK)
        status = load(&http->client_ca, o->tls_client_ca, err);
    return status;
}

/* libmicrohttpd asks a client for its certificate; to look at it is ours. */
bool snt_http_tls_verified(snt_connection *connection)
{
    const union MHD_ConnectionInfo *info;
    unsigned trouble = 0;

    if (!connection->http->client_ca || connection->verified)
        return true;
    info = MHD_get_connection_info(
        connection->mhd, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    if (!info || !info->tls_session)
        return false;
    connection->verified =
        !gnutls_certificate_verify_peers2(info->tls_session, &trouble) &&
        !trouble;
    return connection->verified;
}
