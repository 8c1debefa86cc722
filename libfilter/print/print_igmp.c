/* SPDX-License-Identifier: BSD-2-Clause */
/* IGMP (RFC 1112, RFC 2236, RFC 3376). */

/*
 *  0               8              16              24            31
 * +---------------------------------------------------------------+
 * |      type     | max resp code |            checksum           |
 * +---------------------------------------------------------------+
 * |                         group address                         |
 * +---------------------------------------------------------------+
 * |  version 3: sources of a query, or group records of a report  |
 * +---------------------------------------------------------------+
 */

#include "print.h"

#define QUERY       0x11u
#define REPORT_1    0x12u
#define REPORT_2    0x16u
#define LEAVE       0x17u
#define REPORT_3    0x22u
#define FIXED       8u /* bytes of all messages before version 3 */
#define QUERY_3_MIN 12u
#define USUAL_TIME  100u /* tenths of a second; not worth a word */
#define REPORT_MIN  16u  /* with one record */

static const struct valname record_types[] = { { 1, "is_in" }, { 2, "is_ex" }, { 3, "to_in" },
					       { 4, "to_ex" }, { 5, "allow" }, { 6, "block" },
					       { 0, NULL } };

struct igmp {
	struct cursor c; /* behind type, code and checksum */
	uint32_t len;
	uint8_t code;
};

/* Large values are a mantissa and an exponent (RFC 3376, 4.1.1). */
static uint32_t expanded(uint8_t code)
{
	if (code < 0x80)
		return code;
	return (uint32_t)((code & 0xf) | 0x10) << ((code >> 4 & 7) + 3);
}

static void sources(struct printer *p, struct cursor *c, uint32_t count)
{
	OUT(p->out, " {");
	for (; count > 0 && !c->cut; count--) {
		const uint8_t *source = want(p, c, 4);
		out_char(p->out, ' ');
		flt__out_ipv4(p->out, source);
	}
	OUT(p->out, " }");
}

static void response_time(struct printer *p, uint32_t tenths)
{
	OUT(p->out, " [max resp time ");
	if (tenths < 600)
		flt__out_fmt(p->out, "%u.%us", tenths / 10, tenths % 10);
	else
		flt__out_fmt(p->out, "%um%us", tenths / 600, tenths / 10 % 60);
	out_char(p->out, ']');
}

static void invalid_length(struct printer *p, const struct igmp *igmp)
{
	flt__out_fmt(p->out, " [invalid len %u]", igmp->len);
}

/* Of a message that has a fixed length. */
static void odd_length(struct printer *p, const struct igmp *igmp)
{
	if (igmp->len != FIXED)
		flt__out_fmt(p->out, " [len %u]", igmp->len);
}

static void query_3(struct printer *p, struct igmp *igmp)
{
	OUT(p->out, " v3");
	if (igmp->len & 3) {
		invalid_length(p, igmp);
		return;
	}
	if (igmp->code != USUAL_TIME)
		response_time(p, expanded(igmp->code));
	const uint8_t *group = want(p, &igmp->c, 4);
	want_skip(p, &igmp->c, 2);
	uint16_t count = want_be16(p, &igmp->c);
	if (get_be32(group) == 0)
		return;
	OUT(p->out, " [gaddr ");
	flt__out_ipv4(p->out, group);
	if (count > 0) {
		if (igmp->len < QUERY_3_MIN + 4u * count)
			OUT(p->out, " [invalid number of sources]");
		else if (p->opts.verbose > 1)
			sources(p, &igmp->c, count);
		else
			flt__out_fmt(p->out, ", %u source(s)", count);
	}
	out_char(p->out, ']');
}

static void query(struct printer *p, struct igmp *igmp)
{
	OUT(p->out, "igmp query");
	if (igmp->len >= QUERY_3_MIN) {
		query_3(p, igmp);
		return;
	}
	flt__out_text(p->out, igmp->code ? " v2" : " v1");
	if (igmp->code && igmp->code != USUAL_TIME)
		flt__out_fmt(p->out, " [max resp time %u]", igmp->code);
	const uint8_t *group = want(p, &igmp->c, 4);
	if (get_be32(group) != 0) {
		OUT(p->out, " [gaddr ");
		flt__out_ipv4(p->out, group);
		out_char(p->out, ']');
	}
	odd_length(p, igmp);
}

/* Bytes taken; 0 when there cannot be as many sources. left: bytes of the message from the
 * record on. */
static uint32_t record(struct printer *p, struct cursor *c, uint32_t left)
{
	uint8_t type = want_u8(p, c);
	uint8_t auxiliary_words = want_u8(p, c);
	uint16_t count = want_be16(p, c);
	const uint8_t *group = want(p, c, 4);

	OUT(p->out, " [gaddr ");
	flt__out_ipv4(p->out, group);
	out_char(p->out, ' ');
	flt__out_valname(p->out, record_types, " [v3-report-#%u]", type);
	if (left < 8u + 4u * count) {
		flt__out_fmt(p->out, " [invalid number of sources %u]", count);
		return 0;
	}
	if (p->opts.verbose > 1) {
		sources(p, c, count);
	} else {
		flt__out_fmt(p->out, ", %u source(s)", count);
		want_skip(p, c, 4u * count);
	}
	part(c, auxiliary_words * 4u);
	out_char(p->out, ']');
	return 8u + 4u * count + auxiliary_words * 4u;
}

static void report_3(struct printer *p, struct igmp *igmp)
{
	OUT(p->out, "igmp v3 report");
	if (igmp->len < REPORT_MIN || igmp->len & 3) {
		invalid_length(p, igmp);
		return;
	}
	want_skip(p, &igmp->c, 2);
	uint16_t count = want_be16(p, &igmp->c);
	flt__out_fmt(p->out, ", %u group record(s)", count);
	if (p->opts.verbose == 0)
		return;
	uint32_t left = igmp->len - 8;
	for (; count > 0 && !p->cut_in; count--) {
		if (left < 8) {
			OUT(p->out, " [invalid number of groups]");
			return;
		}
		uint32_t taken = record(p, &igmp->c, left);
		if (taken == 0)
			return;
		left = left > taken ? left - taken : 0;
	}
}

static void group(struct printer *p, struct igmp *igmp, const char *text)
{
	const uint8_t *address = want(p, &igmp->c, 4);

	flt__out_text(p->out, text);
	flt__out_ipv4(p->out, address);
}

void flt__print_igmp(struct printer *p, struct cursor c, uint32_t len)
{
	struct igmp igmp = { .len = len };
	struct cursor start = c;

	p->protocol = "igmp";
	uint8_t type = want_u8(p, &c);
	igmp.code = want_u8(p, &c);
	uint16_t sum = want_be16(p, &c);
	igmp.c = c;
	switch (type) {
	case QUERY: query(p, &igmp); break;
	case REPORT_1:
		group(p, &igmp, "igmp v1 report ");
		odd_length(p, &igmp);
		break;
	case REPORT_2: group(p, &igmp, "igmp v2 report "); break;
	case LEAVE: group(p, &igmp, "igmp leave "); break;
	case REPORT_3: report_3(p, &igmp); break;
	default: flt__out_fmt(p->out, "igmp-%u", type); break;
	}
	if (p->opts.verbose > 0 && cur_left(&start) >= len &&
	    flt__cksum_end(flt__cksum_add(0, start.at, len)) != 0)
		flt__out_fmt(p->out, " bad igmp cksum %x!", sum);
}
