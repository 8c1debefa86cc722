/* SPDX-License-Identifier: BSD-2-Clause */
/* Options of TCP headers. An option whose value has a fixed size is read in that size, whatever
 * its length says; a length that differs is shown behind it. */
#include "tcp_header.h"

#define SACK_BLOCK     8u
#define SIGNATURE_LEN  16u
#define EXPERIMENT_TFO 0xf989u

enum kind {
	EOL = 0,
	NOP = 1,
	MSS = 2,
	WSCALE = 3,
	SACK_OK = 4,
	SACK = 5,
	ECHO = 6,
	ECHO_REPLY = 7,
	STAMPS = 8,
	CC = 11,
	CC_NEW = 12,
	CC_ECHO = 13,
	MD5 = 19,
	SCPS = 20,
	UTO = 28,
	AO = 29,
	MPTCP = 30,
	FAST_OPEN = 34,
	EXPERIMENT = 254
};

/* clang-format off */
static const struct valname option_names[] = {
	{ EOL, "eol" },
	{ NOP, "nop" },
	{ MSS, "mss" },
	{ WSCALE, "wscale" },
	{ SACK_OK, "sackOK" },
	{ SACK, "sack" },
	{ ECHO, "echo" },
	{ ECHO_REPLY, "echoreply" },
	{ STAMPS, "TS" },
	{ CC, "cc" },
	{ CC_NEW, "ccnew" },
	{ CC_ECHO, "ccecho" },
	{ MD5, "md5" },
	{ SCPS, "scps" },
	{ UTO, "uto" },
	{ AO, "tcp-ao" },
	{ MPTCP, "mptcp" },
	{ FAST_OPEN, "tfo" },
	{ EXPERIMENT, "exp" },
	{ 0, NULL }
};
/* clang-format on */

struct option {
	struct cursor value; /* from behind the length to the end of all options */
	uint32_t room;       /* bytes that the header has there */
	uint32_t value_len;  /* by the option's length field */
	uint32_t taken;      /* bytes of value that were read */
	const struct tcp *tcp;
};

/* False: there is no room for n bytes in what is left of the header. */
static bool takes(struct option *option, uint32_t n)
{
	option->taken = n;
	return n <= option->room;
}

static bool number32(struct printer *p, struct option *option)
{
	if (!takes(option, 4))
		return false;
	out_char(p->out, ' ');
	flt__out_u32(p->out, want_be32(p, &option->value));
	return true;
}

static bool mss(struct printer *p, struct option *option)
{
	if (!takes(option, 2))
		return false;
	out_char(p->out, ' ');
	flt__out_u32(p->out, want_be16(p, &option->value));
	return true;
}

static bool wscale(struct printer *p, struct option *option)
{
	if (!takes(option, 1))
		return false;
	out_char(p->out, ' ');
	flt__out_u32(p->out, want_u8(p, &option->value));
	return true;
}

static bool sack(struct printer *p, struct option *option)
{
	uint32_t base = option->tcp->sack_base;

	takes(option, option->value_len);
	if (option->value_len % SACK_BLOCK != 0) {
		OUT(p->out, " invalid sack");
		return true;
	}
	flt__out_fmt(p->out, " %u ", option->value_len / SACK_BLOCK);
	for (uint32_t i = 0; i < option->value_len; i += SACK_BLOCK) {
		uint32_t from = want_be32(p, &option->value) - base;
		uint32_t to = want_be32(p, &option->value) - base;
		flt__out_fmt(p->out, "{%u:%u}", from, to);
	}
	return true;
}

static bool timestamps(struct printer *p, struct option *option)
{
	if (!takes(option, 8))
		return false;
	OUT(p->out, " val ");
	flt__out_u32(p->out, want_be32(p, &option->value));
	OUT(p->out, " ecr ");
	flt__out_u32(p->out, want_be32(p, &option->value));
	return true;
}

static bool signature(struct printer *p, struct option *option)
{
	if (!takes(option, SIGNATURE_LEN))
		return false;
	out_char(p->out, ' ');
	flt__print_hexes(p, &option->value, SIGNATURE_LEN);
	return true;
}

static bool scps(struct printer *p, struct option *option)
{
	if (!takes(option, 2))
		return false;
	uint8_t capabilities = want_u8(p, &option->value);
	uint8_t id = want_u8(p, &option->value);
	flt__out_fmt(p->out, " cap %02x id %u", capabilities, id);
	return true;
}

static bool user_timeout(struct printer *p, struct option *option)
{
	if (!takes(option, 2))
		return false;
	uint16_t value = want_be16(p, &option->value);
	uint32_t seconds = (value >> 1) * (value & 1 ? 60u : 1u);
	flt__out_fmt(p->out, " 0x%x %u", value, seconds);
	return true;
}

