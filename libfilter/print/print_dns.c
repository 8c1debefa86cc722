/* SPDX-License-Identifier: BSD-2-Clause */
/* DNS (RFC 1035), multicast DNS (RFC 6762). Records are in print_dns_record.c. */

/*
 *  0               8              16              24            31
 * +---------------------------------------------------------------+
 * |           identifier          |Q| opcode|A|T|R|R|Z|A|C| rcode |
 * +---------------------------------------------------------------+
 * |           questions           |            answers            |
 * +---------------------------------------------------------------+
 * |       authority records       |       additional records      |
 * +---------------------------------------------------------------+
 *
 * Q: response, A: authoritative, T: truncated, R R: recursion desired and available, Z: zero,
 * A C: authentic data and checking disabled (RFC 4035).
 */

#include "dns_message.h"

#define HEADER        12u
#define MULTICAST_BIT 0x8000u /* in a class: unicast answer wanted, cache flush */

enum { QUESTIONS, ANSWERS, AUTHORITIES, ADDITIONALS };

static const char *const operations[16] = { "",         " inv_q",    " stat",     " op3",
					    " notify",  " update",   " op6",      " op7",
					    " op8",     " updateA",  " updateD",  " updateDA",
					    " updateM", " updateMA", " zoneInit", " zoneRef" };

/* clang-format off */
static const struct valname results[] = {
	{ 0, "" }, { 1, " FormErr" }, { 2, " ServFail" }, { 3, " NXDomain" }, { 4, " NotImp" },
	{ 5, " Refused" },
	{ 6, " YXDomain" }, { 7, " YXRRSet" }, { 8, " NXRRSet" }, { 9, " NotAuth" },
	{ 10, " NotZone" },
	{ 15, " NoChange" }, { 16, " BadVers" }, { 23, " BadCookie" }, { 0, NULL }
};
/* clang-format on */

static bool question(struct printer *p, const struct dns *dns, struct cursor *c)
{
	struct cursor name = *c;

	if (!flt__dns_skip_name(c)) {
		flt__print_cut(p);
		return false;
	}
	uint16_t type = want_be16(p, c);
	uint16_t class = want_be16(p, c);
	bool unicast = dns->multicast && (class & MULTICAST_BIT);
	out_char(p->out, ' ');
	flt__out_valname(p->out, flt__dns_type_names, "Type%u", type);
	flt__print_dns_class(p, unicast ? (uint16_t)(class & ~MULTICAST_BIT) : class);
	if (dns->multicast)
		flt__out_text(p->out, unicast ? " (QU)" : " (QM)");
	OUT(p->out, "? ");
	return flt__print_dns_name(p, dns, &name);
}

/* Past a question without showing it. */
static bool skip_question(struct cursor *c)
{
	return flt__dns_skip_name(c) && cur_skip(c, 4);
}

/* The upper bits of the result stand in the OPT record, which may be anywhere among the
 * additionals. */
static uint16_t result_of(const struct dns *dns)
{
	struct cursor c = dns->message;
	uint16_t result = dns->flags & 0xf;
	const uint16_t *counts = dns->counts;
	uint32_t records = (uint32_t)counts[ANSWERS] + counts[AUTHORITIES] + counts[ADDITIONALS];

	cur_skip(&c, HEADER);
	if (counts[ADDITIONALS] == 0)
		return result;
	for (uint16_t i = 0; i < counts[QUESTIONS]; i++)
		if (!skip_question(&c))
			return result;
	for (; records > 0; records--) {
		if (!flt__dns_skip_name(&c))
			break;
		uint16_t type = cur_be16(&c);
		cur_skip(&c, 2);
		uint8_t extended = cur_u8(&c);
		cur_skip(&c, 3);
		cur_skip(&c, cur_be16(&c));
		if (c.cut)
			break;
		if (type == DNS_OPT)
			return (uint16_t)(extended << 4 | result);
	}
	return result;
}

static bool records(struct printer *p, const struct dns *dns, struct cursor *c, uint16_t count,
		    const char *title)
{
	if (count == 0)
		return true;
	for (uint16_t i = 0; i < count; i++) {
		if (cur_left(c) == 0) {
			flt__print_cut(p);
			return false;
		}
		flt__out_text(p->out, i == 0 ? title : ",");
		if (!flt__print_dns_record(p, dns, c))
			return false;
	}
	return true;
}

static void more_records(struct printer *p, const struct dns *dns, struct cursor *c)
{
	if (p->opts.verbose < 2)
		return;
	if (records(p, dns, c, dns->counts[AUTHORITIES], " ns:"))
		records(p, dns, c, dns->counts[ADDITIONALS], " ar:");
}

/* A question of an answer, shown with -vv. */
static bool repeated_question(struct printer *p, const struct dns *dns, struct cursor *c)
{
	if (p->opts.verbose < 2)
		return skip_question(c);
	OUT(p->out, " q:");
	return question(p, dns, c);
}

