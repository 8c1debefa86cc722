/* SPDX-License-Identifier: BSD-2-Clause */
/* The compiler at work, as a caller can watch it: the trace, a choice of passes, what it took, the
 * clauses that instructions come from. */
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
	ck_assert_int_eq(strncmp(letters, "agl", 3), 0);
	ck_assert_uint_gt(strlen(letters), 4);
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
	ck_assert_str_eq(letters, "aln");
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
	struct flt_compile_opts opts = { .trace = collect,
					 .trace_context = seen,
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
	ck_assert_uint_eq(
		size_with((struct flt_compile_opts){ .flags = FLT_COMPILE_O0, .passes = all }),
		plain);
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
					 (struct flt_compile_opts){ .passes = one }),
				 FLT_OK);
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

/* ---- what it took ------------------------------------------------------------------------ */

static struct flt_compile_stats stats_with(struct flt_compile_opts opts)
{
	struct flt_compile_stats stats = { .size = sizeof(stats), .work = 77, .rounds = 77 };

	opts.stats = &stats;
	size_with(opts);
	ck_assert_uint_eq(stats.size, sizeof(stats));
	ck_assert_uint_gt(stats.memory, 0);
	return stats;
}

static uint32_t sum_of_runs(const struct flt_compile_stats *stats, uint32_t *changes)
{
	uint32_t runs = 0;

	*changes = 0;
	for (uint32_t i = 0; i < stats->pass_count; i++) {
		const struct flt_pass_stats *pass = &stats->passes[i];
		ck_assert_uint_gt(strlen(pass->what), 0);
		ck_assert_uint_gt(pass->letter, ' ');
		ck_assert_uint_le(pass->changes, pass->runs);
		/* In the last round nothing changes. */
		if (pass->runs && pass->letter != 'n')
			ck_assert_uint_lt(pass->changes, stats->rounds);
		ck_assert_uint_le(pass->runs, stats->rounds);
		runs += pass->runs;
		*changes += pass->changes;
	}
	return runs;
}

START_TEST(counts)
{
	struct flt_compile_stats best = stats_with((struct flt_compile_opts){ 0 });
	uint32_t changes;

	ck_assert_uint_gt(sum_of_runs(&best, &changes), best.rounds);
	ck_assert_uint_eq(best.passes[0].runs, best.rounds);
	ck_assert_uint_gt(best.rounds, 1);
	ck_assert_uint_ge(changes, best.rounds - 1);
	ck_assert_uint_gt(best.work, 0);
	for (uint32_t i = 0; i < best.pass_count; i++) {
		ck_assert_uint_gt(best.passes[i].runs, 0);
		const char one[] = { (char)best.passes[i].letter, '\0' };
		struct flt_compile_stats alone =
			stats_with((struct flt_compile_opts){ .passes = one });
		ck_assert_uint_gt(alone.passes[i].runs, 0);
		ck_assert_uint_lt(alone.work, best.work);
		for (uint32_t j = 0; j < alone.pass_count; j++)
			if (j != i && alone.passes[j].letter != 'n')
				ck_assert_uint_eq(alone.passes[j].runs, 0);
	}
	struct flt_compile_stats plain =
		stats_with((struct flt_compile_opts){ .flags = FLT_COMPILE_O0 });
	sum_of_runs(&plain, &changes);
	ck_assert_uint_eq(plain.pass_count, best.pass_count);
	ck_assert_uint_lt(plain.work, best.work);
	ck_assert_uint_lt(plain.rounds, best.rounds);
}
END_TEST

START_TEST(counts_of_others)
{
	struct flt_compile_stats stats = { .size = sizeof(stats), .work = 77 };
	struct flt_compile_opts opts = { .stats = &stats };

	ck_assert_int_eq(compile("ip and", opts), FLT_E_SYNTAX);
	ck_assert_uint_eq(stats.work, 0);
	ck_assert_uint_eq(stats.pass_count, 0);
	/* A caller that knows less of it, and one that forgot. */
	stats.size = 12;
	stats.work = 77;
	ck_assert_int_eq(compile("ip", opts), FLT_OK);
	drop();
	ck_assert_uint_eq(stats.work, 77);
	ck_assert_uint_gt(stats.rounds, 0);
	stats.size = 0;
	ck_assert_int_eq(compile("ip", opts), FLT_E_ARGUMENT);
	ck_assert_str_eq(err.message,
			 "flt_compile: the size field of its stats is 0; set it to sizeof");
}
END_TEST

/* ---- clauses of instructions ----------------------------------------------------------- */

/* Clauses in the order of the instructions, each once in a row, with blanks between. */
static void clauses_of(const char *expr, struct flt_compile_opts opts, char *list, size_t room)
{
	size_t used = 0;
	uint64_t at, len, last = UINT64_MAX;
	uint32_t count;

	ck_assert_int_eq(compile(expr, opts), FLT_OK);
	flt_program_insns(program, &count);
	list[0] = '\0';
	for (uint32_t insn = 0; insn < count; insn++) {
		int known = flt_program_clause(program, insn, &at, &len);
		ck_assert_int_eq(known, len > 0);
		ck_assert_uint_le(at + len, strlen(expr));
		if (!known || at == last)
			continue;
		used += (size_t)snprintf(list + used, room - used, "[%.*s]", (int)len, expr + at);
		last = at;
	}
	drop();
}

