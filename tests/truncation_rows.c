/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The judge of the truncation rule is judged: pairs of programs by hand, of which the second breaks
 * the rule or keeps it. A judge that lets a planted breach pass lets the optimizer's pass, too.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <linux/filter.h>

#include "bpf.h"
#include "truncation.h"

#define INSNS 16u
#define BYTES 48u
#define KEPT  UINT32_MAX

#define LDB(at)                                                                                    \
	{                                                                                          \
		BPF_LD | BPF_B | BPF_ABS, 0, 0, at                                                 \
	}
#define LDH(at)                                                                                    \
	{                                                                                          \
		BPF_LD | BPF_H | BPF_ABS, 0, 0, at                                                 \
	}
#define LDW(at)                                                                                    \
	{                                                                                          \
		BPF_LD | BPF_W | BPF_ABS, 0, 0, at                                                 \
	}
#define LDI(k)                                                                                     \
	{                                                                                          \
		BPF_LD | BPF_IMM, 0, 0, k                                                          \
	}
#define LEN                                                                                        \
	{                                                                                          \
		BPF_LD | BPF_LEN, 0, 0, 0                                                          \
	}
#define TAX                                                                                        \
	{                                                                                          \
		BPF_MISC | BPF_TAX, 0, 0, 0                                                        \
	}
#define DIVX                                                                                       \
	{                                                                                          \
		BPF_ALU | BPF_DIV | BPF_X, 0, 0, 0                                                 \
	}
#define AND(k)                                                                                     \
	{                                                                                          \
		BPF_ALU | BPF_AND | BPF_K, 0, 0, k                                                 \
	}
#define JEQ(k, yes, no)                                                                            \
	{                                                                                          \
		BPF_JMP | BPF_JEQ | BPF_K, yes, no, k                                              \
	}
#define JSET(k, yes, no)                                                                           \
	{                                                                                          \
		BPF_JMP | BPF_JSET | BPF_K, yes, no, k                                             \
	}
#define RET(k)                                                                                     \
	{                                                                                          \
		BPF_RET | BPF_K, 0, 0, k                                                           \
	}
#define PASS            RET(262144)
#define DROP            RET(0)
#define BYTE(at, value) [at] = value

