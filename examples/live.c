/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets of an interface that match, as they come: COUNT of them, or until control-C; what was
 * accepted before that is still shown. Needs root or CAP_NET_RAW.
 *
 *     $ cc live.c $(pkg-config --cflags --libs libfilter) -o live
 *     # ping -c 10 -i 0.2 127.0.0.1 > ping.log & ./live lo 'icmp[icmptype] = icmp-echo' 2
 *     listening, link type EN10MB
 *     ... 98 of 98 bytes
 *     ... 98 of 98 bytes
 *     0 dropped
 */
#include <inttypes.h>
#include <libfilter.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct flt_source *source;

static void stop(int signal)
{
	(void)signal;
	flt_source_stop(source);
}

/* The interface says what its packets begin with. What came before the filter is let go. */
static int set_filter(const char *expression, const struct flt_source_info *info,
		      struct flt_error *err)
{
	struct flt_compile_opts opts = { .size = sizeof(opts), .linktype = info->linktype };
	struct flt_program *prog;
	int rc;

	opts.flags = FLT_COMPILE_LIVE | (info->flags & FLT_SOURCE_COOKED ? FLT_COMPILE_COOKED : 0);
	rc = flt_compile(&prog, expression, strlen(expression), &opts, err);
	if (rc < 0)
		return rc;
	rc = flt_source_set_program(source, prog, err);
	flt_program_unref(prog); /* the source has a reference of its own */
	return rc;
}

int main(int argc, char **argv)
{
	struct flt_source_info info = { .size = sizeof(info) };
	struct flt_source_stats stats = { .size = sizeof(stats) };
	struct flt_packet p;
	struct flt_error err;
	char text[1024];

	if (argc < 3) {
		fputs("usage: live INTERFACE EXPRESSION [COUNT]\n", stderr);
		return 2;
	}
	long left = argc > 3 ? atol(argv[3]) : -1;
	int rc = flt_open_live(&source, argv[1], NULL, &err);
	flt_source_info(source, &info);
	if (rc >= 0)
		rc = set_filter(argv[2], &info, &err);
	if (rc >= 0) {
		signal(SIGINT, stop);
		printf("listening, link type %s\n", flt_linktype_name(info.linktype));
	}
	while (rc >= 0 && left-- != 0 && (rc = flt_source_next(source, &p, -1, &err)) > 0)
		printf("%" PRId64 ".%09" PRId64 " %" PRIu32 " of %" PRIu32 " bytes\n",
		       p.time_ns / 1000000000, p.time_ns % 1000000000, p.caplen, p.wirelen);
	flt_source_stats(source, &stats);
	if (rc >= 0 || rc == FLT_END) {
		printf("%" PRIu64 " dropped\n", stats.dropped);
	} else {
		flt_error_show(&err, argv[2], text, sizeof(text));
		fputs(text, stderr);
	}
	flt_source_close(source);
	return rc >= 0 || rc == FLT_END ? 0 : 1;
}
