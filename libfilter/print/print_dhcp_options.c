/* SPDX-License-Identifier: BSD-2-Clause */
/* Options of DHCP; which option has which kind of value is in dhcp_options.def. */
#include "print_dhcp_options.h"

#define PAD      0u
#define END      255u
#define PER_LINE 4u /* names of asked parameters */
#define INDENT   "\n\t      "

enum kind {
	NUMBERS_32,
	NUMBERS_16,
	BYTES,
	ADDRESSES,
	PAIRS,
	BOOLEANS,
	TEXT,
	NODE,
	OVERLOAD,
	MESSAGE,
	PARAMETERS,
	CLIENT_ID,
	USER_CLASS,
	FQDN,
	AGENT,
	ROUTES
};

static const struct {
	uint8_t number;
	const char *name;
	enum kind kind;
} options[] = {
#define OPTION(number, name, kind) { number, name, kind },
#include "dhcp_options.def"
#undef OPTION
};

/* clang-format off */
static const struct valname message_names[] = {
	{ 1, "Discover" }, { 2, "Offer" }, { 3, "Request" }, { 4, "Decline" }, { 5, "ACK" },
	{ 6, "NACK" },
	{ 7, "Release" }, { 8, "Inform" }, { 0, NULL }
};
/* clang-format on */

static const struct valname node_names[] = {
	{ 1, "b-node" }, { 2, "p-node" }, { 4, "m-node" }, { 8, "h-node" }, { 0, NULL }
};

static const struct valname overload_names[] = {
	{ 1, "file" }, { 2, "sname" }, { 3, "file+sname" }, { 0, NULL }
};

static const struct valname agent_names[] = {
	{ 1, "Circuit-ID" }, { 2, "Remote-ID" }, { 6, "Subscriber-ID" }, { 0, NULL }
};

static const struct valname fqdn_flags[] = {
	{ 1, "S" }, { 2, "O" }, { 4, "E" }, { 8, "N" }, { 0, NULL }
};

static void numbers(struct printer *p, struct cursor *c, size_t size)
{
	for (const char *comma = ""; cur_left(c) >= size; comma = ",") {
		uint32_t value = size == 4 ? cur_be32(c) : cur_be16(c);
		flt__out_fmt(p->out, "%s%u", comma, value);
	}
}

static void bytes(struct printer *p, struct cursor *c)
{
	for (const char *dot = ""; cur_left(c) > 0; dot = ".")
		flt__out_fmt(p->out, "%s%u", dot, cur_u8(c));
}

static void addresses(struct printer *p, struct cursor *c)
{
	for (const char *comma = ""; cur_left(c) >= 4; comma = ",") {
		flt__out_text(p->out, comma);
		flt__print_ipv4_address(p, c);
	}
}

static void pairs(struct printer *p, struct cursor *c)
{
	for (const char *comma = ""; cur_left(c) >= 8; comma = ",") {
		flt__out_fmt(p->out, "%s(", comma);
		flt__print_ipv4_address(p, c);
		out_char(p->out, ':');
		flt__print_ipv4_address(p, c);
		out_char(p->out, ')');
	}
}

static void booleans(struct printer *p, struct cursor *c)
{
	for (const char *comma = ""; cur_left(c) > 0; comma = ",") {
		uint8_t value = cur_u8(c);

		flt__out_text(p->out, comma);
		if (value > 1)
			flt__out_fmt(p->out, "%u?", value);
		else
			out_char(p->out, value ? 'Y' : 'N');
	}
}

static void text(struct printer *p, struct cursor *c)
{
	out_char(p->out, '"');
	while (cur_left(c) > 0 && *c->at != 0)
		flt__out_byte(p->out, cur_u8(c));
	out_char(p->out, '"');
}

static const char *option_name(uint8_t number)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (options[i].number == number)
			return options[i].name;
	return "Unknown";
}

static void parameters(struct printer *p, struct cursor *c)
{
	for (unsigned i = 0; cur_left(c) > 0; i++) {
		uint8_t number = cur_u8(c);

		flt__out_text(p->out, i % PER_LINE == 0 ? INDENT : ", ");
		flt__out_fmt(p->out, "%s (%u)", option_name(number), number);
	}
}

static void client_id(struct printer *p, struct cursor *c)
{
	uint8_t type = cur_u8(c);

	if (type == 0) {
		text(p, c);
		return;
	}
	if (type == 1)
		OUT(p->out, "ether ");
	else
		flt__out_fmt(p->out, "hardware-type %u, ", type);
	flt__out_mac(p->out, c->at, cur_left(c));
}

static void user_class(struct printer *p, struct cursor *c)
{
	if (cur_left(c) < 2) {
		OUT(p->out, "[ERROR: length < 2 bytes]");
		return;
	}
	for (unsigned i = 1; cur_left(c) > 0; i++) {
		uint8_t len = cur_u8(c);

		flt__out_fmt(p->out, INDENT "instance#%u: ", i);
		if (len == 0 || len > cur_left(c)) {
			OUT(p->out, "[ERROR: invalid option]");
			return;
		}
		out_char(p->out, '"');
		flt__print_bytes(p, c, len);
		flt__out_fmt(p->out, "\", length %u", len);
	}
}

