/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets out of the ring: batches, waiting, the end. */
#include "ring.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "bytes.h"
#include "diag.h"

#define SECOND_NS INT64_C(1000000000)
#define MS_NS INT64_C(1000000)
#define END_WAIT_NS SECOND_NS    /* a last block takes some 20 ms; the kernel's timer may be late */
#define END_POLL_MS 5
#define VLAN_TPID_USUAL 0x8100u
#define STATUS_GSO_TCP 0x100u    /* TP_STATUS_GSO_TCP, newer than some headers */

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * SECOND_NS + now.tv_nsec;
}

/* ---- counting ------------------------------------------------------------------------------- */

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

static bool ending(const struct ring *ring)
{
	return ring->end_at != RING_NEVER;
}

/* From here on nothing is taken but what was accepted until now; later calls change nothing. */
static void begin_end(struct ring *ring, int code, int sys_errno)
{
	if (ending(ring))
		return;
	flt__ring_count(ring);
	ring->end_at = ring->counts.accepted;
	ring->end_by_ns = now_ns() + END_WAIT_NS;
	ring->end_code = code;
	ring->end_errno = sys_errno;
}

static bool at_end(const struct ring *ring)
{
	return ring->counts.taken >= ring->end_at || (ending(ring) && now_ns() >= ring->end_by_ns);
}

/* A device that is removed goes down first, and we may wake up between the two. The removal holds a
 * lock that leaving a group takes as well: leave one that we are not in. */
static void await_removal(const struct ring *ring)
{
	const struct packet_mreq none = { .mr_ifindex = (int)ring->ifindex,
					  .mr_type = PACKET_MR_ALLMULTI };

	(void)!setsockopt(ring->fd, SOL_PACKET, PACKET_DROP_MEMBERSHIP, &none, sizeof(none));
}

static int say_end(const struct ring *ring, struct flt_error *err)
{
	char name[IF_NAMESIZE];

	if (ring->end_code == FLT_END)
		return FLT_END;
	if (ring->end_errno == ENETDOWN)
		await_removal(ring);
	if (ring->ifindex && !if_indextoname(ring->ifindex, name))
		return flt__fail(err, FLT_E_DEVICE, "the interface %s is gone", ring->device);
	if (ring->end_errno == ENETDOWN)
		return flt__fail(err, FLT_E_DEVICE, "the interface %s went down", ring->device);
	return flt__fail_sys(err, ring->end_code, ring->end_errno, "capturing on %s failed",
			     ring->device);
}

/* ---- one packet ----------------------------------------------------------------------------- */

/*
 * The loopback device shows each packet on its way out and again on its way in. The second one
 * is kept, as it is what a program on this machine receives: `inbound` holds for it, its
 * checksum state is final. Who asks for the outgoing direction alone gets the first one.
 */
static bool wrong_way(const struct ring *ring, const struct ring_frame *frame)
{
	bool outgoing = frame->pkttype == PACKET_OUTGOING;

	switch (ring->direction) {
	case FLT_DIRECTION_IN:
		return outgoing;
	case FLT_DIRECTION_OUT:
		return !outgoing;
	default:
		return outgoing && frame->hatype == ARPHRD_LOOPBACK;
	}
}

static uint32_t offload_of(uint32_t status)
{
	return (status & TP_STATUS_CSUMNOTREADY ? FLT_OFFLOAD_CSUM_NOT_READY : 0) |
	       (status & TP_STATUS_CSUM_VALID ? FLT_OFFLOAD_CSUM_VALID : 0) |
	       (status & STATUS_GSO_TCP ? FLT_OFFLOAD_GSO_TCP : 0);
}

static void fill_vlan(struct flt_meta *meta, const struct ring_frame *frame)
{
	if (!(frame->status & TP_STATUS_VLAN_VALID))
		return;
	bool tpid = frame->status & TP_STATUS_VLAN_TPID_VALID;
	meta->present |= FLT_META_VLAN;
	meta->vlan_tci = frame->vlan_tci;
	meta->vlan_tpid = tpid ? frame->vlan_tpid : VLAN_TPID_USUAL;
}

static void fill_drops(const struct ring *ring, struct flt_meta *meta)
{
	uint64_t due = ring->counts.drops_due;

	if (!due)
		return;
	meta->present |= FLT_META_DROPS;
	meta->drops = due < UINT32_MAX ? (uint32_t)due : UINT32_MAX;
}

/* splitmix64, its upper half */
static uint32_t next_random(struct ring *ring)
{
	ring->random += UINT64_C(0x9e3779b97f4a7c15);
	uint64_t z = ring->random;
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)((z ^ (z >> 31)) >> 32);
}

static uint8_t clock_of(uint32_t status)
{
	if (status & TP_STATUS_TS_RAW_HARDWARE)
		return FLT_CLOCK_HARDWARE;
	return FLT_CLOCK_SYSTEM;
}

