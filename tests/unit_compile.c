/* SPDX-License-Identifier: BSD-2-Clause */
/* flt_compile() as a caller sees it: options, limits, errors, what is known of the program. */
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
	ck_assert_str_eq(err.message, "compiling 2 bytes needs more than 1000 bytes of memory");
	ck_assert_ptr_null(program);
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

START_TEST(places)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		int code = compile(errors[i].expr, (struct flt_compile_opts){ .size = 0 });

		ck_assert_msg(code == errors[i].code && err.offset == errors[i].offset &&
			      err.length == errors[i].length, "%s: %s at %llu+%llu: %s",
			      errors[i].expr, flt_strerror(code), (unsigned long long)err.offset,
			      (unsigned long long)err.length, err.message);
	}
}
END_TEST

START_TEST(names_of_files)
{
	ck_assert_int_eq(compile("host two.test and port web and net lab and ether host one.test",
				 (struct flt_compile_opts){ .size = 0 }), FLT_OK);
	drop();
}
END_TEST

/* ---- tracing ----------------------------------------------------------------------------- */

static void collect(void *context, char letter, const char *text)
{
	char *letters = context;
	size_t len = strlen(letters);

	ck_assert_uint_gt(strlen(text), 0);
	if (len < 30) {
		letters[len] = letter;
		letters[len + 1] = '\0';
	}
}

START_TEST(trace)
{
	char letters[32] = "";
	struct flt_compile_opts opts = { .trace = collect, .trace_context = letters };

	ck_assert_int_eq(compile("tcp port 80", opts), FLT_OK);
	ck_assert_int_eq(strncmp(letters, "al", 2), 0);
	ck_assert_uint_gt(strlen(letters), 3);
	drop();
	letters[0] = '\0';
	opts.trace_letters = "a";
	ck_assert_int_eq(compile("tcp port 80", opts), FLT_OK);
	ck_assert_str_eq(letters, "a");
	drop();
	letters[0] = '\0';
	opts.trace_letters = NULL;
	opts.flags = FLT_COMPILE_O0;
	ck_assert_int_eq(compile("tcp port 80", opts), FLT_OK);
	ck_assert_str_eq(letters, "al");
	drop();
}
END_TEST

/* ---- empty programs ----------------------------------------------------------------------- */

static const struct empty_row {
	const char *expr;
	uint64_t offset[2], length[2];
} empties[] = {
	{ "1 = 2",                  { 0, 0 },  { 5, 0 } },
	{ "ip and 1 = 2",           { 7, 0 },  { 5, 0 } },
	{ "ip or arp and 1 = 2",    { 14, 0 }, { 5, 0 } },
	{ "not (1 = 1)",            { 0, 0 },  { 11, 0 } },
	{ "ip and ip6",             { 0, 7 },  { 2, 3 } },
	{ "tcp and ip and arp",     { 8, 15 }, { 2, 3 } },
	{ "ip or arp and ip6",      { 0, 14 }, { 9, 3 } },
	{ "vlan and ip and arp",    { 9, 16 }, { 2, 3 } },
	{ "ip and vlan and arp",    { 0, 7 },  { 2, 4 } },
	{ "udp and not (ip or ip6)", { 0, 8 }, { 3, 15 } },
	{ "len > 9 and tcp and len < 5",    { 0, 20 }, { 7, 7 } },
	{ "not ip and not ip6 and tcp",     { 0, 0 },  { 0, 0 } },  /* takes all three */
};

START_TEST(empty)
{
	for (size_t i = 0; i < sizeof(empties) / sizeof(empties[0]); i++) {
		const struct empty_row *row = &empties[i];

		ck_assert_int_eq(compile(row->expr, (struct flt_compile_opts){ .size = 0 }),
				 FLT_OK);
		struct flt_program_info known = info();
		ck_assert_msg(known.flags & FLT_PROGRAM_EMPTY, "%s", row->expr);
		for (int j = 0; j < 2; j++) {
			ck_assert_uint_eq(known.clause_offset[j], row->offset[j]);
			ck_assert_uint_eq(known.clause_length[j], row->length[j]);
		}
		drop();
	}
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

int main(void)
{
	const struct unit_row rows[] = {
		{ "defaults", defaults },   { "arguments", arguments },
		{ "limits", limits },       { "every ceiling", every_ceiling },
		{ "places", places },       { "names of files", names_of_files },
		{ "trace", trace },         { "empty", empty },
		{ "not empty", not_empty }, { NULL, NULL },
	};

	return unit_run("compile", rows);
}