/* clang-format off */
static const struct row {
	const char *what;
	struct flt_insn reference[INSNS], candidate[INSNS]; /* as far as the last RET */
	uint8_t bytes[BYTES];
	uint32_t breach; /* the first cut at which the rule is broken, or KEPT */
} rows[] = {
	{"dst before src in an or",
	 {LDW(26), JEQ(7, 2, 0), LDW(30), JEQ(9, 0, 1), PASS, DROP},
	 {LDW(30), JEQ(9, 2, 0), LDW(26), JEQ(7, 0, 1), PASS, DROP},
	 {BYTE(29, 7), BYTE(33, 1)},
	 30},
	{"B's higher offset before A in (A and B) or C",
	 {LDB(0), JEQ(1, 0, 2), LDB(40), JEQ(2, 2, 0), LDB(3), JEQ(3, 0, 1), PASS, DROP},
	 {LDB(40), JEQ(2, 0, 2), LDB(0), JEQ(1, 2, 0), LDB(3), JEQ(3, 0, 1), PASS, DROP},
	 {BYTE(0, 5), BYTE(3, 3)},
	 4},
	{"a dropped division",
	 {LDB(8), TAX, LDI(0), DIVX, JEQ(0, 0, 1), PASS, DROP},
	 {LDB(8), PASS, DROP},
	 {BYTE(7, 1)},
	 9},
	{"a dropped load that no packet satisfies",
	 {LDB(262144), PASS, DROP},
	 {PASS, DROP},
	 {BYTE(0, 1)},
	 0},
	{"a test whose branches are swapped",
	 {LDB(0), JEQ(1, 0, 1), PASS, DROP},
	 {LDB(0), JEQ(1, 1, 0), PASS, DROP},
	 {BYTE(0, 1)},
	 1},
	{"another value, though no zero",
	 {LDB(0), JEQ(1, 0, 1), PASS, DROP},
	 {LDB(0), JEQ(1, 0, 1), RET(96), DROP},
	 {BYTE(0, 1)},
	 1},
	{"a load that is wider than the one that was made",
	 {LDB(0), JEQ(1, 2, 0), LDH(0), JEQ(2, 0, 1), PASS, DROP},
	 {LDH(0), JSET(0x100, 1, 0), JEQ(2, 0, 1), PASS, DROP},
	 {BYTE(0, 1)},
	 1},
	{"the length of the bytes in place of the length on the wire",
	 {LEN, JEQ(BYTES, 0, 1), PASS, DROP},
	 {LEN, JEQ(BYTES, 0, 3), LDB(BYTES - 1), PASS, DROP, DROP},
	 {BYTE(0, 1)},
	 0},
	{"all sources before all destinations",
	 {LDW(26), JEQ(7, 6, 0), LDW(30), JEQ(7, 4, 0), LDW(26), JEQ(9, 2, 0), LDW(30),
	  JEQ(9, 0, 1), PASS, DROP},
	 {LDW(26), JEQ(7, 4, 0), JEQ(9, 3, 0), LDW(30), JEQ(7, 1, 0), JEQ(9, 0, 1), PASS, DROP},
	 {BYTE(29, 9)},
	 KEPT},
	{"one load for the protocol and the fragment bits",
	 {LDB(23), JEQ(6, 0, 3), LDH(20), JSET(0x1fff, 1, 0), PASS, DROP},
	 {LDW(20), AND(0x1fff00ff), JEQ(6, 0, 1), PASS, DROP},
	 {BYTE(23, 6)},
	 KEPT},
	{"ports before hosts under an and",
	 {LDW(26), JEQ(7, 0, 3), LDH(36), JEQ(80, 0, 1), PASS, DROP},
	 {LDH(36), JEQ(80, 0, 3), LDW(26), JEQ(7, 0, 1), PASS, DROP},
	 {BYTE(29, 7), BYTE(37, 80)},
	 KEPT},
	{"a load that nobody read, dropped", {LDB(40), PASS}, {PASS}, {BYTE(0, 1)}, KEPT},
	{"a division by what is not 0, dropped",
	 {LDB(8), JEQ(0, 5, 0), TAX, LDI(0), DIVX, JEQ(0, 0, 1), PASS, DROP},
	 {LDB(8), JEQ(0, 1, 0), PASS, DROP},
	 {BYTE(8, 3)},
	 KEPT},
};
/* clang-format on */

/* Up to the last instruction that is not all zeros: a row of LD #0 would be, and ends none. */
static uint32_t length_of(const struct flt_insn insns[INSNS])
{
	uint32_t count = INSNS;

	while (count && BPF_CLASS(insns[count - 1].code) != BPF_RET)
		count--;
	return count;
}

static bool is_checked(const struct row *row, const struct flt_insn insns[INSNS])
{
	struct flt_error err = { 0 };

	if (flt__bpf_check(insns, length_of(insns), BPF_KERNEL_LIMIT, &err) == FLT_OK)
		return true;
	printf("%s: %s\n", row->what, err.message);
	return false;
}

static bool is_judged_right(const struct row *row)
{
	struct truncation judge = { .bytes = row->bytes, .len = BYTES, .wirelen = BYTES };
	struct breach breach = { KEPT, 0, 0 };

	if (!is_checked(row, row->reference) || !is_checked(row, row->candidate))
		return false;
	truncation_ask(&judge, row->reference, length_of(row->reference));
	truncation_breach(&judge, row->candidate, &breach);
	if (breach.cut == row->breach)
		return true;
	printf("%s: broken at cut %" PRIu32 " says the judge, and it is %" PRIu32 " (-1: kept)\n",
	       row->what, breach.cut, row->breach);
	return false;
}

int main(void)
{
	unsigned wrong = 0, count = sizeof(rows) / sizeof(rows[0]);

	for (unsigned i = 0; i < count; i++)
		wrong += !is_judged_right(&rows[i]);
	printf("%u pairs of programs, %u judged wrong\n", count, wrong);
	return wrong != 0;
}
