/* SPDX-License-Identifier: BSD-2-Clause */
/* Which terms are gathered into sets, and which are not: the tree before lowering. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libfilter.h"
#include "unit.h"

#define JUNIPER_ETHER 178u
#define WLAN_AVS      163u

static const struct row {
	uint32_t linktype;
	const char *expr, *same; /* the trees of both are the same in the end */
} gathered[] = {
	{ 1, "host 10.0.0.1 or host 10.0.0.2", "host {10.0.0.1-10.0.0.1, 10.0.0.2-10.0.0.2}" },
	{ 1, "port 80 or {81, 82}", "port 80 or port 81 or port 82" },
	{ 1, "tcp port 80 or tcp port 443", "tcp port (80 or 443)" },
	{ 1, "port 80 or portrange 82-90 or arp or port 81",
	  "port 80 or portrange 82-90 or port 81 or arp" },
	{ 1, "net 10.0.0.0/8 or net 172.16.0.0/12",
	  "net {10.0.0.0-10.255.255.255, 172.16.0.0-172.31.255.255}" },
	{ 1, "src net 10 or src net 10.1",
	  "src net {10.0.0.0-10.255.255.255, 10.1.0.0-10.1.255.255}" },
	{ 1, "(tcp or udp) and not (port 22 or port 53)",
	  "(tcp or udp) and not port 22 and not port 53" },
	{ 1, "not host 10.0.0.1 and not host 10.0.0.2", "not (host 10.0.0.1 or host 10.0.0.2)" },
	{ 1, "not (not port 1 and not port 2)", "port 1 or port 2" },
	/* over others */
	{ 1, "port 80 or arp or port 81", "(port 80 or port 81) or arp" },
	{ 1, "port 80 or tcp[13] = 2 or port 81", "port 80 or port 81 or tcp[13] = 2" },
	{ 1, "not port 80 and tcp and not port 81", "not port 80 and not port 81 and tcp" },
	{ 1, "port 80 or (arp or (rarp or port 81))", "port 80 or port 81 or arp or rarp" },
	{ 1, "host 10.0.0.1 or host ::1 or arp or host 10.0.0.2",
	  "host 10.0.0.1 or host ::1 or host 10.0.0.2 or arp" },
	{ 1, "arp and tcp or port 80 or udp or port 81",
	  "arp and tcp or port 80 or port 81 or udp" },
	{ 1, "ether host 2:0:0:0:0:1 or arp or ether host 2:0:0:0:0:2",
	  "ether host 2:0:0:0:0:1 or ether host 2:0:0:0:0:2 or arp" },
	{ 1, "tcp or udp or proto 47 or ah", "proto {6, 17, 47, 51}" },
	{ 1, "icmp or igmp or arp or ip proto \\ah", "ip proto {1, 2} or arp or ip proto \\ah" },
	/* chains of headers, which have been walked to their end */
	{ 1, "protochain 6 or protochain 17", "protochain {6, 17}" },
	{ 1, "protochain 6 or protochain {17, 6}", "protochain {6, 17, 6}" },
	{ 1, "not ip6 protochain 6 and not ip6 protochain 17", "not ip6 protochain {6, 17}" },
	{ 1, "ip protochain 6 or port 80 or ip protochain 17 or port 81",
	  "ip protochain {6, 17} or port 80 or port 81" },
	/* names, in their place */
	{ 1, "arp host one.test or arp host two.test", "arp host {one.test, two.test}" },
	{ 1, "port web or port 80 or arp or port 81", "port web or port 80 or port 81 or arp" },
};

/* These stay what they are. */
static const struct row left_alone[] = {
	{ 1, "host 10.0.0.1 or src host 10.0.0.2", NULL },
	{ 1, "host 10.0.0.1 or ip host 10.0.0.2", NULL },
	{ 1, "host 10.0.0.1 or port 80", NULL },
	{ 1, "udp port 80 or tcp port 81", NULL },
	{ 1, "port 80 or src port 81", NULL },
	{ 1, "udp port 80 or arp or port 81", NULL },
	{ 1, "port {1, 2, 3, 4, 5, 6, 7, 8} or tcp port 9", NULL },
	{ 1, "host 10.0.0.1 and host 10.0.0.2", NULL },
	{ 1, "not host 10.0.0.1 or not host 10.0.0.2", NULL },
	{ 1, "port 80 or port 81 and port 82", "(port 80 or port 81) and port 82" },
	{ 1, "port 80 and tcp or port 81", NULL },
	{ 1, "src and dst host 10.0.0.1 or src and dst host 10.0.0.2", NULL },
	{ 1, "net 10.0.0.0 mask 255.0.255.0 or net 11.0.0.0 mask 255.0.255.0", NULL },
	{ 1, "gateway one.test or gateway two.test", NULL },
	{ 1, "host 1 or host 2", NULL },
	/* other loads */
	{ 1, "host ::1 or arp or host ::2", NULL },
	{ 1, "host one.test or arp or host two.test", NULL },
	{ 1, "port web or arp or port 80", NULL },
	{ 1, "host three.test or arp or host 10.0.0.1", NULL },
	/* other frames, other ends */
	{ 1, "host 10.0.0.1 or vlan or host 10.0.0.2", NULL },
	{ 1, "host 10.0.0.1 or (arp and mpls) or host 10.0.0.2", NULL },
	{ 1, "port 80 or ip[0] / ip[1] = 1 or port 81", NULL },
	{ 1, "port 80 or ether[0xfffff000] = 1 or port 81", NULL },
	{ 1, "port 80 or ip[ip[0]] = 1 or port 81", NULL },
	{ 1, "protochain 6 or ip protochain 17", NULL },
	{ 1, "protochain 6 or vlan or protochain 17", NULL },
	{ 1, "geneve or (port 80 or (arp or rarp))", NULL },
	/* other links */
	{ JUNIPER_ETHER, "host 10.0.0.1 or host 10.0.0.2", NULL },
	{ WLAN_AVS, "port 80 or port 81", NULL },
	{ 105, "wlan host 2:0:0:0:0:1 or wlan host 2:0:0:0:0:2", NULL },
};

