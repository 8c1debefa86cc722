/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libfilter.h"

static const uint8_t frame[64] = "dstmacsrcmac\x08\x00payload";

static struct flt_packet packet_of(int64_t time_ns, uint32_t caplen)
{
	return (struct flt_packet){
		.time_ns = time_ns, .caplen = caplen, .wirelen = 64, .bytes = frame
	};
}

/* Make a sink over a new memfd, write, close; returns the bytes that are there then. */
static size_t written(const struct flt_create_opts *opts, const struct flt_packet *packets,
		      uint32_t count, const uint32_t *verdicts, uint8_t *bytes, size_t room)
{
	struct flt_sink *sink;
	int fd = memfd_create("sink", 0);
	int other = dup(fd);

	ck_assert_int_eq(flt_create_fd(&sink, fd, opts, NULL), FLT_OK);
	ck_assert_int_eq(flt_sink_write(sink, packets, count, verdicts, NULL), FLT_OK);
	ck_assert_int_eq(flt_sink_close(sink, NULL), FLT_OK);
	ssize_t n = pread(other, bytes, room, 0);
	close(other);
	ck_assert_int_ge(n, 24);
	return (size_t)n;
}

static uint32_t word(const uint8_t *bytes, size_t index)
{
	uint32_t v;

	memcpy(&v, bytes + 4 * index, sizeof(v));
	return v;
}

START_TEST(headers_say_what_was_asked_for)
{
	uint8_t bytes[256];
	struct flt_create_opts opts = { .size = sizeof(opts),
					.linktype = FLT_LINKTYPE_RAW,
					.snaplen = 99 };

	ck_assert_uint_eq(written(NULL, NULL, 0, NULL, bytes, sizeof(bytes)), 24);
	ck_assert_uint_eq(word(bytes, 0), 0xa1b2c3d4);
	ck_assert_uint_eq(word(bytes, 4), 262144);
	ck_assert_uint_eq(word(bytes, 5), 1);
	opts.flags = FLT_CREATE_NANO;
	ck_assert_uint_eq(written(&opts, NULL, 0, NULL, bytes, sizeof(bytes)), 24);
	ck_assert_uint_eq(word(bytes, 0), 0xa1b23c4d);
	ck_assert_uint_eq(word(bytes, 4), 99);
	ck_assert_uint_eq(word(bytes, 5), 101);
	opts.linktype = FLT_LINKTYPE_NULL;
	written(&opts, NULL, 0, NULL, bytes, sizeof(bytes));
	ck_assert_uint_eq(word(bytes, 5), 0);
}
END_TEST

START_TEST(times_are_cut_not_rounded)
{
	uint8_t bytes[256];
	struct flt_create_opts nano = { .size = sizeof(nano), .flags = FLT_CREATE_NANO };
	struct flt_packet packet = packet_of(1999999999, 0);
	struct flt_packet odd = packet_of(2000000000, 0);

	written(NULL, &packet, 1, NULL, bytes, sizeof(bytes));
	ck_assert_uint_eq(word(bytes, 6), 1);
	ck_assert_uint_eq(word(bytes, 7), 999999);
	written(&nano, &packet, 1, NULL, bytes, sizeof(bytes));
	ck_assert_uint_eq(word(bytes, 7), 999999999);
	/* A second and 1000000 microseconds stay what they were. */
	odd.odd_fraction = 1000000;
	written(NULL, &odd, 1, NULL, bytes, sizeof(bytes));
	ck_assert_uint_eq(word(bytes, 6), 1);
	ck_assert_uint_eq(word(bytes, 7), 1000000);
}
END_TEST

START_TEST(times_that_a_file_cannot_say_are_clamped)
{
	const int64_t s = 1000000000;
	const struct {
		int64_t time_ns;
		int32_t era;
		uint32_t seconds, fraction;
	} rows[] = {
		{ 0, 0, 0, 0 },
		{ 4294967295 * s + 999999999, 0, UINT32_MAX, 999999999 },
		{ -1, 0, 0, 0 },
		{ INT64_MIN, 0, 0, 0 },
		{ INT64_MAX, -1, 0, 0 },
		{ 5 * s, INT32_MIN, 0, 0 },
		{ 4294967296 * s, 0, UINT32_MAX, 999999999 },
		{ INT64_MAX, 0, UINT32_MAX, 999999999 },
		{ INT64_MIN, 1, UINT32_MAX, 999999999 },
		{ 5 * s, INT32_MAX, UINT32_MAX, 999999999 },
	};
	struct flt_create_opts nano = { .size = sizeof(nano), .flags = FLT_CREATE_NANO };
	uint8_t bytes[256];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct flt_packet packet = packet_of(rows[i].time_ns, 0);
		packet.time_era = rows[i].era;
		written(&nano, &packet, 1, NULL, bytes, sizeof(bytes));
		ck_assert_uint_eq(word(bytes, 6), rows[i].seconds);
		ck_assert_uint_eq(word(bytes, 7), rows[i].fraction);
		written(NULL, &packet, 1, NULL, bytes, sizeof(bytes));
		ck_assert_uint_eq(word(bytes, 7), rows[i].fraction / 1000);
	}
}
END_TEST

