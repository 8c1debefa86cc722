/* SPDX-License-Identifier: BSD-2-Clause */
/* flt_clauses(): which clauses an expression has, and what each leads to; flt_run_traced(). */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "libfilter.h"

static void put_next(char *text, size_t size, uint32_t next)
{
	size_t used = strlen(text);

	if (next == FLT_CLAUSE_ACCEPT || next == FLT_CLAUSE_REJECT)
		snprintf(text + used, size - used, next == FLT_CLAUSE_ACCEPT ? " +" : " -");
	else
		snprintf(text + used, size - used, " %u", next);
}

/* As "tcp 1 -; port 22 - +": yes, then no; + accepts, - rejects. */
static const char *clauses_of(const char *expr)
{
	static char text[512];
	struct flt_clause list[16];
	int64_t count = flt_clauses(expr, strlen(expr), NULL, list, 16, NULL);

	text[0] = '\0';
	for (int64_t i = 0; i < count; i++) {
		size_t used = strlen(text);
		snprintf(text + used, sizeof(text) - used, "%s%.*s", i ? "; " : "",
			 (int)list[i].length, expr + list[i].offset);
		put_next(text, sizeof(text), list[i].yes);
		put_next(text, sizeof(text), list[i].no);
	}
	return text;
}

static const struct {
	const char *expr, *clauses;
} rows[] = {
	{ "", "" },
	{ "ip", "ip + -" },
	{ "not ip", "ip - +" },
	{ "! ! ip", "ip + -" },
	{ "ip and tcp", "ip 1 -; tcp + -" },
	{ "ip or arp", "ip + 1; arp + -" },
	{ "ip or arp and len > 9", "ip 2 1; arp 2 -; len > 9 + -" },
	{ "ip and tcp or arp", "ip 1 2; tcp + 2; arp + -" },
	{ "ip and (tcp or udp)", "ip 1 -; tcp + 2; udp + -" },
	{ "not (ip and tcp) and arp", "ip 1 2; tcp - 2; arp + -" },
	{ "not (ip or not arp)", "ip - 1; arp + -" },
	{ "port 80 or 443 or 8080", "port 80 + 1; 443 + 2; 8080 + -" },
	{ "host {10.0.0.1, 10.0.0.2} and vlan 5", "host {10.0.0.1, 10.0.0.2} 1 -; vlan 5 + -" },
	{ "tcp[13] & 2 != 0 and ip[6:2] & 0x1fff = 0",
	  "tcp[13] & 2 != 0 1 -; ip[6:2] & 0x1fff = 0 + -" },
	{ "host name.of.nobody", "host name.of.nobody + -" },
};

START_TEST(expressions)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_str_eq(clauses_of(rows[i].expr), rows[i].clauses);
}
END_TEST

START_TEST(errors)
{
	struct flt_compile_opts opts = { .size = sizeof(opts), .max_nesting = 1 };
	struct flt_clause one;
	struct flt_error err;

	ck_assert_int_eq(flt_clauses("tcp prot 80", 11, NULL, &one, 1, &err), FLT_E_SYNTAX);
	ck_assert_uint_eq(err.offset, 4);
	ck_assert_int_eq(flt_clauses("((ip))", 6, &opts, &one, 1, &err), FLT_E_LIMIT);
	ck_assert_int_eq(flt_clauses(NULL, 1, NULL, &one, 1, &err), FLT_E_ARGUMENT);
	ck_assert_int_eq(flt_clauses("ip", 2, NULL, NULL, 1, &err), FLT_E_ARGUMENT);
	/* The number of all, also when there is less room, or none. */
	ck_assert_int_eq(flt_clauses("ip or arp", 9, NULL, &one, 1, &err), 2);
	ck_assert_int_eq(flt_clauses("ip or arp", 9, NULL, NULL, 0, &err), 2);
}
END_TEST

/* ip proto 6, by hand; the last load is not in the packet. */
START_TEST(steps)
{
	static const struct flt_insn insns[] = {
		{ 0x28, 0, 0, 12 }, { 0x15, 0, 2, 0x800 }, { 0x30, 0, 0, 23 },
		{ 0x06, 0, 0, 96 }, { 0x06, 0, 0, 0 },
	};
	static const uint8_t frame[] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 69, 0 };
	struct flt_program *prog;
	struct flt_step list[2];
	uint32_t count = 0;

	ck_assert_int_eq(flt_program_new(&prog, insns, 5, NULL, NULL), FLT_OK);
	uint32_t verdict = flt_run_traced(prog, frame, sizeof(frame), 60, NULL, list, 2, &count);
	ck_assert_uint_eq(verdict, 0);
	ck_assert_uint_eq(count, 3);
	ck_assert_uint_eq(list[0].insn, 0);
	ck_assert_uint_eq(list[0].load_off, 12);
	ck_assert_uint_eq(list[0].load_len, 2);
	ck_assert_uint_eq(list[0].a, 0);
	ck_assert_uint_eq(list[1].insn, 1);
	ck_assert_uint_eq(list[1].load_len, 0);
	ck_assert_uint_eq(list[1].a, 0x800);
	ck_assert_uint_eq(flt_run_traced(prog, frame, 0, 0, NULL, list, 1, &count), 0);
	ck_assert_uint_eq(count, 1);
	ck_assert_uint_eq(list[0].load_len, 0);
	ck_assert_uint_eq(flt_run_traced(NULL, frame, 0, 0, NULL, NULL, 0, NULL), 0);
	flt_program_unref(prog);
}
END_TEST

int main(void)
{
	const struct unit_row tests[] = {
		{ "expressions", expressions },
		{ "errors", errors },
		{ "steps", steps },
		{ NULL, NULL },
	};

	return unit_run("clauses", tests);
}
