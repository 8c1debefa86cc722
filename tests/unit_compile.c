/* SPDX-License-Identifier: BSD-2-Clause */
/* flt_compile() as a caller sees it: options, limits, errors, what is known of the program. */
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "libfilter.h"
#include "unit.h"

static struct flt_program *program;
static struct flt_error err;
static char folder[4096];

/* Names come from tests/names, whatever the machine has. */
static int compile(const char *expr, struct flt_compile_opts opts)
{
	const char *top = getenv("TOP_SRCDIR");
	struct flt_resolver names = *flt_resolver_files();

	snprintf(folder, sizeof(folder), "%s/tests/names", top ? top : ".");
	names.context = folder;
	opts.size = sizeof(opts);
	opts.resolver = &names;
	return flt_compile(&program, expr, strlen(expr), &opts, &err);
}

static struct flt_program_info info(void)
{
	struct flt_program_info known = { .size = sizeof(known) };

	ck_assert_int_eq(flt_program_info(program, &known), FLT_OK);
	return known;
}

static void drop(void)
{
	flt_program_unref(program);
	program = NULL;
}

/* ---- options --------------------------------------------------------------------------- */

START_TEST(defaults)
{
	ck_assert_int_eq(flt_compile(&program, "", 0, NULL, NULL), FLT_OK);
	ck_assert_uint_eq(info().linktype, FLT_LINKTYPE_EN10MB);
	ck_assert_uint_eq(info().snaplen, 262144);
	ck_assert(info().flags & FLT_PROGRAM_ALL);
	drop();
	ck_assert_int_eq(compile("ip", (struct flt_compile_opts){ .snaplen = 96 }), FLT_OK);
	ck_assert_uint_eq(info().snaplen, 96);
	drop();
}
END_TEST

START_TEST(arguments)
{
	struct flt_compile_opts opts = { .size = 4 };

	ck_assert_int_eq(flt_compile(NULL, "ip", 2, NULL, &err), FLT_E_ARGUMENT);
	ck_assert_int_eq(flt_compile(&program, NULL, 2, NULL, &err), FLT_E_ARGUMENT);
	ck_assert_int_eq(flt_compile(&program, NULL, 0, NULL, &err), FLT_OK);
	drop();
	ck_assert_int_eq(flt_compile(&program, "ip", 2, &opts, &err), FLT_OK);
	drop();
	opts.size = 0;
	ck_assert_int_eq(flt_compile(&program, "ip", 2, &opts, &err), FLT_E_ARGUMENT);
	ck_assert_ptr_null(program);
	ck_assert_int_eq(compile("ip", (struct flt_compile_opts){ .flags = 0x8000 }),
			 FLT_E_ARGUMENT);
	ck_assert_int_eq(compile("ip", (struct flt_compile_opts){ .dialect = 7 }), FLT_E_ARGUMENT);
	ck_assert_int_eq(compile("ip", (struct flt_compile_opts){ .linktype = 9999 }),
			 FLT_E_UNSUPPORTED);
	ck_assert_ptr_null(strstr(err.message, "link type this link type"));
}
END_TEST

START_TEST(limits)
{
	ck_assert_int_eq(compile("ip or ip6", (struct flt_compile_opts){ .max_expression = 5 }),
			 FLT_E_LIMIT);
	ck_assert_uint_eq(err.offset, 5);
	ck_assert_int_eq(compile("((ip))", (struct flt_compile_opts){ .max_nesting = 1 }),
			 FLT_E_LIMIT);
	ck_assert_uint_eq(err.offset, 1);
	ck_assert_int_eq(compile("ip", (struct flt_compile_opts){ .max_memory = 1000 }),
			 FLT_E_NOMEM);
	ck_assert_str_eq(err.message,
			 "compiling 2 bytes ran out of memory; the limit is 1000 bytes");
	ck_assert_ptr_null(program);
}
END_TEST

/* What passes take for themselves counts, too: with as much as the statistics say, the expression
 * compiles, with less it does not. */
