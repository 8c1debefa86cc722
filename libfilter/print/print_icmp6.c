/* SPDX-License-Identifier: BSD-2-Clause */
/* ICMPv6 (RFC 4443). */
#include "icmp6_message.h"

#define PROTOCOL 58u

static const struct valname type_names[] = {
	{ 1, "destination unreachable" },
	{ 2, "packet too big" },
	{ 3, "time exceeded in-transit" },
	{ 4, "parameter problem" },
	{ 128, "echo request" },
	{ 129, "echo reply" },
	{ 130, "multicast listener query" },
	{ 131, "multicast listener report" },
	{ 132, "multicast listener done" },
	{ 133, "router solicitation" },
	{ 134, "router advertisement" },
	{ 135, "neighbor solicitation" },
	{ 136, "neighbor advertisement" },
	{ 137, "redirect" },
	{ 138, "router renumbering" },
	{ 139, "node information query" },
	{ 140, "node information reply" },
	{ 141, "inverse neighbor solicitation" },
	{ 142, "inverse neighbor advertisement" },
	{ 143, "multicast listener report v2" },
	{ 144, "ha discovery request" },
	{ 145, "ha discovery reply" },
	{ 146, "mobile router solicitation" },
	{ 147, "mobile router advertisement" },
	{ 0, NULL },
};

#define CODE_SCOPE 2u
#define CODE_PORT  4u

static const struct valname unreachable_names[] = {
	{ 0, ", unreachable route" },
	{ 1, ",  unreachable prohibited" },
	{ CODE_SCOPE, ", beyond scope" },
	{ 3, ", unreachable address" },
	{ 0, NULL },
};

static const struct valname problem_names[] = {
	{ 0, ", erroneous - octet " },
	{ 1, ", next header - octet " },
	{ 2, ", option - octet " },
	{ 3, ", incomplete header chain - octet " },
	{ 0, NULL },
};

/* Addresses of the quoted packet. */
static void quoted_address(struct printer *p, const struct icmp6 *icmp, size_t at)
{
	struct cursor c = icmp->body;

	want_skip(p, &c, 4 + at);
	flt__print_ipv6_address(p, &c);
}

static void quoted_destination(struct printer *p, const struct icmp6 *icmp)
{
	quoted_address(p, icmp, IP6_AT_DESTINATION);
}

/* The first transport header that the quoted packet has, if it follows directly. */
static void quoted_port(struct printer *p, const struct icmp6 *icmp)
{
	struct cursor c = icmp->body;

	OUT(p->out, ", unreachable port");
	want_skip(p, &c, 4 + IP6_AT_NEXT_HEADER);
	uint8_t protocol = want_u8(p, &c);
	want_skip(p, &c, IP6_HEADER - (IP6_AT_NEXT_HEADER + 1) + AT_DESTINATION_PORT);
	uint16_t port = want_be16(p, &c);
	if (protocol != IP_TCP && protocol != IP_UDP)
		flt__print_cut(p);
	OUT(p->out, ", ");
	quoted_destination(p, icmp);
	flt__out_fmt(p->out, " %s port %u", protocol == IP_TCP ? "tcp" : "udp", port);
}

static void raw(struct printer *p, const struct icmp6 *icmp)
{
	if (p->opts.verbose <= 1)
		flt__hexdump(p->out, icmp->start.at, cur_left(&icmp->start), "\n\t");
}

/* The code is told even when the packet is not quoted. */
static bool unreachable(struct printer *p, struct icmp6 *icmp)
{
	const char *name = flt__valname(unreachable_names, icmp->code, NULL);
	struct cursor quoted = icmp->body;

	if (icmp->code == CODE_PORT) {
		quoted_port(p, icmp);
		return true;
	}
	if (!name) {
		flt__out_fmt(p->out, ", unknown unreach code (%u)", icmp->code);
		raw(p, icmp);
		return false;
	}
	flt__out_text(p->out, name);
	want_skip(p, &quoted, 4 + IP6_HEADER);
	out_char(p->out, ' ');
	quoted_destination(p, icmp);
	if (icmp->code != CODE_SCOPE)
		return true;
	OUT(p->out, ", source address ");
	quoted_address(p, icmp, IP6_AT_SOURCE);
	return true;
}

static void time_exceeded(struct printer *p, struct icmp6 *icmp)
{
	struct cursor quoted = icmp->body;

	if (icmp->code == 0) {
		want_skip(p, &quoted, 4 + IP6_HEADER);
		OUT(p->out, " for ");
		quoted_destination(p, icmp);
	} else if (icmp->code == 1) {
		OUT(p->out, " (reassembly)");
	} else {
		flt__out_fmt(p->out, ", unknown code (%u)", icmp->code);
	}
}