/* ---- trees ----------------------------------------------------------------------------------- */

struct trees {
	char parsed[4096], grouped[4096];
};

static void take_tree(void *context, char letter, const char *text)
{
	struct trees *trees = context;

	snprintf(letter == 'a' ? trees->parsed : trees->grouped, sizeof(trees->parsed), "%s", text);
}

static int compile(const char *expr, struct flt_compile_opts opts, struct flt_error *err)
{
	const char *top = getenv("TOP_SRCDIR");
	struct flt_resolver resolver = *flt_resolver_files();
	struct flt_program *prog = NULL;
	char names[4096];

	snprintf(names, sizeof(names), "%s/tests/names", top ? top : ".");
	resolver.context = names;
	opts.size = sizeof(opts);
	opts.resolver = &resolver;
	int code = flt_compile(&prog, expr, strlen(expr), &opts, err);
	flt_program_unref(prog);
	return code;
}

static struct trees trees_of(uint32_t linktype, const char *expr)
{
	struct trees trees = { "", "" };
	struct flt_error err;
	struct flt_compile_opts opts = { .linktype = linktype,
					 .trace = take_tree,
					 .trace_context = &trees,
					 .trace_letters = "ag" };

	ck_assert_msg(compile(expr, opts, &err) == FLT_OK, "%s: %s", expr, err.message);
	ck_assert_msg(*trees.grouped, "%s: no tree", expr);
	return trees;
}

START_TEST(lists)
{
	for (size_t i = 0; i < sizeof(gathered) / sizeof(gathered[0]); i++) {
		const struct row *row = &gathered[i];
		struct trees one = trees_of(row->linktype, row->expr);
		struct trees other = trees_of(row->linktype, row->same);
		ck_assert_msg(strcmp(one.parsed, one.grouped) != 0, "%s: stays", row->expr);
		ck_assert_msg(strcmp(one.grouped, other.grouped) == 0, "%s: %s, but %s: %s",
			      row->expr, one.grouped, row->same, other.grouped);
	}
}
END_TEST

START_TEST(no_lists)
{
	for (size_t i = 0; i < sizeof(left_alone) / sizeof(left_alone[0]); i++) {
		const struct row *row = &left_alone[i];
		struct trees one = trees_of(row->linktype, row->expr);
		const char *want = one.parsed;
		struct trees other;
		if (row->same) {
			other = trees_of(row->linktype, row->same);
			want = other.grouped;
		}
		ck_assert_msg(strcmp(one.grouped, want) == 0, "%s: became %s", row->expr,
			      one.grouped);
	}
}
END_TEST

/* ---- refusals -------------------------------------------------------------------------------- */

/* Of terms that would be gathered with others: the words and the place are those of -O0. */
static const char *const refused[] = {
	"host 10.0.0.1 or host nosuch.test or host 10.0.0.2",
	"port 80 or port 70000 or port nosuch",
	"port nosuch or port 80",
	"port 80 or arp or port nosuch or port 70000",
	"host 10.0.0.1 or host {10.0.0.2, 80} or host nosuch.test",
	"net 10.0.0.0/8 or net 10.1.2.3/8",
	"host 10.0.0.1 or host 10.0.0.0/8",
	"tcp port 80 or tcp port signal",
	"ip host 10.0.0.1 or ip host three.test",
	"mpls and (arp host 10.0.0.1 or arp host 10.0.0.2)",
	"mpls and (arp host 10.0.0.1 or arp host nosuch.test)",
	"tcp or udp or proto 256",
	"tcp or proto nosuch or udp",
	"pppoes and (ether host 2:0:0:0:0:1 or ether host 2:0:0:0:0:2)",
	"not port 80 and not port nosuch and not port 70000",
	"host 10.0.0.1 or host @/nonexistent",
};

static struct flt_error error_of(const char *expr, uint32_t flags)
{
	struct flt_compile_opts opts = { .flags = flags };
	struct flt_error err;

	ck_assert_msg(compile(expr, opts, &err) < 0, "%s: taken", expr);
	return err;
}

START_TEST(refusals)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct flt_error plain = error_of(refused[i], FLT_COMPILE_O0);
		struct flt_error best = error_of(refused[i], 0);
		ck_assert_msg(strcmp(plain.message, best.message) == 0 &&
				      plain.offset == best.offset && plain.length == best.length,
			      "%s: '%s' at %llu, but '%s' at %llu", refused[i], plain.message,
			      (unsigned long long)plain.offset, best.message,
			      (unsigned long long)best.offset);
	}
}
END_TEST

int main(void)
{
	const struct unit_row rows[] = {
		{ "lists", lists },
		{ "no_lists", no_lists },
		{ "refusals", refusals },
		{ NULL, NULL },
	};

	return unit_run("group", rows);
}
