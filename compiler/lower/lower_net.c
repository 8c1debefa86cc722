/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses in IPv4, ARP, RARP and IPv6 packets. */
#include "lowering.h"

#define ETHERTYPE_IP  0x0800u
#define ETHERTYPE_IP6 0x86ddu

#define IP4_DST 16u
#define IP6_SRC 8u
#define IP6_DST 24u

/* ---- IPv4 addresses, in three protocols -------------------------------------------------- */

/* clang-format off */
static const struct protocol {
	enum proto proto;
	uint32_t number;         /* EtherType */
} protocols[] = {
	{ PROTO_IP,   0x0800 },
	{ PROTO_ARP,  0x0806 },
	{ PROTO_RARP, 0x8035 },
};
/* clang-format on */

/* One of them on this link type. */
struct family {
	enum proto proto;
	uint32_t number;
	uint32_t src_off, dst_off; /* from the network header */
};

#define FAMILIES (sizeof(protocols) / sizeof(protocols[0]))

#define IP4_SRC   12u
#define ARP_LEN   8u /* before the addresses: RFC 826 */
#define ADDR4_LEN 4u
#define MAC_LEN   6u

static uint32_t hlen_of(const struct lower *g, enum proto proto)
{
	const struct link_layout *link = g->frame.link;
	uint32_t hlen = !link ? 0 : proto == PROTO_ARP ? link->arp_hlen : link->rarp_hlen;

	return hlen ? hlen : MAC_LEN;
}

static struct family family_of(const struct lower *g, size_t i, enum dir dir)
{
	bool is_recorded = g->frame.link && g->frame.link->arp_src && dir == DIR_SRC;
	struct family f = { protocols[i].proto, protocols[i].number, IP4_SRC, IP4_DST };

	if (f.proto != PROTO_IP) {
		f.src_off = ARP_LEN + hlen_of(g, f.proto);
		f.dst_off = f.src_off + ADDR4_LEN + hlen_of(g, f.proto);
	}
	if (f.proto == PROTO_ARP && is_recorded)
		f.src_off = g->frame.link->arp_src;
	return f;
}

static bool is_usual_arp(const struct lower *g)
{
	return hlen_of(g, PROTO_ARP) == MAC_LEN && hlen_of(g, PROTO_RARP) == MAC_LEN;
}

/* After MPLS there is no ARP to ask for. */
static bool is_asked(const struct lower *g, enum proto proto, const struct family *family)
{
	if (proto != PROTO_NONE)
		return proto == family->proto;
	return family->proto == PROTO_IP || !g->frame.label_depth;
}

static void lower_addr4(struct lower *g, uint32_t off, uint32_t addr, uint32_t mask,
			struct target to)
{
	if (mask == 0xffffffff)
		flt__lower_field(g, flt__off_add(g->frame.net, off), 4, addr, to);
	else
		flt__lower_field_mask(g, flt__off_add(g->frame.net, off), 4, mask, addr, to);
}

/* What has any address needs none to be there. */
static void lower_dir4(struct lower *g, const struct family *family, enum dir dir, uint32_t addr,
		       uint32_t mask, struct target to)
{
	struct ir_block *dst;

	if (!mask) {
		flt__lower_goto(g, to.yes);
		return;
	}
	if (dir == DIR_SRC) {
		lower_addr4(g, family->src_off, addr, mask, to);
		return;
	}
	if (dir != DIR_DST) {
		struct target first = dir == DIR_SRC_AND_DST ? flt__lower_then(g, to, &dst) :
							       flt__lower_else(g, to, &dst);
		lower_addr4(g, family->src_off, addr, mask, first);
		flt__lower_start(g, dst);
	}
	lower_addr4(g, family->dst_off, addr, mask, to);
}

bool flt__lower_net4(struct lower *g, enum proto proto, enum dir dir, const struct net4 *net,
		     struct target to)
{
	for (size_t i = 0; i < FAMILIES; i++) {
		struct ir_block *begin, *next;
		struct family family = family_of(g, i, dir);
		if (!is_asked(g, proto, &family))
			continue;
		struct target one = flt__lower_else(g, to, &next);
		if (!flt__lower_linkproto(g, family.number, flt__lower_then(g, one, &begin)))
			return false;
		flt__lower_start(g, begin);
		lower_dir4(g, &family, dir, net->addr, net->mask, one);
		flt__lower_start(g, next);
	}
	flt__lower_goto(g, to.no);
	return true;
}

/* ---- sets of IPv4 addresses -------------------------------------------------------------- */

/* From here up the trees of both addresses are the same for all families: the way to them, which
 * must leave behind where the second address is, costs about as much as this many tests. */
