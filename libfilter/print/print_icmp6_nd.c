/* SPDX-License-Identifier: BSD-2-Clause */
/* Neighbor discovery (RFC 4861) and its options (RFC 4191, RFC 8106, ...). */
#include "icmp6_message.h"

#define UNIT     8u /* option lengths count 8 bytes */
#define INFINITE 0xffffffffu

static const struct valname option_names[] = {
	{ 1, "source link-address" },
	{ 2, "destination link-address" },
	{ 3, "prefix info" },
	{ 4, "redirected header" },
	{ 5, "mtu" },
	{ 7, "advertisement interval" },
	{ 8, "homeagent information" },
	{ 14, "nonce" },
	{ 24, "route info" },
	{ 25, "rdnss" },
	{ 31, "dnssl" },
	{ 0, NULL },
};

static const struct valname router_flags[] = { { 0x80, "managed" },
					       { 0x40, "other stateful" },
					       { 0x20, "home agent" },
					       { 0x02, "ipv6 only" },
					       { 0, NULL } };

static const struct valname neighbor_flags[] = {
	{ 0x80, "router" }, { 0x40, "solicited" }, { 0x20, "override" }, { 0, NULL }
};

static const struct valname prefix_flags[] = {
	{ 0x80, "onlink" }, { 0x40, "auto" }, { 0x20, "router" }, { 0, NULL }
};

static const char *preference(uint8_t flags)
{
	static const char *const names[] = { "medium", "high", "rsv", "low" };

	return names[flags >> 3 & 3];
}

static void seconds(struct printer *p, uint32_t value)
{
	if (value == INFINITE)
		OUT(p->out, "infinity");
	else
		flt__out_fmt(p->out, "%us", value);
}

static void link_address(struct printer *p, struct cursor c)
{
	flt__out_mac(p->out, c.at, cur_left(&c));
}

static void prefix_info(struct printer *p, struct cursor c)
{
	uint8_t bits = want_u8(p, &c);
	uint8_t flags = want_u8(p, &c);
	uint32_t valid = want_be32(p, &c);
	uint32_t preferred = want_be32(p, &c);

	want_skip(p, &c, 4);
	const uint8_t *prefix = want(p, &c, 16);
	flt__out_ipv6(p->out, prefix);
	flt__out_fmt(p->out, "/%u, Flags [", bits);
	flt__out_bits(p->out, prefix_flags, flags, ", ", "none");
	OUT(p->out, "], valid time ");
	seconds(p, valid);
	OUT(p->out, ", pref. time ");
	seconds(p, preferred);
}

static void mtu(struct printer *p, struct cursor c, uint32_t len)
{
	want_skip(p, &c, 2);
	uint32_t value = want_be32(p, &c);
	flt__out_fmt(p->out, " %u%s", value, len != 1 ? "bad option length" : "");
}

static void interval(struct printer *p, struct cursor c)
{
	want_skip(p, &c, 2);
	uint32_t ms = want_be32(p, &c);
	flt__out_fmt(p->out, " %ums", ms);
}

static void home_agent(struct printer *p, struct cursor c)
{
	want_skip(p, &c, 2);
	uint16_t prefer = want_be16(p, &c);
	uint16_t lifetime = want_be16(p, &c);
	flt__out_fmt(p->out, " preference %u, lifetime %u", prefer, lifetime);
}

static void route_info(struct printer *p, struct cursor c, uint32_t len)
{
	uint8_t prefix[16] = { 0 };
	uint8_t bits = want_u8(p, &c);
	uint8_t flags = want_u8(p, &c);
	uint32_t lifetime = want_be32(p, &c);

	for (uint32_t i = 0; i < (len - 1) * UNIT && i < sizeof(prefix); i++)
		prefix[i] = want_u8(p, &c);
	out_char(p->out, ' ');
	flt__out_ipv6(p->out, prefix);
	flt__out_fmt(p->out, "/%u, pref=%s, lifetime=", bits, preference(flags));
	seconds(p, lifetime);
}

static void rdnss(struct printer *p, struct cursor c, uint32_t len)
{
	want_skip(p, &c, 2);
	uint32_t lifetime = want_be32(p, &c);
	OUT(p->out, " lifetime ");
	seconds(p, lifetime);
	out_char(p->out, ',');
	for (uint32_t i = 0; i < len / 2 && !c.cut; i++) {
		const uint8_t *address = want(p, &c, 16);
		OUT(p->out, " addr: ");
		flt__out_ipv6(p->out, address);
	}
}

/* One domain name; false when it ends the list. */
static bool domain(struct printer *p, struct cursor *c)
{
	uint8_t label_len = cur_u8(c);

	if (label_len == 0)
		return false;
	out_char(p->out, ' ');
	while (label_len > 0) {
		flt__print_bytes(p, c, label_len);
		out_char(p->out, '.');
		label_len = cur_u8(c);
	}
	return true;
}

static void dnssl(struct printer *p, struct cursor c)
{
	want_skip(p, &c, 2);
	uint32_t lifetime = want_be32(p, &c);
	OUT(p->out, " lifetime ");
	seconds(p, lifetime);
	OUT(p->out, ", domain(s):");
	while (cur_left(&c) > 0 && domain(p, &c))
		;
}

