/* SPDX-License-Identifier: BSD-2-Clause */
/* 802.2 and SNAP. */

/*
 *  0               8              16              24            31
 * +---------------------------------------------------------------+
 * |      DSAP     |      SSAP     |  control: one byte (U) or two |
 * +---------------------------------------------------------------+
 * SNAP (both 0xaa, control 0x03) goes on:
 * +---------------------------------------------------------------+
 * |                  organization                 |      type     |
 * +---------------------------------------------------------------+
 * |     (type)    |                    payload                    |
 * +---------------------------------------------------------------+
 */

#include "print.h"

#define SAP_SNAP     0xaau
#define SAP_IP       0x06u
#define SAP_NULL     0x00u
#define UI           0x03u /* unnumbered information */
#define XID          0xafu
#define POLL_U       0x10u  /* poll or final, in one byte of control */
#define POLL_IS      0x100u /* the same in two */
#define OUI_ETHERNET 0x000000u
#define OUI_CISCO_90 0x0000f8u
#define OUI_APPLE    0x080007u

/* clang-format off */
static const struct valname sap_names[] = {
	{ 0x00, "Null" }, { 0x02, "802.1B I" }, { 0x03, "802.1B G" }, { 0x04, "SNA" },
	{ 0x06, "IP" },
	{ 0x0e, "ProWay NM" }, { 0x42, "STP" }, { 0x8e, "ProWay" }, { 0xaa, "SNAP" },
	{ 0xe0, "IPX" },
	{ 0xf0, "NetBeui" }, { 0xfe, "OSI NS" }, { 0xff, "Global" }, { 0x7e, "ISO8208" },
	{ 0, NULL }
};
/* clang-format on */

/* clang-format off */
static const struct valname command_names[] = {
	{ 0x03, "ui" }, { 0xe3, "test" }, { 0xaf, "xid" }, { 0x63, "ua" }, { 0x43, "disc" },
	{ 0x0f, "dm" },
	{ 0x6f, "sabme" }, { 0x87, "frmr" }, { 0, NULL }
};
/* clang-format on */

static const struct valname supervisory_names[] = {
	{ 0, "Receiver Ready" }, { 1, "Receiver not Ready" }, { 2, "Reject" }, { 0, NULL }
};

static const struct valname oui_names[] = {
	{ 0x000000, "Ethernet" },         { 0x00000c, "Cisco" },     { 0x0000f8, "Cisco bridged" },
	{ 0x0080c2, "Ethernet bridged" }, { 0x080007, "Appletalk" }, { 0, NULL }
};

static const struct valname cisco_names[] = { { 0x2000, "CDP" },  { 0x2003, "VTP" },
					      { 0x2004, "DTP" },  { 0x0111, "UDLD" },
					      { 0x010b, "PVST" }, { 0, NULL } };

static const struct valname bridged_names[] = { { 0x0001, "Ethernet + FCS" },
						{ 0x0007, "Ethernet w/o FCS" },
						{ 0x000e, "BPDU" },
						{ 0, NULL } };

static const struct valname no_names[] = { { 0, NULL } };

/* What the two bytes behind an OUI stand for. */
static const struct valname *type_names(uint32_t oui)
{
	switch (oui) {
	case OUI_ETHERNET:
	case OUI_CISCO_90:
	case OUI_APPLE: return flt__ethertype_names;
	case 0x00000c: return cisco_names;
	case 0x0080c2: return bridged_names;
	default: return no_names;
	}
}

struct llc {
	uint8_t dsap, ssap;
	uint16_t control;
	bool unnumbered;
	const struct ether_ends *ends;
	struct cursor start; /* at the header */
	uint32_t len;        /* with the header */
};

static const char *flag_name(const struct llc *llc)
{
	bool poll = (llc->control & (llc->unnumbered ? POLL_U : POLL_IS)) != 0;

	if (llc->ssap & 1)
		return poll ? "Final" : "Response";
	return poll ? "Poll" : "Command";
}

static void show_header(struct printer *p, const struct llc *llc)
{
	flt__out_fmt(p->out, "LLC, dsap %s (0x%02x) %s, ssap %s (0x%02x) %s",
		     flt__valname(sap_names, llc->dsap & 0xfe, "Unknown"), llc->dsap & 0xfe,
		     llc->dsap & 1 ? "Group" : "Individual",
		     flt__valname(sap_names, llc->ssap & 0xfe, "Unknown"), llc->ssap & 0xfe,
		     llc->ssap & 1 ? "Response" : "Command");
	flt__out_fmt(p->out, llc->unnumbered ? ", ctrl 0x%02x: " : ", ctrl 0x%04x: ", llc->control);
}

static void sap(struct printer *p, uint8_t value, const char *unknown)
{
	const char *name = flt__valname(sap_names, value & 0xfe, NULL);

	if (name)
		flt__out_text(p->out, name);
	else
		flt__out_fmt(p->out, "%s 0x%02x", unknown, value & 0xfe);
}

