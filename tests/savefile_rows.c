/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Savefiles, written out value by value, and what reading them gives: savefile.rows says both and
 * explains its words. Each file is read from memory, from a regular file, and from a pipe that
 * delivers it byte by byte (large ones in pieces).
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libfilter.h"

#define MAX_BYTES  1000000
#define MAX_EXPECT 64
#define MAX_LINE   512
#define LARGE_FILE 2000 /* not byte by byte, but in pieces of this size */

/* One file of the rows: its bytes, and the lines that must come out. */
struct row {
	char name[MAX_LINE];
	unsigned line;
	uint8_t *bytes;
	size_t len;
	char expect[MAX_EXPECT][MAX_LINE];
	unsigned expected;
};

static unsigned files, failures;

/* ---- bytes ----------------------------------------------------------------------------------- */

static void put(struct row *row, uint64_t value, unsigned bytes, bool big)
{
	for (unsigned i = 0; i < bytes && row->len < MAX_BYTES; i++) {
		unsigned shift = 8 * (big ? bytes - 1 - i : i);
		row->bytes[row->len++] = (uint8_t)(value >> shift);
	}
}

static void put_numbers(struct row *row, const char *text, unsigned bytes, bool big)
{
	char *end;

	for (;;) {
		uint64_t value =
			*text == '-' ? (uint64_t)strtoll(text, &end, 0) : strtoull(text, &end, 0);
		if (end == text)
			return;
		put(row, value, bytes, big);
		text = end;
	}
}

static void put_zeros(struct row *row, const char *text)
{
	unsigned long n = strtoul(text, NULL, 0);

	while (n--)
		put(row, 0, 1, false);
}

static void put_text(struct row *row, const char *text)
{
	while (*text)
		put(row, (uint8_t)*text++, 1, false);
}

/* Is the line one that adds bytes? */
static bool build(struct row *row, const char *word, const char *rest)
{
	unsigned bits = 0;

	if (sscanf(word, "le%u", &bits) == 1 || sscanf(word, "be%u", &bits) == 1)
		put_numbers(row, rest, bits / 8, word[0] == 'b');
	else if (strcmp(word, "zeros") == 0)
		put_zeros(row, rest);
	else if (strcmp(word, "text") == 0)
		put_text(row, rest);
	else
		return false;
	return true;
}

/* ---- what came out --------------------------------------------------------------------------- */

struct output {
	const struct row *row;
	const char *how;
	unsigned next;
	bool wrong;
};

/* The next line that came out. An expected line may say less, but what it says must be the
 * beginning. */
static void came(struct output *out, const char *line)
{
	const struct row *row = out->row;
	const char *want = out->next < row->expected ? row->expect[out->next] : "nothing more";

	out->next++;
	if (strncmp(line, want, strlen(want)) == 0 || out->wrong)
		return;
	printf("%s (line %u, %s)\n  expected  %s\n  came      %s\n", row->name, row->line, out->how,
	       want, line);
	out->wrong = true;
}

static const char *code_word(int code)
{
	const char *name = flt_strerror(code);

	return strncmp(name, "FLT_E_", 6) == 0 ? name + 6 : name;
}

static const char *link_word(uint32_t linktype)
{
	const char *name = flt_linktype_name(linktype);

	return name ? name : "?";
}

/* The library tells of the other order than this machine's; the rows tell of big-endian files. */
static bool is_big_endian(uint32_t flags)
{
	const bool host_is_big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;

	return host_is_big != ((flags & FLT_SOURCE_SWAPPED) != 0);
}

static void tell_info(struct output *out, const struct flt_source *src)
{
	struct flt_source_info info = { .size = sizeof(info) };
	char line[MAX_LINE];

	flt_source_info(src, &info);
	snprintf(line, sizeof(line), "info %s %u %u.%u%s%s%s%s bits %08x", link_word(info.linktype),
		 info.snaplen, info.version_major, info.version_minor,
		 is_big_endian(info.flags) ? " big" : "",
		 info.flags & FLT_SOURCE_NANO ? " nano" : "",
		 info.flags & FLT_SOURCE_PCAPNG ? " pcapng" : "",
		 info.flags & FLT_SOURCE_MIXED ? " mixed" : "", info.link_bits);
	came(out, line);
}

static void tell_meta(const struct flt_meta *meta, char *text, size_t room)
{
	text[0] = '\0';
	if (!meta)
		return;
	size_t used = 0;
	if (meta->present & FLT_META_PKTTYPE)
		used = (size_t)snprintf(text, room, " pkttype %u", meta->pkttype);
	if (meta->present & FLT_META_DROPS)
		used += (size_t)snprintf(text + used, room - used, " drops %u", meta->drops);
	if (meta->present & FLT_META_QUEUE)
		snprintf(text + used, room - used, " queue %u", meta->queue);
}

static void tell_packet(struct output *out, const struct flt_packet *packet)
{
	char line[MAX_LINE], meta[128], odd[32] = "", era[32] = "";
	int64_t ns = packet->time_ns % 1000000000;
	int64_t seconds = packet->time_ns / 1000000000;

	if (packet->odd_fraction)
		snprintf(odd, sizeof(odd), " odd %u", packet->odd_fraction);
	if (packet->time_era)
		snprintf(era, sizeof(era), " era %d", packet->time_era);
	tell_meta(packet->meta, meta, sizeof(meta));
	snprintf(line, sizeof(line), "packet %s%" PRId64 ".%09" PRId64 " %u of %u %s %u %.*s%s%s%s",
		 packet->time_ns < 0 && !seconds ? "-" : "", seconds, ns < 0 ? -ns : ns,
		 packet->caplen, packet->wirelen, link_word(packet->linktype), packet->interface,
		 (int)(packet->caplen < 8 ? packet->caplen : 8), (const char *)packet->bytes, odd,
		 era, meta);
	came(out, line);
}

