/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libfilter.h"

#define HEADER_BYTES 24
#define RECORD_BYTES 20 /* packets of 4 bytes */

/* A savefile of this machine: packet n is 4 bytes, the first of them n. */
static size_t make_file(uint8_t *bytes, uint32_t count)
{
	const uint32_t header[] = { 0xa1b2c3d4, 0, 0, 0, 65535, 1 };
	const uint16_t version[] = { 2, 4 };

	memcpy(bytes, header, sizeof(header));
	memcpy(bytes + 4, version, sizeof(version));
	for (uint32_t n = 0; n < count; n++) {
		const uint32_t record[] = { n, 0, 4, 100 };
		uint8_t *to = bytes + HEADER_BYTES + n * RECORD_BYTES;
		memcpy(to, record, sizeof(record));
		memset(to + 16, 0, 4);
		to[16] = (uint8_t)n;
	}
	return HEADER_BYTES + (size_t)count * RECORD_BYTES;
}

/* `ether[0] & mask = value`, keeping `keep` bytes. */
static struct flt_program *program_of(uint32_t mask, uint32_t value, uint32_t keep,
				      uint32_t linktype)
{
	const struct flt_insn insns[] = {
		{ 0x30, 0, 0, 0 },    { 0x54, 0, 0, mask }, { 0x15, 0, 1, value },
		{ 0x06, 0, 0, keep }, { 0x06, 0, 0, 0 },
	};
	struct flt_program_opts opts = { .size = sizeof(opts), .linktype = linktype };
	struct flt_program *prog;

	ck_assert_int_eq(flt_program_new(&prog, insns, 5, &opts, NULL), FLT_OK);
	return prog;
}

static struct flt_source *open_with(const uint8_t *bytes, size_t len,
				    const struct flt_program *prog)
{
	struct flt_open_opts opts = { .size = sizeof(opts), .program = prog };
	struct flt_source *src;

	ck_assert_int_eq(flt_open_memory(&src, bytes, len, &opts, NULL), FLT_OK);
	return src;
}

START_TEST(filters_choose_and_cut)
{
	static uint8_t bytes[HEADER_BYTES + 5000 * RECORD_BYTES];
	size_t len = make_file(bytes, 5000);
	struct flt_program *prog = program_of(0xf, 3, 2, 0);
	struct flt_source *src = open_with(bytes, len, prog);
	struct flt_source_stats stats = { .size = sizeof(stats) };
	const struct flt_packet *packets;
	uint32_t count, all = 0;
	int r;

	flt_program_unref(prog);
	while ((r = flt_source_read(src, &packets, &count, -1, NULL)) == 1) {
		for (uint32_t i = 0; i < count; i++, all++) {
			ck_assert_int_eq(packets[i].time_ns, (3 + 16 * (int64_t)all) * 1000000000);
			ck_assert_uint_eq(packets[i].caplen, 2);
			ck_assert_uint_eq(packets[i].wirelen, 100);
		}
	}
	ck_assert_int_eq(r, FLT_END);
	/* 5000 = 19 * 256 + 136: 19 * 16 + 9 of them. */
	ck_assert_uint_eq(all, 313);
	ck_assert_int_eq(flt_source_stats(src, &stats), FLT_OK);
	ck_assert_uint_eq(stats.delivered, 313);
	ck_assert_uint_eq(stats.received, 313);
	ck_assert_uint_eq(stats.filtered, 5000 - 313);
	flt_source_close(src);
}
END_TEST

START_TEST(one_at_a_time_and_in_batches)
{
	uint8_t bytes[HEADER_BYTES + 10 * RECORD_BYTES];
	struct flt_source *src = open_with(bytes, make_file(bytes, 10), NULL);
	const struct flt_packet *packets;
	struct flt_packet packet;
	uint32_t count;

	ck_assert_int_eq(flt_source_next(src, &packet, 0, NULL), 1);
	ck_assert_uint_eq(packet.bytes[0], 0);
	ck_assert_int_eq(flt_source_next(src, &packet, 0, NULL), 1);
	ck_assert_uint_eq(packet.bytes[0], 1);
	ck_assert_int_eq(flt_source_read(src, &packets, &count, 0, NULL), 1);
	ck_assert_uint_eq(count, 8);
	ck_assert_uint_eq(packets[0].bytes[0], 2);
	ck_assert_int_eq(flt_source_next(src, &packet, 0, NULL), FLT_END);
	flt_source_close(src);
}
END_TEST

