/* SPDX-License-Identifier: BSD-2-Clause */
/* What network and transport printers share: addresses, ports, and the way from one to the other.
 * */
#include "print.h"

/* A name comes from outside, as the packet does. A cut address has none. */
static bool print_host_name(struct printer *p, const uint8_t *address, uint32_t len)
{
	if (p->opts.numeric || !p->opts.host_name || p->cut_in)
		return false;
	const char *name = p->opts.host_name(p->opts.names_context, address, len);

	if (name)
		flt__out_bytes(p->out, (const uint8_t *)name, strlen(name));
	return name != NULL;
}

static void show_ipv4(struct printer *p, const uint8_t *address)
{
	if (!print_host_name(p, address, 4))
		flt__out_ipv4(p->out, address);
}

static void show_ipv6(struct printer *p, const uint8_t *address)
{
	if (!print_host_name(p, address, 16))
		flt__out_ipv6(p->out, address);
}

void flt__print_ipv4_address(struct printer *p, struct cursor *c)
{
	show_ipv4(p, want(p, c, 4));
}

void flt__print_ipv6_address(struct printer *p, struct cursor *c)
{
	show_ipv6(p, want(p, c, 16));
}

/* Of a field only the beginning is there. */
static void field_cut(struct printer *p, struct cursor *c)
{
	c->cut = true;
	flt__print_cut(p);
}

void flt__print_bytes(struct printer *p, struct cursor *c, size_t n)
{
	struct cursor have = part(c, n);

	flt__out_bytes(p->out, have.at, cur_left(&have));
	if (cur_left(&have) < n)
		field_cut(p, c);
}

void flt__print_hexes(struct printer *p, struct cursor *c, size_t n)
{
	struct cursor have = part(c, n);

	flt__out_hexes(p->out, have.at, cur_left(&have));
	if (cur_left(&have) < n)
		field_cut(p, c);
}

void flt__print_address(struct printer *p, const uint8_t *address)
{
	if (p->net.version == 6)
		show_ipv6(p, address);
	else
		show_ipv4(p, address);
}

void flt__print_addresses(struct printer *p)
{
	flt__print_address(p, p->net.src);
	OUT(p->out, " > ");
	flt__print_address(p, p->net.dst);
}

static void print_port(struct printer *p, uint16_t port)
{
	const char *name = NULL;

	if (!p->opts.numeric && p->opts.port_name)
		name = p->opts.port_name(p->opts.names_context, p->net.protocol, port);
	if (name)
		flt__out_bytes(p->out, (const uint8_t *)name, strlen(name));
	else
		flt__out_u32(p->out, port);
}

/* "address.port > address.port", or only the ports when the addresses are shown already. */
void flt__print_ports(struct printer *p, uint16_t sport, uint16_t dport)
{
	bool with_address = p->net.version != 0 && !p->net.shown;

	if (with_address) {
		flt__print_address(p, p->net.src);
		out_char(p->out, '.');
	}
	print_port(p, sport);
	OUT(p->out, " > ");
	if (with_address) {
		flt__print_address(p, p->net.dst);
		out_char(p->out, '.');
	}
	print_port(p, dport);
}

/* TCP and UDP show the addresses themselves, next to the ports. */
static bool has_ports(uint8_t protocol)
{
	return protocol == IP_TCP || protocol == IP_UDP;
}

void flt__print_ip_payload(struct printer *p, struct cursor c, uint32_t len)
{
	print_fn *print = p->tables->ip_protocol(p->net.protocol);

	if (!p->net.shown && !has_ports(p->net.protocol)) {
		flt__print_addresses(p);
		OUT(p->out, ": ");
		p->net.shown = true;
	}
	if (print)
		flt__print_nested(p, print, c, len);
	else
		flt__out_fmt(p->out, " ip-proto-%u %u", p->net.protocol, len);
}
