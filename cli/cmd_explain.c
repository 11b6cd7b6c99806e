/* cmd_explain.c - which words of a text drive its label, as bars or as JSON. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "load.h"
#include "occlude.h"
#include "report.h"
#include "stage.h"
#include "stop.h"
#include "width.h"
#include "writer.h"

enum { BAR = 20, AS_TABLE = SNT_FORMAT_TABLE, AS_NDJSON, AS_JSON };

static const float NONE = 5e-4f;

typedef struct options {
    snt_load_options load;
    snt_input_options input;
    int format;
    int color;
} options;

/* The run in hand. */
typedef struct job {
    const options *opts;
    sentiment_classifier *clf;
    snt_output out;
    int format;
    bool color;
    uint64_t texts, failed, truncated;
    snt_occlusion words;
} job;

static const char *color_of(const job *j, float change)
{
    if (!j->color || fabsf(change) < NONE)
        return "";
    return change > 0 ? "\033[32m" : "\033[31m";
}

static const char *end_color(const char *color)
{
    return *color ? "\033[0m" : "";
}

/* "+0.412  ████                 lifts  (neutral without it)" */
static void put_bar(
    job *j, const snt_word *word, sentiment_text text, int32_t label)
{
    snt_buffer *buf = &j->out.buf;
    const char *color = color_of(j, word->change);
    int n = 0;
    char number[32];

    if (j->words.largest > 0)
        n = (int)(fabsf(word->change) / j->words.largest * BAR + 0.5f);
    /* What rounds to nothing has no sign. */
    snprintf(number, sizeof(number), "  %+.3f  ", (double)word->change);
    if (fabsf(word->change) < NONE)
        strcpy(number, "   0.000  ");
    snt_buffer_add_string(buf, number);
    snt_buffer_add_string(buf, color);
    for (int i = 0; i < n; i++)
        snt_buffer_add_string(buf, "█");
    for (int i = n; i < BAR + 2; i++)
        snt_buffer_add_char(buf, ' ');
    snt_width_add(buf, text.bytes + word->start, word->end - word->start, 0);
    snt_buffer_add_string(buf, end_color(color));
    if (word->label != label) {
        snt_buffer_add_string(buf, "  (");
        snt_buffer_add_string(
            buf, sentiment_classifier_label(j->clf, (size_t)word->label));
        snt_buffer_add_string(buf, " without it)");
    }
    snt_buffer_add_char(buf, '\n');
}

static void put_bars(job *j, const snt_outcome *outcome)
{
    snt_buffer *buf = &j->out.buf;
    sentiment_text text = snt_record_text(outcome->record);
    char score[16];

    snt_buffer_add_string(buf, j->texts > 1 ? "\n" : "");
    if (outcome->label) {
        snprintf(
            score, sizeof(score), " %.3f  ", (double)outcome->result.score);
        snt_buffer_add_string(buf, outcome->label);
        snt_buffer_add_string(buf, score);
    }
    snt_width_add(buf, text.bytes, text.len, 0);
    snt_buffer_add_char(buf, '\n');
    for (size_t i = 0; i < j->words.n; i++)
        put_bar(j, &j->words.words[i], text, outcome->result.label);
}

static void add_word(
    const job *j, snt_buffer *buf, const snt_word *word, sentiment_text text,
    int32_t label)
{
    snt_json_object object = {0};

    snt_json_add_string(
        &object, "word", text.bytes + word->start, word->end - word->start);
    snt_json_add_uint(&object, "start", word->start);
    snt_json_add_uint(&object, "end", word->end);
    snt_json_add_score(&object, "change", word->change);
    if (word->label != label) {
        const char *without =
            sentiment_classifier_label(j->clf, (size_t)word->label);

        snt_json_add_string(&object, "without", without, strlen(without));
    }
    snt_json_end(&object, buf);
    snt_json_free(&object);
}

static void add_words(
    const job *j, snt_json_object *object, const snt_outcome *outcome)
{
    sentiment_text text = snt_record_text(outcome->record);
    snt_buffer list = {0};

    snt_buffer_add_char(&list, '[');
    for (size_t i = 0; i < j->words.n; i++) {
        snt_buffer_add_string(&list, i ? "," : "");
        add_word(j, &list, &j->words.words[i], text, outcome->result.label);
    }
    snt_buffer_add_char(&list, ']');
    snt_json_add_raw(object, "words", 5, list.bytes, list.len);
    snt_buffer_free(&list);
}

static void put_json(job *j, const snt_outcome *outcome, const char *error)
{
    sentiment_text text = snt_record_text(outcome->record);
    snt_json_object object = {0};

    if (j->format == AS_JSON)
        snt_buffer_add_string(&j->out.buf, j->texts > 1 ? ",\n" : "[\n");
    if (error) {
        snt_json_add_string(&object, "error", error, strlen(error));
        snt_json_add_uint(&object, "line", outcome->record->line);
    } else if (outcome->label) {
        snt_json_add_string(
            &object, "label", outcome->label, strlen(outcome->label));
        snt_json_add_score(&object, "score", outcome->result.score);
    } else {
        snt_json_add_null(&object, "label");
        snt_json_add_null(&object, "score");
    }
    if (!error) {
        snt_json_add_string(&object, "text", text.bytes, text.len);
        add_words(j, &object, outcome);
    }
    if (outcome->result.flags & SENTIMENT_TRUNCATED)
        snt_json_add_bool(&object, "truncated", true);
    snt_json_end(&object, &j->out.buf);
    snt_buffer_add_string(&j->out.buf, j->format == AS_JSON ? "" : "\n");
    snt_json_free(&object);
}

