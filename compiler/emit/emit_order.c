/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which operand is worked out first. An operation wants its left one in A and its right one in X. A
 * field gets into A without X, and some values get into X without A; where neither helps, what was
 * worked out first waits in a scratch cell, and that is the operand which itself needs more cells.
 * So a chain needs one however long it is, and an expression as many as the logarithm of its size.
 */
#include "emitter.h"

/* So many cells are taken to have the right operand first in any case: of two fields after one
 * header, both are then loaded before the second one needs X. */
#define CELLS_FREELY 1u

bool flt__emit_is_one_x(const struct emit *e, ir_val id)
{
	const struct ir_value *v = &e->ir->values[id];
	uint32_t byte_off;

	return v->op == IR_CONST || v->op == IR_LEN || v->op == IR_GET ||
	       flt__ir_is_header_length(e->ir, id, &byte_off);
}

bool flt__emit_is_one_a(const struct emit *e, ir_val id)
{
	const struct ir_value *v = &e->ir->values[id];

	if (v->op == IR_LOAD)
		return v->a == IR_NONE && v->k <= INT32_MAX;
	return v->op == IR_CONST || v->op == IR_LEN || v->op == IR_META || v->op == IR_GET;
}

/* The second operand, `later`, is worked out while the first one waits in a cell. */
static uint8_t cells_of_two(struct emit *e, ir_val first, ir_val later)
{
	uint8_t before = flt__emit_cells(e, first), with = flt__emit_cells(e, later);

	return before > with ? before : (uint8_t)(with + 1);
}

bool flt__emit_is_right_first(struct emit *e, ir_val left, ir_val right)
{
	uint8_t cells = cells_of_two(e, right, left);

	return cells <= CELLS_FREELY || cells <= cells_of_two(e, left, right);
}

bool flt__emit_swaps(struct emit *e, ir_val left, ir_val right)
{
	if (flt__emit_is_one_x(e, right) || flt__emit_is_one_x(e, left))
		return !flt__emit_is_one_x(e, right);
	if (flt__emit_is_one_a(e, left) || flt__emit_is_one_a(e, right))
		return !flt__emit_is_one_a(e, left);
	return !flt__emit_is_right_first(e, left, right);
}

static uint8_t cells_of_operation(struct emit *e, const struct ir_value *v)
{
	bool swap = flt__ir_is_commutative(v->op) && flt__emit_swaps(e, v->a, v->b);
	ir_val left = swap ? v->b : v->a, right = swap ? v->a : v->b;

	if (flt__emit_is_one_x(e, right))
		return flt__emit_cells(e, left);
	if (flt__emit_is_one_a(e, left))
		return flt__emit_cells(e, right);
	return flt__emit_is_right_first(e, left, right) ? cells_of_two(e, right, left) :
							  cells_of_two(e, left, right);
}

/* Worked out once for each. */
uint8_t flt__emit_cells(struct emit *e, ir_val id)
{
	const struct ir_value *v = &e->ir->values[id];

	if (v->op != IR_LOAD && v->op < IR_NEG)
		return 0;
	if (!e->cells_known[id]) {
		e->cells[id] = v->op > IR_NEG ? cells_of_operation(e, v) : flt__emit_cells(e, v->a);
		e->cells_known[id] = true;
	}
	return e->cells[id];
}
