/* SPDX-License-Identifier: BSD-2-Clause */
/* Multipath TCP options (RFC 6824, RFC 8684). The length of an option tells which form it has. */
#include "tcp_header.h"

#define BEHIND_LENGTH 2u /* lengths count type and length, too */
#define MINIMUM       3u

struct mptcp {
	struct cursor c; /* behind subtype, which is the upper half of the first byte */
	uint8_t low;     /* the lower half */
	uint32_t len;    /* of the whole option */
	uint16_t flags;  /* of the TCP header */
};

/* clang-format off */
static const struct valname capable_flags[] = {
	{ 0x80, "A" }, { 0x40, "B" }, { 0x20, "C" }, { 0x10, "D" }, { 0x08, "E" }, { 0x04, "F" },
	{ 0x02, "G" },
	{ 0x01, "H" }, { 0, NULL }
};
/* clang-format on */

static const struct valname reset_flags[] = {
	{ 8, "U" }, { 4, "V" }, { 2, "W" }, { 1, "T" }, { 0, NULL }
};

/* clang-format off */
static const struct valname reset_reasons[] = {
	{ 0, "Unspecified error" },
	{ 1, "MPTCP-specific error" },
	{ 2, "Lack of resources" },
	{ 3, "Administratively prohibited" },
	{ 4, "Too much outstanding data" },
	{ 5, "Unacceptable performance" },
	{ 6, "Middlebox interference" },
	{ 0, NULL }
};
/* clang-format on */

static void hex64(struct printer *p, struct cursor *c)
{
	OUT(p->out, "0x");
	flt__out_hex(p->out, want_be64(p, c), 1);
}

static bool capable_length(const struct mptcp *m)
{
	if (m->flags & TCP_SYN)
		return m->len == 4 || m->len == 12;
	return (m->flags & TCP_ACK) && (m->len == 20 || m->len == 22 || m->len == 24);
}

/* Keys, and with the first data its length and checksum. */
static void keys(struct printer *p, struct mptcp *m)
{
	OUT(p->out, " {");
	hex64(p, &m->c);
	if (m->len >= 20) {
		out_char(p->out, ',');
		hex64(p, &m->c);
	}
	if (m->low == 1 && m->len >= 22) {
		uint16_t data_len = want_be16(p, &m->c);
		flt__out_fmt(p->out, ",data_len=%u", data_len);
	}
	if (m->low == 1 && m->len == 24) {
		uint16_t sum = want_be16(p, &m->c);
		flt__out_fmt(p->out, ",csum=0x%x", sum);
	}
	out_char(p->out, '}');
}

static bool capable(struct printer *p, struct mptcp *m)
{
	if (!capable_length(m))
		return false;
	if (m->low > 1) {
		flt__out_fmt(p->out, " Unknown Version (%u)", m->low);
		return true;
	}
	uint8_t flags = want_u8(p, &m->c);
	flt__out_fmt(p->out, " v%u flags [", m->low);
	flt__out_bits(p->out, capable_flags, flags, "", "none");
	out_char(p->out, ']');
	if (flags & 0x80)
		OUT(p->out, " csum");
	if (m->len >= 12)
		keys(p, m);
	return true;
}

static bool join_length(const struct mptcp *m)
{
	switch (m->len) {
	case 12: return m->flags & TCP_SYN;
	case 16: return (m->flags & TCP_SYN) && (m->flags & TCP_ACK);
	case 24: return m->flags & TCP_ACK;
	default: return false;
	}
}

static bool join(struct printer *p, struct mptcp *m)
{
	if (!join_length(m))
		return false;
	uint8_t id = want_u8(p, &m->c);
	if (m->len == 24) {
		OUT(p->out, " hmac 0x");
		flt__print_hexes(p, &m->c, 20);
		return true;
	}
	flt__out_fmt(p->out, "%s id %u ", m->low & 1 ? " backup" : "", id);
	if (m->len == 12) {
		uint32_t token = want_be32(p, &m->c);
		flt__out_fmt(p->out, "token 0x%x", token);
	} else {
		OUT(p->out, "hmac ");
		hex64(p, &m->c);
	}
	uint32_t nonce = want_be32(p, &m->c);
	flt__out_fmt(p->out, " nonce 0x%x", nonce);
	return true;
}

#define DSS_ACK      0x01u
#define DSS_ACK_64   0x02u
#define DSS_MAP      0x04u
#define DSS_MAP_64   0x08u
#define DSS_FIN      0x10u
#define DSS_RESERVED 0xe0u

static void number(struct printer *p, struct cursor *c, bool wide)
{
	flt__out_u64(p->out, wide ? want_be64(p, c) : want_be32(p, c));
}

/* Bytes that the parts take which the flags announce. */
static uint32_t dss_length(uint8_t flags)
{
	uint32_t len = 4;

	if (flags & DSS_ACK)
		len += flags & DSS_ACK_64 ? 8 : 4;
	if (flags & DSS_MAP)
		len += flags & DSS_MAP_64 ? 14 : 10;
	return len;
}

