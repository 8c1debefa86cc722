/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the two halves of emission: expressions to instructions (emit_value.c), blocks to a
 * program (emit.c). */
#ifndef EMITTER_H
#define EMITTER_H

#include "alloc.h"

/* What a register is known to hold: an expression, what a slot holds now, or both. */
struct holds {
	ir_val value;  /* or IR_NONE */
	uint32_t slot; /* plus 1, or 0 */
};

struct registers {
	struct holds a, x;
};

/* Instructions of blocks, one after the other, without the jumps between them. */
struct emit {
	struct compile *c;
	struct ir *ir;
	struct alloc alloc;
	struct flt_insn *code;
	uint32_t count;
	size_t capacity;
	struct registers now;
	struct registers *before; /* by place: on the edges in, where all agree */
	bool *is_reached;         /* by place: some edge into it has been emitted */
	uint16_t taken;           /* cells that are not free for what is being worked out */
	struct span span;         /* of the block, for messages */
	uint8_t *cells;           /* by value: what flt__emit_cells() says, if it was asked */
	bool *cells_known;
	bool uses_cells;
	bool failed; /* err is set */
};

bool flt__emit_init(struct emit *e);
void flt__emit_insn(struct emit *e, uint16_t code, uint32_t k);
/* What a block does, and the operands of its branch into A and, when there are two, X. Blocks come
 * in order. */
void flt__emit_block(struct emit *e, const struct ir_block *block);

/* One instruction loads it into X and leaves A alone; into A, and leaves X alone. (emit_order.c) */
bool flt__emit_is_one_x(const struct emit *e, ir_val id);
bool flt__emit_is_one_a(const struct emit *e, ir_val id);
/* The most cells that an expression needs at once when registers hold nothing of use. */
uint8_t flt__emit_cells(struct emit *e, ir_val id);
/* Of two operands, one of which has to wait in a cell. */
bool flt__emit_is_right_first(struct emit *e, ir_val left, ir_val right);
/* Operands that may trade places had better do so. */
bool flt__emit_swaps(struct emit *e, ir_val left, ir_val right);

struct piece { /* a block's place in the program */
	const struct ir_block *block;
	uint32_t body_at, body_len; /* its instructions in e->code */
	uint32_t yes, no;           /* labels: a piece, or piece_count plus a return */
};

struct layout {
	struct emit *e;
	struct piece *pieces;
	uint32_t count;
	uint32_t *piece_of; /* by place */
	uint32_t rets[2];   /* values to return */
	uint32_t ret_count;
};

/* Leave out what is written to cells that nothing reads. (emit_merge.c) */
void flt__emit_drop_stores(struct layout *l);
/* Let pieces be one that are the same. (emit_merge.c) */
bool flt__emit_merge(struct layout *l);

#endif
