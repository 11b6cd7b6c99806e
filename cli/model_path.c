/* model_path.c - `model path`: the directory that a --model means. */
#include <stdio.h>
#include <stdlib.h>

#include "cmd_model.h"
#include "locate.h"
#include "output.h"
#include "report.h"

static int run(const void *options, const snt_args *args)
{
    char dir[SNT_PATH];
    sentiment_error err;
    bool ok;
    const char *model = snt_model_operand(&snt_model_path, args, false, &ok);

    (void)options;
    if (!ok)
        return SNT_EXIT_USAGE;
    if (snt_locate_model(dir, model, getenv, &err)) {
        snt_report("%s", err.message);
        return SNT_EXIT_FAILED;
    }
    puts(dir);
    return snt_output_finish_stdio();
}

const snt_command snt_model_path = {
    .name = "model path",
    .summary = "Print the directory that a model's name stands for",
    .operands = "[DIR|OWNER/NAME[@REVISION]]",
    .details = "The bundled model's when nothing is named.",
    .examples = "  ls -l $(sentiment-cli model path)\n",
    .run = run};
