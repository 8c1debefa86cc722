/* SPDX-License-Identifier: BSD-2-Clause */
/* filterc compile: one expression to one program, in the format that was asked for. */
#include "filterc.h"

#include <string.h>

static void show_pass(void *context, char letter, const char *text)
{
	(void)context;
	fprintf(stderr, "; after %c\n%s", letter, text);
}

int command_compile(struct request *req)
{
	struct flt_program *prog;
	struct flt_error err;
	const char *expr = req->expression ? req->expression : "";

	if (req->passes)
		req->opts.trace = show_pass;
	if (flt_compile(&prog, expr, strlen(expr), &req->opts, &err) < 0) {
		complain_error(&err, expr);
		return STATUS_USAGE;
	}
	complain_empty(prog, expr);
	bool printed = print_program(prog, req->format, expr);
	flt_program_unref(prog);
	return finish_output(printed ? STATUS_DONE : STATUS_FAILED);
}