START_TEST(stats_count_what_was_clamped)
{
	struct flt_packet packets[] = { packet_of(-1, 4), packet_of(1, 4), packet_of(2, 4) };
	const uint32_t verdicts[] = { 0, 1, 1 };
	struct flt_sink_stats stats = { .size = sizeof(stats) };
	struct flt_sink *sink;

	packets[2].time_era = 1;
	ck_assert_int_eq(flt_create_fd(&sink, memfd_create("sink", 0), NULL, NULL), FLT_OK);
	ck_assert_int_eq(flt_sink_write(sink, packets, 3, NULL, NULL), FLT_OK);
	ck_assert_int_eq(flt_sink_flush(sink, NULL), FLT_OK);
	ck_assert_int_eq(flt_sink_write(sink, packets, 3, verdicts, NULL), FLT_OK);
	ck_assert_int_eq(flt_sink_stats(sink, &stats), FLT_OK);
	ck_assert_uint_eq(stats.packets, 5);
	ck_assert_uint_eq(stats.times_clamped, 3);
	ck_assert_int_eq(flt_sink_stats(NULL, &stats), FLT_E_ARGUMENT);
	ck_assert_int_eq(flt_sink_stats(sink, NULL), FLT_E_ARGUMENT);
	flt_sink_close(sink, NULL);
}
END_TEST

START_TEST(link_bits_stand_above_the_link_type)
{
	uint8_t bytes[64];
	struct flt_sink *sink = NULL;
	struct flt_error err;
	struct flt_create_opts opts = { .size = sizeof(opts),
					.link_bits = 2u << FLT_LINK_BITS_FCS_SHIFT |
						     FLT_LINK_BITS_FCS_KNOWN };

	written(&opts, NULL, 0, NULL, bytes, sizeof(bytes));
	ck_assert_uint_eq(word(bytes, 5), 0x24000001);
	/* Who was built before they existed has a smaller struct. */
	opts.size = offsetof(struct flt_create_opts, link_bits);
	written(&opts, NULL, 0, NULL, bytes, sizeof(bytes));
	ck_assert_uint_eq(word(bytes, 5), 1);
	opts.size = sizeof(opts);
	opts.link_bits = 1;
	ck_assert_int_eq(flt_create_file(&sink, "/dev/null", &opts, &err), FLT_E_ARGUMENT);
	ck_assert_str_eq(err.message, "flt_create_file: link_bits 0x1 reach into the link type");
}
END_TEST

START_TEST(verdicts_choose_and_cut)
{
	uint8_t bytes[512];
	struct flt_create_opts opts = { .size = sizeof(opts), .snaplen = 32 };
	const uint32_t verdicts[] = { 0, 10, 1000, 40 };
	struct flt_packet packets[4];

	for (int i = 0; i < 4; i++)
		packets[i] = packet_of(i, 60);
	size_t n = written(&opts, packets, 4, verdicts, bytes, sizeof(bytes));
	ck_assert_uint_eq(n, 24 + (16 + 10) + (16 + 32) + (16 + 32));
	ck_assert_uint_eq(word(bytes, 8), 10);
	ck_assert_uint_eq(word(bytes, 9), 64);
	ck_assert_mem_eq(bytes + 40, frame, 10);
}
END_TEST

START_TEST(the_tag_goes_back)
{
	uint8_t bytes[256];
	const uint8_t tag[] = { 0x88, 0xa8, 0x60, 0x05 }, plain[] = { 0x81, 0x00, 0x60, 0x05 };
	struct flt_meta meta = { .present = FLT_META_VLAN,
				 .vlan_tci = 0x6005,
				 .vlan_tpid = 0x88a8 };
	struct flt_create_opts cooked = { .size = sizeof(cooked),
					  .linktype = FLT_LINKTYPE_LINUX_SLL };
	struct flt_packet packet = packet_of(0, 20);

	packet.meta = &meta;
	ck_assert_uint_eq(written(NULL, &packet, 1, NULL, bytes, sizeof(bytes)), 24 + 16 + 24);
	ck_assert_uint_eq(word(bytes, 8), 24);
	ck_assert_uint_eq(word(bytes, 9), 68);
	ck_assert_mem_eq(bytes + 40, frame, 12);
	ck_assert_mem_eq(bytes + 52, tag, 4);
	ck_assert_mem_eq(bytes + 56, frame + 12, 8);
	meta.vlan_tpid = 0;
	written(NULL, &packet, 1, NULL, bytes, sizeof(bytes));
	ck_assert_mem_eq(bytes + 52, plain, 4);
	ck_assert_uint_eq(written(&cooked, &packet, 1, NULL, bytes, sizeof(bytes)), 24 + 16 + 20);
	packet.caplen = 11;
	ck_assert_uint_eq(written(NULL, &packet, 1, NULL, bytes, sizeof(bytes)), 24 + 16 + 11);
}
END_TEST

