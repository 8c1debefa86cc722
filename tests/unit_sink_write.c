/* SPDX-License-Identifier: BSD-2-Clause */
/* A sink whose caller writes: flt_create_opts.write. */
#include "unit.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libfilter.h"

static const uint8_t frame[64] = "dstmacsrcmac\x08\x00payload";

/* A writer that takes some bytes, and what it was asked for then. */
struct stubborn {
	size_t takes;
	unsigned calls;
	size_t asked, taken;
};

static size_t take_some(void *context, int fd, const void *bytes, size_t len)
{
	struct stubborn *s = context;
	size_t n = s->calls ? len : s->takes < len ? s->takes : len;

	s->calls++;
	s->asked = len;
	s->taken += n;
	ck_assert_int_eq(write(fd, bytes, n), (ssize_t)n);
	errno = EINTR;
	return n;
}

static uint64_t kept_by(const struct flt_sink *sink)
{
	struct flt_sink_stats stats = { .size = sizeof(stats) };

	ck_assert_int_eq(flt_sink_stats(sink, &stats), FLT_OK);
	return stats.kept;
}

/* Three packets, of which the writer takes so many bytes at first. */
static struct stubborn written_through(size_t takes, bool into_pipe, uint64_t *kept, off_t *size)
{
	const struct flt_packet packet = { .caplen = 64, .wirelen = 64, .bytes = frame };
	struct stubborn s = { .takes = takes };
	struct flt_create_opts opts = { .size = sizeof(opts),
					.write = take_some,
					.write_context = &s };
	struct flt_packet packets[3] = { packet, packet, packet };
	struct flt_sink *sink;
	struct flt_error err;
	struct stat st = { 0 };
	int ends[2] = { -1, memfd_create("sink", 0) };

	ck_assert(!into_pipe || pipe(ends) == 0);
	int other = dup(ends[1]);
	ck_assert_int_eq(flt_create_fd(&sink, ends[1], &opts, &err), FLT_OK);
	ck_assert_int_eq(flt_sink_write(sink, packets, 3, NULL, &err), FLT_OK);
	ck_assert_uint_eq(kept_by(sink), 0);
	int r = flt_sink_flush(sink, &err);
	ck_assert_int_eq(r, takes < 24 + 3 * 80 ? FLT_E_SYSTEM : FLT_OK);
	*kept = kept_by(sink);
	flt_sink_close(sink, NULL);
	ck_assert_int_eq(fstat(other, &st), 0);
	*size = st.st_size;
	close(other);
	if (into_pipe)
		close(ends[0]);
	return s;
}

START_TEST(a_writer_of_the_callers_is_asked_for_whole_records)
{
	uint64_t kept;
	off_t size;
	struct stubborn s = written_through(1000, true, &kept, &size);

	ck_assert(s.calls == 1 && s.taken == 24 + 3 * 80 && kept == 3);
	s = written_through(24 + 80, true, &kept, &size);
	ck_assert(s.calls == 1 && s.taken == 24 + 80 && kept == 1);
	s = written_through(24 + 80 + 5, true, &kept, &size);
	ck_assert(s.calls == 2 && s.asked == 75 && s.taken == 24 + 2 * 80 && kept == 2);
	s = written_through(10, true, &kept, &size);
	ck_assert(s.calls == 2 && s.asked == 14 && s.taken == 24 && kept == 0);
	s = written_through(24 + 80 + 5, false, &kept, &size);
	ck_assert(s.calls == 1 && kept == 1 && size == 24 + 80);
}
END_TEST

int main(void)
{
	const struct unit_row rows[] = {
		{ "a writer of the caller's is asked for whole records",
		  a_writer_of_the_callers_is_asked_for_whole_records },
		{ NULL, NULL },
	};

	return unit_run("sink_write", rows);
}
