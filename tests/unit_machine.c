/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the machine means, a row each. Every row runs through our checker and interpreter and, where
 * a unix socket can be had, through the kernel, so that no row states what is not so.
 */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include <linux/filter.h>

#include "bpf.h"
#include "kernel.h"

enum outcome {
	RETURNS, /* A at a `ret a` */
	ENDS,    /* the value, at once and elsewhere */
	REFUSED,
};

struct row {
	const char *name;
	const struct flt_insn *insns;
	size_t count;
	enum outcome outcome;
	uint32_t value;
};

#define PROGRAM(...)                                                                               \
	(const struct flt_insn[]){ __VA_ARGS__ },                                                  \
		sizeof((const struct flt_insn[]){ __VA_ARGS__ }) / 8

#define LD_K(k)      BPF_STMT(BPF_LD | BPF_IMM, k)
#define LDX_K(k)     BPF_STMT(BPF_LDX | BPF_IMM, k)
#define LD_W(k)      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, k)
#define LD_H(k)      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, k)
#define LD_B(k)      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, k)
#define LD_W_X(k)    BPF_STMT(BPF_LD | BPF_W | BPF_IND, k)
#define LD_B_X(k)    BPF_STMT(BPF_LD | BPF_B | BPF_IND, k)
#define MSH(k)       BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, k)
#define LD_M(k)      BPF_STMT(BPF_LD | BPF_MEM, k)
#define LDX_M(k)     BPF_STMT(BPF_LDX | BPF_MEM, k)
#define ST(k)        BPF_STMT(BPF_ST, k)
#define STX(k)       BPF_STMT(BPF_STX, k)
#define ALU_K(op, k) BPF_STMT(BPF_ALU | (op) | BPF_K, k)
#define ALU_X(op)    BPF_STMT(BPF_ALU | (op) | BPF_X, 0)
#define JA(k)        BPF_STMT(BPF_JMP | BPF_JA, k)
#define JEQ(k, t, f) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, k, t, f)
#define TAX          BPF_STMT(BPF_MISC | BPF_TAX, 0)
#define TXA          BPF_STMT(BPF_MISC | BPF_TXA, 0)
#define RET(k)       BPF_STMT(BPF_RET | BPF_K, k)
#define RET_A        BPF_STMT(BPF_RET | BPF_A, 0)
#define AD(k)        (0xfffff000u + (k))

/* The packet of all rows: byte i is 0x10 + i, then a netlink attribute at 32 of type 5 that holds
 * one of type 7 and one of type 0x8009, and at 44 one of type 3 that ends with the packet. */
static const uint8_t packet[48] = {
	0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a,
	0x1b, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25,
	0x26, 0x27, 0x28, 0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e, 0x2f,
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	12,   0,    5,    0,    4,    0,    7,    0,    4,    0,    9,
	0x80, 4,    0,    3,    0,
#else
	0,    12,   0,    5,    0,    4,    0,    7,    0,    4,    0x80,
	9,    0,    4,    0,    3,
#endif
};

