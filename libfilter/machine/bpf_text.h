/* SPDX-License-Identifier: BSD-2-Clause */
/* What the writers of programs share. */
#ifndef BPF_TEXT_H
#define BPF_TEXT_H

#include "bpf.h"
#include "bpf_opcode.h"
#include "show.h"

#define OPERAND_BYTES 40

/* Appends as snprintf() does. */
void flt__bpf_put(struct text *t, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The operand of the instruction at `at`, as the listing has it. */
void flt__bpf_operand(char buf[OPERAND_BYTES], const struct flt_insn *insn, uint32_t at);
/* A flag for each instruction: a jump comes here. NULL: no memory. */
bool *flt__bpf_targets(const struct flt_insn *insns, uint32_t count);

static inline bool flt__bpf_is_branch(const struct flt_insn *insn)
{
	return BPF_CLASS(insn->code) == BPF_JMP && insn->code != OP_ja;
}

#endif