START_TEST(ceiling_of_passes)
{
	static char expr[10 * 500];
	struct flt_compile_stats stats = { .size = sizeof(stats) };
	struct flt_compile_opts opts = { .size = sizeof(opts), .stats = &stats };

	for (int i = 0; i < 500; i++)
		memcpy(expr + 10 * i, i < 499 ? "geneve or " : "geneve    ", 10);
	for (uint32_t flags = 0; flags <= FLT_COMPILE_O0; flags += FLT_COMPILE_O0) {
		opts.flags = flags;
		opts.max_memory = 0;
		ck_assert_int_eq(flt_compile(&program, expr, sizeof(expr), &opts, &err), FLT_OK);
		flt_program_unref(program);
		opts.max_memory = stats.memory;
		ck_assert_int_eq(flt_compile(&program, expr, sizeof(expr), &opts, &err), FLT_OK);
		flt_program_unref(program);
		opts.max_memory = stats.memory / 3;
		ck_assert_int_eq(flt_compile(&program, expr, sizeof(expr), &opts, &err),
				 FLT_E_NOMEM);
	}
}
END_TEST

/* Whatever the ceiling, the answer is a program or "no memory". */
START_TEST(every_ceiling)
{
	const char *expr = "tcp port 80 or host 10.0.0.1 and not vlan and geneve and ip[2:2] > 5";

	for (uint64_t most = 1; most < 400000; most += most < 70000 ? 9973 : 16411) {
		int code = compile(expr, (struct flt_compile_opts){ .max_memory = most });
		ck_assert_msg(code == FLT_OK || code == FLT_E_NOMEM, "%llu: %s",
			      (unsigned long long)most, err.message);
		drop();
	}
}
END_TEST

/* ---- errors ------------------------------------------------------------------------------ */

/* clang-format off */
static const struct error_row {
	const char *expr;
	int code;
	uint64_t offset, length;
} errors[] = {
	{ "tcp prot 80",          FLT_E_SYNTAX,  4, 4 },
	{ "ip and",               FLT_E_SYNTAX,  6, 0 },
	{ "ip and host nowhere",  FLT_E_NAME,    12, 7 },
	{ "port nothing",         FLT_E_NAME,    5, 7 },
	{ "udp port web",         FLT_E_MEANING, 9, 3 },
	{ "tcp and port 70000",   FLT_E_MEANING, 13, 5 },
	{ "ip or wlan type mgt",  FLT_E_MEANING, 11, 4 },
	{ "net 10.1.2.3/8",       FLT_E_MEANING, 4, 10 },
};
/* clang-format on */

START_TEST(places)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		int code = compile(errors[i].expr, (struct flt_compile_opts){ .size = 0 });

		ck_assert_msg(code == errors[i].code && err.offset == errors[i].offset &&
				      err.length == errors[i].length,
			      "%s: %s at %llu+%llu: %s", errors[i].expr, flt_strerror(code),
			      (unsigned long long)err.offset, (unsigned long long)err.length,
			      err.message);
	}
}
END_TEST

START_TEST(names_of_files)
{
	const char *expr = "host two.test and port web and net lab and ether host one.test";
	ck_assert_int_eq(compile(expr, (struct flt_compile_opts){ .size = 0 }), FLT_OK);
	drop();
}
END_TEST

/* ---- empty programs ----------------------------------------------------------------------- */