START_TEST(a_new_filter_holds_for_what_waits)
{
	uint8_t bytes[HEADER_BYTES + 10 * RECORD_BYTES];
	struct flt_program *even = program_of(1, 0, 100, 0), *late = program_of(8, 8, 100, 0);
	struct flt_source *src = open_with(bytes, make_file(bytes, 10), even);
	struct flt_packet packet;

	ck_assert_int_eq(flt_source_next(src, &packet, 0, NULL), 1);
	ck_assert_uint_eq(packet.bytes[0], 0);
	ck_assert_int_eq(flt_source_set_program(src, late, NULL), FLT_OK);
	ck_assert_int_eq(flt_source_next(src, &packet, 0, NULL), 1);
	ck_assert_uint_eq(packet.bytes[0], 8);
	ck_assert_int_eq(flt_source_next(src, &packet, 0, NULL), FLT_END);
	flt_program_unref(even);
	flt_program_unref(late);
	flt_source_close(src);
}
END_TEST

START_TEST(link_types_must_fit)
{
	uint8_t bytes[HEADER_BYTES + 3 * RECORD_BYTES];
	struct flt_program *prog = program_of(0, 0, 100, FLT_LINKTYPE_RAW);
	struct flt_source *src = open_with(bytes, make_file(bytes, 3), prog);
	struct flt_packet packet;
	struct flt_error err;

	ck_assert_int_eq(flt_source_next(src, &packet, 0, &err), FLT_E_MEANING);
	ck_assert_ptr_nonnull(strstr(err.message, "EN10MB"));
	ck_assert_ptr_nonnull(strstr(err.message, "RAW"));
	ck_assert_int_eq(flt_source_next(src, &packet, 0, &err), FLT_E_MEANING);
	flt_program_unref(prog);
	flt_source_close(src);
}
END_TEST

/* The first packet was handed out, two wait: they end the source as packets of a later run do. */
START_TEST(link_types_of_what_waits_must_fit)
{
	uint8_t bytes[HEADER_BYTES + 3 * RECORD_BYTES];
	struct flt_program *prog = program_of(0, 0, 100, FLT_LINKTYPE_RAW);
	struct flt_source *src = open_with(bytes, make_file(bytes, 3), NULL);
	struct flt_packet packet;
	struct flt_error err;

	ck_assert_int_eq(flt_source_next(src, &packet, 0, &err), 1);
	ck_assert_int_eq(flt_source_set_program(src, prog, &err), FLT_OK);
	ck_assert_int_eq(flt_source_next(src, &packet, 0, &err), FLT_E_MEANING);
	ck_assert_ptr_nonnull(strstr(err.message, "EN10MB"));
	ck_assert_int_eq(flt_source_next(src, &packet, 0, &err), FLT_E_MEANING);
	flt_program_unref(prog);
	flt_source_close(src);
}
END_TEST

/* A file with two link types, and a filter for one: what comes before the other one is
 * delivered. */
START_TEST(mixed_files_are_told_apart)
{
	struct flt_program *prog = program_of(0, 0, 100, FLT_LINKTYPE_EN10MB);
	struct flt_open_opts opts = { .size = sizeof(opts), .program = prog };
	struct flt_source_info info = { .size = sizeof(info) };
	const char *top = getenv("TOP_SRCDIR");
	struct flt_source *src;
	struct flt_packet packet;
	struct flt_error err;
	char path[4096];

	snprintf(path, sizeof(path), "%s/pcaps/pcapng-mixed.pcapng", top ? top : "..");
	ck_assert_int_eq(flt_open_file(&src, path, &opts, &err), FLT_OK);
	flt_source_info(src, &info);
	ck_assert_uint_eq(info.interfaces, 2);
	ck_assert(info.flags & FLT_SOURCE_MIXED);
	ck_assert_int_eq(flt_source_next(src, &packet, -1, &err), 1);
	ck_assert_int_eq(flt_source_next(src, &packet, -1, &err), FLT_E_MEANING);
	ck_assert_ptr_nonnull(strstr(err.message, "RAW"));
	flt_source_close(src);
	flt_program_unref(prog);
}
END_TEST

/* ---- pipes ----------------------------------------------------------------------------------- */

