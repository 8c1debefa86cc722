/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers: arithmetic of 32 bits, wrapping, and bytes of the packet (`tcp[13]`), whose offsets are
 * arithmetic again. What is constant is worked out here, so that byte offsets are constants. */
#include "lowering.h"

#include "bpf_alu.h"

#define ETHERTYPE_IP  0x0800u
#define ETHERTYPE_IP6 0x86ddu
#define IP6_LEN       40u
#define IP6_NEXT      6u
#define IP_ICMP6      58u

/* clang-format off */
static const struct {
	enum ir_op ir;
	uint16_t bpf;
} ops[] = {
	[OP_ADD] = { IR_ADD, BPF_ADD }, [OP_SUB] = { IR_SUB, BPF_SUB },
	[OP_MUL] = { IR_MUL, BPF_MUL }, [OP_DIV] = { IR_DIV, BPF_DIV },
	[OP_MOD] = { IR_MOD, BPF_MOD }, [OP_AND] = { IR_AND, BPF_AND },
	[OP_OR] = { IR_OR, BPF_OR },	[OP_XOR] = { IR_XOR, BPF_XOR },
	[OP_LSH] = { IR_LSH, BPF_LSH }, [OP_RSH] = { IR_RSH, BPF_RSH },
};
/* clang-format on */

ir_val flt__lower_arith_value(struct lower *g, struct arith a)
{
	if (a.value == IR_NONE)
		return flt__lower_const(g, a.k);
	return a.k ? flt__lower_alu_k(g, IR_ADD, a.value, a.k) : a.value;
}

static bool is_const(struct arith a)
{
	return a.value == IR_NONE;
}

/* ---- the left spine ---------------------------------------------------------------------- */

static bool is_operator(const struct ast *node)
{
	return node->kind == AST_ARITH || node->kind == AST_NEGATE;
}

static bool spine_of(struct lower *g, const struct ast *node, const struct ast *const **spine,
		     uint32_t *count, const struct ast **leaf)
{
	const struct ast *n = node;
	const struct ast **list;

	*count = 0;
	for (; is_operator(n); n = n->a)
		(*count)++;
	*leaf = n;
	list = flt__arena_array(&g->c->arena, *count ? *count : 1, sizeof(*list));
	if (!list)
		return false;
	n = node;
	for (uint32_t i = 0; i < *count; i++) {
		list[i] = n;
		n = n->a;
	}
	*spine = list;
	return true;
}

/* ---- height ------------------------------------------------------------------------------ */

#define HEIGHT_MAX 64u /* passes and emission go down an expression by recursion */

/* What has become high goes into a slot, whose contents has no height. */
static struct arith made(struct lower *g, ir_val value, uint32_t height)
{
	if (height < HEIGHT_MAX)
		return (struct arith){ value, 0, height };
	flt__lower_set(g, SLOT_ARITH, value);
	return (struct arith){ flt__lower_off_value(g, (struct off){ .slot = SLOT_ARITH }), 0, 0 };
}

static struct arith operation(struct lower *g, enum ir_op op, struct arith left, struct arith right)
{
	ir_val a = flt__lower_arith_value(g, left);
	ir_val b = op == IR_NEG ? IR_NONE : flt__lower_arith_value(g, right);
	uint32_t below = left.height > right.height ? left.height : right.height;

	return made(g, flt__lower_alu(g, op, a, b), below + 1);
}

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

