/* SPDX-License-Identifier: BSD-2-Clause */
/* ICMP (RFC 792, RFC 950, RFC 1256, RFC 8335). */
#include "print_icmp_extension.h"

#define HEADER        8u
#define MULTIPART_AT  136u /* RFC 4884: behind the header and 128 bytes of the datagram */
#define MULTIPART_MIN 144u

enum type {
	ECHO_REPLY = 0,
	UNREACHABLE = 3,
	QUENCH = 4,
	REDIRECT = 5,
	ECHO = 8,
	ROUTER_ADVERTISEMENT = 9,
	TIME_EXCEEDED = 11,
	PARAMETER_PROBLEM = 12,
	TIMESTAMP = 13,
	TIMESTAMP_REPLY = 14,
	MASK_REPLY = 18,
	EXTENDED_ECHO = 42,
	EXTENDED_ECHO_REPLY = 43
};

enum unreachable_code { CODE_PROTOCOL = 2, CODE_PORT = 3, CODE_TOO_BIG = 4 };

/* clang-format off */
static const struct valname type_names[] = {
	{ QUENCH, "source quench" },
	{ 10, "router solicitation" },
	{ 15, "information request" },
	{ 16, "information reply" },
	{ 17, "address mask request" },
	{ 0, NULL }
};
/* clang-format on */

/* What stands before and after the address. */
static const struct {
	const char *before, *after;
} unreachable_texts[] = {
	[0] = { "net ", " unreachable" },
	[1] = { "host ", " unreachable" },
	[5] = { "", " unreachable - source route failed" },
	[6] = { "net ", " unreachable - unknown" },
	[7] = { "host ", " unreachable - unknown" },
	[8] = { "", " unreachable - source host isolated" },
	[9] = { "net ", " unreachable - admin prohibited" },
	[10] = { "host ", " unreachable - admin prohibited" },
	[11] = { "net ", " unreachable - tos prohibited" },
	[12] = { "host ", " unreachable - tos prohibited" },
	[13] = { "host ", " unreachable - admin prohibited filter" },
	[14] = { "host ", " unreachable - host precedence violation" },
	[15] = { "host ", " unreachable - precedence cutoff" },
};

static const struct {
	const char *what, *kind;
} redirect_texts[] = { { "redirect", "net " },
		       { "redirect", "host " },
		       { "redirect-tos", "net " },
		       { "redirect-tos", "host " } };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct icmp {
	struct cursor start; /* at the type */
	struct cursor body;  /* behind type, code and checksum */
	uint32_t len;
	uint8_t type, code;
};

/* The datagram that is quoted: header length, protocol, destination. */
struct quoted {
	struct cursor c;
	uint32_t header_len;
};

static struct quoted quoted_of(const struct icmp *icmp)
{
	struct quoted quoted = { .c = icmp->start };

	cur_skip(&quoted.c, HEADER);
	quoted.header_len = cur_left(&quoted.c) > 0 ? (quoted.c.at[0] & 0xfu) * 4 : 0;
	return quoted;
}

static uint8_t quoted_u8(struct printer *p, const struct quoted *quoted, size_t at)
{
	struct cursor c = quoted->c;

	want_skip(p, &c, at);
	return want_u8(p, &c);
}

static void quoted_destination(struct printer *p, const struct quoted *quoted)
{
	struct cursor c = quoted->c;

	want_skip(p, &c, IP4_AT_DESTINATION);
	flt__print_ipv4_address(p, &c);
}

/* Text of an ICMP message stands or falls as a whole. */
static void begin(struct printer *p, struct cursor c, size_t need)
{
	want_skip(p, &c, need);
	OUT(p->out, "ICMP ");
}

static void echo(struct printer *p, struct icmp *icmp)
{
	begin(p, icmp->body, 4);
	flt__out_text(p->out, icmp->type == ECHO ? "echo request, id " : "echo reply, id ");
	flt__out_u32(p->out, want_be16(p, &icmp->body));
	OUT(p->out, ", seq ");
	flt__out_u32(p->out, want_be16(p, &icmp->body));
}