/* What is shown: the expression, the carets below it, the sentence. */
/* clang-format off */
static const struct empty_row {
	uint32_t linktype;
	const char *expr, *carets, *sentence;
} empties[] = {
	{ FLT_LINKTYPE_EN10MB, "1 = 2",
	  "^~~~~",
	  "'1 = 2' is never true" },
	{ FLT_LINKTYPE_EN10MB, "ip and 1 = 2",
	  "       ^~~~~",
	  "'1 = 2' is never true" },
	{ FLT_LINKTYPE_EN10MB, "ip or arp and 1 = 2",
	  "              ^~~~~",
	  "'1 = 2' is never true" },
	{ FLT_LINKTYPE_EN10MB, "not (1 = 1)",
	  "^~~~~~~~~~~",
	  "'not (1 = 1)' is never true" },
	{ FLT_LINKTYPE_EN10MB, "ip and ip6",
	  "^~     ^~~",
	  "'ip' and 'ip6' exclude each other" },
	{ FLT_LINKTYPE_EN10MB, "tcp and ip and arp",
	  "        ^~     ^~~",
	  "'ip' and 'arp' exclude each other" },
	{ FLT_LINKTYPE_EN10MB, "ip or arp and ip6",
	  "^~~~~~~~~     ^~~",
	  "'ip or arp' and 'ip6' exclude each other" },
	{ FLT_LINKTYPE_EN10MB, "vlan and ip and arp",
	  "         ^~     ^~~",
	  "'ip' and 'arp' exclude each other" },
	{ FLT_LINKTYPE_EN10MB, "ip and vlan and arp",
	  "^~     ^~~~",
	  "'ip' and 'vlan' exclude each other" },
	{ FLT_LINKTYPE_EN10MB, "udp and not (ip or ip6)",
	  "^~~     ^~~~~~~~~~~~~~~",
	  "'udp' and 'not (ip or ip6)' exclude each other" },
	{ FLT_LINKTYPE_EN10MB, "len > 9 and tcp and len < 5",
	  "^~~~~~~             ^~~~~~~",
	  "'len > 9' and 'len < 5' exclude each other" },
	{ FLT_LINKTYPE_EN10MB, "not ip and not ip6 and tcp",
	  "^~~~~~     ^~~~~~~     ^~~",
	  "'not ip', 'not ip6' and 'tcp' cannot all be true" },
	{ FLT_LINKTYPE_EN10MB, "(arp and (tcp and len > 9)) and (ip or len < 5)",
	  " ^~~      ^~~",
	  "'arp' and 'tcp' exclude each other" },
	{ FLT_LINKTYPE_EN10MB, "(tcp and ip6 and arp) or (udp and arp)",
	  "         ^~~     ^~~",
	  "'ip6' and 'arp' exclude each other" },
	{ FLT_LINKTYPE_EN10MB, "1 = 2 or (ip and arp)",
	  "^~~~~",
	  "'1 = 2' is never true" },
	{ FLT_LINKTYPE_EN10MB, "ip and (arp or rarp) and len > 9",
	  "^~     ^~~~~~~~~~~~~",
	  "'ip' and '(arp or rarp)' exclude each other" },
	{ FLT_LINKTYPE_IPV4, "tcp and ip6",
	  "        ^~~",
	  "'ip6' is never true on link type IPV4" },
	{ FLT_LINKTYPE_IPV6, "len > 9 and arp",
	  "            ^~~",
	  "'arp' is never true on link type IPV6" },
	{ FLT_LINKTYPE_RAW, "1 = 2",
	  "^~~~~",
	  "'1 = 2' is never true" },
};
/* clang-format on */

START_TEST(empty)
{
	for (size_t i = 0; i < sizeof(empties) / sizeof(empties[0]); i++) {
		const struct empty_row *row = &empties[i];
		char want[400], got[400];

		snprintf(want, sizeof(want), "no packet can match: %s\n%s\n%s\n", row->sentence,
			 row->expr, row->carets);
		struct flt_compile_opts opts = { .linktype = row->linktype };
		ck_assert_int_eq(compile(row->expr, opts), FLT_OK);
		struct flt_program_info known = info();
		ck_assert_int_eq(flt_program_show_empty(&known, row->expr, got, sizeof(got)),
				 (int)strlen(want));
		ck_assert_str_eq(got, want);
		drop();
	}
}
END_TEST

