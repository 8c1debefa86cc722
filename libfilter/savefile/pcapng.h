/* SPDX-License-Identifier: BSD-2-Clause */
/* The inside of the pcapng reader: its state, and the fields that need thought (options, time). */
#ifndef PCAPNG_H
#define PCAPNG_H

#include "bytes.h"
#include "libfilter.h"

/* Ticks of 10^-exponent or 2^-exponent seconds, counted from offset_s. */
struct ng_clock {
	bool binary;
	uint8_t exponent; /* 0..127 */
	int64_t offset_s;
};

#define NG_MICROSECONDS  6u /* the exponent when nothing is said */
#define NG_NANOSECONDS   9u
#define NG_DROPS_UNKNOWN 0xffffu /* in an obsolete packet block */

struct interface {
	uint32_t linktype;
	uint32_t stored_snaplen; /* 0: no limit */
	uint32_t snaplen;
	uint32_t link_bits; /* FLT_LINK_BITS_*; 0: not said */
	struct ng_clock clock;
};

struct pcapng {
	bool big;              /* byte order of the section that we are in */
	bool first_big;        /* and of the first one */
	bool mixed;            /* interfaces differ in their link type */
	bool mixed_bits;       /* or in their link_bits */
	uint16_t major, minor; /* of the first section */
	uint32_t sections;
	struct interface first;
	struct interface *interfaces; /* of this section */
	uint32_t interface_count, interface_room;
	uint32_t first_row;     /* interfaces of the sections before */
	struct flt_meta *metas; /* one for each packet of a batch */
};

static inline uint32_t ng_get32(const struct pcapng *ng, const uint8_t *b)
{
	return ng->big ? get_be32(b) : get_le32(b);
}

static inline uint16_t ng_u16(const struct pcapng *ng, struct cursor *c)
{
	return ng->big ? cur_be16(c) : cur_le16(c);
}

static inline uint32_t ng_u32(const struct pcapng *ng, struct cursor *c)
{
	return ng->big ? cur_be32(c) : cur_le32(c);
}

static inline uint64_t ng_u64(const struct pcapng *ng, struct cursor *c)
{
	return ng->big ? cur_be64(c) : cur_le64(c);
}

/* What the options of an interface say about time and frame check sequences; false when one breaks
 * its bounds. */
bool flt__pcapng_interface(const struct pcapng *ng, struct cursor options, struct interface *row);
/* Exact down to the nanosecond, whatever the clock: sets time_ns and time_era. */
void flt__pcapng_time(const struct ng_clock *clock, uint64_t ticks, struct flt_packet *packet);
/* What the options of a packet say about it, in *meta; NULL when they say nothing. An option that
 * breaks its bounds ends them: the packet is none the worse for it. */
const struct flt_meta *flt__pcapng_meta(const struct pcapng *ng, struct cursor options,
					uint32_t drops, struct flt_meta *meta);

#endif
