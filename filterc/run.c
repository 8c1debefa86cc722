/* SPDX-License-Identifier: BSD-2-Clause */
/* filterc run: the value that a program has for each packet of a savefile. */
#include "filterc.h"

#include <inttypes.h>
#include <string.h>

/* An expression is compiled for the link type of the packet at hand; a pcapng file may have
 * several, and a compiled program is kept for as long as the type stays the same. */
struct run {
	struct request *req;
	struct flt_source *src;
	struct flt_program *prog;
	struct kernel *kernel;
	uint32_t linktype;
	bool fixed;              /* a given program serves every link type */
	int status;
};

static bool run_open(struct run *run)
{
	struct flt_error err;

	if (!run->req->expression == !run->req->program_path) {
		complain("run wants either -x EXPRESSION or -p PROGRAM");
		run->status = STATUS_USAGE;
		return false;
	}
	if (!run->req->savefile) {
		complain("run wants a savefile: -r FILE");
		run->status = STATUS_USAGE;
		return false;
	}
	if (flt_open_file(&run->src, run->req->savefile, NULL, &err) < 0) {
		complain("%s", err.message);
		run->status = STATUS_FAILED;
		return false;
	}
	return true;
}

static bool open_kernel(struct run *run)
{
	struct flt_error err;

	kernel_close(run->kernel);
	run->kernel = NULL;
	if (run->req->engine != FLT_ENGINE_KERNEL)
		return true;
	run->kernel = kernel_open(run->prog, &err);
	if (!run->kernel) {
		complain("%s", err.message);
		run->status = STATUS_FAILED;
	}
	return run->kernel != NULL;
}

static bool run_compile(struct run *run, uint32_t linktype)
{
	struct flt_source_info info = { .size = sizeof(info) };
	struct flt_compile_opts opts = run->req->opts;
	struct flt_error err;

	flt_source_info(run->src, &info);
	opts.linktype = linktype;
	if (!opts.snaplen)
		opts.snaplen = info.snaplen;
	opts.flags |= info.flags & FLT_SOURCE_SWAPPED ? FLT_COMPILE_SWAPPED : FLT_COMPILE_UNSWAPPED;
	flt_program_unref(run->prog);
	run->prog = NULL;
	if (flt_compile(&run->prog, run->req->expression, strlen(run->req->expression), &opts,
			&err) < 0) {
		complain_error(&err, run->req->expression);
		run->status = error_status(&err);
		return false;
	}
	run->linktype = linktype;
	return open_kernel(run);
}

static bool run_packet(struct run *run, const struct flt_packet *packet)
{
	struct flt_error err;
	uint32_t value;

	if (!run->fixed && packet->linktype != run->linktype && !run_compile(run, packet->linktype))
		return false;
	if (!run->kernel) {
		value = flt_run(run->prog, packet->bytes, packet->caplen, packet->wirelen,
				packet->meta);
	} else if (kernel_run(run->kernel, packet->bytes, packet->caplen, &value, &err) < 0) {
		complain("%s", err.message);
		run->status = STATUS_FAILED;
		return false;
	}
	printf("%" PRIu32 "\n", value);
	return true;
}

static void run_packets(struct run *run)
{
	const struct flt_packet *packets;
	struct flt_error err;
	uint32_t count;
	int result;

	while ((result = flt_source_read(run->src, &packets, &count, -1, &err)) > 0)
		for (uint32_t i = 0; i < count && !ferror(stdout); i++)
			if (!run_packet(run, &packets[i]))
				return;
	if (result < FLT_END) {
		fflush(stdout);
		complain("%s: %s", run->req->savefile, err.message);
		run->status = STATUS_FAILED;
	}
}

/* The program before the first packet, so that a wrong expression is told of an empty file too. */
static bool run_prepare(struct run *run)
{
	struct flt_source_info info = { .size = sizeof(info) };

	if (run->req->expression) {
		flt_source_info(run->src, &info);
		return info.interfaces == 0 || run_compile(run, info.linktype);
	}
	run->fixed = true;
	run->prog = read_program(run->req->program_path, 0, &run->status);
	return run->prog && open_kernel(run);
}

int command_run(struct request *req)
{
	struct run run = { .req = req };

	if (run_open(&run) && run_prepare(&run))
		run_packets(&run);
	kernel_close(run.kernel);
	flt_program_unref(run.prog);
	flt_source_close(run.src);
	return run.status;
}
