/* kept.c - see kept.h. */
#include "kept.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "file.h"
#include "identity.h"
#include "precision.h"

static sentiment_status name(const char *dir, sentiment_digest *digest)
{
    return snt_identity(dir, sentiment_version(), true, digest, NULL);
}

void snt_kept_begin(snt_kept *kept, const char *dir, const char *cache_dir)
{
    kept->cache_dir = cache_dir && *cache_dir ? cache_dir : NULL;
    if (kept->cache_dir && name(dir, &kept->before) != SENTIMENT_OK)
        kept->cache_dir = NULL;
}

char *snt_kept_path(
    const snt_kept *kept, const char *dir, snt_precision precision)
{
    char hex[2 * SNT_SHA256_BYTES + 1], file[sizeof(hex) + 16];
    sentiment_digest now;

    if (!kept->cache_dir || name(dir, &now) != SENTIMENT_OK ||
        memcmp(&now, &kept->before, sizeof(now)) != 0)
        return NULL;
    snt_digest_hex(now.bytes, sizeof(now.bytes), hex);
    snprintf(file, sizeof(file), "%s-%s", hex, snt_precision_name(precision));
    return snt_file_join(kept->cache_dir, file);
}
