/* SPDX-License-Identifier: BSD-2-Clause */
/* Which branches find their left operand in A already: in the nodes of a search tree all ways lead
 * from branches on the same value, or from assignments to the slot that its root reads, and nothing
 * lies between. */
#include "alloc.h"

#define NOT_SEEN 0xffffffffu     /* no way into the block has been looked at yet */

/* What a slot holds, beside the values: no value has this number. */
static uint32_t held_slot(const struct ir *ir, uint32_t slot)
{
	return ir->value_count + slot;
}

/* What A holds on the way into a block, as far as all ways agree. */
static void arrive(uint32_t *held, const struct ir_block *to, uint32_t value)
{
	uint32_t *at = &held[to->place];

	*at = *at == NOT_SEEN || *at == value ? value : IR_NONE;
}

/* What A holds at a block's end. */
static uint32_t held_after(const struct ir *ir, const struct ir_block *block, uint32_t before)
{
	if (block->exit.kind == EXIT_BRANCH)
		return block->exit.a;
	if (!block->count)
		return before;
	const struct ir_value *last = &ir->values[block->body[block->count - 1]];
	return last->op == IR_SET ? held_slot(ir, last->k) : IR_NONE;
}

/* The block does nothing before its branch but, perhaps, read the slot that A holds. */
static bool is_carried(const struct ir *ir, const struct ir_block *block, uint32_t held)
{
	const struct ir_exit *exit = &block->exit;

	if (exit->kind != EXIT_BRANCH || exit->b != IR_NONE || block->count > 1)
		return false;
	if (!block->count)
		return held == exit->a;
	const struct ir_value *v = &ir->values[exit->a];
	return block->body[0] == exit->a && v->op == IR_GET && held == held_slot(ir, v->k);
}

void flt__alloc_carry(const struct ir *ir, uint32_t *held, bool *carried)
{
	for (uint32_t i = 0; i < ir->order_count; i++)
		held[i] = i ? NOT_SEEN : IR_NONE;
	for (uint32_t i = 0; i < ir->order_count; i++) {
		const struct ir_block *block = ir->order[i];
		const struct ir_exit *exit = &block->exit;
		uint32_t after = held_after(ir, block, held[i]);
		carried[i] = is_carried(ir, block, held[i]);
		if (exit->kind == EXIT_JUMP || exit->kind == EXIT_BRANCH)
			arrive(held, exit->yes, after);
		if (exit->kind == EXIT_BRANCH)
			arrive(held, exit->no, after);
	}
}
