/* SPDX-License-Identifier: BSD-2-Clause */
/* filterc: the filter workbench. Commands and options are tables; each command reads one struct
 * request. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common.h"
#include "compiling.h"
#include "filterc_options.h"
#include "filterc_usage.h"
#include "request.h"
#include "say.h"
#include "streams.h"

/* ---- operands ------------------------------------------------------------------------------ */

static int take_program(const struct command *command, struct request *req, char **operands)
{
	if (!operands[0] || operands[1]) {
		say(USAGE, "%s takes one file", command->name);
		say_usage(command);
		return USAGE;
	}
	req->program_path = operands[0];
	return command->run(req);
}

static int take_expression(const struct command *command, struct request *req, char **operands)
{
	char *expression = join_words(operands);

	if (!expression)
		return say(FAILED, "no memory");
	req->expression = expression;
	int status = command->run(req);
	free(expression);
	return status;
}

static int run_command(const struct command *command, struct request *req, char **operands)
{
	if (synopsis_has(command->synopsis, "EXPRESSION"))
		return take_expression(command, req, operands);
	if (synopsis_has(command->synopsis, "PROGRAM"))
		return take_program(command, req, operands);
	if (!operands[0])
		return command->run(req);
	say(USAGE, "%s takes no '%s'%s", command->name, operands[0],
	    synopsis_has(command->synopsis, "expression") ? "; put the expression after -x" : "");
	say_usage(command);
	return USAGE;
}

/* ---- streams ------------------------------------------------------------------------------- */

#define OUTPUT_BYTES (1u << 14)

/* What a stream could not take is known at the end: finish_output(). */
static size_t write_error(void *context, int fd, const void *bytes, size_t len)
{
	(void)context;
	(void)fd;
	return fwrite(bytes, 1, len, stderr);
}

/* The buffer is not from the heap: a stream that cannot have one counts wrong what it prints. */
static void prepare_streams(void)
{
	static char buffer[OUTPUT_BYTES];

	fill_standard_descriptors();
	say_through(write_error, NULL);
	setvbuf(stdout, buffer, isatty(STDOUT_FILENO) ? _IOLBF : _IOFBF, sizeof(buffer));
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* EFBIG says it */
}

/* ---- the command ---------------------------------------------------------------------------- */

/* What an option asks for that ends the line; command is NULL where there is none. whole: it was
 * written as a long option. */
static int print_page(enum option_id id, const struct command *command, bool whole)
{
	if (id == OPT_version)
		printf("filterc %s\n", flt_version());
	else if (command)
		print_command(command);
	else if (whole)
		print_all_commands(stdout);
	else
		print_commands(stdout);
	return DONE;
}

static bool is_option(const char *word, const struct option_row *row)
{
	if (strncmp(word, "--", 2) == 0)
		return strcmp(word + 2, row->name) == 0;
	return row->letter && word[0] == '-' && word[1] == row->letter && !word[2];
}

/* What stands in the place of a command: --help, or a mistake. NULL: nothing. */
static int no_command(const char *word)
{
	if (!word) {
		print_commands(stderr);
		return USAGE;
	}
	for (size_t i = 0; i < option_table.count; i++)
		if (option_table.rows[i].effect == STOP && is_option(word, &option_table.rows[i]))
			return print_page((enum option_id)i, NULL, word[1] == '-');
	const struct command *near = near_command(word);

	if (near)
		return say(USAGE, "unknown command '%s'; did you mean '%s'?", word, near->name);
	return say(USAGE, "unknown command '%s'; filterc -h lists the commands", word);
}

static int run(int argc, char **argv)
{
	const struct command *command = argc > 1 ? find_command(argv[1]) : NULL;
	struct command_line line;
	struct request req;

	if (!command)
		return no_command(argc > 1 ? argv[1] : NULL);
	request_init(&req);
	int status = read_options(command, &line, &req, argc - 1, argv + 1);

	if (line.misread)
		say_usage(command);
	if (status != DONE)
		return status;
	if (line.stop)
		return print_page((enum option_id)(line.stop - option_table.rows), command, true);
	return run_command(command, &req, line.words);
}

int main(int argc, char **argv)
{
	say_as("filterc");
	prepare_streams();
	return finish_output(run(argc, argv));
}
