/* SPDX-License-Identifier: BSD-2-Clause */
/* One packet of the ring, as it is delivered: its bytes, its header of our making, its metadata. */
#include "ring.h"

#include <linux/if_packet.h>
#include <net/if_arp.h>
#include <string.h>

#include "bytes.h"
#include "vlan_tag.h"

#define SECOND_NS      INT64_C(1000000000)
#define STATUS_GSO_TCP 0x100u /* TP_STATUS_GSO_TCP, newer than some headers */

/*
 * The loopback device shows each packet on its way out and again on its way in. The second one
 * is kept, as it is what a program on this machine receives: `inbound` holds for it, its
 * checksum state is final. Who asks for the outgoing direction alone gets the first one.
 */
static bool wrong_way(const struct ring *ring, const struct ring_frame *frame)
{
	bool outgoing = frame->pkttype == PACKET_OUTGOING;

	switch (ring->direction) {
	case FLT_DIRECTION_IN: return outgoing;
	case FLT_DIRECTION_OUT: return !outgoing;
	default: return outgoing && frame->hatype == ARPHRD_LOOPBACK;
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
		.net_off = ring->cooked ? (int32_t)ring_header_len(ring) : frame->net_off,
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

/* LINKTYPE_LINUX_SLL: packet type, hardware type, length of the address, address, protocol */
static void write_sll(uint8_t *head, const struct ring_frame *frame)
{
	put_be16(head, frame->pkttype);
	put_be16(head + 2, frame->hatype);
	put_be16(head + 4, frame->halen);
	memcpy(head + 6, frame->address, sizeof(frame->address));
	put_be16(head + 14, frame->protocol);
}

static void fill_packet(const struct ring *ring, struct flt_packet *packet, struct flt_meta *meta,
			const struct ring_frame *frame)
{
	uint32_t front = ring_header_len(ring);

	*packet = (struct flt_packet){
		.time_ns = frame->sec * SECOND_NS + frame->nsec,
		.caplen = frame->caplen + front,
		.wirelen = frame->wirelen + front,
		.linktype = ring->linktype,
		.bytes = frame->bytes - front,
		.meta = meta,
	};
	if (front == RING_SLL_LEN)
		write_sll(frame->bytes - front, frame);
	else if (front)
		write_sll2(frame->bytes - front, frame);
}

bool flt__ring_take(struct ring *ring, const struct ring_frame *frame, struct flt_packet *packet,
		    struct flt_meta *meta)
{
	if (wrong_way(ring, frame))
		return false;
	fill_meta(ring, meta, frame);
	fill_packet(ring, packet, meta, frame);
	uint64_t keep = flt__ring_judge(ring, packet);
	if (keep > ring->snaplen)
		keep = ring->snaplen;
	if (packet->caplen > keep)
		packet->caplen = (uint32_t)keep;
	return keep != 0;
}
