/* SPDX-License-Identifier: BSD-2-Clause */
/* The printers on a savefile, without the sniffer around them: print_main [-nqevKSt#xXA] [--nano]
 * FILE. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dissect.h"
#include "libfilter.h"

static void option_letter(struct print_opts *opts, char letter)
{
	switch (letter) {
	case 'v': opts->verbose++; break;
	case 't': opts->time_style++; break;
	case 'e': opts->link_header = true; break;
	case 'n': opts->numeric = true; break;
	case 'q': opts->quiet = true; break;
	case 'S': opts->absolute_seq = true; break;
	case '#': opts->number = true; break;
	case 'K': opts->no_checksums = true; break;
	case 'x': opts->hex = opts->hex == HEX_X ? HEX_XX : HEX_X; break;
	case 'X': opts->hex = opts->hex == HEX_CAP_X ? HEX_CAP_XX : HEX_CAP_X; break;
	case 'A': opts->hex = opts->hex == HEX_A ? HEX_AA : HEX_A; break;
	default: fprintf(stderr, "unknown option -%c\n", letter); exit(2);
	}
}

static const char *read_options(struct print_opts *opts, int argc, char **argv)
{
	const char *path = NULL;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--nano") == 0)
			opts->nano = true;
		else if (argv[i][0] == '-')
			for (const char *s = argv[i] + 1; *s; s++)
				option_letter(opts, *s);
		else
			path = argv[i];
	}
	return path;
}

static int print_all(struct flt_source *src, struct printer *p, struct out *out)
{
	const struct flt_packet *packets;
	struct flt_error err = { 0 };
	uint64_t number = 0;
	uint32_t count;
	int result;

	while ((result = flt_source_read(src, &packets, &count, -1, &err)) == 1)
		for (uint32_t i = 0; i < count; i++) {
			flt__printer_packet(p, &packets[i], ++number);
			flt__out_packet(out);
		}
	if (result != FLT_END)
		fprintf(stderr, "%s\n", err.message);
	return result == FLT_END ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct print_opts opts = { 0 };
	const char *path = read_options(&opts, argc, argv);
	struct flt_source *src = NULL;
	struct flt_error err = { 0 };

	if (!path || flt_open_file(&src, path, NULL, &err) != FLT_OK) {
		fprintf(stderr, "%s\n", path ? err.message : "which file?");
		return 2;
	}
	struct out *out = flt__out_fd(STDOUT_FILENO);
	struct printer *p = flt__printer_new(&opts, out);
	if (!out || !p)
		return 1;
	int failed = print_all(src, p, out);
	failed = flt__out_flush(out) ? 1 : failed;
	flt__printer_free(p);
	flt__out_free(out);
	flt_source_close(src);
	return failed;
}
