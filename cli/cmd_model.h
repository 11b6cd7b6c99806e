/*
 * cmd_model.h - the subcommands of `model`; each is the file model_NAME.c.
 */
#ifndef SNT_CMD_MODEL_H
#define SNT_CMD_MODEL_H

#include "args.h"

extern const snt_command snt_model_pull;
extern const snt_command snt_model_list;
extern const snt_command snt_model_info;
extern const snt_command snt_model_verify;
extern const snt_command snt_model_remove;
extern const snt_command snt_model_path;
extern const snt_command snt_model_tune;
extern const snt_command snt_model_convert;

/** The one operand of a subcommand, or NULL when none was given: then *ok is
 * whether it may be left out. Two are one too many; either fault is said. */
const char *snt_model_operand(
    const snt_command *command, const snt_args *args, bool needed, bool *ok);

#endif