static bool dss(struct printer *p, struct mptcp *m)
{
	if (m->len < 4)
		return false;
	uint8_t flags = want_u8(p, &m->c);
	uint32_t need = dss_length(flags);
	bool checksum = (flags & DSS_MAP) && m->len == need + 2;
	if ((flags & DSS_RESERVED) || (m->len != need && !checksum))
		return false;
	if (flags & DSS_FIN)
		OUT(p->out, " fin");
	if (flags & DSS_ACK) {
		OUT(p->out, " ack ");
		number(p, &m->c, flags & DSS_ACK_64);
	}
	if (!(flags & DSS_MAP))
		return true;
	OUT(p->out, " seq ");
	number(p, &m->c, flags & DSS_MAP_64);
	uint32_t subseq = want_be32(p, &m->c);
	uint16_t len = want_be16(p, &m->c);
	flt__out_fmt(p->out, " subseq %u len %u", subseq, len);
	if (checksum) {
		uint16_t sum = want_be16(p, &m->c);
		flt__out_fmt(p->out, " csum 0x%x", sum);
	}
	return true;
}

/* Which address, and what else, an announcement of this length has. */
/* clang-format off */
static const struct {
	uint8_t len, address_len;
	bool port, hmac;
} announcements[] = {
	{ 8, 4, false, false }, { 10, 4, true, false }, { 16, 4, false, true },
	{ 18, 4, true, true },
	{ 20, 16, false, false }, { 22, 16, true, false }, { 28, 16, false, true },
	{ 30, 16, true, true },
};
/* clang-format on */

static const struct valname announcement_kinds[] = {
	{ 0, " v1" }, { 1, " v1-echo" }, { 4, " v0-ip4" }, { 6, " v0-ip6" }, { 0, NULL }
};

static bool add_address(struct printer *p, struct mptcp *m)
{
	size_t row = 0, rows = sizeof(announcements) / sizeof(announcements[0]);

	while (row < rows && announcements[row].len != m->len)
		row++;
	if (row == rows)
		return false;
	flt__out_text(p->out, flt__valname(announcement_kinds, m->low, " [bad version/echo]"));
	uint8_t id = want_u8(p, &m->c);
	flt__out_fmt(p->out, " id %u ", id);
	if (announcements[row].address_len == 4)
		flt__print_ipv4_address(p, &m->c);
	else
		flt__print_ipv6_address(p, &m->c);
	if (announcements[row].port) {
		uint16_t port = want_be16(p, &m->c);
		flt__out_fmt(p->out, ":%u", port);
	}
	if (announcements[row].hmac) {
		OUT(p->out, " hmac ");
		hex64(p, &m->c);
	}
	return true;
}

static bool remove_address(struct printer *p, struct mptcp *m)
{
	if (m->len < 4)
		return false;
	OUT(p->out, " id");
	for (uint32_t i = 3; i < m->len; i++) {
		uint8_t id = want_u8(p, &m->c);
		flt__out_fmt(p->out, " %u", id);
	}
	return true;
}

static bool priority(struct printer *p, struct mptcp *m)
{
	if (m->len != 3 && m->len != 4)
		return false;
	flt__out_text(p->out, m->low & 1 ? " backup" : " non-backup");
	if (m->len == 4) {
		uint8_t id = want_u8(p, &m->c);
		flt__out_fmt(p->out, " id %u", id);
	}
	return true;
}

static bool fail(struct printer *p, struct mptcp *m)
{
	if (m->len != 12)
		return false;
	want_skip(p, &m->c, 1);
	OUT(p->out, " seq ");
	number(p, &m->c, true);
	return true;
}

static bool fast_close(struct printer *p, struct mptcp *m)
{
	if (m->len != 12)
		return false;
	want_skip(p, &m->c, 1);
	OUT(p->out, " key ");
	hex64(p, &m->c);
	return true;
}

static bool reset(struct printer *p, struct mptcp *m)
{
	if (m->len != 4)
		return false;
	OUT(p->out, " flags [");
	flt__out_bits(p->out, reset_flags, m->low, "", "none");
	OUT(p->out, "] reason ");
	flt__out_valname(p->out, reset_reasons, "unknown reason code 0x%x", want_u8(p, &m->c));
	return true;
}

/* clang-format off */
static const struct {
	const char *name;
	bool (*print)(struct printer *p, struct mptcp *m);
} subtypes[] = {
	{ "capable", capable }, { "join", join }, { "dss", dss }, { "add-addr", add_address },
	{ "rem-addr", remove_address }, { "prio", priority }, { "fail", fail },
	{ "fast-close", fast_close },
	{ "tcprst", reset },
};
/* clang-format on */

bool flt__print_mptcp(struct printer *p, struct cursor c, uint32_t len, uint16_t flags)
{
	struct mptcp m = { .c = c, .len = len + BEHIND_LENGTH, .flags = flags };

	if (m.len < MINIMUM)
		return false;
	uint8_t first = want_u8(p, &m.c);
	unsigned subtype = first >> 4;
	m.low = first & 0xf;
	if (subtype >= sizeof(subtypes) / sizeof(subtypes[0])) {
		flt__out_fmt(p->out, " %u unknown", m.len);
		return true;
	}
	flt__out_fmt(p->out, " %u %s", m.len, subtypes[subtype].name);
	return subtypes[subtype].print(p, &m);
}
