/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What sink.c does for a format that has more than a head and packets. The one here begins with a
 * head that looks like a packet. Before the first packet of a link type comes `i` and its number.
 * A packet is `p`, how many bytes, the bytes. The end is `s` and how many packets there were.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "diag.h"
#include "sink.h"

#define ROOM 64

struct letters {
	bool known[8]; /* by link type */
	uint8_t packets;
};

static unsigned closed; /* how often a state was let go */

static int put(struct flt_sink *sink, char letter, uint8_t value, const uint8_t *bytes,
	       struct flt_error *err)
{
	uint8_t len = bytes ? value : 0;
	int code = sink_room(sink, 2u + len, err);

	if (code != FLT_OK)
		return code;
	uint8_t *to = sink_here(sink);
	to[0] = (uint8_t)letter;
	to[1] = value;
	if (len)
		memcpy(to + 2, bytes, len);
	if (bytes)
		sink_put_packet(sink, 2u + len);
	else
		sink_put(sink, 2);
	return FLT_OK;
}

static int letters_begin(struct flt_sink *sink, struct flt_error *err)
{
	sink->state = calloc(1, sizeof(struct letters));
	if (sink->snaplen == 1)
		return flt__fail(err, FLT_E_UNSUPPORTED, "no letters for this");
	return put(sink, 'p', 0, NULL, err);
}

static int put_packet(struct flt_sink *sink, const struct flt_packet *packet, uint32_t caplen,
		      struct flt_error *err)
{
	struct letters *letters = sink->state;
	bool *known = &letters->known[packet->linktype];
	int code = FLT_OK;

	if (!*known)
		code = put(sink, 'i', (uint8_t)packet->linktype, NULL, err);
	*known = true;
	letters->packets++;
	return code == FLT_OK ? put(sink, 'p', (uint8_t)caplen, packet->bytes, err) : code;
}

static int letters_packets(struct flt_sink *sink, const struct flt_packet *packets, uint32_t count,
			   const uint32_t *verdicts, struct flt_error *err)
{
	return sink_each(sink, put_packet, packets, count, verdicts, err);
}

static size_t letters_record(const uint8_t *bytes, bool *is_packet)
{
	*is_packet = bytes[0] == 'p';
	return *is_packet ? 2u + bytes[1] : 2;
}

static int letters_end(struct flt_sink *sink, struct flt_error *err)
{
	const struct letters *letters = sink->state;

	return put(sink, 's', letters->packets, NULL, err);
}

static void letters_close(void *state)
{
	closed++;
	free(state);
}

static const struct sink_ops letters_ops = { letters_begin, letters_packets, letters_record,
					     letters_end, letters_close };

/* A writer that takes some bytes, then none, or all when it is asked again. */
struct taker {
	size_t takes;
	bool again;
	unsigned calls;
};

static size_t take_some(void *context, int fd, const void *bytes, size_t len)
{
	struct taker *t = context;
	size_t n = t->calls && t->again ? len : t->calls ? 0 : t->takes < len ? t->takes : len;

	t->calls++;
	ck_assert_int_eq(write(fd, bytes, n), (ssize_t)n);
	errno = ENOSPC;
	return n;
}

struct result {
	int code;
	size_t len;
	char bytes[ROOM];
	struct flt_sink_stats stats;
	struct flt_error error;
};

/* Four packets, the third of another link type, the second cut by a verdict. */
static struct result write_four(int fd, int read_fd, struct taker *taker)
{
	const uint8_t *bytes = (const uint8_t *)"abcd";
	const struct flt_packet packets[] = {
		{ .caplen = 1, .wirelen = 1, .linktype = 1, .bytes = bytes },
		{ .caplen = 4, .wirelen = 4, .linktype = 1, .bytes = bytes },
		{ .caplen = 3, .wirelen = 3, .linktype = 2, .bytes = bytes },
		{ .caplen = 4, .wirelen = 4, .linktype = 1, .bytes = bytes },
	};
	const uint32_t verdicts[] = { UINT32_MAX, 2, UINT32_MAX, 0 };
	const struct flt_create_opts opts = { .write = taker ? take_some : NULL,
					      .write_context = taker };
	struct result r = { .stats = { .size = sizeof(r.stats) } };
	struct flt_sink *sink;

