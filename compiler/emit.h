/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the two halves of emission: values to instructions (emit_value.c), blocks to a program
 * (emit.c). */
#ifndef EMIT_H
#define EMIT_H

#include "alloc.h"

/* Instructions of blocks, one behind the other, without the jumps between them. */
struct emit {
	struct compile *c;
	const struct ir *ir;
	struct alloc alloc;
	struct flt_insn *code;
	uint32_t count;
	size_t capacity;
	ir_val in_a;             /* what A holds, as far as it is known */
	uint16_t taken;          /* cells that are not free for what is being worked out */
	bool uses_cells;
	bool failed;             /* err is set */
};

void flt__emit_insn(struct emit *e, uint16_t code, uint32_t k);
/* What a block does before its exit. */
void flt__emit_body(struct emit *e, const struct ir_block *block);
/* The operands of its branch into A and, when there are two, X. */
void flt__emit_operands(struct emit *e, const struct ir_block *block);

#endif
