/* SPDX-License-Identifier: BSD-2-Clause */
/* One packet to one line, and who prints which part of it. */
#include <stdlib.h>
#include <string.h>

#include "dissect.h"
#include "print.h"
#include "tcp_header.h"
#include "vlan_tag.h"

#define NUMBER_COLUMNS 5u /* -# */

/* The most that is printed of a packet: so much for each byte that was captured, and so much in any
 * case (sniff(1), OUTPUT). */
#define TEXT_PER_BYTE 16u
#define TEXT_ALWAYS   4096u
#define DUMP_PER_BYTE 5u   /* of -x, -X and -A: lines of 16 bytes */
#define DUMP_ALWAYS   128u /* the last line, a tag that was put back */
#define END_ROOM      32u  /* what end_of_text() adds, the newline */

bool flt__printer_failed(const struct printer *p)
{
	return p->failed;
}

static print_fn *link_printer(uint32_t linktype)
{
	switch (linktype) {
/* clang-format off */
#define LINK(number, print) case number: return print;
#include "dissect.def"
		/* clang-format on */
	default: return NULL;
	}
}

bool flt__printer_knows(uint32_t linktype)
{
	return link_printer(linktype) != NULL;
}

const struct stamps *flt__printer_stamps(const struct printer *p)
{
	return &p->stamps;
}

static print_fn *ethertype_printer(uint16_t ethertype)
{
	switch (ethertype) {
/* clang-format off */
#define ETHERTYPE(number, print) case number: return print;
#include "dissect.def"
		/* clang-format on */
	default: return NULL;
	}
}

static print_fn *ip_protocol_printer(uint8_t protocol)
{
	switch (protocol) {
/* clang-format off */
#define IP_PROTOCOL(number, print) case number: return print;
#include "dissect.def"
		/* clang-format on */
	default: return NULL;
	}
}

static print_fn *ppp_protocol_printer(uint16_t protocol)
{
	switch (protocol) {
/* clang-format off */
#define PPP_PROTOCOL(number, print) case number: return print;
#include "dissect.def"
		/* clang-format on */
	default: return NULL;
	}
}

/* Ports: a row number each, so that the rows' order can decide between two. */
enum {
#define UDP_PORT(port, print) UDP_ROW_##port,
#include "dissect.def"
	UDP_ROWS
};

enum {
#define TCP_PORT(port, print) TCP_ROW_##port,
#include "dissect.def"
	TCP_ROWS
};

static print_fn *const udp_rows[UDP_ROWS + 1] = {
#define UDP_PORT(port, print) print,
#include "dissect.def"
	NULL
};

static print_fn *const tcp_rows[TCP_ROWS + 1] = {
#define TCP_PORT(port, print) print,
#include "dissect.def"
	NULL
};

static unsigned udp_row(uint16_t port)
{
	switch (port) {
/* clang-format off */
#define UDP_PORT(number, print) case number: return UDP_ROW_##number;
#include "dissect.def"
		/* clang-format on */
	default: return UDP_ROWS;
	}
}

static unsigned tcp_row(uint16_t port)
{
	switch (port) {
/* clang-format off */
#define TCP_PORT(number, print) case number: return TCP_ROW_##number;
#include "dissect.def"
		/* clang-format on */
	default: return TCP_ROWS;
	}
}

static print_fn *udp_port_printer(uint16_t sport, uint16_t dport)
{
	unsigned from = udp_row(sport), to = udp_row(dport);

	return udp_rows[from < to ? from : to];
}

static print_fn *tcp_port_printer(uint16_t sport, uint16_t dport)
{
	unsigned from = tcp_row(sport), to = tcp_row(dport);

	return tcp_rows[from < to ? from : to];
}

static const struct print_tables tables = {
	.ethertype = ethertype_printer,
	.ip_protocol = ip_protocol_printer,
	.udp_port = udp_port_printer,
	.tcp_port = tcp_port_printer,
	.ppp_protocol = ppp_protocol_printer,
};

struct printer *flt__printer_new(const struct print_opts *opts, struct out *out)
{
	struct printer *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->opts = *opts;
	p->tables = &tables;
	p->out = out;
	p->flows = opts->absolute_seq ? NULL : flt__tcp_flows_new();
	bool has_zone = flt__stamps_init(&p->stamps, opts->time_style, opts->nano);
	if (has_zone && (p->flows || opts->absolute_seq))
		return p;
	flt__printer_free(p);
	return NULL;
}