/* clang-format off */
static const struct row rows[] = {
	/* the start */
	{"A is 0 at the start", PROGRAM(RET_A), RETURNS, 0},
	{"X is 0 at the start", PROGRAM(TXA, RET_A), RETURNS, 0},
	{"M[] cannot be read at the start", PROGRAM(LD_M(0), RET_A), REFUSED, 0},

	/* loads */
	{"word", PROGRAM(LD_W(1), RET_A), RETURNS, 0x11121314},
	{"half", PROGRAM(LD_H(1), RET_A), RETURNS, 0x1112},
	{"byte", PROGRAM(LD_B(1), RET_A), RETURNS, 0x11},
	{"len", PROGRAM(BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0), RET_A), RETURNS, 48},
	{"ldx len", PROGRAM(BPF_STMT(BPF_LDX | BPF_W | BPF_LEN, 0), TXA, RET_A), RETURNS, 48},
	{"last word", PROGRAM(LD_W(12), LD_W(44), LD_K(1), RET_A), RETURNS, 1},
	{"word past the end", PROGRAM(LD_K(9), LD_W(45), RET_A), ENDS, 0},
	{"half past the end", PROGRAM(LD_K(9), LD_H(47), RET_A), ENDS, 0},
	{"byte past the end", PROGRAM(LD_K(9), LD_B(48), RET_A), ENDS, 0},
	{"offset 2^31 - 1", PROGRAM(LD_K(9), LD_B(0x7fffffff), RET_A), ENDS, 0},
	{"offset 2^31", PROGRAM(LD_K(9), LD_B(0x80000000), RET_A), ENDS, 0},
	{"indirect", PROGRAM(LDX_K(3), LD_W_X(2), RET_A), RETURNS, 0x15161718},
	{"X + k wraps", PROGRAM(LDX_K(0xffffffff), LD_B_X(3), RET_A), RETURNS, 0x12},
	{"X + k past the end", PROGRAM(LDX_K(40), LD_B_X(8), RET_A), ENDS, 0},
	{"msh", PROGRAM(LD_K(9), MSH(5), TXA, RET_A), RETURNS, 20},
	{"msh leaves A alone", PROGRAM(LD_K(9), MSH(5), RET_A), RETURNS, 9},
	{"msh past the end", PROGRAM(LD_K(9), MSH(48), RET_A), ENDS, 0},

	/* relative to a header: on a unix socket the network header is at 0, the link header absent
	 */
	{"network header", PROGRAM(LD_W(0xfff00002), RET_A), RETURNS, 0x12131415},
	{"network header, indirect", PROGRAM(LDX_K(0xfff00000), LD_W_X(2), RET_A), RETURNS,
	 0x12131415},
	{"network header, msh", PROGRAM(MSH(0xfff00002), TXA, RET_A), RETURNS, 8},
	{"network header, past the end", PROGRAM(LD_K(9), LD_B(0xfff00030), RET_A), ENDS, 0},
	{"network header, the highest", PROGRAM(LD_K(9), LD_B(0xffffefff), RET_A), ENDS, 0},
	{"link header", PROGRAM(LD_K(9), LD_B(0xffe00000), RET_A), ENDS, 0},
	{"link header, the highest", PROGRAM(LD_K(9), LD_B(0xffefffff), RET_A), ENDS, 0},
	{"below the link header", PROGRAM(LD_K(9), LD_B(0xffdfffff), RET_A), ENDS, 0},
	{"indirect never reads metadata", PROGRAM(LDX_K(AD(0)), LD_W_X(SKF_AD_CPU), RET_A), ENDS,
	 0},
	{"msh never reads metadata", PROGRAM(MSH(AD(SKF_AD_PROTOCOL)), RET(7)), ENDS, 0},

	/* metadata of a packet without a device */
	{"protocol", PROGRAM(LD_K(9), LD_W(AD(SKF_AD_PROTOCOL)), RET_A), RETURNS, 0},
	{"pkttype", PROGRAM(LD_K(9), LD_H(AD(SKF_AD_PKTTYPE)), RET_A), RETURNS, 0},
	{"ifindex ends with A", PROGRAM(LD_K(9), LD_W(AD(SKF_AD_IFINDEX)), RET(20)), ENDS, 9},
	{"ifindex ends with A, 0", PROGRAM(LD_W(AD(SKF_AD_IFINDEX)), RET(20)), ENDS, 0},
	{"hatype ends with A", PROGRAM(LD_K(9), LD_B(AD(SKF_AD_HATYPE)), RET(20)), ENDS, 9},
	{"mark", PROGRAM(LD_K(9), LD_W(AD(SKF_AD_MARK)), RET_A), RETURNS, 0},
	{"queue", PROGRAM(LD_K(9), LD_W(AD(SKF_AD_QUEUE)), RET_A), RETURNS, 0},
	{"rxhash", PROGRAM(LD_K(9), LD_W(AD(SKF_AD_RXHASH)), RET_A), RETURNS, 0},
	{"vlan_tag", PROGRAM(LD_K(9), LD_W(AD(SKF_AD_VLAN_TAG)), RET_A), RETURNS, 0},
	{"vlan_tag_present", PROGRAM(LD_K(9), LD_B(AD(SKF_AD_VLAN_TAG_PRESENT)), RET_A), RETURNS,
	 0},
	{"vlan_tpid", PROGRAM(LD_K(9), LD_H(AD(SKF_AD_VLAN_TPID)), RET_A), RETURNS, 0},
	{"pay_offset", PROGRAM(LD_K(9), LD_W(AD(SKF_AD_PAY_OFFSET)), RET_A), RETURNS, 0},
	{"alu_xor_x",
	 PROGRAM(LDX_K(0xff00ff00), LD_K(0x0ff00ff0), LD_W(AD(SKF_AD_ALU_XOR_X)), RET_A), RETURNS,
	 0xf0f0f0f0},
	{"alu_xor_x by ldb is 32 bits",
	 PROGRAM(LDX_K(0xff00ff00), LD_B(AD(SKF_AD_ALU_XOR_X)), RET_A), RETURNS, 0xff00ff00},
	{"random is there", PROGRAM(LD_W(AD(SKF_AD_RANDOM)), RET(7)), ENDS, 7},
	{"an odd ancillary offset", PROGRAM(LD_W(AD(1)), RET_A), REFUSED, 0},
	{"past the ancillary offsets", PROGRAM(LD_W(AD(SKF_AD_MAX)), RET_A), REFUSED, 0},
	{"the last offset", PROGRAM(LD_B(0xffffffff), RET_A), REFUSED, 0},
	{"any operand of an indirect load", PROGRAM(LD_B_X(0xffffffff), RET(7)), ENDS, 0},

	/* netlink attributes */
	{"nlattr at A", PROGRAM(LDX_K(5), LD_K(32), LD_W(AD(SKF_AD_NLATTR)), RET_A), RETURNS, 32},
	{"nlattr further on", PROGRAM(LDX_K(3), LD_K(32), LD_W(AD(SKF_AD_NLATTR)), RET_A), RETURNS,
	 44},
	{"nlattr, the last four bytes", PROGRAM(LDX_K(3), LD_K(44), LD_B(AD(SKF_AD_NLATTR)), RET_A),
	 RETURNS, 44},
	{"nlattr not there", PROGRAM(LDX_K(7), LD_K(32), LD_W(AD(SKF_AD_NLATTR)), RET_A), RETURNS,
	 0},
	{"nlattr, no room", PROGRAM(LDX_K(3), LD_K(45), LD_W(AD(SKF_AD_NLATTR)), RET_A), RETURNS,
	 0},
	{"nlattr, A far away", PROGRAM(LDX_K(3), LD_K(0xfffffffc), LD_W(AD(SKF_AD_NLATTR)), RET_A),
	 RETURNS, 0},
	{"nlattr, flags are no type", PROGRAM(LDX_K(9), LD_K(40), LD_W(AD(SKF_AD_NLATTR)), RET_A),
	 RETURNS, 40},
	{"nlattr, flags in X find none",
	 PROGRAM(LDX_K(0x8009), LD_K(40), LD_W(AD(SKF_AD_NLATTR)), RET_A), RETURNS, 0},
	{"nlattr, a length that is too long",
	 PROGRAM(LDX_K(5), LD_K(0), LD_W(AD(SKF_AD_NLATTR)), RET_A), RETURNS, 0},
	{"nlattr_nest", PROGRAM(LDX_K(9), LD_K(32), LD_W(AD(SKF_AD_NLATTR_NEST)), RET_A), RETURNS,
	 40},
	{"nlattr_nest stays inside",
	 PROGRAM(LDX_K(3), LD_K(32), LD_W(AD(SKF_AD_NLATTR_NEST)), RET_A), RETURNS, 0},
	{"nlattr_nest of an empty one",
	 PROGRAM(LDX_K(3), LD_K(36), LD_W(AD(SKF_AD_NLATTR_NEST)), RET_A), RETURNS, 0},

	/* arithmetic */
	{"add wraps", PROGRAM(LD_K(0xffffffff), ALU_K(BPF_ADD, 2), RET_A), RETURNS, 1},
	{"sub wraps", PROGRAM(LDX_K(2), LD_K(1), ALU_X(BPF_SUB), RET_A), RETURNS, 0xffffffff},
	{"mul wraps", PROGRAM(LD_K(0x10001), ALU_K(BPF_MUL, 0x10001), RET_A), RETURNS, 0x20001},
	{"div is unsigned", PROGRAM(LD_K(0xfffffff0), ALU_K(BPF_DIV, 16), RET_A), RETURNS,
	 0x0fffffff},
	{"div by 0xffffffff", PROGRAM(LD_K(0x80000000), ALU_K(BPF_DIV, 0xffffffff), RET_A), RETURNS,
	 0},
	{"mod is unsigned", PROGRAM(LDX_K(7), LD_K(0xffffffff), ALU_X(BPF_MOD), RET_A), RETURNS, 3},
	{"div by X = 0 ends", PROGRAM(LD_K(9), ALU_X(BPF_DIV), RET(20)), ENDS, 0},
	{"mod by X = 0 ends", PROGRAM(LD_K(9), ALU_X(BPF_MOD), RET(20)), ENDS, 0},
	{"lsh by X, modulo 32", PROGRAM(LDX_K(33), LD_K(3), ALU_X(BPF_LSH), RET_A), RETURNS, 6},
	{"rsh by X, modulo 32", PROGRAM(LDX_K(0xffffffe1), LD_K(0x80000000), ALU_X(BPF_RSH), RET_A),
	 RETURNS, 0x40000000},
	{"lsh by 31", PROGRAM(LD_K(3), ALU_K(BPF_LSH, 31), RET_A), RETURNS, 0x80000000},
	{"neg", PROGRAM(LD_K(1), BPF_STMT(BPF_ALU | BPF_NEG, 0), RET_A), RETURNS, 0xffffffff},
	{"lsh by 32", PROGRAM(ALU_K(BPF_LSH, 32), RET_A), REFUSED, 0},
	{"rsh by 32", PROGRAM(ALU_K(BPF_RSH, 32), RET_A), REFUSED, 0},
	{"div by 0", PROGRAM(ALU_K(BPF_DIV, 0), RET_A), REFUSED, 0},
	{"mod by 0", PROGRAM(ALU_K(BPF_MOD, 0), RET_A), REFUSED, 0},

	/* what is no instruction */
	{"ret x", PROGRAM(BPF_STMT(BPF_RET | BPF_X, 0)), REFUSED, 0},
	{"neg x", PROGRAM(BPF_STMT(BPF_ALU | BPF_NEG | BPF_X, 0), RET_A), REFUSED, 0},
	{"ldx half", PROGRAM(BPF_STMT(BPF_LDX | BPF_H | BPF_MSH, 0), RET_A), REFUSED, 0},
	{"a code past 8 bits", PROGRAM(BPF_STMT(0x100 | BPF_LD | BPF_IMM, 0), RET_A), REFUSED, 0},

	/* jumps */
	{"ja over one", PROGRAM(LD_K(1), JA(1), LD_K(2), RET_A), RETURNS, 1},
	{"ja past the end", PROGRAM(JA(1), RET_A), REFUSED, 0},
	{"ja backwards", PROGRAM(JA(0xffffffff), RET_A), REFUSED, 0},
	{"jt past the end", PROGRAM(JEQ(0, 1, 0), RET_A), REFUSED, 0},
	{"jf past the end", PROGRAM(JEQ(0, 0, 1), RET_A), REFUSED, 0},
	{"no ret at the end", PROGRAM(RET_A, LD_K(1)), REFUSED, 0},
	{"code that nothing reaches", PROGRAM(RET_A, RET(1)), RETURNS, 0},

	/* M[] */
	{"cells", PROGRAM(LD_K(4), ST(15), LDX_M(15), TXA, RET_A), RETURNS, 4},
	{"cell 16", PROGRAM(ST(16), RET_A), REFUSED, 0},
	{"written on one way only", PROGRAM(JEQ(0, 0, 1), ST(2), LD_M(2), RET_A), REFUSED, 0},
	{"written on both ways", PROGRAM(JEQ(0, 0, 2), ST(2), JA(1), STX(2), LD_M(2), RET_A),
	 RETURNS, 0},
	{"a ret before the reader hides a write",
	 PROGRAM(JEQ(1, 0, 1), RET(1), ST(2), JEQ(0, 1, 0), RET(2), LD_M(2), RET_A), RETURNS, 0},
	{"a ret that has not written, directly before the reader",
	 PROGRAM(JEQ(0, 0, 3), ST(2), JA(2), RET(1), RET(2), LD_M(2), RET_A), REFUSED, 0},
	{"the same with a jump between",
	 PROGRAM(JEQ(0, 0, 2), ST(2), JEQ(0, 2, 2), JEQ(0, 0, 0), RET(1), LD_M(2), RET_A), REFUSED,
	 0},

	/* the returned value cuts */
	{"ret 0", PROGRAM(RET(0)), ENDS, 0},
	{"ret 5", PROGRAM(RET(5)), ENDS, 5},
	{"ret 2^32 - 1", PROGRAM(RET(0xffffffff)), ENDS, 0xffffffff},
};
/* clang-format on */

