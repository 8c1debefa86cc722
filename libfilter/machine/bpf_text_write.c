/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs as text. What an instruction is called is in opcodes.def; how a form puts it is here. */
#include "bpf_text.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- the listing ---------------------------------------------------------------------------- */

static void write_listing(struct text *t, const struct flt_insn *insns, uint32_t count)
{
	char operand[OPERAND_BYTES];

	for (uint32_t at = 0; at < count; at++) {
		const struct flt_insn *insn = &insns[at];
		const char *name = flt__bpf_opcode(insn->code)->text;
		flt__bpf_operand(operand, insn, at);
		if (flt__bpf_is_branch(insn))
			flt__bpf_put(t, "(%03u) %-8s %-16s jt %u\tjf %u\n", at, name, operand,
				     at + 1 + insn->jt, at + 1 + insn->jf);
		else
			flt__bpf_put(t, "(%03u) %-8s %s\n", at, name, operand);
	}
}

/* ---- numbers -------------------------------------------------------------------------------- */

static void write_c(struct text *t, const struct flt_insn *insns, uint32_t count)
{
	for (uint32_t at = 0; at < count; at++)
		flt__bpf_put(t, "{ 0x%x, %u, %u, 0x%08" PRIx32 " },\n", insns[at].code,
			     insns[at].jt, insns[at].jf, insns[at].k);
}

static void write_decimal(struct text *t, const struct flt_insn *insns, uint32_t count)
{
	flt__bpf_put(t, "%" PRIu32 "\n", count);
	for (uint32_t at = 0; at < count; at++)
		flt__bpf_put(t, "%u %u %u %" PRIu32 "\n", insns[at].code, insns[at].jt,
			     insns[at].jf, insns[at].k);
}

static void write_json(struct text *t, const struct flt_insn *insns, uint32_t count)
{
	flt__bpf_put(t, "{\"insns\":[");
	for (uint32_t at = 0; at < count; at++)
		flt__bpf_put(t, "%s[%u,%u,%u,%" PRIu32 "]", at ? "," : "", insns[at].code,
			     insns[at].jt, insns[at].jf, insns[at].k);
	flt__bpf_put(t, "]}\n");
}

/* ---- the assembler's syntax ----------------------------------------------------------------- */

/* Its numbers have no sign: what would be negative is clearer in hexadecimal. */
static void asm_number(char *buf, size_t len, const char *fmt, uint32_t k)
{
	char number[16];

	snprintf(number, sizeof(number), k > INT32_MAX ? "0x%" PRIx32 : "%" PRIu32, k);
	snprintf(buf, len, fmt, number);
}

static void asm_operand(char *buf, const struct flt_insn *insn, uint32_t at)
{
	const struct bpf_ancillary *ancillary = flt__bpf_ancillary(insn->k);

	buf[0] = '\0';
	switch ((enum bpf_operand)flt__bpf_opcode(insn->code)->operand) {
	case OPND_ABS:
		/* Names go with ld alone. */
		if (ancillary && ancillary->asm_text && insn->code == OP_ld_w)
			snprintf(buf, OPERAND_BYTES, "%s", ancillary->asm_text);
		else
			asm_number(buf, OPERAND_BYTES, "[%s]", insn->k);
		break;
	case OPND_IND: asm_number(buf, OPERAND_BYTES, "[x + %s]", insn->k); break;
	case OPND_MSH: asm_number(buf, OPERAND_BYTES, "4*([%s]&0xf)", insn->k); break;
	case OPND_LEN: snprintf(buf, OPERAND_BYTES, "len"); break;
	case OPND_CELL: asm_number(buf, OPERAND_BYTES, "M[%s]", insn->k); break;
	case OPND_HEX: snprintf(buf, OPERAND_BYTES, "#0x%" PRIx32, insn->k); break;
	case OPND_DEC: asm_number(buf, OPERAND_BYTES, "#%s", insn->k); break;
	case OPND_X: snprintf(buf, OPERAND_BYTES, "x"); break;
	case OPND_A: snprintf(buf, OPERAND_BYTES, "a"); break;
	case OPND_JA: snprintf(buf, OPERAND_BYTES, "l%" PRIu32, at + 1 + insn->k); break;
	case OPND_NONE: break;
	}
}

static int write_asm(struct text *t, const struct flt_insn *insns, uint32_t count)
{
	bool *target = flt__bpf_targets(insns, count);
	char operand[OPERAND_BYTES];

	if (!target)
		return FLT_E_NOMEM;
	for (uint32_t at = 0; at < count; at++) {
		const struct flt_insn *insn = &insns[at];
		asm_operand(operand, insn, at);
		if (target[at])
			flt__bpf_put(t, "l%u:", at);
		flt__bpf_put(t, "\t%s%s%s", flt__bpf_opcode(insn->code)->text,
			     operand[0] ? " " : "", operand);
		if (flt__bpf_is_branch(insn))
			flt__bpf_put(t, ", l%u", at + 1 + insn->jt);
		if (flt__bpf_is_branch(insn) && insn->jf)
			flt__bpf_put(t, ", l%u", at + 1 + insn->jf);
		flt__bpf_put(t, "\n");
	}
	free(target);
	return FLT_OK;
}

/* --------------------------------------------------------------------------------------------- */

int flt__bpf_format(const struct flt_insn *insns, uint32_t count, enum flt_format format, char *buf,
		    size_t len)
{
	struct text t = { buf, len, 0 };
	int code = FLT_OK;

	switch (format) {
	case FLT_FORMAT_TEXT: write_listing(&t, insns, count); break;
	case FLT_FORMAT_C: write_c(&t, insns, count); break;
	case FLT_FORMAT_DECIMAL: write_decimal(&t, insns, count); break;
	case FLT_FORMAT_ASM: code = write_asm(&t, insns, count); break;
	case FLT_FORMAT_JSON: write_json(&t, insns, count); break;
	case FLT_FORMAT_DOT:
		return flt__bpf_graph(&(struct bpf_code){ insns, NULL, count }, NULL, NULL, buf,
				      len);
	default: return FLT_E_ARGUMENT;
	}
	if (code != FLT_OK)
		return code;
	return t.used > INT_MAX ? INT_MAX : (int)t.used;
}
