/* SPDX-License-Identifier: BSD-2-Clause */
/* filterc: the filter workbench. Commands and options are tables; each command reads one struct
 * request. */
#include "compiling.h"
#include "filterc_options.h"
#include "say.h"
#include "streams.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
	if (synopsis_has(command, "EXPRESSION"))
		return take_expression(command, req, operands);
	if (synopsis_has(command, "PROGRAM"))
		return take_program(command, req, operands);
	if (!operands[0])
		return command->run(req);
	say(USAGE, "%s takes no '%s'%s", command->name, operands[0],
	    synopsis_has(command, "expression") ? "; put the expression after -x" : "");
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

static int run(int argc, char **argv)
{
	const struct command *command = argc > 1 ? find_command(argv[1]) : NULL;
	struct request req;

	if (!command)
		return no_command(argc > 1 ? argv[1] : NULL);
	request_init(&req);
	int first = read_options(command, &req, argc - 1, argv + 1);
	return first < 0 ? -first - 1 : run_command(command, &req, argv + 1 + first);
}

int main(int argc, char **argv)
{
	say_as("filterc");
	prepare_streams();
	return finish_output(run(argc, argv));
}
