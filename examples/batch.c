/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One capture cut into several in one pass: each filter judges a run of packets at once.
 *
 *     $ cc batch.c $(pkg-config --cflags --libs libfilter) -o batch
 *     $ ./batch ../pcaps/dns.pcap v4.pcap ip answers.pcap 'udp src port 53'
 *     2 v4.pcap
 *     2 answers.pcap
 */
#include <libfilter.h>
#include <stdio.h>
#include <string.h>

enum { CUTS_MAX = 16, RUN_MAX = 256 };

struct cut {
	struct flt_program *prog;
	struct flt_sink *sink;
	unsigned long packets;
};

static int failed(int rc, const char *message)
{
	if (rc < 0)
		fprintf(stderr, "batch: %s\n", message);
	return rc < 0;
}

/* Link type, byte order and clock are those of the file that is cut. */
static int open_cut(struct cut *cut, char **arg, const struct flt_source_info *file)
{
	struct flt_compile_opts opts = { .size = sizeof(opts), .linktype = file->linktype };
	struct flt_create_opts create = { .size = sizeof(create), .linktype = file->linktype };
	struct flt_error err;

	opts.flags = file->flags & FLT_SOURCE_SWAPPED ? FLT_COMPILE_SWAPPED : FLT_COMPILE_UNSWAPPED;
	create.flags = file->flags & FLT_SOURCE_NANO ? FLT_CREATE_NANO : 0;
	return failed(flt_compile(&cut->prog, arg[1], strlen(arg[1]), &opts, &err), err.message) ||
	       failed(flt_create_file(&cut->sink, arg[0], &create, &err), err.message);
}

int main(int argc, char **argv)
{
	int rc = 0, status = 0, cut_count = argc / 2 - 1;
	struct flt_source_info file = { .size = sizeof(file) };
	struct cut cuts[CUTS_MAX] = { { 0 } };
	const struct flt_packet *run;
	struct flt_source *source;
	struct flt_error err;
	uint32_t count, verdicts[RUN_MAX];

	if (argc < 4 || argc % 2 != 0 || cut_count > CUTS_MAX)
		return failed(FLT_E_ARGUMENT, "usage: batch FILE OUT EXPRESSION ...");
	if (failed(flt_open_file(&source, argv[1], NULL, &err), err.message))
		return 1;
	flt_source_info(source, &file);
	for (int i = 0; i < cut_count; i++)
		status |= open_cut(&cuts[i], argv + 2 + 2 * i, &file);
	while (status == 0 && rc >= 0 && (rc = flt_source_read(source, &run, &count, -1, &err)) > 0)
		for (uint32_t at = 0, len; rc >= 0 && at < count; at += len) {
			len = count - at < RUN_MAX ? count - at : RUN_MAX;
			for (struct cut *cut = cuts; rc >= 0 && cut < cuts + cut_count; cut++) {
				cut->packets += flt_run_batch(cut->prog, run + at, len, verdicts);
				rc = flt_sink_write(cut->sink, run + at, len, verdicts, &err);
			}
		}
	status |= failed(rc == FLT_END ? 0 : rc, err.message);
	flt_source_info(source, &file);
	if (file.flags & FLT_SOURCE_MIXED)
		status |= failed(FLT_E_MEANING, "link types are mixed; only the first was judged");
	for (int i = 0; i < cut_count; i++) {
		flt_program_unref(cuts[i].prog);
		status |= failed(flt_sink_close(cuts[i].sink, &err), err.message);
		printf("%lu %s\n", cuts[i].packets, argv[2 + 2 * i]);
	}
	flt_source_close(source);
	return status;
}