static void domain_name(struct printer *p, struct cursor *c)
{
	if (cur_left(c) < 3) {
		OUT(p->out, "[ERROR: length < 3 bytes]");
		return;
	}
	uint8_t flags = cur_u8(c);
	uint8_t first = cur_u8(c), second = cur_u8(c);
	if (flags) {
		out_char(p->out, '[');
		flt__out_bits(p->out, fqdn_flags, flags, "", "");
		OUT(p->out, "] ");
	}
	if (first || second)
		flt__out_fmt(p->out, "%u/%u ", first, second);
	text(p, c);
}

static void agent(struct printer *p, struct cursor *c)
{
	while (cur_left(c) >= 2) {
		uint8_t type = cur_u8(c);
		uint8_t len = cur_u8(c);

		flt__out_fmt(p->out, INDENT "%s SubOption %u, length %u: ",
			     flt__valname(agent_names, type, "Unknown"), type, len);
		if (len > cur_left(c)) {
			OUT(p->out, "length goes past end of option");
			return;
		}
		flt__print_bytes(p, c, len);
	}
}

/* RFC 3442: only the bytes of a network that its mask covers. */
static void routes(struct printer *p, struct cursor *c)
{
	if (cur_left(c) < 5) {
		OUT(p->out, "[ERROR: length < 5 bytes]");
		return;
	}
	for (const char *comma = ""; cur_left(c) > 0; comma = ",") {
		uint8_t bits = cur_u8(c);
		uint8_t network[4] = { 0 };

		if (bits > 32 || cur_left(c) < (bits + 7u) / 8 + 4) {
			flt__out_fmt(p->out, "%s[ERROR: Remaining length (%zu) < 5 bytes]", comma,
				     cur_left(c) + 1);
			return;
		}
		for (unsigned i = 0; i < (bits + 7u) / 8; i++)
			network[i] = cur_u8(c);
		flt__out_fmt(p->out, "%s(", comma);
		if (bits == 0)
			OUT(p->out, "default");
		else
			flt__out_ipv4(p->out, network);
		if (bits > 0)
			flt__out_fmt(p->out, "/%u", bits);
		out_char(p->out, ':');
		flt__print_ipv4_address(p, c);
		out_char(p->out, ')');
	}
}

static void named(struct printer *p, struct cursor *c, const struct valname *names)
{
	flt__out_valname(p->out, names, "Unknown (%u)", cur_u8(c));
}

static void message(struct printer *p, struct cursor *c)
{
	if (cur_left(c) == 1)
		named(p, c, message_names);
	else
		bytes(p, c);
}

static void value(struct printer *p, enum kind kind, struct cursor *c)
{
	switch (kind) {
	case NUMBERS_32: numbers(p, c, 4); break;
	case NUMBERS_16: numbers(p, c, 2); break;
	case BYTES: bytes(p, c); break;
	case ADDRESSES: addresses(p, c); break;
	case PAIRS: pairs(p, c); break;
	case BOOLEANS: booleans(p, c); break;
	case TEXT: text(p, c); break;
	case NODE: named(p, c, node_names); break;
	case OVERLOAD: named(p, c, overload_names); break;
	case MESSAGE: message(p, c); break;
	case PARAMETERS: parameters(p, c); break;
	case CLIENT_ID: client_id(p, c); break;
	case USER_CLASS: user_class(p, c); break;
	case FQDN: domain_name(p, c); break;
	case AGENT: agent(p, c); break;
	case ROUTES: routes(p, c); break;
	}
}

/* An option that is not known may still look like a list of numbers. */
static enum kind kind_of(uint8_t number, size_t len)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (options[i].number == number)
			return options[i].kind;
	if (len % 4 == 0)
		return NUMBERS_32;
	return len % 2 == 0 ? NUMBERS_16 : BYTES;
}

static bool is_list(enum kind kind)
{
	return kind == NUMBERS_32 || kind == NUMBERS_16 || kind == ADDRESSES || kind == PAIRS ||
	       kind == NODE || kind == OVERLOAD;
}

/* Padding counts as one option; -vvv shows it. */
static void padding(struct printer *p, struct cursor *c)
{
	unsigned count = 1;

	for (; cur_left(c) > 0 && *c->at == PAD; count++)
		cur_skip(c, 1);
	if (p->opts.verbose < 3)
		return;
	OUT(p->out, "\n\t    PAD (0), length 0");
	if (count > 1)
		flt__out_fmt(p->out, ", occurs %u", count);
}

static bool option(struct printer *p, struct cursor *c)
{
	uint8_t number = cur_u8(c);

	if (number == PAD) {
		padding(p, c);
		return true;
	}
	if (number == END) {
		if (p->opts.verbose > 2)
			OUT(p->out, "\n\t    END (255), length 0");
		return false;
	}
	uint8_t len = want_u8(p, c);
	flt__out_fmt(p->out, "\n\t    %s (%u), length %u: ", option_name(number), number, len);
	if (cur_left(c) < len)
		flt__print_cut(p);
	struct cursor field = part(c, len);
	enum kind kind = kind_of(number, len);
	if (len > 0)
		value(p, kind, &field);
	if (is_list(kind) && cur_left(&field) > 0)
		flt__out_fmt(p->out, "\n\t  trailing data length %zu", cur_left(&field));
	return !p->cut_in;
}

void flt__print_dhcp_options(struct printer *p, struct cursor c)
{
	while (cur_left(&c) > 0 && option(p, &c))
		;
}
