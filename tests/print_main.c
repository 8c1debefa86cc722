/* SPDX-License-Identifier: BSD-2-Clause */
/* The printers on savefiles, without the sniffer around them:
 * print_main [-nqevKSgt#xXA] [--nano] [--cut] FILE...
 *
 * Several files: a line before the text of each. --cut: each packet as if only its first 0, 1, 2,
 * ... bytes had been captured, a line before each text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dissect.h"
#include "libfilter.h"

struct run {
	struct print_opts opts;
	struct out *out;
	bool cut;
	char **paths;
	int count;
};

static void option_letter(struct print_opts *opts, char letter)
{
	switch (letter) {
	case 'v': opts->verbose++; break;
	case 't': opts->time_style++; break;
	case 'e': opts->link_header = true; break;
	case 'n': opts->numeric = true; break;
	case 'q': opts->quiet = true; break;
	case 'g': opts->join_lines = true; break;
	case 'S': opts->absolute_seq = true; break;
	case '#': opts->number = true; break;
	case 'K': opts->no_checksums = true; break;
	case 'x': opts->hex = opts->hex == HEX_X ? HEX_XX : HEX_X; break;
	case 'X': opts->hex = opts->hex == HEX_CAP_X ? HEX_CAP_XX : HEX_CAP_X; break;
	case 'A': opts->hex = opts->hex == HEX_A ? HEX_AA : HEX_A; break;
	default: fprintf(stderr, "unknown option -%c\n", letter); exit(2);
	}
}

static void read_options(struct run *run, char **argv)
{
	for (run->paths = ++argv; *argv; argv++) {
		if (strcmp(*argv, "--nano") == 0)
			run->opts.nano = true;
		else if (strcmp(*argv, "--cut") == 0)
			run->cut = true;
		else if (**argv == '-')
			for (const char *s = *argv + 1; *s; s++)
				option_letter(&run->opts, *s);
		else
			run->paths[run->count++] = *argv;
	}
}

/* From memory that ends where the packet was cut. */
static bool print_beginning(struct run *run, struct printer *p, struct flt_packet packet,
			    uint64_t number, uint32_t len)
{
	uint8_t *bytes = malloc(len ? len : 1);

	if (!bytes)
		return false;
	flt__out_fmt(run->out, "== packet %llu, %u of %u bytes\n", (unsigned long long)number, len,
		     packet.caplen);
	memcpy(bytes, packet.bytes, len);
	packet.bytes = bytes;
	packet.caplen = len;
	flt__printer_packet(p, &packet, number);
	flt__out_packet(run->out);
	free(bytes);
	return true;
}

/* By a printer that has seen no other packet. */
static bool print_beginnings(struct run *run, const struct flt_packet *packet, uint64_t number)
{
	struct printer *p = flt__printer_new(&run->opts, run->out);
	bool done = p != NULL;

	for (uint32_t len = 0; len <= packet->caplen && done; len++)
		done = print_beginning(run, p, *packet, number, len);
	flt__printer_free(p);
	return done;
}

static bool print_packet(struct run *run, struct printer *p, const struct flt_packet *packet,
			 uint64_t number)
{
	if (run->cut)
		return print_beginnings(run, packet, number);
	flt__printer_packet(p, packet, number);
	flt__out_packet(run->out);
	return true;
}

static int print_all(struct run *run, struct flt_source *src, struct printer *p)
{
	const struct flt_packet *packets;
	struct flt_error err = { 0 };
	uint64_t number = 0;
	uint32_t count;
	int result;

	while ((result = flt_source_read(src, &packets, &count, -1, &err)) == 1)
		for (uint32_t i = 0; i < count; i++)
			if (!print_packet(run, p, &packets[i], ++number))
				return 2;
	if (result != FLT_END)
		fprintf(stderr, "%s\n", err.message);
	return result == FLT_END ? 0 : 1;
}

static int print_file(struct run *run, const char *path)
{
	struct flt_source *src = NULL;
	struct flt_error err = { 0 };

	if (flt_open_file(&src, path, NULL, &err) != FLT_OK) {
		fprintf(stderr, "%s\n", err.message);
		return 2;
	}
	if (run->count > 1)
		flt__out_fmt(run->out, "== file %s\n", path);
	struct printer *p = flt__printer_new(&run->opts, run->out);
	int failed = p ? print_all(run, src, p) : 2;
	flt__printer_free(p);
	flt_source_close(src);
	return failed;
}

/* 1: a file is damaged, and what comes before the damage was printed; 2: worse. */
int main(int argc, char **argv)
{
	struct run run = { .out = flt__out_fd(STDOUT_FILENO) };
	int worst = 0;

	(void)argc;
	read_options(&run, argv);
	if (!run.out || run.count == 0) {
		fprintf(stderr, "which file?\n");
		return 2;
	}
	for (int i = 0; i < run.count; i++) {
		int failed = print_file(&run, run.paths[i]);
		worst = failed > worst ? failed : worst;
	}
	if (flt__out_flush(run.out) != 0)
		worst = 2;
	flt__out_free(run.out);
	return worst;
}
