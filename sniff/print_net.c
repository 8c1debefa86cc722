/* SPDX-License-Identifier: BSD-2-Clause */
/* What network and transport printers share: addresses, ports, and the way from one to the other.
 * */
#include "print.h"

void print_ipv4_address(struct printer *p, struct cursor *c)
{
	out_ipv4(p->out, want(p, c, 4));
}

void print_ipv6_address(struct printer *p, struct cursor *c)
{
	out_ipv6(p->out, want(p, c, 16));
}

void print_mac(struct printer *p, struct cursor *c)
{
	out_mac(p->out, want(p, c, 6), 6);
}

void print_bytes(struct printer *p, struct cursor *c, size_t n)
{
	struct cursor have = part(c, n);

	out_bytes(p->out, have.at, cur_left(&have));
	if (cur_left(&have) < n)
		print_cut(p);
}

void print_hexes(struct printer *p, struct cursor *c, size_t n)
{
	struct cursor have = part(c, n);

	out_hexes(p->out, have.at, cur_left(&have));
	if (cur_left(&have) < n)
		print_cut(p);
}

void print_address(struct printer *p, const uint8_t *address)
{
	if (p->net.version == 6)
		out_ipv6(p->out, address);
	else
		out_ipv4(p->out, address);
}

void print_addresses(struct printer *p)
{
	print_address(p, p->net.src);
	OUT(p->out, " > ");
	print_address(p, p->net.dst);
}

/* "address.port > address.port", or only the ports when the addresses are shown already. */
void print_ports(struct printer *p, uint16_t sport, uint16_t dport)
{
	bool with_address = p->net.version != 0 && !p->net.shown;

	if (with_address) {
		print_address(p, p->net.src);
		out_char(p->out, '.');
	}
	out_u32(p->out, sport);
	OUT(p->out, " > ");
	if (with_address) {
		print_address(p, p->net.dst);
		out_char(p->out, '.');
	}
	out_u32(p->out, dport);
}

/* TCP and UDP show the addresses themselves, next to the ports. */
static bool has_ports(uint8_t protocol)
{
	return protocol == 6 || protocol == 17;
}

void print_ip_payload(struct printer *p, struct cursor c, uint32_t len)
{
	print_fn *print = ip_protocol_printer(p->net.protocol);

	if (!p->net.shown && !has_ports(p->net.protocol)) {
		print_addresses(p);
		OUT(p->out, ": ");
		p->net.shown = true;
	}
	if (print)
		print_nested(p, print, c, len);
	else
		out_fmt(p->out, " ip-proto-%u %u", p->net.protocol, len);
}
