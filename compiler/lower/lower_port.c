/* SPDX-License-Identifier: BSD-2-Clause */
/* Ports of TCP, UDP and SCTP, over IPv4 and IPv6. */
#include "lower_list.h"
#include "read_value.h"

#include "names.h"

#define ETHERTYPE_IP  0x0800u
#define ETHERTYPE_IP6 0x86ddu

#define IP_TCP  6u
#define IP_UDP  17u
#define IP_SCTP 132u

#define IP6_LEN   40u
#define IP6_NEXT  6u
#define IP4_PROTO 9u

static const uint8_t transports[] = { IP_TCP, IP_UDP, IP_SCTP };

#define TRANSPORTS (sizeof(transports) / sizeof(transports[0]))

/* From here up IPv4 and IPv6 share the trees of both ports, which read from a slot where to look.
 * Below, and for one port, each has its own, which knows it: equal ends are brought together when
 * the program is written. */
#define SHARE_RANGES 5u

/* What is looked for: packets of some of the transport protocols, with these ports. */
struct ports {
	const struct set *set;
	uint32_t among; /* bit i: transports[i] */
	enum dir dir;
};

/* ---- to the transport header ------------------------------------------------------------- */

static void lower_transport(struct lower *g, uint32_t protocol_off, uint32_t among,
			    struct target to)
{
	for (size_t i = 0; i < TRANSPORTS; i++) {
		struct ir_block *next;
		if (!(among >> i & 1))
			continue;
		flt__lower_field(g, flt__off_add(g->frame.net, protocol_off), 1, transports[i],
				 flt__lower_else(g, to, &next));
		flt__lower_start(g, next);
	}
	flt__lower_goto(g, to.no);
}

/* IPv6 with a transport header after it: go on at *ports. */
static bool lower_transport6(struct lower *g, uint32_t among, struct ir_block **ports,
			     struct target to)
{
	struct ir_block *ip6;

	if (!flt__lower_linkproto(g, ETHERTYPE_IP6, flt__lower_then(g, to, &ip6)))
		return false;
	flt__lower_start(g, ip6);
	lower_transport(g, IP6_NEXT, among, flt__lower_then(g, to, ports));
	return true;
}

/* IPv4 likewise: a first fragment. */
static bool lower_transport4(struct lower *g, uint32_t among, struct ir_block **ports,
			     struct target to)
{
	struct ir_block *ip, *fragment;

	if (!flt__lower_linkproto(g, ETHERTYPE_IP, flt__lower_then(g, to, &ip)))
		return false;
	flt__lower_start(g, ip);
	lower_transport(g, IP4_PROTO, among, flt__lower_then(g, to, &fragment));
	flt__lower_start(g, fragment);
	flt__lower_first_fragment(g, flt__lower_then(g, to, ports));
	return true;
}

/* ---- the ports ---------------------------------------------------------------------------- */

static bool lower_ports_at(struct lower *g, const struct ports *p, enum set_field_kind kind,
			   struct off off, struct target to)
{
	const struct set_field fields[] = {
		{ .kind = kind, .off = off },
		{ .kind = kind, .off = flt__off_add(off, 2) },
	};

	return flt__lower_members(g, p->set, p->dir, fields, to);
}

static bool lower_ports4(struct lower *g, const struct ports *p, struct target to)
{
	struct ir_block *ports;

	if (!lower_transport4(g, p->among, &ports, to))
		return false;
	flt__lower_start(g, ports);
	return lower_ports_at(g, p, FIELD_PORT4, g->frame.net, to);
}

static bool lower_ports6(struct lower *g, const struct ports *p, struct target to)
{
	struct ir_block *ports;

	if (!lower_transport6(g, p->among, &ports, to))
		return false;
	flt__lower_start(g, ports);
	return lower_ports_at(g, p, FIELD_PORT, flt__off_add(g->frame.net, IP6_LEN), to);
}

/* Where a header begins is in a slot, and the tree the same over IPv4 and over IPv6. */
static bool lower_shared_ports(struct lower *g, const struct ports *p, struct target to)
{
	struct off base = { g->frame.net.const_part, SLOT_SET_BASE };
	struct ir_block *begin4, *begin6, *ip6, *trees = flt__lower_block(g);

	if (!lower_transport4(g, p->among, &begin4, flt__lower_else(g, to, &ip6)))
		return false;
	flt__lower_start(g, begin4);
	flt__lower_set(g, SLOT_SET_BASE, flt__lower_ip4_hlen(g));
	flt__lower_goto(g, trees);
	flt__lower_start(g, ip6);
	if (!lower_transport6(g, p->among, &begin6, to))
		return false;
	flt__lower_start(g, begin6);
	ir_val net = flt__lower_off_value(g, g->frame.net);
	flt__lower_set(g, SLOT_SET_BASE,
		       net == IR_NONE ? flt__lower_const(g, IP6_LEN) :
					flt__lower_alu_k(g, IR_ADD, net, IP6_LEN));
	flt__lower_goto(g, trees);
	flt__lower_start(g, trees);
	return lower_ports_at(g, p, FIELD_PORT, base, to);
}

/* Most packets are IPv4. Where a packet may be taken for both, the established tools ask for IPv6
 * first, and what they load first counts. */
static bool lower_ports(struct lower *g, const struct ports *p, struct target to)
{
	bool is_either = flt__lower_tells_protos(g);
	bool is_one = p->dir == DIR_SRC || p->dir == DIR_DST;
	struct ir_block *next;

	if (is_either && !is_one && p->set->count >= SHARE_RANGES)
		return lower_shared_ports(g, p, to);
	if (!(is_either ? lower_ports4 : lower_ports6)(g, p, flt__lower_else(g, to, &next)))
		return false;
	flt__lower_start(g, next);
	return (is_either ? lower_ports6 : lower_ports4)(g, p, to);
}

