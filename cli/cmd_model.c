/* cmd_model.c - `model`: the table of its subcommands. */
#include "cmd_model.h"

#include "commands.h"
#include "report.h"

static const snt_command *const subcommands[] = {
    &snt_model_pull,   &snt_model_list,    &snt_model_info,
    &snt_model_verify, &snt_model_remove,  &snt_model_path,
    &snt_model_tune,   &snt_model_convert, NULL,
};

const char *snt_model_operand(
    const snt_command *command, const snt_args *args, bool needed, bool *ok)
{
    const snt_arg_list *given = &args->operands;

    *ok = given->n == 1 || (!given->n && !needed);
    if (given->n > 1)
        snt_report(
            "%s: \"%s\" is one argument too many", command->name,
            given->items[1]);
    else if (!*ok)
        snt_report("%s: needs %s", command->name, command->operands);
    return given->n ? given->items[0] : NULL;
}

const snt_command snt_cmd_model = {
    .name = "model",
    .summary = "Fetch, look at, check and convert checkpoints",
    .operands = "",
    .examples = "  sentiment-cli model pull\n"
                "  sentiment-cli model list\n",
    .subcommands = subcommands};