START_TEST(large_packets_are_written)
{
	enum { LARGE = 1000000 };
	uint8_t *large = calloc(1, LARGE), *bytes = malloc(LARGE + 100);
	struct flt_create_opts opts = { .size = sizeof(opts), .snaplen = LARGE };
	struct flt_packet packet = { .caplen = LARGE, .wirelen = LARGE, .bytes = large };

	large[LARGE - 1] = 7;
	ck_assert_uint_eq(written(&opts, &packet, 1, NULL, bytes, LARGE + 100), 24 + 16 + LARGE);
	ck_assert_uint_eq(bytes[24 + 16 + LARGE - 1], 7);
	free(large);
	free(bytes);
}
END_TEST

START_TEST(a_file_has_one_link_type)
{
	struct flt_sink *sink;
	struct flt_error err;
	struct flt_packet packet = packet_of(0, 20);

	ck_assert_int_eq(flt_create_fd(&sink, memfd_create("sink", 0), NULL, &err), FLT_OK);
	packet.linktype = FLT_LINKTYPE_EN10MB;
	ck_assert_int_eq(flt_sink_write(sink, &packet, 1, NULL, &err), FLT_OK);
	packet.linktype = FLT_LINKTYPE_RAW;
	ck_assert_int_eq(flt_sink_write(sink, &packet, 1, NULL, &err), FLT_E_MEANING);
	ck_assert_ptr_nonnull(strstr(err.message, "1 packets kept"));
	ck_assert_int_eq(flt_sink_close(sink, &err), FLT_OK);
}
END_TEST

START_TEST(a_full_device_is_reported)
{
	struct flt_sink *sink;
	struct flt_error err;
	struct flt_packet packet = packet_of(0, 20);
	struct flt_create_opts flush = { .size = sizeof(flush), .flags = FLT_CREATE_FLUSH };

	if (access("/dev/full", W_OK) != 0)
		return;
	ck_assert_int_eq(flt_create_file(&sink, "/dev/full", NULL, &err), FLT_OK);
	ck_assert_int_eq(flt_sink_write(sink, &packet, 1, NULL, &err), FLT_OK);
	ck_assert_int_eq(flt_sink_flush(sink, &err), FLT_E_SYSTEM);
	ck_assert_int_eq(err.sys_errno, ENOSPC);
	ck_assert_ptr_nonnull(strstr(err.message, "/dev/full: 0 packets kept"));
	ck_assert_int_eq(flt_sink_write(sink, &packet, 1, NULL, &err), FLT_E_SYSTEM);
	ck_assert_int_eq(flt_sink_close(sink, &err), FLT_E_SYSTEM);
	ck_assert_int_eq(flt_create_file(&sink, "/dev/full", &flush, &err), FLT_E_SYSTEM);
	ck_assert_ptr_null(sink);
}
END_TEST

/* A limit inside the third packet: two are counted, and nothing else is left in the file. */
START_TEST(whole_packets_are_kept)
{
	struct flt_sink *sink;
	struct flt_error err;
	struct stat st;
	struct flt_packet packets[3] = { packet_of(0, 64), packet_of(0, 64), packet_of(0, 64) };
	struct rlimit before, limit;
	int fd = memfd_create("sink", 0);
	int other = dup(fd);

	ck_assert_int_eq(flt_create_fd(&sink, fd, NULL, &err), FLT_OK);
	ck_assert_int_eq(flt_sink_write(sink, packets, 3, NULL, &err), FLT_OK);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	limit = (struct rlimit){ 24 + 2 * 80 + 30, before.rlim_max };
	setrlimit(RLIMIT_FSIZE, &limit);
	int r = flt_sink_flush(sink, &err);
	setrlimit(RLIMIT_FSIZE, &before); /* Check writes files, too */
	ck_assert_int_eq(r, FLT_E_SYSTEM);
	ck_assert_int_eq(err.sys_errno, EFBIG);
	ck_assert_ptr_nonnull(strstr(err.message, "2 packets kept"));
	flt_sink_close(sink, NULL);
	ck_assert_int_eq(fstat(other, &st), 0);
	ck_assert_int_eq(st.st_size, 24 + 2 * 80);
	close(other);
}
END_TEST