#define ROW_COUNT ((int)(sizeof(rows) / sizeof(rows[0])))

static int shown(uint32_t value)
{
	return !value ? KERNEL_DROPPED : (int)(value < sizeof(packet) ? value : sizeof(packet));
}

static void row_in_kernel(const struct row *row)
{
	struct kernel kernel;
	uint32_t count = (uint32_t)row->count;

	ck_assert_int_eq(kernel_open(&kernel), 0);
	int refused = kernel_attach(&kernel, row->insns, count);
	ck_assert_msg((row->outcome == REFUSED) == (refused != 0), "%s: the kernel says %d",
		      row->name, refused);
	bool is_asked = kernel_judges(&kernel, row->insns, count);
	if (row->outcome != REFUSED && is_asked) {
		int got = kernel_run(&kernel, packet, sizeof(packet));
		ck_assert_msg(got == shown(row->value), "%s: the kernel shows %d", row->name, got);
	}
	if (row->outcome == RETURNS && is_asked) {
		ck_assert_int_eq(kernel_attach_chain(&kernel, row->insns, count, &row->value, 1,
						     KERNEL_ALL_BYTES),
				 0);
		int got = kernel_run(&kernel, packet, sizeof(packet));
		ck_assert_msg(got == (int)sizeof(packet), "%s: A in the kernel is not 0x%x",
			      row->name, row->value);
	}
	kernel_close(&kernel);
}