#define SHARE_RANGES 5u

static struct off in_net(const struct lower *g, uint32_t off)
{
	return flt__off_add(g->frame.net, off);
}

static bool lower_own_trees(struct lower *g, const struct family *family, enum dir dir,
			    const struct set *addrs, struct target to)
{
	const struct set_field fields[] = {
		{ .kind = FIELD_WORDS, .off = in_net(g, family->src_off) },
		{ .kind = FIELD_WORDS, .off = in_net(g, family->dst_off) },
	};

	return flt__lower_members(g, addrs, dir, fields, to);
}

/* Leave in slots what the trees of all families look at: the source, and how much further than in
 * IPv4 packets the destination is. */
static void lower_fill_slots(struct lower *g, const struct family *family, struct ir_block *trees)
{
	ir_val base = flt__lower_off_value(g, g->frame.net);
	uint32_t more = family->dst_off - IP4_DST;

	flt__lower_set(g, SLOT_SET_BASE,
		       base == IR_NONE ? flt__lower_const(g, more) :
					 flt__lower_alu_k(g, IR_ADD, base, more));
	/* last, so that it is still in A where the tree begins */
	flt__lower_set(g, SLOT_SET_KEY, flt__lower_load(g, in_net(g, family->src_off), 4));
	flt__lower_goto(g, trees);
}

static bool lower_shared_trees(struct lower *g, enum dir dir, const struct set *addrs,
			       struct target to)
{
	struct off key = { .const_part = 0, .slot = SLOT_SET_KEY };
	struct off dst = { g->frame.net.const_part + IP4_DST, SLOT_SET_BASE };
	ir_val src = flt__lower_off_value(g, key);
	const struct set_field fields[] = {
		{ .kind = FIELD_VALUE, .value = src },
		{ .kind = FIELD_WORDS, .off = dst },
	};

	return flt__lower_members(g, addrs, dir, fields, to);
}

/* ARP and RARP, of MAC addresses, have theirs at the same places: begins[0] is IPv4's, begins[1]
 * theirs. */
static bool lower_families(struct lower *g, enum proto proto, struct ir_block *begins[2],
			   struct ir_block *others)
{
	for (size_t i = 0; i < FAMILIES; i++) {
		struct family family = family_of(g, i, DIR_NONE);
		struct ir_block **begin = &begins[family.proto != PROTO_IP];
		struct ir_block *next;
		if (!is_asked(g, proto, &family))
			continue;
		*begin = *begin ? *begin : flt__lower_block(g);
		next = flt__lower_block(g);
		if (!flt__lower_linkproto(g, family.number, (struct target){ *begin, next }))
			return false;
		flt__lower_start(g, next);
	}
	flt__lower_goto(g, others);
	return true;
}

/* Where a packet may be taken for each of them, or their addresses lie elsewhere: one by one. */
static bool lower_all_families(struct lower *g, enum proto proto, enum dir dir,
			       const struct set *addrs, struct target to)
{
	for (size_t i = 0; i < FAMILIES; i++) {
		struct ir_block *begin, *next;
		struct family family = family_of(g, i, dir);
		if (!is_asked(g, proto, &family))
			continue;
		struct target one = flt__lower_else(g, to, &next);
		if (!flt__lower_linkproto(g, family.number, flt__lower_then(g, one, &begin)))
			return false;
		flt__lower_start(g, begin);
		if (!lower_own_trees(g, &family, dir, addrs, one))
			return false;
		flt__lower_start(g, next);
	}
	flt__lower_goto(g, to.no);
	return true;
}

bool flt__lower_set4(struct lower *g, enum proto proto, enum dir dir, const struct set *addrs,
		     struct target to, struct ir_block *others)
{
	struct ir_block *begins[2] = { NULL, NULL };

	if (!flt__lower_tells_protos(g) || !is_usual_arp(g))
		return lower_all_families(g, proto, dir, addrs, to);
	if (!lower_families(g, proto, begins, others))
		return false;
	bool is_one = dir == DIR_SRC || dir == DIR_DST;
	bool is_shared = begins[0] && begins[1] && !is_one && addrs->count >= SHARE_RANGES;
	struct ir_block *trees = is_shared ? flt__lower_block(g) : NULL;
	for (int i = 0; i < 2; i++) {
		if (!begins[i])
			continue;
		struct family family = family_of(g, (size_t)i, dir);
		flt__lower_start(g, begins[i]);
		if (is_shared)
			lower_fill_slots(g, &family, trees);
		else if (!lower_own_trees(g, &family, dir, addrs, to))
			return false;
	}
	flt__lower_start(g, trees);
	return !is_shared || lower_shared_trees(g, dir, addrs, to);
}

