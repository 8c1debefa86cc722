/* SPDX-License-Identifier: BSD-2-Clause */
/* Names in the log of the packet filter pf. OpenBSD, FreeBSD and macOS have given some numbers
 * different names: all of them are known, wherever the log comes from. */
#include <stdio.h>
#include <string.h>

#include "lex.h"
#include "names.h"

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
#define NAMES_MAX 24

/* The nearest name, for the message; those that most people have in their logs if none is near. */
static const char *near_name(const struct pf_name *table, size_t count, const char *name,
			     const char *usual)
{
	const char *list[NAMES_MAX + 1] = { NULL };

	for (size_t i = 0; i < count && i < NAMES_MAX; i++)
		list[i] = table[i].name;
	const char *near = flt__nearest(name, strlen(name), list);
	return near ? near : usual;
}

static bool find(const struct pf_name *table, size_t count, const char *name, uint32_t *number)
{
	for (size_t i = 0; i < count; i++) {
		if (!flt__same_word(name, table[i].name))
			continue;
		*number = table[i].number;
		return true;
	}
	return false;
}

bool flt__name_pf_reason(struct compile *c, const char *name, struct span span, uint32_t *number)
{
	struct quote quote = flt__quote(c, span);

	if (find(reasons, COUNT(reasons), name, number))
		return true;
	return COMPILE_FAIL(c, FLT_E_NAME, span, "unknown pf reason %s; did you mean %s?",
			    quote.text,
			    near_name(reasons, COUNT(reasons), name,
				      "match, bad-offset, fragment, short, normalize or memory"));
}

bool flt__name_pf_action(struct compile *c, const char *name, struct span span, uint32_t *number)
{
	struct quote quote = flt__quote(c, span);

	if (find(actions, COUNT(actions), name, number))
		return true;
	return COMPILE_FAIL(c, FLT_E_NAME, span, "unknown pf action %s; did you mean %s?",
			    quote.text,
			    near_name(actions, COUNT(actions), name,
				      "pass, block, scrub, nat, rdr or binat"));
}