static void nonce(struct printer *p, struct cursor c)
{
	for (bool first = true; cur_left(&c) > 0; first = false) {
		if (!first)
			out_char(p->out, ' ');
		flt__out_hex(p->out, cur_u8(&c), 2);
	}
}

static void option_value(struct printer *p, uint8_t type, struct cursor c, uint32_t len)
{
	switch (type) {
	case 1:
	case 2: link_address(p, c); break;
	case 3: prefix_info(p, c); break;
	case 4: break;
	case 5: mtu(p, c, len); break;
	case 7: interval(p, c); break;
	case 8: home_agent(p, c); break;
	case 14: nonce(p, c); break;
	case 24: route_info(p, c, len); break;
	case 25: rdnss(p, c, len); break;
	case 31: dnssl(p, c); break;
	default: break;
	}
}

/* False: an unknown option, behind which -v shows nothing more. */
static bool option_bytes(struct printer *p, uint8_t type, struct cursor c)
{
	bool known = flt__valname(option_names, type, NULL) != NULL;

	if (p->opts.verbose > 1)
		flt__hexdump(p->out, c.at, cur_left(&c), "\n\t    ");
	else if (!known)
		flt__hexdump(p->out, c.at, cur_left(&c), "\n\t  ");
	return known || p->opts.verbose > 1;
}

/* One option, and whether to go on. */
static bool nd_option(struct printer *p, struct cursor *c)
{
	struct cursor start = *c;
	uint8_t type = want_u8(p, c);
	uint32_t len = want_u8(p, c);

	if (len == 0)
		flt__print_cut(p);
	flt__out_fmt(p->out, "\n\t  %s option (%u), length %u (%u): ",
		     flt__valname(option_names, type, "unknown"), type, len * UNIT, len);
	if (cur_left(&start) < len * UNIT)
		flt__print_cut(p);
	if (p->cut_in)
		return false;
	struct cursor value = part(c, len * UNIT - 2);
	option_value(p, type, value, len);
	if (flt__print_forgive_cut(p)) /* it is whole, but too short for its type */
		flt__print_invalid(p);
	return option_bytes(p, type, value);
}

void flt__print_nd_options(struct printer *p, struct cursor c)
{
	while (cur_left(&c) > 0 && nd_option(p, &c))
		;
}

void flt__print_router_solicitation(struct printer *p, struct icmp6 *icmp)
{
	icmp6_length(p, icmp);
	if (p->opts.verbose == 0)
		return;
	want_skip(p, &icmp->body, 4);
	flt__print_nd_options(p, icmp->body);
}

void flt__print_router_advertisement(struct printer *p, struct icmp6 *icmp)
{
	struct cursor *c = &icmp->body;

	icmp6_length(p, icmp);
	if (p->opts.verbose == 0)
		return;
	uint8_t hop_limit = want_u8(p, c);
	uint8_t flags = want_u8(p, c);
	flt__out_fmt(p->out, "\n\thop limit %u, Flags [", hop_limit);
	flt__out_bits(p->out, router_flags, flags, ", ", "none");
	uint16_t lifetime = want_be16(p, c);
	uint32_t reachable = want_be32(p, c);
	uint32_t retransmit = want_be32(p, c);
	flt__out_fmt(p->out,
		     "], pref %s, router lifetime %us, reachable time %ums, retrans timer %ums",
		     preference(flags), lifetime, reachable, retransmit);
	flt__print_nd_options(p, *c);
}

/* Length, text and address, in the order that -v wants. */
static void target(struct printer *p, struct icmp6 *icmp, const char *text)
{
	icmp6_length(p, icmp);
	want_skip(p, &icmp->body, 4);
	const uint8_t *address = want(p, &icmp->body, 16);
	flt__out_text(p->out, text);
	flt__out_ipv6(p->out, address);
}

void flt__print_neighbor_solicitation(struct printer *p, struct icmp6 *icmp)
{
	target(p, icmp, ", who has ");
	if (p->opts.verbose > 0)
		flt__print_nd_options(p, icmp->body);
}

void flt__print_neighbor_advertisement(struct printer *p, struct icmp6 *icmp)
{
	struct cursor flags_at = icmp->body;

	target(p, icmp, ", tgt is ");
	if (p->opts.verbose == 0)
		return;
	OUT(p->out, ", Flags [");
	flt__out_bits(p->out, neighbor_flags, want_u8(p, &flags_at), ", ", "none");
	out_char(p->out, ']');
	flt__print_nd_options(p, icmp->body);
}

void flt__print_nd_redirect(struct printer *p, struct icmp6 *icmp)
{
	icmp6_length(p, icmp);
	want_skip(p, &icmp->body, 4);
	const uint8_t *better = want(p, &icmp->body, 16);
	const uint8_t *destination = want(p, &icmp->body, 16);
	OUT(p->out, ", ");
	flt__out_ipv6(p->out, destination);
	OUT(p->out, " to ");
	flt__out_ipv6(p->out, better);
	if (p->opts.verbose > 0)
		flt__print_nd_options(p, icmp->body);
}
