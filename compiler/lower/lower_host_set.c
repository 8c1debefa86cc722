/* SPDX-License-Identifier: BSD-2-Clause */
/* host and net with a set: its addresses, networks and names as ranges of each address family. */
#include <string.h>

#include "lower_list.h"
#include "read_value.h"
#include "names.h"

struct hosts {
	const struct quals *quals;
	struct addresses of;
};

/* ---- refusals ---------------------------------------------------------------------------- */

static bool refuse(struct lower *g, const struct value *value, const char *why)
{
	return COMPILE_FAIL(g->c, FLT_E_MEANING, value->span, "'%s' is %s, which %s", value->text,
			    flt__lower_value_name(value), why);
}

static bool wants_ip4(struct lower *g, const struct hosts *h, const struct value *value)
{
	if (flt__lower_is_ip4_proto(h->quals->proto))
		return true;
	return COMPILE_FAIL(g->c, FLT_E_MEANING, value->span,
			    "'%s' is %s, which '%s' does not have", value->text,
			    flt__lower_value_name(value), flt__proto_word(h->quals->proto));
}

static bool wants_ip6(struct lower *g, const struct hosts *h, const struct value *value)
{
	if (h->quals->proto == PROTO_NONE || h->quals->proto == PROTO_IP6)
		return true;
	return COMPILE_FAIL(g->c, FLT_E_MEANING, value->span,
			    "'%s' is %s, which '%s' does not have", value->text,
			    flt__lower_value_name(value), flt__proto_word(h->quals->proto));
}

/* ---- entries ----------------------------------------------------------------------------- */

static bool add4(struct hosts *h, uint32_t low, uint32_t high)
{
	return flt__set_add(&h->of.ip4, &(struct set_range){ .low = { low }, .high = { high } });
}

static bool add6(struct hosts *h, const uint32_t low[4], const uint32_t high[4])
{
	struct set_range range;

	memcpy(range.low, low, sizeof(range.low));
	memcpy(range.high, high, sizeof(range.high));
	return flt__set_add(&h->of.ip6, &range);
}

/* The addresses of a network are a range, when the ones of its mask come before its zeros. */
static bool add_net4(struct lower *g, struct hosts *h, const struct value *value, uint32_t addr,
		     uint32_t mask)
{
	uint32_t host_bits = ~mask;

	if (host_bits & (host_bits + 1))
		return COMPILE_FAIL(g->c, FLT_E_MEANING, value->prefix_span,
				    "inside a set a mask must be contiguous");
	return add4(h, addr, addr | host_bits);
}

static bool take_ip4(struct lower *g, struct hosts *h, const struct value *value)
{
	uint32_t addr, mask;

	if (!wants_ip4(g, h, value))
		return false;
	if (!flt__lower_read_ip4(value, &addr, &mask) &&
	    !flt__lower_read_prefix4(g->c, value, addr, &mask))
		return false;
	return add_net4(g, h, value, addr, mask);
}

/* `host 80` is 0.0.0.80, which nobody means in a list. */
static bool take_number(struct lower *g, struct hosts *h, const struct value *value)
{
	uint32_t addr = value->number, mask = UINT32_MAX;

	if (h->quals->type != TYPE_NET)
		return refuse(g, value, "is not an address");
	if (!wants_ip4(g, h, value))
		return false;
	flt__lower_read_number4(&addr, &mask);
	return add_net4(g, h, value, addr, mask);
}

static bool take_ip6(struct lower *g, struct hosts *h, const struct value *value)
{
	uint32_t low[4], mask[4], high[4];

	flt__lower_read_words(value->bytes, low);
	if (!wants_ip6(g, h, value) || !flt__lower_read_prefix6(g->c, value, low, mask))
		return false;
	for (int i = 0; i < 4; i++)
		high[i] = low[i] | ~mask[i];
	return add6(h, low, high);
}

static bool take_range(struct lower *g, struct hosts *h, const struct value *value)
{
	uint32_t low[4], high[4];

	flt__lower_read_words(value->bytes, low);
	flt__lower_read_words(value->high, high);
	if (value->kind == VAL_IPV4S)
		return wants_ip4(g, h, value) && add4(h, low[0], high[0]);
	return wants_ip6(g, h, value) && add6(h, low, high);
}

