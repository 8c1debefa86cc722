/* SPDX-License-Identifier: BSD-2-Clause */
/* Resource records of DNS. */
#include "dns_message.h"

#define RECORD_FIXED 10u     /* type, class, time to live, length */
#define CLASS_FLUSH  0x8000u /* RFC 6762, 10.2 */

enum type {
	A = 1,
	NS = 2,
	CNAME = 5,
	SOA = 6,
	PTR = 12,
	MX = 15,
	TXT = 16,
	AAAA = 28,
	SRV = 33,
	A6 = 38,
	DNAME = 39,
	OPT = 41,
	TSIG = 250,
	URI = 256
};

/* clang-format off */
const struct valname flt__dns_type_names[] = {
	{ 1, "A" }, { 28, "AAAA" }, { 12, "PTR" }, { 5, "CNAME" }, { 2, "NS" }, { 6, "SOA" },
	{ 15, "MX" }, { 16, "TXT" },
	{ 33, "SRV" }, { 41, "OPT" }, { 3, "MD" }, { 4, "MF" }, { 7, "MB" }, { 8, "MG" },
	{ 9, "MR" }, { 10, "NULL" },
	{ 11, "WKS" }, { 13, "HINFO" }, { 14, "MINFO" }, { 17, "RP" }, { 18, "AFSDB" },
	{ 19, "X25" }, { 20, "ISDN" },
	{ 21, "RT" }, { 22, "NSAP" }, { 23, "NSAP_PTR" }, { 24, "SIG" }, { 25, "KEY" },
	{ 26, "PX" }, { 27, "GPOS" },
	{ 29, "LOC" }, { 30, "NXT" }, { 31, "EID" }, { 32, "NIMLOC" }, { 34, "ATMA" },
	{ 35, "NAPTR" }, { 36, "KX" },
	{ 37, "CERT" }, { 38, "A6" }, { 39, "DNAME" }, { 40, "SINK" }, { 42, "APL" }, { 43, "DS" },
	{ 44, "SSHFP" },
	{ 45, "IPSECKEY" }, { 46, "RRSIG" }, { 47, "NSEC" }, { 48, "DNSKEY" }, { 99, "SPF" },
	{ 100, "UINFO" },
	{ 101, "UID" }, { 102, "GID" }, { 103, "UNSPEC" }, { 104, "UNSPECA" }, { 249, "TKEY" },
	{ 250, "TSIG" },
	{ 251, "IXFR" }, { 252, "AXFR" }, { 253, "MAILB" }, { 254, "MAILA" }, { 255, "ANY" },
	{ 256, "URI" },
	{ 0, NULL }
};
/* clang-format on */

/* clang-format off */
static const struct valname option_names[] = {
	{ 1, "LLQ" }, { 2, "UL" }, { 3, "NSID" }, { 5, "DAU" }, { 6, "DHU" }, { 7, "N3U" },
	{ 8, "ECS" },
	{ 9, "EXPIRE" }, { 10, "COOKIE" }, { 11, "KEEPALIVE" }, { 12, "PADDING" }, { 13, "CHAIN" },
	{ 14, "KEY-TAG" }, { 16, "CLIENT-TAG" }, { 17, "SERVER-TAG" }, { 0, NULL }
};
/* clang-format on */

/* A time in years, weeks, days, hours, minutes and seconds. */
static void relative_time(struct printer *p, uint32_t seconds)
{
	static const struct {
		uint32_t size;
		char unit;
	} units[] = { { 31536000, 'y' }, { 604800, 'w' }, { 86400, 'd' },
		      { 3600, 'h' },     { 60, 'm' },     { 1, 's' } };

	if (seconds == 0)
		OUT(p->out, "0s");
	for (unsigned i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (seconds / units[i].size > 0)
			flt__out_fmt(p->out, "%u%c", seconds / units[i].size, units[i].unit);
		seconds %= units[i].size;
	}
}

static void name(struct printer *p, const struct dns *dns, struct cursor *c)
{
	out_char(p->out, ' ');
	flt__print_dns_name(p, dns, c);
}

static void address(struct printer *p, struct cursor *c, size_t len)
{
	const uint8_t *bytes = want(p, c, len);

	out_char(p->out, ' ');
	if (len == 4)
		flt__out_ipv4(p->out, bytes);
	else
		flt__out_ipv6(p->out, bytes);
}

