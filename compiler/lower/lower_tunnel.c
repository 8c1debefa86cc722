/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * geneve and vxlan: UDP over IPv4 or IPv6 with another packet inside, whose headers stand where
 * the outer ones end. Their offsets are slots, written where the tunnel is found; who reads them
 * asks for that first (lower_presence.c).
 */
#include "lower_presence.h"

#define ETHERTYPE_IP    0x0800u
#define ETHERTYPE_IP6   0x86ddu
#define GENEVE_ETHERNET 0x6558u /* "transparent Ethernet bridging" */

#define IP_UDP         17u
#define UDP_LEN        8u
#define IP6_LEN        40u
#define ETHER_TYPE_OFF 12u
#define ETHER_LEN      14u

/* What tells a tunnel's packets from other UDP: after the UDP header, byte 0 of VXLAN, 1 byte of
 * Geneve. */
struct tunnel {
	uint16_t port;
	uint8_t flags_mask; /* of the header's first byte */
	uint8_t flags;
	const char *number; /* what its number is called */
	/* Where the headers of the packet inside are. Goes on in g->at. */
	void (*set)(struct lower *g, const struct frame *inside);
};

/* Where the UDP header is: base + k. */
struct place {
	ir_val base;
	uint32_t k;
};

/* A tunnel, and its number. Each load works its base out anew: a block may not be reached through
 * the one that did. */
struct question {
	const struct tunnel *tunnel;
	const struct ast *node; /* NULL: no number */
	struct ir_block *other; /* the tunnel, and another number; where SLOT_TUNNEL is set */
	struct target to;
};

/* Where the tunnel's own header is. */
static void set_header(struct lower *g, struct place udp)
{
	uint32_t k = udp.k + UDP_LEN;

	flt__lower_set(g, SLOT_TUNNEL,
		       udp.base == IR_NONE ? flt__lower_const(g, k) :
					     flt__lower_alu_k(g, IR_ADD, udp.base, k));
}

static ir_val tunnel_header(struct lower *g)
{
	return flt__lower_off_value(g, (struct off){ .const_part = 0, .slot = SLOT_TUNNEL });
}

/* Port, flags and number, in a packet that is UDP. */
static void lower_tunnel_header(struct lower *g, const struct question *q,
				struct place (*udp)(struct lower *g))
{
	const struct tunnel *t = q->tunnel;
	struct ir_block *flags, *found;
	struct place at = udp(g);

	flt__lower_cmp(g, TEST_EQ, flt__lower_load_at(g, at.base, at.k + 2, 2), t->port,
		       flt__lower_then(g, q->to, &flags));
	flt__lower_start(g, flags);
	at = udp(g);
	ir_val first = flt__lower_load_at(g, at.base, at.k + UDP_LEN, 1);

	if (t->flags_mask != 0xff)
		first = flt__lower_alu_k(g, IR_AND, first, t->flags_mask);
	flt__lower_cmp(g, TEST_EQ, first, t->flags, flt__lower_then(g, q->to, &found));
	flt__lower_start(g, found);
	set_header(g, udp(g));
	if (!q->node || !flt__lower_has_arg(q->node)) {
		flt__lower_goto(g, q->to.yes);
		return;
	}
	at = udp(g);
	ir_val id = flt__lower_load_at(g, at.base, at.k + UDP_LEN + 4, 4);

	flt__lower_arg_is(g, flt__lower_alu_k(g, IR_AND, id, 0xffffff00), 8,
			  (struct target){ q->to.yes, q->other });
}

static struct place udp_of_ip4(struct lower *g)
{
	ir_val base = flt__lower_ip4_hlen(g);

	return (struct place){ base, g->frame.net.const_part };
}

static struct place udp_of_ip6(struct lower *g)
{
	ir_val base = flt__lower_off_value(g, g->frame.net);

	return (struct place){ base, g->frame.net.const_part + IP6_LEN };
}

static bool lower_tunnel4(struct lower *g, const struct question *q)
{
	struct ir_block *udp, *first;

	if (!flt__lower_ip4_proto(g, IP_UDP, flt__lower_then(g, q->to, &udp)))
		return false;
	flt__lower_start(g, udp);
	flt__lower_first_fragment(g, flt__lower_then(g, q->to, &first));
	flt__lower_start(g, first);
	lower_tunnel_header(g, q, udp_of_ip4);
	return true;
}

static bool lower_tunnel6(struct lower *g, const struct question *q)
{
	struct ir_block *ip6, *udp;

	if (!flt__lower_linkproto(g, ETHERTYPE_IP6, flt__lower_then(g, q->to, &ip6)))
		return false;
	flt__lower_start(g, ip6);
	flt__lower_field(g, flt__off_add(g->frame.net, 6), 1, IP_UDP,
			 flt__lower_then(g, q->to, &udp));
	flt__lower_start(g, udp);
	lower_tunnel_header(g, q, udp_of_ip6);
	return true;
}

/* Over IPv4 or IPv6. */
static bool lower_question(struct lower *g, const struct question *q)
{
	struct question first = *q;
	struct ir_block *over_ip6;

	first.to = flt__lower_else(g, q->to, &over_ip6);
	if (!lower_tunnel4(g, &first))
		return false;
	flt__lower_start(g, over_ip6);
	return lower_tunnel6(g, q);
}

