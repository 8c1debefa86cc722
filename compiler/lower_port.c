/* SPDX-License-Identifier: BSD-2-Clause */
/* Ports of TCP, UDP and SCTP, over IPv6 and IPv4. */
#include "lower_list.h"

#include "names.h"

#define ETHERTYPE_IP  0x0800u
#define ETHERTYPE_IP6 0x86ddu

#define IP_TCP  6u
#define IP_UDP  17u
#define IP_SCTP 132u

#define IP6_LEN  40u
#define IP6_NEXT 6u
#define IP4_PROTO 9u

static const uint8_t transports[] = { IP_TCP, IP_UDP, IP_SCTP };

#define TRANSPORTS (sizeof(transports) / sizeof(transports[0]))

/* Where a transport header is. */
typedef ir_val base_fn(struct lower *g);

struct ports {
	struct name_ports range;
	enum dir dir;
	base_fn *base;           /* computed part of its offset */
	uint32_t k;              /* constant part */
};

static ir_val base_ip6(struct lower *g)
{
	return lower_off_value(g, g->frame.net);
}

/* One of the transport protocols that have ports, or the one that was named. */
static void lower_transport(struct lower *g, uint32_t protocol_off, uint32_t wanted,
			    struct target to)
{
	struct off off = off_add(g->frame.net, protocol_off);

	if (wanted) {
		lower_field(g, off, 1, wanted, to);
		return;
	}
	for (size_t i = 0; i < TRANSPORTS; i++) {
		struct ir_block *next;
		lower_field(g, off, 1, transports[i], lower_else(g, to, &next));
		lower_start(g, next);
	}
	lower_goto(g, to.no);
}

static ir_val load_port(struct lower *g, const struct ports *p, uint32_t off)
{
	ir_val base = p->base(g);

	return lower_load_at(g, base, p->k + off, 2);
}

static void lower_one_port(struct lower *g, const struct ports *p, uint32_t off, struct target to)
{
	struct ir_block *high;

	if (p->range.low == p->range.high) {
		lower_cmp(g, TEST_EQ, load_port(g, p, off), p->range.low, to);
		return;
	}
	lower_cmp(g, TEST_GE, load_port(g, p, off), p->range.low, lower_then(g, to, &high));
	lower_start(g, high);
	lower_cmp(g, TEST_GT, load_port(g, p, off), p->range.high, lower_invert(to));
}

static void lower_ports(struct lower *g, const struct ports *p, struct target to)
{
	struct ir_block *dst;

	if (p->dir == DIR_SRC) {
		lower_one_port(g, p, 0, to);
		return;
	}
	if (p->dir != DIR_DST) {
		struct target first = p->dir == DIR_SRC_AND_DST ? lower_then(g, to, &dst)
								: lower_else(g, to, &dst);
		lower_one_port(g, p, 0, first);
		lower_start(g, dst);
	}
	lower_one_port(g, p, 2, to);
}

/* IPv6 with a transport header behind it: go on at *ports. */
static bool lower_transport6(struct lower *g, uint32_t wanted, struct ir_block **ports,
			     struct target to)
{
	struct ir_block *ip6;

	if (!lower_linkproto(g, ETHERTYPE_IP6, lower_then(g, to, &ip6)))
		return false;
	lower_start(g, ip6);
	lower_transport(g, IP6_NEXT, wanted, lower_then(g, to, ports));
	return true;
}

/* IPv4 likewise: a first fragment. */
static bool lower_transport4(struct lower *g, uint32_t wanted, struct ir_block **ports,
			     struct target to)
{
	struct ir_block *ip, *fragment;

	if (!lower_linkproto(g, ETHERTYPE_IP, lower_then(g, to, &ip)))
		return false;
	lower_start(g, ip);
	lower_transport(g, IP4_PROTO, wanted, lower_then(g, to, &fragment));
	lower_start(g, fragment);
	lower_first_fragment(g, lower_then(g, to, ports));
	return true;
}

static bool lower_ports6(struct lower *g, struct ports p, struct target to)
{
	struct ir_block *ports;

	p.base = base_ip6;
	p.k = g->frame.net.const_part + IP6_LEN;
	if (!lower_transport6(g, p.range.protocol, &ports, to))
		return false;
	lower_start(g, ports);
	lower_ports(g, &p, to);
	return true;
}

static bool lower_ports4(struct lower *g, struct ports p, struct target to)
{
	struct ir_block *ports;

	p.base = lower_ip4_hlen;
	p.k = g->frame.net.const_part;
	if (!lower_transport4(g, p.range.protocol, &ports, to))
		return false;
	lower_start(g, ports);
	lower_ports(g, &p, to);
	return true;
}

/* ---- refusals ---------------------------------------------------------------------------- */

static bool refuse_port(struct lower *g, const struct value *value, enum type type)
{
	return COMPILE_FAIL(g->c, FLT_E_MEANING, value->span,
			    "%s cannot follow '%s', which takes a port", lower_value_name(value),
			    flt__type_word(type));
}

static bool read_transport(struct lower *g, const struct ast *node, uint8_t *wanted)
{
	switch (node->quals.proto) {
	case PROTO_NONE: *wanted = 0; return true;
	case PROTO_TCP:  *wanted = IP_TCP; return true;
	case PROTO_UDP:  *wanted = IP_UDP; return true;
	case PROTO_SCTP: *wanted = IP_SCTP; return true;
	default:
		*wanted = 0;
		return lower_bad_quals(g, node, "ports");
	}
}

