/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every file of pcaps/, cut at every byte: the packets that are whole come out as they do from the
 * whole file, then the cut with the place where its record begins. Where records begin is worked
 * out here, by a walk over the bytes that knows nothing of the reader.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "libfilter.h"

#define MAX_RECORDS 256

/* A whole file, and where its records begin; the last one is where the last record ends. */
struct walk {
	const char *name;
	uint8_t *bytes;
	size_t len;
	size_t starts[MAX_RECORDS + 1];
	bool is_packet[MAX_RECORDS];
	size_t records;
	size_t head; /* bytes without which it cannot be opened */
	bool is_ng;
};

static unsigned files, cuts, failures;

static uint32_t get32(const uint8_t *b, bool big)
{
	return big ? get_be32(b) : get_le32(b);
}

static void add(struct walk *walk, size_t start, bool is_packet)
{
	if (walk->records == MAX_RECORDS) {
		printf("%s: more than %d records\n", walk->name, MAX_RECORDS);
		exit(1);
	}
	walk->is_packet[walk->records] = is_packet;
	walk->starts[walk->records++] = start;
}

static void walk_pcap(struct walk *walk)
{
	const uint8_t *b = walk->bytes;
	bool big = b[0] == 0xa1;
	bool modified = get32(b, big) == 0xa1b2cd34;
	bool old = memcmp(b + 4, big ? "\0\2\0\4" : "\2\0\4\0", 4) != 0;
	size_t header = modified ? 24 : 16;
	size_t at = 24;

	walk->head = 24;
	while (walk->len - at >= header) {
		uint32_t one = get32(b + at + 8, big), other = get32(b + at + 12, big);
		size_t caplen = old && other < one ? other : one;
		if (caplen > walk->len - at - header)
			break;
		add(walk, at, true);
		at += header + caplen;
	}
	walk->starts[walk->records] = at;
}

static void walk_pcapng(struct walk *walk)
{
	const uint8_t *b = walk->bytes;
	bool big = false;
	size_t at = 0;

	walk->is_ng = true;
	while (walk->len - at >= 12) {
		if (get_be32(b + at) == 0x0a0d0d0a)
			big = get_be32(b + at + 8) == 0x1a2b3c4d;
		uint32_t type = get32(b + at, big), length = get32(b + at + 4, big);
		if (length > walk->len - at)
			break;
		add(walk, at, type == 2 || type == 3 || type == 6);
		at += length;
		if (type == 1 && !walk->head)
			walk->head = at;
	}
	walk->starts[walk->records] = at;
}

/* Where the record begins that byte n is in; n itself when it is a border. *packets: whole ones
 * before. */
static size_t record_of(const struct walk *walk, size_t n, unsigned *packets)
{
	*packets = 0;
	for (size_t i = 0; i < walk->records; i++) {
		if (walk->starts[i + 1] > n)
			return walk->starts[i];
		*packets += walk->is_packet[i];
	}
	return walk->starts[walk->records];
}

static void complain(const struct walk *walk, size_t n, const char *what)
{
	if (failures++ < 20)
		printf("%s cut at byte %zu: %s\n", walk->name, n, what);
}

static void check_end(const struct walk *walk, size_t n, size_t start, int r,
		      const struct flt_error *err)
{
	if (n == start && r != FLT_END)
		complain(walk, n, "no end at the end of a record");
	if (n != start && (r != FLT_E_CUT || err->file_offset != start))
		complain(walk, n, "no cut, or its place is wrong");
}

static void check_refused(const struct walk *walk, size_t n, size_t start, int r,
			  const struct flt_error *err)
{
	int want = walk->is_ng && n && n == start ? FLT_E_FORMAT : FLT_E_CUT;

	cuts++;
	if (n >= walk->head)
		complain(walk, n, "cannot be opened");
	else if (r != want || err->file_offset != (walk->is_ng ? start : 0))
		complain(walk, n, "refused for another reason, or at another place");
}

static bool same(const struct flt_packet *a, const struct flt_packet *b)
{
	return a->time_ns == b->time_ns && a->caplen == b->caplen && a->wirelen == b->wirelen &&
	       a->linktype == b->linktype && a->interface == b->interface &&
	       memcmp(a->bytes, b->bytes, a->caplen) == 0;
}

static void check_packets(const struct walk *walk, size_t n, struct flt_source *cut,
			  struct flt_source *whole)
{
	struct flt_packet one, other;
	struct flt_error err;
	unsigned wanted, came = 0;
	size_t start = record_of(walk, n, &wanted);
	int r;

	cuts++;
	while ((r = flt_source_next(cut, &one, 0, &err)) == 1) {
		came++;
		if (flt_source_next(whole, &other, 0, NULL) != 1 || !same(&one, &other))
			complain(walk, n, "a packet differs from the whole file's");
	}
	if (came != wanted)
		complain(walk, n, "packets are missing, or too many");
	check_end(walk, n, start, r, &err);
}

static void check_cut(const struct walk *walk, size_t n)
{
	struct flt_source *cut, *whole;
	struct flt_error err;
	unsigned packets;
	/* Of exactly that size, so that a sanitizer sees the first byte too many. */
	uint8_t *copy = malloc(n ? n : 1);

	memcpy(copy, walk->bytes, n);
	int r = flt_open_memory(&cut, copy, n, NULL, &err);
	if (r != FLT_OK) {
		check_refused(walk, n, record_of(walk, n, &packets), r, &err);
	} else if (flt_open_memory(&whole, walk->bytes, walk->len, NULL, &err) == FLT_OK) {
		check_packets(walk, n, cut, whole);
		flt_source_close(whole);
	}
	flt_source_close(cut);
	free(copy);
}

static bool load(struct walk *walk, const char *folder)
{
	char path[8192];

	snprintf(path, sizeof(path), "%s/%s", folder, walk->name);
	FILE *file = fopen(path, "rb");
	if (!file)
		return false;
	fseek(file, 0, SEEK_END);
	walk->len = (size_t)ftell(file);
	rewind(file);
	walk->bytes = malloc(walk->len);
	bool ok = walk->bytes && fread(walk->bytes, 1, walk->len, file) == walk->len;
	fclose(file);
	return ok;
}

static void check_file(const char *folder, const char *name)
{
	struct walk walk = { .name = name };

	if (!load(&walk, folder)) {
		perror(name);
		exit(1);
	}
	if (get_be32(walk.bytes) == 0x0a0d0d0a)
		walk_pcapng(&walk);
	else
		walk_pcap(&walk);
	/* A file that is damaged in the middle is cut as far as its good part goes. */
	size_t end = walk.len;
	if (strstr(name, "damaged-length"))
		end = walk.starts[walk.records];
	else if (strstr(name, "damaged-interface"))
		end = walk.starts[walk.records - 1];
	for (size_t n = 0; n <= end; n++)
		check_cut(&walk, n);
	files++;
	free(walk.bytes);
}

int main(void)
{
	char folder[4096];
	const char *top = getenv("TOP_SRCDIR");
	struct dirent *entry;

	snprintf(folder, sizeof(folder), "%s/pcaps", top ? top : ".");
	DIR *dir = opendir(folder);
	if (!dir) {
		perror(folder);
		return 1;
	}
	while ((entry = readdir(dir)))
		if (strstr(entry->d_name, ".pcap"))
			check_file(folder, entry->d_name);
	closedir(dir);
	printf("%u files, %u cuts, %u failed\n", files, cuts, failures);
	return failures || !cuts;
}
