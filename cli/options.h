/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a command line by a table of options. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "option_row.h"

struct command_line {
	/* what the caller fills in */
	struct option_table table;
	void *values;       /* the struct that has the fields of the rows */
	const char **given; /* a place for each row: NULL, or the last value, "" without; or NULL */
	const char *help;   /* the command that lists the options: "sniff --help" */
	const char *command; /* that has the synopsis of the table; NULL: there is none */
	bool strict;         /* the first word ends the options (POSIXLY_CORRECT) */

	/* what it has */
	char **words; /* what is no option, in argv: its strings move to the front; then NULL */
	int word_count;
	const struct option_row *stop;  /* that ended it; NULL: it was read to its end */
	const struct option_row *later; /* the first one that is not in this version, or NULL */
	bool misread;                   /* refused: not for a value, but for its form */
};

/* From argv[1] on. 0, or the exit status after one sentence on standard error. */
int options_read(struct command_line *line, int argc, char **argv);

#endif
