/* SPDX-License-Identifier: BSD-2-Clause */
/* Linux cooked headers, both versions: what captures on `any` have instead of a link header. */

/*
 *  0               8              16              24            31
 * +---------------------------------------------------------------+
 * Version 1:
 * +---------------------------------------------------------------+
 * |          packet type          |         hardware type         |
 * +---------------------------------------------------------------+
 * |         address length        |        address, 8 bytes       |
 * +---------------------------------------------------------------+
 * |                           (address)                           |
 * +---------------------------------------------------------------+
 * |           (address)           |            protocol           |
 * +---------------------------------------------------------------+
 * Version 2:
 * +---------------------------------------------------------------+
 * |            protocol           |            reserved           |
 * +---------------------------------------------------------------+
 * |                        interface index                        |
 * +---------------------------------------------------------------+
 * |         hardware type         |  packet type  |  address len  |
 * +---------------------------------------------------------------+
 * |                        address, 8 bytes                       |
 * +---------------------------------------------------------------+
 */

#include "print.h"

#define SLL_LEN        16u
#define SLL2_LEN       20u
#define PROTOCOL_802_3 0x0001u /* Novell: 802.3 without 802.2 */
#define PROTOCOL_802_2 0x0004u
#define ETHERTYPE_MIN  1501u
#define TAGGED         0x8100u

struct sll {
	uint32_t len; /* of the whole packet */
	uint16_t packet_type, protocol;
	uint8_t address_len;
	const uint8_t *address; /* 8 bytes */
	bool with_interface;    /* SLL2 */
	uint32_t ifindex;
};

static const struct valname packet_types[] = { { 0, "In" }, { 1, "B" },   { 2, "M" },
					       { 3, "P" },  { 4, "Out" }, { 0, NULL } };

static void spaces(struct printer *p, size_t n)
{
	while (n-- > 0)
		out_char(p->out, ' ');
}

static void right(struct printer *p, const char *text, size_t width)
{
	size_t len = strlen(text);

	spaces(p, len < width ? width - len : 0);
	flt__out_text(p->out, text);
}

static void left(struct printer *p, const char *text, size_t width)
{
	size_t len = strlen(text);

	flt__out_text(p->out, text);
	spaces(p, len < width ? width - len : 0);
}

static void show_type(struct printer *p, const struct sll *sll)
{
	if (p->opts.quiet)
		return;
	if (sll->protocol == PROTOCOL_802_3)
		OUT(p->out, "802.3");
	else if (sll->protocol == PROTOCOL_802_2)
		OUT(p->out, "802.2");
	else
		flt__out_fmt(p->out, "ethertype %s (0x%04x)",
			     flt__valname(flt__ethertype_names, sll->protocol, "Unknown"),
			     sll->protocol);
	flt__out_fmt(p->out, ", length %u: ", sll->len);
}

static void show_header(struct printer *p, const struct sll *sll)
{
	if (sll->with_interface) {
		flt__out_fmt(p->out, "ifindex %u ", sll->ifindex);
	} else {
		right(p, flt__valname(packet_types, sll->packet_type, "?"), 3);
		out_char(p->out, ' ');
	}
	if (sll->address_len == 6) {
		flt__out_mac(p->out, sll->address, 6);
		out_char(p->out, ' ');
	}
	show_type(p, sll);
}

static const char *interface_name(const struct printer *p, uint32_t ifindex)
{
	const char *name = NULL;

	if (p->opts.interface_name)
		name = p->opts.interface_name(p->opts.interface_context, ifindex);
	return name ? name : "?";
}

/* Who makes an interface names it: its name comes from outside. */
static void left_foreign(struct printer *p, const char *text, size_t width)
{
	size_t len = strlen(text);

	flt__out_bytes(p->out, (const uint8_t *)text, len);
	spaces(p, len < width ? width - len : 0);
}

/* SLL2 says where a packet came from even without -e. */
static void show_interface(struct printer *p, const struct sll *sll)
{
	left_foreign(p, interface_name(p, sll->ifindex), 5);
	out_char(p->out, ' ');
	left(p, flt__valname(packet_types, sll->packet_type, "?"), 3);
	out_char(p->out, ' ');
}

static void not_an_ethertype(struct printer *p, const struct sll *sll, struct cursor c,
			     uint32_t len)
{
	if (sll->protocol == PROTOCOL_802_2) {
		flt__print_llc_frame(p, c, len, NULL);
		return;
	}
	if (sll->protocol == PROTOCOL_802_3 && !p->opts.link_header)
		show_header(p, sll);
	flt__print_payload(p, c);
}

/* Below a tag the type is named without its number, -e or not. */
static uint16_t tag(struct printer *p, struct cursor *c, uint32_t *len)
{
	uint16_t tci = want_be16(p, c);
	uint16_t type = want_be16(p, c);

	*len = *len > 4 ? *len - 4 : 0;
	p->link_len += 4;
	if (p->opts.link_header)
		flt__out_fmt(p->out, "vlan %u, p %u%s, ", tci & 0xfff, tci >> 13,
			     tci & 0x1000 ? ", DEI" : "");
	if (type >= ETHERTYPE_MIN && !p->opts.quiet)
		flt__out_fmt(p->out, "ethertype %s, ",
			     flt__valname(flt__ethertype_names, type, "Unknown"));
	return type;
}

static void cooked(struct printer *p, struct sll *sll, struct cursor c, uint32_t len)
{
	if (p->opts.link_header)
		show_header(p, sll);
	uint16_t type = sll->protocol;
	while (type == TAGGED && cur_left(&c) > 0)
		type = tag(p, &c, &len);
	if (type < ETHERTYPE_MIN) {
		not_an_ethertype(p, sll, c, len);
		return;
	}
	if (flt__print_ethertype(p, type, c, len))
		return;
	if (!p->opts.link_header)
		show_header(p, sll);
	flt__print_payload(p, c);
}

void flt__print_link_sll(struct printer *p, struct cursor c, uint32_t len)
{
	struct sll sll = { .len = len };

	p->protocol = "sll";
	struct cursor whole = c;
	want_skip(p, &whole, SLL_LEN);
	sll.packet_type = want_be16(p, &c);
	want_skip(p, &c, 2);
	sll.address_len = (uint8_t)want_be16(p, &c);
	sll.address = want(p, &c, 8);
	sll.protocol = want_be16(p, &c);
	flt__print_link_len(p, SLL_LEN);
	cooked(p, &sll, c, len > SLL_LEN ? len - SLL_LEN : 0);
}

void flt__print_link_sll2(struct printer *p, struct cursor c, uint32_t len)
{
	struct sll sll = { .len = len, .with_interface = true };

	p->protocol = "sll2";
	struct cursor whole = c;
	want_skip(p, &whole, SLL2_LEN);
	sll.protocol = want_be16(p, &c);
	want_skip(p, &c, 2);
	sll.ifindex = want_be32(p, &c);
	want_skip(p, &c, 2);
	sll.packet_type = want_u8(p, &c);
	sll.address_len = want_u8(p, &c);
	sll.address = want(p, &c, 8);
	flt__print_link_len(p, SLL2_LEN);
	show_interface(p, &sll);
	cooked(p, &sll, c, len > SLL2_LEN ? len - SLL2_LEN : 0);
}