static bool put(void *arg, const snt_outcome *outcome)
{
    job *j = arg;
    const char *error = outcome->error;
    sentiment_error err;

    j->texts++;
    j->truncated += (outcome->result.flags & SENTIMENT_TRUNCATED) != 0;
    j->words.n = 0;
    if (outcome->label &&
        snt_occlude(
            &j->words, j->clf, snt_record_text(outcome->record),
            outcome->result.label, outcome->result.score, &err) != SENTIMENT_OK)
        error = err.message;
    if (error) {
        j->failed++;
        snt_report(
            "%s:%llu: %s", outcome->record->source,
            (unsigned long long)outcome->record->line, error);
    }
    if (j->format != AS_TABLE)
        put_json(j, outcome, error);
    else if (!error)
        put_bars(j, outcome);
    snt_output_spill(&j->out);
    return !j->out.error;
}

static bool pause_output(void *arg)
{
    job *j = arg;

    return snt_output_flush(&j->out);
}

static int explain(job *j, snt_input *in)
{
    const snt_sink sink = {put, pause_output, j};
    sentiment_error err;
    sentiment_status status = snt_stage_run(in, j->clf, &sink, &err);
    int written;

    if (status != SENTIMENT_OK)
        snt_report("%s", err.message);
    if (j->format == AS_JSON && !snt_stop_signal())
        snt_buffer_add_string(&j->out.buf, j->texts ? "\n]\n" : "[]\n");
    written = snt_output_close(&j->out);
    if (snt_stop_signal())
        return 128 + snt_stop_signal();
    if (written)
        return written;
    snt_load_report_cut(j->clf, &j->opts->load, j->truncated);
    return status != SENTIMENT_OK || j->failed || snt_input_failures(in)
               ? SNT_EXIT_FAILED
               : SNT_EXIT_OK;
}

/* The operands are texts here, as those of -t are. */
static sentiment_status open_input(
    snt_input **in, snt_input_options *opts, const snt_arg_list *operands,
    snt_arg_list *none, sentiment_error *err)
{
    if (!opts->texts.n)
        opts->texts = *operands;
    return snt_input_open(in, opts, none, err);
}

static int run(const void *given, const snt_args *args)
{
    const options *opts = given;
    const snt_writer_options look = {
        .format = opts->format, .color = opts->color};
    snt_input_options input = opts->input;
    snt_arg_list none = {0};
    snt_input *in = NULL;
    sentiment_error err;
    job j = {.opts = opts, .out = {.fd = STDOUT_FILENO}};
    int code;

    j.format = (int)snt_writer_format(&look, STDOUT_FILENO);
    j.color = snt_writer_is_colored(&look, STDOUT_FILENO);
    if (snt_load_classifier(&j.clf, &opts->load, &err) != SENTIMENT_OK) {
        snt_report("%s", err.message);
        return snt_load_exit(err.status);
    }
    if (open_input(&in, &input, &args->operands, &none, &err)) {
        snt_report("%s", err.message);
        code = snt_load_exit(err.status);
    } else {
        code = explain(&j, in);
    }
    snt_occlude_free(&j.words);
    snt_input_close(in);
    sentiment_classifier_close(j.clf);
    return code;
}

static const snt_option table[] = {
    {"format", 'f', SNT_ARG_CHOICE, "table|ndjson|json", NULL,
     offsetof(options, format),
     "bars, or JSON (default: table on a terminal, else ndjson)"},
    {"color", 0, SNT_ARG_CHOICE, "auto|always|never", NULL,
     offsetof(options, color),
     "colour in bars (auto: on a terminal, unless NO_COLOR is set)"},
};

static const snt_option_group group = {
    "Output", table, sizeof(table) / sizeof(*table)};

const snt_command snt_cmd_explain = {
    .name = "explain",
    .summary = "Show which words of a text drive its label",
    .operands = "[TEXT…]",
    .details =
        "Takes each word away in turn and classifies the rest: what the score "
        "of the text's label loses is what the word gave to it. A word with a "
        "negative figure speaks against the label; without one marked so, the "
        "label would be another. Words are what white space parts; effects "
        "do not add up, since words work together.\n\n"
        "Without a TEXT, texts come from standard input. A text costs as many "
        "forward passes as it has words, 1024 at most.\n\n"
        "In JSON a word has its bytes [start, end) of the text, its change, "
        "and, when the label would be another, that one as \"without\".",
    .examples =
        "  sentiment-cli explain \"Profit rose 12% but the outlook is weak\"\n"
        "  sentiment-cli explain --format json -t \"Sales fell\"\n"
        "  sentiment-cli explain < headlines.txt | jq '.words[0]'\n",
    .parts =
        (const snt_args_part[]){
            {&group, 0},
            {&snt_input_group, offsetof(options, input)},
            {&snt_load_group, offsetof(options, load)}},
    .n_parts = 3,
    .options_size = sizeof(options),
    .run = run};