START_TEST(each_row)
{
	const struct row *row = &rows[_i];
	struct flt_error err = { 0 };
	int code = flt__bpf_check(row->insns, (uint32_t)row->count, BPF_KERNEL_LIMIT, &err);

	ck_assert_msg((row->outcome == REFUSED) == (code != FLT_OK), "%s: %s", row->name,
		      err.message);
	if (row->outcome != REFUSED) {
		uint32_t value =
			flt__bpf_run(row->insns, packet, sizeof(packet), sizeof(packet), NULL);
		ck_assert_msg(value == row->value, "%s: 0x%x", row->name, value);
	}
	row_in_kernel(row);
}
END_TEST

/* ---- refusals name the instruction and the rule ---------------------------------------------- */

static void refused_as(const struct flt_insn *insns, size_t count, uint32_t insn,
		       const char *message)
{
	struct flt_error err;

	ck_assert_int_eq(flt_check(insns, (uint32_t)count, &err), FLT_E_PROGRAM);
	ck_assert_uint_eq(err.insn, insn);
	ck_assert_str_eq(err.message, message);
}

START_TEST(refusals_have_names)
{
	refused_as(PROGRAM(LD_K(1), JEQ(9, 6, 0), RET_A), 1,
		   "instruction 1: jeq jumps to 8, past the end at 3");
	refused_as(PROGRAM(LD_K(1), JA(0xffffffff), RET_A), 1,
		   "instruction 1: ja jumps back to 1, but a jump must go forward");
	refused_as(PROGRAM(RET_A, BPF_STMT(BPF_RET | BPF_X, 0)), 1,
		   "instruction 1: code 0x0e is not an instruction");
	refused_as(PROGRAM(LD_B(AD(1)), RET_A), 0,
		   "instruction 0: ldb at 0xfffff001 is not an ancillary load");
	refused_as(PROGRAM(ST(16), RET_A), 0,
		   "instruction 0: st M[16], but the cells are M[0] to M[15]");
	refused_as(PROGRAM(ALU_K(BPF_MOD, 0), RET_A), 0, "instruction 0: mod by the constant 0");
	refused_as(PROGRAM(ALU_K(BPF_LSH, 40), RET_A), 0,
		   "instruction 0: lsh by 40, but A has 32 bits");
	refused_as(PROGRAM(RET_A, TAX), 1,
		   "instruction 1: tax is the last one, which must be a ret");
	refused_as(PROGRAM(LDX_M(3), RET_A), 0,
		   "instruction 0: ldx reads M[3], which some path to it has not written");
	refused_as(PROGRAM(JEQ(0, 0, 3), ST(2), JA(2), RET(1), RET(2), LD_M(2), RET_A), 5,
		   "instruction 5: ld reads M[2], which the block of the ret before it (the "
		   "kernel's check passes "
		   "through a ret) has not written");
	refused_as(NULL, 0, FLT_NO_INSN, "the program is empty; it needs at least a ret");
}
END_TEST

