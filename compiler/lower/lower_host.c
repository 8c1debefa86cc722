/* SPDX-License-Identifier: BSD-2-Clause */
/* host, net and gateway: which kind of address was written, and whether its qualifiers fit it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "token.h"
#include "lower_list.h"
#include "read_value.h"
#include "names.h"

/* ---- messages ---------------------------------------------------------------------------- */

static bool refuse_value(struct lower *g, const struct ast *node, const char *why)
{
	return COMPILE_FAIL(g->c, FLT_E_MEANING, node->value->span, "%s %s",
			    flt__lower_value_name(node->value), why);
}

/* ---- IPv4 -------------------------------------------------------------------------------- */

static bool lower_ip4(struct lower *g, const struct ast *node, struct target to)
{
	const struct value *value = node->value;
	struct net4 net;

	if (node->quals.proto == PROTO_DECNET && node->quals.type != TYPE_NET)
		return flt__lower_decnet_host(g, node, to);
	if (!flt__lower_is_ip4_proto(node->quals.proto))
		return flt__lower_bad_quals(g, node, flt__lower_value_name(value));
	if (!flt__lower_read_ip4(value, &net.addr, &net.mask)) {
		if (node->quals.type != TYPE_NET)
			return refuse_value(g, node,
					    "needs 'net' before it; 'host' takes a single address");
		if (!flt__lower_read_prefix4(g->c, value, net.addr, &net.mask))
			return false;
	}
	return flt__lower_net4(g, node->quals.proto, node->quals.dir, &net, to);
}

/* A bare number is an IPv4 address. */
static bool lower_number(struct lower *g, const struct ast *node, struct target to)
{
	struct net4 net = { node->value->number, MASK_HOST };

	if (node->quals.proto == PROTO_DECNET && node->quals.type != TYPE_NET)
		return flt__lower_decnet_host(g, node, to);
	if (!flt__lower_is_ip4_proto(node->quals.proto))
		return flt__lower_bad_quals(g, node,
					    node->quals.type == TYPE_NET ? "an IPv4 network" :
									   "an IPv4 address");
	if (node->value->prefix != PREFIX_NONE)
		return refuse_value(g, node,
				    "takes no mask; write at least two octets, as in 10.0/8");
	if (node->quals.type == TYPE_NET)
		flt__lower_read_number4(&net.addr, &net.mask);
	return flt__lower_net4(g, node->quals.proto, node->quals.dir, &net, to);
}

/* ---- IPv6 -------------------------------------------------------------------------------- */

static bool lower_ip6(struct lower *g, const struct ast *node, struct target to)
{
	const struct value *value = node->value;
	struct net6 net;

	if (node->quals.proto != PROTO_NONE && node->quals.proto != PROTO_IP6)
		return flt__lower_bad_quals(g, node, flt__lower_value_name(value));
	if (node->quals.type != TYPE_NET && value->prefix == PREFIX_LEN && value->prefix_len < 128)
		return refuse_value(g, node,
				    "needs 'net' before it; 'host' takes a single address");
	flt__lower_read_words(value->bytes, net.addr);
	if (!flt__lower_read_prefix6(g->c, value, net.addr, net.mask))
		return false;
	return flt__lower_net6(g, node->quals.dir, &net, to);
}

/* ---- names ------------------------------------------------------------------------------- */

static bool lower_one_address(struct lower *g, const struct quals *quals, bool is_ip6,
			      const struct set_range *range, struct target to)
{
	struct addresses one;

	flt__lower_addresses_init(g, &one);
	return flt__set_add(is_ip6 ? &one.ip6 : &one.ip4, range) &&
	       flt__lower_addresses(g, quals, &one, to);
}

/* `src and dst host` means one address as both, not one of them each. */
static bool lower_address_by_address(struct lower *g, const struct quals *quals,
				     const struct addresses *a, struct target to)
{
	uint32_t count = a->ip4.count + a->ip6.count;

	for (uint32_t i = 0; i < count; i++) {
		bool is_ip6 = i >= a->ip4.count;
		const struct set_range *range =
			is_ip6 ? &a->ip6.ranges[i - a->ip4.count] : &a->ip4.ranges[i];
		struct ir_block *next = to.no;
		struct target first = i + 1 < count ? flt__lower_else(g, to, &next) : to;
		if (!lower_one_address(g, quals, is_ip6, range, first))
			return false;
		flt__lower_start(g, i + 1 < count ? next : NULL);
	}
	return true;
}

static bool lower_host_name(struct lower *g, const struct ast *node, struct target to)
{
	enum proto proto = node->quals.proto;
	struct addresses a;

	if (!flt__lower_is_ip4_proto(proto) && proto != PROTO_IP6)
		return flt__lower_bad_quals(g, node, "a host");
	flt__lower_addresses_init(g, &a);
	if (!flt__lower_add_host(g, node->value, proto, &a))
		return false;
	if (node->quals.dir == DIR_SRC_AND_DST)
		return lower_address_by_address(g, &node->quals, &a, to);
	return flt__lower_addresses(g, &node->quals, &a, to);
}

