/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes of a packet: `tcp[13]`, `byte 8 & 5`; relations; lengths. */
#include "lower.h"

#define ETHERTYPE_IP  0x0800u
#define ETHERTYPE_IP6 0x86ddu
#define IP6_LEN       40u
#define IP6_NEXT      6u
#define IP_ICMP6      58u

/* ---- where a protocol's bytes begin ------------------------------------------------------ */

enum index_base {
	INDEX_NONE,  /* cannot be indexed */
	INDEX_LINK,  /* the link header; no test */
	INDEX_RADIO, /* what stands before it: the packet's first byte */
	INDEX_NET,   /* the network header of that EtherType */
	INDEX_IP4,   /* after an IPv4 header of its own length */
	INDEX_IP6    /* after the fixed IPv6 header */
};

/* clang-format off */
static const uint8_t index_bases[PROTO_COUNT] = {
	[PROTO_LINK] = INDEX_LINK,  [PROTO_IP] = INDEX_NET,    [PROTO_ARP] = INDEX_NET,
	[PROTO_RARP] = INDEX_NET,   [PROTO_IP6] = INDEX_NET,   [PROTO_ATALK] = INDEX_NET,
	[PROTO_DECNET] = INDEX_NET, [PROTO_LAT] = INDEX_NET,   [PROTO_SCA] = INDEX_NET,
	[PROTO_MOPRC] = INDEX_NET,  [PROTO_MOPDL] = INDEX_NET, [PROTO_TCP] = INDEX_IP4,
	[PROTO_UDP] = INDEX_IP4,    [PROTO_SCTP] = INDEX_IP4,  [PROTO_ICMP] = INDEX_IP4,
	[PROTO_RADIO] = INDEX_RADIO,
	[PROTO_IGMP] = INDEX_IP4,   [PROTO_IGRP] = INDEX_IP4,  [PROTO_PIM] = INDEX_IP4,
	[PROTO_VRRP] = INDEX_IP4,   [PROTO_CARP] = INDEX_IP4,  [PROTO_ICMP6] = INDEX_IP6,
};
/* clang-format on */

static const uint32_t proto_numbers[PROTO_COUNT] = {
#define PROTO(tag, word, others, layer, number) [PROTO_##tag] = number,
#include "protos.def"
#undef PROTO
};

static bool is_cooked(const struct lower *g)
{
	return g->frame.link && g->frame.link->is_cooked;
}

static bool refuse_cooked(struct lower *g, const struct ast *node)
{
	return COMPILE_FAIL(g->c, FLT_E_UNSUPPORTED, node->span,
			    "this socket gives the filter no link header: run the plain %s program "
			    "in user space",
			    flt__lower_link_name(g));
}

static bool check_index(struct lower *g, const struct ast *node)
{
	enum proto proto = node->quals.proto;

	if (node->number != 1 && node->number != 2 && node->number != 4)
		return COMPILE_FAIL(g->c, FLT_E_MEANING, node->span,
				    "1, 2 or 4 bytes can be read at a time, not %u", node->number);
	if (index_bases[proto] == INDEX_NONE)
		return COMPILE_FAIL(g->c, FLT_E_MEANING, node->op_span,
				    "'%s' has no bytes that can be read here; link[...] reads "
				    "any byte of the packet",
				    flt__proto_word(proto));
	if (index_bases[proto] == INDEX_RADIO && !flt__lower_has(g, ALLOW_RADIO))
		return flt__lower_lacks(g, node->op_span, "radio header");
	if (index_bases[proto] != INDEX_LINK && index_bases[proto] != INDEX_RADIO &&
	    (!g->frame.link || g->frame.link->type_rule == TYPE_UNSAID))
		return flt__lower_lacks(g, node->span, "field that says which protocol follows");
	return true;
}

/* ---- guards ------------------------------------------------------------------------------ */

