/* SPDX-License-Identifier: BSD-2-Clause */
/* IPv6 (RFC 8200). Extension headers are in print_ip6_headers.c. */

/*
 *  0               8              16              24            31
 * +---------------------------------------------------------------+
 * |  ver  | traffic class |               flow label              |
 * +---------------------------------------------------------------+
 * |         payload length        |  next header  |   hop limit   |
 * +---------------------------------------------------------------+
 * |                        source, 16 bytes                       |
 * +---------------------------------------------------------------+
 * |                     destination, 16 bytes                     |
 * +---------------------------------------------------------------+
 */

#include "print_ip6_headers.h"

#define HEADER  40u
#define LONGEST 65535u

static bool too_short(struct printer *p, uint32_t len)
{
	if (len >= HEADER)
		return false;
	flt__out_fmt(p->out, " [length %u < %u]", len, HEADER);
	flt__print_invalid(p);
	return true;
}

static bool wrong_version(struct printer *p, uint32_t first)
{
	if (first >> 28 == 6 || p->cut_in)
		return false;
	flt__out_fmt(p->out, " [version %u != 6]", first >> 28);
	flt__print_invalid(p);
	return true;
}

static void verbose_header(struct printer *p, uint32_t first, uint16_t payload_len,
			   uint8_t hop_limit)
{
	uint32_t class = first >> 20 & 0xff;
	uint32_t label = first & 0xfffff;

	out_char(p->out, '(');
	if (class)
		flt__out_fmt(p->out, "class 0x%02x, ", class);
	if (label)
		flt__out_fmt(p->out, "flowlabel 0x%05x, ", label);
	flt__out_fmt(p->out, "hlim %u, next-header %s (%u), payload length %u) ", hop_limit,
		     flt__valname(flt__ip_protocol_names, p->net.protocol, "unknown"),
		     p->net.protocol, payload_len);
}

/* How long header and payload really are: a payload length of 0 may be a jumbogram (its option
 * says how long), or a giant that the hardware cuts later. */
static uint32_t real_length(struct printer *p, uint16_t payload_len, uint32_t len)
{
	if (payload_len == 0 &&
	    (len > LONGEST || (len > HEADER && p->net.protocol == IP6_HOP_BY_HOP)))
		return len;
	if (payload_len + HEADER > len) {
		flt__out_fmt(p->out, "[header+payload length %u > length %u]", payload_len + HEADER,
			     len);
		flt__print_invalid(p);
		out_char(p->out, ' ');
	}
	return payload_len + HEADER;
}

static void header(struct printer *p, struct cursor c, uint32_t len, uint32_t first)
{
	struct cursor start = c;

	want_skip(p, &c, 4);
	uint16_t payload_len = want_be16(p, &c);
	p->net.protocol = want_u8(p, &c);
	uint8_t hop_limit = want_u8(p, &c);
	uint32_t total_len = real_length(p, payload_len, len);
	bool jumbo = payload_len == 0 && total_len > HEADER;
	if (p->opts.verbose > 0) {
		verbose_header(p, first, payload_len, hop_limit);
		if (jumbo && p->net.protocol != IP6_HOP_BY_HOP)
			flt__out_fmt(p->out, "[real length %u, presumed BIG TCP] ", len);
	}
	p->net.version = 6;
	p->net.src = want(p, &c, 16);
	p->net.dst = want(p, &c, 16);
	p->net.origin = p->net.src;
	p->net.final = p->net.dst;
	c = limited(start, total_len);
	if (cur_skip(&c, HEADER))
		flt__print_ip6_payload(p, c, total_len - HEADER, jumbo ? len : 0);
}

void flt__print_ipv6(struct printer *p, struct cursor c, uint32_t len)
{
	struct net outer = p->net;
	struct cursor peek = c;

	p->protocol = "ip6";
	if (!p->opts.link_header)
		OUT(p->out, "IP6 ");
	if (too_short(p, len))
		return;
	uint32_t first = want_be32(p, &peek);
	if (wrong_version(p, first))
		return;
	p->net = (struct net){ .src = flt__no_bytes,
			       .dst = flt__no_bytes,
			       .origin = flt__no_bytes,
			       .final = flt__no_bytes };
	header(p, c, len, first);
	p->net = outer;
}
