/* model_convert.c - `model convert`: a checkpoint as one safetensors file, in
 * another type when asked. */
#include <stdio.h>
#include <stdlib.h>

#include "cmd_model.h"
#include "locate.h"
#include "output.h"
#include "report.h"
#include "sentiment/model.h"

typedef struct options {
    const char *dtype;
} options;

static int run(const void *arg, const snt_args *args)
{
    const options *opts = arg;
    const sentiment_convert_options how = {
        .size = sizeof(how), .dtype = opts->dtype};
    const snt_arg_list *given = &args->operands;
    char dir[SNT_PATH];
    sentiment_error err;
    sentiment_status status;

    if (given->n != 2) {
        snt_report(
            "%s: needs %s", snt_model_convert.name, snt_model_convert.operands);
        return SNT_EXIT_USAGE;
    }
    status = snt_locate_model(dir, given->items[0], getenv, &err);
    if (status == SENTIMENT_OK)
        status = sentiment_model_convert(dir, given->items[1], &how, &err);
    if (status != SENTIMENT_OK) {
        snt_report("%s", err.message);
        return SNT_EXIT_FAILED;
    }
    puts(given->items[1]);
    return snt_output_finish_stdio();
}

static const snt_option table[] = {
    {"dtype", 0, SNT_ARG_WORD, "keep|fp32|bf16|fp16", NULL,
     offsetof(options, dtype),
     "what to store floating-point weights in (default: keep, as they are)"},
};

static const snt_option_group group = {
    "Conversion", table, sizeof(table) / sizeof(*table)};

const snt_command snt_model_convert = {
    .name = "model convert",
    .summary = "Write a checkpoint as safetensors, maybe in half the bytes",
    .operands = "DIR|OWNER/NAME[@REVISION] NEW_DIR",
    .details =
        "Reads pytorch_model.bin, safetensors and sharded safetensors; writes "
        "a directory with one model.safetensors, the tokenizer and the other "
        "small files. Everything is read back and compared before the "
        "directory gets its name; the same input gives the same bytes. A "
        "value that the new type cannot hold is refused.",
    .examples = "  sentiment-cli model convert old-model new-model\n"
                "  sentiment-cli model convert --dtype bf16 ProsusAI/finbert "
                "finbert-bf16\n",
    .parts = (const snt_args_part[]){{&group, 0}},
    .n_parts = 1,
    .options_size = sizeof(options),
    .run = run};