/* ---- length --------------------------------------------------------------------------------- */

static struct flt_insn *filled(uint32_t count, struct flt_insn insn)
{
	struct flt_insn *insns = calloc(count, sizeof(*insns));

	ck_assert_ptr_nonnull(insns);
	for (uint32_t i = 0; i < count; i++)
		insns[i] = insn;
	insns[count - 1] = (struct flt_insn)RET_A;
	return insns;
}

START_TEST(the_kernels_limit)
{
	struct flt_insn *insns = filled(4097, (struct flt_insn)TAX);
	struct flt_error err;
	struct kernel kernel;

	ck_assert_int_eq(flt_check(insns + 1, 4096, &err), FLT_OK);
	ck_assert_int_eq(flt_check(insns, 4097, &err), FLT_E_LIMIT);
	ck_assert_str_eq(err.message, "the program has 4097 instructions; the limit is 4096");
	ck_assert_int_eq(kernel_open(&kernel), 0);
	ck_assert_int_eq(kernel_attach(&kernel, insns + 1, 4096), 0);
	ck_assert_int_ne(kernel_attach(&kernel, insns, 4097), 0);
	ck_assert_int_ne(kernel_attach(&kernel, insns, 0), 0);
	kernel_close(&kernel);
	free(insns);
}
END_TEST

