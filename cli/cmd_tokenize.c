/* cmd_tokenize.c - what the model reads of a text: ids and their places. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "input.h"
#include "json.h"
#include "load.h"
#include "locate.h"
#include "output.h"
#include "report.h"
#include "sentiment/model.h"
#include "stop.h"

typedef struct options {
    snt_input_options input;
    const char *model;
    bool no_special, no_truncate;
} options;

typedef struct job {
    const options *opts;
    snt_input *in;
    sentiment_tokenizer *tok;
    snt_output out;
    int32_t *ids;            /* [cap] */
    sentiment_span *offsets; /* [cap] */
    size_t cap;
    size_t limit; /* tokens a text may have; 0: any number */
    uint64_t failed;
} job;

/* The most tokens that the model takes. The tokenizer's own statement may be
 * missing or larger than the model; a directory without weights has but it. */
static size_t limit_of(const char *dir, const sentiment_tokenizer *tok)
{
    sentiment_model_info info = {.size = sizeof(info)};
    sentiment_model *model;
    sentiment_error err;
    size_t limit = sentiment_tokenizer_limit(tok);

    if (sentiment_model_open(&model, dir, NULL, &err) != SENTIMENT_OK)
        return limit;
    if (sentiment_model_describe(model, &info, &err) == SENTIMENT_OK)
        limit = info.max_tokens;
    sentiment_model_close(model);
    return limit;
}

/* Room for cap tokens; more than before only. */
static bool reserve(job *j, size_t cap)
{
    if (cap <= j->cap)
        return true;
    free(j->ids);
    free(j->offsets);
    j->ids = calloc(cap, sizeof(*j->ids));
    j->offsets = calloc(cap, sizeof(*j->offsets));
    j->cap = j->ids && j->offsets ? cap : 0;
    return j->cap != 0;
}

static void put(job *j, const sentiment_tokens *tokens)
{
    snt_buffer *buf = &j->out.buf;

    snt_buffer_add_string(buf, "{\"ids\":[");
    for (size_t i = 0; i < tokens->n; i++) {
        snt_buffer_add_string(buf, i ? "," : "");
        snt_json_uint(buf, (uint64_t)tokens->ids[i]);
    }
    snt_buffer_add_string(buf, "],\"offsets\":[");
    for (size_t i = 0; i < tokens->n; i++) {
        snt_buffer_add_string(buf, i ? ",[" : "[");
        snt_json_uint(buf, tokens->offsets[i].start);
        snt_buffer_add_char(buf, ',');
        snt_json_uint(buf, tokens->offsets[i].end);
        snt_buffer_add_char(buf, ']');
    }
    snt_buffer_add_string(
        buf, tokens->truncated ? "],\"truncated\":true}\n" : "]}\n");
}

static void put_error(job *j, const snt_record *rec, const char *message)
{
    snt_json_object object = {0};

    j->failed++;
    snt_report(
        "%s:%llu: %s", rec->source, (unsigned long long)rec->line, message);
    snt_json_add_string(&object, "error", message, strlen(message));
    snt_json_add_uint(&object, "line", rec->line);
    snt_json_end(&object, &j->out.buf);
    snt_buffer_add_char(&j->out.buf, '\n');
    snt_json_free(&object);
}

static void tokenize(job *j, const snt_record *rec)
{
    sentiment_text text = snt_record_text(rec);
    size_t bound = sentiment_tokenizer_bound(j->tok, text.len);
    uint32_t flags = j->opts->no_special ? SENTIMENT_ENCODE_NO_SPECIAL : 0;
    sentiment_tokens tokens = {0};
    sentiment_error err;

    if (rec->error[0]) {
        put_error(j, rec, rec->error);
        return;
    }
    tokens.cap = j->limit && j->limit < bound ? j->limit : bound;
    if (!reserve(j, tokens.cap + 1)) {
        put_error(j, rec, "out of memory");
        return;
    }
    tokens.ids = j->ids;
    tokens.offsets = j->offsets;
    if (sentiment_tokenizer_encode(j->tok, text, flags, &tokens, &err))
        put_error(j, rec, err.message);
    else
        put(j, &tokens);
}

static int finish(job *j, sentiment_status status, const sentiment_error *err)
{
    int written = snt_output_close(&j->out);

    if (snt_stop_signal())
        return 128 + snt_stop_signal();
    if (written)
        return written;
    if (status != SENTIMENT_OK)
        snt_report("%s", err->message);
    return status != SENTIMENT_OK || j->failed || snt_input_failures(j->in)
               ? SNT_EXIT_FAILED
               : SNT_EXIT_OK;
}

static int tokenize_all(job *j)
{
    sentiment_error err;
    snt_record *rec;

    j->out.fd = STDOUT_FILENO;
    while (!j->out.error && (rec = snt_input_next(j->in, &err))) {
        tokenize(j, rec);
        snt_record_free(rec);
        if (snt_input_ready(j->in))
            snt_output_spill(&j->out);
        else
            snt_output_flush(&j->out);
    }
    return finish(j, j->out.error ? SENTIMENT_OK : err.status, &err);
}

static int run(const void *given, const snt_args *args)
{
    const options *opts = given;
    char dir[SNT_PATH];
    sentiment_error err;
    job j = {.opts = opts};
    int code;

    if (snt_locate_model(dir, opts->model, getenv, &err) != SENTIMENT_OK ||
        sentiment_tokenizer_open(&j.tok, dir, &err) != SENTIMENT_OK ||
        snt_input_open(&j.in, &opts->input, &args->operands, &err) !=
            SENTIMENT_OK) {
        snt_report("%s", err.message);
        code = snt_load_exit(err.status);
    } else {
        j.limit = opts->no_truncate ? 0 : limit_of(dir, j.tok);
        code = tokenize_all(&j);
    }
    free(j.ids);
    free(j.offsets);
    snt_input_close(j.in);
    sentiment_tokenizer_close(j.tok);
    return code;
}

static const snt_option table[] = {
    {"model", 'm', SNT_ARG_STRING, "DIR|OWNER/NAME", "SENTIMENT_MODEL",
     offsetof(options, model),
     "a directory with a tokenizer (default: the bundled model's)"},
    {"no-special", 0, SNT_ARG_FLAG, NULL, NULL, offsetof(options, no_special),
     "leave out the tokens that the model wants around a text"},
    {"no-truncate", 0, SNT_ARG_FLAG, NULL, NULL, offsetof(options, no_truncate),
     "keep all tokens, not only as many as the model takes"},
};

static const snt_option_group group = {
    "Tokenizer", table, sizeof(table) / sizeof(*table)};

const snt_command snt_cmd_tokenize = {
    .name = "tokenize",
    .summary = "Print the token ids of texts, and where each token stands",
    .operands = "[FILE…]",
    .details =
        "Prints one JSON object a text: its ids, and for each the bytes "
        "[begin, end) of the text that it stands for, [0,0] for a special "
        "token. Needs neither weights nor libtorch.",
    .examples = "  sentiment-cli tokenize -t \"Profit rose 12%\"\n"
                "  sentiment-cli tokenize --no-special headlines.txt\n",
    .parts =
        (const snt_args_part[]){
            {&snt_input_group, offsetof(options, input)}, {&group, 0}},
    .n_parts = 2,
    .options_size = sizeof(options),
    .run = run};