/* ---- refusals ---------------------------------------------------------------------------- */

static bool refuse_port(struct lower *g, const struct value *value, enum type type)
{
	return COMPILE_FAIL(g->c, FLT_E_MEANING, value->span,
			    "'%s' takes a port number or name, not %s", flt__type_word(type),
			    flt__lower_value_name(value));
}

static bool read_transport(struct lower *g, const struct ast *node, enum proto proto,
			   uint8_t *wanted)
{
	switch (proto) {
	case PROTO_NONE: *wanted = 0; return true;
	case PROTO_TCP: *wanted = IP_TCP; return true;
	case PROTO_UDP: *wanted = IP_UDP; return true;
	case PROTO_SCTP: *wanted = IP_SCTP; return true;
	default: *wanted = 0; return flt__lower_bad_quals(g, node, "ports");
	}
}

/* ---- what was written -------------------------------------------------------------------- */

/* A name may stand for a port of one protocol only, so each protocol has a set of its own. */
struct port_sets {
	const struct ast *node;
	uint8_t wanted; /* the protocol that was named, or 0 */
	struct set of[TRANSPORTS];
};

static bool add_ports(struct port_sets *sets, const struct name_ports *ports)
{
	struct set_range range = { .low = { ports->low }, .high = { ports->high } };
	uint8_t only = sets->wanted ? sets->wanted : ports->protocol;

	for (size_t i = 0; i < TRANSPORTS; i++)
		if ((!only || only == transports[i]) && !flt__set_add(&sets->of[i], &range))
			return false;
	return true;
}

static bool take_single(struct lower *g, const struct ast *node, struct port_sets *sets)
{
	const struct value *value = node->value;
	const char *high = value->kind == VAL_RANGE ? value->high_text : NULL;
	bool is_port = node->quals.type == TYPE_PORT;
	struct name_ports ports;

	if (value->kind != VAL_NUMBER && value->kind != VAL_NAME && value->kind != VAL_RANGE)
		return refuse_port(g, value, node->quals.type);
	if (value->prefix != PREFIX_NONE)
		return COMPILE_FAIL(g->c, FLT_E_MEANING, value->prefix_span,
				    "a port takes no mask");
	if (!read_transport(g, node, node->quals.proto, &sets->wanted))
		return false;
	if (is_port && value->kind == VAL_RANGE)
		return COMPILE_FAIL(g->c, FLT_E_MEANING, value->span,
				    "a range of ports needs 'portrange'");
	bool ok = is_port ? flt__name_port(g->c, value->text, value->span, sets->wanted, &ports) :
			    flt__name_portrange(g->c, value->text, high, value->span, sets->wanted,
						&ports);
	return ok && add_ports(sets, &ports);
}

static bool take_entry(struct lower *g, const struct value *value, struct port_sets *sets)
{
	struct name_ports ports;

	if (value->single)
		return take_single(g, value->single, sets);
	if (value->kind == VAL_NUMBERS) {
		ports = (struct name_ports){ (uint16_t)value->number, (uint16_t)value->high_number,
					     0 };
		return add_ports(sets, &ports);
	}
	if (value->kind != VAL_NUMBER && value->kind != VAL_NAME)
		return refuse_port(g, value, sets->node->quals.type);
	return flt__name_port_or_range(g->c, value->text, value->span, sets->wanted, &ports) &&
	       add_ports(sets, &ports);
}

static bool take_port(struct lower *g, const struct value *value, void *context)
{
	struct port_sets *sets = context;
	uint8_t of_set = sets->wanted;
	bool ok = value->only == PROTO_NONE ||
		  read_transport(g, sets->node, value->only, &sets->wanted);

	ok = ok && take_entry(g, value, sets);
	sets->wanted = of_set;
	return ok;
}

static bool take_ports(struct lower *g, const struct ast *node, struct port_sets *sets)
{
	struct entries e = { take_port, sets };

	for (size_t i = 0; i < TRANSPORTS; i++)
		flt__set_init(&sets->of[i], &g->c->arena, 1);
	if (node->value->kind != VAL_SET)
		return take_single(g, node, sets);
	return read_transport(g, node, node->quals.proto, &sets->wanted) &&
	       flt__lower_entries(g, node->value->set, &e);
}

/* The protocols that have the same ports as this one, if it is the first of them. */
static uint32_t same_ports(const struct port_sets *sets, size_t first)
{
	uint32_t among = 0;

	for (size_t i = 0; i < TRANSPORTS; i++) {
		if (!flt__set_same(&sets->of[i], &sets->of[first]))
			continue;
		if (i < first)
			return 0;
		among |= 1u << i;
	}
	return among;
}

bool flt__lower_port_id(struct lower *g, const struct ast *node, struct target to)
{
	struct port_sets sets = { .node = node };
	struct ir_block *next;

	if (!flt__lower_check_dir(g, &node->quals) || !take_ports(g, node, &sets))
		return false;
	for (size_t i = 0; i < TRANSPORTS; i++)
		flt__set_close(&sets.of[i]);
	for (size_t i = 0; i < TRANSPORTS; i++) {
		struct ports p = { &sets.of[i], same_ports(&sets, i), node->quals.dir };
		if (!p.set->count || !p.among)
			continue;
		if (!lower_ports(g, &p, flt__lower_else(g, to, &next)))
			return false;
		flt__lower_start(g, next);
	}
	flt__lower_goto(g, to.no);
	return true;
}
