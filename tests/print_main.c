/* SPDX-License-Identifier: BSD-2-Clause */
/* The printers on a savefile, without the sniffer around them: print_main [-nqevKSt#xXA] [--nano]
 * [--linktype N] FILE. Classic pcap only, so that printing can be tested on its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "dissect.h"

struct savefile {
	uint8_t *bytes;
	size_t len;
	bool big, nano;
	uint32_t linktype;
};

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

static uint32_t get32(const struct savefile *file, const uint8_t *b)
{
	return file->big ? get_be32(b) : get_le32(b);
}

static bool load(struct savefile *file, const char *path)
{
	FILE *f = fopen(path, "rb");
	size_t room = 256u << 20;

	if (!f)
		return false;
	file->bytes = malloc(room);
	file->len = file->bytes ? fread(file->bytes, 1, room, f) : 0;
	fclose(f);
	if (file->len < 24)
		return false;
	uint32_t magic = get_le32(file->bytes);
	file->big = magic == 0xd4c3b2a1 || magic == 0x4d3cb2a1;
	magic = get32(file, file->bytes);
	file->nano = magic == 0xa1b23c4d;
	file->linktype = get32(file, file->bytes + 20) & 0xfffffff;
	if (file->linktype == 0)
		file->linktype = FLT_LINKTYPE_NULL;
	if (file->linktype == 101)
		file->linktype = FLT_LINKTYPE_RAW;
	return magic == 0xa1b23c4d || magic == 0xa1b2c3d4;
}

static void print_all(const struct savefile *file, struct printer *p)
{
	size_t at = 24;

	for (uint64_t number = 1; inside(at, 16, file->len); number++) {
		const uint8_t *b = file->bytes + at;
		uint32_t fraction = get32(file, b + 4), caplen = get32(file, b + 8);
		uint32_t limit = file->nano ? 1000000000 : 1000000;
		struct flt_packet packet = { 0 };

		if (!inside(at + 16, caplen, file->len))
			break;
		packet.time_ns = (int64_t)get32(file, b) * 1000000000 + (int64_t)fraction * (file->nano ? 1 : 1000);
		packet.odd_fraction = fraction >= limit ? fraction : 0;
		packet.caplen = caplen;
		packet.wirelen = get32(file, b + 12);
		packet.linktype = file->linktype;
		packet.bytes = b + 16;
		printer_packet(p, &packet, number);
		at += 16 + caplen;
	}
}

int main(int argc, char **argv)
{
	struct print_opts opts = { 0 };
	struct savefile file;
	const char *path = read_options(&opts, argc, argv);

	if (!path || !load(&file, path))
		return 2;
	struct out *out = out_fd(STDOUT_FILENO);
	struct printer *p = printer_new(&opts, out);
	if (!out || !p)
		return 1;
	print_all(&file, p);
	int failed = out_flush(out);
	printer_free(p);
	out_free(out);
	free(file.bytes);
	return failed ? 1 : 0;
}
