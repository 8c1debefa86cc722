/* SPDX-License-Identifier: BSD-2-Clause */
#include "sink.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag.h"
#include "opts.h"
#include "write_all.h"

#define BUFFER_BYTES    262144u
#define DEFAULT_SNAPLEN 262144u

/* ---- bytes out ------------------------------------------------------------------------------- */

/* Where the head, or the record, ends that begins here. */
static size_t record_end(const struct flt_sink *sink, size_t at, bool *is_packet)
{
	*is_packet = false;
	if (at < sink->head_bytes)
		return sink->head_bytes;
	return at + sink->ops->record(sink->buffer + at, is_packet);
}

/* Where the last whole record ends within the first `done` bytes of the buffer; counts packets. */
static size_t whole_records(struct flt_sink *sink, size_t done)
{
	size_t at = 0;

	while (at < done) {
		bool is_packet;
		size_t end = record_end(sink, at, &is_packet);
		if (end > done)
			break;
		sink->kept += is_packet;
		at = end;
	}
	return at;
}

/* Take the piece of a record that still went out back from the end of a file, so that what was kept
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

/* Of what begins at `at` the bytes up to `done` are out, and stay. */
static void finish_record(struct flt_sink *sink, size_t at, size_t done)
{
	bool is_packet;
	size_t left = record_end(sink, at, &is_packet) - done;
	size_t more = sink->write(sink->write_context, sink->fd, sink->buffer + done, left);

	sink->kept += is_packet && more == left;
}

static int tell_failure(const struct flt_sink *sink, struct flt_error *err)
{
	if (err && err->code == FLT_OK)
		*err = sink->failed;
	return sink->failed.code;
}

static int write_failed(struct flt_sink *sink, size_t done, int saved_errno, struct flt_error *err)
{
	size_t whole = whole_records(sink, done);

	if (whole < done && !cut_back(sink->fd, done - whole))
		finish_record(sink, whole, done);
	sink->used = 0;
	flt__fail_sys(&sink->failed, FLT_E_SYSTEM, saved_errno,
		      "%s%llu packet%s kept, then writing failed", sink->prefix,
		      (unsigned long long)sink->kept, sink->kept == 1 ? "" : "s");
	return tell_failure(sink, err);
}

int flt__sink_flush(struct flt_sink *sink, struct flt_error *err)
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
	sink->head_bytes = 0;
	sink->used = 0;
	return FLT_OK;
}

int flt__sink_make_room(struct flt_sink *sink, size_t n, struct flt_error *err)
{
	int code = flt__sink_flush(sink, err);
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

int flt_sink_write(struct flt_sink *sink, const struct flt_packet *packets, uint32_t count,
		   const uint32_t *verdicts, struct flt_error *err)
{
	flt__error_clear(err);
	if (!sink || (!packets && count))
		return flt__fail(err, FLT_E_ARGUMENT, "flt_sink_write: sink or packets is NULL");
	if (sink->failed.code)
		return tell_failure(sink, err);
	return sink->ops->packets(sink, packets, count, verdicts, err);
}

int flt_sink_flush(struct flt_sink *sink, struct flt_error *err)
{
	flt__error_clear(err);
	if (!sink)
		return flt__fail(err, FLT_E_ARGUMENT, "flt_sink_flush: sink is NULL");
	return flt__sink_flush(sink, err);
}

int flt_sink_stats(const struct flt_sink *sink, struct flt_sink_stats *stats)
{
	struct flt_sink_stats full = { .size = sizeof(full) };

	if (!sink || !stats)
		return FLT_E_ARGUMENT;
	full.packets = sink_packets(sink);
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

static void free_sink(struct flt_sink *sink)
{
	if (sink->ops->close)
		sink->ops->close(sink->state);
	free(sink->buffer);
	free(sink);
}

static int write_end(struct flt_sink *sink, struct flt_error *err)
{
	int code = FLT_OK;

	if (sink->ops->end && !sink->failed.code)
		code = sink->ops->end(sink, err);
	int flushed = flt__sink_flush(sink, err);
	return code != FLT_OK ? code : flushed;
}

int flt_sink_close(struct flt_sink *sink, struct flt_error *err)
{
	flt__error_clear(err);
	if (!sink)
		return FLT_OK;
	int ended = write_end(sink, err);
	int closed = close_descriptor(sink, err);
	free_sink(sink);
	return ended != FLT_OK ? ended : closed;
}

/* ---- making ---------------------------------------------------------------------------------- */

static void take_options(struct flt_sink *sink, const struct flt_create_opts *opts)
{
	sink->flags = opts->flags;
	sink->linktype = opts->linktype ? opts->linktype : FLT_LINKTYPE_EN10MB;
	sink->link_bits = opts->link_bits;
	sink->snaplen = opts->snaplen ? opts->snaplen : DEFAULT_SNAPLEN;
	sink->write = opts->write ? opts->write : write_all;
	sink->write_context = opts->write_context;
}

/* Who reads the other end of a pipe learns at once what is coming. */
static int begin_file(struct flt_sink *sink, struct flt_error *err)
{
	int code = sink->ops->begin(sink, err);

	sink->head_bytes = sink->used;
	if (code == FLT_OK && sink->flags & FLT_CREATE_FLUSH)
		code = flt__sink_flush(sink, err);
	return code;
}

int flt__sink_make(struct flt_sink **sink, const struct sink_ops *ops, int fd, const char *name,
		   const struct flt_create_opts *opts, struct flt_error *err)
{
	struct flt_sink *made = calloc(1, sizeof(*made));
	uint8_t *buffer = malloc(BUFFER_BYTES);

	*sink = NULL;
	if (!made || !buffer) {
		free(made);
		free(buffer);
		close(fd);
		return flt__fail(err, FLT_E_NOMEM, "no memory for a sink");
	}
	made->ops = ops;
	made->fd = fd;
	made->buffer = buffer;
	made->room = BUFFER_BYTES;
	take_options(made, opts);
	if (name)
		snprintf(made->prefix, sizeof(made->prefix), "%.60s: ", name);
	int code = begin_file(made, err);
	if (code != FLT_OK) {
		close(fd);
		free_sink(made);
		return code;
	}
	*sink = made;
	return FLT_OK;
}
