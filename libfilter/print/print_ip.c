/* SPDX-License-Identifier: BSD-2-Clause */
/* IPv4 (RFC 791). Options are in print_ip_options.c. */

/*
 *  0               8              16              24            31
 * +---------------------------------------------------------------+
 * |  ver  | words |type of service|          total length         |
 * +---------------------------------------------------------------+
 * |         identification        | fl. |     fragment offset     |
 * +---------------------------------------------------------------+
 * |  time to live |    protocol   |        header checksum        |
 * +---------------------------------------------------------------+
 * |                             source                            |
 * +---------------------------------------------------------------+
 * |                          destination                          |
 * +---------------------------------------------------------------+
 * |                    options, up to 40 bytes                    |
 * +---------------------------------------------------------------+
 */

#include "print.h"
#include "print_ip_options.h"

#define MINIMUM         20u
#define FRAGMENT_OFFSET 0x1fffu
#define MORE_FRAGMENTS  0x2000u
#define LONGEST         65535u /* what the length field can say */

static const struct valname fragment_flags[] = {
	{ MORE_FRAGMENTS, "+" }, { 0x4000, "DF" }, { 0x8000, "rsvd" }, { 0, NULL }
};

static const struct valname ecn_names[] = {
	{ 1, ",ECT(1)" }, { 2, ",ECT(0)" }, { 3, ",CE" }, { 0, NULL }
};

struct ipv4 {
	struct cursor start; /* at the header, over all bytes that are there */
	uint32_t header_len; /* 20..60; RFC 791 counts words, we keep bytes */
	uint32_t total_len;  /* header and payload, at least header_len */
	bool presumed;       /* the field was 0: a giant that the hardware cuts later */
	uint8_t tos, ttl;
	uint16_t id, fragment;
};

static bool refuse(struct printer *p, const char *what, uint32_t have, const char *relation,
		   uint32_t need)
{
	flt__out_fmt(p->out, "[%s %u %s %u]", what, have, relation, need);
	flt__print_invalid(p);
	return false;
}

/* Version and header length: without these nothing else can be found. */
static bool read_first_byte(struct printer *p, struct ipv4 *ip, struct cursor *c, uint32_t len)
{
	uint8_t first = want_u8(p, c);
	unsigned version = first >> 4;

	if (version != 4 && !p->cut_in) {
		flt__out_fmt(p->out, " [version %u != 4]", version);
		flt__print_invalid(p);
		return false;
	}
	if (len < MINIMUM && !p->cut_in) {
		out_char(p->out, ' ');
		return refuse(p, "length", len, "<", MINIMUM);
	}
	ip->header_len = (first & 0xfu) * 4;
	if (ip->header_len < MINIMUM && !p->cut_in) {
		out_char(p->out, ' ');
		return refuse(p, "header length", ip->header_len, "<", MINIMUM);
	}
	return true;
}

static bool check_total(struct printer *p, struct ipv4 *ip, uint32_t len)
{
	ip->presumed = ip->total_len == 0 && len > 0;
	if (ip->presumed)
		ip->total_len = len;
	if (ip->total_len < ip->header_len)
		return refuse(p, "total length", ip->total_len, "<", ip->header_len);
	if (ip->total_len > len) {
		refuse(p, "total length", ip->total_len, "> length", len);
		out_char(p->out, ' ');
	}
	return true;
}

static void ends_of_route(struct printer *p, const struct ipv4 *ip)
{
	struct cursor options = limited(ip->start, ip->header_len);

	p->net.origin = p->net.src;
	p->net.final = p->net.dst;
	if (ip->header_len == MINIMUM || !cur_skip(&options, MINIMUM))
		return;
	const uint8_t *last = flt__ipv4_last_hop(options);
	if (last)
		p->net.final = last;
}

static bool read_header(struct printer *p, struct ipv4 *ip, struct cursor *c, uint32_t len)
{
	ip->start = *c;
	if (!read_first_byte(p, ip, c, len))
		return false;
	ip->tos = want_u8(p, c);
	ip->total_len = want_be16(p, c);
	if (!check_total(p, ip, len))
		return false;
	ip->id = want_be16(p, c);
	ip->fragment = want_be16(p, c);
	ip->ttl = want_u8(p, c);
	p->net.protocol = want_u8(p, c);
	want_skip(p, c, 2);
	p->net.version = 4;
	p->net.src = want(p, c, 4);
	p->net.dst = want(p, c, 4);
	ends_of_route(p, ip);
	p->net.fragment = (ip->fragment & (FRAGMENT_OFFSET | MORE_FRAGMENTS)) != 0;
	return true;
}

