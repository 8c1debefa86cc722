/* SPDX-License-Identifier: BSD-2-Clause */
/* ARP and RARP (RFC 826, RFC 903, RFC 1931, RFC 5227). */

/*
 *  0               8              16              24            31
 * +---------------------------------------------------------------+
 * |         hardware type         |         protocol type         |
 * +---------------------------------------------------------------+
 * |  hardware len |  protocol len |           operation           |
 * +---------------------------------------------------------------+
 * |           sender: hardware address, protocol address          |
 * +---------------------------------------------------------------+
 * |           target: hardware address, protocol address          |
 * +---------------------------------------------------------------+
 */

#include "print.h"

static const struct valname hardware_names[] = { { 1, "Ethernet" },    { 6, "TokenRing" },
						 { 7, "ArcNet" },      { 15, "FrameRelay" },
						 { 23, "Strip" },      { 24, "IEEE 1394" },
						 { 32, "InfiniBand" }, { 0, NULL } };

static const struct valname op_names[] = { { 1, "Request" },         { 2, "Reply" },
					   { 3, "Reverse Request" }, { 4, "Reverse Reply" },
					   { 8, "Inverse Request" }, { 9, "Inverse Reply" },
					   { 10, "NACK Reply" },     { 0, NULL } };

#define ARP_FIXED        8u
#define PROTOCOL_IPV4    0x0800u
#define PROTOCOL_TRAILER 0x1000u /* RFC 893: IPv4 addresses too */

struct arp {
	uint16_t hardware, protocol, op;
	uint8_t hardware_len, protocol_len;
	struct cursor whole;
	struct cursor sha, spa, tha, tpa; /* hardware and protocol address of sender and target */
};

static void read_arp(struct printer *p, struct cursor *c, struct arp *arp)
{
	arp->whole = *c;
	arp->hardware = want_be16(p, c);
	arp->protocol = want_be16(p, c);
	arp->hardware_len = want_u8(p, c);
	arp->protocol_len = want_u8(p, c);
	arp->op = want_be16(p, c);
	if (cur_left(c) < 2u * (arp->hardware_len + arp->protocol_len))
		flt__print_cut(p);
	arp->sha = part(c, arp->hardware_len);
	arp->spa = part(c, arp->protocol_len);
	arp->tha = part(c, arp->hardware_len);
	arp->tpa = part(c, arp->protocol_len);
}

static void hardware(struct printer *p, const struct cursor *address)
{
	if (cur_left(address) == 0)
		OUT(p->out, "<empty>");
	else
		flt__out_mac(p->out, address->at, cur_left(address));
}

static void protocol(struct printer *p, const struct arp *arp, const struct cursor *address)
{
	if (arp->protocol != PROTOCOL_IPV4 && arp->protocol != PROTOCOL_TRAILER)
		OUT(p->out, "<wrong proto type>");
	else if (cur_left(address) != 4)
		OUT(p->out, "<wrong len>");
	else
		flt__out_ipv4(p->out, address->at);
}

static bool all_zero(const struct cursor *address)
{
	for (const uint8_t *b = address->at; b < address->end; b++)
		if (*b)
			return false;
	return true;
}

static void request(struct printer *p, const struct arp *arp)
{
	OUT(p->out, "who-has ");
	protocol(p, arp, &arp->tpa);
	if (!all_zero(&arp->tha)) {
		OUT(p->out, " (");
		hardware(p, &arp->tha);
		out_char(p->out, ')');
	}
	OUT(p->out, " tell ");
	protocol(p, arp, &arp->spa);
}

static void reply(struct printer *p, const struct arp *arp)
{
	protocol(p, arp, &arp->spa);
	OUT(p->out, " is-at ");
	hardware(p, &arp->sha);
}

static void reverse_request(struct printer *p, const struct arp *arp)
{
	OUT(p->out, "who-is ");
	hardware(p, &arp->tha);
	OUT(p->out, " tell ");
	hardware(p, &arp->sha);
}

static void reverse_reply(struct printer *p, const struct arp *arp)
{
	hardware(p, &arp->tha);
	OUT(p->out, " at ");
	protocol(p, arp, &arp->tpa);
}

static void inverse_reply(struct printer *p, const struct arp *arp)
{
	hardware(p, &arp->sha);
	OUT(p->out, " at ");
	protocol(p, arp, &arp->spa);
}

static const struct {
	uint16_t op;
	void (*print)(struct printer *p, const struct arp *arp);
} ops[] = { { 1, request },       { 2, reply },           { 3, reverse_request },
	    { 4, reverse_reply }, { 8, reverse_request }, { 9, inverse_reply } };

/* False: an operation that says no more than its name. */
static bool print_op(struct printer *p, const struct arp *arp)
{
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if (ops[i].op != arp->op)
			continue;
		ops[i].print(p, arp);
		return true;
	}
	flt__print_payload(p, arp->whole);
	return false;
}

static bool unusual(const struct arp *arp)
{
	return (arp->protocol != PROTOCOL_IPV4 && arp->protocol != PROTOCOL_TRAILER) ||
	       arp->protocol_len != 4 || arp->hardware_len == 0;
}

static void types(struct printer *p, const struct arp *arp)
{
	flt__out_valname(p->out, hardware_names, "Unknown Hardware (%u)", arp->hardware);
	flt__out_fmt(p->out, " (len %u), ", arp->hardware_len);
	const char *name = flt__valname(flt__ethertype_names, arp->protocol, NULL);
	if (name)
		flt__out_text(p->out, name);
	else
		flt__out_fmt(p->out, "Unknown Protocol (0x%04x)", arp->protocol);
	flt__out_fmt(p->out, " (len %u)", arp->protocol_len);
}

static void print_any(struct printer *p, struct cursor c, uint32_t len)
{
	struct arp arp;

	read_arp(p, &c, &arp);
	if (!p->opts.link_header)
		OUT(p->out, "ARP, ");
	if (unusual(&arp) || p->opts.verbose > 0)
		types(p, &arp);
	if (!unusual(&arp) || p->opts.verbose > 0) {
		if (p->opts.verbose > 0)
			OUT(p->out, ", ");
		flt__out_valname(p->out, op_names, "Unknown (%u)", arp.op);
		out_char(p->out, ' ');
		if (!print_op(p, &arp))
			return;
	}
	flt__out_fmt(p->out, ", length %u", len);
}

void flt__print_arp(struct printer *p, struct cursor c, uint32_t len)
{
	p->protocol = "arp";
	print_any(p, c, len);
}

void flt__print_rarp(struct printer *p, struct cursor c, uint32_t len)
{
	p->protocol = "arp";
	print_any(p, c, len);
}
