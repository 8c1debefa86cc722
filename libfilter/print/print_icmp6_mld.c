/* SPDX-License-Identifier: BSD-2-Clause */
/* Multicast listeners (RFC 2710, RFC 3810) and node information (RFC 4620). */
#include "icmp6_message.h"

#define MLD_LEN         24u
#define MLD2_QUERY_MIN  28u
#define MLD2_REPORT_MIN 8u
#define RECORD_MIN      20u

/* clang-format off */
static const struct valname record_types[] = {
	{ 1, "is_in" }, { 2, "is_ex" }, { 3, "to_in" }, { 4, "to_ex" }, { 5, "allow" },
	{ 6, "block" },
	{ 0, NULL }
};
/* clang-format on */

void flt__print_mld(struct printer *p, struct icmp6 *icmp)
{
	if (icmp->len < MLD_LEN)
		return;
	uint16_t delay = want_be16(p, &icmp->body);

	want_skip(p, &icmp->body, 2);
	const uint8_t *group = want(p, &icmp->body, 16);
	flt__out_fmt(p->out, "max resp delay: %u addr: ", delay);
	flt__out_ipv6(p->out, group);
}

/* RFC 3810, 5.1.3: large values are a mantissa and an exponent. */
static uint32_t max_response(uint16_t code)
{
	if (code < 0x8000)
		return code;
	return (uint32_t)((code & 0xfff) | 0x1000) << ((code >> 12 & 7) + 3);
}

static uint32_t query_interval(uint8_t code)
{
	if (code < 0x80)
		return code;
	return (uint32_t)((code & 0xf) | 0x10) << ((code >> 4 & 7) + 3);
}

static void sources(struct printer *p, struct cursor *c, uint32_t count)
{
	OUT(p->out, " {");
	for (; count > 0 && !c->cut; count--) {
		out_char(p->out, ' ');
		flt__print_ipv6_address(p, c);
	}
	OUT(p->out, " }");
}

static void query_sources(struct printer *p, struct icmp6 *icmp, struct cursor *c, uint16_t count)
{
	if (count == 0)
		return;
	if (icmp->len < MLD2_QUERY_MIN + 16u * count)
		OUT(p->out, " [invalid number of sources]");
	else if (p->opts.verbose > 1)
		sources(p, c, count);
	else
		flt__out_fmt(p->out, ", %u source(s)", count);
}

static void mld2_query(struct printer *p, struct icmp6 *icmp)
{
	struct cursor *c = &icmp->body;
	uint16_t code = want_be16(p, c);

	want_skip(p, c, 2);
	OUT(p->out, " v2");
	if (p->opts.verbose > 0)
		flt__out_fmt(p->out, " [max resp delay=%u]", max_response(code));
	const uint8_t *group = want(p, c, 16);
	OUT(p->out, " [gaddr ");
	flt__out_ipv6(p->out, group);
	uint8_t flags = want_u8(p, c);
	uint8_t interval = want_u8(p, c);
	if (p->opts.verbose > 0) {
		if (flags & 8)
			OUT(p->out, " sflag");
		if (flags & 7)
			flt__out_fmt(p->out, " robustness=%u", flags & 7);
		flt__out_fmt(p->out, " qqi=%u", query_interval(interval));
	}
	query_sources(p, icmp, c, want_be16(p, c));
	out_char(p->out, ']');
}

void flt__print_mld_query(struct printer *p, struct icmp6 *icmp)
{
	if (icmp->len == MLD_LEN)
		flt__print_mld(p, icmp);
	else if (icmp->len >= MLD2_QUERY_MIN)
		mld2_query(p, icmp);
	else
		flt__out_fmt(p->out, " unknown-version (len %u) ", icmp->len);
}