static void header_checksum(struct printer *p, const struct ipv4 *ip)
{
	if (p->opts.no_checksums || cur_left(&ip->start) < ip->header_len)
		return;
	uint16_t sum = flt__cksum_end(flt__cksum_add(0, ip->start.at, ip->header_len));
	uint16_t was = get_be16(ip->start.at + IP4_AT_CHECKSUM);
	if (sum != 0)
		flt__out_fmt(p->out, ", bad cksum %x (->%x)!", was, flt__cksum_should_be(sum, was));
}

/* False: the capture ends inside the options. */
static bool header_options(struct printer *p, const struct ipv4 *ip)
{
	struct cursor c = ip->start;

	if (ip->header_len == MINIMUM)
		return true;
	cur_skip(&c, MINIMUM);
	OUT(p->out, ", options (");
	flt__print_ipv4_options(p, c, ip->header_len - MINIMUM);
	bool whole = !flt__print_forgive_cut(p);
	if (!whole)
		OUT(p->out, " [truncated-option]");
	out_char(p->out, ')');
	return whole;
}

static void presumed_length(struct printer *p, const struct ipv4 *ip)
{
	if (!ip->presumed)
		return;
	flt__out_fmt(p->out, " [was 0, presumed %s]", ip->total_len > LONGEST ? "BIG TCP" : "TSO");
}

static bool verbose_header(struct printer *p, const struct ipv4 *ip)
{
	flt__out_fmt(p->out, "(tos 0x%x", ip->tos);
	flt__out_text(p->out, flt__valname(ecn_names, ip->tos & 3, ""));
	if (ip->ttl >= 1)
		flt__out_fmt(p->out, ", ttl %u", ip->ttl);
	flt__out_fmt(p->out, ", id %u, offset %u, flags [", ip->id,
		     (ip->fragment & FRAGMENT_OFFSET) * 8u);
	flt__out_bits(p->out, fragment_flags, ip->fragment, ", ", "none");
	flt__out_fmt(p->out, "], proto %s (%u), length %u",
		     flt__valname(flt__ip_protocol_names, p->net.protocol, "unknown"),
		     p->net.protocol, ip->total_len);
	presumed_length(p, ip);
	bool whole = header_options(p, ip);
	header_checksum(p, ip);
	flt__out_text(p->out, p->opts.join_lines ? ") " : ")\n    ");
	return whole;
}

static void later_fragment(struct printer *p)
{
	flt__print_addresses(p);
	flt__out_fmt(p->out, ": ip-proto-%u", p->net.protocol);
}

static void after_header(struct printer *p, const struct ipv4 *ip, struct cursor payload)
{
	if (!cur_skip(&payload, ip->header_len))
		flt__print_cut(p);
	if ((ip->fragment & FRAGMENT_OFFSET) == 0)
		flt__print_ip_payload(p, payload, ip->total_len - ip->header_len);
	else
		later_fragment(p);
}

static void cut_options(struct printer *p)
{
	flt__print_addresses(p);
	OUT(p->out, ": ");
	flt__print_cut(p);
}

void flt__print_ipv4(struct printer *p, struct cursor c, uint32_t len)
{
	struct net outer = p->net;
	struct ipv4 ip;

	p->protocol = "ip";
	if (!p->opts.link_header)
		OUT(p->out, "IP ");
	p->net = (struct net){ .src = flt__no_bytes,
			       .dst = flt__no_bytes,
			       .origin = flt__no_bytes,
			       .final = flt__no_bytes };
	if (read_header(p, &ip, &c, len) && !p->cut_in) {
		if (p->opts.verbose > 0 && !verbose_header(p, &ip))
			cut_options(p);
		else
			after_header(p, &ip, limited(ip.start, ip.total_len));
	}
	p->net = outer;
}
