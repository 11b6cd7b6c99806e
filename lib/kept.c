/* kept.c - see kept.h. */
#include "kept.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "file.h"
#include "identity.h"
#include "precision.h"
#include "samples.h"

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

/* An image of a file system may give every file one time, and a blob be written
 * over, so the files' digest is not enough. The head's last layer is small, and
 * no training leaves it as it was; the system reads ahead of all that is read,
 * so that values from here and there would cost half a cold start's gain. */
static sentiment_status add_head(
    sentiment_digest *digest, const snt_network *network)
{
    snt_digest_stream stream;

    snt_digest_begin(&stream, SNT_SHA256);
    snt_digest_add(&stream, digest->bytes, sizeof(digest->bytes));
    snt_samples_affine(&stream, &network->head_out);
    return snt_digest_end(&stream, digest->bytes, NULL);
}

char *snt_kept_path(
    const snt_kept *kept, const char *dir, const snt_network *network,
    snt_precision precision)
{
    char hex[2 * SNT_SHA256_BYTES + 1], file[sizeof(hex) + 16];
    sentiment_digest now;

    if (!kept->cache_dir || name(dir, &now) != SENTIMENT_OK ||
        memcmp(&now, &kept->before, sizeof(now)) != 0 ||
        add_head(&now, network) != SENTIMENT_OK)
        return NULL;
    snt_digest_hex(now.bytes, sizeof(now.bytes), hex);
    snprintf(file, sizeof(file), "%s-%s", hex, snt_precision_name(precision));
    return snt_file_join(kept->cache_dir, file);
}
