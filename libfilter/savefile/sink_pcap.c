/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes pcap files, in this machine's byte order, whole packets or none. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bytes.h"
#include "diag.h"
#include "link.h"
#include "opts.h"
#include "odd_time.h"
#include "sink_stamp.h"
#include "vlan_tag.h"
#include "write_all.h"

#define BUFFER_BYTES        262144u
#define FILE_HEADER_BYTES   24u
#define PACKET_HEADER_BYTES 16u
#define PCAP_MAGIC          0xa1b2c3d4u
#define PCAP_MAGIC_NANO     0xa1b23c4du
#define DEFAULT_SNAPLEN     262144u

struct flt_sink {
	int fd;
	uint32_t flags;
	uint32_t linktype;
	uint32_t link_bits;
	uint32_t snaplen;
	uint32_t ns_per_unit; /* of the timestamps' fraction */
	uint8_t *buffer;      /* begins with the file header or with a packet */
	size_t used, room;
	size_t header_bytes; /* of a file header at the start of the buffer */
	uint64_t kept;       /* whole packets that are written out */
	uint32_t buffered;   /* packets in the buffer */
	size_t (*write)(void *context, int fd, const void *bytes, size_t len);
	void *write_context;
	uint64_t clamped;        /* packets with a time that the file cannot say */
	struct flt_error failed; /* what all later calls repeat; code FLT_OK: nothing */
	char prefix[64];         /* of messages: "PATH: "; empty where the caller opened it */
};

/* ---- bytes out ------------------------------------------------------------------------------- */

static uint32_t get_host32(const uint8_t *b)
{
	uint32_t v;

	memcpy(&v, b, sizeof(v));
	return v;
}

static void put_host32(uint8_t *b, uint32_t v)
{
	memcpy(b, &v, sizeof(v));
}

/* Where the last whole packet ends within the first `done` bytes of the buffer; counts them. */
static size_t whole_packets(struct flt_sink *sink, size_t done)
{
	size_t at = sink->header_bytes;

	if (done < at)
		return 0;
	while (inside(at, PACKET_HEADER_BYTES, done)) {
		uint32_t caplen = get_host32(sink->buffer + at + 8);
		if (!inside(at + PACKET_HEADER_BYTES, caplen, done))
			break;
		at += PACKET_HEADER_BYTES + caplen;
		sink->kept++;
	}
	return at;
}

/* Take the piece of a packet that still went out back from the end of a file, so that what was kept
 * can be read. False: pipes keep it. */
static bool cut_back(int fd, size_t piece)
{
	struct stat st;
	off_t end = lseek(fd, 0, SEEK_CUR);

	if (end < (off_t)piece || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size != end)
		return false;
	if (ftruncate(fd, end - (off_t)piece) != 0)
		return false;
	lseek(fd, end - (off_t)piece, SEEK_SET);
	return true;
}

/* Where the header of the file, or the packet, ends that begins here. */
static size_t record_end(const struct flt_sink *sink, size_t at)
{
	if (at < sink->header_bytes)
		return sink->header_bytes;
	return at + PACKET_HEADER_BYTES + get_host32(sink->buffer + at + 8);
}

/* Of what begins at `at` the bytes up to `done` are out, and stay. */
static void finish_record(struct flt_sink *sink, size_t at, size_t done)
{
	size_t end = record_end(sink, at);
	size_t more = sink->write(sink->write_context, sink->fd, sink->buffer + done, end - done);

	sink->kept += more == end - done && at >= sink->header_bytes;
}

static int tell_failure(const struct flt_sink *sink, struct flt_error *err)
{
	if (err && err->code == FLT_OK)
		*err = sink->failed;
	return sink->failed.code;
}

static int write_failed(struct flt_sink *sink, size_t done, int saved_errno, struct flt_error *err)
{
	size_t whole = whole_packets(sink, done);

	if (whole < done && !cut_back(sink->fd, done - whole))
		finish_record(sink, whole, done);
	sink->used = 0;
	flt__fail_sys(&sink->failed, FLT_E_SYSTEM, saved_errno,
		      "%s%llu packet%s kept, then writing failed", sink->prefix,
		      (unsigned long long)sink->kept, sink->kept == 1 ? "" : "s");
	return tell_failure(sink, err);
}

static int flush_buffer(struct flt_sink *sink, struct flt_error *err)
{
	if (sink->failed.code)
		return tell_failure(sink, err);
	if (!sink->used)
		return FLT_OK;
	size_t done = sink->write(sink->write_context, sink->fd, sink->buffer, sink->used);
	if (done < sink->used)
		return write_failed(sink, done, errno, err);
	sink->kept += sink->buffered;
	sink->buffered = 0;
	sink->header_bytes = 0;
	sink->used = 0;
	return FLT_OK;
}

