/* SPDX-License-Identifier: BSD-2-Clause */
#include <linux/if_packet.h>
#include <sys/socket.h>

#include "ring.h"

/* The kernel forgets its counters as they are read; dropped packets are in both. */
void flt__ring_count(struct ring *ring)
{
	struct tpacket_stats_v3 stats;
	socklen_t len = sizeof(stats);

	if (getsockopt(ring->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len) != 0)
		return;
	ring->counts.accepted += stats.tp_packets - stats.tp_drops;
	ring->counts.dropped += stats.tp_drops;
}