/* ---- the packet inside ------------------------------------------------------------------- */

/* Its frame: all offsets are in slots. */
static struct frame frame_inside(struct lower *g)
{
	struct frame f = { .link = flt__layout_find(FLT_LINKTYPE_EN10MB, false),
			   .is_tunnel = true };

	f.link_off.slot = flt__ir_slot(g->ir);
	f.type_off.slot = flt__ir_slot(g->ir);
	f.payload.slot = flt__ir_slot(g->ir);
	f.net = f.payload;
	return f;
}

/* The packet inside begins at `link` with an Ethernet header. */
static void set_ethernet(struct lower *g, const struct frame *f, ir_val link)
{
	flt__lower_set(g, f->type_off.slot, flt__lower_alu_k(g, IR_ADD, link, ETHER_TYPE_OFF));
	flt__lower_set(g, f->payload.slot, flt__lower_alu_k(g, IR_ADD, link, ETHER_LEN));
}

static void set_vxlan(struct lower *g, const struct frame *f)
{
	ir_val link = flt__lower_alu_k(g, IR_ADD, tunnel_header(g), 8);

	flt__lower_set(g, f->link_off.slot, link);
	set_ethernet(g, f, link);
}

/* Geneve (RFC 8926): options of 4 * (byte 0 & 63) bytes, protocol in bytes 2 and 3. The protocol
 * field serves as the type field of a packet without a link header of its own. */
static void set_geneve(struct lower *g, const struct frame *f)
{
	struct ir_block *ethernet = flt__lower_block(g);
	struct ir_block *bare = flt__lower_block(g);
	struct ir_block *done = flt__lower_block(g);
	ir_val start = tunnel_header(g);
	ir_val first = flt__lower_load_at(g, start, 0, 1);
	ir_val options = flt__lower_alu_k(g, IR_MUL, flt__lower_alu_k(g, IR_AND, first, 0x3f), 4);
	ir_val link = flt__lower_alu(g, IR_ADD, flt__lower_alu_k(g, IR_ADD, options, 8), start);
	ir_val protocol = flt__lower_load_at(g, start, 2, 2);

	flt__lower_set(g, f->link_off.slot, link);
	flt__lower_cmp(g, TEST_EQ, protocol, GENEVE_ETHERNET, (struct target){ ethernet, bare });
	flt__lower_start(g, ethernet);
	set_ethernet(g, f, link);
	flt__lower_goto(g, done);
	flt__lower_start(g, bare);
	flt__lower_set(g, f->type_off.slot, flt__lower_alu_k(g, IR_ADD, start, 2));
	flt__lower_set(g, f->payload.slot, link);
	flt__lower_goto(g, done);
	flt__lower_start(g, done);
}

static void lower_inside(struct lower *g, const struct encap *header, struct ir_block *to)
{
	header->tunnel->set(g, &header->inside);
	flt__lower_found(g, header);
	flt__lower_goto(g, to);
}

/* ---- the words --------------------------------------------------------------------------- */

static bool find_tunnel(struct lower *g, const struct encap *header, struct target to)
{
	struct ir_block *found;
	struct question q = { .tunnel = header->tunnel, .to = flt__lower_then(g, to, &found) };

	if (!lower_question(g, &q))
		return false;
	flt__lower_start(g, found);
	lower_inside(g, header, to.yes);
	return true;
}

/* Of another number it is still the tunnel, which later words look into. */
static bool lower_tunnel(struct lower *g, const struct tunnel *t, const struct ast *node,
			 struct target to)
{
	struct encap *header = flt__lower_new_encap(g, find_tunnel);
	struct ir_block *found = flt__lower_block(g);
	struct ir_block *absent = flt__lower_block(g);
	struct question q = { t, node, flt__lower_block(g), { found, absent } };

	if (!header || !flt__lower_arg_max(g, node, 0xffffff, t->number))
		return false;
	header->is_tunnel = true;
	header->tunnel = t;
	header->inside = frame_inside(g);
	header->link_depth = header->depth;
	flt__lower_fill(g, header);
	if (!flt__lower_require_encaps(g, node, to.no) || !lower_question(g, &q))
		return false;
	flt__lower_absent(g, absent, to.no);
	flt__lower_start(g, found);
	lower_inside(g, header, to.yes);
	if (flt__lower_has_arg(node)) {
		flt__lower_start(g, q.other);
		lower_inside(g, header, to.no);
	}
	g->frame = header->inside;
	flt__lower_enter_encap(g, header);
	return true;
}

static const struct tunnel geneve = { 6081, 0xc0, 0x00, "a Geneve network identifier", set_geneve };
static const struct tunnel vxlan = { 4789, 0xff, 0x08, "a VXLAN network identifier", set_vxlan };

bool flt__lower_vxlan(struct lower *g, const struct ast *node, struct target to)
{
	return lower_tunnel(g, &vxlan, node, to);
}

bool flt__lower_geneve(struct lower *g, const struct ast *node, struct target to)
{
	return lower_tunnel(g, &geneve, node, to);
}