/* Room for n bytes in one piece. */
static int make_room(struct flt_sink *sink, size_t n, struct flt_error *err)
{
	if (n <= sink->room - sink->used)
		return FLT_OK;
	int code = flush_buffer(sink, err);
	if (code != FLT_OK || n <= sink->room)
		return code;
	uint8_t *buffer = realloc(sink->buffer, n);
	if (!buffer)
		return flt__fail(err, FLT_E_NOMEM, "no memory to write a packet of %zu bytes", n);
	sink->buffer = buffer;
	sink->room = n;
	return FLT_OK;
}

/* ---- packets --------------------------------------------------------------------------------- */

static void put_header(struct flt_sink *sink, uint8_t *to, const struct flt_packet *packet,
		       uint32_t caplen, uint32_t wirelen)
{
	struct stamp stamp;

	sink->clamped += flt__stamp_nearest(packet, &stamp);
	put_host32(to, (uint32_t)stamp.seconds);
	put_host32(to + 4, (uint32_t)(stamp.fraction_ns / sink->ns_per_unit));
	put_host32(to + 8, caplen);
	put_host32(to + 12, wirelen);
}

static int write_packet(struct flt_sink *sink, const struct flt_packet *packet, uint32_t verdict,
			struct flt_error *err)
{
	uint32_t caplen = packet->caplen < verdict ? packet->caplen : verdict;
	uint32_t tag = vlan_tag_bytes(packet->meta, sink->linktype, caplen);
	int code = make_room(sink, (size_t)PACKET_HEADER_BYTES + caplen + tag, err);

	if (code != FLT_OK)
		return code;
	uint8_t *to = sink->buffer + sink->used;
	if (tag)
		vlan_tag_put(to + PACKET_HEADER_BYTES, packet->bytes, caplen, packet->meta);
	else if (caplen)
		memcpy(to + PACKET_HEADER_BYTES, packet->bytes, caplen);
	uint32_t stored = caplen + tag < sink->snaplen ? caplen + tag : sink->snaplen;
	put_header(sink, to, packet, stored, packet->wirelen + tag);
	sink->used += PACKET_HEADER_BYTES + stored;
	sink->buffered++;
	return sink->flags & FLT_CREATE_FLUSH ? flush_buffer(sink, err) : FLT_OK;
}

static int fail_linktype(const struct flt_sink *sink, const struct flt_packet *packet,
			 struct flt_error *err)
{
	const char *want = flt_linktype_name(sink->linktype);
	const char *have = flt_linktype_name(packet->linktype);

	return flt__fail(err, FLT_E_MEANING,
			 "%s%llu packets kept; the next has link type %s (%u), but a pcap file "
			 "has only one, here %s (%u)",
			 sink->prefix, (unsigned long long)(sink->kept + sink->buffered),
			 have ? have : "unknown", packet->linktype, want ? want : "unknown",
			 sink->linktype);
}

int flt_sink_write(struct flt_sink *sink, const struct flt_packet *packets, uint32_t count,
		   const uint32_t *verdicts, struct flt_error *err)
{
	flt__error_clear(err);
	if (!sink || (!packets && count))
		return flt__fail(err, FLT_E_ARGUMENT, "flt_sink_write: sink or packets is NULL");
	if (sink->failed.code)
		return tell_failure(sink, err);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t verdict = verdicts ? verdicts[i] : UINT32_MAX;
		if (!verdict)
			continue;
		if (packets[i].linktype && packets[i].linktype != sink->linktype)
			return fail_linktype(sink, &packets[i], err);
		int code = write_packet(sink, &packets[i], verdict, err);
		if (code != FLT_OK)
			return code;
	}
	return FLT_OK;
}

int flt_sink_flush(struct flt_sink *sink, struct flt_error *err)
{
	flt__error_clear(err);
	if (!sink)
		return flt__fail(err, FLT_E_ARGUMENT, "flt_sink_flush: sink is NULL");
	return flush_buffer(sink, err);
}

int flt_sink_stats(const struct flt_sink *sink, struct flt_sink_stats *stats)
{
	struct flt_sink_stats full = { .size = sizeof(full) };

	if (!sink || !stats)
		return FLT_E_ARGUMENT;
	full.packets = sink->kept + sink->buffered;
	full.kept = sink->kept;
	full.times_clamped = sink->clamped;
	return flt__opts_give(stats, &full, sizeof(full));
}

static int close_descriptor(struct flt_sink *sink, struct flt_error *err)
{
	if (close(sink->fd) == 0 || errno == EINTR)
		return FLT_OK;
	return flt__fail_sys(err, FLT_E_SYSTEM, errno, "%scannot close the file after %llu packets",
			     sink->prefix, (unsigned long long)sink->kept);
}

int flt_sink_close(struct flt_sink *sink, struct flt_error *err)
{
	flt__error_clear(err);
	if (!sink)
		return FLT_OK;
	int flushed = flush_buffer(sink, err);
	int closed = close_descriptor(sink, err);
	free(sink->buffer);
	free(sink);
	return flushed != FLT_OK ? flushed : closed;
}

