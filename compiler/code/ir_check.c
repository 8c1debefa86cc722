/* SPDX-License-Identifier: BSD-2-Clause */
/* The verifier: what ir.h promises, proved anew between passes. Its cost is that of a test
 * build. */
#include "ir.h"

#include <inttypes.h>

struct check {
	struct ir *ir;
	struct flt_error *err;
	struct ir_block **def; /* by value: the block that defines it */
	uint32_t *index;       /* by value: where in that block's body */
	uint32_t *idom;        /* by place: the immediate dominator */
	struct pmap_pool pool;
	union pmap *have; /* by place: slots that are set on every path to it, a bit each */
	bool *is_met;     /* by place: some edge to it was seen */
};

#define BROKEN(ck, ...) (flt__fail((ck)->err, FLT_E_BUG, "intermediate code: " __VA_ARGS__), false)

static bool has_operand_a(uint8_t op)
{
	return op >= IR_SET;
}

static bool has_operand_b(uint8_t op)
{
	return op >= IR_ADD;
}

/* ---- shape: exits are closed, edges go to blocks of this graph, no cycle ------------------- */

static bool check_edge(struct check *ck, const struct ir_block *from, const struct ir_block *to)
{
	if (!to || to->id >= ck->ir->block_count || ck->ir->blocks[to->id] != to)
		return BROKEN(ck, "block b%" PRIu32 " has no successor", from->id);
	if (to->place <= from->place)
		return BROKEN(ck, "b%" PRIu32 " to b%" PRIu32 " closes a cycle", from->id, to->id);
	return true;
}

static bool check_shape(struct check *ck)
{
	for (uint32_t i = 0; i < ck->ir->order_count; i++) {
		const struct ir_block *block = ck->ir->order[i];
		const struct ir_exit *exit = &block->exit;
		if (exit->kind == EXIT_NONE)
			return BROKEN(ck, "block b%" PRIu32 " has no exit", block->id);
		if (exit->kind == EXIT_RET)
			continue;
		if (!check_edge(ck, block, exit->yes))
			return false;
		if (exit->kind == EXIT_BRANCH && !check_edge(ck, block, exit->no))
			return false;
	}
	return true;
}

/* ---- values: defined once, before their uses ----------------------------------------------- */

static bool dominates(const struct check *ck, const struct ir_block *above,
		      const struct ir_block *block)
{
	uint32_t place = block->place;

	while (place > above->place)
		place = ck->idom[place];
	return place == above->place;
}

static bool check_defs(struct check *ck)
{
	for (uint32_t i = 0; i < ck->ir->order_count; i++) {
		struct ir_block *block = ck->ir->order[i];
		for (uint32_t j = 0; j < block->count; j++) {
			ir_val v = block->body[j];
			if (v == IR_NONE || v >= ck->ir->value_count)
				return BROKEN(ck, "b%" PRIu32 " holds no value v%" PRIu32,
					      block->id, v);
			if (ck->def[v])
				return BROKEN(ck, "v%" PRIu32 " is defined twice", v);
			ck->def[v] = block;
			ck->index[v] = j;
		}
	}
	return true;
}

static bool check_use(struct check *ck, const struct ir_block *block, uint32_t at, ir_val v)
{
	const struct ir_block *def = v < ck->ir->value_count ? ck->def[v] : NULL;

	if (!def)
		return BROKEN(ck, "b%" PRIu32 " uses v%" PRIu32 ", which is not defined", block->id,
			      v);
	if (ck->ir->values[v].op == IR_SET || ck->ir->values[v].op == IR_NOP)
		return BROKEN(ck, "b%" PRIu32 " uses v%" PRIu32 ", which has no result", block->id,
			      v);
	bool before = def == block ? ck->index[v] < at : dominates(ck, def, block);
	if (!before)
		return BROKEN(ck, "b%" PRIu32 " uses v%" PRIu32 " before b%" PRIu32 " defines it",
			      block->id, v, def->id);
	return true;
}

/* What it is by itself: a known operation, of operands that are older, of a slot that there is. */
static bool check_shape_of(struct check *ck, const struct ir_block *block, ir_val id)
{
	const struct ir_value *v = &ck->ir->values[id];
	bool is_load = v->op == IR_LOAD;

	if (v->op > IR_RSH)
		return BROKEN(ck, "b%" PRIu32 " has an unknown operation %u", block->id, v->op);
	if (is_load && v->size != 1 && v->size != 2 && v->size != 4)
		return BROKEN(ck, "b%" PRIu32 " loads %u bytes", block->id, v->size);
	if ((v->op == IR_GET || v->op == IR_SET) && v->k >= ck->ir->slot_count)
		return BROKEN(ck, "b%" PRIu32 " names slot %" PRIu32, block->id, v->k);
	if (v->a >= id || v->b >= id || (has_operand_a(v->op) && v->a == IR_NONE) ||
	    (has_operand_b(v->op) && v->b == IR_NONE))
		return BROKEN(ck, "v%" PRIu32 " has operands v%" PRIu32 " and v%" PRIu32, id, v->a,
			      v->b);
	return true;
}

static bool check_value(struct check *ck, const struct ir_block *block, uint32_t at)
{
	const struct ir_value *v = &ck->ir->values[block->body[at]];

	if (!check_shape_of(ck, block, block->body[at]))
		return false;
	if ((has_operand_a(v->op) || (v->op == IR_LOAD && v->a != IR_NONE)) &&
	    !check_use(ck, block, at, v->a))
		return false;
	return !has_operand_b(v->op) || check_use(ck, block, at, v->b);
}

