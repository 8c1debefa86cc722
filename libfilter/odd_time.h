/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Times of damaged files, whose fraction is a second or more. A packet has the sum in time_ns, and
 * in odd_fraction the fraction as it stands in the file, without its unit: that is the one that
 * leaves whole seconds.
 */
#ifndef ODD_TIME_H
#define ODD_TIME_H

#include <stdbool.h>

#include "libfilter.h"

#define NS_PER_SECOND 1000000000
#define NS_PER_US     1000

/* As a file says it, into a packet: any fraction, and what unit it is in. */
static inline void odd_time_join(struct flt_packet *packet, uint32_t seconds, uint32_t fraction,
				 uint32_t ns_per_unit)
{
	uint64_t fraction_ns = (uint64_t)fraction * ns_per_unit;

	packet->time_ns = (int64_t)seconds * NS_PER_SECOND + (int64_t)fraction_ns;
	packet->odd_fraction = fraction_ns < NS_PER_SECOND ? 0 : fraction;
}

struct odd_time {
	int64_t whole_ns; /* since 1970, without the fraction: whole seconds, if the packet says
			     what a file said */
	uint64_t fraction_ns;
};

/* Callers may hand over what no file has: it wraps. */
static inline struct odd_time odd_time_in(const struct flt_packet *packet, uint32_t ns_per_unit)
{
	uint64_t fraction_ns = (uint64_t)packet->odd_fraction * ns_per_unit;

	return (struct odd_time){ (int64_t)((uint64_t)packet->time_ns - fraction_ns), fraction_ns };
}

/* Of a packet with an odd_fraction. Where both units leave whole seconds, it is microseconds,
 * unless the caller knows better. */
static inline struct odd_time odd_time_part(const struct flt_packet *packet, bool rather_nano)
{
	struct odd_time in_us = odd_time_in(packet, NS_PER_US), in_ns = odd_time_in(packet, 1);
	bool is_us = in_us.whole_ns % NS_PER_SECOND == 0;
	bool is_ns = in_ns.whole_ns % NS_PER_SECOND == 0;

	return is_us && !(rather_nano && is_ns) ? in_us : in_ns;
}

#endif