/* ---- making ---------------------------------------------------------------------------------- */

static void put_file_header(struct flt_sink *sink)
{
	const uint16_t version[2] = { 2, 4 };
	uint8_t *to = sink->buffer;

	memset(to, 0, FILE_HEADER_BYTES);
	put_host32(to, sink->ns_per_unit == 1 ? PCAP_MAGIC_NANO : PCAP_MAGIC);
	memcpy(to + 4, version, sizeof(version));
	put_host32(to + 16, sink->snaplen);
	put_host32(to + 20, flt__link_to_file(sink->linktype) | sink->link_bits);
	sink->header_bytes = FILE_HEADER_BYTES;
	sink->used = FILE_HEADER_BYTES;
}

/* Owns fd. The name is for messages; NULL: the caller knows what it is. */
static int make_sink(struct flt_sink **sink, int fd, const char *name,
		     const struct flt_create_opts *opts, struct flt_error *err)
{
	struct flt_sink *made = calloc(1, sizeof(*made));
	uint8_t *buffer = malloc(BUFFER_BYTES);

	if (!made || !buffer) {
		free(made);
		free(buffer);
		close(fd);
		return flt__fail(err, FLT_E_NOMEM, "no memory for a sink");
	}
	made->fd = fd;
	made->flags = opts->flags;
	made->linktype = opts->linktype ? opts->linktype : FLT_LINKTYPE_EN10MB;
	made->link_bits = opts->link_bits;
	made->snaplen = opts->snaplen ? opts->snaplen : DEFAULT_SNAPLEN;
	made->ns_per_unit = opts->flags & FLT_CREATE_NANO ? 1 : NS_PER_US;
	made->buffer = buffer;
	made->room = BUFFER_BYTES;
	made->write = opts->write ? opts->write : write_all;
	made->write_context = opts->write_context;
	if (name)
		snprintf(made->prefix, sizeof(made->prefix), "%.60s: ", name);
	put_file_header(made);
	/* Who reads the other end of a pipe learns at once what is coming. */
	int code = opts->flags & FLT_CREATE_FLUSH ? flush_buffer(made, err) : FLT_OK;
	if (code != FLT_OK) {
		flt_sink_close(made, NULL);
		return code;
	}
	*sink = made;
	return FLT_OK;
}

static int begin(struct flt_sink **sink, struct flt_create_opts *ours,
		 const struct flt_create_opts *theirs, const char *function, struct flt_error *err)
{
	const uint32_t known = FLT_CREATE_NANO | FLT_CREATE_FLUSH | FLT_CREATE_EXCLUSIVE;

	flt__error_clear(err);
	if (!sink)
		return flt__fail(err, FLT_E_ARGUMENT, "%s: sink is NULL", function);
	*sink = NULL;
	int code = flt__opts_take(ours, sizeof(*ours), theirs, function, err);
	if (code == FLT_OK && ours->flags & ~known)
		code = flt__fail(err, FLT_E_ARGUMENT, "%s: unknown flag in %#x", function,
				 ours->flags);
	if (code == FLT_OK && ours->link_bits & ~FLT_LINK_BITS_MASK)
		code = flt__fail(err, FLT_E_ARGUMENT, "%s: link_bits %#x reach into the link type",
				 function, ours->link_bits);
	return code;
}

/* "-" is standard output, which stays open for others when the sink is closed. */
static int create_path(const char *path, uint32_t flags)
{
	int exclusive = flags & FLT_CREATE_EXCLUSIVE ? O_EXCL : 0;

	if (strcmp(path, "-") == 0)
		return fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | exclusive, 0666);
}

int flt_create_file(struct flt_sink **sink, const char *path, const struct flt_create_opts *opts,
		    struct flt_error *err)
{
	struct flt_create_opts ours;
	int code = begin(sink, &ours, opts, "flt_create_file", err);

	if (code != FLT_OK)
		return code;
	if (!path)
		return flt__fail(err, FLT_E_ARGUMENT, "flt_create_file: path is NULL");
	int fd = create_path(path, ours.flags);
	if (fd < 0)
		return flt__fail_sys(
			err, errno == EACCES || errno == EPERM ? FLT_E_PERMISSION : FLT_E_SYSTEM,
			errno, "%s", path);
	return make_sink(sink, fd, strcmp(path, "-") == 0 ? "standard output" : path, &ours, err);
}

int flt_create_fd(struct flt_sink **sink, int fd, const struct flt_create_opts *opts,
		  struct flt_error *err)
{
	struct flt_create_opts ours;
	int code = begin(sink, &ours, opts, "flt_create_fd", err);

	if (code == FLT_OK && fd < 0)
		code = flt__fail(err, FLT_E_ARGUMENT, "flt_create_fd: %d is not a descriptor", fd);
	if (code != FLT_OK) {
		if (fd >= 0)
			close(fd);
		return code;
	}
	return make_sink(sink, fd, NULL, &ours, err);
}
