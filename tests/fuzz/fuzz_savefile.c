/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a savefile: packets lie inside them; what is written again reads back the same. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "libfilter.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "does not hold: %s\n", what);
	abort();
}

static void check_packet(const struct flt_packet *packet, const uint8_t *bytes, size_t len)
{
	must(packet->bytes >= bytes && packet->bytes <= bytes + len,
	     "a packet begins inside the file");
	must(packet->caplen <= (size_t)(bytes + len - packet->bytes),
	     "a packet ends inside the file");
}

static void check_error(int code, const struct flt_error *err, size_t len)
{
	must(code == FLT_END || err->message[0], "an error has a message");
	must(code == FLT_END || err->file_offset <= len, "an error's place is inside the file");
}

/* Read everything, and write it to fd. Returns the packets that were written. */
static unsigned copy_all(struct flt_source *src, int fd, const uint8_t *bytes, size_t len)
{
	struct flt_source_info info = { .size = sizeof(info) };
	struct flt_create_opts opts = { .size = sizeof(opts), .flags = FLT_CREATE_NANO };
	const struct flt_packet *packets;
	struct flt_error err;
	struct flt_sink *sink;
	uint32_t count;
	unsigned written = 0;
	int r;

	flt_source_info(src, &info);
	opts.linktype = info.linktype;
	opts.snaplen = info.snaplen;
	must(flt_create_fd(&sink, fd, &opts, &err) == FLT_OK, "a sink can be made");
	while ((r = flt_source_read(src, &packets, &count, -1, &err)) == 1) {
		for (uint32_t i = 0; i < count; i++) {
			check_packet(&packets[i], bytes, len);
			written += flt_sink_write(sink, &packets[i], 1, NULL, NULL) == FLT_OK;
		}
	}
	check_error(r, &err, len);
	must(flt_sink_close(sink, &err) == FLT_OK, "a sink can be closed");
	return written;
}

static void read_again(int fd, unsigned written)
{
	struct flt_source *src = NULL;
	const struct flt_packet *packets;
	struct flt_error err;
	uint32_t count;
	int r;

	must(lseek(fd, 0, SEEK_SET) == 0 && flt_open_fd(&src, fd, NULL, &err) == FLT_OK,
	     "our own file opens");
	while ((r = flt_source_read(src, &packets, &count, -1, &err)) == 1)
		written -= count;
	must(r == FLT_END && written == 0, "our own file has all packets");
	flt_source_close(src);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct flt_source *src;
	struct flt_error err;
	int r = flt_open_memory(&src, bytes, len, NULL, &err);

	if (r != FLT_OK) {
		check_error(r, &err, len);
		return 0;
	}
	int fd = memfd_create("fuzz", 0);
	int again = dup(fd);
	must(fd >= 0 && again >= 0, "there are descriptors");
	read_again(again, copy_all(src, fd, bytes, len));
	flt_source_close(src);
	return 0;
}