static bool check_index(struct lower *g, const struct ast *node)
{
	enum proto proto = node->quals.proto;

	if (node->number != 1 && node->number != 2 && node->number != 4)
		return COMPILE_FAIL(g->c, FLT_E_MEANING, node->span,
				    "1, 2 or 4 bytes can be read at once, not %u", node->number);
	if (index_bases[proto] == INDEX_NONE)
		return COMPILE_FAIL(
			g->c, FLT_E_MEANING, node->op_span,
			"'%s[...]' is not defined; link[...] reads any byte of the packet",
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

	if (!spine_of(g, node, &spine, &count, &leaf))
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

static bool lower_index(struct lower *g, const struct ast *node, struct arith *out)
{
	uint8_t kind = index_bases[node->quals.proto];
	struct off start = kind == INDEX_LINK  ? g->frame.link_off :
			   kind == INDEX_RADIO ? PACKET_START :
						 g->frame.net;
	uint32_t k = start.const_part + (kind == INDEX_IP6 ? IP6_LEN : 0);
	struct arith index;

	if (!flt__lower_arith(g, node->a, &index))
		return false;
	if (kind == INDEX_LINK && (index.value != IR_NONE || !flt__lower_is_meta(g, index.k)) &&
	    !flt__lower_has_link(g, node->span))
		return false;
	ir_val base = kind == INDEX_IP4 ? flt__lower_ip4_hlen(g) : flt__lower_off_value(g, start);
	ir_val at = add_values(g, base, index.value);

	ir_val bytes = flt__lower_load_at(g, at, k + index.k, node->number);

	*out = made(g, bytes, index.height + 1);
	return true;
}

/* ---- operators --------------------------------------------------------------------------- */

static bool check_right(struct lower *g, const struct ast *node, struct arith right)
{
	if (!is_const(right))
		return true;
	if ((node->op == OP_DIV || node->op == OP_MOD) && right.k == 0)
		return COMPILE_FAIL(g->c, FLT_E_MEANING, node->b->span, "division by zero");
	if ((node->op == OP_LSH || node->op == OP_RSH) && right.k > 31)
		return COMPILE_FAIL(
			g->c, FLT_E_MEANING, node->b->span,
			"numbers have 32 bits; they can be shifted by 0 to 31, not by %u", right.k);
	return true;
}

/* A constant that is added stays beside the value: a load takes it as its offset. */
static bool add_const(const struct ast *node, struct arith left, struct arith right,
		      struct arith *out)
{
	if (node->op == OP_ADD && is_const(right)) {
		*out = (struct arith){ left.value, left.k + right.k, left.height };
		return true;
	}
	if (node->op == OP_SUB && is_const(right)) {
		*out = (struct arith){ left.value, left.k - right.k, left.height };
		return true;
	}
	if (node->op == OP_ADD && is_const(left)) {
		*out = (struct arith){ right.value, left.k + right.k, right.height };
		return true;
	}
	return false;
}

static bool apply(struct lower *g, const struct ast *node, struct arith left, struct arith *out)
{
	struct arith right;

	if (!flt__lower_arith(g, node->b, &right) || !check_right(g, node, right))
		return false;
	if (is_const(left) && is_const(right)) {
		*out = (struct arith){ IR_NONE, flt__bpf_alu(ops[node->op].bpf, left.k, right.k),
				       0 };
		return true;
	}
	if (!add_const(node, left, right, out))
		*out = operation(g, ops[node->op].ir, left, right);
	return true;
}

static void negate(struct lower *g, struct arith *a)
{
	if (is_const(*a))
		a->k = 0u - a->k;
	else
		*a = operation(g, IR_NEG, *a, (struct arith){ IR_NONE, 0, 0 });
}

static bool lower_leaf(struct lower *g, const struct ast *node, struct arith *out)
{
	switch (node->kind) {
	case AST_NUMBER: *out = (struct arith){ IR_NONE, node->number, 0 }; return true;
	case AST_LEN: *out = (struct arith){ flt__lower_len(g), 0, 0 }; return true;
	case AST_INDEX: return lower_index(g, node, out);
	default:
		return COMPILE_FAIL(g->c, FLT_E_BUG, node->span,
				    "found a test where a number was expected");
	}
}

bool flt__lower_arith(struct lower *g, const struct ast *node, struct arith *out)
{
	const struct ast *const *spine;
	const struct ast *leaf;
	uint32_t count;

	if (!spine_of(g, node, &spine, &count, &leaf) || !lower_leaf(g, leaf, out))
		return false;
	while (count-- > 0) {
		if (spine[count]->kind == AST_NEGATE)
			negate(g, out);
		else if (!apply(g, spine[count], *out, out))
			return false;
	}
	return true;
}