void flt__printer_free(struct printer *p)
{
	if (!p)
		return;
	flt__tcp_flows_free(p->flows);
	free(p->tagged);
	free(p);
}

/* What the text of a packet may be long, whatever the packet claims; the dump that follows it is
 * part of that. */
static size_t text_limit(const struct printer *p, const struct flt_packet *packet)
{
	size_t all = (size_t)packet->caplen * TEXT_PER_BYTE + TEXT_ALWAYS - END_ROOM;

	if (p->opts.hex == HEX_NONE)
		return all;
	return all - ((size_t)packet->caplen * DUMP_PER_BYTE + DUMP_ALWAYS);
}

static void end_of_text(struct printer *p)
{
	bool too_long = out_unlimit(p->out);

	if (too_long) {
		OUT(p->out, " [text too long]");
	} else if (p->cut_in) {
		OUT(p->out, " [|");
		flt__out_text(p->out, p->cut_in);
		out_char(p->out, ']');
	}
	p->cut_in = NULL;
}

/* What a damaged file says of a packet's size can be nonsense. */
static bool sizes_make_sense(struct printer *p, const struct flt_packet *packet)
{
	const char *comma = packet->caplen == 0 ? "," : "";

	if (packet->caplen > 0 && packet->wirelen >= packet->caplen)
		return true;
	OUT(p->out, "[Invalid header:");
	if (packet->caplen == 0)
		OUT(p->out, " caplen==0");
	if (packet->wirelen == 0)
		flt__out_fmt(p->out, "%s len==0", comma);
	else if (packet->wirelen < packet->caplen)
		flt__out_fmt(p->out, " len(%u) < caplen(%u)", packet->wirelen, packet->caplen);
	out_char(p->out, ']');
	return false;
}

static void dump(struct printer *p, const struct flt_packet *packet)
{
	enum hex_style style = p->opts.hex;
	bool with_link = style == HEX_XX || style == HEX_CAP_XX || style == HEX_AA;
	uint32_t skip = with_link ? 0 : p->link_len < packet->caplen ? p->link_len : packet->caplen;
	const uint8_t *bytes = packet->bytes + skip;
	uint32_t len = packet->caplen - skip;

	if (style == HEX_X || style == HEX_XX)
		flt__hexdump(p->out, bytes, len, "\n\t");
	else if (style == HEX_CAP_X || style == HEX_CAP_XX)
		flt__hexdump_text(p->out, bytes, len, "\n\t");
	else if (style != HEX_NONE)
		flt__text_dump(p->out, bytes, len, p->opts.terminal ? "\t" : "");
}

static void dissect(struct printer *p, const struct flt_packet *packet)
{
	print_fn *print = link_printer(packet->linktype);
	struct cursor c = cur_make(packet->bytes, packet->caplen);

	p->link_len = 0;
	p->cut_in = NULL;
	p->whole = packet->caplen >= packet->wirelen;
	p->protocol = "";
	p->depth = 0;
	p->net = (struct net){ 0 };
	if (!print) {
		flt__print_payload(p, c);
		return;
	}
	print(p, c, packet->wirelen);
}

static bool make_tagged_room(struct printer *p, uint32_t size)
{
	if (size <= p->tagged_room)
		return true;
	uint8_t *room = realloc(p->tagged, size);
	if (!room) {
		p->failed = true;
		return false;
	}
	p->tagged = room;
	p->tagged_room = size;
	return true;
}

/* The kernel took the VLAN tag out of the bytes: put it back into a copy. */
static void retag(struct printer *p, struct flt_packet *packet)
{
	uint32_t tag = vlan_tag_bytes(packet->meta, packet->linktype, packet->caplen);

	if (!tag || !make_tagged_room(p, packet->caplen + tag))
		return;
	vlan_tag_put(p->tagged, packet->bytes, packet->caplen, packet->meta);
	packet->bytes = p->tagged;
	packet->caplen += tag;
	packet->wirelen += tag;
}

void flt__printer_packet(struct printer *p, const struct flt_packet *packet, uint64_t number)
{
	struct flt_packet whole = *packet;

	retag(p, &whole);
	out_limit(p->out, text_limit(p, packet));
	if (p->opts.number) {
		flt__out_padded(p->out, number, NUMBER_COLUMNS, ' ');
		OUT(p->out, "  ");
	}
	bool sensible = sizes_make_sense(p, &whole);
	if (sensible) {
		flt__stamps_print(&p->stamps, p->out, packet);
		dissect(p, &whole);
	}
	end_of_text(p);
	if (sensible)
		dump(p, &whole);
	out_char(p->out, '\n');
}
