/* SPDX-License-Identifier: BSD-2-Clause */
/* Redirect edges past blocks that only jump, and join a block with its only successor when that has
 * no other predecessor. Needs order and pred_count; invalidates both. It ends: each change takes a
 * block off a path, and none puts one on. */
#include "ir.h"

/* Blocks are visited from the last to the first, so what lies after an edge is threaded
 * already. */
static bool thread_edge(struct ir_block **edge)
{
	struct ir_block *to = *edge;

	if (to->count || to->exit.kind != EXIT_JUMP)
		return false;
	*edge = to->exit.yes;
	return true;
}

/* An empty block that returns what another one returns is that other one. */
static bool share_ret(struct ir_block **edge, struct ir_block **rets, uint32_t *ret_count)
{
	struct ir_block *to = *edge;

	if (to->count || to->exit.kind != EXIT_RET)
		return false;
	for (uint32_t i = 0; i < *ret_count; i++) {
		if (rets[i]->exit.k != to->exit.k)
			continue;
		*edge = rets[i];
		return rets[i] != to;
	}
	if (*ret_count < 2)
		rets[(*ret_count)++] = to;
	return false;
}

static bool drop_test(struct ir_block *block)
{
	if (block->exit.kind != EXIT_BRANCH || block->exit.yes != block->exit.no)
		return false;
	flt__ir_jump(block, block->exit.yes);
	return true;
}

static bool thread_block(struct ir_block *block, struct ir_block **rets, uint32_t *ret_count)
{
	struct ir_exit *exit = &block->exit;
	bool changed = false;

	if (exit->kind == EXIT_JUMP || exit->kind == EXIT_BRANCH) {
		changed |= thread_edge(&exit->yes);
		changed |= share_ret(&exit->yes, rets, ret_count);
	}
	if (exit->kind == EXIT_BRANCH) {
		changed |= thread_edge(&exit->no);
		changed |= share_ret(&exit->no, rets, ret_count);
	}
	return drop_test(block) || changed;
}

static bool append(struct ir *ir, struct ir_block *block, struct ir_block *next)
{
	for (uint32_t j = 0; j < next->count; j++)
		if (!flt__ir_append(ir, block, next->body[j]))
			return false;
	return true;
}

/* A returning block stays apart unless it is the only successor: all share it. */
static bool join(struct ir *ir, struct ir_block *block)
{
	bool changed = false;

	while (block->exit.kind == EXIT_JUMP && block->exit.yes->pred_count == 1) {
		struct ir_block *next = block->exit.yes;
		/* what only leads on has nothing that would be of its clause */
		if (block->count == 0 && next->exit.kind != EXIT_RET)
			block->span = next->span;
		if (!append(ir, block, next))
			return changed;
		block->exit = next->exit;
		next->count = 0;
		flt__ir_ret(next, 0);
		changed = true;
	}
	return changed;
}

bool flt__opt_thread(struct ir *ir)
{
	struct ir_block *rets[2];
	uint32_t ret_count = 0;
	bool changed = false;

	ir->work += ir->order_count;
	for (uint32_t i = ir->order_count; i-- > 0;)
		changed |= thread_block(ir->order[i], rets, &ret_count);
	if (!flt__ir_order(ir))
		return false;
	for (uint32_t i = 0; i < ir->order_count; i++)
		changed |= join(ir, ir->order[i]);
	return changed;
}