struct tube {
	uint8_t bytes[HEADER_BYTES + 10 * RECORD_BYTES];
	int end;
	struct flt_source *src;
};

static void feed(struct tube *tube, size_t from, size_t to)
{
	ck_assert_int_eq(write(tube->end, tube->bytes + from, to - from), (ssize_t)(to - from));
}

static void open_tube(struct tube *tube)
{
	int ends[2];

	make_file(tube->bytes, 10);
	ck_assert_int_eq(pipe(ends), 0);
	tube->end = ends[1];
	feed(tube, 0, HEADER_BYTES);
	ck_assert_int_eq(flt_open_fd(&tube->src, ends[0], NULL, NULL), FLT_OK);
}

static bool is_readable(const struct flt_source *src)
{
	struct pollfd one = { flt_source_fd(src), POLLIN, 0 };

	return poll(&one, 1, 0) == 1;
}

START_TEST(a_pipe_delivers_what_has_come)
{
	const struct flt_packet *packets;
	struct tube tube;
	uint32_t count;

	open_tube(&tube);
	ck_assert(!is_readable(tube.src));
	ck_assert_int_eq(flt_source_read(tube.src, &packets, &count, 0, NULL), 0);
	ck_assert_int_eq(flt_source_read(tube.src, &packets, &count, 30, NULL), 0);
	feed(&tube, HEADER_BYTES, HEADER_BYTES + 2 * RECORD_BYTES + 7);
	ck_assert(is_readable(tube.src));
	ck_assert_int_eq(flt_source_read(tube.src, &packets, &count, -1, NULL), 1);
	ck_assert_uint_eq(count, 2);
	ck_assert(!is_readable(tube.src));
	ck_assert_int_eq(flt_source_read(tube.src, &packets, &count, 0, NULL), 0);
	feed(&tube, HEADER_BYTES + 2 * RECORD_BYTES + 7, HEADER_BYTES + 3 * RECORD_BYTES);
	ck_assert_int_eq(flt_source_read(tube.src, &packets, &count, -1, NULL), 1);
	ck_assert_uint_eq(count, 1);
	ck_assert_uint_eq(packets[0].bytes[0], 2);
	close(tube.end);
	ck_assert(is_readable(tube.src));
	ck_assert_int_eq(flt_source_read(tube.src, &packets, &count, -1, NULL), FLT_END);
	flt_source_close(tube.src);
}
END_TEST

static void *stop_soon(void *src)
{
	usleep(30000);
	flt_source_stop(src);
	return NULL;
}

START_TEST(a_stop_ends_a_wait)
{
	struct flt_packet packet;
	struct tube tube;
	pthread_t thread;

	open_tube(&tube);
	ck_assert_int_eq(pthread_create(&thread, NULL, stop_soon, tube.src), 0);
	ck_assert_int_eq(flt_source_next(tube.src, &packet, -1, NULL), FLT_END);
	pthread_join(thread, NULL);
	ck_assert(is_readable(tube.src));
	ck_assert_int_eq(flt_source_next(tube.src, &packet, -1, NULL), FLT_END);
	flt_source_close(tube.src);
	close(tube.end);
}
END_TEST

START_TEST(what_was_read_comes_before_the_stop)
{
	struct flt_packet packet;
	struct tube tube;

	open_tube(&tube);
	feed(&tube, HEADER_BYTES, HEADER_BYTES + 2 * RECORD_BYTES + 7);
	ck_assert_int_eq(flt_source_next(tube.src, &packet, -1, NULL), 1);
	flt_source_stop(tube.src);
	ck_assert_int_eq(flt_source_next(tube.src, &packet, -1, NULL), 1);
	ck_assert_uint_eq(packet.bytes[0], 1);
	/* Half a packet is no cut: we left, not the file. */
	ck_assert_int_eq(flt_source_next(tube.src, &packet, -1, NULL), FLT_END);
	flt_source_close(tube.src);
	close(tube.end);
}
END_TEST