static void unreachable_port(struct printer *p, const struct icmp *icmp)
{
	struct quoted quoted = quoted_of(icmp);
	struct cursor c = quoted.c;
	uint8_t protocol = quoted_u8(p, &quoted, IP4_AT_PROTOCOL);

	want_skip(p, &c, quoted.header_len + AT_DESTINATION_PORT);
	uint16_t port = want_be16(p, &c);
	OUT(p->out, "ICMP ");
	quoted_destination(p, &quoted);
	if (protocol == IP_UDP || protocol == IP_TCP)
		flt__out_fmt(p->out, " %s port %u unreachable", protocol == IP_TCP ? "tcp" : "udp",
			     port);
	else
		flt__out_fmt(p->out, " protocol %u port %u unreachable", protocol, port);
}

static void unreachable_too_big(struct printer *p, struct icmp *icmp)
{
	struct quoted quoted = quoted_of(icmp);

	want_skip(p, &icmp->body, 2);
	uint16_t mtu = want_be16(p, &icmp->body);
	OUT(p->out, "ICMP ");
	quoted_destination(p, &quoted);
	OUT(p->out, " unreachable - need to frag");
	if (mtu)
		flt__out_fmt(p->out, " (mtu %u)", mtu);
}

static void unreachable_protocol(struct printer *p, const struct icmp *icmp)
{
	struct quoted quoted = quoted_of(icmp);

	begin(p, quoted.c, IP4_HEADER_MIN);
	quoted_destination(p, &quoted);
	uint8_t protocol = quoted_u8(p, &quoted, IP4_AT_PROTOCOL);
	flt__out_fmt(p->out, " protocol %u unreachable", protocol);
}

static void unreachable_other(struct printer *p, const struct icmp *icmp)
{
	struct quoted quoted = quoted_of(icmp);
	const char *before =
		icmp->code < COUNT(unreachable_texts) ? unreachable_texts[icmp->code].before : NULL;

	begin(p, quoted.c, IP4_HEADER_MIN);
	flt__out_text(p->out, before ? before : "");
	quoted_destination(p, &quoted);
	if (before)
		flt__out_text(p->out, unreachable_texts[icmp->code].after);
	else
		flt__out_fmt(p->out, " unreachable - #%u", icmp->code);
}

static void unreachable(struct printer *p, struct icmp *icmp)
{
	switch (icmp->code) {
	case CODE_PROTOCOL: unreachable_protocol(p, icmp); break;
	case CODE_PORT: unreachable_port(p, icmp); break;
	case CODE_TOO_BIG: unreachable_too_big(p, icmp); break;
	default: unreachable_other(p, icmp); break;
	}
}

static void redirect(struct printer *p, struct icmp *icmp)
{
	struct quoted quoted = quoted_of(icmp);
	bool known = icmp->code < COUNT(redirect_texts);

	begin(p, quoted.c, IP4_HEADER_MIN);
	if (known)
		flt__out_text(p->out, redirect_texts[icmp->code].what);
	else
		flt__out_fmt(p->out, "redirect-#%u", icmp->code);
	out_char(p->out, ' ');
	quoted_destination(p, &quoted);
	OUT(p->out, " to ");
	if (known)
		flt__out_text(p->out, redirect_texts[icmp->code].kind);
	flt__print_ipv4_address(p, &icmp->body);
}

static void lifetime(struct printer *p, uint32_t seconds)
{
	if (seconds < 60)
		flt__out_fmt(p->out, "%u", seconds);
	else if (seconds < 3600)
		flt__out_fmt(p->out, "%u:%02u", seconds / 60, seconds % 60);
	else
		flt__out_fmt(p->out, "%u:%02u:%02u", seconds / 3600, seconds / 60 % 60,
			     seconds % 60);
}

static void router_advertisement(struct printer *p, struct icmp *icmp)
{
	uint8_t count = want_u8(p, &icmp->body);
	uint8_t size = want_u8(p, &icmp->body);
	uint16_t seconds = want_be16(p, &icmp->body);

	begin(p, icmp->body, size == 2 ? count * 8u : 0);
	OUT(p->out, "router advertisement lifetime ");
	lifetime(p, seconds);
	flt__out_fmt(p->out, " %u:", count);
	if (size != 2) {
		flt__out_fmt(p->out, " [size %u]", size);
		return;
	}
	for (; count > 0 && cur_left(&icmp->body) > 0; count--) {
		OUT(p->out, " {");
		flt__print_ipv4_address(p, &icmp->body);
		uint32_t preference = want_be32(p, &icmp->body);
		flt__out_fmt(p->out, " %u}", preference);
	}
}

