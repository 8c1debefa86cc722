/* SPDX-License-Identifier: BSD-2-Clause */
/* Names in the log of the packet filter pf. OpenBSD, FreeBSD and macOS have given some numbers
 * different names: all of them are known, wherever the log comes from. */
#include "lex.h"
#include "names.h"
#include "suggest.h"

struct pf_name {
	const char *name;
	uint32_t number;
};

static const struct pf_name reasons[] = {
	{ "match", 0 },          { "bad-offset", 1 },    { "fragment", 2 },
	{ "short", 3 },          { "normalize", 4 },     { "memory", 5 },
	{ "bad-timestamp", 6 },  { "congestion", 7 },    { "ip-option", 8 },
	{ "proto-cksum", 9 },    { "state-mismatch", 10 }, { "state-insert", 11 },
	{ "state-limit", 12 },   { "src-limit", 13 },    { "synproxy", 14 },
	{ "map-failed", 15 },    /* FreeBSD */
	{ "translate", 15 },     { "no-route", 16 },     /* OpenBSD */
	{ "dummynet", 15 },      /* macOS */
};

static const struct pf_name actions[] = {
	{ "pass", 0 },           { "accept", 0 },        { "block", 1 },
	{ "drop", 1 },           { "scrub", 2 },         { "noscrub", 3 },
	{ "nat", 4 },            { "nonat", 5 },         { "binat", 6 },
	{ "nobinat", 7 },        { "rdr", 8 },           { "nordr", 9 },
	{ "synproxy-drop", 10 },
	{ "defer", 11 },         { "match", 12 },        /* FreeBSD, OpenBSD */
	{ "divert", 13 },        { "rt", 14 },           { "afrt", 15 },  /* OpenBSD */
	{ "dummynet", 11 },      { "nodummynet", 12 },   /* macOS */
	{ "nat64", 13 },         { "nonat64", 14 },
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static bool find(const struct pf_name *table, size_t count, const char *name, uint32_t *number)
{
	for (size_t i = 0; i < count; i++) {
		if (!flt__name_among(table[i].name, name))
			continue;
		*number = table[i].number;
		return true;
	}
	return false;
}

/* What it may be near to; else `usual`, some that many logs have. */
static bool unknown(struct compile *c, struct span span, const char *what,
		    const struct pf_name *table, size_t count, const char *usual)
{
	struct quote quote = flt__quote(c, span);
	struct nearest near;

	flt__nearest_begin(&near, c->text + span.at, span.len);
	for (size_t i = 0; i < count; i++)
		flt__nearest_try(&near, table[i].name);
	struct suggestion suggestion = flt__nearest_text(&near);
	return COMPILE_FAIL(c, FLT_E_NAME, span, "unknown pf %s %s%s", what, quote.text,
			    *suggestion.text ? suggestion.text : usual);
}

bool flt__name_pf_reason(struct compile *c, const char *name, struct span span, uint32_t *number)
{
	return find(reasons, COUNT(reasons), name, number) ||
	       unknown(c, span, "reason", reasons, COUNT(reasons),
		       "; it may be match, bad-offset, fragment, short, normalize, memory, "
		       "congestion ... or a number");
}

bool flt__name_pf_action(struct compile *c, const char *name, struct span span, uint32_t *number)
{
	return find(actions, COUNT(actions), name, number) ||
	       unknown(c, span, "action", actions, COUNT(actions),
		       "; it may be pass, block, scrub, nat, binat, rdr, match ...");
}
