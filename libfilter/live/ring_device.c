/* SPDX-License-Identifier: BSD-2-Clause */
/* What becomes of the device while its packets are read: down, gone, another kind of device. The
 * socket itself is asked, which no sandbox forbids. */
#include "ring.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "diag.h"
#include "link.h"

#define INDEX_GONE (-1)
#define WATCH_NS   500000000L

enum ring_device flt__ring_device(struct ring *ring)
{
	struct sockaddr_ll at = { 0 };
	socklen_t len = sizeof(at);

	if (!ring->ifindex || getsockname(ring->fd, (struct sockaddr *)&at, &len) != 0)
		return RING_DEVICE_SAME;
	ring->gone = at.sll_ifindex == INDEX_GONE;
	if (ring->gone)
		return RING_DEVICE_GONE;
	ring->hatype_now = at.sll_hatype;
	return ring->hatype_now == ring->hatype ? RING_DEVICE_SAME : RING_DEVICE_RETYPED;
}

/* A device that is removed goes down first, and we may wake up between the two. The removal holds a
 * lock that leaving a group takes as well: leave one that we are not in. */
void flt__ring_await_removal(const struct ring *ring)
{
	const struct packet_mreq none = { .mr_ifindex = (int)ring->ifindex,
					  .mr_type = PACKET_MR_ALLMULTI };

	(void)!setsockopt(ring->fd, SOL_PACKET, PACKET_DROP_MEMBERSHIP, &none, sizeof(none));
}

static void name_hatype(uint16_t hatype, char *text, size_t len)
{
	const char *name = flt_linktype_name(flt__link_from_hatype(hatype));

	snprintf(text, len, "%u (%s)", hatype, name ? name : "unknown");
}

int flt__ring_device_failed(const struct ring *ring, struct flt_error *err)
{
	char from[40], to[40];

	if (ring->gone)
		return flt__fail(err, FLT_E_DEVICE, "the interface %s is gone", ring->device);
	name_hatype(ring->hatype, from, sizeof(from));
	name_hatype(ring->hatype_now, to, sizeof(to));
	return flt__fail(err, FLT_E_DEVICE,
			 "the hardware type of the interface %s changed from %s to %s; start "
			 "the capture again",
			 ring->device, from, to);
}

/* ---- while it is down ----------------------------------------------------------------------- */

/* A device that is down says nothing more, when it is removed or changes its type: we look. */
void flt__ring_watch(struct ring *ring)
{
	const struct itimerspec often = { { 0, WATCH_NS }, { 0, WATCH_NS } };

	flt__ring_count(ring);
	ring->watch_until = ring->counts.accepted;
	ring->watching = timerfd_settime(ring->watch_fd, 0, &often, NULL) == 0;
}

void flt__ring_watch_end(struct ring *ring)
{
	const struct itimerspec never = { { 0, 0 }, { 0, 0 } };

	ring->watching = false;
	timerfd_settime(ring->watch_fd, 0, &never, NULL);
}

/* The descriptor is readable once for each time. */
void flt__ring_watch_seen(const struct ring *ring)
{
	uint64_t times;

	(void)!read(ring->watch_fd, &times, sizeof(times));
}
