/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of filterc: its tables are filterc_options.def and commands.def. */
#ifndef FILTERC_OPTIONS_H
#define FILTERC_OPTIONS_H

#include "options.h"

struct request;

enum option_id {
#define OPTION(id, letter, name, argument, match, effect, help) OPT_##id,
#include "filterc_options.def"
#undef OPTION
	OPT_COUNT
};

struct command {
	const char *name;
	const char
		*synopsis; /* long names of options, and operands in capitals, with marks between */
	const char *help;
	const char *lists_options; /* "filterc NAME -h" */
	int (*run)(struct request *req);
};

/* Up to a row without a name. */
extern const struct command command_rows[];
extern const struct option_table option_table;

/* NULL: there is none of this name. */
const struct command *find_command(const char *name);
/* The one that a word resembles; NULL: none. */
const struct command *near_command(const char *word);

/* Read the options of a command, behind argv[0], into req. 0, or the exit status after one sentence
 * on standard error. */
int read_options(const struct command *command, struct command_line *line, struct request *req,
		 int argc, char **argv);

#endif
