/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands: each does what a request says, and returns an exit status. */
#ifndef COMMANDS_H
#define COMMANDS_H

struct request;

#define COMMAND(name, synopsis, help) int command_##name(struct request *req);
#include "commands.def"
#undef COMMAND

#endif