static bool check_values(struct check *ck)
{
	for (uint32_t i = 0; i < ck->ir->order_count; i++) {
		const struct ir_block *block = ck->ir->order[i];
		const struct ir_exit *exit = &block->exit;
		for (uint32_t j = 0; j < block->count; j++)
			if (!check_value(ck, block, j))
				return false;
		if (exit->kind != EXIT_BRANCH)
			continue;
		if (!check_use(ck, block, block->count, exit->a))
			return false;
		if (exit->b != IR_NONE && !check_use(ck, block, block->count, exit->b))
			return false;
	}
	return true;
}

/* ---- slots: set on every path to a get ------------------------------------------------------ */

static uintptr_t bit_of(uint32_t slot)
{
	return (uintptr_t)1 << slot % PMAP_SLOTS;
}

static union pmap both(void *unused, uintptr_t mask, union pmap a, union pmap b)
{
	(void)unused;
	(void)mask;
	return (union pmap){ .bits = a.bits & b.bits };
}

static void meet_slots(struct check *ck, union pmap from, const struct ir_block *to)
{
	union pmap *have = &ck->have[to->place];

	*have = ck->is_met[to->place] ? flt__pmap_join(&ck->pool, NULL, *have, from, both, NULL) :
					from;
	ck->is_met[to->place] = true;
}

static bool check_get(struct check *ck, const struct ir_block *block, union pmap have,
		      uint32_t slot)
{
	if (flt__pmap_leaf(&ck->pool, have, slot).bits & bit_of(slot))
		return true;
	return BROKEN(ck, "b%" PRIu32 " reads slot %" PRIu32 ", which is not set on every path",
		      block->id, slot);
}

/* All that is read for an expression. */
static bool check_reads(struct check *ck, const struct ir_block *block, union pmap have, ir_val id)
{
	const struct ir_value *v = &ck->ir->values[id];

	if (id == IR_NONE)
		return true;
	if (v->op == IR_SET || v->op == IR_NOP)
		return BROKEN(ck, "b%" PRIu32 " uses v%" PRIu32 ", which has no result", block->id,
			      id);
	if (v->op == IR_GET)
		return check_shape_of(ck, block, id) && check_get(ck, block, have, v->k);
	return check_shape_of(ck, block, id) && check_reads(ck, block, have, v->a) &&
	       check_reads(ck, block, have, v->b);
}

/* One thing in a body, in the form that the code has. */
static bool check_action(struct check *ck, const struct ir_block *block, union pmap have, ir_val id)
{
	const struct ir_value *v = &ck->ir->values[id];
	bool read_here = ck->ir->is_numbered;

	if (read_here && !flt__ir_has_effect(ck->ir, id))
		return BROKEN(ck, "b%" PRIu32 " lists v%" PRIu32 ", which has no side effect",
			      block->id, id);
	if (read_here && !(check_shape_of(ck, block, id) && check_reads(ck, block, have, v->a) &&
			   check_reads(ck, block, have, v->b)))
		return false;
	if (!read_here && v->op == IR_GET && !check_get(ck, block, have, v->k))
		return false;
	return true;
}

static union pmap add_slot(const struct check *ck, union pmap have, uint32_t slot)
{
	uintptr_t bits = flt__pmap_leaf(&ck->pool, have, slot).bits | bit_of(slot);

	return flt__pmap_put(&ck->pool, have, slot, (union pmap){ .bits = bits });
}

static bool slots_of_block(struct check *ck, const struct ir_block *block, union pmap *have)
{
	for (uint32_t j = 0; j < block->count; j++) {
		const struct ir_value *v = &ck->ir->values[block->body[j]];
		if (!check_action(ck, block, *have, block->body[j]))
			return false;
		if (v->op == IR_SET)
			*have = add_slot(ck, *have, v->k);
	}
	if (!ck->ir->is_numbered || block->exit.kind != EXIT_BRANCH)
		return true;
	return check_reads(ck, block, *have, block->exit.a) &&
	       check_reads(ck, block, *have, block->exit.b);
}

static bool check_slots(struct check *ck)
{
	for (uint32_t i = 0; i < ck->ir->order_count; i++) {
		const struct ir_block *block = ck->ir->order[i];
		union pmap have = ck->have[i];
		if (!slots_of_block(ck, block, &have))
			return false;
		if (block->exit.kind == EXIT_RET)
			continue;
		meet_slots(ck, have, block->exit.yes);
		if (block->exit.kind == EXIT_BRANCH)
			meet_slots(ck, have, block->exit.no);
	}
	return true;
}

bool flt__ir_check(struct ir *ir, struct flt_error *err)
{
	struct check ck = { .ir = ir, .err = err };
	struct arena room;
	bool ok = false;

	if (!flt__ir_order(ir))
		return false;
	flt__ir_room(ir, &room);
	ck.pool = flt__pmap_pool(&room, ir->slot_count);
	ck.def = flt__arena_array(&room, ir->value_count, sizeof(*ck.def));
	ck.index = flt__arena_array(&room, ir->value_count, sizeof(*ck.index));
	ck.have = flt__arena_array(&room, ir->order_count, sizeof(*ck.have));
	ck.is_met = flt__arena_array(&room, ir->order_count, sizeof(*ck.is_met));
	if (!room.failed && check_shape(&ck) && (ir->is_numbered || check_defs(&ck))) {
		ck.idom = flt__ir_dominators(ir, &room);
		ok = ck.idom && (ir->is_numbered || check_values(&ck)) && check_slots(&ck);
	}
	flt__ir_room_end(ir, &room);
	return ok;
}
