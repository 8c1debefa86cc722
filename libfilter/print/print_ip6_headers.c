/* SPDX-License-Identifier: BSD-2-Clause */
/* Extension headers of IPv6 (RFC 8200), jumbograms (RFC 2675), segment routing (RFC 8754). */
#include "print_ip6_headers.h"

#define OPTION_PAD1         0u
#define OPTION_PADN         1u
#define OPTION_ROUTER_ALERT 5u
#define OPTION_JUMBO        0xc2u
#define OPTION_HOME_ADDRESS 0xc9u
#define HEADER              40u

/* What one extension header leaves for the next. */
struct chain {
	struct cursor c;
	uint32_t len;
	uint32_t jumbo_len;   /* of the packet by what carries it, when its own field is 0 */
	uint32_t payload_len; /* what a jumbo option says; 0: none */
	bool to_destination;  /* the options at hand are the destination's */
	bool ends;
};

static void jumbo(struct printer *p, struct cursor c, uint32_t len, struct chain *chain)
{
	if (len != 4) {
		flt__out_fmt(p->out, "(jumbo: invalid len %u) ", len);
		return;
	}
	uint32_t payload_len = want_be32(p, &c);
	if (!chain->to_destination)
		chain->payload_len = payload_len;
	if (p->opts.verbose > 0)
		flt__out_fmt(p->out, "(jumbo: %u) ", payload_len);
}

/* From here on the payload is as long as the jumbogram says, not as long as what carries it. */
static void use_jumbo(struct printer *p, struct chain *chain, uint32_t before)
{
	if (chain->payload_len == 0 || chain->jumbo_len == 0)
		return;
	uint64_t total = (uint64_t)chain->payload_len + HEADER;
	if (total > chain->jumbo_len) {
		flt__out_fmt(p->out, "[header+payload length %llu > length %u]",
			     (unsigned long long)total, chain->jumbo_len);
		flt__print_invalid(p);
		out_char(p->out, ' ');
	}
	uint32_t taken = before - chain->len;
	chain->len = chain->payload_len > taken ? chain->payload_len - taken : 0;
	chain->c = limited(chain->c, chain->len);
	chain->jumbo_len = 0;
}

static void home_address(struct printer *p, struct cursor c, uint32_t len,
			 const struct chain *chain)
{
	struct cursor address = c;

	if (len != 16) {
		flt__out_fmt(p->out, "(homeaddr: invalid len %u) ", len);
		return;
	}
	OUT(p->out, "(homeaddr: ");
	flt__print_ipv6_address(p, &c);
	out_char(p->out, ')');
	if (chain->to_destination)
		p->net.origin = want(p, &address, 16);
}

static void router_alert(struct printer *p, struct cursor c, uint32_t len)
{
	if (len != 2) {
		flt__out_fmt(p->out, "(rtalert: invalid len %u)", len);
		return;
	}
	uint16_t value = want_be16(p, &c);
	flt__out_fmt(p->out, "(rtalert: 0x%04x) ", value);
}

static void option_value(struct printer *p, uint8_t type, struct cursor c, uint32_t len,
			 struct chain *chain)
{
	switch (type) {
	case OPTION_PADN: OUT(p->out, "(padn)"); break;
	case OPTION_ROUTER_ALERT: router_alert(p, c, len); break;
	case OPTION_JUMBO: jumbo(p, c, len, chain); break;
	case OPTION_HOME_ADDRESS: home_address(p, c, len, chain); break;
	default: flt__out_fmt(p->out, "(opt_type 0x%02x: len=%u)", type, len); break;
	}
}

/* False: an option longer than what is left. */
static bool option(struct printer *p, struct cursor *c, struct chain *chain, bool quiet)
{
	uint32_t left = (uint32_t)cur_left(c);
	uint8_t type = want_u8(p, c);

	if (type == OPTION_PAD1) {
		if (!quiet)
			OUT(p->out, "(pad1)");
		return true;
	}
	uint32_t len = want_u8(p, c) + 2u;
	if (left < 2 || left < len) {
		flt__out_fmt(p->out, " [remaining length %u < %u]", left, left < 2 ? 2 : len);
		flt__print_invalid(p);
		chain->ends = true;
		return false;
	}
	struct cursor value = part(c, len - 2);
	if (!quiet || type == OPTION_JUMBO)
		option_value(p, type, value, len - 2, chain);
	return true;
}

