/* SPDX-License-Identifier: BSD-2-Clause */
/* Building the intermediate code, and the order of its blocks. */
#include "ir.h"

#include <linux/filter.h>

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
	block->present = block->asked = block->filled = UINT32_MAX;
	ir->blocks[ir->block_count++] = block;
	return block;
}

void flt__ir_room(const struct ir *ir, struct arena *room)
{
	flt__arena_within(room, ir->arena);
}

void flt__ir_room_end(struct ir *ir, struct arena *room)
{
	ir->arena->failed |= room->failed;
	flt__arena_release(room);
}

/* ---- expressions ---------------------------------------------------------------------------- */

#define TABLE_FIRST 64u

static uint32_t hash_of(const struct ir_value *v)
{
	uint32_t h = v->op * 0x9e3779b1u + v->size;

	h = (h ^ v->k) * 0x85ebca6bu;
	h = (h ^ h >> 15 ^ v->a) * 0xc2b2ae35u;
	h = (h ^ h >> 13 ^ v->b) * 0x9e3779b1u;
	return h ^ h >> 16;
}

static bool is_equal(const struct ir_value *x, const struct ir_value *y)
{
	return x->op == y->op && x->size == y->size && x->k == y->k && x->a == y->a && x->b == y->b;
}

/* Where the expression is in the table, or the empty place for it. */
static ir_val *find_place(const struct ir *ir, ir_val *table, uint32_t size,
			  const struct ir_value *v)
{
	uint32_t at = hash_of(v) & (size - 1);

	while (table[at] != IR_NONE && !is_equal(&ir->values[table[at]], v))
		at = (at + 1) & (size - 1);
	return &table[at];
}

static bool grow_table(struct ir *ir)
{
	uint32_t size = ir->table_size ? 2 * ir->table_size : TABLE_FIRST;

	if (ir->table_used * 2 < ir->table_size)
		return true;
	ir_val *table = flt__arena_array(ir->arena, size, sizeof(*table));
	if (!table)
		return false;
	for (uint32_t i = 0; i < ir->table_size; i++)
		if (ir->table[i] != IR_NONE)
			*find_place(ir, table, size, &ir->values[ir->table[i]]) = ir->table[i];
	ir->table = table;
	ir->table_size = size;
	return true;
}

static ir_val new_value(struct ir *ir, const struct ir_value *value)
{
	struct ir_value *values = flt__arena_grow(ir->arena, ir->values, ir->value_count,
						  &ir->value_capacity, sizeof(*ir->values));
	if (!values)
		return IR_NONE;
	ir->values = values;
	ir->values[ir->value_count] = *value;
	return ir->value_count++;
}

static bool is_unique(const struct ir_value *v)
{
	return v->op == IR_GET || v->op == IR_SET ||
	       (v->op == IR_META && v->k == (uint32_t)SKF_AD_RANDOM);
}

ir_val flt__ir_expr(struct ir *ir, struct ir_value value)
{
	if (is_unique(&value))
		return new_value(ir, &value);
	if (!grow_table(ir))
		return IR_NONE;
	ir_val *place = find_place(ir, ir->table, ir->table_size, &value);
	if (*place == IR_NONE) {
		*place = new_value(ir, &value);
		ir->table_used++;
	}
	return *place;
}

ir_val flt__ir_const(struct ir *ir, uint32_t k)
{
	return flt__ir_expr(ir, (struct ir_value){ .op = IR_CONST, .k = k });
}

bool flt__ir_append(struct ir *ir, struct ir_block *block, ir_val id)
{
	ir_val *body = flt__arena_grow(ir->arena, block->body, block->count, &block->capacity,
				       sizeof(*block->body));
	if (!body)
		return false;
	block->body = body;
	block->body[block->count++] = id;
	return true;
}

bool flt__ir_is_test(const struct ir_block *block)
{
	return block->count == 0 && block->exit.kind == EXIT_BRANCH;
}

const struct ir_block *flt__ir_past_jumps(const struct ir_block *block)
{
	while (block->count == 0 && block->exit.kind == EXIT_JUMP)
		block = block->exit.yes;
	return block;
}

/* ---- building ------------------------------------------------------------------------------- */

ir_val flt__ir_value(struct ir *ir, struct ir_block *block, struct ir_value value)
{
	ir_val id = new_value(ir, &value);

	return id != IR_NONE && flt__ir_append(ir, block, id) ? id : IR_NONE;
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
		.kind = EXIT_BRANCH,
		.test = test,
		.a = a,
		.b = b,
		.k = k,
		.yes = yes,
		.no = no,
	};
}

uint32_t flt__ir_slot(struct ir *ir)
{
	return ir->slot_count++;
}

/* ---- order ---------------------------------------------------------------------------------- */

#define PLACE_OPEN (IR_UNREACHED - 1) /* on the stack of the walk */
#define PLACE_DONE (IR_UNREACHED - 2) /* walked, not numbered yet */

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
