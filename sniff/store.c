/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compressed.h"
#include "expression.h"
#include "create.h"
#include "say.h"
#include "store.h"

/* Reading from what is written would never end, or find nothing. */
static bool is_same_file(const char *read_path, int fd)
{
	struct stat a, b;
	bool standard = read_path && strcmp(read_path, "-") == 0;

	if (!read_path || (standard ? fstat(STDIN_FILENO, &a) : stat(read_path, &a)) < 0 ||
	    fstat(fd, &b) < 0)
		return false;
	return S_ISREG(a.st_mode) && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static int check_output(const char *read_path, int fd, const char *path)
{
	if (!is_same_file(read_path, fd))
		return DONE;
	return say(USAGE, "-r and -w name the same file, %s; write to another one", path);
}

static int truncate_file(int fd, const char *path)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || ftruncate(fd, 0) == 0)
		return DONE;
	return say(FAILED, "%s: %s", path, strerror(errno));
}

static struct flt_sink_stats stats_of(const struct flt_sink *sink)
{
	struct flt_sink_stats stats = { .size = sizeof(stats) };

	flt_sink_stats(sink, &stats);
	return stats;
}

static void let_go(struct store *s)
{
	s->kept = stats_of(s->sink).kept;
	flt_sink_close(s->sink, NULL);
	s->sink = NULL;
}

static int fail(struct store *s, const struct flt_error *err)
{
	if (s->sink)
		let_go(s);
	if (s->output.given_up) /* what that cost is told with the counts */
		return DONE;
	if (s->standard && output_lost_reader(err->sys_errno)) {
		s->lost = true;
		return DONE;
	}
	if (s->standard) /* the library has named it */
		return say(FAILED, "%s", err->message);
	return say(FAILED, "%s: %s", s->path, err->message);
}

static uint32_t snaplen_of(const struct options *opts, const struct flt_source_info *info)
{
	bool shorter = opts->snaplen && (info->snaplen == 0 || opts->snaplen < info->snaplen);

	return shorter ? opts->snaplen : info->snaplen;
}

static int open_standard(struct store *s, const char *read_path,
			 const struct flt_create_opts *create)
{
	struct flt_error err = { 0 };
	int status = check_output(read_path, STDOUT_FILENO, s->path);

	if (status != DONE)
		return status;
	return flt_create_file(&s->sink, "-", create, &err) < 0 ? fail(s, &err) : DONE;
}

/* All that is asked of the file is asked of its descriptor: paths may change under us. */
static int open_path(struct store *s, const char *read_path, const struct identity *who,
		     const struct flt_create_opts *create)
{
	struct flt_error err = { 0 };
	int fd = create_for(s->path, who);

	if (fd < 0)
		return say(FAILED, "%s: %s", s->path, strerror(errno));
	int status = check_output(read_path, fd, s->path);

	if (status == DONE)
		status = truncate_file(fd, s->path);
	if (status != DONE) {
		close(fd);
		return status;
	}
	return flt_create_fd(&s->sink, fd, create, &err) < 0 ? fail(s, &err) : DONE;
}

static bool ends_in(const char *text, size_t len, const char *suffix)
{
	size_t n = strlen(suffix);

	return len >= n && strncasecmp(text + len - n, suffix, n) == 0;
}

/* A name that promises what a file of ours is not. */
static void tell_format(const struct store *s)
{
	const struct compressed *row = compressed_rows, *end = row + COMPRESSED_COUNT;
	size_t len = strlen(s->path);

	while (row < end && !ends_in(s->path, len, row->suffix))
		row++;
	if (row < end)
		say(DONE, "%s is written as pcap without compression, despite its name%s%s%s",
		    s->path, row->pack ? "; to compress it, write: sniff -w - ... | " : "",
		    row->pack ? row->pack : "", row->pack ? " > FILE" : "");
	else if (ends_in(s->path, len, ".pcapng") || ends_in(s->path, len, ".ntar"))
		say(DONE, "%s is written as pcap, not as pcapng, despite its name", s->path);
}

int store_open(struct store *s, const struct options *opts, const struct identity *who,
	       const struct flt_source_info *info)
{
	struct flt_create_opts create = {
		.size = sizeof(create),
		.flags = (opts->nano ? FLT_CREATE_NANO : 0) |
			 (opts->packet_buffered ? FLT_CREATE_FLUSH : 0),
		.linktype = info->linktype,
		.snaplen = snaplen_of(opts, info),
		.link_bits = info->link_bits,
		.write = output_write,
		.write_context = &s->output,
	};

	*s = (struct store){
		.path = opts->write_path,
		.linktype = info->linktype,
		.mixed = info->flags & FLT_SOURCE_PCAPNG,
		.standard = opts->write_path && strcmp(opts->write_path, "-") == 0,
		.output = s->output,
	};
	if (!opts->write_path)
		return DONE;
	if (s->standard)
		return open_standard(s, opts->read_path, &create);
	int status = open_path(s, opts->read_path, who, &create);

	if (status == DONE)
		tell_format(s);
	return status;
}

/* How many packets from the first on the file can hold: it has one link type. */
static uint32_t count_fitting(const struct store *s, const struct flt_packet *packets,
			      uint32_t count, const uint32_t *verdicts)
{
	uint32_t i = 0;

	if (!s->mixed)
		return count;
	while (i < count && ((verdicts && !verdicts[i]) || packets[i].linktype == s->linktype))
		i++;
	return i;
}

static int refuse_linktype(const struct store *s, uint32_t linktype)
{
	char one[LINKTYPE_TEXT], other[LINKTYPE_TEXT];

	return say(FAILED,
		   "%s: a pcap file holds one link type: this one began with %s, but the next "
		   "packet has %s",
		   s->path, linktype_text(s->linktype, one), linktype_text(linktype, other));
}

int store_write(struct store *s, const struct flt_packet *packets, uint32_t count,
		const uint32_t *verdicts)
{
	struct flt_error err = { 0 };

	if (!s->sink)
		return DONE;
	uint32_t fitting = count_fitting(s, packets, count, verdicts);

	if (fitting > 0 && flt_sink_write(s->sink, packets, fitting, verdicts, &err) < 0)
		return fail(s, &err);
	return fitting < count ? refuse_linktype(s, packets[fitting].linktype) : DONE;
}

int store_flush(struct store *s)
{
	struct flt_error err = { 0 };

	if (s->sink && flt_sink_flush(s->sink, &err) < 0)
		return fail(s, &err);
	return DONE;
}

/* A pcap file has 32 bits for the seconds since 1970. */
static int tell_clamped(const struct store *s)
{
	struct flt_sink_stats stats = stats_of(s->sink);

	if (!stats.times_clamped)
		return DONE;
	return say(FAILED,
		   "%s: %" PRIu64 " packet%s from before 1970 or after 2106, which a pcap file "
		   "cannot store; the file has 1970-01-01 or 2106-02-07 instead",
		   s->path, stats.times_clamped, stats.times_clamped == 1 ? " is" : "s are");
}

int store_close(struct store *s)
{
	struct flt_error err = { 0 };
	int status = store_flush(s);
	struct flt_sink *sink = s->sink;

	if (!sink)
		return status;
	status = tell_clamped(s);
	s->kept = stats_of(sink).kept;
	s->sink = NULL;
	return flt_sink_close(sink, &err) < 0 ? fail(s, &err) : status;
}

void store_lose(struct store *s)
{
	s->lost = true;
	let_go(s);
}

bool store_ended(const struct store *s)
{
	return s->path && !s->sink;
}

uint64_t store_kept(const struct store *s)
{
	return s->sink ? stats_of(s->sink).kept : s->kept;
}