/* A pcapng file of this machine: an interface for each length, in bits, of what ends frames. */
static uint32_t link_bits_of(const uint8_t *fcs_bits, uint32_t count)
{
	static const uint32_t section[] = { 0x0a0d0d0a, 28, 0x1a2b3c4d, 0, ~0u, ~0u, 28 };
	static const uint16_t version[] = { 1, 0 };
	struct flt_source_info info = { .size = sizeof(info) };
	uint32_t words[7 + 4 * 8];

	memcpy(words, section, sizeof(section));
	memcpy(&words[3], version, sizeof(version));
	for (uint32_t i = 0; i < count; i++) {
		/* linktype and a half word, snaplen, if_fcslen of 1 byte */
		const uint16_t half[] = { 1, 0, 13, 1 };
		const uint8_t value[] = { fcs_bits[i], 0, 0, 0 };
		uint32_t block[] = { 1, 28, 0, 65535, 0, 0, 28 };

		memcpy(&block[2], half, 4);
		memcpy(&block[4], half + 2, 4);
		memcpy(&block[5], value, 4);
		memcpy(words + 7 + 7 * i, block, sizeof(block));
	}
	struct flt_source *src = open_with((const uint8_t *)words, 28 + 28 * (size_t)count, NULL);
	flt_source_info(src, &info);
	flt_source_close(src);
	return info.link_bits;
}

/* From a file or memory; a pipe has not brought the second interface yet. */
START_TEST(interfaces_must_agree_on_what_ends_frames)
{
	ck_assert_uint_eq(link_bits_of((const uint8_t[]){ 32 }, 1), 0x24000000);
	ck_assert_uint_eq(link_bits_of((const uint8_t[]){ 32, 32 }, 2), 0x24000000);
	ck_assert_uint_eq(link_bits_of((const uint8_t[]){ 32, 16 }, 2), 0);
	ck_assert_uint_eq(link_bits_of((const uint8_t[]){ 32, 32, 0 }, 3), 0);
	ck_assert_uint_eq(link_bits_of((const uint8_t[]){ 33, 32 }, 2), 0);
}
END_TEST

START_TEST(arguments_are_checked)
{
	struct flt_open_opts newer = { .size = sizeof(newer) };
	struct {
		struct flt_open_opts known;
		uint64_t more;
	} tail = { { .size = sizeof(tail) }, 1 };
	uint8_t bytes[HEADER_BYTES];
	struct flt_source *src;
	struct flt_error err;

	make_file(bytes, 0);
	ck_assert_int_eq(flt_open_memory(&src, bytes, sizeof(bytes), &newer, &err), FLT_OK);
	flt_source_close(src);
	ck_assert_int_eq(flt_open_memory(&src, bytes, sizeof(bytes), &tail.known, &err),
			 FLT_E_ARGUMENT);
	tail.more = 0;
	ck_assert_int_eq(flt_open_memory(&src, bytes, sizeof(bytes), &tail.known, &err), FLT_OK);
	ck_assert_int_eq(flt_source_fd(src), -1);
	ck_assert_int_eq(flt_source_read(src, NULL, NULL, 0, &err), FLT_E_ARGUMENT);
	flt_source_close(src);
	flt_source_close(NULL);
	newer.size = 0;
	ck_assert_int_eq(flt_open_memory(&src, bytes, sizeof(bytes), &newer, &err), FLT_E_ARGUMENT);
	ck_assert_int_eq(flt_open_file(&src, "/nowhere/at/all", NULL, &err), FLT_E_SYSTEM);
	ck_assert_int_eq(err.sys_errno, ENOENT);
	ck_assert_int_eq(flt_open_file(&src, "/", NULL, &err), FLT_E_SYSTEM);
	ck_assert_int_eq(err.sys_errno, EISDIR);
	ck_assert_int_eq(flt_open_fd(&src, -1, NULL, &err), FLT_E_ARGUMENT);
}
END_TEST

int main(void)
{
	const struct unit_row rows[] = {
		{ "filters choose and cut", filters_choose_and_cut },
		{ "one at a time and in batches", one_at_a_time_and_in_batches },
		{ "a new filter holds for what waits", a_new_filter_holds_for_what_waits },
		{ "link types must fit", link_types_must_fit },
		{ "link types of what waits must fit", link_types_of_what_waits_must_fit },
		{ "mixed files are told apart", mixed_files_are_told_apart },
		{ "a pipe delivers what has come", a_pipe_delivers_what_has_come },
		{ "a stop ends a wait", a_stop_ends_a_wait },
		{ "what was read comes before the stop", what_was_read_comes_before_the_stop },
		{ "interfaces must agree", interfaces_must_agree_on_what_ends_frames },
		{ "arguments are checked", arguments_are_checked },
		{ NULL, NULL },
	};

	return unit_run("capture", rows);
}
