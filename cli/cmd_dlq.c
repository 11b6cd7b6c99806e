/* cmd_dlq.c - `dlq`: the table of its subcommands. */
#include "commands.h"
#include "dlq.h"

static const snt_command *const subcommands[] = {
    &snt_dlq_list, &snt_dlq_show, &snt_dlq_replay, NULL};

const snt_command snt_cmd_dlq = {
    .name = "dlq",
    .summary = "Look at dead letters of enrich, and send them again",
    .operands = "",
    .examples = "  sentiment-cli dlq list --topic news\n"
                "  sentiment-cli dlq replay --topic news --reason UTF-8\n",
    .subcommands = subcommands};
