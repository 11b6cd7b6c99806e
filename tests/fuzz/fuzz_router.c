/* fuzz_router.c - any bytes as the rules of a router. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "sentiment/router.h"

static const char *const labels[] = {"negative", "neutral", "positive"};

/* Every text gets a destination, and every destination is a topic name. */
static void check(const sentiment_router *router)
{
    static const char legal[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

    for (int label = -1; label < 3; label++)
        for (int i = 0; i <= 16; i++) {
            size_t to = sentiment_router_route(router, label, (float)i / 16);
            const char *name = sentiment_router_destination(router, to);

            if (!name || !*name || strlen(name) > 249 ||
                strspn(name, legal) != strlen(name))
                abort();
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    char *rules = malloc(len + 1);
    sentiment_router *router;

    if (!rules)
        return 0;
    memcpy(rules, bytes, len);
    rules[len] = '\0';
    if (sentiment_router_open(&router, rules, "news", labels, 3, NULL) ==
        SENTIMENT_OK)
        check(router);
    sentiment_router_close(router);
    free(rules);
    return 0;
}
