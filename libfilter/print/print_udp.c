/* SPDX-License-Identifier: BSD-2-Clause */
/* UDP (RFC 768). */

/*
 *  0               8              16              24            31
 * +---------------------------------------------------------------+
 * |          source port          |        destination port       |
 * +---------------------------------------------------------------+
 * |             length            |            checksum           |
 * +---------------------------------------------------------------+
 */

#include "print.h"

#define HEADER 8u

/* Optional over IPv4 and of little interest there, mandatory over IPv6. */
static bool checksum_wanted(const struct printer *p)
{
	return !p->opts.no_checksums && !p->net.fragment &&
	       p->opts.verbose > (p->net.version == 6 ? 0 : 1);
}

static void checksum(struct printer *p, const struct cursor *start, uint32_t len, uint16_t sum)
{
	if (sum == 0 && p->net.version != 6) {
		OUT(p->out, "[no cksum] ");
		return;
	}
	if (cur_left(start) < len)
		return;
	uint16_t result = flt__cksum_pseudo(&p->net, IP_UDP, start->at, len);
	if (result == 0)
		OUT(p->out, "[udp sum ok] ");
	else
		flt__out_fmt(p->out, "[bad udp cksum 0x%04x -> 0x%04x!] ", sum,
			     flt__cksum_should_be(result, sum));
}

static void payload_length(struct printer *p, uint32_t udp_len, uint32_t len)
{
	OUT(p->out, "UDP, ");
	if (udp_len > len && !p->net.fragment)
		flt__out_fmt(p->out, "bad length %u > %u", udp_len - HEADER, len - HEADER);
	else
		flt__out_fmt(p->out, "length %u", udp_len - HEADER);
}

static bool no_ports(struct printer *p, const struct cursor *c)
{
	if (cur_left(c) >= 4)
		return false;
	flt__print_addresses(p);
	OUT(p->out, ": ");
	flt__print_cut(p);
	return true;
}

/* A length of 0 in a packet too long for the field: RFC 2675. */
static bool too_short(struct printer *p, uint32_t *udp_len, uint32_t len)
{
	if (*udp_len == 0 && len > 65535)
		*udp_len = len;
	if (*udp_len >= HEADER || p->cut_in)
		return false;
	flt__out_fmt(p->out, "truncated-udplength %u", *udp_len);
	return true;
}

static void payload(struct printer *p, struct cursor c, uint32_t len, print_fn *print)
{
	flt__print_nested(p, print, limited(c, len), len);
}

void flt__print_udp(struct printer *p, struct cursor c, uint32_t len)
{
	struct cursor start = c;

	p->protocol = "udp";
	if (no_ports(p, &c))
		return;
	uint16_t sport = want_be16(p, &c);
	uint16_t dport = want_be16(p, &c);
	flt__print_ports(p, sport, dport);
	OUT(p->out, ": ");
	if (len < HEADER) {
		flt__out_fmt(p->out, "truncated-udp %u", len);
		return;
	}
	uint32_t udp_len = want_be16(p, &c);
	uint16_t sum = want_be16(p, &c);
	if (too_short(p, &udp_len, len))
		return;
	uint32_t have_len = udp_len < len ? udp_len : len;
	if (checksum_wanted(p))
		checksum(p, &start, have_len, sum);
	print_fn *print = p->opts.quiet ? NULL : p->tables->udp_port(sport, dport);
	if (print)
		payload(p, c, have_len - HEADER, print);
	else
		payload_length(p, udp_len, len);
}
