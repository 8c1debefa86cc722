/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * geneve and vxlan: UDP over IPv4 or IPv6 with another packet inside, whose headers stand where
 * the outer ones end. Their offsets are slots, written where the test succeeds; flt__lower() sets
 * all slots to 0 at the entry, so that on every other way they hold 0.
 */
#include "lower.h"

#define ETHERTYPE_IP  0x0800u
#define ETHERTYPE_IP6 0x86ddu
#define GENEVE_ETHERNET 0x6558u  /* "transparent Ethernet bridging" */

#define IP_UDP   17u
#define UDP_LEN  8u
#define IP6_LEN  40u
#define ETHER_TYPE_OFF 12u
#define ETHER_LEN 14u

/* What tells a tunnel's packets from other UDP: behind the UDP header, byte 0 of VXLAN, 1 byte of
 * Geneve. */
struct tunnel {
	uint16_t port;
	uint8_t flags_mask;      /* of the header's first byte */
	uint8_t flags;
	const char *number;      /* what its number is called */
};

static const struct tunnel geneve = { 6081, 0xc0, 0x00, "a Geneve network identifier" };
static const struct tunnel vxlan = { 4789, 0xff, 0x08, "a VXLAN network identifier" };

/* Where the UDP header is: base + k. */
struct place {
	ir_val base;
	uint32_t k;
};

/* Port, flags and number, in a packet that is UDP. Each load works its base out anew: a block may
 * not be reached through the one that did. */
static void lower_tunnel_header(struct lower *g, const struct tunnel *t, const struct ast *node,
				struct place (*udp)(struct lower *g), struct target to)
{
	struct ir_block *flags, *number;
	struct place at = udp(g);

	lower_cmp(g, TEST_EQ, lower_load_at(g, at.base, at.k + 2, 2), t->port,
		  lower_then(g, to, &flags));
	lower_start(g, flags);
	at = udp(g);
	ir_val first = lower_load_at(g, at.base, at.k + UDP_LEN, 1);

	if (t->flags_mask != 0xff)
		first = lower_alu_k(g, IR_AND, first, t->flags_mask);
	if (!lower_has_arg(node)) {
		lower_cmp(g, TEST_EQ, first, t->flags, to);
		return;
	}
	lower_cmp(g, TEST_EQ, first, t->flags, lower_then(g, to, &number));
	lower_start(g, number);
	at = udp(g);
	ir_val id = lower_load_at(g, at.base, at.k + UDP_LEN + 4, 4);

	lower_arg_is(g, lower_alu_k(g, IR_AND, id, 0xffffff00), 8, to);
}

static struct place udp_of_ip4(struct lower *g)
{
	ir_val base = lower_ip4_hlen(g);

	return (struct place){ base, g->frame.net.const_part };
}

static struct place udp_of_ip6(struct lower *g)
{
	ir_val base = lower_off_value(g, g->frame.net);

	return (struct place){ base, g->frame.net.const_part + IP6_LEN };
}

/* Where the tunnel's own header is. */
static void set_header(struct lower *g, struct place udp)
{
	uint32_t k = udp.k + UDP_LEN;

	lower_set(g, SLOT_TUNNEL,
		  udp.base == IR_NONE ? lower_const(g, k) : lower_alu_k(g, IR_ADD, udp.base, k));
}

static ir_val tunnel_header(struct lower *g)
{
	return lower_off_value(g, (struct off){ .const_part = 0, .slot = SLOT_TUNNEL });
}

static bool lower_tunnel4(struct lower *g, const struct tunnel *t, const struct ast *node,
			  struct target to)
{
	struct ir_block *udp, *first, *set;

	if (!lower_ip4_proto(g, IP_UDP, lower_then(g, to, &udp)))
		return false;
	lower_start(g, udp);
	lower_first_fragment(g, lower_then(g, to, &first));
	lower_start(g, first);
	lower_tunnel_header(g, t, node, udp_of_ip4, lower_then(g, to, &set));
	lower_start(g, set);
	set_header(g, udp_of_ip4(g));
	lower_goto(g, to.yes);
	return true;
}

