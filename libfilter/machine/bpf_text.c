/* SPDX-License-Identifier: BSD-2-Clause */
#include "bpf_text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void flt__bpf_put(struct text *t, const char *fmt, ...)
{
	bool fits = t->used < t->len;
	va_list args;

	va_start(args, fmt);
	int added =
		vsnprintf(fits ? t->buf + t->used : NULL, fits ? t->len - t->used : 0, fmt, args);
	va_end(args);
	t->used += added > 0 ? (size_t)added : 0;
}

/* The established listing shows all numbers but bit patterns as signed ones. */
void flt__bpf_operand(char buf[OPERAND_BYTES], const struct flt_insn *insn, uint32_t at)
{
	const struct bpf_ancillary *ancillary = flt__bpf_ancillary(insn->k);
	int32_t k = (int32_t)insn->k;

	buf[0] = '\0';
	switch ((enum bpf_operand)flt__bpf_opcode(insn->code)->operand) {
	case OPND_ABS:
		if (ancillary)
			snprintf(buf, OPERAND_BYTES, "[%s]", ancillary->list_text);
		else
			snprintf(buf, OPERAND_BYTES, "[%" PRId32 "]", k);
		break;
	case OPND_IND: snprintf(buf, OPERAND_BYTES, "[x + %" PRId32 "]", k); break;
	case OPND_MSH: snprintf(buf, OPERAND_BYTES, "4*([%" PRId32 "]&0xf)", k); break;
	case OPND_LEN: snprintf(buf, OPERAND_BYTES, "#pktlen"); break;
	case OPND_CELL: snprintf(buf, OPERAND_BYTES, "M[%" PRId32 "]", k); break;
	case OPND_HEX: snprintf(buf, OPERAND_BYTES, "#0x%" PRIx32, insn->k); break;
	case OPND_DEC: snprintf(buf, OPERAND_BYTES, "#%" PRId32, k); break;
	case OPND_X: snprintf(buf, OPERAND_BYTES, "x"); break;
	case OPND_JA: snprintf(buf, OPERAND_BYTES, "%" PRIu32, at + 1 + insn->k); break;
	case OPND_A: break;
	case OPND_NONE: break;
	}
}

bool *flt__bpf_targets(const struct flt_insn *insns, uint32_t count)
{
	bool *target = calloc(count, sizeof(*target));

	for (uint32_t at = 0; target && at < count; at++) {
		const struct flt_insn *insn = &insns[at];
		if (insn->code == OP_ja)
			target[at + 1 + insn->k] = true;
		if (!flt__bpf_is_branch(insn))
			continue;
		target[at + 1 + insn->jt] = true;
		/* The assembler takes a missing second label as the next instruction. */
		if (insn->jf)
			target[at + 1 + insn->jf] = true;
	}
	return target;
}
