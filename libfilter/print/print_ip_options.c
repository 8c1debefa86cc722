/* SPDX-License-Identifier: BSD-2-Clause */
/* Options of IPv4 headers (RFC 791, RFC 2113). */
#include "print_ip_options.h"

#define OPTION_END  0u
#define OPTION_NOP  1u
#define OPTION_RR   7u
#define OPTION_TS   68u
#define OPTION_LSRR 131u
#define OPTION_SSRR 137u
#define OPTION_RA   148u

/* clang-format off */
static const struct valname option_names[] = {
	{ OPTION_END, "EOL" }, { OPTION_NOP, "NOP" }, { OPTION_RR, "RR" },
	{ OPTION_TS, "timestamp" },
	{ 130, "security" }, { OPTION_LSRR, "LSRR" }, { OPTION_RA, "RA" },
	{ OPTION_SSRR, "SSRR" }, { 82, "traceroute" }, { 0, NULL }
};
/* clang-format on */

static const struct valname stamp_kinds[] = {
	{ 0, "TSONLY" }, { 1, "TS+ADDR" }, { 3, "PRESPEC" }, { 0, NULL }
};

static void hops(struct printer *p, struct cursor c, uint32_t len, uint32_t next)
{
	for (uint32_t at = 3; at < len && !c.cut; at += 4) {
		const uint8_t *hop = want(p, &c, 4);

		out_char(p->out, ' ');
		flt__out_ipv4(p->out, hop);
		if (next > at)
			out_char(p->out, ',');
	}
}

/* Record route and source routes: the cursor is at the pointer, len counts type and length, too. */
static void route(struct printer *p, struct cursor c, uint32_t len)
{
	if (len < 3) {
		flt__out_fmt(p->out, " [bad length %u]", len);
		return;
	}
	if (((len + 1) & 3) != 0)
		flt__out_fmt(p->out, " [bad length %u]", len);
	uint8_t pointer = want_u8(p, &c);
	uint32_t next = pointer - 1u; /* where the next hop stands, from the option's type on */
	if (pointer < 4 || next > len + 1 || (pointer & 3) != 0)
		flt__out_fmt(p->out, " [bad ptr %u]", pointer);
	hops(p, c, len, next);
}

static void stamps_of_hops(struct printer *p, struct cursor c, uint32_t len, uint32_t next,
			   bool with_address)
{
	uint32_t hop_len = with_address ? 8 : 4;
	uint32_t at = 4;

	for (; at < len && !c.cut; at += hop_len) {
		flt__out_text(p->out, next == at ? " ^ " : " ");
		struct cursor address = c;
		if (with_address)
			want_skip(p, &c, 4);
		uint32_t stamp = want_be32(p, &c);
		flt__out_fmt(p->out, "%u@", stamp);
		if (with_address)
			flt__print_ipv4_address(p, &address);
	}
	if (next == at)
		OUT(p->out, " ^ ");
}

static void timestamps(struct printer *p, struct cursor c, uint32_t len)
{
	if (len < 4) {
		flt__out_fmt(p->out, "[bad length %u]", len);
		return;
	}
	OUT(p->out, " TS{");
	uint8_t pointer = want_u8(p, &c);
	uint8_t kind = want_u8(p, &c);
	bool with_address = (kind & 0xf) != 0;
	uint32_t hop_len = with_address ? 8 : 4;
	if (((len - 4) & (hop_len - 1)) != 0)
		flt__out_fmt(p->out, "[bad length %u]", len);
	int next = pointer - 1;
	if (next < 4 || ((next - 4) & (int)(hop_len - 1)) != 0 || next > (int)len + 1)
		flt__out_fmt(p->out, "[bad ptr %u]", pointer);
	const char *name = flt__valname(stamp_kinds, kind & 0xf, NULL);
	if (name) {
		flt__out_text(p->out, name);
		stamps_of_hops(p, c, len, (uint32_t)next, with_address);
	} else {
		flt__out_fmt(p->out, "[bad ts type %u]", kind & 0xf);
	}
	if (kind >> 4)
		flt__out_fmt(p->out, " [%u hops not recorded]} ", kind >> 4);
	else
		out_char(p->out, '}');
}

static void router_alert(struct printer *p, struct cursor c, uint32_t len)
{
	if (len < 4) {
		flt__out_fmt(p->out, " [bad length %u]", len);
		return;
	}
	uint16_t value = want_be16(p, &c);
	if (value != 0)
		flt__out_fmt(p->out, " value %u", value);
}

static void option_value(struct printer *p, uint8_t type, struct cursor c, uint32_t len)
{
	switch (type) {
	case OPTION_TS: timestamps(p, c, len); break;
	case OPTION_RR:
	case OPTION_LSRR:
	case OPTION_SSRR: route(p, c, len); break;
	case OPTION_RA: router_alert(p, c, len); break;
	default: break;
	}
}

/* Returns the option's length in bytes, 0 when the list ends here. */
static uint32_t option(struct printer *p, struct cursor c, uint32_t left)
{
	uint8_t type = want_u8(p, &c);

	flt__out_valname(p->out, option_names, "unknown %u", type);
	if (type == OPTION_END)
		return 0;
	if (type == OPTION_NOP)
		return 1;
	uint32_t len = want_u8(p, &c);
	if (len < 2 || len > left) {
		flt__out_fmt(p->out, " [bad length %u]", len);
		return 0;
	}
	option_value(p, type, c, len);
	return len;
}

void flt__print_ipv4_options(struct printer *p, struct cursor c, uint32_t len)
{
	while (len > 0 && !c.cut) {
		uint32_t taken = option(p, c, len);
		if (taken == 0)
			break;
		want_skip(p, &c, taken);
		len -= taken;
		if (len > 0)
			out_char(p->out, ',');
	}
}

/* value: the pointer and the addresses; len counts type and length, too, as the pointer does. */
static const uint8_t *last_hop(struct cursor value, uint32_t len)
{
	uint8_t pointer = cur_u8(&value);
	size_t hops = cur_left(&value) / 4;

	if (hops == 0 || pointer > len)
		return NULL;
	cur_skip(&value, (hops - 1) * 4);
	return cur_take(&value, 4);
}

const uint8_t *flt__ipv4_last_hop(struct cursor options)
{
	while (cur_left(&options) > 0) {
		uint8_t type = cur_u8(&options);

		if (type == OPTION_END)
			break;
		if (type == OPTION_NOP)
			continue;
		uint32_t len = cur_u8(&options);
		if (len < 2 || cur_left(&options) < len - 2)
			break;
		struct cursor value = part(&options, len - 2);
		if (type == OPTION_LSRR || type == OPTION_SSRR)
			return last_hop(value, len);
	}
	return NULL;
}
