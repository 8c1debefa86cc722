/* SPDX-License-Identifier: BSD-2-Clause */
/* TCP (RFC 9293). */

/*
 *  0               8              16              24            31
 * +---------------------------------------------------------------+
 * |          source port          |        destination port       |
 * +---------------------------------------------------------------+
 * |                        sequence number                        |
 * +---------------------------------------------------------------+
 * |                     acknowledgement number                    |
 * +---------------------------------------------------------------+
 * | words | zero|      flags      |             window            |
 * +---------------------------------------------------------------+
 * |            checksum           |         urgent pointer        |
 * +---------------------------------------------------------------+
 * |                    options, up to 40 bytes                    |
 * +---------------------------------------------------------------+
 */

#include "tcp_header.h"

#define MINIMUM    20u
#define REASON_MAX 30u /* characters of the payload of a reset */

static const struct valname flag_names[] = { { TCP_FIN, "F" }, { TCP_SYN, "S" }, { TCP_RST, "R" },
					     { TCP_PSH, "P" }, { TCP_ACK, "." }, { TCP_URG, "U" },
					     { TCP_ECE, "E" }, { TCP_CWR, "W" }, { TCP_AE, "e" },
					     { 0, NULL } };

static void read_header(struct printer *p, struct cursor *c, struct tcp *tcp)
{
	tcp->seq = want_be32(p, c);
	tcp->ack = want_be32(p, c);
	uint16_t offset_and_flags = want_be16(p, c);
	tcp->header_len = (uint32_t)(offset_and_flags >> 12) * 4;
	tcp->flags = offset_and_flags & 0x1ff;
	tcp->window = want_be16(p, c);
	tcp->checksum = want_be16(p, c);
	tcp->urgent = want_be16(p, c);
}

static bool too_long(struct printer *p, const struct tcp *tcp, uint32_t len)
{
	if (tcp->header_len <= len)
		return false;
	flt__out_fmt(p->out, " [bad hdr length %u - too long, > %u]", tcp->header_len, len);
	return true;
}

static bool too_short(struct printer *p, const struct tcp *tcp, uint32_t len)
{
	if (tcp->header_len >= MINIMUM || p->cut_in)
		return false;
	flt__out_fmt(p->out, " tcp %u [bad hdr length %u - too short, < %u]", len - tcp->header_len,
		     tcp->header_len, MINIMUM);
	return true;
}

static void checksum(struct printer *p, const struct cursor *start, uint32_t len,
		     const struct tcp *tcp)
{
	if (p->opts.verbose == 0 || p->opts.no_checksums || p->net.fragment ||
	    cur_left(start) < len)
		return;
	uint16_t sum = flt__cksum_pseudo(&p->net, IP_TCP, start->at, len);
	flt__out_fmt(p->out, ", cksum 0x%04x", tcp->checksum);
	if (sum == 0)
		OUT(p->out, " (correct)");
	else
		flt__out_fmt(p->out, " (incorrect -> 0x%04x)",
			     flt__cksum_should_be(sum, tcp->checksum));
}

static void flags(struct printer *p, const struct tcp *tcp)
{
	OUT(p->out, "Flags [");
	flt__out_bits(p->out, flag_names, tcp->flags, "", "none");
	out_char(p->out, ']');
}

static void sequence(struct printer *p, const struct tcp *tcp)
{
	bool counts = tcp->payload_len > 0 || (tcp->flags & (TCP_SYN | TCP_FIN | TCP_RST)) != 0;

	if (!counts && p->opts.verbose < 2)
		return;
	OUT(p->out, ", seq ");
	flt__out_u32(p->out, tcp->seq);
	if (tcp->payload_len == 0)
		return;
	out_char(p->out, ':');
	flt__out_u32(p->out, tcp->seq + tcp->payload_len);
}

static void numbers(struct printer *p, const struct tcp *tcp)
{
	sequence(p, tcp);
	if (tcp->flags & TCP_ACK) {
		OUT(p->out, ", ack ");
		flt__out_u32(p->out, tcp->ack);
	}
	OUT(p->out, ", win ");
	flt__out_u32(p->out, tcp->window);
	if (tcp->flags & TCP_URG)
		flt__out_fmt(p->out, ", urg %u", tcp->urgent);
}

/* Some senders say why they reset: the first characters of it. */
static void reset_reason(struct printer *p, struct cursor c, uint32_t len)
{
	struct cursor text = limited(c, len < REASON_MAX ? len : REASON_MAX);

	if (p->opts.verbose > 0) {
		flt__out_text(p->out, len > REASON_MAX ? " [RST+ " : " [RST ");
		flt__print_bytes(p, &text, cur_left(&text));
		out_char(p->out, ']');
	}
	want_skip(p, &c, len);
}

static void payload(struct printer *p, struct cursor c, const struct tcp *tcp)
{
	print_fn *print = p->tables->tcp_port(tcp->sport, tcp->dport);

	if (tcp->flags & TCP_RST)
		reset_reason(p, c, tcp->payload_len);
	else if (print)
		flt__print_nested(p, print, c, tcp->payload_len);
}

static void ports(struct printer *p, const struct tcp *tcp)
{
	flt__print_ports(p, tcp->sport, tcp->dport);
	OUT(p->out, ": ");
}

static bool no_ports(struct printer *p, const struct cursor *c)
{
	if (cur_left(c) >= 4)
		return false;
	flt__print_addresses(p);
	out_char(p->out, ':');
	flt__print_cut(p);
	return true;
}

static void quiet(struct printer *p, const struct tcp *tcp, uint32_t len)
{
	flt__out_fmt(p->out, "tcp %u", len - tcp->header_len);
	too_long(p, tcp, len);
}

static void rest(struct printer *p, struct cursor start, struct cursor c, uint32_t len,
		 struct tcp *tcp)
{
	uint32_t options_len = tcp->header_len - MINIMUM;
	struct cursor options = part(&c, options_len);

	tcp->payload_len = len - tcp->header_len;
	flags(p, tcp);
	if (too_long(p, tcp, len))
		return;
	checksum(p, &start, len, tcp);
	if (!p->opts.absolute_seq && tcp->flags & TCP_ACK && !p->cut_in)
		flt__tcp_relative(p, tcp);
	numbers(p, tcp);
	if (options_len > 0 && !flt__print_tcp_options(p, options, options_len, tcp))
		return;
	OUT(p->out, ", length ");
	flt__out_u32(p->out, tcp->payload_len);
	if (tcp->payload_len > 0)
		payload(p, c, tcp);
}

void flt__print_tcp(struct printer *p, struct cursor c, uint32_t len)
{
	struct cursor start = c;
	struct tcp tcp = { 0 };

	p->protocol = "tcp";
	if (no_ports(p, &c))
		return;
	tcp.sport = want_be16(p, &c);
	tcp.dport = want_be16(p, &c);
	ports(p, &tcp);
	read_header(p, &c, &tcp);
	if (too_short(p, &tcp, len))
		return;
	if (p->opts.quiet)
		quiet(p, &tcp, len);
	else
		rest(p, start, c, len, &tcp);
}