START_TEST(our_limit)
{
	struct flt_insn *insns = filled(BPF_USER_LIMIT + 1, (struct flt_insn)ALU_K(BPF_ADD, 1));
	struct flt_program *prog = NULL;
	struct flt_program_info info = { .size = sizeof(info) };
	struct flt_error err;

	insns[1] = (struct flt_insn)JA(BPF_USER_LIMIT - 3);
	ck_assert_int_eq(flt_program_new(&prog, insns, BPF_USER_LIMIT + 1, NULL, &err),
			 FLT_E_LIMIT);
	ck_assert_ptr_null(prog);
	ck_assert_int_eq(flt_program_new(&prog, insns + 1, BPF_USER_LIMIT, NULL, &err), FLT_OK);
	ck_assert_int_eq(flt_program_info(prog, &info), FLT_OK);
	ck_assert_uint_eq(info.longest_path, 3);
	ck_assert_uint_eq(info.flags, FLT_PROGRAM_TOO_BIG);
	ck_assert_uint_eq(flt_run(prog, packet, sizeof(packet), 48, NULL), 1);
	flt_program_unref(prog);
	free(insns);
}
END_TEST

int main(void)
{
	const struct unit_row tests[] = {
		{ "refusals have names", refusals_have_names },
		{ "the kernel's limit", the_kernels_limit },
		{ "our limit", our_limit },
		{ NULL, NULL },
	};
	Suite *suite = suite_create("the machine, a row each");
	TCase *each = tcase_create("rows");
	tcase_add_loop_test(each, each_row, 0, ROW_COUNT);
	suite_add_tcase(suite, each);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner), ran = srunner_ntests_run(runner);
	srunner_free(runner);
	printf("%d of %d rows ran, %d failed\n", ran, ROW_COUNT, failed);
	return unit_run("the machine", tests) || failed || ran != ROW_COUNT;
}