static void time_exceeded(struct printer *p, struct icmp *icmp)
{
	begin(p, icmp->body, 8);
	if (icmp->code == 0)
		OUT(p->out, "time exceeded in-transit");
	else if (icmp->code == 1)
		OUT(p->out, "ip reassembly time exceeded");
	else
		flt__out_fmt(p->out, "time exceeded-#%u", icmp->code);
}

static void parameter_problem(struct printer *p, struct icmp *icmp)
{
	if (icmp->code) {
		flt__out_fmt(p->out, "ICMP parameter problem - code %u", icmp->code);
		return;
	}
	uint8_t pointer = want_u8(p, &icmp->body);
	flt__out_fmt(p->out, "ICMP parameter problem - octet %u", pointer);
}

static void milliseconds(struct printer *p, uint32_t ms)
{
	flt__out_fmt(p->out, "%02u:%02u:%02u.%03u", ms / 3600000, ms / 60000 % 60, ms / 1000 % 60,
		     ms % 1000);
}

static void timestamp(struct printer *p, struct icmp *icmp)
{
	bool reply = icmp->type == TIMESTAMP_REPLY;

	begin(p, icmp->body, reply ? 16 : 4);
	uint16_t id = want_be16(p, &icmp->body);
	uint16_t seq = want_be16(p, &icmp->body);
	flt__out_fmt(p->out, "time stamp %s id %u seq %u", reply ? "reply" : "query", id, seq);
	if (!reply)
		return;
	OUT(p->out, ": org ");
	milliseconds(p, want_be32(p, &icmp->body));
	OUT(p->out, ", recv ");
	milliseconds(p, want_be32(p, &icmp->body));
	OUT(p->out, ", xmit ");
	milliseconds(p, want_be32(p, &icmp->body));
}

static void mask_reply(struct printer *p, struct icmp *icmp)
{
	want_skip(p, &icmp->body, 4);
	uint32_t mask = want_be32(p, &icmp->body);
	flt__out_fmt(p->out, "ICMP address mask is 0x%08x", mask);
}

static void extended_echo(struct printer *p, struct icmp *icmp)
{
	begin(p, icmp->body, 4);
	uint16_t id = want_be16(p, &icmp->body);
	uint8_t seq = want_u8(p, &icmp->body);
	flt__out_fmt(p->out, "extended echo %s, id %u, seq %u",
		     icmp->type == EXTENDED_ECHO ? "request" : "reply", id, seq);
}

static void other(struct printer *p, struct icmp *icmp)
{
	OUT(p->out, "ICMP ");
	flt__out_valname(p->out, type_names, "type-#%u", icmp->type);
}

static const struct {
	uint8_t type;
	void (*print)(struct printer *p, struct icmp *icmp);
} types[] = {
	{ ECHO, echo },
	{ ECHO_REPLY, echo },
	{ UNREACHABLE, unreachable },
	{ REDIRECT, redirect },
	{ ROUTER_ADVERTISEMENT, router_advertisement },
	{ TIME_EXCEEDED, time_exceeded },
	{ PARAMETER_PROBLEM, parameter_problem },
	{ TIMESTAMP, timestamp },
	{ TIMESTAMP_REPLY, timestamp },
	{ MASK_REPLY, mask_reply },
	{ EXTENDED_ECHO, extended_echo },
	{ EXTENDED_ECHO_REPLY, extended_echo },
};

static void message(struct printer *p, struct icmp *icmp)
{
	for (size_t i = 0; i < COUNT(types); i++) {
		if (types[i].type != icmp->type)
			continue;
		types[i].print(p, icmp);
		return;
	}
	other(p, icmp);
}

static bool is_error(uint8_t type)
{
	return type == UNREACHABLE || type == QUENCH || type == REDIRECT || type == TIME_EXCEEDED ||
	       type == PARAMETER_PROBLEM;
}

static bool may_have_extension(uint8_t type)
{
	return type == UNREACHABLE || type == TIME_EXCEEDED || type == PARAMETER_PROBLEM;
}

