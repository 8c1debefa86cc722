/* SPDX-License-Identifier: BSD-2-Clause */
/* Which branches find their left operand in A already: in the nodes of a search tree all ways lead
 * from branches on the same value, and nothing lies between. */
#include "alloc.h"

#define NOT_SEEN 0xffffffffu     /* no way into the block has been looked at yet */

/* What A holds on the way into a block, as far as all ways agree. */
static void arrive(ir_val *held, const struct ir_block *to, ir_val value)
{
	ir_val *at = &held[to->place];

	*at = *at == NOT_SEEN || *at == value ? value : IR_NONE;
}

/* What A holds at a block's end. */
static ir_val held_after(const struct ir_block *block, ir_val before)
{
	if (block->exit.kind == EXIT_BRANCH)
		return block->exit.a;
	return block->count ? IR_NONE : before;
}

void flt__alloc_carry(const struct ir *ir, ir_val *held, bool *carried)
{
	for (uint32_t i = 0; i < ir->order_count; i++)
		held[i] = i ? NOT_SEEN : IR_NONE;
	for (uint32_t i = 0; i < ir->order_count; i++) {
		const struct ir_block *block = ir->order[i];
		const struct ir_exit *exit = &block->exit;
		ir_val after = held_after(block, held[i]);
		carried[i] = exit->kind == EXIT_BRANCH && exit->b == IR_NONE && !block->count &&
			     held[i] == exit->a;
		if (exit->kind == EXIT_JUMP || exit->kind == EXIT_BRANCH)
			arrive(held, exit->yes, after);
		if (exit->kind == EXIT_BRANCH)
			arrive(held, exit->no, after);
	}
}
