/* SPDX-License-Identifier: BSD-2-Clause */
/* Ethernet, 802.1Q and 802.1ad. */

/*
 *  0               8              16              24            31
 * +---------------------------------------------------------------+
 * |             destination, 6 bytes; source, 6 bytes             |
 * +---------------------------------------------------------------+
 * A tag of 802.1Q stands before the type, once or more:
 * +---------------------------------------------------------------+
 * |    type of the tag: 0x8100    | prio|D|          VLAN         |
 * +---------------------------------------------------------------+
 * |   type, or length if <= 1500  |            payload            |
 * +---------------------------------------------------------------+
 */

#include "print.h"

#define ETHER_HEADER 14u
#define LENGTH_MAX   1500u /* type fields up to here are lengths of an 802.3 frame */
#define TAG_LEN      4u
#define JUMBO        0x8870u /* an 802.3 frame too long for its length field */

struct frame {
	struct ether_ends ends;
	uint32_t len; /* of the whole frame */
	bool shown;   /* the header is printed already */
};

static bool is_tag(uint16_t type)
{
	return type == 0x8100 || type == 0x88a8 || type == 0x9100 || type == 0x9200;
}

static void show_addresses(struct printer *p, const struct frame *frame)
{
	flt__out_mac(p->out, frame->ends.src, 6);
	OUT(p->out, " > ");
	flt__out_mac(p->out, frame->ends.dst, 6);
	OUT(p->out, ", ");
}

static void show_type(struct printer *p, uint16_t type)
{
	const char *name = flt__valname(flt__ethertype_names, type, NULL);

	if (!p->opts.quiet)
		flt__out_fmt(p->out, "ethertype %s (0x%04x)", name ? name : "Unknown", type);
	else if (name)
		flt__out_text(p->out, name);
	else
		flt__out_fmt(p->out, "Unknown Ethertype (0x%04x)", type);
}

static void show_header(struct printer *p, struct frame *frame, uint16_t type)
{
	if (frame->shown)
		return;
	frame->shown = true;
	show_addresses(p, frame);
	if (type == JUMBO)
		return;
	if (type <= LENGTH_MAX) {
		flt__out_fmt(p->out, "802.3, length %u: ", type);
		return;
	}
	show_type(p, type);
	flt__out_fmt(p->out, ", length %u: ", frame->len);
}

static void show_tag(struct printer *p, uint16_t tci)
{
	flt__out_fmt(p->out, "vlan %u, p %u%s, ", tci & 0xfff, tci >> 13,
		     tci & 0x1000 ? ", DEI" : "");
}

/* An 802.1Q tag; returns the type below it. */
static uint16_t tag(struct printer *p, struct cursor *c, struct frame *frame, uint16_t type)
{
	struct cursor peek = *c;

	p->protocol = "vlan";
	if (p->opts.link_header && !frame->shown && cur_left(c) < TAG_LEN)
		show_addresses(p, frame);
	want_skip(p, &peek, TAG_LEN);
	if (p->depth == 0 && !p->cut_in)
		p->link_len += TAG_LEN;
	if (p->opts.link_header)
		show_header(p, frame, type);
	uint16_t tci = want_be16(p, c);
	uint16_t below = want_be16(p, c);
	if (p->opts.link_header)
		show_tag(p, tci);
	return below;
}

/* Below a tag the type comes behind the tag, not with the length of the frame. */
static void show_tagged_type(struct printer *p, uint16_t type)
{
	if (type > LENGTH_MAX) {
		show_type(p, type);
		OUT(p->out, ", ");
	} else if (!p->opts.quiet) {
		OUT(p->out, "802.3");
	}
}

/* Takes the tags; returns the type below them. */
static uint16_t tags(struct printer *p, struct cursor *c, uint32_t *len, struct frame *frame,
		     uint16_t type)
{
	while (is_tag(type) && !p->cut_in) {
		type = tag(p, c, frame, type);
		*len = *len >= TAG_LEN ? *len - TAG_LEN : 0;
		if (p->opts.link_header && (!is_tag(type) || cur_left(c) >= TAG_LEN))
			show_tagged_type(p, type);
	}
	return type;
}

static void payload_8023(struct printer *p, struct cursor c, uint32_t len, struct frame *frame,
			 uint16_t type)
{
	if (p->opts.link_header)
		show_header(p, frame, type);
	if (type < len && type != JUMBO) {
		len = type;
		c = limited(c, type);
	}
	flt__print_llc_frame(p, c, len, &frame->ends);
}

void flt__print_ether_frame(struct printer *p, struct cursor c, uint32_t len)
{
	struct frame frame = { .len = len };

	p->protocol = "ether";
	frame.ends.dst = want(p, &c, 6);
	frame.ends.src = want(p, &c, 6);
	uint16_t type = want_be16(p, &c);
	if (p->depth == 0)
		flt__print_link_len(p, ETHER_HEADER);
	len = len >= ETHER_HEADER ? len - ETHER_HEADER : 0;
	type = tags(p, &c, &len, &frame, type);
	if (type <= LENGTH_MAX || type == JUMBO) {
		payload_8023(p, c, len, &frame, type);
		return;
	}
	if (p->opts.link_header)
		show_header(p, &frame, type);
	if (flt__print_ethertype(p, type, c, len))
		return;
	show_header(p, &frame, type);
	flt__print_payload(p, c);
}

void flt__print_link_ether(struct printer *p, struct cursor c, uint32_t len)
{
	flt__print_ether_frame(p, c, len);
}
