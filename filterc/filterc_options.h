/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of filterc: its tables are filterc_options.def, commands.def and words.def. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "filterc.h"

struct command {
	const char *name;
	/* long names of options and operands in capitals, with marks between */
#define SYNOPSIS_MARKS " []()|"
	const char *synopsis;
	const char *help;
	int (*run)(struct request *req);
};

struct option_row {
	char letter; /* 0: none */
	const char *name;
	const char *argument; /* "": none; "[=ARGUMENT]": may be left out */
	enum { FLAGS, ON, TEXT, CALL, HELP, VERSION } effect;
	uint32_t flags; /* FLAGS: of struct flt_compile_opts */
	size_t field;   /* ON, TEXT: where in struct request */
	bool (*call)(struct request *req, const char *word, char *why, size_t why_len);
	const char *help;
};

struct word {
	const char *argument; /* of the option that takes it */
	const char *word;
	int value;
	const char *help;
};

/* ---- filterc_options.c: each table ends with a row without a name -------------------------- */

extern const struct command command_rows[];
extern const struct option_row option_rows[];
extern const struct word word_rows[];

/* NULL: there is none of this name. */
const struct command *find_command(const char *name);
/* The word is one of the synopsis: a long name of an option, or an operand. */
bool synopsis_has(const struct command *command, const char *word);

/* Read the options of a command into req. Zero or more: where the operands begin in argv. Less: all
 * has been said; -1 - the status to end with. */
int read_options(const struct command *command, struct request *req, int argc, char **argv);

/* What stands in the place of a command: --help, or a mistake. NULL: nothing. The status. */
int no_command(const char *word);

/* ---- filterc_usage.c ----------------------------------------------------------------------- */

/* "-y", or "--live" for an option without a letter. */
const char *option_text(const struct option_row *row, char *text, size_t size);
/* "filterc: usage: ..." on standard error. */
void say_usage(const struct command *command);
/* All commands: for filterc -h, and with their options for filterc --help. */
void print_commands(FILE *to);
void print_all_commands(FILE *to);
/* One command with its options, for filterc COMMAND -h. */
void print_command(const struct command *command);

#endif