/* False: the record cannot be whole. left: bytes of the message from the record on. */
static bool record(struct printer *p, struct cursor *c, uint32_t left)
{
	uint8_t type = want_u8(p, c);
	uint32_t auxiliary_len = want_u8(p, c) * 4u;
	uint16_t count = want_be16(p, c);
	const uint8_t *group = want(p, c, 16);

	OUT(p->out, " [gaddr ");
	flt__out_ipv6(p->out, group);
	out_char(p->out, ' ');
	flt__out_valname(p->out, record_types, " [v2-report-#%u]", type);
	if (left < RECORD_MIN + 16u * count) {
		flt__out_fmt(p->out, " [invalid number of sources %u]", count);
		return false;
	}
	if (p->opts.verbose > 1) {
		sources(p, c, count);
	} else {
		flt__out_fmt(p->out, ", %u source(s)", count);
		want_skip(p, c, 16u * count);
	}
	out_char(p->out, ']');
	part(c, auxiliary_len);
	return true;
}

void flt__print_mld2_report(struct printer *p, struct icmp6 *icmp)
{
	if (icmp->len < MLD2_REPORT_MIN) {
		flt__out_fmt(p->out, " [invalid len %u]", icmp->len);
		return;
	}
	want_skip(p, &icmp->body, 2);
	uint16_t count = want_be16(p, &icmp->body);
	flt__out_fmt(p->out, ", %u group record(s)", count);
	if (p->opts.verbose == 0)
		return;
	for (; count > 0 && !p->cut_in; count--) {
		uint32_t taken = (uint32_t)(icmp->body.at - icmp->start.at);
		if (icmp->len < taken + RECORD_MIN) {
			OUT(p->out, " [invalid number of groups]");
			return;
		}
		if (!record(p, &icmp->body, icmp->len - taken))
			return;
	}
}

static const struct valname query_flags[] = { { 0x20, "a" }, { 0x10, "S" }, { 0x08, "L" },
					      { 0x04, "C" }, { 0x02, "A" }, { 0x01, "T" },
					      { 0, NULL } };

#define NI_NOOP      0u
#define NI_NAME      2u
#define NI_ADDRESSES 3u
#define NI_IPV4      4u

/* clang-format off */
static const struct valname ni_types[] = {
	{ NI_NOOP, "noop" }, { 1, "supported qtypes" }, { NI_NAME, "DNS name" },
	{ NI_ADDRESSES, "node addresses" },
	{ NI_IPV4, "ipv4 addresses" }, { 0, NULL }
};
/* clang-format on */

static const struct valname ni_results[] = {
	{ 0, "success" }, { 1, "refused" }, { 2, "unknown" }, { 0, NULL }
};

static void ni_flags(struct printer *p, uint16_t flags)
{
	OUT(p->out, " [");
	flt__out_bits(p->out, query_flags, flags, "", "");
	out_char(p->out, ']');
}

static void ni_subject(struct printer *p, const struct icmp6 *icmp, struct cursor c)
{
	OUT(p->out, ", subject=");
	if (icmp->code == 0)
		flt__print_ipv6_address(p, &c);
	else if (icmp->code == 2)
		flt__print_ipv4_address(p, &c);
	else
		flt__print_bytes(p, &c, cur_left(&c));
}

/* Each with its time to live before it. */
static void ni_addresses(struct printer *p, struct cursor c, uint16_t type)
{
	while (cur_left(&c) > 0) {
		uint32_t ttl = want_be32(p, &c);

		out_char(p->out, ' ');
		if (type == NI_ADDRESSES)
			flt__print_ipv6_address(p, &c);
		else
			flt__print_ipv4_address(p, &c);
		flt__out_fmt(p->out, "(%u)", ttl);
	}
}

void flt__print_node_information(struct printer *p, struct icmp6 *icmp)
{
	struct cursor c = icmp->body;
	bool reply = icmp->type == 140;
	uint16_t type = want_be16(p, &c);
	uint16_t flags = want_be16(p, &c);

	want_skip(p, &c, 8);
	OUT(p->out, " (");
	if (reply) {
		flt__out_valname(p->out, ni_results, "result %u", icmp->code);
		OUT(p->out, ", ");
	}
	flt__out_valname(p->out, ni_types, "type %u", type);
	if (type >= NI_ADDRESSES)
		ni_flags(p, flags);
	if (!reply && cur_left(&c) > 0)
		ni_subject(p, icmp, c);
	if (reply && icmp->code == 0 && (type == NI_ADDRESSES || type == NI_IPV4))
		ni_addresses(p, c, type);
	out_char(p->out, ')');
}