/* ---- IPv6 -------------------------------------------------------------------------------- */

/* Word by word; words that the mask leaves out are not looked at. */
static void lower_addr6(struct lower *g, uint32_t off, const uint32_t addr[4],
			const uint32_t mask[4], struct target to)
{
	for (uint32_t i = 0; i < 4 && mask[i]; i++) {
		struct ir_block *next;
		struct off word = flt__off_add(g->frame.net, off + 4 * i);
		struct target one = flt__lower_then(g, to, &next);
		if (mask[i] == 0xffffffff)
			flt__lower_field(g, word, 4, addr[i], one);
		else
			flt__lower_field_mask(g, word, 4, mask[i], addr[i], one);
		flt__lower_start(g, next);
	}
	flt__lower_goto(g, to.yes);
}

static void lower_dir6(struct lower *g, enum dir dir, const uint32_t addr[4],
		       const uint32_t mask[4], struct target to)
{
	struct ir_block *dst;

	if (!mask[0]) {
		flt__lower_goto(g, to.yes);
		return;
	}
	if (dir == DIR_SRC) {
		lower_addr6(g, 8, addr, mask, to);
		return;
	}
	if (dir != DIR_DST) {
		struct target first = dir == DIR_SRC_AND_DST ? flt__lower_then(g, to, &dst) :
							       flt__lower_else(g, to, &dst);
		lower_addr6(g, 8, addr, mask, first);
		flt__lower_start(g, dst);
	}
	lower_addr6(g, IP6_DST, addr, mask, to);
}

bool flt__lower_net6(struct lower *g, enum dir dir, const struct net6 *net, struct target to)
{
	struct ir_block *next;

	if (!flt__lower_linkproto(g, ETHERTYPE_IP6, flt__lower_then(g, to, &next)))
		return false;
	flt__lower_start(g, next);
	lower_dir6(g, dir, net->addr, net->mask, to);
	return true;
}

bool flt__lower_set6(struct lower *g, enum dir dir, const struct set *addrs, struct target to)
{
	const struct set_field fields[] = {
		{ .kind = FIELD_WORDS, .off = in_net(g, IP6_SRC) },
		{ .kind = FIELD_WORDS, .off = in_net(g, IP6_DST) },
	};
	struct ir_block *next;

	if (!flt__lower_linkproto(g, ETHERTYPE_IP6, flt__lower_then(g, to, &next)))
		return false;
	flt__lower_start(g, next);
	return flt__lower_members(g, addrs, dir, fields, to);
}

/* ---- broadcast and multicast ------------------------------------------------------------- */

/* All host bits 0, the old form, or all 1. A mask of all ones is how callers say that it is
 * unknown. */
bool flt__lower_ip_bcast(struct lower *g, const struct ast *node, struct target to)
{
	uint32_t host_bits = ~g->c->opts.netmask;
	struct off dst = flt__off_add(g->frame.net, IP4_DST);
	struct ir_block *ip, *ones;

	if (!(g->c->opts.flags & FLT_COMPILE_NETMASK) || !host_bits)
		return COMPILE_FAIL(
			g->c, FLT_E_MEANING, node->span,
			"'ip broadcast' depends on the network's mask, which is not known here");
	if (!flt__lower_linkproto(g, ETHERTYPE_IP, flt__lower_then(g, to, &ip)))
		return false;
	flt__lower_start(g, ip);
	flt__lower_field_mask(g, dst, 4, host_bits, 0, flt__lower_else(g, to, &ones));
	flt__lower_start(g, ones);
	flt__lower_field_mask(g, dst, 4, host_bits, host_bits, to);
	return true;
}

bool flt__lower_ip_mcast(struct lower *g, struct target to)
{
	struct ir_block *ip;

	if (!flt__lower_linkproto(g, ETHERTYPE_IP, flt__lower_then(g, to, &ip)))
		return false;
	flt__lower_start(g, ip);
	flt__lower_field_mask(g, flt__off_add(g->frame.net, IP4_DST), 1, 0xf0, 0xe0, to);
	return true;
}

bool flt__lower_ip6_mcast(struct lower *g, struct target to)
{
	struct ir_block *ip6;

	if (!flt__lower_linkproto(g, ETHERTYPE_IP6, flt__lower_then(g, to, &ip6)))
		return false;
	flt__lower_start(g, ip6);
	flt__lower_field(g, flt__off_add(g->frame.net, IP6_DST), 1, 0xff, to);
	return true;
}