static void mail(struct printer *p, const struct dns *dns, struct cursor *c)
{
	uint16_t preference = want_be16(p, c);

	name(p, dns, c);
	flt__out_fmt(p->out, " %u", preference);
}

static void authority(struct printer *p, const struct dns *dns, struct cursor *c)
{
	if (p->opts.verbose == 0)
		return;
	name(p, dns, c);
	name(p, dns, c);
	for (unsigned i = 0; i < 5; i++) {
		uint32_t number = want_be32(p, c);
		flt__out_fmt(p->out, " %u", number);
	}
}

static void service(struct printer *p, const struct dns *dns, struct cursor *c)
{
	uint16_t priority = want_be16(p, c);
	uint16_t weight = want_be16(p, c);
	uint16_t port = want_be16(p, c);

	name(p, dns, c);
	flt__out_fmt(p->out, ":%u %u %u", port, priority, weight);
}

static void text(struct printer *p, struct cursor *c)
{
	while (cur_left(c) > 0) {
		uint8_t len = want_u8(p, c);

		OUT(p->out, " \"");
		flt__print_bytes(p, c, len);
		out_char(p->out, '"');
	}
}

static void address6(struct printer *p, const struct dns *dns, struct cursor *c)
{
	uint8_t prefix_len = want_u8(p, c);
	uint8_t address[16] = { 0 };

	flt__out_fmt(p->out, " %u ", prefix_len);
	if (prefix_len > 128)
		return;
	for (unsigned i = prefix_len / 8u; i < 16; i++)
		address[i] = want_u8(p, c);
	flt__out_ipv6(p->out, address);
	if (prefix_len > 0)
		name(p, dns, c);
}

static void signature(struct printer *p, const struct dns *dns, struct cursor *c)
{
	if (p->opts.verbose == 0)
		return;
	name(p, dns, c);
	want_skip(p, c, 6);
	uint16_t fudge = want_be16(p, c);
	uint16_t mac_len = want_be16(p, c);
	want_skip(p, c, mac_len);
	uint16_t id = want_be16(p, c);
	uint16_t error = want_be16(p, c);
	uint16_t other_len = want_be16(p, c);
	flt__out_fmt(p->out, " fudge=%u maclen=%u origid=%u error=%u otherlen=%u", fudge, mac_len,
		     id, error, other_len);
}

static void uri(struct printer *p, struct cursor *c)
{
	uint16_t priority = want_be16(p, c);
	uint16_t weight = want_be16(p, c);

	flt__out_fmt(p->out, " %u %u ", priority, weight);
	flt__out_bytes(p->out, c->at, cur_left(c));
}

/* RFC 7871: the prefix of the client that asked. */
static void client_subnet(struct printer *p, struct cursor *c)
{
	uint8_t address[16] = { 0 };
	uint16_t family = cur_be16(c);
	uint8_t source_len = cur_u8(c);
	uint8_t scope_len = cur_u8(c);
	size_t bytes = cur_left(c);

	if (c->cut || family < 1 || family > 2 || bytes > (family == 1 ? 4 : 16)) {
		out_char(p->out, ' ');
		flt__print_invalid(p);
		return;
	}
	for (size_t i = 0; i < bytes; i++)
		address[i] = cur_u8(c);
	out_char(p->out, ' ');
	if (family == 1)
		flt__out_ipv4(p->out, address);
	else
		flt__out_ipv6(p->out, address);
	flt__out_fmt(p->out, "/%u/%u", source_len, scope_len);
}

/* RFC 7873: the client's 8 bytes, the server's 8 to 32. */
static void cookie(struct printer *p, struct cursor *c)
{
	size_t len = cur_left(c);

	out_char(p->out, ' ');
	if (len != 8 && (len < 16 || len > 40)) {
		flt__print_invalid(p);
		return;
	}
	flt__out_hexes(p->out, c->at, 8);
	if (len > 8)
		out_char(p->out, ' ');
	flt__out_hexes(p->out, c->at + 8, len - 8);
}

static void keep_alive(struct printer *p, struct cursor *c)
{
	if (cur_left(c) == 0)
		return;
	out_char(p->out, ' ');
	if (cur_left(c) != 2) {
		flt__print_invalid(p);
		return;
	}
	uint16_t tenths = cur_be16(c);
	flt__out_fmt(p->out, "%u.%u sec", tenths / 10, tenths % 10);
}

