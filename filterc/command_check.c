/* SPDX-License-Identifier: BSD-2-Clause */
/* filterc check: the kernel's rules for a program from a file. */
#include "commands.h"
#include "common.h"
#include "request.h"
#include "say.h"

int command_check(struct request *req)
{
	int status = DONE;
	struct flt_error err;
	uint32_t count;

	struct flt_program *prog = read_program(req->program_path, 0, &status);
	if (!prog)
		return status;
	const struct flt_insn *insns = flt_program_insns(prog, &count);
	if (flt_check(insns, count, &err) < 0)
		status = say(FAILED, "%s: %s", req->program_path, err.message);
	flt_program_unref(prog);
	return status;
}