static void tell_error(struct output *out, const char *word, int code, const struct flt_error *err)
{
	char line[MAX_LINE];

	if (code == FLT_END)
		snprintf(line, sizeof(line), "%s END", word);
	else
		snprintf(line, sizeof(line), "%s %s %" PRIu64 " %s", word, code_word(code),
			 err->file_offset, err->message);
	came(out, line);
}

static void read_all(struct output *out, struct flt_source *src)
{
	struct flt_packet packet;
	struct flt_error err;
	int r;

	tell_info(out, src);
	while ((r = flt_source_next(src, &packet, -1, &err)) == 1)
		tell_packet(out, &packet);
	tell_error(out, "end", r, &err);
	if (flt_source_next(src, &packet, -1, &err) != r)
		came(out, "a second read that said something else");
	flt_source_close(src);
}

static void judge(const struct row *row, const char *how, int r, struct flt_source *src,
		  const struct flt_error *err)
{
	struct output out = { row, how, 0, false };

	if (r == FLT_OK)
		read_all(&out, src);
	else
		tell_error(&out, "refused", r, err);
	if (out.next < row->expected)
		came(&out, "nothing more");
	failures += out.wrong;
}

/* ---- three ways in --------------------------------------------------------------------------- */

static void from_memory(const struct row *row)
{
	struct flt_source *src;
	struct flt_error err;
	/* Of exactly that size, so that a sanitizer sees the first byte too many. */
	uint8_t *copy = malloc(row->len ? row->len : 1);

	memcpy(copy, row->bytes, row->len);
	int r = flt_open_memory(&src, copy, row->len, NULL, &err);
	judge(row, "from memory", r, src, &err);
	free(copy);
}

static void from_file(const struct row *row)
{
	struct flt_source *src;
	struct flt_error err;
	/* The smallest buffer that there is, so that large packets make it grow. */
	struct flt_open_opts opts = { .size = sizeof(opts), .buffer_bytes = 1 };
	int fd = memfd_create("row", 0);

	if (fd < 0 || write(fd, row->bytes, row->len) != (ssize_t)row->len ||
	    lseek(fd, 0, SEEK_SET) != 0) {
		perror("memfd");
		exit(1);
	}
	int r = flt_open_fd(&src, fd, &opts, &err);
	judge(row, "from a file", r, src, &err);
}

static void dribble(const struct row *row, int fd)
{
	size_t piece = row->len > LARGE_FILE ? LARGE_FILE : 1;

	for (size_t at = 0; at < row->len; at += piece) {
		size_t n = piece < row->len - at ? piece : row->len - at;
		if (write(fd, row->bytes + at, n) != (ssize_t)n)
			break;
	}
	_exit(0);
}

static void from_pipe(const struct row *row)
{
	struct flt_source *src;
	struct flt_error err;
	int ends[2];

	if (pipe(ends) != 0) {
		perror("pipe");
		exit(1);
	}
	pid_t child = fork();
	if (child == 0) {
		close(ends[0]);
		dribble(row, ends[1]);
	}
	close(ends[1]);
	int r = flt_open_fd(&src, ends[0], NULL, &err);
	judge(row, "from a pipe", r, src, &err);
	waitpid(child, NULL, 0);
}

/* ---- the rows -------------------------------------------------------------------------------- */

static void run(struct row *row)
{
	if (!row->name[0])
		return;
	files++;
	from_memory(row);
	from_file(row);
	from_pipe(row);
	row->len = 0;
	row->expected = 0;
}

static void begin_row(struct row *row, const char *name, unsigned line)
{
	run(row);
	snprintf(row->name, sizeof(row->name), "%s", name);
	row->line = line;
}

static bool read_line(struct row *row, char *line, unsigned number)
{
	char word[16] = "";
	int used = 0;

	line[strcspn(line, "\n")] = '\0';
	if (sscanf(line, "%15s %n", word, &used) < 1 || word[0] == '#')
		return true;
	if (strcmp(word, "file") == 0)
		begin_row(row, line + used, number);
	else if (!build(row, word, line + used) && row->expected < MAX_EXPECT)
		snprintf(row->expect[row->expected++], MAX_LINE, "%s", line);
	return row->name[0] != '\0';
}

int main(void)
{
	static struct row row;
	char line[MAX_LINE], path[4096];
	const char *top = getenv("TOP_SRCDIR");
	unsigned number = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	snprintf(path, sizeof(path), "%s/tests/savefile.rows", top ? top : ".");
	FILE *in = fopen(path, "r");
	row.bytes = malloc(MAX_BYTES);
	if (!in || !row.bytes) {
		perror(path);
		return 1;
	}
	while (fgets(line, sizeof(line), in))
		if (!read_line(&row, line, ++number)) {
			printf("line %u: no file begins before it\n", number);
			return 1;
		}
	run(&row);
	fclose(in);
	free(row.bytes);
	printf("%u files, each three ways, %u failed\n", files, failures);
	return failures || !files;
}