static bool authentication(struct printer *p, struct option *option)
{
	takes(option, option->value_len);
	if (option->value_len < 2) {
		flt__print_invalid(p);
		return true;
	}
	uint8_t key = want_u8(p, &option->value);
	uint8_t next_key = want_u8(p, &option->value);
	flt__out_fmt(p->out, " keyid %u rnextkeyid %u", key, next_key);
	if (option->value_len > 2) {
		OUT(p->out, " mac 0x");
		flt__print_hexes(p, &option->value, option->value_len - 2);
	}
	return true;
}

static bool multipath(struct printer *p, struct option *option)
{
	takes(option, option->value_len);
	return flt__print_mptcp(p, limited(option->value, option->value_len), option->value_len,
				option->tcp->flags);
}

static void cookie(struct printer *p, struct option *option, uint32_t len)
{
	if (len == 0) {
		OUT(p->out, " cookiereq");
		return;
	}
	if (len % 2 != 0 || len < 4 || len > 16) {
		flt__print_invalid(p);
		return;
	}
	OUT(p->out, " cookie ");
	flt__print_hexes(p, &option->value, len);
}

static bool fast_open(struct printer *p, struct option *option)
{
	takes(option, option->value_len);
	out_char(p->out, ' ');
	cookie(p, option, option->value_len);
	return true;
}

static bool experiment(struct printer *p, struct option *option)
{
	takes(option, option->value_len);
	if (option->value_len < 2)
		return false;
	uint16_t magic = want_be16(p, &option->value);
	if (magic == EXPERIMENT_TFO) {
		OUT(p->out, "-tfo");
		cookie(p, option, option->value_len - 2);
	} else {
		flt__out_fmt(p->out, "-%04x", magic);
	}
	return true;
}

static bool unknown(struct printer *p, struct option *option)
{
	takes(option, option->value_len);
	if (option->value_len > 0) {
		OUT(p->out, " 0x");
		flt__print_hexes(p, &option->value, option->value_len);
	}
	return true;
}

static bool value(struct printer *p, uint8_t kind, struct option *option)
{
	switch (kind) {
	case MSS: return mss(p, option);
	case WSCALE: return wscale(p, option);
	case SACK_OK: return true;
	case SACK: return sack(p, option);
	case ECHO:
	case ECHO_REPLY:
	case CC:
	case CC_NEW:
	case CC_ECHO: return number32(p, option);
	case STAMPS: return timestamps(p, option);
	case MD5: return signature(p, option);
	case SCPS: return scps(p, option);
	case UTO: return user_timeout(p, option);
	case AO: return authentication(p, option);
	case MPTCP: return multipath(p, option);
	case FAST_OPEN: return fast_open(p, option);
	case EXPERIMENT: return experiment(p, option);
	default: return unknown(p, option);
	}
}

/* Bytes taken by the option at the cursor, 0 when it is damaged. len bytes of header are left. */
static uint32_t long_option(struct printer *p, uint8_t kind, struct cursor c, uint32_t len,
			    const struct tcp *tcp)
{
	struct option option = { .tcp = tcp };

	if (len < 2)
		return 0;
	uint32_t option_len = want_u8(p, &c);
	if (option_len < 2 || option_len > len)
		return 0;
	flt__out_valname(p->out, option_names, "unknown-%u", kind);
	option.value = c;
	option.room = len - 2;
	option.value_len = option_len - 2;
	if (!value(p, kind, &option))
		return 0;
	if (option.taken != option.value_len)
		flt__out_fmt(p->out, "[len %u]", option_len);
	return 2 + option.taken;
}

static bool damaged(struct printer *p, bool first)
{
	OUT(p->out, "[bad opt]");
	if (!first)
		out_char(p->out, ']');
	return false;
}

bool flt__print_tcp_options(struct printer *p, struct cursor c, uint32_t len, const struct tcp *tcp)
{
	bool first = true;

	OUT(p->out, ", options [");
	while (len > 0 && !c.cut) {
		if (!first)
			out_char(p->out, ',');
		uint8_t kind = want_u8(p, &c);
		uint32_t taken = 1;
		if (kind <= NOP)
			flt__out_text(p->out, kind == NOP ? "nop" : "eol");
		else
			taken = long_option(p, kind, c, len, tcp);
		if (taken == 0)
			return damaged(p, first);
		want_skip(p, &c, taken - 1);
		len -= taken;
		first = false;
		if (kind == EOL)
			break;
	}
	out_char(p->out, ']');
	return true;
}
