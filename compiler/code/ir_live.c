/* SPDX-License-Identifier: BSD-2-Clause */
/* Which slots are still to be read. The graph has no cycle, so one walk from its end is enough. */
#include "ir.h"

static uintptr_t bit_of(uint32_t slot)
{
	return (uintptr_t)1 << slot % KEPT_SLOTS;
}

bool flt__ir_is_live(const struct ir_live *live, union kept slots, uint32_t slot)
{
	return (flt__kept_leaf(&live->keeper, slots, slot).bits & bit_of(slot)) != 0;
}

static union kept put(const struct ir_live *live, union kept slots, uint32_t slot, bool is_live)
{
	uintptr_t bits = flt__kept_leaf(&live->keeper, slots, slot).bits;
	uintptr_t now = is_live ? bits | bit_of(slot) : bits & ~bit_of(slot);

	return flt__kept_put(&live->keeper, slots, slot, (union kept){ .bits = now });
}

/* The slots that are read when an expression is worked out; as lowered, each IR_GET stands in a
 * body itself. */
static union kept add_reads(const struct ir_live *live, ir_val id, union kept slots)
{
	const struct ir_value *v = &live->ir->values[id];

	if (v->op == IR_GET)
		return put(live, slots, v->k, true);
	if (!live->ir->is_numbered)
		return slots;
	if (v->a != IR_NONE)
		slots = add_reads(live, v->a, slots);
	return v->b != IR_NONE ? add_reads(live, v->b, slots) : slots;
}

static union kept either(void *unused, uintptr_t mask, union kept a, union kept b)
{
	(void)unused;
	(void)mask;
	return (union kept){ .bits = a.bits | b.bits };
}

union kept flt__ir_live_behind(const struct ir_live *live, uint32_t place)
{
	const struct ir_exit *exit = &live->ir->order[place]->exit;
	union kept slots = { NULL };

	if (exit->kind == EXIT_JUMP || exit->kind == EXIT_BRANCH)
		slots = live->at[exit->yes->place];
	if (exit->kind != EXIT_BRANCH)
		return slots;
	return flt__kept_join(&live->keeper, NULL, slots, live->at[exit->no->place], either, NULL);
}

union kept flt__ir_live_before(const struct ir_live *live, ir_val id, union kept slots)
{
	const struct ir_value *v = &live->ir->values[id];

	if (v->op != IR_SET)
		return add_reads(live, id, slots);
	return add_reads(live, v->a, put(live, slots, v->k, false));
}

union kept flt__ir_live_exit(const struct ir_live *live, const struct ir_block *block,
			     union kept slots)
{
	if (block->exit.kind != EXIT_BRANCH)
		return slots;
	return add_reads(live, block->exit.b, add_reads(live, block->exit.a, slots));
}

bool flt__ir_live(const struct ir *ir, struct arena *room, struct ir_live *live)
{
	*live = (struct ir_live){ .ir = ir, .keeper = flt__keeper(room, ir->slot_count) };
	live->at = flt__arena_array(room, ir->order_count, sizeof(*live->at));
	if (!live->at)
		return false;
	for (uint32_t i = ir->slot_count ? ir->order_count : 0; i-- > 0;) {
		const struct ir_block *block = ir->order[i];
		union kept slots = flt__ir_live_behind(live, i);
		slots = flt__ir_live_exit(live, block, slots);
		for (uint32_t j = block->count; j-- > 0;)
			slots = flt__ir_live_before(live, block->body[j], slots);
		live->at[i] = slots;
	}
	return !room->failed;
}
