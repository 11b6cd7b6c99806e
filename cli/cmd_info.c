/* cmd_info.c - what would classify: model, tokenizer, engine, machine. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "json.h"
#include "load.h"
#include "output.h"
#include "report.h"

enum { AS_TEXT = 1, AS_JSON };

typedef struct options {
    snt_load_options load;
    int format;
} options;

/* One thing to tell: a string, a number when it is NULL. */
typedef struct fact {
    const char *key;   /* in JSON */
    const char *title; /* in text */
    const char *string;
    uint64_t number;
} fact;

enum { FACTS = 24 };

static size_t add_engine(
    fact facts[FACTS], size_t n, const sentiment_classifier_info *engine)
{
    const fact all[] = {
        {"engine", "engine", engine->engine, 0},
        {"engine_version", "engine version", engine->engine_version, 0},
        {"cpu", "CPU capability", engine->cpu, 0},
        {"device", "device", engine->device, 0},
        {"precision", "precision", engine->precision, 0},
        {"precision_reason", "chosen because", engine->reason, 0},
        {"workers", "workers", NULL, engine->workers}};

    memcpy(facts + n, all, sizeof(all));
    return n + sizeof(all) / sizeof(*all);
}

static size_t add_model(
    fact facts[FACTS], const sentiment_model_info *model, const char *kind)
{
    const fact all[] = {
        {"version", "version", sentiment_version(), 0},
        {"model", "model", model->dir, 0},
        {"architecture", "architecture", model->architecture, 0},
        {"weights", "weights", model->weights, 0},
        {"dtype", "stored as", model->dtype, 0},
        {"parameters", "parameters", NULL, model->parameters},
        {"layers", "layers", NULL, model->layers},
        {"hidden", "hidden size", NULL, model->hidden},
        {"heads", "heads", NULL, model->heads},
        {"vocab", "vocabulary", NULL, model->vocab},
        {"max_tokens", "longest text", NULL, model->max_tokens},
        {"scores", "scores by", model->multi_label ? "sigmoid" : "softmax", 0},
        {"tokenizer", "tokenizer", kind, 0}};

    memcpy(facts, all, sizeof(all));
    return sizeof(all) / sizeof(*all);
}

/* ["negative","neutral"] or negative, neutral */
static void add_labels(
    snt_buffer *buf, const sentiment_model *model, bool as_json)
{
    for (size_t i = 0; i < sentiment_model_n_labels(model); i++) {
        const char *label = sentiment_model_label(model, i);

        if (as_json) {
            snt_buffer_add_char(buf, i ? ',' : '[');
            snt_json_string(buf, label, strlen(label));
        } else {
            snt_buffer_add_string(buf, i ? ", " : "");
            snt_buffer_add_string(buf, label);
        }
    }
    snt_buffer_add_string(buf, as_json ? "]" : "");
}

/* The names in "cpu,cuda:0". */
static void add_devices(snt_buffer *buf, const char *devices)
{
    snt_buffer_add_char(buf, '[');
    while (*devices) {
        size_t len = strcspn(devices, ",");

        snt_json_string(buf, devices, len);
        devices += len + (devices[len] != '\0');
        snt_buffer_add_string(buf, *devices ? "," : "");
    }
    snt_buffer_add_char(buf, ']');
}

static void put_json(
    snt_buffer *buf, const fact *facts, size_t n, const sentiment_model *model,
    const char *devices)
{
    snt_json_object object = {0};
    snt_buffer list = {0};

    for (size_t i = 0; i < n; i++)
        if (facts[i].string)
            snt_json_add_string(
                &object, facts[i].key, facts[i].string,
                strlen(facts[i].string));
        else
            snt_json_add_uint(&object, facts[i].key, facts[i].number);
    add_labels(&list, model, true);
    snt_json_add_raw(&object, "labels", 6, list.bytes, list.len);
    snt_buffer_clear(&list);
    add_devices(&list, devices);
    snt_json_add_raw(&object, "devices", 7, list.bytes, list.len);
    snt_json_end(&object, buf);
    snt_buffer_add_char(buf, '\n');
    snt_buffer_free(&list);
    snt_json_free(&object);
}

static void put_line(snt_buffer *buf, const char *title, const char *value)
{
    char padded[32];

    snprintf(padded, sizeof(padded), "%-16s", title);
    snt_buffer_add_string(buf, padded);
    snt_buffer_add_string(buf, value);
    snt_buffer_add_char(buf, '\n');
}

static void put_text(
    snt_buffer *buf, const fact *facts, size_t n, const sentiment_model *model,
    const char *devices)
{
    snt_buffer labels = {0};
    char number[32];

    for (size_t i = 0; i < n; i++) {
        snprintf(
            number, sizeof(number), "%llu",
            (unsigned long long)facts[i].number);
        put_line(
            buf, facts[i].title, facts[i].string ? facts[i].string : number);
    }
    add_labels(&labels, model, false);
    snt_buffer_add_char(&labels, '\0');
    put_line(buf, "labels", labels.bytes ? labels.bytes : "");
    put_line(buf, "devices here", devices);
    snt_buffer_free(&labels);
}

static int tell(const sentiment_classifier *clf, bool as_json)
{
    const sentiment_model *model = sentiment_classifier_model(clf);
    sentiment_classifier_info engine = {.size = sizeof(engine)};
    sentiment_model_info info = {.size = sizeof(info)};
    snt_output out = {.fd = STDOUT_FILENO};
    sentiment_error err;
    fact facts[FACTS];
    size_t n;

    if (sentiment_classifier_describe(clf, &engine, &err) ||
        sentiment_model_describe(model, &info, &err)) {
        snt_report("%s", err.message);
        return SNT_EXIT_FAILED;
    }
    n = add_model(
        facts, &info,
        sentiment_tokenizer_kind(sentiment_model_tokenizer(model)));
    n = add_engine(facts, n, &engine);
    if (as_json)
        put_json(&out.buf, facts, n, model, engine.devices);
    else
        put_text(&out.buf, facts, n, model, engine.devices);
    return snt_output_close(&out);
}

static int run(const void *given, const snt_args *args)
{
    const options *opts = given;
    sentiment_classifier *clf;
    sentiment_error err;
    int code;

    (void)args;
    if (snt_load_classifier(&clf, &opts->load, &err) != SENTIMENT_OK) {
        snt_report("%s", err.message);
        return snt_load_exit(err.status);
    }
    code = tell(clf, opts->format == AS_JSON);
    sentiment_classifier_close(clf);
    return code;
}

static const snt_option table[] = {
    {"format", 'f', SNT_ARG_CHOICE, "table|json", NULL,
     offsetof(options, format), "how to print it (default: table)"},
};

static const snt_option_group group = {
    "Output", table, sizeof(table) / sizeof(*table)};

const snt_command snt_cmd_info = {
    .name = "info",
    .summary = "Tell what would classify: model, engine, device, precision",
    .operands = "",
    .examples = "  sentiment-cli info\n"
                "  sentiment-cli info --model my-model --format json\n",
    .parts =
        (const snt_args_part[]){
            {&group, 0}, {&snt_load_group, offsetof(options, load)}},
    .n_parts = 2,
    .options_size = sizeof(options),
    .run = run};
