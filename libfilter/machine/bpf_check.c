/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's rules for classic programs: three passes, each one function. */
#include "bpf.h"

#include "bpf_opcode.h"
#include "diag.h"

#include <stdlib.h>
#include <string.h>

static int fail_operand(const struct flt_insn *insn, uint32_t at, struct flt_error *err)
{
	const struct bpf_opcode *op = flt__bpf_opcode(insn->code);

	switch (op->check) {
	case CHECK_ABS:
		return flt__fail_insn(err, at,
				      "instruction %u: %s at 0x%x is not an ancillary "
				      "load",
				      at, op->text, insn->k);
	case CHECK_CELL:
		return flt__fail_insn(err, at,
				      "instruction %u: %s M[%u], but the cells are M[0] to M[%u]",
				      at, op->text, insn->k, BPF_MEM_CELLS - 1);
	case CHECK_DIVISOR:
		return flt__fail_insn(err, at, "instruction %u: %s by the constant 0", at,
				      op->text);
	default:
		return flt__fail_insn(err, at, "instruction %u: %s by %u, but A has 32 bits", at,
				      op->text, insn->k);
	}
}

static bool operand_holds(const struct flt_insn *insn, const struct bpf_opcode *op)
{
	switch (op->check) {
	case CHECK_ABS: return insn->k < BPF_OFF_META || flt__bpf_ancillary(insn->k);
	case CHECK_CELL: return insn->k < BPF_MEM_CELLS;
	case CHECK_DIVISOR: return insn->k != 0;
	case CHECK_SHIFT: return insn->k < 32;
	default: return true;
	}
}

/* Each instruction alone: the allow-list, and what its operand may be. */
static int check_operands(const struct flt_insn *insns, uint32_t count, struct flt_error *err)
{
	for (uint32_t at = 0; at < count; at++) {
		const struct bpf_opcode *op = flt__bpf_opcode(insns[at].code);
		if (!op)
			return flt__fail_insn(err, at,
					      "instruction %u: code 0x%02x is not an "
					      "instruction",
					      at, insns[at].code);
		if (!operand_holds(&insns[at], op))
			return fail_operand(&insns[at], at, err);
	}
	return FLT_OK;
}

static int fail_jump(const struct flt_insn *insns, uint32_t at, uint32_t by, uint32_t count,
		     struct flt_error *err)
{
	const char *name = flt__bpf_opcode(insns[at].code)->text;
	uint64_t target = (uint64_t)at + 1 + by;

	/* Meant as a negative number, which other machines take. */
	if (target > UINT32_MAX)
		return flt__fail_insn(err, at,
				      "instruction %u: %s jumps back to %u, but a jump must go "
				      "forward",
				      at, name, (uint32_t)target);
	return flt__fail_insn(err, at, "instruction %u: %s jumps to %u, past the end at %u", at,
			      name, (uint32_t)target, count);
}

/* Every jump lands inside, and the last instruction returns. */
static int check_jumps(const struct flt_insn *insns, uint32_t count, struct flt_error *err)
{
	for (uint32_t at = 0; at < count; at++) {
		const struct flt_insn *insn = &insns[at];
		uint32_t behind = count - at - 1;
		if (BPF_CLASS(insn->code) != BPF_JMP)
			continue;
		if (insn->code == OP_ja) {
			if (insn->k >= behind)
				return fail_jump(insns, at, insn->k, count, err);
			continue;
		}
		if (insn->jt >= behind || insn->jf >= behind)
			return fail_jump(insns, at, insn->jt >= behind ? insn->jt : insn->jf, count,
					 err);
	}
	const struct flt_insn *last = &insns[count - 1];
	if (last->code != OP_ret_k && last->code != OP_ret_a)
		return flt__fail_insn(err, count - 1,
				      "instruction %u: %s is the last one, which must be a ret",
				      count - 1, flt__bpf_opcode(last->code)->text);
	return FLT_OK;
}

static int fail_memory(const struct flt_insn *insns, uint32_t at, bool after_ret,
		       struct flt_error *err)
{
	return flt__fail_insn(err, at, "instruction %u: %s reads M[%u], which %s has not written",
			      at, flt__bpf_opcode(insns[at].code)->text, insns[at].k,
			      after_ret ? "the block of the ret before it (the kernel's check "
					  "passes through a ret)" :
					  "some path to it");
}

