/* SPDX-License-Identifier: BSD-2-Clause */
#include "sink_stamp.h"

#define NS_PER_SECOND 1000000000
#define NS_PER_US     1000

/* The file has 32 bits for seconds since 1970. */
static const struct stamp first_stamp = { 0, 0 };
static const struct stamp last_stamp = { UINT32_MAX, NS_PER_SECOND - 1 };

/* Callers may hand over what no file has: it wraps. */
static int64_t without(int64_t time_ns, uint64_t fraction_ns)
{
	return (int64_t)((uint64_t)time_ns - fraction_ns);
}

/* A damaged fraction is stored as it was; its unit is the one that leaves whole seconds. */
static struct stamp odd_stamp(const struct flt_packet *packet)
{
	uint64_t fraction_ns = (uint64_t)packet->odd_fraction * NS_PER_US;

	if (without(packet->time_ns, fraction_ns) % NS_PER_SECOND)
		fraction_ns = packet->odd_fraction;
	return (struct stamp){ without(packet->time_ns, fraction_ns) / NS_PER_SECOND, fraction_ns };
}

static struct stamp stamp_of(const struct flt_packet *packet)
{
	if (packet->odd_fraction)
		return odd_stamp(packet);
	int64_t seconds = packet->time_ns / NS_PER_SECOND;
	int64_t ns = packet->time_ns % NS_PER_SECOND;
	if (ns < 0) {
		seconds--;
		ns += NS_PER_SECOND;
	}
	return (struct stamp){ seconds, (uint64_t)ns };
}

bool flt__stamp_nearest(const struct flt_packet *packet, struct stamp *stamp)
{
	*stamp = stamp_of(packet);
	bool early = packet->time_era ? packet->time_era < 0 : stamp->seconds < 0;
	bool late = packet->time_era ? !early : stamp->seconds > UINT32_MAX;

	if (early)
		*stamp = first_stamp;
	else if (late)
		*stamp = last_stamp;
	return early || late;
}
