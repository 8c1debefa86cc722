/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * live INTERFACE EXPRESSION [COUNT]: the lengths of COUNT packets (10) that match, as they come.
 * Build: cc live.c $(pkg-config --cflags --libs libfilter)
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libfilter.h>

static int fail(const struct flt_error *err, const char *expression)
{
	char text[1024];

	flt_error_show(err, expression, text, sizeof(text));
	fputs(text, stderr);
	return 1;
}

/* What the interface delivers decides what the program looks like. */
static int find(const char *name, struct flt_interface *found, struct flt_error *err)
{
	static struct flt_interface list[256];
	int count = flt_interfaces(list, 256, err);

	for (int i = 0; i < count && i < 256; i++) {
		if (strcmp(list[i].name, name) != 0)
			continue;
		*found = list[i];
		return 0;
	}
	return count < 0 ? count : FLT_E_DEVICE;
}

static int print_packets(struct flt_source *source, long count, struct flt_error *err)
{
	struct flt_packet packet;

	while (count-- > 0) {
		int rc = flt_source_next(source, &packet, -1, err);

		if (rc < 0)
			return rc;
		printf("%" PRId64 ".%09" PRId64 " %" PRIu32 " of %" PRIu32 " bytes\n",
		       packet.time_ns / 1000000000, packet.time_ns % 1000000000, packet.caplen,
		       packet.wirelen);
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct flt_compile_opts compile = { .size = sizeof(compile), .flags = FLT_COMPILE_LIVE };
	struct flt_open_opts open = { .size = sizeof(open) };
	struct flt_error err = { .message = "there is no such interface" };
	struct flt_program *program = NULL;
	struct flt_source *source = NULL;
	struct flt_interface device;

	if (argc < 3) {
		fputs("usage: live INTERFACE EXPRESSION [COUNT]\n", stderr);
		return 2;
	}
	if (find(argv[1], &device, &err) < 0)
		return fail(&err, NULL);
	compile.linktype = device.linktype;
	compile.flags |= device.flags & FLT_IF_COOKED ? FLT_COMPILE_COOKED : 0;
	if (flt_compile(&program, argv[2], strlen(argv[2]), &compile, &err) < 0)
		return fail(&err, argv[2]);
	open.program = program;
	if (flt_open_live(&source, argv[1], &open, &err) < 0)
		return fail(&err, NULL);
	fputs("listening\n", stderr);
	int rc = print_packets(source, argc > 3 ? atol(argv[3]) : 10, &err);

	flt_source_close(source);
	flt_program_unref(program);
	return rc < 0 && rc != FLT_END ? fail(&err, NULL) : 0;
}
