/* SPDX-License-Identifier: BSD-2-Clause */
/* Names in the log of the packet filter pf. OpenBSD, FreeBSD and macOS have given some numbers
 * different names: all of them are known, wherever the log comes from. */
#include "names.h"

/* clang-format off */
static const struct named reasons[] = {
	{ "match", 0 },          { "bad-offset", 1 },    { "fragment", 2 },
	{ "short", 3 },          { "normalize", 4 },     { "memory", 5 },
	{ "bad-timestamp", 6 },  { "congestion", 7 },    { "ip-option", 8 },
	{ "proto-cksum", 9 },    { "state-mismatch", 10 }, { "state-insert", 11 },
	{ "state-limit", 12 },   { "src-limit", 13 },    { "synproxy", 14 },
	{ "map-failed", 15 },    /* FreeBSD */
	{ "translate", 15 },     { "no-route", 16 },     /* OpenBSD */
	{ "dummynet", 15 },      /* macOS */
};
/* clang-format on */

/* clang-format off */
static const struct named actions[] = {
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
/* clang-format on */

static const struct named_list reason_names = NAMED_LIST(
	reasons, "pf reason",
	"; use match, bad-offset, fragment, short, normalize, memory, congestion ... or a number");
static const struct named_list action_names =
	NAMED_LIST(actions, "pf action", "; use pass, block, scrub, nat, binat, rdr, match ...");

bool flt__name_pf_reason(struct compile *c, const char *name, struct span span, uint32_t *number)
{
	return flt__name_listed(c, &reason_names, name, span, number);
}

bool flt__name_pf_action(struct compile *c, const char *name, struct span span, uint32_t *number)
{
	return flt__name_listed(c, &action_names, name, span, number);
}