	ck_assert_int_eq(flt__sink_make(&sink, &letters_ops, fd, NULL, &opts, NULL), FLT_OK);
	ck_assert_int_eq(flt_sink_write(sink, packets, 4, verdicts, NULL), FLT_OK);
	flt_sink_flush(sink, NULL);
	flt_sink_stats(sink, &r.stats);
	r.code = flt_sink_close(sink, &r.error);
	ssize_t n = read(read_fd, r.bytes, sizeof(r.bytes));
	close(read_fd);
	ck_assert_int_ge(n, 0);
	r.len = (size_t)n;
	return r;
}

static struct result write_to_file(struct taker *taker)
{
	char path[64];
	int fd = memfd_create("sink", 0);

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return write_four(fd, open(path, O_RDONLY), taker);
}

static struct result write_to_pipe(struct taker *taker)
{
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	return write_four(ends[1], ends[0], taker);
}

static const char whole[] = "p\0i\1p\1ap\2abi\2p\3abcs\3";

static void holds(const struct result *r, size_t len, uint64_t kept)
{
	ck_assert_uint_eq(r->len, len);
	ck_assert_mem_eq(r->bytes, whole, len);
	ck_assert_uint_eq(r->stats.kept, kept);
}

START_TEST(a_format_has_records_before_packets_and_at_the_end)
{
	closed = 0;
	struct result r = write_to_file(NULL);

	ck_assert_int_eq(r.code, FLT_OK);
	holds(&r, sizeof(whole) - 1, 3);
	ck_assert_uint_eq(closed, 1);
}
END_TEST

/* What the writer takes; of that, how much stays in a file, and how many packets; then in a pipe,
 * where the torn record is finished. */
static const struct {
	size_t takes;
	size_t file_len, file_kept;
	size_t pipe_len, pipe_kept;
} torn[] = {
	{ 0, 0, 0, 0, 0 },    /* nothing */
	{ 1, 0, 0, 2, 0 },    /* in the head */
	{ 2, 2, 0, 2, 0 },    /* behind it */
	{ 3, 2, 0, 4, 0 },    /* in the first interface */
	{ 6, 4, 0, 7, 1 },    /* in a packet */
	{ 7, 7, 1, 7, 1 },    /* behind it */
	{ 12, 11, 2, 13, 2 }, /* in an interface between packets */
	{ 17, 13, 2, 18, 3 }, /* in the last packet */
};

START_TEST(whole_records_stay_and_packets_are_counted)
{
	for (size_t i = 0; i < sizeof(torn) / sizeof(torn[0]); i++) {
		struct taker file = { torn[i].takes, false, 0 }, pipe = { torn[i].takes, true, 0 };
		struct result r = write_to_file(&file);

		ck_assert_int_eq(r.code, FLT_E_SYSTEM);
		holds(&r, torn[i].file_len, torn[i].file_kept);
		r = write_to_pipe(&pipe);
		ck_assert_int_eq(r.code, FLT_E_SYSTEM);
		holds(&r, torn[i].pipe_len, torn[i].pipe_kept);
	}
}
END_TEST

START_TEST(a_head_that_cannot_be_made_makes_no_sink)
{
	const struct flt_create_opts opts = { .snaplen = 1 };
	struct flt_error err = { 0 };
	struct flt_sink *sink;
	int fd = memfd_create("sink", 0);

	closed = 0;
	ck_assert_int_eq(flt__sink_make(&sink, &letters_ops, fd, NULL, &opts, &err),
			 FLT_E_UNSUPPORTED);
	ck_assert_str_eq(err.message, "no letters for this");
	ck_assert_ptr_null(sink);
	ck_assert_uint_eq(closed, 1);
	ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
}
END_TEST

int main(void)
{
	const struct unit_row rows[] = {
		{ "a format has records before packets and at the end",
		  a_format_has_records_before_packets_and_at_the_end },
		{ "whole records stay, and packets are counted",
		  whole_records_stay_and_packets_are_counted },
		{ "a head that cannot be made makes no sink",
		  a_head_that_cannot_be_made_makes_no_sink },
		{ NULL, NULL },
	};

	return unit_run("sink_ops", rows);
}
