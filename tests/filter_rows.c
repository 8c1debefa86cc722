/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The project's own rows: tests/filter.rows. Each line has a savefile below pcaps/, an expression,
 * and the numbers of the packets that it matches; every packet of the file is a row. The answer is
 * asked of the unoptimized and of the optimized program, of both in the interpreter and in the
 * kernel (on a unix datagram socket).
 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "libfilter.h"

#define LINE_MAX_BYTES  4096
#define FIELD_SEPARATOR " ; "
#define SNAPLEN         262144

struct counts {
	unsigned lines, rows, wrong;
};

struct row_line {
	unsigned number;
	const char *savefile, *expression, *matches;
	uint32_t netmask;
	bool has_netmask;
};

/* ---- engines ------------------------------------------------------------------------------- */

struct kernel {
	int pair[2];
};

static bool kernel_open(struct kernel *k, const struct flt_program *prog)
{
	struct flt_error err;

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, k->pair) < 0)
		return false;
	if (flt_attach(prog, k->pair[1], &err) == FLT_OK)
		return true;
	printf("the kernel refuses: %s\n", err.message);
	close(k->pair[0]);
	close(k->pair[1]);
	return false;
}

/* -1: the socket did not work; else whether the packet passed. */
static int kernel_passes(struct kernel *k, const struct flt_packet *packet)
{
	char byte;

	if (send(k->pair[0], packet->bytes, packet->caplen, MSG_DONTWAIT) < 0 && errno != EPERM)
		return -1;
	ssize_t got = recv(k->pair[1], &byte, 1, MSG_DONTWAIT | MSG_TRUNC);
	return got >= 0;
}

static void kernel_close(struct kernel *k)
{
	close(k->pair[0]);
	close(k->pair[1]);
}

/* ---- one line ------------------------------------------------------------------------------ */

static bool is_listed(const char *matches, unsigned packet)
{
	char *end;

	if (strcmp(matches, "all") == 0)
		return true;
	for (const char *at = matches; *at;) {
		unsigned long n = strtoul(at, &end, 10);
		if (end == at)
			return false;
		if (n == packet)
			return true;
		at = end + strspn(end, " ");
	}
	return false;
}

static void wrong(struct counts *counts, const struct row_line *line, unsigned packet,
		  const char *engine, bool expected)
{
	counts->wrong++;
	printf("filter.rows:%u: %s, packet %u of %s: %s should say %s\n", line->number,
	       line->expression, packet, line->savefile, engine, expected ? "yes" : "no");
}

static struct flt_program *compile(const struct row_line *line, uint32_t linktype, uint32_t flags)
{
	struct flt_compile_opts opts = {
		.size = sizeof(opts),
		.linktype = linktype,
		.snaplen = SNAPLEN,
		.flags = flags,
		.netmask = line->netmask,
	};
	struct flt_resolver names = *flt_resolver_files();
	struct flt_program *prog = NULL;
	struct flt_error err;
	char folder[LINE_MAX_BYTES];

	snprintf(folder, sizeof(folder), "%s/tests/names", getenv("TOP_SRCDIR"));
	names.context = folder;
	opts.resolver = &names;
	if (line->has_netmask)
		opts.flags |= FLT_COMPILE_NETMASK;
	if (flt_compile(&prog, line->expression, strlen(line->expression), &opts, &err) < 0)
		printf("filter.rows:%u: %s: %s\n", line->number, line->expression, err.message);
	return prog;
}

static void check_packets(struct counts *counts, const struct row_line *line,
			  struct flt_source *src, const struct flt_program *prog, const char *what)
{
	struct flt_packet packet;
	struct kernel k;
	char engine[64];
	unsigned number = 0;