/* Clauses on several lines, or on one that is too long, have a line of carets each. */
START_TEST(empty_at_length)
{
	char expr[400], got[1000];

	compile("ip\n\tand arp", (struct flt_compile_opts){ .size = 0 });
	struct flt_program_info known = info();
	flt_program_show_empty(&known, "ip\n\tand arp", got, sizeof(got));
	ck_assert_ptr_nonnull(strstr(got, "other\nip\n^~\n and arp\n     ^~~\n"));
	drop();
	snprintf(expr, sizeof(expr), "ip and %0*d = 0 and arp", 100, 0);
	compile(expr, (struct flt_compile_opts){ .size = 0 });
	known = info();
	flt_program_show_empty(&known, expr, got, sizeof(got));
	ck_assert_ptr_nonnull(strstr(got, "other\nip and 000"));
	ck_assert_ptr_nonnull(strstr(got, "\n^~\n...000"));
	ck_assert_ptr_nonnull(strstr(got, " ^~~\n"));
	drop();
}
END_TEST

/* More clauses than can be named, or more text than is looked into: the sentence alone. */
START_TEST(empty_unexplained)
{
	const char *expr = "ip";
	char got[100];
	struct flt_program_info known;

	compile("ip", (struct flt_compile_opts){ .size = 0 });
	known = info();
	ck_assert_int_eq(flt_program_show_empty(&known, "ip", got, sizeof(got)), FLT_E_ARGUMENT);
	known.flags |= FLT_PROGRAM_EMPTY;
	known.clause_count = FLT_CLAUSES_MAX + 1;
	flt_program_show_empty(&known, expr, got, sizeof(got));
	ck_assert_str_eq(got, "no packet can match\n");
	known.clause_count = 1;
	known.clause_offset[0] = strlen(expr) + 1;
	flt_program_show_empty(&known, expr, got, sizeof(got));
	ck_assert_str_eq(got, "no packet can match\n");
	drop();
}
END_TEST

/* ---- a header that has moved what follows ---------------------------------------------- */

static void moved_is(const char *expr, const char *sentence)
{
	char got[300];

	compile(expr, (struct flt_compile_opts){ .size = 0 });
	struct flt_program_info known = info();
	flt_program_show_empty(&known, expr, got, sizeof(got));
	got[strcspn(got, "\n")] = '\0';
	ck_assert_str_eq(got, sentence);
	ck_assert(known.flags & FLT_PROGRAM_MOVED);
	drop();
	const char *instead = strstr(got, "write '");
	size_t len = strlen(instead) - strlen("write ''");
	ck_assert_int_eq(flt_compile(&program, instead + 7, len, NULL, NULL), FLT_OK);
	ck_assert(!(info().flags & FLT_PROGRAM_EMPTY));
	drop();
}

START_TEST(moved)
{
	moved_is("not vlan and udp", "no packet can match: 'vlan' has moved the place of 'udp': "
				     "write 'udp and not vlan'");
	moved_is("! mpls and len > 5 and tcp port 80",
		 "no packet can match: 'mpls' has moved the place of 'tcp port 80': "
		 "write 'tcp port 80 and ! mpls'");
	moved_is("not geneve and (port 53 or 54)",
		 "no packet can match: 'geneve' has moved the place of '(port 53 or 54)': "
		 "write '(port 53 or 54) and not geneve'");
	moved_is("not pppoes and ip and ip",
		 "no packet can match: 'pppoes' has moved the place of 'ip': "
		 "write 'ip and not pppoes'");
}
END_TEST

/* What excludes itself in any order, and what a caller of an older version has no room for. */
START_TEST(moved_not)
{
	char got[300];

	compile("icmp and vlan 5", (struct flt_compile_opts){ .size = 0 });
	ck_assert_uint_eq(info().flags & (FLT_PROGRAM_MOVED | FLT_PROGRAM_EMPTY),
			  FLT_PROGRAM_EMPTY);
	drop();
	compile("not vlan and udp", (struct flt_compile_opts){ .size = 0 });
	struct flt_program_info known = info();
	known.size = offsetof(struct flt_program_info, mover_offset);
	flt_program_show_empty(&known, "not vlan and udp", got, sizeof(got));
	ck_assert_ptr_nonnull(strstr(got, "'not vlan' and 'udp' exclude each other"));
	drop();
	ck_assert_int_eq(compile("not vlan 5 and udp", (struct flt_compile_opts){ .size = 0 }),
			 FLT_OK);
	ck_assert(!(info().flags & FLT_PROGRAM_EMPTY));
	drop();
}
END_TEST