static void fill_meta(struct ring *ring, struct flt_meta *meta, const struct ring_frame *frame)
{
	*meta = (struct flt_meta){
		.present = FLT_META_DEVICE | FLT_META_PROTOCOL | FLT_META_PKTTYPE | FLT_META_HASH,
		.ifindex = frame->ifindex,
		.hatype = frame->hatype,
		.protocol = frame->protocol,
		.pkttype = frame->pkttype,
		.clock = clock_of(frame->status),
		.hash = frame->hash,
		.net_off = ring->cooked ? (int32_t)RING_SLL2_LEN : frame->net_off,
		.offload = offload_of(frame->status),
	};
	if (!ring->datagram)
		meta->present |= FLT_META_LINK;
	if (ring->random) {
		meta->present |= FLT_META_RANDOM;
		meta->random = next_random(ring);
	}
	fill_vlan(meta, frame);
	fill_drops(ring, meta);
}

/* LINKTYPE_LINUX_SLL2: protocol, two zeros, interface, hardware type, packet type, address */
static void write_sll2(uint8_t *head, const struct ring_frame *frame)
{
	put_be16(head, frame->protocol);
	put_be16(head + 2, 0);
	put_be32(head + 4, frame->ifindex);
	put_be16(head + 8, frame->hatype);
	head[10] = frame->pkttype;
	head[11] = frame->halen;
	memcpy(head + 12, frame->address, sizeof(frame->address));
}

static void fill_packet(const struct ring *ring, struct flt_packet *packet, struct flt_meta *meta,
			const struct ring_frame *frame)
{
	uint32_t front = ring->cooked ? RING_SLL2_LEN : 0;

	*packet = (struct flt_packet){
		.time_ns = frame->sec * SECOND_NS + frame->nsec,
		.caplen = frame->caplen + front,
		.wirelen = frame->wirelen + front,
		.linktype = ring->linktype,
		.bytes = frame->bytes - front,
		.meta = meta,
	};
	if (front)
		write_sll2(frame->bytes - front, frame);
}

/* False when the packet is not to be delivered. */
static bool take(struct ring *ring, const struct ring_frame *frame, struct flt_packet *packet,
		 struct flt_meta *meta)
{
	if (wrong_way(ring, frame))
		return false;
	fill_meta(ring, meta, frame);
	fill_packet(ring, packet, meta, frame);
	uint64_t keep = flt__ring_judge(ring, packet);
	if (keep > ring->snaplen && keep)
		keep = ring->snaplen;
	if (packet->caplen > keep)
		packet->caplen = (uint32_t)keep;
	return keep != 0;
}

/* ---- blocks --------------------------------------------------------------------------------- */

static uint8_t *block_at(const struct ring *ring, uint32_t number)
{
	return ring->map + (uint64_t)number * ring->block_len;
}

/* Who owns the block; the word is shared with the kernel. */
static uint32_t *block_status(const struct ring *ring)
{
	struct tpacket_block_desc *desc = (void *)block_at(ring, ring->block_now);

	return &desc->hdr.bh1.block_status;
}

static void release_block(struct ring *ring)
{
	__atomic_store_n(block_status(ring), TP_STATUS_KERNEL, __ATOMIC_RELEASE);
	ring->block_now = (ring->block_now + 1) % ring->block_count;
	ring->holding = false;
}

/* The kernel marks blocks that were filled after a loss, until somebody reads the counters. */
static void note_drops(struct ring *ring, bool losing)
{
	struct ring_counts *counts = &ring->counts;

	if (losing && !ending(ring))
		flt__ring_count(ring);
	counts->drops_due += counts->dropped - counts->drops_told;
	counts->drops_told = counts->dropped;
}

/* 1: a block is ours, 0: the kernel still fills it. */
static int acquire_block(struct ring *ring, struct flt_error *err)
{
	uint32_t status = __atomic_load_n(block_status(ring), __ATOMIC_ACQUIRE);

	if (!(status & TP_STATUS_USER))
		return 0;
	note_drops(ring, status & TP_STATUS_LOSING);
	ring->holding = true;
	int code =
		flt__ring_walk(&ring->walk, block_at(ring, ring->block_now), ring->block_len, err);
	return code == FLT_OK ? 1 : code;
}

/* Packets of the block in our hands, until it is done or the batch is full. */
static int fill_batch(struct ring *ring, uint32_t *count, struct flt_error *err)
{
	struct ring_frame frame;

	while (*count < RING_BATCH && ring->counts.taken < ring->end_at) {
		int got = flt__ring_next(&ring->walk, &frame, err);
		if (got <= 0)
			return got;
		if (ring->cooked && frame.front < RING_SLL2_LEN)
			return flt__fail(err, FLT_E_BUG,
					 "the kernel left %u bytes for the SLL2 header",
					 frame.front);
		ring->counts.taken++;
		bool kept = take(ring, &frame, &ring->packets[*count], &ring->metas[*count]);
		*count += kept;
		ring->counts.let_go += !kept;
		if (kept)
			ring->counts.drops_due = 0;
	}
	return 0;
}