static void checksum(struct printer *p, const struct icmp *icmp, uint16_t was)
{
	if (p->opts.no_checksums || p->net.fragment || cur_left(&icmp->start) < icmp->len)
		return;
	uint16_t sum = flt__cksum_end(flt__cksum_add(0, icmp->start.at, icmp->len));
	if (sum != 0)
		flt__out_fmt(p->out, " (wrong icmp cksum %x (->%x)!)", was,
			     flt__cksum_should_be(sum, was));
}

/* How long the quoted datagram was, not how much of it is quoted. */
static void quote(struct printer *p, const struct icmp *icmp)
{
	struct quoted quoted = quoted_of(icmp);
	struct cursor c = quoted.c;
	const char *protocol = p->protocol;

	OUT(p->out, "\n\t");
	want_skip(p, &c, IP4_AT_TOTAL_LEN);
	uint16_t total_len = want_be16(p, &c);
	flt__print_nested(p, flt__print_ipv4, quoted.c, total_len);
	p->protocol = protocol;
}

/* Senders that fill in no length put the extension behind 128 bytes, too; its checksum tells. */
static void multipart(struct printer *p, const struct icmp *icmp)
{
	struct cursor c = icmp->start;
	uint8_t datagram_words = cur_left(&c) > 5 ? c.at[5] : 0;

	if (icmp->len < MULTIPART_MIN || !cur_skip(&c, MULTIPART_AT))
		return;
	uint32_t len = icmp->len - MULTIPART_AT;
	if (datagram_words == 0 && !flt__icmp_extension_holds(c, len))
		return;
	flt__print_icmp_extension(p, c, len, "ICMP Multi-Part extension", true);
}

static const struct valname reply_codes[] = {
	{ 0, "No error" },
	{ 1, "Malformed Query" },
	{ 2, "No Such Interface" },
	{ 3, "No Such Table Entry" },
	{ 4, "Multiple Interfaces Satisfy Query" },
	{ 0, NULL },
};

static const struct valname reply_states[] = { { 0, "Reserved" },  { 1, "Incomplete" },
					       { 2, "Reachable" }, { 3, "Stale" },
					       { 4, "Delay" },     { 5, "Probe" },
					       { 6, "Failed" },    { 0, NULL } };

/* Up to the end of the first object; what follows is padding. */
static uint32_t extension_len(struct cursor c, uint32_t len)
{
	cur_skip(&c, 4);
	uint32_t object_len = cur_be16(&c);
	return object_len + 4 < len ? object_len + 4 : len;
}

static void extended_echo_details(struct printer *p, const struct icmp *icmp)
{
	struct cursor c = icmp->start;

	want_skip(p, &c, HEADER - 1);
	uint8_t bits = want_u8(p, &c);
	if (icmp->type == EXTENDED_ECHO) {
		flt__print_icmp_extension(p, c, extension_len(c, icmp->len - HEADER),
					  bits & 1 ? "Local Interface" : "Remote Interface", false);
		return;
	}
	flt__out_fmt(p->out, "\n\tCode %u (%s), State %u (%s), active %u ipv4 %u ipv6 %u",
		     icmp->code, flt__valname(reply_codes, icmp->code, "Unknown"), bits >> 5,
		     flt__valname(reply_states, bits >> 5, "Unknown"), bits >> 2 & 1, bits >> 1 & 1,
		     bits & 1);
}

static void details(struct printer *p, const struct icmp *icmp, uint16_t sum)
{
	checksum(p, icmp, sum);
	if (is_error(icmp->type))
		quote(p, icmp);
	if (may_have_extension(icmp->type))
		multipart(p, icmp);
	if ((icmp->type == EXTENDED_ECHO || icmp->type == EXTENDED_ECHO_REPLY) &&
	    icmp->len > HEADER)
		extended_echo_details(p, icmp);
}

void flt__print_icmp(struct printer *p, struct cursor c, uint32_t len)
{
	struct icmp icmp = { .start = c, .len = len };

	p->protocol = "icmp";
	if (p->net.version == 6) {
		OUT(p->out, "[ICMP requires IPv4]");
		flt__print_invalid(p);
		return;
	}
	icmp.type = want_u8(p, &c);
	icmp.code = want_u8(p, &c);
	uint16_t sum = want_be16(p, &c);
	icmp.body = c;
	message(p, &icmp);
	flt__out_fmt(p->out, ", length %u", len);
	if (p->opts.verbose > 0)
		details(p, &icmp, sum);
}