static bool repeated_questions(struct printer *p, const struct dns *dns, struct cursor *c)
{
	for (uint16_t i = 0; i < dns->counts[QUESTIONS]; i++) {
		if (i > 0)
			out_char(p->out, ',');
		if (!repeated_question(p, dns, c))
			return false;
	}
	return true;
}

static void response(struct printer *p, const struct dns *dns, struct cursor *c)
{
	uint16_t flags = dns->flags;

	flt__out_u32(p->out, dns->id);
	flt__out_text(p->out, operations[flags >> 11 & 0xf]);
	flt__out_valname(p->out, results, " Resp%u", result_of(dns));
	flt__out_fmt(p->out, "%s%s%s%s", flags & 0x0400 ? "*" : "", flags & 0x0080 ? "" : "-",
		     flags & 0x0200 ? "|" : "", flags & 0x0020 ? "$" : "");
	if (dns->counts[QUESTIONS] != 1)
		flt__out_fmt(p->out, " [%uq]", dns->counts[QUESTIONS]);
	if (!repeated_questions(p, dns, c)) {
		flt__print_cut(p);
		return;
	}
	flt__out_fmt(p->out, " %u/%u/%u", dns->counts[ANSWERS], dns->counts[AUTHORITIES],
		     dns->counts[ADDITIONALS]);
	if (records(p, dns, c, dns->counts[ANSWERS], ""))
		more_records(p, dns, c);
}

static void odd_counts(struct printer *p, const struct dns *dns)
{
	const uint16_t *counts = dns->counts;
	bool inverse = (dns->flags >> 11 & 0xf) == 1;

	if (inverse && counts[QUESTIONS])
		flt__out_fmt(p->out, " [%uq]", counts[QUESTIONS]);
	if (inverse ? counts[ANSWERS] != 1 : counts[ANSWERS] != 0)
		flt__out_fmt(p->out, " [%ua]", counts[ANSWERS]);
	if (!inverse && counts[QUESTIONS] != 1)
		flt__out_fmt(p->out, " [%uq]", counts[QUESTIONS]);
	if (counts[AUTHORITIES])
		flt__out_fmt(p->out, " [%un]", counts[AUTHORITIES]);
	if (counts[ADDITIONALS])
		flt__out_fmt(p->out, " [%uau]", counts[ADDITIONALS]);
}

static void query(struct printer *p, const struct dns *dns, struct cursor *c)
{
	uint16_t flags = dns->flags;

	flt__out_u32(p->out, dns->id);
	flt__out_fmt(p->out, "%s%s%s", operations[flags >> 11 & 0xf], flags & 0x0100 ? "+" : "",
		     flags & 0x0010 ? "%" : "");
	if (flags & 0x06cf)
		flt__out_fmt(p->out, " [b2&3=0x%x]", flags);
	odd_counts(p, dns);
	for (uint16_t i = 0; i < dns->counts[QUESTIONS]; i++)
		if (!question(p, dns, c))
			return;
	if (p->opts.verbose > 1 && records(p, dns, c, dns->counts[ANSWERS], ""))
		more_records(p, dns, c);
}

static void message(struct printer *p, struct cursor c, uint32_t len, bool multicast)
{
	struct dns dns = { .message = c, .multicast = multicast, .cut = cur_left(&c) < len };

	p->protocol = "domain";
	if (len < HEADER) {
		flt__out_fmt(p->out, "domain [length %u < %u]", len, HEADER);
		flt__print_invalid(p);
		return;
	}
	struct cursor peek = c;
	want_skip(p, &peek, HEADER);
	dns.id = want_be16(p, &c);
	dns.flags = want_be16(p, &c);
	for (unsigned i = 0; i < 4; i++)
		dns.counts[i] = want_be16(p, &c);
	if (dns.flags & 0x8000)
		response(p, &dns, &c);
	else
		query(p, &dns, &c);
	flt__out_fmt(p->out, " (%u)", len);
}

void flt__print_dns(struct printer *p, struct cursor c, uint32_t len)
{
	message(p, c, len, false);
}

void flt__print_mdns(struct printer *p, struct cursor c, uint32_t len)
{
	message(p, c, len, true);
}

/* A message has its length before it (RFC 1035, 4.2.2); one that is not exactly a segment is not
 * read. */
void flt__print_dns_tcp(struct printer *p, struct cursor c, uint32_t len)
{
	p->protocol = "domain";
	out_char(p->out, ' ');
	if (len < 2) {
		flt__out_fmt(p->out, "[DNS over TCP: length %u < 2]", len);
		flt__print_invalid(p);
		return;
	}
	uint32_t message_len = want_be16(p, &c);
	if (message_len != len - 2) {
		flt__out_fmt(p->out, "[prefix length(%u) != length(%u)]", message_len, len - 2);
		flt__print_invalid(p);
		return;
	}
	message(p, c, message_len, false);
}
