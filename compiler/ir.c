/* SPDX-License-Identifier: BSD-2-Clause */
/* Building the intermediate code, and the order of its blocks. */
#include "ir.h"

/* Where builders go on when the arena is exhausted: writes land here and nobody reads them. */
static struct ir_block *spare_block(struct ir *ir)
{
	return ir->block_count ? ir->blocks[0] : NULL;
}

struct ir *flt__ir_new(struct arena *arena)
{
	struct ir *ir = flt__arena_alloc(arena, sizeof(*ir));

	if (!ir)
		return NULL;
	ir->arena = arena;
	ir->values = flt__arena_grow(arena, NULL, 0, &ir->value_capacity, sizeof(*ir->values));
	ir->value_count = 1;
	if (!ir->values || !flt__ir_block(ir, (struct span){ 0, 0 }))
		return NULL;
	return ir;
}

struct ir_block *flt__ir_block(struct ir *ir, struct span span)
{
	struct ir_block **blocks = flt__arena_grow(ir->arena, ir->blocks, ir->block_count,
						   &ir->block_capacity, sizeof(*ir->blocks));
	if (!blocks)
		return spare_block(ir);
	ir->blocks = blocks;
	struct ir_block *block = flt__arena_alloc(ir->arena, sizeof(*block));
	if (!block)
		return spare_block(ir);
	block->id = ir->block_count;
	block->span = span;
	block->place = IR_UNREACHED;
	ir->blocks[ir->block_count++] = block;
	return block;
}

ir_val flt__ir_value(struct ir *ir, struct ir_block *block, struct ir_value value)
{
	struct ir_value *values = flt__arena_grow(ir->arena, ir->values, ir->value_count,
						  &ir->value_capacity, sizeof(*ir->values));
	ir_val *body = flt__arena_grow(ir->arena, block->body, block->count, &block->capacity,
				       sizeof(*block->body));

	if (!values || !body)
		return IR_NONE;
	ir->values = values;
	block->body = body;
	ir->values[ir->value_count] = value;
	block->body[block->count++] = ir->value_count;
	return ir->value_count++;
}

void flt__ir_ret(struct ir_block *block, uint32_t k)
{
	block->exit = (struct ir_exit){ .kind = EXIT_RET, .k = k };
}

void flt__ir_jump(struct ir_block *block, struct ir_block *to)
{
	block->exit = (struct ir_exit){ .kind = EXIT_JUMP, .yes = to };
}

void flt__ir_branch(struct ir_block *block, enum ir_test test, ir_val a, ir_val b, uint32_t k,
		    struct ir_block *yes, struct ir_block *no)
{
	block->exit = (struct ir_exit){
		.kind = EXIT_BRANCH, .test = test, .a = a, .b = b, .k = k, .yes = yes, .no = no,
	};
}

uint32_t flt__ir_slot(struct ir *ir)
{
	return ir->slot_count++;
}

/* ---- order ---------------------------------------------------------------------------------- */

#define PLACE_OPEN (IR_UNREACHED - 1)    /* on the stack of the walk */
#define PLACE_DONE (IR_UNREACHED - 2)    /* walked, not numbered yet */

/* The successor that the walk has not looked at yet: `no` before `yes`, so that in the reversed
 * order `yes` follows its branch. */
static struct ir_block *unseen_successor(const struct ir_block *block)
{
	struct ir_block *no = block->exit.kind == EXIT_BRANCH ? block->exit.no : NULL;
	struct ir_block *yes = block->exit.kind == EXIT_RET ? NULL : block->exit.yes;

	if (no && no->place == IR_UNREACHED)
		return no;
	return yes && yes->place == IR_UNREACHED ? yes : NULL;
}

/* Depth first without recursion: the graph of a long `or` is as deep as the expression is long.
 * Fills order from its end; returns where it begins. */
static uint32_t walk(struct ir *ir)
{
	struct ir_block **stack = ir->stack;
	uint32_t depth = 0, first = ir->block_count;

	stack[depth++] = ir->blocks[0];
	ir->blocks[0]->place = PLACE_OPEN;
	while (depth) {
		struct ir_block *block = stack[depth - 1];
		struct ir_block *next = unseen_successor(block);
		if (next) {
			next->place = PLACE_OPEN;
			stack[depth++] = next;
		} else {
			block->place = PLACE_DONE;
			ir->order[--first] = block;
			depth--;
		}
	}
	return first;
}

static void count_preds(struct ir *ir)
{
	for (uint32_t i = 0; i < ir->order_count; i++) {
		const struct ir_exit *exit = &ir->order[i]->exit;
		if (exit->kind == EXIT_JUMP || exit->kind == EXIT_BRANCH)
			exit->yes->pred_count++;
		if (exit->kind == EXIT_BRANCH)
			exit->no->pred_count++;
	}
}

/* Passes add few blocks, so the room is taken once or twice in a compile. */
static bool order_room(struct ir *ir)
{
	if (ir->block_count <= ir->order_capacity)
		return true;
	ir->order = flt__arena_array(ir->arena, ir->block_count, sizeof(*ir->order));
	ir->stack = flt__arena_array(ir->arena, ir->block_count, sizeof(*ir->stack));
	ir->order_capacity = ir->stack ? ir->block_count : 0;
	return ir->order && ir->stack;
}

bool flt__ir_order(struct ir *ir)
{
	if (!order_room(ir))
		return false;
	for (uint32_t i = 0; i < ir->block_count; i++) {
		ir->blocks[i]->place = IR_UNREACHED;
		ir->blocks[i]->pred_count = 0;
	}
	uint32_t first = walk(ir);
	ir->order_count = ir->block_count - first;
	for (uint32_t i = 0; i < ir->order_count; i++) {
		ir->order[i] = ir->order[first + i];
		ir->order[i]->place = i;
	}
	count_preds(ir);
	return true;
}