/* ---- sets of ports ----------------------------------------------------------------------- */

struct port_sets {
	const struct ast *node;
	uint8_t wanted;          /* the protocol that was named, or 0 */
	bool is_bound;           /* a name stands for a port of one protocol only */
	struct set of[TRANSPORTS];
};

static bool take_port(struct lower *g, const struct value *value, void *context)
{
	struct port_sets *sets = context;
	struct name_ports ports;

	if (value->kind != VAL_NUMBER && value->kind != VAL_NAME)
		return refuse_port(g, value, sets->node->quals.type);
	if (!flt__name_port_or_range(g->c, value->text, value->span, sets->wanted, &ports))
		return false;
	struct set_range range = { .low = { ports.low }, .high = { ports.high } };
	sets->is_bound |= ports.protocol && !sets->wanted;
	for (size_t i = 0; i < TRANSPORTS; i++) {
		bool fits = sets->wanted || !ports.protocol || ports.protocol == transports[i];
		if (fits && !flt__set_add(&sets->of[i], &range))
			return false;
	}
	return true;
}

/* Transport headers begin at different places over IPv6 and over IPv4; which one is in a slot, and
 * the tree the same. */
static bool lower_port_set(struct lower *g, const struct set *set, uint8_t wanted, enum dir dir,
			   struct target to)
{
	struct off base = { g->frame.net.const_part, SLOT_SET_BASE };
	const struct set_field fields[] = {
		{ .kind = FIELD_PORT, .off = base },
		{ .kind = FIELD_PORT, .off = off_add(base, 2) },
	};
	struct ir_block *begin6, *begin4, *ip4, *trees = lower_block(g);

	if (!lower_transport6(g, wanted, &begin6, lower_else(g, to, &ip4)))
		return false;
	lower_start(g, begin6);
	ir_val net = lower_off_value(g, g->frame.net);
	lower_set(g, SLOT_SET_BASE, net == IR_NONE ? lower_const(g, IP6_LEN) :
						     lower_alu_k(g, IR_ADD, net, IP6_LEN));
	lower_goto(g, trees);
	lower_start(g, ip4);
	if (!lower_transport4(g, wanted, &begin4, to))
		return false;
	lower_start(g, begin4);
	lower_set(g, SLOT_SET_BASE, lower_ip4_hlen(g));
	lower_goto(g, trees);
	lower_start(g, trees);
	return lower_members(g, set, dir, fields, to);
}

/* With names that are bound to a protocol, each protocol has a set of its own. */
static bool lower_bound_sets(struct lower *g, const struct port_sets *sets, struct target to)
{
	for (size_t i = 0; i < TRANSPORTS; i++) {
		struct ir_block *next;
		if (!sets->of[i].count)
			continue;
		if (!lower_port_set(g, &sets->of[i], transports[i], sets->node->quals.dir,
				    lower_else(g, to, &next)))
			return false;
		lower_start(g, next);
	}
	lower_goto(g, to.no);
	return true;
}

static bool lower_ports_of_set(struct lower *g, const struct ast *node, struct target to)
{
	struct port_sets sets = { .node = node };
	struct entries e = { take_port, &sets, &node->quals };

	if (!read_transport(g, node, &sets.wanted))
		return false;
	for (size_t i = 0; i < TRANSPORTS; i++)
		flt__set_init(&sets.of[i], &g->c->arena, 1);
	if (!lower_entries(g, node->value->set, &e))
		return false;
	for (size_t i = 0; i < TRANSPORTS; i++)
		flt__set_close(&sets.of[i]);
	if (sets.is_bound)
		return lower_bound_sets(g, &sets, to);
	return lower_port_set(g, &sets.of[0], sets.wanted, node->quals.dir, to);
}

/* ---- what was written -------------------------------------------------------------------- */

static bool read_ports(struct lower *g, const struct ast *node, struct name_ports *range)
{
	const struct value *value = node->value;
	uint8_t wanted;

	if (value->kind != VAL_NUMBER && value->kind != VAL_NAME && value->kind != VAL_RANGE)
		return refuse_port(g, value, node->quals.type);
	if (value->prefix != PREFIX_NONE)
		return COMPILE_FAIL(g->c, FLT_E_MEANING, value->prefix_span, "a port has no mask");
	if (!read_transport(g, node, &wanted))
		return false;
	if (node->quals.type == TYPE_PORT) {
		if (value->kind == VAL_RANGE)
			return COMPILE_FAIL(g->c, FLT_E_MEANING, value->span,
					    "a range of ports needs 'portrange'");
		if (!flt__name_port(g->c, value->text, value->span, wanted, range))
			return false;
	} else {
		const char *high = value->kind == VAL_RANGE ? value->high_text : NULL;
		if (!flt__name_portrange(g->c, value->text, high, value->span, wanted, range))
			return false;
	}
	if (wanted)
		range->protocol = wanted;
	return true;
}

bool lower_port_id(struct lower *g, const struct ast *node, struct target to)
{
	struct ports p = { .dir = node->quals.dir };
	struct ir_block *ip4;

	if (!lower_check_dir(g, &node->quals))
		return false;
	if (node->value->kind == VAL_SET)
		return lower_ports_of_set(g, node, to);
	if (!read_ports(g, node, &p.range))
		return false;
	if (!lower_ports6(g, p, lower_else(g, to, &ip4)))
		return false;
	lower_start(g, ip4);
	return lower_ports4(g, p, to);
}
