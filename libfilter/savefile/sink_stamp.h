/* SPDX-License-Identifier: BSD-2-Clause */
/* Times as a pcap file stores them. */
#ifndef SINK_STAMP_H
#define SINK_STAMP_H

#include <stdbool.h>

#include "libfilter.h"

struct stamp {
	int64_t seconds;      /* since 1970; 32 bits of the file */
	uint64_t fraction_ns; /* a second or more only where it was so in a damaged file */
};

/* The time of a packet, or the nearest that a file can say: then true. */
bool flt__stamp_nearest(const struct flt_packet *packet, struct stamp *stamp);

#endif
