/* SPDX-License-Identifier: BSD-2-Clause */
/* Extension headers of IPv6 (RFC 8200), jumbograms (RFC 2675), segment routing (RFC 8754). */
#include "print_ip6.h"

#define OPTION_PAD1 0u
#define OPTION_PADN 1u
#define OPTION_ROUTER_ALERT 5u
#define OPTION_JUMBO 0xc2u
#define OPTION_HOME_ADDRESS 0xc9u
#define HEADER 40u

/* What one extension header leaves for the next. */
struct chain {
	struct cursor c;
	uint32_t len;
	uint32_t jumbo_len;
	bool ends;
};

static void cut_option(struct printer *p)
{
	print_cut(p);
}

static void jumbo(struct printer *p, struct cursor c, uint32_t len, struct chain *chain)
{
	if (len != 4) {
		out_fmt(p->out, "(jumbo: invalid len %u) ", len);
		return;
	}
	uint32_t payload_len = want_be32(p, &c);
	out_fmt(p->out, "(jumbo: %u) ", payload_len);
	if (chain->jumbo_len == 0)
		return;
	if (payload_len > chain->jumbo_len - HEADER) {
		out_fmt(p->out, " [header+payload length %llu > length %u]", (unsigned long long)payload_len + HEADER,
			chain->jumbo_len);
		print_invalid(p);
		out_char(p->out, ' ');
	}
	chain->jumbo_len = 0;
}

static void option_value(struct printer *p, uint8_t type, struct cursor c, uint32_t len, struct chain *chain)
{
	switch (type) {
	case OPTION_PADN: OUT(p->out, "(padn)"); break;
	case OPTION_ROUTER_ALERT:
		if (len != 2)
			out_fmt(p->out, "(rtalert: invalid len %u)", len);
		else
			out_fmt(p->out, "(rtalert: 0x%04x) ", want_be16(p, &c));
		break;
	case OPTION_JUMBO: jumbo(p, c, len, chain); break;
	case OPTION_HOME_ADDRESS:
		OUT(p->out, "(homeaddr: ");
		print_ipv6_address(p, &c);
		out_char(p->out, ')');
		break;
	default: out_fmt(p->out, "(opt_type 0x%02x: len=%u)", type, len); break;
	}
}

static void options(struct printer *p, struct cursor c, struct chain *chain)
{
	while (cur_left(&c) > 0) {
		uint8_t type = want_u8(p, &c);
		if (type == OPTION_PAD1) {
			OUT(p->out, "(pad1)");
			continue;
		}
		uint32_t len = want_u8(p, &c);
		if (len > cur_left(&c))
			cut_option(p);
		struct cursor value = part(&c, len);
		option_value(p, type, value, len, chain);
	}
}

/* The next header and the rest of an extension header whose length counts units of 8 bytes. */
static bool sized_header(struct printer *p, struct chain *chain, struct cursor *rest)
{
	struct cursor start = chain->c;

	if (chain->len < 2) {
		print_cut(p);
		return false;
	}
	p->net.protocol = want_u8(p, &chain->c);
	uint32_t len = (want_u8(p, &chain->c) + 1u) * 8u;
	if (len > chain->len) {
		out_fmt(p->out, " [remaining length %u < %u]", chain->len, len);
		print_invalid(p);
		chain->ends = true;
		return false;
	}
	*rest = part(&chain->c, len - 2);
	if (cur_left(&start) < len)
		print_cut(p);
	chain->len -= len;
	return true;
}

static void hop_by_hop(struct printer *p, struct chain *chain)
{
	struct cursor rest;

	p->protocol = "hbhopt";
	OUT(p->out, "HBH ");
	if (!sized_header(p, chain, &rest))
		return;
	if (p->opts.verbose > 0 || chain->jumbo_len)
		options(p, rest, chain);
	out_char(p->out, ' ');
}

static void destination(struct printer *p, struct chain *chain)
{
	struct cursor rest;

	p->protocol = "dstopt";
	OUT(p->out, "DSTOPT ");
	if (!sized_header(p, chain, &rest))
		return;
	if (p->opts.verbose > 0)
		options(p, rest, chain);
	out_char(p->out, ' ');
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
		out_fmt(p->out, "0x%08x:", id);
	out_fmt(p->out, "%u|%u) ", offset & 0xfff8u, chain->len);
	p->net.fragment = true;
	if ((offset & 0xfff8) != 0)
		chain->ends = true;
}

static bool one_header(struct printer *p, struct chain *chain)
{
	switch (p->net.protocol) {
	case IP6_HOP_BY_HOP: hop_by_hop(p, chain); return true;
	case IP6_DESTINATION: destination(p, chain); return true;
	case IP6_FRAGMENT: fragment(p, chain); return true;
	case IP6_ROUTING: return false;
	default: return false;
	}
}

static bool has_ports(uint8_t protocol)
{
	return protocol == 6 || protocol == 17;
}

void print_ip6_payload(struct printer *p, struct cursor c, uint32_t len, uint32_t jumbo_len)
{
	struct chain chain = { c, len, jumbo_len, false };

	if (!has_ports(p->net.protocol)) {
		print_addresses(p);
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
		print_ip_payload(p, chain.c, chain.len);
}
