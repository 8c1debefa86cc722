/* SPDX-License-Identifier: BSD-2-Clause */
/* What filterc says about its own commands and options. */
#ifndef FILTERC_USAGE_H
#define FILTERC_USAGE_H

#include <stdio.h>

struct command;

/* "filterc: usage: ..." on standard error. */
void say_usage(const struct command *command);
/* All commands: for filterc -h, and with their options for filterc --help. */
void print_commands(FILE *to);
void print_all_commands(FILE *to);
/* One command with its options, for filterc COMMAND -h. */
void print_command(const struct command *command);

#endif