static bool take_net_name(struct lower *g, struct hosts *h, const struct value *value)
{
	uint32_t addr;

	return wants_ip4(g, h, value) && flt__name_network(g->c, value->text, value->span, &addr) &&
	       add4(h, addr, addr);
}

static bool take_host(struct lower *g, const struct value *value, void *context)
{
	struct hosts *h = context;

	switch (value->kind) {
	case VAL_IPV4: return take_ip4(g, h, value);
	case VAL_NUMBER: return take_number(g, h, value);
	case VAL_IPV6: return take_ip6(g, h, value);
	case VAL_IPV4S:
	case VAL_IPV6S: return take_range(g, h, value);
	case VAL_NAME:
		return h->quals->type == TYPE_NET ?
			       take_net_name(g, h, value) :
			       flt__lower_add_host(g, value, h->quals->proto, &h->of);
	case VAL_MAC: return refuse(g, value, "needs 'ether host' before the set");
	default: return refuse(g, value, "cannot be a host or a network here");
	}
}

/* ---- Ethernet ---------------------------------------------------------------------------- */

struct macs {
	const struct quals *quals;
	struct set of;
};

static bool take_mac(struct lower *g, const struct value *value, void *context)
{
	struct macs *macs = context;
	uint8_t mac[6];

	if (value->kind != VAL_MAC && value->kind != VAL_NAME)
		return refuse(g, value, "is not an Ethernet address");
	if (macs->quals->type == TYPE_NET)
		return COMPILE_FAIL(g->c, FLT_E_MEANING, value->span,
				    "'%s' is %s, which names one host; write 'ether host %s'",
				    value->text, flt__lower_value_name(value), value->text);
	memcpy(mac, value->bytes, sizeof(mac));
	if (value->kind == VAL_NAME && !flt__name_ether(g->c, value->text, value->span, mac))
		return false;
	struct set_range range = { .low = { (uint32_t)mac[2] << 24 | (uint32_t)mac[3] << 16 |
						    (uint32_t)mac[4] << 8 | mac[5],
					    (uint32_t)mac[0] << 8 | mac[1] } };
	memcpy(range.high, range.low, sizeof(range.high));
	return flt__set_add(&macs->of, &range);
}

static bool lower_macs_of(struct lower *g, const struct ast *node, struct target to)
{
	struct macs macs = { .quals = &node->quals };
	struct entries e = { take_mac, &macs };

	if (!flt__lower_has(g, ALLOW_MAC))
		return flt__lower_lacks(g, node->quals.span, "48-bit addresses");
	flt__set_init(&macs.of, &g->c->arena, 2);
	if (!flt__lower_entries(g, node->value->set, &e))
		return false;
	flt__set_close(&macs.of);
	return flt__lower_mac_set(g, node->quals.dir, &macs.of, to);
}

/* ---- the test ---------------------------------------------------------------------------- */

static bool lower_hosts_of(struct lower *g, const struct ast *node, struct target to)
{
	struct hosts h = { .quals = &node->quals };
	struct entries e = { take_host, &h };

	flt__lower_addresses_init(g, &h.of);
	return flt__lower_entries(g, node->value->set, &e) &&
	       flt__lower_addresses(g, &node->quals, &h.of, to);
}

bool flt__lower_host_set(struct lower *g, const struct ast *node, struct target to)
{
	enum proto proto = node->quals.proto;
	bool is_odd = proto == PROTO_LINK &&
		      (flt__lower_has(g, ALLOW_WLAN) || flt__lower_has(g, ALLOW_MAC8));

	if (node->quals.type == TYPE_GATEWAY || proto == PROTO_DECNET || is_odd)
		return flt__lower_each(g, node, to);
	if (proto == PROTO_LINK)
		return lower_macs_of(g, node, to);
	if (!flt__lower_is_ip4_proto(proto) && proto != PROTO_IP6)
		return flt__lower_bad_quals(g, node, "a set of hosts");
	return lower_hosts_of(g, node, to);
}
