/* api_internal.h - what the routes share; see api.h. */
#ifndef SNT_API_INTERNAL_H
#define SNT_API_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "api.h"
#include "json.h"
#include "prometheus.h"

typedef struct snt_exchange snt_exchange;
typedef struct snt_route snt_route;

typedef enum snt_api_state {
    SNT_API_LOADING,
    SNT_API_READY,
    SNT_API_LEAVING, /* /ready says no; texts are answered all the same */
    SNT_API_DRAINING
} snt_api_state;

/** How a route words its errors. */
typedef enum snt_error_shape {
    SNT_ERRORS_PLAIN, /* {"error": …, "error_type": …} */
    SNT_ERRORS_OPENAI /* {"error": {"message", "type", "code"}} */
} snt_error_shape;

struct snt_route {
    const char *path;
    const char *methods; /* as Allow has them */
    snt_error_shape errors;
    bool open;           /* needs no key */
    bool json;           /* the body is JSON */
    bool texts;          /* has texts: needs the model */
    bool batch;          /* has the larger limit */
    unsigned overloaded; /* status when the queue is full */
    void (*run)(snt_exchange *x);
};

enum {
    SNT_ROUTES = 16,
    SNT_STATUSES = 18 /* that there are, and one for others */
};

/** What is counted of the requests of one route. */
typedef struct snt_route_counts {
    atomic_ullong by_status[SNT_STATUSES];
    snt_histogram total;
} snt_route_counts;

struct snt_api {
    snt_api_options opts;
    atomic_int state;      /* snt_api_state */
    atomic_bool cancelled; /* what is in hand is given up */
    _Atomic(sentiment_pipeline *) pipe;
    sentiment_cache *cache; /* set before pipe */
    const snt_server *http;
    snt_route_counts routes[SNT_ROUTES];
    snt_histogram encode, queue, compute; /* of texts that were computed */
    atomic_ullong started_s;              /* the epoch's seconds */
    atomic_ullong reloads, failed_reloads;
    pthread_rwlock_t model_lock; /* held to describe the classifier, and
                                    while one takes another's place */
    pthread_mutex_t lock;        /* guards the list of exchanges with texts */
    snt_exchange *exchanges;
};

/** A request in hand: what its user pointer holds. */
struct snt_exchange {
    snt_api *api;
    snt_http_request *req;
    const snt_route *route;
    size_t route_index;
    sentiment_group *group; /* of its texts, or NULL; under the api's lock */
    atomic_bool gone;       /* nobody reads the answer */
    atomic_ullong texts, cached;
    char error[160]; /* for the operator */
    void *state;     /* the route's own */
    void (*free_state)(void *state);
    snt_exchange *next, *prev; /* while group is set, under the api's lock */
};

/** The table of routes; how many. */
size_t snt_api_routes(const snt_route **routes);

/** Opens the exchange's group, so that its texts can be cancelled together. */
bool snt_exchange_open_group(snt_exchange *x);

/** The pipeline; texts only come in while there is one. */
sentiment_pipeline *snt_exchange_pipe(const snt_exchange *x);

/** Whether the query has this flag: there, and not "0" or "false". */
bool snt_exchange_has_flag(snt_exchange *x, const char *name);

/** Counts a text that was answered. */
void snt_exchange_note(snt_exchange *x, const sentiment_answer *answer);

/** Answers 200, or 202 when the broker has the texts, with a JSON body. */
void snt_exchange_reply_json(snt_exchange *x, snt_buffer *json);
unsigned snt_exchange_good(const snt_exchange *x);

/** Answers with an error in the route's shape. */
void snt_exchange_refuse(
    snt_exchange *x, unsigned status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Answers 503 in a state that is not ready. */
void snt_exchange_refuse_unready(snt_exchange *x, int state);

/** Answers for a text that failed: what the client may know of why. */
void snt_exchange_fail(
    snt_exchange *x, sentiment_status status, const char *where,
    const char *message);

/** What a client may know of a text's failure; the rest is for the log. */
const char *snt_exchange_explain(
    snt_exchange *x, sentiment_status status, const char *message);

/** {"error": …} in a route's shape. */
void snt_api_add_error(
    snt_buffer *buf, snt_error_shape shape, unsigned status,
    const char *message);

/** What became of publishing a text. */
typedef enum snt_published {
    SNT_NOT_AWAITED, /* nobody waits for it, or nothing is published */
    SNT_AWAITED,     /* done will be called */
    SNT_REFUSED      /* it was to be awaited, and there is no room */
} snt_published;

/** Publishes a text that was answered, as the mode wants it. */
snt_published snt_exchange_publish(
    snt_exchange *x, const sentiment_answer *answer, sentiment_text text,
    snt_published_fn done, void *arg);

/** Adds the demo's reply for a text to buf. */
void snt_api_add_demo(
    snt_buffer *buf, const sentiment_answer *answer, sentiment_text text,
    const char *sha1, bool scores);

/** The SHA-1 of a text in hexadecimal: out[41]. */
void snt_api_sha1(sentiment_text text, char *out);

/* ---- a request with a number of texts that is answered as a whole ---- */

typedef struct snt_call snt_call;

/** One text of a call. */
typedef struct snt_item {
    snt_call *call;
    sentiment_text text;
    snt_buffer reply; /* its part of the reply */
    uint32_t tokens;
} snt_item;

/** A dialect: how a text's answer and the whole reply look. */
typedef struct snt_dialect {
    void (*put)(snt_item *item, const sentiment_answer *answer);
    void (*end)(snt_call *call, snt_buffer *reply);
} snt_dialect;

struct snt_call {
    snt_exchange *x;
    const snt_dialect *dialect;
    snt_item *items; /* [n] */
    size_t n;
    void *root; /* the JSON that texts point into, or NULL */
    bool flat;  /* one text, not a list of one */
    bool scores;
    bool raw;
    bool whole; /* a text that was cut is an error */
    atomic_size_t left;
    atomic_int failure; /* the first sentiment_status */
    atomic_bool lost;   /* the broker did not take a text */
    size_t failed_item;
    char message[160];
};

/** A call with n texts, to be filled in; NULL after having answered. */
snt_call *snt_call_new(snt_exchange *x, const snt_dialect *dialect, size_t n);

/** Sends its texts; the rest happens by itself. */
void snt_call_run(snt_call *call);

/** Reads the body as a JSON object (a json_t); NULL after having answered. */
void *snt_exchange_read_json(snt_exchange *x);

/* ---- the routes ---- */

void snt_api_sentiment(snt_exchange *x);
void snt_api_predict(snt_exchange *x);
void snt_api_classify(snt_exchange *x);
void snt_api_batch(snt_exchange *x);
void snt_api_batch_more(snt_exchange *x);
void snt_api_health(snt_exchange *x);
void snt_api_is_ready(snt_exchange *x);
void snt_api_info(snt_exchange *x);
void snt_api_metrics(snt_exchange *x);
void snt_api_asset(snt_exchange *x);

/** The status whose count is at index i; 0 stands for all others. */
unsigned snt_api_status_at(size_t i);

#endif
