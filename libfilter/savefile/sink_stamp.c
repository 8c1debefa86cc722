/* SPDX-License-Identifier: BSD-2-Clause */
#include "sink_stamp.h"

#include "odd_time.h"

/* The file has 32 bits for seconds since 1970. */
static const struct stamp first_stamp = { 0, 0 };
static const struct stamp last_stamp = { UINT32_MAX, NS_PER_SECOND - 1 };

/* A damaged fraction is stored as it was. */
static struct stamp odd_stamp(const struct flt_packet *packet)
{
	struct odd_time odd = odd_time_part(packet, false);

	return (struct stamp){ odd.whole_ns / NS_PER_SECOND, odd.fraction_ns };
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