/* ---- the empty expression accepts all, on every link type ------------------------------- */

START_TEST(nothing_asked)
{
	static const char *const spaces[] = { "", "  ", "\n\t " };
	uint32_t seen = 0;

	for (uint32_t linktype = 0; linktype <= FLT_LINKTYPE_NULL; linktype++)
		for (size_t i = 0; flt_linktype_name(linktype) && i < 3; i++) {
			struct flt_compile_opts opts = { .linktype = linktype };
			opts.flags = i == 1 ? FLT_COMPILE_O0 : i == 2 ? FLT_COMPILE_LIVE : 0;
			ck_assert_int_eq(compile(spaces[i], opts), FLT_OK);
			ck_assert(info().flags & FLT_PROGRAM_ALL);
			ck_assert_uint_eq(info().count, 1);
			drop();
			seen++;
		}
	ck_assert_uint_gt(seen, 150);
}
END_TEST

START_TEST(not_empty)
{
	ck_assert_int_eq(compile("ip or 1 = 2", (struct flt_compile_opts){ .size = 0 }), FLT_OK);
	ck_assert(!(info().flags & FLT_PROGRAM_EMPTY));
	ck_assert_uint_eq(info().clause_length[0], 0);
	drop();
}
END_TEST

/* ---- long jumps ------------------------------------------------------------------------ */

/* The test for link[1] leads far away on both sides, over count tests of link[2:2]; a longer test
 * before those makes the distance odd, and one before all puts the refusal nearer. */
static void compile_far(uint32_t count, bool is_odd)
{
	static char text[16384];
	size_t len = (size_t)snprintf(text, sizeof(text),
				      "link[9] = 0 and ((link[0] = 1 and link[1] = 2) or "
				      "(link[0] != 1 and (%slink[2:2] = 1000",
				      is_odd ? "link[4] & 6 = 6 or " : "");

	for (uint32_t i = 1; i < count; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, " or link[2:2] = %u",
					1000 + i);
	snprintf(text + len, sizeof(text) - len, ")))");
	ck_assert_int_eq(compile(text, (struct flt_compile_opts){ 0 }), FLT_OK);
}

static bool takes(uint8_t first, uint8_t second, uint32_t third)
{
	uint8_t bytes[16] = { first, second, (uint8_t)(third >> 8), (uint8_t)third };

	return flt_run(program, bytes, sizeof(bytes), sizeof(bytes), NULL) != 0;
}

START_TEST(far_targets)
{
	for (uint32_t half = 200; half < 560; half++) {
		uint32_t count = half / 2;
		compile_far(count, half % 2 != 0);
		ck_assert(takes(1, 2, 1000));
		ck_assert(takes(1, 2, 7));
		ck_assert(!takes(1, 3, 1000));
		ck_assert(!takes(1, 3, 7));
		ck_assert(takes(3, 2, 1000));
		ck_assert(takes(3, 3, 999 + count));
		ck_assert(!takes(3, 2, 1000 + count));
		drop();
	}
}
END_TEST

int main(void)
{
	/* clang-format off */
	const struct unit_row rows[] = {
		{ "defaults", defaults }, { "arguments", arguments }, { "limits", limits },
		{ "every ceiling", every_ceiling }, { "ceiling of passes", ceiling_of_passes },
		{ "places", places }, { "names of files", names_of_files }, { "empty", empty },
		{ "empty at length", empty_at_length }, { "empty unexplained", empty_unexplained },
		{ "moved", moved }, { "moved, not", moved_not }, { "nothing asked", nothing_asked },
		{ "not empty", not_empty }, { "far targets", far_targets }, { NULL, NULL },
	};
	/* clang-format on */

	return unit_run("compile", rows);
}