static void expire(struct printer *p, struct cursor *c)
{
	if (cur_left(c) == 0)
		return;
	if (cur_left(c) == 4) {
		flt__out_fmt(p->out, " %u sec", cur_be32(c));
		return;
	}
	out_char(p->out, ' ');
	flt__print_invalid(p);
}

static void option_value(struct printer *p, uint16_t code, struct cursor c)
{
	switch (code) {
	case 8: client_subnet(p, &c); break;
	case 9: expire(p, &c); break;
	case 10: cookie(p, &c); break;
	case 11: keep_alive(p, &c); break;
	case 12: flt__out_fmt(p->out, " (%zu)", cur_left(&c)); break;
	case 14:
		while (cur_left(&c) >= 2)
			flt__out_fmt(p->out, " %u", cur_be16(&c));
		break;
	default:
		if (cur_left(&c) > 0)
			out_char(p->out, ' ');
		flt__out_hexes(p->out, c.at, cur_left(&c));
		break;
	}
}

static void options(struct printer *p, struct cursor *c)
{
	while (cur_left(c) > 0) {
		uint16_t code = want_be16(p, c);
		uint16_t len = want_be16(p, c);

		OUT(p->out, " [");
		flt__out_valname(p->out, option_names, "Opt%u", code);
		struct cursor field = *c;
		want_skip(p, c, len);
		option_value(p, code, part(&field, len));
		out_char(p->out, ']');
	}
}

static void edns(struct printer *p, uint16_t size, uint32_t flags, struct cursor *c)
{
	flt__out_fmt(p->out, " UDPsize=%u", size);
	if (flags & 0x8000)
		OUT(p->out, " DO");
	options(p, c);
}

struct record {
	uint16_t type, class;
	uint32_t ttl;
	struct cursor data;
};

/* What an update removes or asks for has no data (RFC 2136, 2.4): its type is all there is. */
static void record_data(struct printer *p, const struct dns *dns, struct record *record)
{
	struct cursor *c = &record->data;

	if (cur_left(c) == 0 && record->type != OPT)
		return;
	switch (record->type) {
	case A: address(p, c, 4); break;
	case AAAA: address(p, c, 16); break;
	case NS:
	case CNAME:
	case PTR:
	case DNAME: name(p, dns, c); break;
	case SOA: authority(p, dns, c); break;
	case MX: mail(p, dns, c); break;
	case TXT: text(p, c); break;
	case SRV: service(p, dns, c); break;
	case A6: address6(p, dns, c); break;
	case OPT: edns(p, record->class, record->ttl, c); break;
	case TSIG: signature(p, dns, c); break;
	case URI: uri(p, c); break;
	default: break;
	}
}

/* It is all there, but less than its type wants: what follows is not lost. */
static void too_little_data(struct printer *p, const struct record *record)
{
	if (record->data.cut && flt__print_forgive_cut(p))
		flt__print_invalid(p);
}

static void record_class(struct printer *p, const struct dns *dns, const struct record *record)
{
	bool flush = dns->multicast && (record->class & CLASS_FLUSH);

	if (record->type == OPT)
		return;
	flt__print_dns_class(p, flush ? (uint16_t)(record->class & ~CLASS_FLUSH) : record->class);
	if (flush)
		OUT(p->out, " (Cache flush)");
	if (p->opts.verbose > 2) {
		OUT(p->out, " [");
		relative_time(p, record->ttl);
		out_char(p->out, ']');
	}
}

static bool record_name(struct printer *p, const struct dns *dns, struct cursor *c)
{
	if (p->opts.verbose == 0)
		return flt__dns_skip_name(c);
	out_char(p->out, ' ');
	return flt__print_dns_name(p, dns, c);
}

bool flt__print_dns_record(struct printer *p, const struct dns *dns, struct cursor *c)
{
	struct record record;

	if (!record_name(p, dns, c)) {
		flt__print_cut(p);
		return false;
	}
	if (cur_left(c) < RECORD_FIXED) {
		if (dns->cut)
			flt__print_cut(p);
		return false;
	}
	record.type = cur_be16(c);
	record.class = cur_be16(c);
	record.ttl = cur_be32(c);
	uint16_t len = cur_be16(c);
	record_class(p, dns, &record);
	out_char(p->out, ' ');
	flt__out_valname(p->out, flt__dns_type_names, "Type%u", record.type);
	if (cur_left(c) < len) {
		flt__print_cut(p);
		return false;
	}
	record.data = part(c, len);
	record_data(p, dns, &record);
	too_little_data(p, &record);
	return true;
}
