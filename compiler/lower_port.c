/* SPDX-License-Identifier: BSD-2-Clause */
/* Ports of TCP, UDP and SCTP, over IPv6 and IPv4. */
#include "lower.h"

#include "names.h"

#define ETHERTYPE_IP  0x0800u
#define ETHERTYPE_IP6 0x86ddu

#define IP_TCP  6u
#define IP_UDP  17u
#define IP_SCTP 132u

#define IP6_LEN  40u
#define IP6_NEXT 6u
#define IP4_PROTO 9u

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
	static const uint8_t all[] = { IP_TCP, IP_UDP, IP_SCTP };
	struct off off = off_add(g->frame.net, protocol_off);

	if (wanted) {
		lower_field(g, off, 1, wanted, to);
		return;
	}
	for (size_t i = 0; i < sizeof(all); i++) {
		struct ir_block *next;
		lower_field(g, off, 1, all[i], lower_else(g, to, &next));
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

static bool lower_ports6(struct lower *g, struct ports p, struct target to)
{
	struct ir_block *ip6, *ports;

	p.base = base_ip6;
	p.k = g->frame.net.const_part + IP6_LEN;
	if (!lower_linkproto(g, ETHERTYPE_IP6, lower_then(g, to, &ip6)))
		return false;
	lower_start(g, ip6);
	lower_transport(g, IP6_NEXT, p.range.protocol, lower_then(g, to, &ports));
	lower_start(g, ports);
	lower_ports(g, &p, to);
	return true;
}

static bool lower_ports4(struct lower *g, struct ports p, struct target to)
{
	struct ir_block *ip, *fragment, *ports;

	p.base = lower_ip4_hlen;
	p.k = g->frame.net.const_part;
	if (!lower_linkproto(g, ETHERTYPE_IP, lower_then(g, to, &ip)))
		return false;
	lower_start(g, ip);
	lower_transport(g, IP4_PROTO, p.range.protocol, lower_then(g, to, &fragment));
	lower_start(g, fragment);
	lower_first_fragment(g, lower_then(g, to, &ports));
	lower_start(g, ports);
	lower_ports(g, &p, to);
	return true;
}

/* ---- what was written -------------------------------------------------------------------- */

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

static bool read_ports(struct lower *g, const struct ast *node, struct name_ports *range)
{
	const struct value *value = node->value;
	uint8_t wanted;

	if (value->kind != VAL_NUMBER && value->kind != VAL_NAME && value->kind != VAL_RANGE)
		return COMPILE_FAIL(g->c, FLT_E_MEANING, value->span,
				    "%s cannot follow '%s', which takes a port",
				    lower_value_name(value), flt__type_word(node->quals.type));
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

	if (!lower_check_dir(g, &node->quals) || !read_ports(g, node, &p.range))
		return false;
	if (!lower_ports6(g, p, lower_else(g, to, &ip4)))
		return false;
	lower_start(g, ip4);
	return lower_ports4(g, p, to);
}
