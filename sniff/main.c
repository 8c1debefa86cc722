/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "confine.h"
#include "filter.h"
#include "lists.h"
#include "loop.h"
#include "options.h"
#include "say.h"
#include "stop.h"

#define OUTPUT_BYTES (1u << 14)

static int with_expression(const struct options *opts)
{
	struct filter filter;
	int status = filter_init(&filter, opts);

	if (status == DONE)
		status = opts->dump ? show_program(opts, &filter) : capture(opts, &filter);
	filter_free(&filter);
	return status;
}

static int help(void)
{
	options_help();
	return DONE;
}

static int version(void)
{
	options_version();
	return DONE;
}

static int run(const struct options *opts)
{
	if (opts->help)
		return help();
	if (opts->version)
		return version();
	if (opts->list_interfaces)
		return show_interfaces();
	if (opts->list_linktypes)
		return show_linktypes(opts);
	if (opts->list_clocks)
		return show_clocks(opts);
	return with_expression(opts);
}

/* A reader that has gone away is no error. */
static int finish_output(int status)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	if (status != DONE || errno == EPIPE || errno == 0)
		return status;
	return say(FAILED, "standard output: %s", strerror(errno));
}

/* The buffer is not from the heap: a stream that cannot have one counts wrong what it prints. */
static void give_buffer(void)
{
	static char buffer[OUTPUT_BYTES];

	setvbuf(stdout, buffer, isatty(STDOUT_FILENO) ? _IOLBF : _IOFBF, sizeof(buffer));
}

int main(int argc, char **argv)
{
	struct options opts;

	confine_start();
	give_buffer();
	ignore_broken_pipes();
	int status = options_parse(&opts, argc, argv, getenv("POSIXLY_CORRECT") != NULL);

	if (status == DONE)
		status = finish_output(run(&opts));
	options_free(&opts);
	return status;
}