START_TEST(clauses)
{
	static const struct {
		const char *expr, *plain, *best;
	} rows[] = {
		{ "", "", "" },
		{ "1 = 1", "", "" },
		{ "ip", "[ip]", "[ip]" },
		{ " ip and len > 9", "[ip][len > 9]", "[ip][len > 9]" },
		{ "not (ip or arp)", "[ip][arp]", "[ip][arp]" },
		{ "(len > 9 or len < 3) and (vlan and ether[0] = 5)",
		  "[len > 9][len < 3][vlan][ether[0] = 5]",
		  "[len > 9][len < 3][vlan][ether[0] = 5]" },
		{ "arp and arp", "[arp][arp]", "[arp]" },
		/* What becomes one set is one clause. */
		{ "ip and (port 80 or 81)", "[ip][port 80][81]", "[ip][port 80 or 81]" },
	};
	char list[200];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		clauses_of(rows[i].expr, (struct flt_compile_opts){ .flags = FLT_COMPILE_O0 }, list,
			   sizeof(list));
		ck_assert_str_eq(list, rows[i].plain);
		clauses_of(rows[i].expr, (struct flt_compile_opts){ 0 }, list, sizeof(list));
		ck_assert_str_eq(list, rows[i].best);
	}
}
END_TEST

START_TEST(clauses_of_none)
{
	static const struct flt_insn accept = { 6, 0, 0, 1 };
	uint64_t at = 7, len = 7;

	ck_assert_int_eq(flt_program_clause(NULL, 0, &at, &len), FLT_E_ARGUMENT);
	ck_assert_int_eq(flt_program_new(&program, &accept, 1, NULL, NULL), FLT_OK);
	ck_assert_int_eq(flt_program_clause(program, 1, &at, &len), FLT_E_ARGUMENT);
	ck_assert_uint_eq(len, 7);
	ck_assert_int_eq(flt_program_clause(program, 0, &at, &len), 0);
	ck_assert_uint_eq(at, 0);
	ck_assert_uint_eq(len, 0);
	drop();
	ck_assert_int_eq(compile("ip", (struct flt_compile_opts){ 0 }), FLT_OK);
	ck_assert_int_eq(flt_program_clause(program, 0, NULL, NULL), 1);
	drop();
}
END_TEST

/* ---- the graph ------------------------------------------------------------------------- */

/* What the only box of `len > 9` shows, when it is said to have been compiled from shown. */
static void boxed(const char *shown, const char *wanted)
{
	char text[1000], line[1000];

	ck_assert_int_eq(compile("len > 9", (struct flt_compile_opts){ 0 }), FLT_OK);
	int len = flt_program_show_graph(program, shown, text, sizeof(text));
	ck_assert_int_eq(len, (int)strlen(text));
	ck_assert_int_eq(flt_program_show_graph(program, shown, NULL, 0), len);
	snprintf(line, sizeof(line),
		 "\tb0 [label=\"%s(000) ld   #pktlen          len\\l"
		 "(001) jgt  #0x9             len > 9\\l\"];\n",
		 wanted);
	ck_assert_msg(strstr(text, line), "no %s in %s", line, text);
	drop();
}

START_TEST(graph)
{
	boxed("len > 9", "len > 9\\n");
	boxed("len > 9 and more", "len > 9\\n");
	boxed(NULL, "");
	boxed("", "");
	boxed("len > ", "");
	boxed("\"\\\"\\\\l\\", "\\\"\\\\\\\"\\\\\\\\l\\\\\\n");
	boxed("<&lt;\n>", "<&amp;lt; >\\n");
	boxed("\x01\t\x7f\xffZ\xc3\xa4", "   ?Z\xc3\xa4\\n");
	boxed("\xc3\xc3\xa4\xc2\x85\xe2\x82", "?\xc3\xa4???\\n");
}
END_TEST

/* Of 61 characters 60 are shown, of 60 all. */
START_TEST(graph_of_long_clause)
{
	char expr[160], text[2000];

	snprintf(expr, sizeof(expr), "len = %#0*x or len > %#0*x", 54, 9, 55, 9);
	ck_assert_int_eq(compile(expr, (struct flt_compile_opts){ 0 }), FLT_OK);
	memset(expr, '\\', strlen(expr));
	flt_program_show_graph(program, expr, text, sizeof(text));
	const char *first = strstr(text, "\"\\") + 1, *second = strstr(first, "\"\\") + 1;
	ck_assert_uint_eq(strspn(first, "\\"), 2 * 60 + 1);
	ck_assert_uint_eq(strspn(second, "\\"), 2 * 60);
	ck_assert_int_eq(strncmp(second + 2 * 60, "...\\n(002)", 10), 0);
	drop();
}
END_TEST

int main(void)
{
	const struct unit_row rows[] = {
		{ "trace", trace },
		{ "passes", passes },
		{ "passes of empty", passes_of_empty },
		{ "passes unknown", passes_unknown },
		{ "counts", counts },
		{ "counts of others", counts_of_others },
		{ "clauses", clauses },
		{ "clauses of none", clauses_of_none },
		{ "graph", graph },
		{ "graph of long clause", graph_of_long_clause },
		{ NULL, NULL },
	};

	return unit_run("watch", rows);
}
