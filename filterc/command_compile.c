/* SPDX-License-Identifier: BSD-2-Clause */
/* filterc compile: one expression to one program, in the format that was asked for, and what is to
 * be said of it. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "command_stats.h"
#include "commands.h"
#include "common.h"
#include "request.h"
#include "say.h"
#include "say_error.h"

/* Context: a flag for each letter, set when it is shown. */
static void show_pass(void *context, char letter, const char *text)
{
	size_t len = strlen(text);
	bool is_line = len > 0 && text[len - 1] == '\n';

	((bool *)context)[(unsigned char)letter] = true;
	fprintf(stderr, "; after %c\n%s%s", letter, text, is_line ? "" : "\n");
}

static void say_unshown(const char *letters, const bool *shown)
{
	for (const char *at = letters; at && *at; at++)
		if (!shown[(unsigned char)*at])
			say(DONE, "--passes=%s: no pass '%c' ran", letters, *at);
}

static uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* The savefile to count over. What it is decides what the program is compiled for. */
static int open_capture(struct request *req, struct flt_source **src)
{
	struct flt_source_info info = { .size = sizeof(info) };
	struct flt_error err;

	if (!req->stats)
		return say(USAGE,
			   "compile takes -r FILE only with --stats, which runs the program over "
			   "its packets");
	if (flt_open_file(src, req->savefile, NULL, &err) < 0) {
		return say_open(req->savefile, &err, "filterc compile --stats");
	}
	flt_source_info(*src, &info);
	if (!req->opts.linktype)
		req->opts.linktype = info.linktype;
	req->opts.flags |=
		info.flags & FLT_SOURCE_SWAPPED ? FLT_COMPILE_SWAPPED : FLT_COMPILE_UNSWAPPED;
	return DONE;
}

static int compile(struct request *req, const char *expr, struct stats *stats,
		   struct flt_program **prog)
{
	struct flt_error err;
	bool shown[UCHAR_MAX + 1] = { false };
	uint64_t start = now_us();

	req->opts.trace = req->passes ? show_pass : NULL;
	req->opts.trace_context = shown;
	req->opts.stats = &stats->compile;
	if (flt_compile(prog, expr, strlen(expr), &req->opts, &err) < 0)
		return say_error(&err, expr);
	stats->microseconds = now_us() - start;
	say_unshown(req->opts.trace_letters, shown);
	say_if_empty(*prog, expr);
	return DONE;
}

static int print(const struct request *req, const struct stats *stats,
		 const struct flt_program *prog, const char *expr)
{
	if (req->stats && req->format == FLT_FORMAT_JSON) {
		stats_print_json(stats, prog);
		return DONE;
	}
	return print_program(prog, req->format, expr) ? DONE : FAILED;
}

int command_compile(struct request *req)
{
	const char *expr = req->expression ? req->expression : "";
	struct stats stats = { .compile.size = sizeof(stats.compile) };
	struct flt_program *prog = NULL;
	struct flt_source *src = NULL;
	struct flt_error err;

	int status = req->savefile ? open_capture(req, &src) : DONE;
	if (status == DONE)
		status = compile(req, expr, &stats, &prog);
	if (status == DONE && src && !stats_run(&stats, prog, src, &err))
		status = say(FAILED, "%s: %s", req->savefile, err.message);
	if (prog) {
		int printed = print(req, &stats, prog, expr);
		status = status == DONE ? printed : status;
	}
	fflush(stdout); /* before what follows it on standard error */
	if (prog && req->stats && req->format != FLT_FORMAT_JSON)
		stats_print(stderr, &stats, prog);
	flt_program_unref(prog);
	flt_source_close(src);
	return status;
}