static bool lower_guard_ip4(struct lower *g, uint32_t number, struct target to)
{
	struct ir_block *proto;

	if (!flt__lower_ip4_proto(g, number, flt__lower_then(g, to, &proto)))
		return false;
	flt__lower_start(g, proto);
	flt__lower_first_fragment(g, to);
	return true;
}

static bool lower_guard_ip6(struct lower *g, struct target to)
{
	struct ir_block *ip6;

	if (!flt__lower_linkproto(g, ETHERTYPE_IP6, flt__lower_then(g, to, &ip6)))
		return false;
	flt__lower_start(g, ip6);
	flt__lower_field(g, flt__off_add(g->frame.net, IP6_NEXT), 1, IP_ICMP6, to);
	return true;
}

static bool lower_index_guard(struct lower *g, const struct ast *node, struct ir_block *no)
{
	enum proto proto = node->quals.proto;
	struct span clause = g->span;
	struct ir_block *next;
	struct target to;
	bool ok = false;

	if (!check_index(g, node))
		return false;
	if (index_bases[proto] == INDEX_LINK || index_bases[proto] == INDEX_RADIO)
		return true;
	to = flt__lower_then(g, (struct target){ NULL, no }, &next);
	g->span = node->span; /* a refusal is of these bytes, not of the relation */
	switch (index_bases[proto]) {
	case INDEX_NET: ok = flt__lower_linkproto(g, proto_numbers[proto], to); break;
	case INDEX_IP4: ok = lower_guard_ip4(g, proto_numbers[proto], to); break;
	case INDEX_IP6: ok = lower_guard_ip6(g, to); break;
	default: break;
	}
	g->span = clause;
	flt__lower_start(g, next);
	return ok;
}

/* Bytes after an IPv4 header, at an offset that is read from the packet: whether it is IPv4 is
 * asked before anything that the offset asks for, so that a short packet of another protocol is a
 * no, and `not` of it a yes. */
static bool lower_guard_offset(struct lower *g, const struct ast *node, struct ir_block *no)
{
	struct ir_block *next;

	if (index_bases[node->quals.proto] == INDEX_IP4 && node->a->kind != AST_NUMBER) {
		struct target to = flt__lower_then(g, (struct target){ NULL, no }, &next);
		if (!check_index(g, node) || !flt__lower_linkproto(g, ETHERTYPE_IP, to))
			return false;
		flt__lower_start(g, next);
	}
	return flt__lower_guards(g, node->a, no);
}

bool flt__lower_guards(struct lower *g, const struct ast *node, struct ir_block *no)
{
	const struct ast *const *spine;
	const struct ast *leaf;
	uint32_t count;

	if (!flt__lower_spine(g, node, &spine, &count, &leaf))
		return false;
	if (leaf->kind == AST_INDEX &&
	    !(lower_guard_offset(g, leaf, no) && lower_index_guard(g, leaf, no)))
		return false;
	while (count-- > 0) {
		if (spine[count]->kind == AST_ARITH && !flt__lower_guards(g, spine[count]->b, no))
			return false;
	}
	return true;
}

/* ---- bytes ------------------------------------------------------------------------------- */

static ir_val add_values(struct lower *g, ir_val a, ir_val b)
{
	if (a == IR_NONE || b == IR_NONE)
		return a == IR_NONE ? b : a;
	return flt__lower_alu(g, IR_ADD, a, b);
}

bool flt__lower_index(struct lower *g, const struct ast *node, struct arith *out)
{
	uint8_t kind = index_bases[node->quals.proto];
	struct off start = kind == INDEX_LINK  ? g->frame.link_off :
			   kind == INDEX_RADIO ? PACKET_START :
						 g->frame.net;
	uint32_t k = start.const_part + (kind == INDEX_IP6 ? IP6_LEN : 0);
	struct arith index;

	if (!flt__lower_arith(g, node->a, &index))
		return false;
	if (kind == INDEX_LINK && is_cooked(g) &&
	    (index.value != IR_NONE || !flt__lower_is_meta(g, index.k)))
		return refuse_cooked(g, node);
	ir_val base = kind == INDEX_IP4 ? flt__lower_ip4_hlen(g) : flt__lower_off_value(g, start);
	ir_val at = add_values(g, base, index.value);

	ir_val bytes = flt__lower_load_at(g, at, k + index.k, node->number);

	*out = flt__lower_arith_made(g, bytes, index.height + 1);
	return true;
}