/* Who talks to whom, where -e did not say it. */
static void ends(struct printer *p, const struct llc *llc)
{
	if (llc->ends) {
		flt__out_mac(p->out, llc->ends->src, 6);
		out_char(p->out, ' ');
	}
	if ((llc->ssap & 0xfe) != (llc->dsap & 0xfe)) {
		sap(p, llc->ssap, "Unknown SSAP");
		out_char(p->out, ' ');
	}
	if (llc->ends) {
		OUT(p->out, "> ");
		flt__out_mac(p->out, llc->ends->dst, 6);
		out_char(p->out, ' ');
	}
	sap(p, llc->dsap, "Unknown DSAP");
	out_char(p->out, ' ');
}

static void exchange_id(struct printer *p, struct cursor *c, const struct llc *llc)
{
	if ((llc->control & ~POLL_U) != XID || cur_left(c) < 3 || c->at[0] != 0x81)
		return;
	uint8_t format = want_u8(p, c);
	uint8_t class = want_u8(p, c);
	uint8_t window = want_u8(p, c);
	flt__out_fmt(p->out, ": %02x %02x %02x", format, class, window);
}

static void generic(struct printer *p, struct cursor c, const struct llc *llc)
{
	uint16_t control = llc->control;

	if (!p->opts.link_header)
		ends(p, llc);
	if (llc->unnumbered) {
		OUT(p->out, "Unnumbered, ");
		flt__out_valname(p->out, command_names, "%x", control & ~POLL_U);
	} else if (control & 1) {
		flt__out_fmt(p->out, "Supervisory, %s, rcv seq %u",
			     flt__valname(supervisory_names, control >> 2 & 3, "?"), control >> 9);
	} else {
		flt__out_fmt(p->out, "Information, send seq %u, rcv seq %u", control >> 1 & 0x7f,
			     control >> 9);
	}
	flt__out_fmt(p->out, ", Flags [%s], length %u", flag_name(llc), llc->len);
	if (llc->unnumbered)
		exchange_id(p, &c, llc);
}

static void snap_header(struct printer *p, uint32_t oui, uint16_t type, uint32_t len)
{
	bool ethernet = oui == OUI_ETHERNET;

	if (!ethernet || p->opts.link_header)
		flt__out_fmt(p->out, "oui %s (0x%06x), ", flt__valname(oui_names, oui, "Unknown"),
			     oui);
	flt__out_fmt(p->out, "%s %s (0x%04x), length %u: ", ethernet ? "ethertype" : "pid",
		     flt__valname(type_names(oui), type, "Unknown"), type, len);
}

static void snap_ends(struct printer *p, const struct llc *llc)
{
	if (!llc->ends)
		return;
	flt__out_mac(p->out, llc->ends->src, 6);
	OUT(p->out, " > ");
	flt__out_mac(p->out, llc->ends->dst, 6);
	OUT(p->out, " SNAP, ");
}

static void snap(struct printer *p, struct cursor c, uint32_t len, const struct llc *llc)
{
	p->protocol = "snap";
	uint32_t oui = want_be24(p, &c);
	uint16_t type = want_be16(p, &c);

	len = len > 5 ? len - 5 : 0;
	if (!p->cut_in && p->depth == 0)
		p->link_len += 5;
	if (p->opts.link_header)
		snap_header(p, oui, type, len);
	bool ethertype =
		oui == OUI_ETHERNET || oui == OUI_CISCO_90 || (oui == OUI_APPLE && type == 0x809b);
	if (ethertype && flt__print_ethertype(p, type, c, len))
		return;
	if (!p->opts.link_header) {
		snap_ends(p, llc);
		snap_header(p, oui, type, len);
	}
	flt__print_payload(p, oui == OUI_ETHERNET ? c : llc->start);
}

static void read_header(struct printer *p, struct cursor *c, struct llc *llc)
{
	struct cursor peek = *c;

	want_skip(p, &peek, 3);
	llc->dsap = want_u8(p, c);
	llc->ssap = want_u8(p, c);
	llc->control = want_u8(p, c);
	llc->unnumbered = (llc->control & 3) == 3;
	if (!llc->unnumbered)
		llc->control = (uint16_t)(llc->control | want_u8(p, c) << 8);
	if (!p->cut_in && p->depth == 0)
		p->link_len += llc->unnumbered ? 3 : 4;
}

static bool is_for(const struct llc *llc, uint8_t sap_value)
{
	return llc->dsap == sap_value && (llc->ssap & 0xfe) == sap_value && llc->control == UI;
}

void flt__print_llc_frame(struct printer *p, struct cursor c, uint32_t len,
			  const struct ether_ends *who)
{
	struct llc llc = { .len = len, .ends = who, .start = c };

	p->protocol = "llc";
	read_header(p, &c, &llc);
	uint32_t payload_len = len > 3 ? len - 3 : 0;
	if (p->opts.link_header)
		show_header(p, &llc);
	if (is_for(&llc, SAP_SNAP)) {
		snap(p, c, payload_len, &llc);
	} else if (is_for(&llc, SAP_IP)) {
		flt__print_nested(p, flt__print_ipv4, c, payload_len);
	} else {
		generic(p, c, &llc);
		if (llc.unnumbered || (llc.control & 1) == 0)
			flt__print_payload(p, llc.start);
	}
}
