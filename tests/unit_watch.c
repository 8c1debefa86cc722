/* SPDX-License-Identifier: BSD-2-Clause */
/* The compiler at work, as a caller can watch it: the trace, a choice of passes. */
#include <string.h>

#include "libfilter.h"
#include "unit.h"

static struct flt_program *program;
static struct flt_error err;

static int compile(const char *expr, struct flt_compile_opts opts)
{
	opts.size = sizeof(opts);
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

/* ---- a choice of passes ------------------------------------------------------------------ */

static const char *const some = "ip and tcp port 80 and not ip6";

static uint32_t size_with(struct flt_compile_opts opts)
{
	ck_assert_int_eq(compile(some, opts), FLT_OK);
	uint32_t count = info().count;
	drop();
	return count;
}

/* The letters of the trace, but those of tree and lowered code, and the one that always runs. */
static void trace_with(const char *passes, char letters[32])
{
	char seen[32] = "", *to = letters;
	struct flt_compile_opts opts = { .trace = collect, .trace_context = seen,
					 .passes = passes };

	size_with(opts);
	for (const char *at = seen; *at; at++)
		if (!strchr("aln", *at))
			*to++ = *at;
	*to = '\0';
}

START_TEST(passes)
{
	uint32_t plain = size_with((struct flt_compile_opts){ .flags = FLT_COMPILE_O0 });
	char all[32], letters[32];

	trace_with(NULL, all);
	ck_assert_uint_gt(strlen(all), 1);
	ck_assert_uint_lt(size_with((struct flt_compile_opts){ .passes = NULL }), plain);
	ck_assert_uint_lt(size_with((struct flt_compile_opts){ .passes = all }), plain);
	ck_assert_uint_eq(size_with((struct flt_compile_opts){ .passes = "" }), plain);
	ck_assert_uint_eq(size_with((struct flt_compile_opts){ .flags = FLT_COMPILE_O0,
							       .passes = all }), plain);
	trace_with("", letters);
	ck_assert_str_eq(letters, "");
	for (const char *at = all; *at; at++) {
		const char one[] = { *at, '\0' };
		trace_with(one, letters);
		ck_assert_uint_gt(strlen(letters), 0);
		ck_assert_uint_eq(strspn(letters, one), strlen(letters));
	}
	const char two_back[] = { all[1], all[0], all[0], '\0' };
	trace_with(two_back, letters);
	ck_assert_int_eq(strncmp(letters, all, 2), 0);
}
END_TEST

/* The clauses that exclude each other are found by all passes, whichever run for the program. */
START_TEST(passes_of_empty)
{
	char all[32];

	trace_with(NULL, all);
	for (const char *at = all; *at; at++) {
		const char one[] = { *at, '\0' };
		ck_assert_int_eq(compile("ip and len > 9 and 1 = 2",
					 (struct flt_compile_opts){ .passes = one }), FLT_OK);
		if (info().flags & FLT_PROGRAM_EMPTY)
			ck_assert_uint_eq(info().clause_count, 1);
		drop();
	}
}
END_TEST

START_TEST(passes_unknown)
{
	struct flt_compile_opts opts = { .passes = "fZd" };

	ck_assert_int_eq(compile("ip", opts), FLT_E_ARGUMENT);
	ck_assert_ptr_null(program);
	ck_assert_ptr_nonnull(strstr(err.message, "no pass has the letter 'Z'; the letters are "));
	opts.passes = "\xc3\xa4";
	ck_assert_int_eq(compile("ip", opts), FLT_E_ARGUMENT);
	ck_assert_ptr_nonnull(strstr(err.message, "'?'"));
}
END_TEST

int main(void)
{
	const struct unit_row rows[] = {
		{ "trace", trace },
		{ "passes", passes },
		{ "passes of empty", passes_of_empty },
		{ "passes unknown", passes_unknown },
		{ NULL, NULL },
	};

	return unit_run("watch", rows);
}
