/* SPDX-License-Identifier: BSD-2-Clause */
/* PPP (RFC 1661), with and without HDLC framing (RFC 1662). */

/*
 *  0               8              16              24            31
 * +---------------------------------------------------------------+
 * | address: 0xff | control: 0x03 |   protocol; one byte if odd   |
 * +---------------------------------------------------------------+
 *
 * Address and control may be left out.
 */

#include "print.h"

#define ADDRESS_CONTROL 0xff03u
#define HEADER          4u /* address, control, protocol, whether they are there or not */

/* clang-format off */
static const struct valname ppp_protocol_names[] = {
	{ 0x0021, "IP" },
	{ 0x0023, "OSI" },
	{ 0x0025, "NS" },
	{ 0x0027, "DECNET" },
	{ 0x0029, "APPLE" },
	{ 0x002b, "IPX" },
	{ 0x002d, "VJC" },
	{ 0x002f, "VJNC" },
	{ 0x0031, "BRPDU" },
	{ 0x0033, "STII" },
	{ 0x0035, "VINES" },
	{ 0x003d, "ML" },
	{ 0x0057, "IP6" },
	{ 0x00fd, "COMP" },
	{ 0x0281, "MPLS-UCAST" },
	{ 0x0283, "MPLS-MCAST" },
	{ 0x8021, "IPCP" },
	{ 0x8023, "OSICP" },
	{ 0x802b, "IPXCP" },
	{ 0x803d, "MLCP" },
	{ 0x8057, "IP6CP" },
	{ 0x80fd, "CCP" },
	{ 0x8281, "MPLSCP" },
	{ 0xc021, "LCP" },
	{ 0xc023, "PAP" },
	{ 0xc025, "LQM" },
	{ 0xc223, "CHAP" },
	{ 0xc227, "EAP" },
	{ 0, NULL }
};
/* clang-format on */

/* One byte when it is odd (RFC 1661, 2), else two. */
static uint16_t protocol_field(struct printer *p, struct cursor *c, uint32_t *len)
{
	uint32_t before = (uint32_t)cur_left(c);
	uint16_t protocol = want_u8(p, c);

	if ((protocol & 1) == 0)
		protocol = (uint16_t)(protocol << 8 | want_u8(p, c));
	uint32_t taken = before - (uint32_t)cur_left(c);
	*len = *len > taken ? *len - taken : 0;
	return protocol;
}

static void payload(struct printer *p, uint16_t protocol, struct cursor c, uint32_t len)
{
	print_fn *print = p->tables->ppp_protocol(protocol);

	if (print) {
		flt__print_nested(p, print, c, len);
		return;
	}
	const char *name = flt__valname(ppp_protocol_names, protocol, NULL);
	if (name)
		flt__out_fmt(p->out, "%s ", name);
	else
		flt__out_fmt(p->out, "unknown PPP protocol (0x%04x) ", protocol);
	flt__hexdump(p->out, c.at, cur_left(&c), "\n\t");
}

static void show_header(struct printer *p, uint16_t protocol, uint32_t len)
{
	flt__out_fmt(p->out, "%s (0x%04x), length %u",
		     flt__valname(ppp_protocol_names, protocol, "unknown"), protocol, len);
}

void flt__print_link_ppp(struct printer *p, struct cursor c, uint32_t len)
{
	struct cursor peek = c;
	uint32_t whole_len = len;

	p->protocol = "ppp";
	if (cur_left(&c) < 2)
		flt__print_cut(p);
	if (cur_be16(&peek) == ADDRESS_CONTROL) {
		c = peek;
		len = len > 2 ? len - 2 : 0;
	}
	uint16_t protocol = protocol_field(p, &c, &len);
	flt__print_link_len(p, HEADER);
	if (p->opts.link_header) {
		show_header(p, protocol, whole_len);
		if (!flt__valname(ppp_protocol_names, protocol, NULL))
			return;
		OUT(p->out, ": ");
	}
	payload(p, protocol, c, len);
}