static bool lower_tunnel6(struct lower *g, const struct tunnel *t, const struct ast *node,
			  struct target to)
{
	struct ir_block *ip6, *udp, *set;

	if (!lower_linkproto(g, ETHERTYPE_IP6, lower_then(g, to, &ip6)))
		return false;
	lower_start(g, ip6);
	lower_field(g, off_add(g->frame.net, 6), 1, IP_UDP, lower_then(g, to, &udp));
	lower_start(g, udp);
	lower_tunnel_header(g, t, node, udp_of_ip6, lower_then(g, to, &set));
	lower_start(g, set);
	set_header(g, udp_of_ip6(g));
	lower_goto(g, to.yes);
	return true;
}

/* The frame of the packet inside; all its offsets are in slots that the caller fills. */
static void enter_tunnel(struct lower *g)
{
	struct frame *f = &g->frame;

	*f = (struct frame){ .link = flt__layout_find(FLT_LINKTYPE_EN10MB, false),
			     .is_tunnel = true };
	f->link_off.slot = flt__ir_slot(g->ir);
	f->type_off.slot = flt__ir_slot(g->ir);
	f->payload.slot = flt__ir_slot(g->ir);
	f->net = f->payload;
}

/* The packet inside begins at `link` with an Ethernet header. */
static void set_ethernet(struct lower *g, ir_val link)
{
	lower_set(g, g->frame.type_off.slot, lower_alu_k(g, IR_ADD, link, ETHER_TYPE_OFF));
	lower_set(g, g->frame.payload.slot, lower_alu_k(g, IR_ADD, link, ETHER_LEN));
}

/* Test for the tunnel over IPv4 and IPv6, and go on where it is one. */
static bool lower_tunnel(struct lower *g, const struct tunnel *t, const struct ast *node,
			 struct target to)
{
	struct ir_block *found, *other;
	struct target out = lower_then(g, to, &found);

	if (!lower_arg_max(g, node, 0xffffff, t->number))
		return false;
	if (!lower_tunnel4(g, t, node, lower_else(g, out, &other)))
		return false;
	lower_start(g, other);
	if (!lower_tunnel6(g, t, node, out))
		return false;
	lower_start(g, found);
	enter_tunnel(g);
	return true;
}

bool lower_vxlan(struct lower *g, const struct ast *node, struct target to)
{
	if (!lower_tunnel(g, &vxlan, node, to))
		return false;
	ir_val link = lower_alu_k(g, IR_ADD, tunnel_header(g), 8);

	lower_set(g, g->frame.link_off.slot, link);
	set_ethernet(g, link);
	lower_goto(g, to.yes);
	return true;
}

/* Geneve (RFC 8926): options of 4 * (byte 0 & 63) bytes, protocol in bytes 2 and 3. The protocol
 * field serves as the type field of a packet without a link header of its own. */
bool lower_geneve(struct lower *g, const struct ast *node, struct target to)
{
	struct ir_block *ethernet, *bare;

	if (!lower_tunnel(g, &geneve, node, to))
		return false;
	ir_val start = tunnel_header(g);
	ir_val first = lower_load_at(g, start, 0, 1);
	ir_val options = lower_alu_k(g, IR_MUL, lower_alu_k(g, IR_AND, first, 0x3f), 4);
	ir_val link = lower_alu(g, IR_ADD, lower_alu_k(g, IR_ADD, options, 8), start);
	ir_val protocol = lower_load_at(g, start, 2, 2);

	lower_set(g, g->frame.link_off.slot, link);
	ethernet = lower_block(g);
	bare = lower_block(g);
	lower_cmp(g, TEST_EQ, protocol, GENEVE_ETHERNET, (struct target){ ethernet, bare });
	lower_start(g, ethernet);
	set_ethernet(g, link);
	lower_goto(g, to.yes);
	lower_start(g, bare);
	lower_set(g, g->frame.type_off.slot, lower_alu_k(g, IR_ADD, start, 2));
	lower_set(g, g->frame.payload.slot, link);
	lower_goto(g, to.yes);
	return true;
}