/* Options that are not shown are read all the same: a jumbogram's length is among them. */
static void options(struct printer *p, struct cursor c, struct chain *chain, bool quiet)
{
	while (cur_left(&c) > 0 && option(p, &c, chain, quiet))
		;
}

/* The next header and the rest of an extension header whose length counts units of 8 bytes. */
static bool sized_header(struct printer *p, struct chain *chain, struct cursor *rest)
{
	struct cursor start = chain->c;

	if (chain->len < 2) {
		flt__print_cut(p);
		return false;
	}
	p->net.protocol = want_u8(p, &chain->c);
	uint32_t len = (want_u8(p, &chain->c) + 1u) * 8u;
	if (len > chain->len) {
		flt__out_fmt(p->out, " [remaining length %u < %u]", chain->len, len);
		flt__print_invalid(p);
		chain->ends = true;
		return false;
	}
	*rest = part(&chain->c, len - 2);
	if (cur_left(&start) < len)
		flt__print_cut(p);
	chain->len -= len;
	return true;
}

static void hop_by_hop(struct printer *p, struct chain *chain)
{
	uint32_t before = chain->len;
	struct cursor rest;

	p->protocol = "hbhopt";
	OUT(p->out, "HBH ");
	if (!sized_header(p, chain, &rest))
		return;
	options(p, rest, chain, p->opts.verbose == 0);
	if (chain->ends)
		return;
	if (p->opts.verbose > 0)
		out_char(p->out, ' ');
	use_jumbo(p, chain, before);
}

/* A damaged option is no reason to keep quiet about what follows the header. */
static void destination(struct printer *p, struct chain *chain)
{
	struct cursor rest;

	p->protocol = "dstopt";
	OUT(p->out, "DSTOPT ");
	if (!sized_header(p, chain, &rest) || p->opts.verbose == 0)
		return;
	chain->to_destination = true;
	options(p, rest, chain, false);
	chain->to_destination = false;
	chain->ends = false;
	out_char(p->out, ' ');
}

/* What leaves the packet in the end: the last address of the list, which the checksum covers. */
static void final_destination(struct printer *p, struct cursor list, uint32_t count, bool first)
{
	for (uint32_t i = 0; i < count && !list.cut; i++) {
		const uint8_t *address = cur_take(&list, 16);
		if (address && (i == 0 || !first))
			p->net.final = address;
	}
}

static void old_routing(struct printer *p, struct cursor c, uint8_t units, uint8_t left,
			struct chain *chain)
{
	uint32_t reserved = want_be32(p, &c);
	uint32_t count = units / 2;

	if (reserved != 0 || p->opts.verbose > 0)
		flt__out_fmt(p->out, ", rsv=0x%0x", reserved);
	if (units % 2 != 0) {
		flt__out_fmt(p->out, " (invalid length %u)", units);
		flt__print_invalid(p);
		chain->ends = true;
		return;
	}
	if (left > 0)
		final_destination(p, c, count, false);
	for (uint32_t i = 0; i < count && !c.cut; i++) {
		const uint8_t *address = want(p, &c, 16);
		flt__out_fmt(p->out, ", [%u]", i);
		flt__out_ipv6(p->out, address);
	}
	OUT(p->out, ") ");
}

static const struct valname segment_tlvs[] = {
	{ 0, "Pad1" }, { 4, "PadN" }, { 5, "HMAC" }, { 0, NULL }
};

static void hmac(struct printer *p, struct cursor c)
{
	uint16_t flags = want_be16(p, &c);
	uint32_t key = want_be32(p, &c);

	flt__out_fmt(p->out, ", D=%u, HMAC-key-ID=0x%08x, HMAC=0x", flags >> 15, key);
	flt__print_hexes(p, &c, cur_left(&c));
}

/* The length of this one leaves out the flags and the key. */
#define HMAC_FIXED 6u

