/* SPDX-License-Identifier: BSD-2-Clause */
/* The life of a sink: one handle with a buffer before a descriptor, over a small table of what a
 * format writes. */
#ifndef SINK_H
#define SINK_H

#include <stdbool.h>
#include <stddef.h>

#include "libfilter.h"

/*
 * What a format provides. It puts whole records into the buffer and knows nothing of descriptors: a
 * record is what a reader takes as one thing, and most are packets. What cannot be written as a
 * whole is taken back, if the file allows that, to the end of the last whole record.
 *
 * pcap has no records but its head and packets. One that has (interfaces when their first packet
 * comes, names, statistics) puts them before the packet that needs them, or at the end, and keeps
 * what it has to know in `state`. Entries that may be NULL: end, close.
 */
struct sink_ops {
	/* The head of a file: in one piece, which counts as one record. */
	int (*begin)(struct flt_sink *sink, struct flt_error *err);
	/* A run of packets, by sink_each(). */
	int (*packets)(struct flt_sink *sink, const struct flt_packet *packets, uint32_t count,
		       const uint32_t *verdicts, struct flt_error *err);
	/* How long the record is that begins here, behind the head, with all of its bytes there. */
	size_t (*record)(const uint8_t *bytes, bool *is_packet);
	/* What comes last. */
	int (*end)(struct flt_sink *sink, struct flt_error *err);
	void (*close)(void *state);
};

struct flt_sink {
	const struct sink_ops *ops;
	void *state; /* the format's */
	int fd;
	uint32_t flags; /* these four as the caller wants them (flt_create_opts), with defaults */
	uint32_t linktype;
	uint32_t link_bits;
	uint32_t snaplen;
	uint8_t *buffer; /* begins with the head, or with a record; no record is torn */
	size_t used, room;
	size_t head_bytes; /* of a head at the start of the buffer */
	uint64_t kept;     /* whole packets that are written out */
	uint32_t buffered; /* packets in the buffer */
	uint64_t clamped;  /* packets with a time that the format cannot say: it counts them */
	size_t (*write)(void *context, int fd, const void *bytes, size_t len);
	void *write_context;
	struct flt_error failed; /* what all later calls repeat; code FLT_OK: nothing */
	char prefix[64];         /* of messages: "PATH: "; empty where the caller opened it */
};

/* Make the handle, and begin the file. It owns fd, also when this fails. The name is for messages;
 * NULL: the caller knows what it is. */
int flt__sink_make(struct flt_sink **sink, const struct sink_ops *ops, int fd, const char *name,
		   const struct flt_create_opts *opts, struct flt_error *err);

int flt__sink_flush(struct flt_sink *sink, struct flt_error *err);
/* Write what is there; if that is not enough, make the buffer larger. */
int flt__sink_make_room(struct flt_sink *sink, size_t n, struct flt_error *err);

/* Room for n bytes in one piece at sink_here(). */
static inline int sink_room(struct flt_sink *sink, size_t n, struct flt_error *err)
{
	if (n <= sink->room - sink->used)
		return FLT_OK;
	return flt__sink_make_room(sink, n, err);
}

static inline uint8_t *sink_here(const struct flt_sink *sink)
{
	return sink->buffer + sink->used;
}

/* A record of n bytes is there, for which there was room. */
static inline void sink_put(struct flt_sink *sink, size_t n)
{
	sink->used += n;
}

static inline void sink_put_packet(struct flt_sink *sink, size_t n)
{
	sink->used += n;
	sink->buffered++;
}

/* A packet, of which caplen bytes are wanted, behind what must stand before it. FLT_E_MEANING where
 * the format cannot hold it: nothing is put then. */
typedef int sink_packet_fn(struct flt_sink *sink, const struct flt_packet *packet, uint32_t caplen,
			   struct flt_error *err);

/* The loop of a format, into which its function for one packet is compiled: verdicts as
 * flt_sink_write() has them. */
static inline int sink_each(struct flt_sink *sink, sink_packet_fn *put,
			    const struct flt_packet *packets, uint32_t count,
			    const uint32_t *verdicts, struct flt_error *err)
{
	int code = FLT_OK;

	for (uint32_t i = 0; i < count && code == FLT_OK; i++) {
		uint32_t verdict = verdicts ? verdicts[i] : UINT32_MAX;
		if (!verdict)
			continue;
		uint32_t caplen = packets[i].caplen < verdict ? packets[i].caplen : verdict;
		code = put(sink, &packets[i], caplen, err);
		if (code == FLT_OK && sink->flags & FLT_CREATE_FLUSH)
			code = flt__sink_flush(sink, err);
	}
	return code;
}

/* Packets that the sink has taken. */
static inline uint64_t sink_packets(const struct flt_sink *sink)
{
	return sink->kept + sink->buffered;
}

#endif
