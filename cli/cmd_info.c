/* cmd_info.c - what would classify: model, tokenizer, engine, machine. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "facts.h"
#include "load.h"
#include "output.h"
#include "report.h"

enum { AS_TEXT = 1, AS_JSON };

typedef struct options {
    snt_load_options load;
    int format;
} options;

static void add_engine(
    snt_facts *facts, const sentiment_classifier_info *engine)
{
    const snt_fact all[] = {
        {"engine", "engine", engine->engine, 0, NULL},
        {"engine_version", "engine version", engine->engine_version, 0, NULL},
        {"cpu", "CPU capability", engine->cpu, 0, NULL},
        {"device", "device", engine->device, 0, NULL},
        {"precision", "precision", engine->precision, 0, NULL},
        {"precision_reason", "chosen because", engine->reason, 0, NULL},
        {"workers", "workers", NULL, engine->workers, NULL}};

    snt_facts_add(facts, all, sizeof(all) / sizeof(*all));
}

enum { DEVICES = 32 };

/* Cuts "cpu,cuda:0" into a list. */
static void add_devices(
    snt_facts *facts, char *devices, const char *list[DEVICES])
{
    size_t n = 0;

    for (char *p = devices; p && *p && n < DEVICES;) {
        list[n++] = p;
        p = strchr(p, ',');
        if (p)
            *p++ = '\0';
    }
    snt_facts_add(
        facts, &(const snt_fact){"devices", "devices here", NULL, n, list}, 1);
}

static int tell(const sentiment_classifier *clf, bool as_json)
{
    const sentiment_model *model = sentiment_classifier_model(clf);
    sentiment_classifier_info engine = {.size = sizeof(engine)};
    snt_output out = {.fd = STDOUT_FILENO};
    const char *list[DEVICES];
    char devices[1024];
    sentiment_error err;
    snt_facts facts = {
        .all = {{"version", "version", sentiment_version(), 0, NULL}}, .n = 1};

    if (sentiment_classifier_describe(clf, &engine, &err) ||
        snt_facts_add_model(&facts, model, &err)) {
        snt_report("%s", err.message);
        snt_facts_free(&facts);
        return SNT_EXIT_FAILED;
    }
    add_engine(&facts, &engine);
    snprintf(devices, sizeof(devices), "%s", engine.devices);
    add_devices(&facts, devices, list);
    snt_facts_put(&facts, &out.buf, as_json);
    snt_facts_free(&facts);
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
