/* SPDX-License-Identifier: BSD-2-Clause */
/* Walks a block of a TPACKET_V3 ring. The kernel is not under suspicion; but offsets are
 * offsets, and a block is only bytes. */
#include "ring.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <string.h>

#include "bytes.h"
#include "diag.h"

/* The layout is fixed by <linux/if_packet.h>; its own macros mix signs. */
#define BLOCK_HEAD 48u /* struct tpacket_block_desc */
#define ADDRESS_AT 48u /* struct sockaddr_ll, behind struct tpacket3_hdr */
#define FRAME_HEAD 68u /* both */

_Static_assert(BLOCK_HEAD == sizeof(struct tpacket_block_desc), "block header");
_Static_assert(ADDRESS_AT == sizeof(struct tpacket3_hdr), "packet header");
_Static_assert(ADDRESS_AT % TPACKET_ALIGNMENT == 0, "needs no padding");
_Static_assert(FRAME_HEAD == ADDRESS_AT + sizeof(struct sockaddr_ll), "packet header and address");

int flt__ring_walk(struct ring_walk *walk, uint8_t *block, uint32_t len, struct flt_error *err)
{
	struct tpacket_hdr_v1 head;

	memset(walk, 0, sizeof(*walk));
	if (!inside(0, BLOCK_HEAD, len))
		return flt__fail(err, FLT_E_FORMAT,
				 "a ring block of %u bytes is too small for its header", len);
	memcpy(&head, block + offsetof(struct tpacket_block_desc, hdr), sizeof(head));
	if (head.num_pkts &&
	    (head.offset_to_first_pkt < BLOCK_HEAD || head.offset_to_first_pkt > len))
		return flt__fail(
			err, FLT_E_FORMAT,
			"the first packet of a ring block lies at %u, but the block has %u bytes",
			head.offset_to_first_pkt, len);
	*walk = (struct ring_walk){ block, len, head.offset_to_first_pkt, head.num_pkts };
	return FLT_OK;
}

static int bad_frame(struct ring_walk *walk, const char *what, uint32_t value,
		     struct flt_error *err)
{
	uint32_t at = walk->at;

	walk->left = 0;
	return flt__fail(err, FLT_E_FORMAT,
			 "the packet at %u of a ring block of %u bytes has a bad %s (%u)", at,
			 walk->len, what, value);
}

static void take_header(struct ring_frame *frame, const struct tpacket3_hdr *head)
{
	frame->front = head->tp_mac - FRAME_HEAD;
	frame->caplen = head->tp_snaplen;
	frame->wirelen = head->tp_len;
	frame->status = head->tp_status;
	frame->sec = head->tp_sec;
	frame->nsec = head->tp_nsec;
	frame->hash = head->hv1.tp_rxhash;
	frame->vlan_tci = (uint16_t)head->hv1.tp_vlan_tci;
	frame->vlan_tpid = head->hv1.tp_vlan_tpid;
	frame->net_off = (int32_t)head->tp_net - (int32_t)head->tp_mac;
}

static void take_address(struct ring_frame *frame, const uint8_t *bytes)
{
	struct sockaddr_ll from;

	memcpy(&from, bytes, sizeof(from));
	frame->ifindex = (uint32_t)from.sll_ifindex;
	frame->protocol = ntohs(from.sll_protocol);
	frame->hatype = from.sll_hatype;
	frame->pkttype = from.sll_pkttype;
	frame->halen = from.sll_halen;
	memcpy(frame->address, from.sll_addr, sizeof(frame->address));
}

int flt__ring_next(struct ring_walk *walk, struct ring_frame *frame, struct flt_error *err)
{
	struct tpacket3_hdr head;

	if (walk->left == 0)
		return 0;
	if (!inside(walk->at, FRAME_HEAD, walk->len))
		return bad_frame(walk, "place", walk->at, err);
	uint8_t *bytes = walk->block + walk->at;
	uint32_t room = walk->len - walk->at;
	memcpy(&head, bytes, sizeof(head));
	if (head.tp_mac < FRAME_HEAD || !inside(head.tp_mac, head.tp_snaplen, room))
		return bad_frame(walk, "length", head.tp_snaplen, err);
	if (walk->left > 1 && (head.tp_next_offset < FRAME_HEAD || head.tp_next_offset > room))
		return bad_frame(walk, "distance to the next", head.tp_next_offset, err);
	take_header(frame, &head);
	take_address(frame, bytes + ADDRESS_AT);
	frame->bytes = bytes + head.tp_mac;
	walk->at += walk->left > 1 ? head.tp_next_offset : 0;
	walk->left--;
	return 1;
}
