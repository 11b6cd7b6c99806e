/* route.c - shows where rules lead: route 'negative score>=0.9 -> alarm'. */
#include <stdio.h>

#include <sentiment.h>

static const char *const labels[] = {"negative", "neutral", "positive"};

static void show(const sentiment_router *router, int label, float score)
{
    size_t to = sentiment_router_route(router, label, score);

    printf(
        "%s %.2f -> %s\n", label < 0 ? "unknown" : labels[label], (double)score,
        sentiment_router_destination(router, to));
}

int main(int argc, char **argv)
{
    const char *rules =
        argc > 1 ? argv[1] : "negative score>=0.9 -> alerts-{topic}";
    sentiment_router *router;
    sentiment_error err;

    if (sentiment_router_open(&router, rules, "news", labels, 3, &err) !=
        SENTIMENT_OK) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    printf("%s\n", rules);
    for (size_t i = 0; i < sentiment_router_n_destinations(router); i++)
        printf("  %s\n", sentiment_router_destination(router, i));
    show(router, 0, 0.95f);
    show(router, 0, 0.55f);
    show(router, 2, 0.80f);
    show(router, -1, 0);
    sentiment_router_close(router);
    return 0;
}