	if (!kernel_open(&k, prog)) {
		counts->wrong++;
		return;
	}
	while (flt_source_next(src, &packet, -1, NULL) > 0) {
		bool expected = is_listed(line->matches, ++number);
		uint32_t value =
			flt_run(prog, packet.bytes, packet.caplen, packet.wirelen, packet.meta);
		counts->rows++;
		snprintf(engine, sizeof(engine), "%s, interpreter", what);
		if (value != (expected ? SNAPLEN : 0))
			wrong(counts, line, number, engine, expected);
		/* The kernel knows no length on the wire but the packet's own. */
		snprintf(engine, sizeof(engine), "%s, kernel", what);
		if (packet.caplen == packet.wirelen && kernel_passes(&k, &packet) != expected)
			wrong(counts, line, number, engine, expected);
	}
	kernel_close(&k);
}

static void check_line(struct counts *counts, const struct row_line *line)
{
	static const struct {
		const char *what;
		uint32_t flags;
	} ways[] = {
		{ "-O0", FLT_COMPILE_O0 },
		{ "optimized", 0 },
	};
	char path[LINE_MAX_BYTES * 2];

	snprintf(path, sizeof(path), "%s/pcaps/%s", getenv("TOP_SRCDIR"), line->savefile);
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct flt_source_info info = { .size = sizeof(info) };
		struct flt_source *src = NULL;
		struct flt_error err;
		if (flt_open_file(&src, path, NULL, &err) < 0) {
			printf("filter.rows:%u: %s\n", line->number, err.message);
			counts->wrong++;
			return;
		}
		flt_source_info(src, &info);
		uint32_t swapped = info.flags & FLT_SOURCE_SWAPPED ? FLT_COMPILE_SWAPPED :
								     FLT_COMPILE_UNSWAPPED;
		struct flt_program *prog = compile(line, info.linktype, ways[i].flags | swapped);
		if (prog)
			check_packets(counts, line, src, prog, ways[i].what);
		else
			counts->wrong++;
		flt_program_unref(prog);
		flt_source_close(src);
	}
}

/* ---- the file ------------------------------------------------------------------------------ */

static char *next_field(char **rest)
{
	char *field = *rest;
	char *end = field ? strstr(field, FIELD_SEPARATOR) : NULL;

	*rest = end ? end + strlen(FIELD_SEPARATOR) : NULL;
	if (end)
		*end = '\0';
	return field;
}

static bool read_line(char *text, struct row_line *line)
{
	char *rest = text;

	text[strcspn(text, "\n")] = '\0';
	line->savefile = next_field(&rest);
	line->expression = next_field(&rest);
	line->matches = next_field(&rest);
	const char *netmask = next_field(&rest);
	line->has_netmask = netmask != NULL;
	line->netmask = netmask ? (uint32_t)strtoul(netmask, NULL, 0) : 0;
	return line->matches != NULL;
}

int main(void)
{
	struct counts counts = { 0, 0, 0 };
	char path[LINE_MAX_BYTES], text[LINE_MAX_BYTES];
	unsigned number = 0;

	if (!getenv("TOP_SRCDIR"))
		setenv("TOP_SRCDIR", ".", 1);
	snprintf(path, sizeof(path), "%s/tests/filter.rows", getenv("TOP_SRCDIR"));
	FILE *from = fopen(path, "r");
	if (!from) {
		printf("%s: %s\n", path, strerror(errno));
		return 1;
	}
	while (fgets(text, sizeof(text), from)) {
		struct row_line line = { .number = ++number };
		if (*text == '#' || *text == '\n')
			continue;
		counts.lines++;
		if (read_line(text, &line)) {
			check_line(&counts, &line);
		} else {
			printf("filter.rows:%u: savefile ; expression ; packets [; netmask]\n",
			       number);
			counts.wrong++;
		}
	}
	fclose(from);
	printf("%u expressions, %u rows in two programs each, %u wrong\n", counts.lines,
	       counts.rows / 2, counts.wrong);
	return counts.rows / 2 >= 300 && counts.wrong == 0 ? 0 : 1;
}
