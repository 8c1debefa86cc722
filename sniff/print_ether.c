/* SPDX-License-Identifier: BSD-2-Clause */
/* Ethernet, 802.1Q and 802.1ad. */
#include "print.h"

#define ETHER_HEADER 14u
#define LENGTH_MAX 1500u         /* type fields up to here are lengths of an 802.3 frame */
#define TAG_LEN 4u

struct frame {
	const uint8_t *dst, *src;
	uint32_t len;            /* of the whole frame */
	bool shown;              /* the header is printed already */
};

static bool is_tag(uint16_t type)
{
	return type == 0x8100 || type == 0x88a8 || type == 0x9100 || type == 0x9200;
}

static void show_addresses(struct printer *p, const struct frame *frame)
{
	out_mac(p->out, frame->src, 6);
	OUT(p->out, " > ");
	out_mac(p->out, frame->dst, 6);
	OUT(p->out, ", ");
}

static void show_type(struct printer *p, uint16_t type)
{
	const char *name = valname(ethertype_names, type, "Unknown");

	if (p->opts.quiet)
		out_text(p->out, name);
	else
		out_fmt(p->out, "ethertype %s (0x%04x)", name, type);
}

static void show_header(struct printer *p, struct frame *frame, uint16_t type)
{
	if (frame->shown)
		return;
	frame->shown = true;
	show_addresses(p, frame);
	if (type <= LENGTH_MAX)
		OUT(p->out, "802.3");
	else
		show_type(p, type);
	out_fmt(p->out, ", length %u: ", frame->len);
}

static void show_tag(struct printer *p, uint16_t tci)
{
	out_fmt(p->out, "vlan %u, p %u%s, ", tci & 0xfff, tci >> 13, tci & 0x1000 ? ", DEI" : "");
}

/* Takes the tags; returns the type below them. */
static uint16_t tags(struct printer *p, struct cursor *c, uint32_t *len, struct frame *frame, uint16_t type)
{
	while (is_tag(type)) {
		if (p->opts.link_header)
			show_header(p, frame, type);
		uint16_t tci = want_be16(p, c);
		type = want_be16(p, c);
		*len = *len >= TAG_LEN ? *len - TAG_LEN : 0;
		if (!p->opts.link_header)
			continue;
		show_tag(p, tci);
		if (type > LENGTH_MAX) {
			show_type(p, type);
			OUT(p->out, ", ");
		}
	}
	return type;
}

static void payload_8023(struct printer *p, struct cursor c, uint32_t len, struct frame *frame, uint16_t type)
{
	if (p->opts.link_header)
		show_header(p, frame, type);
	if (type < len) {
		len = type;
		c = limited(c, type);
	}
	if (print_llc_frame(p, c, len))
		return;
	show_header(p, frame, type);
	print_payload(p, c);
}

void print_ether_frame(struct printer *p, struct cursor c, uint32_t len)
{
	struct frame frame = { .len = len };

	p->protocol = "ether";
	frame.dst = want(p, &c, 6);
	frame.src = want(p, &c, 6);
	uint16_t type = want_be16(p, &c);
	if (p->depth == 0)
		print_link_len(p, ETHER_HEADER);
	len = len >= ETHER_HEADER ? len - ETHER_HEADER : 0;
	type = tags(p, &c, &len, &frame, type);
	if (type <= LENGTH_MAX) {
		payload_8023(p, c, len, &frame, type);
		return;
	}
	if (p->opts.link_header)
		show_header(p, &frame, type);
	if (print_ethertype(p, type, c, len))
		return;
	show_header(p, &frame, type);
	print_payload(p, c);
}

void print_link_ether(struct printer *p, struct cursor c, uint32_t len)
{
	print_ether_frame(p, c, len);
}