START_TEST(a_reader_that_goes_is_reported)
{
	struct flt_sink *sink;
	struct flt_error err;
	struct flt_packet packet = packet_of(0, 20);
	struct flt_create_opts opts = { .size = sizeof(opts), .flags = FLT_CREATE_FLUSH };
	int ends[2];

	signal(SIGPIPE, SIG_IGN);
	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(flt_create_fd(&sink, ends[1], &opts, &err), FLT_OK);
	ck_assert_int_eq(flt_sink_write(sink, &packet, 1, NULL, &err), FLT_OK);
	close(ends[0]);
	ck_assert_int_eq(flt_sink_write(sink, &packet, 1, NULL, &err), FLT_E_SYSTEM);
	ck_assert_int_eq(err.sys_errno, EPIPE);
	ck_assert_ptr_nonnull(strstr(err.message, "1 packet kept"));
	flt_sink_close(sink, NULL);
}
END_TEST

static size_t drain(int fd)
{
	char bytes[1000];
	size_t all = 0;
	ssize_t n;

	usleep(50000);
	while ((n = read(fd, bytes, sizeof(bytes))) > 0)
		all += (size_t)n;
	return all;
}

/* A slow reader of a pipe that does not block: every byte arrives. */
START_TEST(descriptors_may_be_full_for_a_while)
{
	enum { COUNT = 5000 };
	struct flt_sink *sink;
	struct flt_packet packet = packet_of(0, 64);
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
	pid_t child = fork();
	if (child == 0) {
		close(ends[1]);
		_exit(drain(ends[0]) == 24 + COUNT * 80 ? 0 : 1);
	}
	close(ends[0]);
	ck_assert_int_eq(flt_create_fd(&sink, ends[1], NULL, NULL), FLT_OK);
	for (int i = 0; i < COUNT; i++)
		ck_assert_int_eq(flt_sink_write(sink, &packet, 1, NULL, NULL), FLT_OK);
	ck_assert_int_eq(flt_sink_close(sink, NULL), FLT_OK);
	int status = 1;
	waitpid(child, &status, 0);
	ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(arguments_are_checked)
{
	struct flt_sink *sink;
	struct flt_error err;
	struct flt_create_opts unknown = { .size = sizeof(unknown), .flags = 0x8000 };

	ck_assert_int_eq(flt_create_file(NULL, "x", NULL, &err), FLT_E_ARGUMENT);
	ck_assert_int_eq(flt_create_file(&sink, NULL, NULL, &err), FLT_E_ARGUMENT);
	ck_assert_int_eq(flt_create_fd(&sink, -1, NULL, &err), FLT_E_ARGUMENT);
	ck_assert_int_eq(flt_create_file(&sink, "/nowhere/at/all", NULL, &err), FLT_E_SYSTEM);
	ck_assert_int_eq(err.sys_errno, ENOENT);
	ck_assert_int_eq(flt_create_file(&sink, "/nowhere/at/all", &unknown, &err), FLT_E_ARGUMENT);
	ck_assert_int_eq(flt_sink_write(NULL, NULL, 0, NULL, &err), FLT_E_ARGUMENT);
	ck_assert_int_eq(flt_sink_close(NULL, &err), FLT_OK);
}
END_TEST

int main(void)
{
	const struct unit_row rows[] = {
		{ "headers say what was asked for", headers_say_what_was_asked_for },
		{ "times are cut, not rounded", times_are_cut_not_rounded },
		{ "far times", times_that_a_file_cannot_say_are_clamped },
		{ "stats", stats_count_what_was_clamped },
		{ "link bits", link_bits_stand_above_the_link_type },
		{ "verdicts choose and cut", verdicts_choose_and_cut },
		{ "the tag goes back", the_tag_goes_back },
		{ "large packets are written", large_packets_are_written },
		{ "a file has one link type", a_file_has_one_link_type },
		{ "a full device is reported", a_full_device_is_reported },
		{ "whole packets are kept", whole_packets_are_kept },
		{ "a reader that goes is reported", a_reader_that_goes_is_reported },
		{ "descriptors may be full for a while", descriptors_may_be_full_for_a_while },
		{ "arguments are checked", arguments_are_checked },
		{ NULL, NULL },
	};

	return unit_run("sink", rows);
}