/* 1: there was a block (it may have had nothing for us), 0: none is ready. */
static int next_batch(struct ring *ring, uint32_t *count, struct flt_error *err)
{
	if (ring->holding && ring->walk.left == 0)
		release_block(ring);
	if (!ring->holding) {
		int code = acquire_block(ring, err);
		if (code <= 0)
			return code;
	}
	int code = fill_batch(ring, count, err);
	return code < 0 ? code : 1;
}

/* ---- waiting -------------------------------------------------------------------------------- */

static void take_socket_error(struct ring *ring)
{
	int sys_errno = 0;
	socklen_t len = sizeof(sys_errno);

	getsockopt(ring->fd, SOL_SOCKET, SO_ERROR, &sys_errno, &len);
	if (sys_errno)
		begin_end(ring, FLT_E_SYSTEM, sys_errno);
}

static int wait_ms(const struct ring *ring, int64_t deadline_ns)
{
	if (ending(ring))
		return END_POLL_MS;
	if (deadline_ns == INT64_MAX)
		return -1;
	int64_t left = deadline_ns - now_ns();
	return left > 0 ? (int)((left + MS_NS - 1) / MS_NS) : 0;
}

/* Until a block is ready, the source is stopped, the socket has an error, or time is up (false). */
static bool wait_block(struct ring *ring, int64_t deadline_ns, struct flt_error *err)
{
	/* At the end there is one thing left to wait for. */
	struct pollfd fds[2] = { { ring->fd, POLLIN, 0 },
				 { ending(ring) ? -1 : ring->wake_fd, POLLIN, 0 } };
	int ready = poll(fds, 2, wait_ms(ring, deadline_ns));

	if (ready < 0 && errno != EINTR)
		flt__fail_sys(err, FLT_E_SYSTEM, errno, "cannot wait for packets");
	if (ready > 0 && fds[0].revents & POLLERR)
		take_socket_error(ring);
	return ready != 0 || ending(ring);
}

/* The filter is final once the first packets are asked for: privileges are gone by then. */
static int lock_filter(struct ring *ring, struct flt_error *err)
{
	int one = 1;

	if (!ring->lock || ring->locked)
		return FLT_OK;
	if (setsockopt(ring->fd, SOL_SOCKET, SO_LOCK_FILTER, &one, sizeof(one)) != 0)
		return flt__fail_sys(err, FLT_E_SYSTEM, errno, "cannot lock the filter");
	ring->locked = true;
	return FLT_OK;
}

static int ring_read(void *impl, const atomic_int *stop, struct flt_packet **packets,
		     uint32_t *count, int timeout_ms, struct flt_error *err)
{
	struct ring *ring = impl;
	int64_t deadline_ns = timeout_ms < 0 ? INT64_MAX : now_ns() + timeout_ms * MS_NS;
	int code = lock_filter(ring, err);

	*packets = ring->packets;
	*count = 0;
	while (code >= 0) {
		if (atomic_load(stop))
			begin_end(ring, FLT_END, 0);
		if (at_end(ring))
			return say_end(ring, err);
		code = next_batch(ring, count, err);
		if (*count)
			return 1;
		if (code == 0 && !wait_block(ring, deadline_ns, err))
			return 0;
		if (code > 0 && !ending(ring) && now_ns() >= deadline_ns)
			return 0;
	}
	return code;
}

/* ---- the rest of the handle ----------------------------------------------------------------- */

static void ring_info(const void *impl, struct flt_source_info *info)
{
	const struct ring *ring = impl;

	info->linktype = ring->linktype;
	info->snaplen = ring->snaplen;
	info->flags = FLT_SOURCE_LIVE | (ring->cooked ? FLT_SOURCE_COOKED : 0) |
		      (ring->fallback ? FLT_SOURCE_FALLBACK : 0) |
		      (ring->wider ? FLT_SOURCE_SUPERSET : 0);
	info->ring_blocks = ring->block_count;
	info->ring_block_bytes = ring->block_len;
	info->interfaces = 1;
	if (ring->fallback)
		snprintf(info->note, sizeof(info->note), "%s", ring->note);
}

static void ring_stats(void *impl, struct flt_source_stats *stats)
{
	struct ring *ring = impl;

	if (!ending(ring))
		flt__ring_count(ring);
	/* What only user space lets go has not passed the filter either, and where that decides,
	 * nothing has passed it that waits. */
	uint64_t accepted = ring->fallback ? ring->counts.taken : ring->counts.accepted;

	stats->filtered += ring->counts.let_go;
	accepted -= stats->filtered < accepted ? stats->filtered : accepted;
	stats->received = accepted + ring->counts.dropped;
	stats->dropped = ring->counts.dropped;
}

static void ring_close(void *impl)
{
	struct ring *ring = impl;

	if (ring->map)
		munmap(ring->map, ring->map_len);
	if (ring->fd >= 0)
		close(ring->fd);
	flt_program_unref(ring->program);
	flt_program_unref(ring->wider);
	free(ring->packets);
	free(ring->metas);
	free(ring);
}

const struct source_ops flt__ring_ops = { ring_read, flt__ring_set_program, ring_info, ring_stats,
					  ring_close };
