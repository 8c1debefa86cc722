/* SPDX-License-Identifier: BSD-2-Clause */
/* filterc run: the value that a program has for each packet of a savefile. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command_kernel.h"
#include "commands.h"
#include "common.h"
#include "request.h"
#include "say.h"
#include "say_error.h"

/* An expression is compiled for the link type of the packet at hand; a pcapng file may have
 * several, and a compiled program is kept for as long as the type stays the same. */
struct run {
	struct request *req;
	struct flt_source *src;
	struct flt_program *prog;
	struct kernel *kernel;
	struct flt_lookups *lookups; /* names and lists: the same for each link type */
	uint32_t linktype;
	bool fixed;         /* a given program serves every link type */
	bool started;       /* the first link type has a program */
	uint32_t *left_out; /* later ones without one: said, their packets have the value 0 */
	uint32_t left_out_count;
	int status;
};

static bool run_open(struct run *run)
{
	struct flt_error err;

	if (!run->req->expression == !run->req->program_path) {
		run->status = say(USAGE, "run needs either -x EXPRESSION or -p PROGRAM");
		return false;
	}
	if (!run->req->savefile) {
		run->status = say(USAGE, "run needs a savefile: -r FILE");
		return false;
	}
	if (flt_open_file(&run->src, run->req->savefile, NULL, &err) < 0) {
		run->status = say_open(run->req->savefile, &err, "filterc run");
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
	if (!run->kernel)
		run->status = say(FAILED, "%s", err.message);
	return run->kernel != NULL;
}

/* False: no memory. */
static bool leave_out(struct run *run, uint32_t linktype, const struct flt_error *err)
{
	const char *name = flt_linktype_name(linktype);
	uint32_t *list = realloc(run->left_out, (run->left_out_count + 1) * sizeof(*list));

	run->status = FAILED;
	if (!list) {
		say(FAILED, "no memory for a link type");
		return false;
	}
	run->left_out = list;
	list[run->left_out_count++] = linktype;
	say(FAILED, "the file also has packets of link type %s (%" PRIu32 "), which match nothing:",
	    name ? name : "unknown", linktype);
	say_error(err, run->req->expression);
	return true;
}

static bool is_left_out(const struct run *run, uint32_t linktype)
{
	for (uint32_t i = 0; i < run->left_out_count; i++)
		if (run->left_out[i] == linktype)
			return true;
	return false;
}

/* False: that is the end. */
static bool refuse(struct run *run, uint32_t linktype, const struct flt_error *err)
{
	int status = error_status(err);

	if (run->started && status == USAGE)
		return leave_out(run, linktype, err);
	say_error(err, run->req->expression);
	run->status = status;
	return false;
}

static bool run_compile(struct run *run, uint32_t linktype)
{
	struct flt_source_info info = { .size = sizeof(info) };
	struct flt_compile_opts opts = run->req->opts;
	struct flt_error err;

	flt_source_info(run->src, &info);
	opts.linktype = linktype;
	opts.lookups = run->lookups;
	if (!opts.snaplen)
		opts.snaplen = info.snaplen;
	opts.flags |= info.flags & FLT_SOURCE_SWAPPED ? FLT_COMPILE_SWAPPED : FLT_COMPILE_UNSWAPPED;
	flt_program_unref(run->prog);
	run->prog = NULL;
	run->linktype = 0;
	if (flt_compile(&run->prog, run->req->expression, strlen(run->req->expression), &opts,
			&err) < 0)
		return refuse(run, linktype, &err);
	run->started = true;
	run->linktype = linktype;
	return open_kernel(run);
}

static bool run_packet(struct run *run, const struct flt_packet *packet)
{
	bool known = run->fixed || packet->linktype == run->linktype ||
		     is_left_out(run, packet->linktype);
	struct flt_error err;
	uint32_t value = 0;

	if (!known && !run_compile(run, packet->linktype))
		return false;
	if (is_left_out(run, packet->linktype)) {
		puts("0");
		return true;
	}
	if (!run->kernel) {
		value = flt_run(run->prog, packet->bytes, packet->caplen, packet->wirelen,
				packet->meta);
	} else if (kernel_run(run->kernel, packet->bytes, packet->caplen, &value, &err) < 0) {
		run->status = say(FAILED, "%s", err.message);
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
	int code;

	while ((code = flt_source_read(run->src, &packets, &count, -1, &err)) > 0)
		for (uint32_t i = 0; i < count && !ferror(stdout); i++)
			if (!run_packet(run, &packets[i]))
				return;
	if (code < FLT_END) {
		fflush(stdout);
		run->status = say(FAILED, "%s: %s", run->req->savefile, err.message);
	}
}

/* The program before the first packet, so that a wrong expression is told of an empty file too. */
static bool run_prepare(struct run *run)
{
	struct flt_source_info info = { .size = sizeof(info) };
	struct flt_error err;

	if (run->req->expression) {
		if (flt_lookups_new(&run->lookups, &err) < 0) {
			run->status = say(FAILED, "%s", err.message);
			return false;
		}
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
	free(run.left_out);
	flt_lookups_free(run.lookups);
	flt_source_close(run.src);
	return run.status;
}