/* ---- relations --------------------------------------------------------------------------- */

/* clang-format off */
static const struct {
	enum ir_test test;
	bool is_inverted;
	enum relop mirrored;     /* the same with its sides exchanged */
} relations[] = {
	[REL_EQ] = { TEST_EQ, false, REL_EQ }, [REL_NE] = { TEST_EQ, true, REL_NE },
	[REL_GT] = { TEST_GT, false, REL_LT }, [REL_LE] = { TEST_GT, true, REL_GE },
	[REL_GE] = { TEST_GE, false, REL_LE }, [REL_LT] = { TEST_GE, true, REL_GT },
};
/* clang-format on */

static bool holds(enum relop relop, uint32_t a, uint32_t b)
{
	bool yes = relations[relop].test == TEST_EQ ? a == b :
		   relations[relop].test == TEST_GT ? a > b :
						      a >= b;

	return yes != relations[relop].is_inverted;
}

void flt__lower_compare(struct lower *g, enum relop relop, struct arith a, struct arith b,
			struct target to)
{
	if (a.value == IR_NONE && b.value == IR_NONE) {
		flt__lower_goto(g, holds(relop, a.k, b.k) ? to.yes : to.no);
		return;
	}
	if (a.value == IR_NONE) {
		flt__lower_compare(g, relations[relop].mirrored, b, a, to);
		return;
	}
	struct target out = relations[relop].is_inverted ? flt__lower_invert(to) : to;
	ir_val left = flt__lower_arith_value(g, a);

	if (b.value == IR_NONE)
		flt__lower_cmp(g, relations[relop].test, left, b.k, out);
	else
		flt__lower_cmp_value(g, relations[relop].test, left, flt__lower_arith_value(g, b),
				     out);
}

/* A packet in which one of the bytes means nothing is a no, also for `!=`. */
bool flt__lower_relation(struct lower *g, const struct ast *node, struct target to)
{
	struct arith a, b;

	if (!flt__lower_guards(g, node->a, to.no) || !flt__lower_guards(g, node->b, to.no))
		return false;
	if (!flt__lower_arith(g, node->a, &a) || !flt__lower_arith(g, node->b, &b))
		return false;
	flt__lower_compare(g, node->relop, a, b, to);
	return true;
}

/* ---- byte, less, greater ----------------------------------------------------------------- */

bool flt__lower_byte_test(struct lower *g, const struct ast *node, struct target to)
{
	uint32_t off = node->args[0].number;
	struct arith byte = { 0 };
	struct arith number = { IR_NONE, node->args[1].number, 0 };

	if (is_cooked(g))
		return refuse_cooked(g, node);
	if (number.k > 255)
		return COMPILE_FAIL(g->c, FLT_E_MEANING, node->args[1].span,
				    "a byte is at most 255, not %u", number.k);
	byte.value = flt__lower_load(g, flt__off_add(g->frame.link_off, off), 1);
	if (node->is_bits) {
		byte.value = flt__lower_alu_k(g, node->op == OP_AND ? IR_AND : IR_OR, byte.value,
					      number.k);
		flt__lower_cmp(g, TEST_EQ, byte.value, 0, flt__lower_invert(to));
		return true;
	}
	flt__lower_compare(g, node->relop, byte, number, to);
	return true;
}

bool flt__lower_less(struct lower *g, const struct ast *node, struct target to)
{
	flt__lower_cmp(g, TEST_GT, flt__lower_len(g), node->args[0].number, flt__lower_invert(to));
	return true;
}

bool flt__lower_greater(struct lower *g, const struct ast *node, struct target to)
{
	flt__lower_cmp(g, TEST_GE, flt__lower_len(g), node->args[0].number, to);
	return true;
}