static bool lower_net_name(struct lower *g, const struct ast *node, struct target to)
{
	struct net4 net = { .mask = MASK_HOST };

	if (!flt__lower_is_ip4_proto(node->quals.proto))
		return flt__lower_bad_quals(g, node, "the name of an IPv4 network");
	if (!flt__name_network(g->c, node->value->text, node->value->span, &net.addr))
		return false;
	return flt__lower_net4(g, node->quals.proto, node->quals.dir, &net, to);
}

static bool lower_name(struct lower *g, const struct ast *node, struct target to)
{
	if (node->quals.type == TYPE_NET)
		return lower_net_name(g, node, to);
	if (node->quals.proto == PROTO_LINK)
		return flt__lower_mac_name(g, node, to);
	return lower_host_name(g, node, to);
}

/* ---- gateway ----------------------------------------------------------------------------- */

/* A packet of the machine's Ethernet address that is not from or to its IPv4 addresses. */
static bool lower_gateway(struct lower *g, const struct ast *node, struct target to)
{
	const struct value *value = node->value;
	enum proto proto = node->quals.proto;
	struct ir_block *next;
	struct addresses a;
	uint8_t mac[6];

	if (value->kind != VAL_NAME)
		return refuse_value(g, node,
				    "cannot be a gateway; 'gateway' needs the name of a host");
	if (!flt__lower_is_ip4_proto(proto))
		return flt__lower_bad_quals(g, node, "'gateway'");
	if (node->quals.dir != DIR_NONE)
		return COMPILE_FAIL(g->c, FLT_E_MEANING, node->quals.span,
				    "'gateway' takes no direction");
	if (!flt__lower_has(g, ALLOW_MAC))
		return flt__lower_lacks(g, node->quals.span,
					"48-bit addresses, which 'gateway' needs");
	if (g->frame.label_depth || g->frame.is_tunnel)
		return COMPILE_FAIL(g->c, FLT_E_MEANING, node->quals.span,
				    "'gateway' cannot be used after %s",
				    g->frame.is_tunnel ? "'geneve' or 'vxlan'" : "'mpls'");
	flt__lower_addresses_init(g, &a);
	if (!flt__name_ether(g->c, value->text, value->span, mac) ||
	    !flt__lower_add_host(g, value, PROTO_IP, &a))
		return false;
	flt__set_close(&a.ip4);
	if (!flt__lower_macs(g, DIR_SRC_OR_DST, mac, value->span, flt__lower_then(g, to, &next)))
		return false;
	flt__lower_start(g, next);
	return flt__lower_set4(g, proto, DIR_SRC_OR_DST, &a.ip4, flt__lower_invert(to), to.no);
}

/* ---- ARCnet ------------------------------------------------------------------------------ */

static bool lower_arcnet(struct lower *g, const struct ast *node, struct target to)
{
	const struct value *value = node->value;

	if (node->quals.proto != PROTO_LINK)
		return refuse_value(g, node, "needs 'link' before it");
	if (node->quals.type == TYPE_NET)
		return flt__lower_no_net(g, value, "link");
	return flt__lower_mac8(g, node->quals.dir, value->bytes, value->span, to);
}

/* ---- all --------------------------------------------------------------------------------- */

static bool is_link_value(enum value_kind kind)
{
	return kind == VAL_MAC || kind == VAL_NAME || kind == VAL_ARCNET;
}

bool flt__lower_host_id(struct lower *g, const struct ast *node, struct target to)
{
	const struct value *value = node->value;
	bool is_wlan = node->quals.proto == PROTO_LINK && flt__lower_has(g, ALLOW_WLAN);

	if (!is_wlan && !flt__lower_check_dir(g, &node->quals))
		return false;
	if (value->kind == VAL_SET)
		return flt__lower_host_set(g, node, to);
	if (node->quals.type == TYPE_GATEWAY)
		return lower_gateway(g, node, to);
	if (node->quals.type == TYPE_NET && value->kind == VAL_MAC)
		return flt__lower_no_net(g, value, "ether");
	if (node->quals.proto == PROTO_LINK && !is_link_value(value->kind))
		return refuse_value(
			g, node,
			flt__lower_has(g, ALLOW_MAC8) ?
				"is not a link-layer address; those look like $0e here" :
				"is not a link-layer address; those look like 00:11:22:33:44:55");
	switch (value->kind) {
	case VAL_IPV4: return lower_ip4(g, node, to);
	case VAL_NUMBER: return lower_number(g, node, to);
	case VAL_IPV6: return lower_ip6(g, node, to);
	case VAL_NAME: return lower_name(g, node, to);
	case VAL_MAC:
		if (node->quals.proto != PROTO_LINK)
			return refuse_value(g, node, "needs 'ether' before it");
		return flt__lower_macs(g, node->quals.dir, value->bytes, value->span, to);
	case VAL_ARCNET: return lower_arcnet(g, node, to);
	default: return refuse_value(g, node, "cannot be a host or a network here");
	}
}