static void parameter_problem(struct printer *p, struct icmp6 *icmp)
{
	const char *name = flt__valname(problem_names, icmp->code, NULL);
	struct cursor quoted = icmp->body;

	want_skip(p, &quoted, 4 + IP6_HEADER);
	if (!name) {
		flt__out_fmt(p->out, ", code-#%u", icmp->code);
		return;
	}
	flt__out_text(p->out, name);
	flt__out_u32(p->out, want_be32(p, &icmp->body));
}

static void echo(struct printer *p, struct icmp6 *icmp)
{
	uint16_t id = want_be16(p, &icmp->body);
	uint16_t seq = want_be16(p, &icmp->body);

	flt__out_fmt(p->out, ", id %u, seq %u", id, seq);
}

static void mobile(struct printer *p, struct icmp6 *icmp)
{
	icmp6_length(p, icmp);
	if (p->opts.verbose == 0 && icmp->type == 147)
		return;
	uint16_t id = want_be16(p, &icmp->body);
	flt__out_fmt(p->out, ", id 0x%04x", id);
	if (icmp->type != 147)
		return;
	uint8_t flags = want_u8(p, &icmp->body);
	if (flags & 0xc0)
		OUT(p->out, " ");
	if (flags & 0x80)
		out_char(p->out, 'M');
	if (flags & 0x40)
		out_char(p->out, 'O');
	want_skip(p, &icmp->body, 1);
	flt__print_nd_options(p, icmp->body);
}

static void discovery_request(struct printer *p, struct icmp6 *icmp)
{
	uint16_t id = want_be16(p, &icmp->body);

	flt__out_fmt(p->out, ", id 0x%04x", id);
}

static void too_big(struct printer *p, struct icmp6 *icmp)
{
	uint32_t mtu = want_be32(p, &icmp->body);

	flt__out_fmt(p->out, ", mtu %u", mtu);
}

static const struct {
	uint8_t type;
	void (*print)(struct printer *p, struct icmp6 *icmp);
} types[] = {
	{ 2, too_big },
	{ 3, time_exceeded },
	{ 4, parameter_problem },
	{ 128, echo },
	{ 129, echo },
	{ 130, flt__print_mld_query },
	{ 131, flt__print_mld },
	{ 132, flt__print_mld },
	{ 133, flt__print_router_solicitation },
	{ 134, flt__print_router_advertisement },
	{ 135, flt__print_neighbor_solicitation },
	{ 136, flt__print_neighbor_advertisement },
	{ 137, flt__print_nd_redirect },
	{ 139, flt__print_node_information },
	{ 140, flt__print_node_information },
	{ 143, flt__print_mld2_report },
	{ 144, discovery_request },
	{ 146, discovery_request },
	{ 147, mobile },
};

static void details(struct printer *p, struct icmp6 *icmp)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (types[i].type != icmp->type)
			continue;
		types[i].print(p, icmp);
		return;
	}
}

static void checksum(struct printer *p, const struct icmp6 *icmp)
{
	struct cursor c = icmp->body;

	if (p->opts.verbose == 0 || p->opts.no_checksums || p->net.fragment ||
	    cur_left(&icmp->start) < icmp->len)
		return;
	cur_skip(&c, 1);
	uint16_t was = cur_be16(&c);
	uint16_t sum = flt__cksum_pseudo(&p->net, PROTOCOL, icmp->start.at, icmp->len);
	if (sum == 0)
		OUT(p->out, "[icmp6 sum ok] ");
	else
		flt__out_fmt(p->out, "[bad icmp6 cksum 0x%04x -> 0x%04x!] ", was,
			     flt__cksum_should_be(sum, was));
}

static void message(struct printer *p, struct icmp6 *icmp)
{
	const char *name = flt__valname(type_names, icmp->type, NULL);

	OUT(p->out, "ICMP6, ");
	if (!name) {
		flt__out_fmt(p->out, "unknown icmp6 type (%u), length %u", icmp->type, icmp->len);
		raw(p, icmp);
		return;
	}
	flt__out_text(p->out, name);
	icmp->code = cur_u8(&icmp->body);
	cur_skip(&icmp->body, 2); /* the checksum; who reads on finds the cursor cut */
	if (icmp->type == 1) {
		if (!unreachable(p, icmp))
			return;
	} else {
		details(p, icmp);
	}
	if (p->opts.verbose == 0)
		flt__out_fmt(p->out, ", length %u", icmp->len);
}

void flt__print_icmp6(struct printer *p, struct cursor c, uint32_t len)
{
	struct icmp6 icmp = { .start = c, .len = len };

	p->protocol = "icmp6";
	if (p->net.version == 4) {
		OUT(p->out, "[ICMPv6 requires IPv6]");
		flt__print_invalid(p);
		return;
	}
	if (len == 0) {
		OUT(p->out, "ICMP6, length 0");
		flt__print_invalid(p);
		return;
	}
	icmp.type = want_u8(p, &c);
	icmp.body = c;
	checksum(p, &icmp);
	message(p, &icmp);
}
