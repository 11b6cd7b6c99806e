/* commands.h - every command; each is the file cmd_NAME.c. */
#ifndef SNT_COMMANDS_H
#define SNT_COMMANDS_H

#include "args.h"

extern const snt_command snt_cmd_bench;
extern const snt_command snt_cmd_classify;
extern const snt_command snt_cmd_dlq;
extern const snt_command snt_cmd_enrich;
extern const snt_command snt_cmd_eval;
extern const snt_command snt_cmd_explain;
extern const snt_command snt_cmd_info;
extern const snt_command snt_cmd_model;
extern const snt_command snt_cmd_serve;
extern const snt_command snt_cmd_tokenize;

#endif