static void segment_tlv(struct printer *p, struct cursor *c)
{
	uint8_t type = want_u8(p, c);

	flt__out_fmt(p->out, ", TLV-type=%s(%u)", flt__valname(segment_tlvs, type, "Unknown"),
		     type);
	if (type == 0)
		return;
	uint8_t len = want_u8(p, c);
	flt__out_fmt(p->out, ", TLV-len=%u", len);
	struct cursor value = part(c, type == 5 ? len + HMAC_FIXED : len);
	if (type == 5 && p->opts.verbose > 0)
		hmac(p, value);
}

/* Addresses stand in reverse order: the first is where the packet ends. */
static void segment_routing(struct printer *p, struct cursor c, uint8_t left)
{
	uint8_t last = want_u8(p, &c);
	uint8_t flags = want_u8(p, &c);
	uint16_t tag = want_be16(p, &c);

	flt__out_fmt(p->out, ", last-entry=%u", last);
	if (flags || p->opts.verbose > 0)
		flt__out_fmt(p->out, ", flags=0x%0x", flags);
	flt__out_fmt(p->out, ", tag=%x", tag);
	if (left > 0)
		final_destination(p, c, 1, true);
	for (uint32_t i = 0; i < last + 1u && !c.cut; i++) {
		const uint8_t *address = want(p, &c, 16);
		flt__out_fmt(p->out, ", [%u]", i);
		flt__out_ipv6(p->out, address);
	}
	while (cur_left(&c) > 0)
		segment_tlv(p, &c);
	OUT(p->out, ") ");
}

static void routing(struct printer *p, struct chain *chain)
{
	struct cursor rest;

	p->protocol = "rt6";
	OUT(p->out, "RT6");
	p->net.protocol = want_u8(p, &chain->c);
	uint8_t units = want_u8(p, &chain->c);
	uint8_t type = want_u8(p, &chain->c);
	uint8_t left = want_u8(p, &chain->c);
	uint32_t len = (units + 1u) * 8u;
	rest = part(&chain->c, len - 4);
	flt__out_fmt(p->out, " (len=%u, type=%u", units, type);
	if (type == 0)
		OUT(p->out, " [Deprecated]");
	flt__out_fmt(p->out, ", segleft=%u", left);
	chain->len = chain->len > len ? chain->len - len : 0;
	if (type == 0 || type == 2)
		old_routing(p, rest, units, left, chain);
	else if (type == 4)
		segment_routing(p, rest, left);
	else
		OUT(p->out, ") ");
}

static void fragment(struct printer *p, struct chain *chain)
{
	p->protocol = "frag6";
	OUT(p->out, "frag (");
	p->net.protocol = want_u8(p, &chain->c);
	want_skip(p, &chain->c, 1);
	uint16_t offset = want_be16(p, &chain->c);
	uint32_t id = want_be32(p, &chain->c);
	chain->len = chain->len >= 8 ? chain->len - 8 : 0;
	if (p->opts.verbose > 0)
		flt__out_fmt(p->out, "0x%08x:", id);
	flt__out_fmt(p->out, "%u|%u)", offset & 0xfff8u, chain->len);
	p->net.fragment = true;
	chain->ends = (offset & 0xfff8) != 0;
	if (!chain->ends)
		out_char(p->out, ' ');
}

static bool one_header(struct printer *p, struct chain *chain)
{
	switch (p->net.protocol) {
	case IP6_HOP_BY_HOP: hop_by_hop(p, chain); return true;
	case IP6_DESTINATION: destination(p, chain); return true;
	case IP6_FRAGMENT: fragment(p, chain); return true;
	case IP6_ROUTING: routing(p, chain); return true;
	default: return false;
	}
}

static bool has_ports(uint8_t protocol)
{
	return protocol == IP_TCP || protocol == IP_UDP;
}

void flt__print_ip6_payload(struct printer *p, struct cursor c, uint32_t len, uint32_t jumbo_len)
{
	struct chain chain = { .c = c, .len = len, .jumbo_len = jumbo_len };

	if (!has_ports(p->net.protocol)) {
		flt__print_addresses(p);
		OUT(p->out, ": ");
		p->net.shown = true;
	}
	while (!chain.ends && !p->cut_in && one_header(p, &chain))
		;
	if (chain.ends || p->cut_in)
		return;
	if (p->net.protocol == IP6_NONE)
		OUT(p->out, "no next header");
	else
		flt__print_ip_payload(p, chain.c, chain.len);
}