/* Where may M[] be read? One pass in the kernel's order, which is not the order of the paths:
 * `valid` has a bit for each cell that is written on every way here; reach[i] what all jumps to i
 * agree on. */
static int scan_memory(const struct flt_insn *insns, uint32_t count, uint16_t *reach,
		       struct flt_error *err)
{
	uint16_t valid = 0, lost_by_ret = 0;

	for (uint32_t at = 0; at < count; at++) {
		const struct flt_insn *insn = &insns[at];
		const struct bpf_opcode *op = flt__bpf_opcode(insn->code);
		if (at && BPF_CLASS(insns[at - 1].code) == BPF_RET)
			lost_by_ret = (uint16_t)(reach[at] & ~valid);
		valid &= reach[at];
		if ((op->reads & REG_M) && !(valid >> insn->k & 1))
			return fail_memory(insns, at, lost_by_ret >> insn->k & 1, err);
		if (op->writes & REG_M)
			valid |= (uint16_t)(1u << insn->k);
		if (BPF_CLASS(insn->code) != BPF_JMP)
			continue;
		if (insn->code == OP_ja) {
			reach[at + 1 + insn->k] &= valid;
		} else {
			reach[at + 1 + insn->jt] &= valid;
			reach[at + 1 + insn->jf] &= valid;
		}
		valid = 0xffff;
		lost_by_ret = 0;
	}
	return FLT_OK;
}

static int check_memory(const struct flt_insn *insns, uint32_t count, struct flt_error *err)
{
	uint16_t *reach = malloc(count * sizeof(*reach));

	if (!reach)
		return flt__fail(err, FLT_E_NOMEM, "no memory to check %u instructions", count);
	memset(reach, 0xff, count * sizeof(*reach));
	int code = scan_memory(insns, count, reach, err);
	free(reach);
	return code;
}

int flt__bpf_check(const struct flt_insn *insns, uint32_t count, uint32_t limit,
		   struct flt_error *err)
{
	if (!count)
		return flt__fail(err, FLT_E_PROGRAM,
				 "the program is empty; it needs at least a ret");
	if (count > limit)
		return flt__fail(err, FLT_E_LIMIT,
				 "the program has %u instructions; the limit is %u", count, limit);
	int code = check_operands(insns, count, err);
	if (code == FLT_OK)
		code = check_jumps(insns, count, err);
	if (code == FLT_OK)
		code = check_memory(insns, count, err);
	return code;
}

int flt_check(const struct flt_insn *insns, uint32_t count, struct flt_error *err)
{
	flt__error_clear(err);
	if (!insns && count)
		return flt__fail(err, FLT_E_ARGUMENT, "no instructions given");
	return flt__bpf_check(insns, count, BPF_KERNEL_LIMIT, err);
}

/* ---- what a checked program does ------------------------------------------------------------ */

static bool loads_meta(const struct flt_insn *insn)
{
	switch (BPF_MODE(insn->code)) {
	case BPF_ABS: return insn->k >= BPF_OFF_LINK;
	case BPF_MSH: return insn->k >= BPF_OFF_LINK;
	default: return false;
	}
}

bool flt__bpf_uses_meta(const struct flt_insn *insns, uint32_t count)
{
	for (uint32_t at = 0; at < count; at++)
		if (BPF_CLASS(insns[at].code) <= BPF_LDX && loads_meta(&insns[at]))
			return true;
	return false;
}

static uint32_t longer(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

uint32_t flt__bpf_longest_path(const struct flt_insn *insns, uint32_t count)
{
	uint32_t *path = malloc(count * sizeof(*path));

	if (!path)
		return 0;
	/* Jumps go forward only, so that behind each instruction everything is known. */
	for (uint32_t at = count; at-- > 0;) {
		const struct flt_insn *insn = &insns[at];
		uint32_t rest = 0;
		if (insn->code == OP_ja)
			rest = path[at + 1 + insn->k];
		else if (BPF_CLASS(insn->code) == BPF_JMP)
			rest = longer(path[at + 1 + insn->jt], path[at + 1 + insn->jf]);
		else if (BPF_CLASS(insn->code) != BPF_RET)
			rest = path[at + 1];
		path[at] = rest + 1;
	}
	uint32_t longest = path[0];
	free(path);
	return longest;
}
